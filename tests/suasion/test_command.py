"""The command: the contract's calls, exit statuses, one JSON object, one line for bad input, nothing half-written."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    assert len(said.err) < 300
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
        ([], "required: COMMAND"),
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
