"""Taylor expansions: the remainder contains what the polynomial misses. Oracle: python-flint's balls."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dual.functions import bernstein, series
from dual.numbers.interval import Interval

FUNCTIONS = {
    "exp": (series.EXP, lambda x: x.exp(), None),
    "log": (series.LOG, lambda x: x.log(), F(1, 1000)),
    "sqrt": (series.SQRT, lambda x: x.sqrt(), F(0)),
    "xlogx": (series.XLOGX, lambda x: x * x.log() if x > 0 else arb(0), F(0)),
    "sin": (series.SIN, lambda x: x.sin(), None),
    "cos": (series.COS, lambda x: x.cos(), None),
    "cube": (series.power(3), lambda x: x**3, F(0)),
    "reciprocal": (series.power(-1), lambda x: 1 / x, F(1, 1000)),
    "inverse square": (series.power(-2), lambda x: 1 / x**2, F(1, 1000)),
}

lengths = st.builds(lambda a, k: a / F(10) ** k, st.fractions(F(1, 10), 8, max_denominator=1000), st.integers(0, 12))


@pytest.fixture(autouse=True)
def _precise():
    before, ctx.prec = ctx.prec, 2000
    yield
    ctx.prec = before


def ball(x):
    return arb(fmpq(x.numerator, x.denominator))


def polynomial(taylor, t):
    u = (t - taylor.centre) / F(2) ** taylor.exponent
    return sum((s * u**j for j, s in enumerate(taylor.coefficients)), F(0)) / F(2) ** taylor.shift


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=25)
@given(start=st.fractions(-6, 6, max_denominator=100), length=lengths, order=st.integers(1, 12), at=st.fractions(0, 1))
def test_the_remainder_holds(name, start, length, order, at):
    function, oracle, least = FUNCTIONS[name]
    if least is not None:
        start = max(start, least)
    x = Interval(start, start + length)
    taylor = function.expand(x, order)
    assert 2 <= len(taylor.coefficients) <= order + 1
    t = start + at * length
    missed = oracle(ball(t)) - ball(polynomial(taylor, t))
    assert ball(taylor.remainder.lower) <= missed <= ball(taylor.remainder.upper)
    assert taylor.remainder.lower <= 0 <= taylor.remainder.upper


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_remainder_is_of_high_order(name):
    """Order n on an interval of length h misses O(h^(n+1)): eight times shorter, 8^(n+1) / 4 times better."""
    function, _, _ = FUNCTIONS[name]
    for order in (1, 2, 4):
        wide = function.expand(Interval(F(1), F(1) + F(1, 4)), order).remainder.width
        narrow = function.expand(Interval(F(1), F(1) + F(1, 32)), order).remainder.width
        assert narrow * 8 ** (order + 1) <= 4 * wide or narrow < F(1, 10**20)


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=25)
@given(start=st.fractions(F(1, 10), 6, max_denominator=100), length=lengths, at=st.fractions(0, 1))
def test_slopes_bound_difference_quotients(name, start, length, at):
    function, oracle, _ = FUNCTIONS[name]
    slope = function.slope(Interval(start, start + length))
    left, right = start + at * length / 2, start + length
    quotient = (oracle(ball(right)) - oracle(ball(left))) / ball(right - left)
    assert ball(slope.lower) - 1e-300 <= quotient <= ball(slope.upper) + 1e-300


def test_unbounded_slopes():
    for function in (series.SQRT, series.XLOGX):
        assert function.slope(Interval(F(0), F(1))) is None


@settings(max_examples=25)
@given(
    st.lists(st.integers(-50, 50), min_size=3, max_size=3),
    st.integers(1, 10**6),
    st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any),
    st.sampled_from(["exp", "sin", "cos"]),
)
def test_substitution(values, denominator, weights, name):
    """An affine function on a triangle, put into a Taylor polynomial."""
    values = [F(value, denominator) for value in values]
    x = Interval(min(values), max(values))
    if x.is_point:
        return
    taylor = FUNCTIONS[name][0].expand(x, 6)
    common = denominator * taylor.centre.denominator
    terms = {bernstein.corner(k, 1): int((value - taylor.centre) * common) for k, value in enumerate(values)}
    found, scale, error = taylor.substitute(terms, common, 3, 1)
    at = [F(weight, sum(weights)) for weight in weights]
    t = sum(weight * value for weight, value in zip(at, values, strict=True))
    assert abs(bernstein.value(found, at) / scale - polynomial(taylor, t)) <= error
    assert error * F(2) ** (taylor.shift + 70) <= max(map(abs, taylor.coefficients[1:]))
