"""The checker alone: from a copied folder, isolated, without any third-party package."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dual
from dual import command
from dual.trusts import lines

SOLUTION = {
    "format": "suasion-solution/1",
    "problem": {"kind": "persuasion", "prior": [1], "sender": [[2, 1]], "receiver": [[0, 0]]},
    "value": 2,
    "lower": "2",
    "upper": "2",
    "grade": "exact",
    "primal": {"signals": [{"action": 0, "joint": [1]}]},
    "dual": {"prices": [2], "multipliers": [[0, 0], [0, 0]]},
}


@pytest.fixture
def solution(tmp_path):
    path = tmp_path / "solution.json"
    path.write_text(json.dumps(SOLUTION))
    return path


def isolated(*arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run with no site packages at all."""
    return subprocess.run(
        [sys.executable, "-I", "-S", *map(str, arguments)], input=stdin, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", ["dual", "checker copy"])
def test_a_copied_folder_checks_alone(tmp_path, solution, name):
    folder = tmp_path / "elsewhere" / name
    shutil.copytree(Path(dual.__file__).parent, folder)
    run = isolated(folder, solution)
    assert (run.returncode, run.stdout, run.stderr) == (0, "proven: value = 2\n", "")
    run = isolated(folder, "--json", "-", stdin=solution.read_text())
    assert json.loads(run.stdout) == {
        "accepted": True, "grade": "exact", "lower": "2", "upper": "2", "violation": None,
        "accelerated": False, "derived": False,
    }  # fmt: skip
    run = isolated(folder, solution, "--instance", solution.with_name("none.json"))
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1


def test_exit_statuses(tmp_path, solution, capsys):
    assert command.main([str(solution)]) == 0
    instance = tmp_path / "instance.json"
    instance.write_text(json.dumps(SOLUTION["problem"]))
    assert command.main([str(solution), "--instance", str(instance)]) == 0
    instance.write_text(json.dumps({**SOLUTION["problem"], "sender": [[2, 0]]}))
    assert command.main([str(solution), "--instance", str(instance)]) == 1
    assert "another question" in capsys.readouterr().out
    solution.write_text(json.dumps({**SOLUTION, "lower": "3", "value": 3}))
    assert command.main([str(solution)]) == 1
    solution.write_text(json.dumps({**SOLUTION, "lower": None, "value": None, "primal": None, "grade": "unproven"}))
    assert command.main([str(solution)]) == 1
    capsys.readouterr()
    solution.write_text("{")
    assert command.main([str(solution)]) == 2
    assert capsys.readouterr().err.startswith(f"python -m dual: {solution}: not JSON")
    with pytest.raises(SystemExit, match="2"):
        command.main([])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"format": "suasion-solution/9"}, 'format: the format is "suasion-solution/1"'),
        ({"problem": 3}, "problem: an instance is needed"),
        ({"gradde": "exact"}, 'gradde: unknown field; did you mean "grade"?'),
        ({"problem": {**SOLUTION["problem"], "prior": [2]}}, "problem: prior: the entries sum to 2"),
    ],
)
def test_what_is_no_solution_is_unreadable(solution, capsys, change, complaint):
    solution.write_text(json.dumps({**SOLUTION, **change}))
    assert command.main([str(solution)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"python -m dual: {solution}: {complaint}")
    assert said.count("\n") == 1


def test_as_a_module():
    run = subprocess.run([sys.executable, "-m", "dual", "--help"], capture_output=True, text=True, check=False)
    assert run.returncode == 0
    assert "SOLUTION" in run.stdout


def test_a_verdict_names_the_modules_it_rests_on(tmp_path, solution):
    folder = tmp_path / "copy"
    shutil.copytree(Path(dual.__file__).parent, folder)
    run = isolated(folder, "--trusts", solution)
    verdict, *rows = run.stdout.splitlines()
    assert (run.returncode, verdict) == (0, "proven: value = 2")
    counts = {name: int(count) for count, name in (row.split(maxsplit=1) for row in rows)}
    trusted, front = (counts.pop(title) for title in ("the verdict rests on:", "and not on the front:"))
    said = json.loads(isolated(folder, "--trusts", "--json", solution).stdout)
    assert said["trusts"] | said["front"] == counts
    assert (sum(said["trusts"].values()), sum(said["front"].values())) == (trusted, front)
    assert {"dual.judge", "dual.kinds.finite", "dual.numbers.exact"} < set(said["trusts"])
    assert {"dual.command", "dual.limits", "dual.words"} < set(said["front"])
    assert not [name for name in counts if name.startswith(("dual.functions", "dual.kinds.t", "dual.numbers.arrays"))]
    assert "dual.numbers.given" not in counts  # a file holds no floats
    assert trusted <= 500, "a finite problem's proof is read in one sitting"


def test_lines_of_code_are_counted_without_words():
    source = """
'''Module.'''

import os  # one

# comment


class A:
    "Doc"

    x = (  # two
        1,

        2,  # three
    )

    def f(self):
        '''Doc

        of three lines.'''
        return '''text
        that counts'''
"""
    # import, class, the four lines of x that are not blank, def, and the two of the text.
    assert lines(source) == 1 + 1 + 4 + 1 + 2
