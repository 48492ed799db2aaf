"""Polynomials in barycentric coordinates against plain evaluation and binomial identities."""

from __future__ import annotations

import math
from fractions import Fraction as F

from hypothesis import given, settings
from hypothesis import strategies as st

from dual.functions import bernstein, comparing, cuts
from dual.functions.bernstein import corner, factorials, multinomials, unpacked
from tests.dual.functions.points import value

SMALL = st.integers(-9, 9)


@st.composite
def polynomials(draw, size=None, signs=SMALL):
    size = size or draw(st.integers(2, 4))
    degree = draw(st.integers(0, 4))
    terms = {key: draw(signs) for key in factorials(size, degree)}
    return terms, size, degree


@st.composite
def barycentric(draw, size):
    weights = draw(st.lists(st.integers(0, 5), min_size=size, max_size=size).filter(any))
    return [F(weight, sum(weights)) for weight in weights]


def bernstein_coefficients(terms, size, degree):
    """a!/d! c_a, from the definition."""
    return {
        unpacked(key, size): F(math.prod(map(math.factorial, unpacked(key, size))) * value, math.factorial(degree))
        for key, value in terms.items()
    }


@settings(max_examples=50)
@given(st.data())
def test_products_and_raising_keep_values(data):
    a, size, degree = data.draw(polynomials())
    b, _, _ = data.draw(polynomials(size))
    at = data.draw(barycentric(size))
    assert value(bernstein.product(a, b), at) == value(a, at) * value(b, at)
    more = data.draw(st.integers(0, 3))
    raised = bernstein.raised(a, size, more)
    assert value(raised, at) == value(a, at)
    assert all(sum(unpacked(key, size)) == degree + more for key in raised)


@settings(max_examples=50)
@given(st.data())
def test_extremes_bound_the_values_and_are_bernstein_coefficients(data):
    terms, size, degree = data.draw(polynomials())
    lowest, highest = (F(x, math.factorial(degree)) for x in bernstein.extremes(terms, size, degree))
    coefficients = bernstein_coefficients(terms, size, degree).values()
    assert (lowest, highest) == (min(coefficients), max(coefficients))
    assert lowest <= value(terms, data.draw(barycentric(size))) <= highest
    vertex = data.draw(st.integers(0, size - 1))
    at = [F(k == vertex) for k in range(size)]
    assert value(terms, at) == terms[corner(vertex, degree)]


def test_missing_terms_are_zero():
    assert bernstein.extremes({corner(0, 2): 5}, 2, 2) == (0, 10)
    assert bernstein.extremes({}, 3, 2) == (0, 0)
    assert bernstein.product({}, {0: 1}) == {}


@settings(max_examples=50)
@given(st.integers(2, 4), st.integers(0, 6))
def test_multinomials_sum_to_powers(size, degree):
    assert sum(multinomials(size, degree).values()) == size**degree
    assert len(factorials(size, degree)) == math.comb(degree + size - 1, degree)


@settings(max_examples=50)
@given(st.data())
def test_zero_faces_of_nonpositive_polynomials(data):
    """On a noted face the polynomial is zero; at an inner point of any other face it is negative."""
    terms, size, degree = data.draw(polynomials(signs=st.sampled_from([0, 0, 0, -1, -2])))
    if degree == 0 or not any(terms.values()):
        return
    faces = comparing.zero_faces(terms, size)
    for mask in range(1, 2**size):
        kept = [k for k in range(size) if mask >> k & 1]
        centre = [F(k in kept, len(kept)) for k in range(size)]
        inside = any(set(kept) <= set(face) for face in faces)
        assert (value(terms, centre) == 0) == inside


@settings(max_examples=50)
@given(st.fractions(0, 1, max_denominator=1000).filter(lambda t: 0 < t < 1), st.integers(1, 5), st.integers(-3, 3))
def test_short_roots_are_found(root, factor, tilt):
    """(t - root) times a positive quadratic."""
    linear = {corner(0, 1): -root.numerator, corner(1, 1): root.denominator - root.numerator}
    square = bernstein.product({corner(0, 1): tilt, corner(1, 1): 1}, {corner(0, 1): tilt, corner(1, 1): 1})
    positive = {key: square.get(key, 0) + factor * weight for key, weight in multinomials(2, 2).items()}
    assert cuts.short_root(bernstein.product(linear, positive), 3) == root


def test_irrational_roots_are_not_found():
    assert cuts.short_root({corner(0, 2): -1, corner(0, 1) + corner(1, 1): -2, corner(1, 2): 1}, 2) is None
