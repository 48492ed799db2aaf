"""Expressions in floating point agree with their exact evaluation, and their slopes with differences."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from dual.expression import Expression
from dual.interval import interval
from transport.road.compiled import compiled, kinks

CASES = [
    "p**2*(3 - 2*p)",
    "(p >= 1/2) - 16*(p - 3/10)**2",
    "abs(p - 1/3) + max(q, p, 1/2) - min(q, 1/4)",
    "exp(-p)*sin(6*q) + cos(p*q) + log(1 + p) + sqrt(q)",
    "(p < q) and not (q > 3/4) or p == 1/2",
    "p/(1 + q)**3 - 2/7",
    "7",
]


@pytest.mark.parametrize("text", CASES)
def test_values_agree_with_the_exact_ones(text):
    expression = Expression.parse(text, ["p", "q"])
    function = compiled(expression)
    grid = [(F(a, 12), F(b, 12)) for a, b in itertools.product(range(13), repeat=2)]
    found = function(np.array(grid, dtype=np.float64))
    assert found.shape == (len(grid),)
    for point, value in zip(grid, found, strict=True):
        known = expression.enclose([interval(x) for x in point])
        assert float(known.lower) - 1e-12 <= value <= float(known.upper) + 1e-12


def test_shapes_are_kept():
    function = compiled(Expression.parse("p*q", ["p", "q"]))
    assert function(np.ones((3, 4, 2))).shape == (3, 4)
    assert function([0.5, 0.5]).shape == ()


def test_what_is_undefined_is_not_finite():
    function = compiled(Expression.parse("log(p) + 1/q", ["p", "q"]))
    assert not np.isfinite(function(np.array([[0.0, 1.0], [1.0, 0.0], [-1.0, 1.0]]))).any()


@pytest.mark.parametrize("text", CASES[:4])
def test_slopes_agree_with_differences(text):
    function = compiled(Expression.parse(text, ["p", "q"]))
    rng = np.random.default_rng(0)
    points, along = rng.uniform(0.05, 0.95, (50, 2)), rng.normal(size=(50, 2))
    step = 1e-6
    apart = (np.abs(points - 0.5) > 1e-3).all(axis=1) & (np.abs(points - 1 / 3) > 1e-3).all(axis=1)
    differences = (function(points + step * along) - function(points - step * along)) / (2 * step)
    assert np.allclose(function.slopes(points, along)[apart], differences[apart], atol=1e-5)


def test_kinks_are_the_affine_places_where_it_may_bend_or_jump():
    found = {tuple(form) for form in kinks(Expression.parse("abs(p - 1/3) + (q >= 1/2)", ["p", "q"]))}
    for form in found:
        assert len(form) == 3
    zeros = {tuple(F(x) / next(c for c in form[1:] if c) for x in form) for form in found}
    assert zeros == {(F(-1, 3), F(1), F(0)), (F(-1, 2), F(0), F(1))}
