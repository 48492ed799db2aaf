"""Payoffs of the posterior mean: their values, integrals, and the proof that prices majorise them."""

from fractions import Fraction as F

import pytest

from dual import InputError, Undecided, Violation
from dual.functions.read_law import parse_law
from dual.kinds.means.payoff import parse_payoff
from dual.kinds.means.prices import Prices
from dual.numbers.interval import Interval, interval

UNIFORM = parse_law({"uniform": [0, 1]})
STEP = {"breakpoints": [0, "1/3", "2/3", 1], "pieces": [[0, 1], [1], ["1/2", 0, 1]]}


def payoff(raw, law=UNIFORM):
    return parse_payoff(raw, law)


def prices(knots, values):
    return Prices(tuple(knots), tuple(values))


def test_pieces_take_the_larger_value_at_breakpoints():
    step = payoff(STEP)
    assert [step.at(interval(F(k, 6))).lower for k in range(7)] == [0, F(1, 6), 1, 1, 1, F(43, 36), F(3, 2)]
    assert step.at(Interval(F(1, 6), F(1, 2))) == Interval(F(1, 6), F(1))


def test_integrals_are_exact_for_piecewise_polynomials():
    assert payoff("abs(m - 1/2)").integral(UNIFORM, F(0), F(1)) == interval(F(1, 4))
    assert payoff(STEP).integral(UNIFORM, F(0), F(1)) == interval(F(1, 18) + F(1, 3) + F(1, 6) + F(19, 81))
    rising = parse_law({"density": "2*x", "interval": [0, 1]})
    assert payoff("m**2", rising).integral(rising, F(0), F(1)) == interval(F(1, 2))


def test_an_integral_of_a_payoff_that_is_zero_in_the_middle_is_found_quickly():
    law = parse_law({"density": "exp(-x)", "interval": [0, 1]})
    assert payoff("abs(m - 1/2)", law).integral(law, F(0), F(1)).width < F(1, 10**15)


@pytest.mark.parametrize("text", ["m**2*(3 - 2*m)", {"breakpoints": [0, 1], "pieces": [[0, 0, 3, -2]]}])
def test_a_tangent_majorises_exactly_and_nothing_lower_does(text):
    smoothstep, tangent = payoff(text), F(27, 32)
    slope = F(9, 8)
    knots = [F(0), F(3, 4), F(1)]

    def line(raised):
        return [tangent + slope * (x - F(3, 4)) + raised for x in knots]

    smoothstep.prove_below(prices(knots, line(F(0))), F(0), F(1))
    with pytest.raises(Violation, match="price minus payoff"):
        smoothstep.prove_below(prices(knots, line(F(-1, 10**20))), F(0), F(1))


def test_prices_have_to_reach_both_sides_of_a_breakpoint():
    up = payoff({"breakpoints": [0, "1/2", 1], "pieces": [[0], [1]]})
    down = payoff({"breakpoints": [0, "1/2", 1], "pieces": [[1], [0]]})
    knots, rising = [F(0), F(1, 2), F(1)], [F(0), F(1), F(2)]
    up.prove_below(prices(knots, rising), F(0), F(1))
    down.prove_below(prices(knots, rising[::-1]), F(0), F(1))
    for piecewise, heights in ((up, [F(0), F(99, 100), F(2)]), (down, [F(2), F(99, 100), F(0)])):
        with pytest.raises(Violation):
            piecewise.prove_below(prices(knots, heights), F(0), F(1))


def test_a_range_of_one_point():
    payoff("m").prove_below(prices([F(1, 2)], [F(1, 2)]), F(1, 2), F(1, 2))
    with pytest.raises(Violation):
        payoff("m").prove_below(prices([F(1, 2)], [F(1, 3)]), F(1, 2), F(1, 2))
    with pytest.raises(Violation):
        payoff(STEP).prove_below(prices([F(1, 3)], [F(1, 2)]), F(1, 3), F(1, 3))


def test_irrational_payoffs_are_majorised_with_a_little_room():
    knots = [F(k, 8) for k in range(9)]
    exponential = payoff("exp(m)")
    heights = [exponential.at(interval(x)).upper + F(1, 10**15) for x in knots]
    exponential.prove_below(prices(knots, heights), F(0), F(1))
    with pytest.raises((Violation, Undecided)):
        exponential.prove_below(prices(knots, [height - F(1, 10**12) for height in heights]), F(0), F(1))


def test_listed_points_are_the_only_means():
    listed = payoff({"points": ["1/4", "1/2"], "values": [1, 2]})
    assert listed.at(interval(F(1, 2))) == interval(2)
    for mean in (interval(F(1, 3)), Interval(F(1, 4), F(1, 2))):
        with pytest.raises(Violation, match="none of the listed points"):
            listed.at(mean)
    with pytest.raises(Violation, match="not listed"):
        listed.integral(UNIFORM, F(0), F(1))
    listed.prove_below(prices([F(0), F(1)], [F(2), F(2)]), F(0), F(1))
    listed.prove_below(prices([F(0), F(1, 4)], [F(1), F(1)]), F(0), F(1, 4))
    with pytest.raises(Violation, match=r"the price at points\[1\] = 1/2 is 1 < 2 = values\[1\]"):
        listed.prove_below(prices([F(0), F(1)], [F(1), F(1)]), F(0), F(1))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("x", "payoff: column 1: unknown name 'x'"),
        (3, "payoff: 3 is not an expression"),
        ({}, "payoff: a payoff is an expression in m"),
        ({"points": [0]}, "payoff: a payoff is an expression in m"),
        (
            {"points": [0, 1, 0], "values": [1, 2, 3]},
            r"payoff.points\[2\]: the point 0 stands already at payoff.points\[0\]",
        ),
        ({"points": [0, 1], "values": [1]}, "payoff.values: the list has 1 entries where 2 are needed"),
        ({"breakpoints": [0, 1], "pieces": [[0], [1]]}, "payoff.pieces: the list has 2 entries where 1 are needed"),
        ({"breakpoints": [0, 1, 1], "pieces": [[0], [1]]}, r"payoff.breakpoints\[2\]: 1 does not lie above"),
        (
            {"breakpoints": [0, "1/2"], "pieces": [[0]]},
            "payoff.breakpoints: the breakpoints have to cover the law's range",
        ),
        ({"breakpoints": [0, 1], "pieces": [[]]}, r"payoff.pieces\[0\]: the list is empty"),
        ({"breakpoints": [0, 1], "pieces": [["x"]]}, r"payoff.pieces\[0\]\[0\]: 'x' is not a number"),
    ],
)
def test_bad_payoffs_are_named(raw, message):
    with pytest.raises(InputError, match=message):
        payoff(raw)
