"""0 log 0 = 0: the step, its enclosures against another library and by samples, and entropies as payoffs."""

import math
import random
from fractions import Fraction as F

import flint
import numpy as np
import pytest

import suasion
from dual.errors import InputError, Undecided
from dual.functions.band import Cell
from dual.functions.bands import bands
from dual.functions.expression import Expression
from dual.numbers.elementary import xlogx
from dual.numbers.interval import Interval, interval


def read(text):
    return Expression.parse(text, ["x", "y"])


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x*log(x)", "log(x)*x"),
        ("-x*log(x)", "-(x*log(x))"),
        ("3*x*log(x)", "3*(x*log(x))"),
        ("(1 - x)*log(1 - x)", "log(1 - x)*(1 - x)"),
    ],
)
def test_every_way_to_write_it_is_zero_at_zero(text, same):
    one, other = read(text), read(same)
    at = F(1) if "1 - x" in text else F(0)
    assert one.at([at, F(2)]) == other.at([at, F(2)]) == 0
    near = [interval(F(1, 3)), interval(F(2))]
    plain = one.enclose(near)
    assert plain.lower <= other.enclose(near).upper
    assert other.enclose(near).lower <= plain.upper


def test_another_logarithm_keeps_its_pole():
    for text in ("x*log(y)", "log(x)", "x*log(x) + log(x)", "x**2*log(x)/x"):
        with pytest.raises(InputError):
            read(text).at([F(0), F(0)])
    with pytest.raises(InputError, match="the logarithm of a number that is not positive"):
        read("x*log(x)").at([F(-1), F(0)])
    with pytest.raises(Undecided):
        read("x*log(x)").enclose([Interval(F(-1), F(1)), interval(F(0))])


def test_enclosures_contain_what_another_library_finds():
    rng = random.Random(7)
    flint.ctx.prec = 300
    for _ in range(300):
        ends = sorted(
            F(rng.randint(0, 2**k), 2 ** rng.randint(0, 40)) for k in (rng.randint(0, 50), rng.randint(0, 50))
        )
        found = xlogx(Interval(*ends))
        places = [ends[0], ends[1], *(ends[0] + (ends[1] - ends[0]) * F(rng.random()) for _ in range(3))]
        if ends[0] <= F(36787944117144233, 10**17) <= ends[1]:
            places.append(F(36787944117144233, 10**17))
        for x in places:
            if x:
                arb = flint.arb(flint.fmpq(x.numerator, x.denominator))
                value = arb * arb.log()
                low, high = (flint.arb(flint.fmpq(e.numerator, e.denominator)) for e in (found.lower, found.upper))
                assert not (value < low)
                assert not (value > high)
            else:
                assert found.lower <= 0 <= found.upper
        tight = xlogx(interval(ends[1]))
        assert tight.width <= abs(tight.upper) * F(1, 2**60) + F(1, 2**60)


def test_bands_contain_it_from_the_corner_on():
    rng = random.Random(3)
    band = bands(Expression.parse("x*log(x) + (1 - x)*log(1 - x)", ["x"]))
    for _ in range(40):
        left = F(rng.choice([0, rng.randint(0, 60)]), 64)
        right = left + F(1, 2 ** rng.randint(6, 20))
        hull = band(Cell([[left], [right]])).hull
        for k in range(5):
            x = float(left + (right - left) * k / 4)
            value = sum(z * math.log(z) for z in (x, 1 - x) if z)
            assert float(hull.lower) - 1e-12 <= value <= float(hull.upper) + 1e-12
    widths = [band(Cell([[F(0)], [F(1, 2**k)]])).hull.width for k in (2, 6, 12, 24)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < F(1, 10**5)


def hull_value(prior, payoff, size=4001):
    """The concave envelope by brute force over pairs of points."""
    x = np.linspace(0, 1, size)
    v = np.array([payoff(t) for t in x])
    at = round(prior * (size - 1))
    best = v[at]
    for i in range(at):
        weight = (x[at] - x[i]) / (x[at + 1 :] - x[i])
        best = max(best, float(((1 - weight) * v[i] + weight * v[at + 1 :]).max()))
    return best


def entropy(t):
    return -sum(z * math.log(z) for z in (t, 1 - t) if z)


def test_entropy_is_best_left_alone():
    solution = suasion.Concavification(["7/10", "3/10"], value="-(q0*log(q0)+q1*log(q1))").solve()
    assert float(solution.upper - solution.lower) < 1e-9
    assert float(solution.lower) == pytest.approx(entropy(0.3), abs=1e-9)
    assert solution.verify().accepted


def test_negative_entropy_is_best_revealed():
    solution = suasion.Concavification(["7/10", "3/10"], value="q0*log(q0) + q1*log(q1)").solve()
    assert (solution.lower, solution.grade) == (0, "exact")


def test_entropy_with_a_step():
    solution = suasion.Concavification(["7/10", "3/10"], value="-p*log(p) - (1-p)*log(1-p) + (p >= 1/2)").solve()
    assert float(solution.upper - solution.lower) < 1e-8
    assert float(solution.lower) == pytest.approx(hull_value(0.3, lambda t: entropy(t) + (t >= 0.5)), abs=1e-6)


def test_entropy_of_three_states():
    text = "-(q0*log(q0) + q1*log(q1) + q2*log(q2))"
    solution = suasion.Concavification(["1/2", "1/4", "1/4"], value=text).solve()
    assert float(solution.lower) == pytest.approx(1.5 * math.log(2), abs=1e-7)
    assert float(solution.upper) == pytest.approx(1.5 * math.log(2), abs=1e-7)


def test_two_receivers_on_a_grid_with_certainty():
    problem = suasion.TwoReceiverPersuasion("1/2", "-(x*log(x) + (1-x)*log(1-x))", grid=[0, "1/2", 1])
    assert float(problem.solve().lower) == pytest.approx(math.log(2), abs=1e-12)
