"""How many lines a verdict rests on: what the documentation says, for each sort of problem."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dual
import suasion

SOLVED: dict[str, dict[str, Any]] = {
    "one receiver, finitely many states and actions": {
        "kind": "persuasion",
        "prior": ["7/10", "3/10"],
        "sender": [[0, 1], [0, 1]],
        "receiver": [[1, 0], [0, 1]],
    },
    "a list of beliefs": {
        "kind": "concavification",
        "prior": ["1/2", "1/2"],
        "beliefs": [[1, 0], ["1/2", "1/2"], [0, 1]],
        "values": [0, 1, 0],
    },
    "means from a list, finitely many states": {
        "kind": "mean-persuasion",
        "law": {"support": [0, 1, 2], "prior": ["1/3", "1/3", "1/3"]},
        "payoff": {"points": [0, "1/2", 1, "3/2", 2], "values": [0, 1, 0, 1, 0]},
    },
    "entropy as a cost": {
        "kind": "costly-persuasion",
        "prior": ["1/2", "1/2"],
        "sender": [[1, 0], [0, 1]],
        "receiver": [[1, 0], [0, 1]],
        "cost": {"entropy": 1},
    },
    "several receivers, one action each": {
        "kind": "private-persuasion",
        "prior": ["1/2", "1/2"],
        "receivers": [{"payoff": [[1, 0], [0, 1]]}, {"payoff": [[1, 0], [0, 1]]}],
        "sender": [[[0, 1], [1, 2]], [[0, 1], [1, 2]]],
    },
    "two receivers on the square, utilities that only compare": {
        "kind": "two-receiver",
        "prior": "1/2",
        "utility": {"l": "x >= 1/2 and y >= 1/2", "h": "x >= 1/2 and y >= 1/2"},
        "domain": "square",
    },
    "a polynomial over the beliefs": {
        "kind": "concavification",
        "prior": ["7/10", "3/10"],
        "value": "p**2*(3 - 2*p)",
    },
    "a polynomial with maxima or comparisons over the beliefs": {
        "kind": "concavification",
        "prior": ["7/10", "3/10"],
        "value": "max(p - 1/2, 1/4 - p, 0)",
    },
    "an expression with comparisons and quotients over the beliefs": {
        "kind": "concavification",
        "prior": ["7/10", "3/10"],
        "value": "(p >= 1/2)/(1 + p)",
    },
    "a continuum of means, a polynomial": {
        "kind": "mean-persuasion",
        "law": {"uniform": [0, 1]},
        "payoff": "m**2*(3 - 2*m)",
    },
    "a continuum of means with a density, quotients and comparisons": {
        "kind": "mean-persuasion",
        "law": {"density": "x*(1 - x)", "interval": [0, 1]},
        "payoff": "(m >= 3/4)/(1 + m)",
    },
    "delivery by potentials": {
        "kind": "delivery-market",
        "values": [[5, 2], [3, 4]],
        "costs": [[[1, 1], [1, 1]]],
    },
    "efficient trades between buyers and sellers": {
        "kind": "trading-network",
        "values": [[5, 3], [4, 1]],
        "known": "all",
        "objective": "equilibrium",
    },
    "a platform's introductions by cases, under any rule": {
        "kind": "trading-network",
        "values": [[5, 3], [4, 1]],
        "price_rule": "smallest",
    },
    "a platform's revenue by multipliers or a tree": {
        "kind": "trading-network",
        "values": [[12, 0], [12, 11]],
        "known": [[0, 0]],
    },
    "delivery by a tree, with conflicts of prices": {
        "kind": "delivery-market",
        "values": [[3, 4], [4, 3]],
        "costs": [[[0, 10], [10, 10]], [[10, 10], [10, 0]], [[10, 0], [0, 10]]],
    },
}


def documented() -> dict[str, int]:
    """The table of the page on certificates."""
    page = (Path(__file__).parents[2] / "docs" / "certificates.md").read_text("utf-8")
    return {
        what: int(lines.replace(",", ""))
        for what, lines in re.findall(r"^\| ([^|]+) \| ([\d,]+) \|$", page, re.MULTILINE)
    }


def test_the_table_and_the_examples_are_of_the_same_sorts() -> None:
    assert list(documented()) == list(SOLVED)


@pytest.mark.parametrize("what", SOLVED)
def test_a_verdict_rests_on_as_many_lines_as_documented(what: str, tmp_path: Path) -> None:
    """On no more, and on not many less: a number that is no longer true is too high, or too modest."""
    path = tmp_path / "solution.json"
    suasion.load(SOLVED[what]).solve().save(path)
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(Path(dual.__file__).parent), "--trusts", "--json", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = json.loads(run.stdout)
    assert said["accepted"]
    lines = sum(said["trusts"].values())
    assert lines <= documented()[what] <= lines + 40
