"""Dyadic rounding: the step, the error, and what is refused."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dual import SolverError
from transport.programs.rounding import (
    dyadic,
    round_dyadic,
    simple_belief,
    simple_near,
    simple_or_dyadic,
    simplest_between,
)

floats = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(floats, min_size=1, max_size=8), st.integers(0, 60))
def test_rounding_is_to_the_nearest_point_of_a_relative_grid(values, bits):
    rounded = round_dyadic(values, bits)
    largest = max(abs(F(value)) for value in values)
    if not largest:
        assert set(rounded) == {0}
        return
    exponent = 0
    while F(2) ** exponent < largest:
        exponent += 1
    while F(2) ** (exponent - 1) >= largest:
        exponent -= 1
    step = F(2) ** (exponent - bits)
    for value, result in zip(values, rounded, strict=True):
        assert (result / step).denominator == 1
        assert abs(result - F(value)) <= step / 2


def test_known_roundings():
    assert round_dyadic([1 / 3, 1.0], bits=4) == (F(5, 16), 1)
    assert round_dyadic([1 / 3, 1.5], bits=4) == (F(3, 8), F(3, 2))
    assert round_dyadic([0.3, -0.3], bits=2, scale=4) == (0, 0)
    assert round_dyadic([0.6, -0.6], bits=2, scale=4.0) == (1, -1)
    assert round_dyadic(np.array([[0.0, 5e-324]]), bits=10) == (0, F(5e-324))
    assert round_dyadic([]) == ()
    assert round_dyadic(np.zeros(3)) == (0, 0, 0)


def test_a_value_beyond_the_scale_is_rounded_all_the_same():
    assert round_dyadic([10.3], bits=1, scale=1.0) == (F(21, 2),)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(bad):
    with pytest.raises(SolverError, match="cannot round"):
        round_dyadic([1.0, bad])


@pytest.mark.parametrize("scale", [0.0, -1.0, math.inf, math.nan])
def test_bad_scales_are_refused(scale):
    with pytest.raises(SolverError, match="cannot round relative to"):
        round_dyadic([1.0], scale=scale)


@given(st.floats(-10, 10), st.integers(1, 60))
def test_the_next_multiple(value, bits):
    found = dyadic(value, bits)
    assert (found * 2**bits).denominator == 1
    assert abs(found - F(value)) <= F(1, 2 ** (bits + 1))


@given(st.fractions(0, 1, max_denominator=40), st.floats(-1e-9, 1e-9))
def test_the_simple_fraction_that_was_meant(meant, error):
    """Two fractions with denominators up to 40 are at least 1/1600 apart, so the nearest one is the one meant."""
    value = float(meant) + error
    assert simple_near(value, 40, 1e-8) == meant
    assert simple_or_dyadic(value, 40, 1e-8, 20) == meant


@given(st.fractions(0, 1, max_denominator=40), st.floats(1e-5, 1e-4))
def test_what_is_not_near_a_simple_fraction_is_none(meant, error):
    value = float(meant) + error
    assert simple_near(value, 40, 1e-6) is None
    assert simple_or_dyadic(value, 40, 1e-6, 20) == dyadic(value, 20)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=4).filter(any))
def test_beliefs_sum_to_one_or_are_none(weights):
    total = sum(weights)
    belief = [w / total for w in weights]
    assert simple_belief(belief, 40, 1e-9) == tuple(F(w, total) for w in weights)
    assert simple_belief([*belief[:-1], belief[-1] + 0.5], 40, 1e-9) is None


@given(st.fractions(-5, 5, max_denominator=50), st.fractions(0, 1, max_denominator=50).filter(bool))
def test_no_fraction_between_is_simpler(low, width):
    found = simplest_between(low, low + width)
    assert low <= found <= low + width
    for denominator in range(1, found.denominator):
        assert -(-low * denominator // 1) > (low + width) * denominator
