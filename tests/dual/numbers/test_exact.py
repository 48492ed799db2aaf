"""Exact numbers: what is read, what is refused, and what floats mean."""

import math
from decimal import Decimal
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dual.errors import InputError
from dual.numbers import exact


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (3, F(3)),
        ("0.3", F(3, 10)),
        (" 7/10 ", F(7, 10)),
        ("-1e-3", F(-1, 1000)),
        ("+.5", F(1, 2)),
        ("2.", F(2)),
        (Decimal("0.1"), F(1, 10)),
        (F(2, 3), F(2, 3)),
        (0.1, F(0.1)),
        (np.float64(0.5), F(1, 2)),
        (np.int64(7), F(7)),
        (np.float32(0.25), F(1, 4)),
        ("1e4000", F(10**4000)),
        ("9" * 4000, F(int("9" * 4000))),
    ],
    ids=lambda given: type(given).__name__,
)
def test_numbers_are_read_exactly(given, meant):
    assert exact.number(given) == meant


@pytest.mark.parametrize(
    "given",
    [
        True, False, np.bool_(True), None, "seven", "", "1/0", "7/0", "1/2/3", "0x10", "1_000", "٣",
        "1e4001", "1e999999999", "1e-99999999999", "9" * 4001, "1/" + "9" * 4001, "1" * 1_000_000, 10**4900,
        math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("Infinity"), [1], {"a": 1}, 1j,
    ],
    ids=lambda given: type(given).__name__,
)  # fmt: skip
def test_what_is_no_number_is_refused_with_its_field(given):
    with pytest.raises(InputError, match=r"^prior\[3\]: ") as caught:
        exact.number(given, "prior[3]")
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_float_probabilities_are_snapped_and_payoffs_are_not():
    assert exact.probability(0.3) == F(3, 10)
    assert exact.number(0.3) == F(0.3) != F(3, 10)
    assert exact.probability(1 / 3) == F(1, 3)
    assert exact.probability(0.5 + 3e-9) == F(0.5 + 3e-9)
    assert exact.probability(np.float64(0.7)) == F(7, 10)
    assert [exact.probability(x) for x in np.linspace(0, 1, 11)] == [F(k, 10) for k in range(11)]


@given(st.integers(1, 10**6), st.data())
def test_every_small_fraction_survives_a_trip_through_float(denominator, data):
    fraction = F(data.draw(st.integers(0, denominator)), denominator)
    assert exact.probability(float(fraction)) == fraction


def test_float_prior_is_corrected_at_its_largest_entry():
    weights = np.array([math.pi, math.e, 1.0])
    prior = exact.distribution(weights / weights.sum(), "prior")
    assert sum(prior) == 1
    assert prior[1:] == tuple(exact.probability(x) for x in (weights / weights.sum())[1:])


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ([0.7, 0.2], "sum to 9/10, not to 1"),
        (["1/3", "1/3", "0.3333333333"], "not to 1"),
        ([F(3, 2), F(-1, 2)], r"prior\[1\]: -1/2 is negative"),
        ([], "empty"),
        (0.5, "not a list"),
        ([[1]], r"prior\[0\]"),
        ("11", "not a list"),
    ],
)
def test_what_is_no_distribution_is_refused(given, complaint):
    with pytest.raises(InputError, match=complaint):
        exact.distribution(given, "prior")


def test_ragged_matrix_names_its_row():
    with pytest.raises(InputError, match=r"sender\[1\]: this row has 1 entries, but sender\[0\] has 2"):
        exact.matrix([[1, 2], [3]], "sender")


@given(st.fractions())
def test_text_is_read_back(number):
    assert exact.number(exact.text(number)) == number


def test_numbers_beyond_the_limit_are_not_written():
    with pytest.raises(InputError, match="4000 digits"):
        exact.text(F(1, 10**4001))


def test_nearest_double():
    assert exact.nearest_double(F(1, 10)) == 0.1
    assert exact.nearest_double(F(10**400)) == str(10**400)
