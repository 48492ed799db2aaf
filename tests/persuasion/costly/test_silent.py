"""Actions that nobody ever takes cost no precision, however large the penalty that rules them out."""

import math

import pytest

from persuasion import CostlyPersuasion

SENDER = [["-5", "-2", "-5", "-1"], ["4", "-2", "4", "-5"], ["4", "3", "-2", "3"]]


@pytest.mark.parametrize("digits", [3, 6, 9, 12, 30])
def test_a_penalty_of_any_size(digits):
    """Revealing all is best: 12/25 (-1) + 13/25 (-2), and the entropy of the prior as its cost."""
    large = 10**digits
    problem = CostlyPersuasion(
        prior=["12/25", 0, "13/25"],
        sender=SENDER,
        receiver=[[1, large, large, large], [-1, "1/2", "1/3", 0], ["1/3", 0, 1, 0]],
        cost={"entropy": "1/10"},
    )
    value = -0.48 - 1.04 + 0.1 * (0.48 * math.log(0.48) + 0.52 * math.log(0.52))
    solution = problem.solve()
    assert float(solution.lower) == pytest.approx(value, abs=1e-9)
    assert float(solution.upper) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("penalty", [10**3, 10**10])
@pytest.mark.parametrize("cost", [{"quadratic": "1/4"}, "q0**2/4 + q1**2/4"])
def test_an_action_worse_than_a_mixture_of_two_others(penalty, cost):
    """Action 2 is worse than half of 0 and half of 1 in both states, but than neither of them alone."""
    problem = CostlyPersuasion(
        prior=["1/2", "1/2"],
        sender=[[0, 1, 8], [1, 0, 9]],
        receiver=[[2 * penalty, 0, penalty - 1], [0, 2, "9/10"]],
        cost=cost,
    )
    without = CostlyPersuasion(
        prior=["1/2", "1/2"], sender=[[0, 1], [1, 0]], receiver=[[2 * penalty, 0], [0, 2]], cost=cost
    )
    found, expected = problem.solve(), without.solve()
    assert float(found.lower) == pytest.approx(float(expected.lower), abs=1e-7)
    assert float(found.upper) == pytest.approx(float(expected.upper), abs=1e-7)
    assert float(found.upper - found.lower) < 1e-6
