"""Lower bounds of expressions that are infinite at the edge of a box: never above a value inside."""

import math
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dual.errors import InputError, Undecided
from dual.functions.expression import Expression
from dual.functions.unbounded import least
from dual.numbers.interval import Interval, interval

TEXTS = (
    "(2*x - 1)*log(x/(1 - x))",
    "-log(x) - log(y)",
    "1/(x*y) - 1/(x + y)",
    "x*log(x) - x*log(y) + y*log(y) - y*log(x)",
    "(x - y)**-2 + x**3/y",
    "(x - 1/3)**2*(y - 1/2)/(x*x)",
    "-x/(y - 1) - y/(x - 2)",
    "(1/x - 1/y)**2",
    "1/(log(x) - 1)",
    "x**-3*y - log(y)**3",
    "exp(x)/y + 1/x",
    "-1/(x - y)",
)
ends = st.builds(F, st.integers(0, 12), st.sampled_from([4, 8, 12, 1000]))


@pytest.mark.parametrize("text", TEXTS)
@settings(max_examples=20)
@given(st.lists(ends, min_size=2, max_size=2), st.lists(ends, min_size=2, max_size=2), st.data())
def test_no_value_is_below(text, xs, ys, data):
    box = [Interval(min(xs), max(xs)), Interval(min(ys), max(ys))]
    parsed = Expression.parse(text, ["x", "y"])
    low = least(parsed, box)
    if low is None:
        return
    for _ in range(3):
        point = [side.lower + side.width * data.draw(st.fractions(0, 1, max_denominator=10**6)) for side in box]
        try:
            value = parsed.enclose([interval(x) for x in point], 200)
        except (InputError, Undecided):
            continue
        assert low <= value.upper


@pytest.mark.parametrize(
    ("text", "box", "expected"),
    [
        ("1/x", (F(0), F(1, 4)), 4),
        ("-log(x)", (F(0), F(1, 8)), math.log(8)),
        ("1/(x*(1 - x))", (F(0), F(1, 2)), 2),
        ("(2*x - 1)*log(x/(1 - x))", (F(0), F(1, 4)), math.log(3) / 2),
        ("x*log(x)", (F(0), F(1)), -1 / math.e),
        ("1/x**2 - 3", (F(-1), F(0)), -2),
    ],
)
def test_bounds_that_are_tight(text, box, expected):
    assert float(least(Expression.parse(text, ["x"]), [Interval(*box)])) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("text", ["log(x)", "-1/x", "1/(x - 1/2)", "-log(x)*(x - 1/4)", "sin(x)/x"])
def test_what_has_no_bound_gets_none(text):
    assert least(Expression.parse(text, ["x"]), [Interval(F(0), F(1))]) is None
