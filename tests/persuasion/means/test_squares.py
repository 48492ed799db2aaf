"""Prices that are the payoff where states are revealed, and squares where they touch it at irrational means."""

import random
from fractions import Fraction as F
from math import comb

import pytest

from dual import InputError
from persuasion import MeanPersuasion

UNIFORM = {"uniform": [0, 1]}
INFLECTION = "m**6/30 - m**4/12 + m**2/8"
"""Convex: its second derivative is the square of m^2 - 1/2."""


@pytest.mark.parametrize("method", [None, "squares"])
@pytest.mark.parametrize(
    ("law", "payoff", "value"),
    [
        (UNIFORM, "m**2*(3 - 2*m)", F(539, 1024)),
        # Convex, so that everything is revealed, though the second derivative vanishes at an irrational mean.
        (UNIFORM, INFLECTION, F(1, 210) - F(1, 60) + F(1, 24)),
        ({"density": "2*x", "interval": [0, 1]}, INFLECTION, 2 * (F(1, 240) - F(1, 72) + F(1, 32))),
        ({"uniform": [-1, 1]}, "m**2", F(1, 3)),
        # A parabola and, with a kink at 1/2, a line: convex.
        (UNIFORM, {"breakpoints": [0, "1/2", 1], "pieces": [[0, 0, 1], ["-3/4", 2]]}, F(1, 24) + F(3, 8)),
    ],
)
def test_closed_forms_are_exact(law, payoff, value, method):
    solution = MeanPersuasion(law, payoff).solve(method=method)
    assert (solution.lower, solution.upper, solution.grade) == (value, value, "exact")
    if method:
        assert solution.solver["method"] == "squares"
        assert solution.dual.squares is not None


def bernstein(rng, degree):
    """A polynomial that bends to and fro, by coefficients of powers."""
    found = [F(0)] * (degree + 1)
    for k in range(degree + 1):
        value = F(rng.randint(-20, 20), rng.choice([1, 2, 4]))
        for j in range(degree - k + 1):
            found[k + j] += value * comb(degree, k) * comb(degree - k, j) * (-1) ** j
    return found


def check(seed, method=None):
    """Against what was there before: prices by chords end at 5e-8 where curved payoffs are revealed."""
    rng = random.Random(seed)
    law = rng.choice(
        [UNIFORM, {"density": "exp(-x)", "interval": [0, 1]}, {"density": "x*(1 - x)", "interval": [0, 1]}]
    )
    cuts = [0, *sorted(rng.sample([F(k, 20) for k in range(1, 20)], rng.randint(0, 2))), 1]
    pieces = [bernstein(rng, rng.randint(2, 7)) for _ in cuts[1:]]
    solution = MeanPersuasion(law, {"breakpoints": cuts, "pieces": pieces}).solve(method=method)
    assert 0 <= solution.upper - solution.lower <= F(1, 10**10) * max(1, abs(solution.upper)), seed
    assert solution.verify().accepted


@pytest.mark.parametrize("seed", range(8))
def test_random_polynomials_end_within_ten_digits(seed):
    check(seed, "squares" if seed % 2 else None)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8, 108))
def test_random_polynomials_end_within_ten_digits_at_length(seed):
    check(seed)


@pytest.mark.parametrize("payoff", ["exp(m)", "sin(6*m)", "exp(-10*(m - 1/3)**2)", "1/(1 + m)"])
def test_analytic_payoffs_are_revealed_by_polynomials(payoff):
    solution = MeanPersuasion(UNIFORM, payoff).solve()
    assert 0 <= solution.upper - solution.lower < F(1, 10**10)
    assert hasattr(solution.prices, "polynomials")


def test_squares_need_all_means():
    listed = MeanPersuasion(UNIFORM, {"points": [0, "1/2", 1], "values": [0, 1, 0]})
    with pytest.raises(InputError, match="method: squares"):
        listed.solve(method="squares")


def test_curved_prices_are_shown():
    solution = MeanPersuasion(UNIFORM, "m**2*(3 - 2*m)").solve()
    prices = solution.tables()[-1]
    assert [row[-1] for row in prices.rows] == ["3*m**2 - 2*m**3", "-25/128 + 45/32*m", "-25/128 + 45/32*m", ""]
    assert solution.prices(F(1, 8)) == F(1, 64) * (3 - F(1, 4))
    line = solution.plot().lines[1]
    assert max(line.get_ydata()) == pytest.approx(155 / 128)
