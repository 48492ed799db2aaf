"""Programs without an optimum: rays that lead on for ever, and those that do not."""

import re

import pytest

from dual.judge import prove
from dual.kinds import KINDS

KIND = KINDS["linear-program"]


@pytest.mark.parametrize(
    ("ray", "complaint"),
    [
        ([[0, 1], [1, 1]], None),
        ([[0, 1], [1, 1], [2, 0]], None),
        ([[0, 1]], "the ray leaves"),
        ([[0, 1], [1, 1], [2, -1]], "the ray leaves"),
        ([[0, 1], [1, 1], [2, 1]], "the ray leaves"),
        ([[0, -1], [1, -1]], "the ray leaves"),
        ([[1, 0]], "gains 0"),
        ([[3, -1], [0, 1], [1, 1]], None),
        ([[3, 1], [0, 1], [1, 1]], "the ray leaves"),
    ],
)
def test_a_ray_stays_inside_and_gains(ray, complaint):
    """Columns 0 and 1 may grow together, 2 has two bounds, 3 an upper one only; a change of zero leaves nothing."""
    statement = KIND.statement(
        {
            "objective": [2, -1, 0, 0],
            "rows": [{"entries": [[0, 1], [1, -1]], "upper": 4}],
            "lower": [0, 0, 0, None],
            "upper": [None, None, 5, 7],
            "goal": "max",
        }
    )
    verdict = prove(KIND, statement, {"values": [[0, 4]], "ray": ray}, None, "unbounded").verdict
    assert (verdict.grade == "unbounded") == (complaint is None)
    assert complaint is None or complaint in verdict.violation


HALF = {"split": [2, 0], "children": [1, 2]}, {"farkas": [[0, "-1/2"], [1, 1]]}, {"farkas": [[0, "1/2"], [1, -1]]}


@pytest.mark.parametrize(
    ("integers", "sums", "nodes", "complaint"),
    [
        ([0, 1], [[[0, 1], [1, -1]]], HALF, None),
        ([0, 1], [[[0, 1], [1, -1]], [[0, 3]]], HALF, None),
        ([0, 1], [[[0, "1/2"], [1, "-1/2"]]], HALF, "sums.0. is no sum of integer columns"),
        ([0], [[[0, 1], [1, -1]]], HALF, "sums.0. is no sum of integer columns"),
        ([0, 1], [[[0, 1], [1, 1]]], HALF, "no bound on that side"),
        ([0, 1], [], HALF, "not an index"),
        ([0, 1], [[[0, 1], [1, -1]]], ({**HALF[0], "split": [2, 1]}, *HALF[1:]), "no contradiction"),
        ([0, 1], [[[0, 1], [1, -1]]], (HALF[0], {"farkas": [[0, "-1/2"], [1, -1]]}, HALF[2]), "leans on a side"),
        ([0, 1], [[[0, 1], [1, -1]]], (HALF[0], HALF[2], HALF[1]), "leans on a side"),
    ],
)
def test_sums_of_integers_are_split(integers, sums, nodes, complaint):
    """``2 x - 2 y = 1`` has no integer solution, as x - y is at most 0 or at least 1."""
    statement = KIND.statement(
        {
            "objective": [0, 0],
            "rows": [{"entries": [[0, 2], [1, -2]], "lower": 1, "upper": 1}],
            "lower": [None, None],
            "integers": integers,
        }
    )
    if len(integers) == 1:
        nodes = ({**nodes[0], "split": [1, 0]}, *nodes[1:])
    verdict = prove(KIND, statement, None, {"nodes": nodes, "sums": sums}, "infeasible").verdict
    assert (verdict.grade == "infeasible") == (complaint is None), verdict.violation
    assert complaint is None or re.search(complaint, verdict.violation)


def test_sums_are_for_trees():
    statement = KIND.statement({"objective": [0], "upper": [1], "integers": [0]})
    assert (
        "sums are for a tree"
        in prove(KIND, statement, None, {"multipliers": [], "sums": [[[0, 1]]]}, "bounded").verdict.violation
    )
