"""The command: the contract's calls, exit statuses, one JSON object, one line for bad input, nothing half-written."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import suasion
from suasion.command import main

ROOT = Path(__file__).parents[2]
SLUG = "kamenica-gentzkow-2011-prosecutor"
INSTANCE = {"kind": "persuasion", "prior": [0.7, 0.3], "sender": [[0, 1], [0, 1]], "receiver": [[1, 0], [0, 1]]}


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(capsys, *arguments, status=0):
    try:
        code = main(list(arguments))
    except SystemExit as leave:
        code = leave.code
    said = capsys.readouterr()
    assert code == status, said.err
    return said


def test_the_road_from_catalog_to_picture(capsys):
    run(capsys, "catalog", SLUG, "-o", "instance.json")
    said = run(capsys, "solve", "instance.json", "-o", "solution.json")
    assert "3/5 = 0.6" in said.out
    assert "convict" in said.out
    assert run(capsys, "verify", "solution.json", "--instance", "instance.json").out == "proven: value = 3/5\n"
    assert run(capsys, "verify", "solution.json", "--instance", SLUG, "--fast").out == "proven: value = 3/5\n"
    run(capsys, "plot", "solution.json")
    run(capsys, "plot", "solution.json", "-o", "picture.svg", "--title", "What an investigation does", "--size", "5x3")
    drawn = Path("picture.svg").read_text("utf-8")
    assert 'width="360pt" height="216pt"' in drawn
    assert "What an investigation does" in drawn
    assert "6.5x4" in run(capsys, "plot", "solution.json", "--size", "wide", status=2).err
    assert "10 to 2400" in run(capsys, "plot", "solution.json", "--dpi", "5", status=2).err
    assert Path("solution.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in Path("picture.svg").read_text()
    assert sorted(os.listdir()) == ["instance.json", "picture.svg", "solution.json", "solution.png"]


def test_json_is_one_object(capsys):
    solved = json.loads(run(capsys, "solve", SLUG, "--json").out)
    assert (solved["format"], solved["lower"], solved["grade"]) == ("suasion-solution/1", "3/5", "exact")
    Path("solution.json").write_text(json.dumps(solved))
    assert json.loads(run(capsys, "verify", "solution.json", "--json").out)["accepted"] is True
    assert json.loads(run(capsys, "catalog", SLUG, "--json").out)["kind"] == "persuasion"
    assert json.loads(run(capsys, "catalog", "--json").out)[SLUG]["lower"] == "3/5"
    assert "highspy" in json.loads(run(capsys, "versions", "--json").out)


def test_quiet_and_standard_input(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(INSTANCE).encode())))
    said = run(capsys, "solve", "-", "--quiet", "-o", "solution.json")
    assert (said.out, said.err) == ("", "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path("solution.json").read_bytes())))
    run(capsys, "verify", "-")


def test_a_refused_solution(capsys):
    solved = json.loads(run(capsys, "solve", SLUG, "--json").out)
    solved["lower"], solved["value"] = "4/5", 0.8
    Path("solution.json").write_text(json.dumps(solved))
    assert "refused: lower = 4/5 is not proven" in run(capsys, "verify", "solution.json", status=1).out
    assert "is refused" in run(capsys, "plot", "solution.json", status=2).err
    assert os.listdir() == ["solution.json"]


def test_true_answers_to_other_questions_are_refused(capsys):
    run(capsys, "solve", SLUG, "-o", "solution.json", "--quiet")
    Path("other.json").write_text(json.dumps({**INSTANCE, "prior": [0.6, 0.4]}))
    assert "another question" in run(capsys, "verify", "solution.json", "--instance", "other.json", status=1).out


BAD = {
    "missing field": ('{"kind": "persuasion", "prior": [1], "sender": [[1]]}', "receiver: the field is missing"),
    "extra field": (json.dumps({**INSTANCE, "extra": 1}), "extra: unknown field"),
    "misspelt field": (json.dumps({**INSTANCE, "sendr": 1}), 'sendr: unknown field; did you mean "sender"?'),
    "duplicate key": ('{"kind": "persuasion", "prior": [1], "prior": [1]}', 'the key "prior" stands twice'),
    "wrong shape": (json.dumps({**INSTANCE, "sender": [[0, 1]]}), "sender: the list has 1 rows where 2"),
    "ragged": (json.dumps({**INSTANCE, "sender": [[0, 1], [0]]}), "sender[1]: this row has 1 entries"),
    "sum": (json.dumps({**INSTANCE, "prior": [0.7, 0.2]}), "prior: the entries sum to 9/10, not to 1"),
    "negative": (json.dumps({**INSTANCE, "prior": [1.5, -0.5]}), "prior[1]: -1/2 is negative"),
    "nan": (json.dumps({**INSTANCE, "prior": [float("nan"), 1]}), "NaN is not a finite number"),
    "boolean": (json.dumps({**INSTANCE, "prior": [True, False]}), "prior[0]: true is not a number"),
    "words": (json.dumps({**INSTANCE, "prior": ["most", "some"]}), "prior[0]: 'most' is not a number"),
    "null": (json.dumps({**INSTANCE, "prior": [None, 1]}), "prior[0]: None is not a number"),
    "zero denominator": (json.dumps({**INSTANCE, "prior": ["7/0", 1]}), "prior[0]: '7/0' divides by zero"),
    "huge exponent": ('{"kind": "persuasion", "prior": [1e999999999]}', "exponent"),
    "huge exponent as text": (json.dumps({**INSTANCE, "prior": ["1e999999999", 1]}), "exponent"),
    "a million digits": ('{"kind": "persuasion", "prior": [' + "7" * 10**6 + "]}", "4000 digits"),
    "empty list": (json.dumps({**INSTANCE, "prior": []}), "prior: the list is empty"),
    "empty rows": (json.dumps({**INSTANCE, "sender": [[], []]}), "sender[0]: the list is empty"),
    "duplicate names": (json.dumps({**INSTANCE, "states": ["a", "a"]}), 'states[1]: the name "a" stands already'),
    "nested brackets": ("[" * 100_000, "nested too deeply"),
    "nested in a field": (json.dumps({**INSTANCE, "prior": 0}).replace("0,", "[" * 900 + "]" * 900 + ",", 1), "prior"),
    "no kind": ('{"prior": [1]}', "kind: the field is missing"),
    "unknown kind": ('{"kind": "persuasive"}', 'kind: "persuasive" is not a kind; did you mean "persuasion"?'),
    "kind is a list": ('{"kind": [1]}', "is not a kind"),
    "empty file": ("", "not JSON"),
    "not an object": ("[]", "not a JSON object"),
    "a solution": ('{"format": "suasion-solution/1", "problem": {}}', "this is a solution"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_instances_give_one_line_and_no_file(capsys, case):
    content, complaint = BAD[case]
    Path("bad.json").write_text(content)
    said = run(capsys, "solve", "bad.json", "-o", "solution.json", status=2)
    assert said.out == ""
    assert said.err.startswith("suasion solve: bad.json: ")
    assert complaint in said.err
    assert said.err.count("\n") == 1
    assert len(said.err) < 400  # the longest names all kinds
    assert os.listdir() == ["bad.json"]


def test_binary_junk(capsys):
    Path("junk.json").write_bytes(bytes(range(256)) * 100)
    assert "not UTF-8" in run(capsys, "solve", "junk.json", status=2).err
    assert "not UTF-8" in run(capsys, "verify", "junk.json", status=2).err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["solve", "kamenica-gentzkow-2011-prosecuter"], "did you mean kamenica-gentzkow-2011-prosecutor"),
        (["solve", "prosecutor"], "kamenica-gentzkow-2011-prosecutor?"),
        (["solve", "none.json"], "none.json: neither a file nor a catalog entry"),
        (["solve", SLUG, "--method", "magic"], 'method: "magic" is unknown for kind persuasion; known: obedience'),
        (["solve", SLUG, "--time-limit", "-1"], "negative"),
        (["solve", SLUG, "--time-limit", "soon"], "'soon' is not a number"),
        (["solve", SLUG, "-o", "none/solution.json"], "none/solution.json: cannot be written there"),
        (["solve", SLUG, "-o", "."], ".: cannot be written there"),
        (["solve"], "required: INSTANCE"),
        (["catalog", "prosecuter"], "prosecuter: not in the catalog"),
        (["catalog", "-o", "x.json"], "name the entry to write"),
        (["plot", "none.json"], "none.json: cannot be read"),
        (["verify", "none.json"], "none.json: cannot be read"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["frobnicat"], "known are solve, new"),
        (["slove", SLUG], 'did you mean "solve"?'),
        (
            ["solve", SLUG, "--quite"],
            "unrecognized arguments: --quite; did you mean --quiet? (see suasion solve --help)",
        ),
        (["solve", SLUG, "--gap", "-1"], "a relative gap is a number >= 0"),
        (["solve", SLUG, "--rounds", "0"], "0 is not a whole number from 1"),
        (["solve", SLUG, "--jobs", "2"], "--jobs: only several instances are solved side by side or resumed"),
        (["solve", SLUG, "monge-1781-earth-on-a-line", "--resume"], "--resume: name the folder of the solutions"),
        (["solve", SLUG, "monge-1781-earth-on-a-line", "--jobs", "0"], "--jobs: at least one process is needed"),
        (["verify", SLUG], f"solve it first: suasion solve {SLUG} -o {SLUG}.json"),
        (["plot", SLUG], f"solve it first: suasion solve {SLUG} -o {SLUG}.json"),
        (["new", "persuasive"], 'kind: "persuasive" is not a kind; did you mean "persuasion"?'),
        (["catalog", "--kind", "gmae"], 'kind: "gmae" is not a kind; did you mean "game"?'),
        (["catalog", "--find", "nowhere"], "--find: nothing in the catalog has these words"),
        (["batch", SLUG], "required: -o/--output"),
        (["batch", SLUG, "-o", "r.jsonl", "--shard", "3/2"], "3/2 is no shard"),
        (["completion", "cmd"], "invalid choice: 'cmd'"),
    ],
)
def test_wrong_calls(capsys, arguments, complaint):
    said = run(capsys, *arguments, status=2)
    assert complaint in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert os.listdir() == []


def test_unknown_picture_format(capsys):
    run(capsys, "solve", SLUG, "-o", "solution.json", "--quiet")
    said = run(capsys, "plot", "solution.json", "-o", "picture.xyz", status=2)
    assert 'picture format "xyz" is unknown; known are' in said.err
    assert os.listdir() == ["solution.json"]


def test_help_says_what_each_command_does(capsys):
    for command in ("solve", "verify", "plot", "catalog", "versions"):
        assert "usage: suasion " + command in run(capsys, command, "--help").out


def test_the_catalog_lists_every_entry_in_words_and_in_json(capsys):
    entries = json.loads(run(capsys, "catalog", "--json").out)
    listing = run(capsys, "catalog").out
    assert SLUG in entries
    assert all(slug in listing for slug in entries)


@pytest.mark.parametrize("arguments", [["--version"], ["catalog"]])
def test_as_a_module_into_a_closed_pipe(arguments):
    command = [sys.executable, "-m", "suasion", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""


def test_alone_it_says_what_it_can_do(capsys):
    said = run(capsys)
    assert said.err == ""
    for command in ("solve", "new", "batch", "verify", "plot", "catalog", "methods"):
        assert f"    {command}" in said.out


def test_short_options_gap_and_rounds(capsys):
    said = run(
        capsys, "solve", SLUG, "-q", "-m", "obedience", "-t", "60", "--gap", "0", "--rounds", "5", "-o", "s.json"
    )
    assert (said.out, said.err) == ("", "")
    assert run(capsys, "verify", "s.json").out == "proven: value = 3/5\n"


@pytest.mark.parametrize("kind", suasion.kinds())
def test_a_template_is_an_instance_of_its_kind(capsys, kind):
    run(capsys, "new", kind, "-o", "mine.json")
    assert suasion.load("mine.json").kind == kind
    assert run(capsys, "new", kind).out == Path("mine.json").read_text()


def test_templates_that_are_picked_are_entries_with_a_value():
    for kind, slug in suasion.catalog._TEMPLATES.items():
        one = suasion.catalog.entry(slug)
        assert (one.instance["kind"], bool(one.known)) == (kind, True)


def test_the_catalog_is_filtered(capsys):
    listed = json.loads(run(capsys, "catalog", "--kind", "transport", "--json").out)
    assert listed
    assert {one["kind"] for one in listed.values()} == {"transport"}
    found = run(capsys, "catalog", "--find", "prosecutor Kamenica").out
    assert SLUG in found
    assert "3/5" in found
    assert "monge" not in found
    frame = suasion.catalog.table(find="monge earth").to_pandas()
    assert frame["entry"].tolist() == ["monge-1781-earth-on-a-line"]


def folder_of_instances():
    Path("in").mkdir()
    for k in (1, 2, 3):
        Path(f"in/{k}.json").write_text(json.dumps({**INSTANCE, "prior": [f"{10 - k}/10", f"{k}/10"]}))


def test_a_folder_is_solved_and_resumed_and_verified(capsys):
    folder_of_instances()
    said = run(capsys, "solve", "in", "-o", "out", "--jobs", "2")
    assert [said.out.count(f" {value} ") for value in ("1/5", "2/5", "3/5")] == [2, 2, 2]
    assert sorted(os.listdir("out")) == ["1.json", "2.json", "3.json"]
    Path("out/2.json").unlink()
    Path("in/3.json").write_text(json.dumps({**INSTANCE, "prior": [0.6, 0.4]}))
    kept = Path("out/1.json").stat().st_mtime_ns
    again = json.loads(run(capsys, "solve", "in", "-o", "out", "--resume", "--json").out)
    assert [one["grade"] for one in again] == ["there already", "exact", "exact"]
    assert Path("out/1.json").stat().st_mtime_ns == kept
    verdicts = run(capsys, "verify", "out").out.splitlines()
    assert verdicts == [
        "out/1.json: proven: value = 1/5",
        "out/2.json: proven: value = 2/5",
        "out/3.json: proven: value = 4/5",
    ]


def test_a_bad_one_among_several(capsys):
    folder_of_instances()
    Path("in/2.json").write_text("{")
    said = run(capsys, "solve", "in", SLUG, "-q", "-o", "out", status=2)
    assert said.err == "suasion solve: 1 of 4 instances failed; first in/2.json\n"
    assert sorted(os.listdir("out")) == ["1.json", "3.json", f"{SLUG}.json"]
    Path("out/3.json").write_text(Path("out/3.json").read_text().replace('"3/5"', '"4/5"'))
    assert "out/3.json: refused" in run(capsys, "verify", "out", status=1).out
    assert "in/2.json: unreadable: not JSON" in run(capsys, "verify", "out/1.json", "in/2.json", status=2).out
    found = json.loads(run(capsys, "verify", "out", "--json", status=1).out)
    assert [found[f"out/{k}.json"]["accepted"] for k in (1, 3)] == [True, False]


def test_solutions_never_replace_instances(capsys):
    folder_of_instances()
    assert "the solution would replace the instance" in run(capsys, "solve", "in", "-o", "in", status=2).err
    Path("more").mkdir()
    Path("more/1.json").write_text(Path("in/1.json").read_text())
    assert "two instances would be written to 1.json" in run(capsys, "solve", "in", "more", "-o", "out", status=2).err


def test_a_batch_is_resumed_and_verified(capsys):
    folder_of_instances()
    call = ("batch", "in", "-o", "r.jsonl")
    assert "2 solved now, 0 there, 0 failed" in run(capsys, *call, "--shard", "1/2").out
    assert "3 results in r.jsonl: 1 solved now, 2 there, 0 failed" in run(capsys, *call).out
    assert json.loads(run(capsys, *call, "--json").out) == {"results": 3, "solved": 0, "failures": []}
    assert run(capsys, "verify", "r.jsonl").out.count("proven: value") == 3
    Path("in/4.json").write_text("[]")
    said = run(capsys, *call, status=1)
    assert "1 failed" in said.out
    assert "in/4.json: FileError: in/4.json: not a JSON object" in said.out


def test_an_old_name_is_read_with_a_line(capsys):
    legs = {"centre": "store", "courier_store": [[1]], "store_buyer": [[1]]}
    Path("old.json").write_text(json.dumps({"kind": "delivery-market", "values": [[5]], "costs": legs}))
    said = run(capsys, "solve", "old.json", "-q")
    assert said.err.startswith('suasion solve: costs.store_buyer: the field is called "buyer_store" now')
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_options_and_entries(capsys, shell):
    script = run(capsys, "completion", shell).out
    for word in ("solve", "--time-limit", SLUG, "private-persuasion"):
        assert word in script


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes(capsys):
    Path("done.sh").write_text(run(capsys, "completion", "bash").out)
    ask = "source done.sh; COMP_WORDS=(suasion {}); COMP_CWORD={}; _suasion; echo ${{COMPREPLY[*]}}"
    for words, at, found in (("so", 1, "solve"), ("solve --ti", 2, "--time-limit"), ("solve monge", 2, "monge-1781")):
        said = subprocess.run(["bash", "-c", ask.format(words, at)], capture_output=True, text=True, check=True).stdout
        assert found in said


def test_a_reader_who_has_enough_is_no_failure():
    command = f"set -o pipefail; {sys.executable} -m suasion catalog | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "reference instances\n", "")


def test_the_module_survives_files_of_the_users(tmp_path):
    for name in ("transport", "persuasion", "dual"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('mine')")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "suasion", "solve", SLUG, SLUG, "monge-1781-earth-on-a-line", "--jobs", "2"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3/5" in done.stdout
