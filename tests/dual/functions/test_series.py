"""Derivatives over factorials, enclosed on intervals. Oracle: python-flint's power series of balls."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from flint import arb, arb_series, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dual.errors import InputError, Undecided
from dual.functions import series, taylor
from dual.numbers.interval import Interval

FUNCTIONS = {
    "exp": (series.exp, lambda x: x.exp(), None),
    "log": (series.log, lambda x: x.log(), F(1, 1000)),
    "xlogx": (series.xlogx, lambda x: x * x.log(), F(1, 1000)),
    "sqrt": (series.sqrt, lambda x: x.sqrt(), F(1, 1000)),
    "sin": (series.sin, lambda x: x.sin(), None),
    "cos": (series.cos, lambda x: x.cos(), None),
    "erf": (series.erf, lambda x: x.erf(), None),
    "pi": (series.pi, lambda x: arb.pi() * x, None),
    "reciprocal": (taylor.reciprocal, lambda x: 1 / x, F(1, 1000)),
}
ORDER = 12

lengths = st.builds(lambda a, k: a / F(10) ** k, st.fractions(0, 8, max_denominator=1000), st.integers(0, 12))


@pytest.fixture(autouse=True)
def _precise():
    before, ctx.prec, ctx.cap = (ctx.prec, ctx.cap), 600, ORDER + 1
    yield
    ctx.prec, ctx.cap = before


def ball(x):
    return arb(fmpq(x.numerator, x.denominator))


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=50)
@given(start=st.fractions(-6, 6, max_denominator=100), length=lengths, at=st.fractions(0, 1))
def test_derivatives_lie_in_their_enclosures(name, start, length, at):
    function, oracle, least = FUNCTIONS[name]
    start = start if least is None else max(start, least)
    found = function(Interval(start, start + length), ORDER)
    assert len(found) == ORDER + 1
    expected = oracle(arb_series([ball(start + at * length), arb(1)]))
    for j, enclosure in enumerate(found):
        assert not ball(enclosure.lower) > expected[j]
        assert not ball(enclosure.upper) < expected[j]
        if not length:
            assert enclosure.width <= (enclosure.magnitude + F(1, 10**30)) / 10**20


def test_negative_reciprocals():
    assert taylor.reciprocal(Interval(F(-2), F(-1)), 2) == [
        Interval(F(-1), F(-1, 2)),
        Interval(F(-1), F(-1, 4)),
        Interval(F(-1), F(-1, 8)),
    ]


@pytest.mark.parametrize("function", [series.sqrt, series.log, taylor.reciprocal])
def test_where_a_function_is_not_smooth(function):
    for order in (1, 5):
        with pytest.raises((InputError, Undecided)):
            function(Interval(F(0), F(1)), order)
    assert series.sqrt(Interval(F(0), F(4)), 0) == [Interval(F(0), F(2))]
