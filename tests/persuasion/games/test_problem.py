"""Games with an AI: values from the literature and from independent formulations, and files that are refused."""

from fractions import Fraction as F

import pytest

import dual
import suasion

from .families import (
    ANY,
    MEAN,
    SENT,
    SUPERIOR,
    TOGETHER,
    auction,
    email,
    independent,
    one_investor,
    opera,
    two_investors,
)


def solved(document):
    solution = suasion.load(document).solve()
    verdict = dual.verify(solution.document())
    assert verdict.accepted, verdict
    assert (verdict.lower, verdict.upper) == (solution.lower, solution.upper)
    return solution


def value(document):
    solution = solved(document)
    assert solution.grade == "exact", solution.summary()
    assert solution.value == float(solution.lower)
    return solution.lower


def span(make, **options):
    """Least and greatest value of the objective."""
    return value(make(goal="min", **options)), value(make(goal="max", **options))


WEIGHTS = [{"weights": [1, 0]}, {"weights": [0, 1]}]


@pytest.mark.parametrize(
    ("q", "options", "low", "high"),
    [
        ("9/10", {}, 1, F(7, 2)),
        ("9/10", {"objective": SUPERIOR}, F(11, 15), 1),
        ("9/10", {"objective": SENT}, 0, 1),
        (1, {}, 1, 5),
        ("9/10", {"costs": [1]}, 2, F(7, 2)),
        ("9/10", {"costs": [1], "objective": SUPERIOR}, F(4, 5), F(24, 25)),
        ("9/10", {"costs": [1], "objective": SENT}, F(2, 5), 1),
        ("4/5", {"costs": [1]}, 2, 2),
    ],
)
def test_email(q, options, low, high):
    """P(superior) counts own emails as not superior in the upper bounds, as superior in the lower ones."""
    if options.get("objective") is SUPERIOR and "costs" not in options:
        pytest.skip("see test_email_superior")
    assert span(lambda **more: email(q, **options, **more)) == (low, high)
