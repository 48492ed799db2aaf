"""Intervals contain the truth, tightly, and are exact where the result is rational. Oracle: python-flint's balls."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dual.errors import InputError, Undecided
from dual.numbers.elementary import LARGEST_EXPONENT, cos, exp, log, sin, sqrt
from dual.numbers.interval import PRECISION, Interval, hull, interval, outward, reciprocal, rounded

ORACLES = {
    exp: lambda x: x.exp(),
    log: lambda x: x.log(),
    sqrt: lambda x: x.sqrt(),
    sin: lambda x: x.sin(),
    cos: lambda x: x.cos(),
}

scales = st.integers(-300, 300).map(lambda k: F(10) ** k)
mantissas = st.fractions(-10, 10, max_denominator=10**6)
numbers = st.builds(lambda a, b: a * b, mantissas, scales)
near_one = st.builds(lambda a, k: 1 + a * F(10) ** -k, mantissas, st.integers(0, 200))


@st.composite
def intervals(draw, elements=mantissas):
    return hull(draw(st.lists(elements, min_size=1, max_size=2)))


def ball(x: F) -> arb:
    return arb(fmpq(x.numerator, x.denominator))


def contains(found: Interval, truth: arb) -> bool:
    if found.is_point:
        return truth.contains(fmpq(found.lower.numerator, found.lower.denominator))
    return ball(found.lower) <= truth <= ball(found.upper)


@pytest.fixture(autouse=True)
def _precise():
    before, ctx.prec = ctx.prec, 4000
    yield
    ctx.prec = before


@settings(max_examples=60)
@given(intervals(), intervals(), st.fractions(0, 1), st.fractions(0, 1), st.integers(-4, 5))
def test_operations_contain_their_members(x, y, s, t, n):
    a, b = x.lower + s * x.width, y.lower + t * y.width
    assert a + b in x + y
    assert a - b in x - y
    assert a * b in x * y
    assert b * a in a * y
    assert -a in -x
    assert abs(a) in abs(x)
    assert a + 1 in 1 + x
    assert 1 - a in 1 - x
    if 0 not in y:
        assert a / b in x / y
        assert 1 / b in reciprocal(y)
        assert b**n in y**n
    if n >= 0:
        assert a**n in x**n


@settings(max_examples=60)
@given(intervals(), intervals())
def test_operations_are_attained_at_their_ends(x, y):
    corners = [a * b for a in (x.lower, x.upper) for b in (y.lower, y.upper)]
    assert x * y == Interval(min(corners), max(corners))
    assert (x - y).width == x.width + y.width
    squares = [x.lower**2, x.upper**2, *([F(0)] if 0 in x else [])]
    assert x**2 == Interval(min(squares), max(squares))
    assert abs(x) == Interval(F(0) if 0 in x else min(abs(x.lower), abs(x.upper)), x.magnitude)


def test_division_by_zero():
    with pytest.raises(InputError, match="division by zero"):
        1 / interval(0)
    with pytest.raises(Undecided, match=r"\[-1, 2\], which may be zero"):
        1 / Interval(F(-1), F(2))
    with pytest.raises(InputError, match="out of order"):
        Interval(F(1), F(0))


@settings(max_examples=60)
@given(numbers, st.integers(1, 200))
def test_rounding(x, bits):
    down, up = rounded(x, bits, up=False), rounded(x, bits, up=True)
    assert down <= x <= up
    assert max(x - down, up - x) * 2 ** (bits - 2) <= abs(x)
    assert outward(interval(x), bits) == Interval(down, up)
    for short in (down, up):
        odd = short.numerator // (short.numerator & -short.numerator or 1)
        assert short == x or (odd.bit_length() <= bits + 1 and short.denominator.bit_count() == 1)


@settings(max_examples=60)
@given(numbers, st.sampled_from([sin, cos]), st.sampled_from([24, 80, PRECISION, 400]))
def test_waves_at_points(x, function, bits):
    check(function, x, bits)


@settings(max_examples=60)
@given(
    st.one_of(numbers.map(abs).filter(bool), near_one.filter(lambda x: x > 0)),
    st.sampled_from([24, 80, PRECISION, 400]),
)
def test_roots_and_logarithms_at_points(x, bits):
    check(sqrt, x, bits)
    check(log, x, bits)


@settings(max_examples=60)
@given(
    st.one_of(
        mantissas, st.fractions(-2000, 2000), st.builds(lambda a, k: a / F(10) ** k, mantissas, st.integers(0, 300))
    )
)
def test_exponential_at_points(x):
    check(exp, x, PRECISION)
    check(exp, x, 30)


def check(function, x, bits):
    found = function(interval(x), bits)
    assert contains(found, ORACLES[function](ball(x)))
    assert found.width * 2 ** (bits - 4) <= min(abs(found.lower), abs(found.upper))


@settings(max_examples=60)
@given(intervals(st.fractions(-20, 20)), st.fractions(0, 1))
def test_images_of_intervals(x, t):
    inside = x.lower + t * x.width
    for function in (exp, sin, cos):
        assert contains(function(x), ORACLES[function](ball(inside)))
    positive = Interval(F(1, 7), F(1, 7) + x.width)
    for function in (sqrt, log):
        assert contains(function(positive), ORACLES[function](ball(F(1, 7) + t * x.width)))


@settings(max_examples=60)
@given(intervals(st.fractions(-20, 20)))
def test_images_are_not_wider_than_the_slope_allows(x):
    for function in (sin, cos):
        assert function(x).width <= x.width + F(1, 10**30)


def test_exact_where_rational():
    assert sqrt(interval(F(1, 4))) == interval(F(1, 2))
    assert sqrt(Interval(F(0), F(9))) == Interval(F(0), F(3))
    assert exp(interval(0)) == interval(1)
    assert log(interval(1)) == interval(0)
    assert sin(interval(0)) == interval(0)
    assert cos(interval(0)) == interval(1)
    assert cos(Interval(F(-1), F(1))).upper == 1
    assert sin(Interval(F(0), F(100))) == Interval(F(-1), F(1))


@pytest.mark.parametrize("function", [sqrt])
def test_domains_that_contain_zero(function):
    with pytest.raises(InputError, match="negative number"):
        function(Interval(F(-2), F(-1)))
    with pytest.raises(Undecided, match=r"\[-2, 1\]"):
        function(Interval(F(-2), F(1)))
    assert function(Interval(F(0), F(1))).upper in (0, 1)


def test_domain_of_the_logarithm():
    with pytest.raises(InputError, match="not positive, 0"):
        log(interval(0))
    with pytest.raises(Undecided, match=r"\[0, 1\]"):
        log(Interval(F(0), F(1)))


def test_the_exponential_is_bounded():
    with pytest.raises(InputError, match="exp beyond 10000, 10001"):
        exp(interval(LARGEST_EXPONENT + 1))
    with pytest.raises(Undecided, match="exp beyond 10000 cannot be excluded"):
        exp(Interval(F(0), F(LARGEST_EXPONENT + 1)))
    assert exp(interval(LARGEST_EXPONENT)).lower > F(10) ** 4342
    tiny = exp(interval(-(10**9)))
    assert tiny.lower == 0
    assert 0 < tiny.upper < F(1, 10**4342)


@settings(max_examples=10)
@given(st.integers(1, 10**6))
def test_sine_far_out(k):
    """Next to a multiple of pi the sine is small, and still relatively exact: 355/113 is nearly pi."""
    check(sin, F(355 * k, 113), PRECISION)
    check(cos, F(10) ** 100 + k, PRECISION)


@pytest.mark.parametrize("exponent", [10, 41, 43, 300, 4000])
def test_logarithms_next_to_one(exponent):
    """t - t^2/2 < log(1 + t) < t - t^2/2 + t^3/3 for t > 0, and the mirror image below one."""
    for t in (F(1, 10**exponent), F(-1, 10**exponent)):
        found = log(interval(1 + t))
        assert found.lower <= t - t**2 / 2 + abs(t**3) / 2
        assert found.upper >= t - t**2 / 2 - abs(t**3) / 2
        assert found.width < abs(t) / 2**138
