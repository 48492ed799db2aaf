"""Programs without an optimum: rays that lead on for ever, and those that do not."""

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
