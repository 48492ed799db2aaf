"""Expressions in floating point: against exact values, against differences, undefined points, thresholds, kinks."""

import math
import random
from fractions import Fraction as F

import numpy as np
import pytest

from dual.functions.expression import Expression, Irrational
from dual.numbers.interval import interval
from transport.functions.compiled import affine_forms, compiled, kinks

VARIABLES = ["x", "y"]


def parsed(text):
    return Expression.parse(text, VARIABLES)


def random_text(rng, depth):
    if depth == 0:
        return rng.choice(["x", "y", f"{rng.randint(0, 5)}/3", f"{rng.randint(1, 4)}"])
    a, b = random_text(rng, depth - 1), random_text(rng, depth - 1)
    return rng.choice(
        [
            f"({a}) + ({b})", f"({a}) - ({b})", f"({a}) * ({b})", f"({a}) / (1 + ({b})**2)", f"-({a})",
            f"({a})**{rng.choice([0, 1, 2, 3])}", f"abs({a})", f"min({a}, {b}, x)", f"max({a}, {b})",
            f"({a}) {rng.choice(['<', '<=', '>', '>=', '==', '!='])} ({b})", f"({a}) and ({b})", f"({a}) or ({b})",
            f"not ({a})",
        ]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_arithmetic_agrees_with_exact_values(seed):
    """Dyadic points; a comparison of unequal sides that rounding makes equal is not counted."""
    rng = random.Random(seed)
    expression = parsed(random_text(rng, 3))
    points = [(F(rng.randint(-8, 8), 8), F(rng.randint(-8, 8), 8)) for _ in range(20)]
    values = compiled(expression, tie=1e-12)(np.array(points, dtype=float))
    for point, value in zip(points, values, strict=True):
        assert value == pytest.approx(float(expression.at(point)), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "(x >= 1/2) - 16*(x - 3/10)**2",
        "exp(-x)*sin(6*y) + cos(x*y) + log(1 + x) + sqrt(y)",
        "(x < y) and not (y > 3/4) or x == 1/2",
        "x/(1 + y)**3 - 2/7",
    ],
)
def test_values_lie_in_the_exact_enclosures(text):
    expression = parsed(text)
    grid = [(F(a, 12), F(b, 12)) for a in range(13) for b in range(13)]
    for point, value in zip(grid, compiled(expression)(np.array(grid, dtype=np.float64)), strict=True):
        known = expression.enclose([interval(x) for x in point])
        assert float(known.lower) - 1e-12 <= value <= float(known.upper) + 1e-12


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("exp(x) * sin(3*y)", lambda x, y: math.exp(x) * math.sin(3 * y)),
        ("log(1 + x**2) - cos(y)", lambda x, y: math.log(1 + x * x) - math.cos(y)),
        ("sqrt(abs(x)) + x**7 - y**-2", lambda x, y: math.sqrt(abs(x)) + x**7 - y**-2),
    ],
)
def test_functions_agree_with_the_standard_library(text, function):
    points = np.random.default_rng(0).uniform(0.1, 2, (50, 2))
    assert compiled(parsed(text))(points) == pytest.approx([function(x, y) for x, y in points], rel=1e-13)


def test_shapes():
    value = compiled(parsed("x + y"))
    assert value([1.0, 2.0]).shape == ()
    assert value(np.zeros((4, 3, 2))).shape == (4, 3)
    assert value(np.zeros((0, 2))).shape == (0,)
    constant = compiled(parsed("7"))(np.zeros((5, 2)))
    assert constant.tolist() == [7.0] * 5
    constant[0] = 0  # an array of its own
    assert compiled(parsed("x")).slopes(np.zeros((4, 1, 2)), np.eye(2)).tolist() == [[1.0, 0.0]] * 4


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/x", math.inf), ("x/x", math.nan), ("log(x)", -math.inf), ("log(x - 1)", math.nan),
        ("sqrt(x - 1)", math.nan), ("exp(9999)", math.inf), ("-1e400", -math.inf), ("x**-1 > 3", 1.0),
        ("(x/x) > 0", math.nan),
        ("1e400 >= 1e400", 1.0), ("not (x/x)", math.nan), ("0*log(x)", math.nan),
    ],
)  # fmt: skip
def test_undefined_and_overflowing_values(text, value):
    assert compiled(parsed(text))([0.0, 0.0]) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("scale", ["1", "1/1000000000000000", "1000000000000000"])
def test_ties_are_relative_to_the_coefficients(scale):
    """0.1 + 0.2 misses 3/10 by rounding; a tie of 1e-12 closes that and nothing much larger, at any scale."""
    points = np.array([[0.1, 0.2], [0.1, 0.2 - 1e-9], [0.1, 0.2 + 1e-9]])
    for relation, wanted in (
        ("<=", [1, 1, 0]),
        (">=", [1, 0, 1]),
        ("==", [1, 0, 0]),
        (">", [0, 0, 1]),
        ("!=", [0, 1, 1]),
    ):
        text = f"{scale}*(x + y) {relation} {scale}*3/10"
        assert compiled(parsed(text), tie=1e-12)(points).tolist() == wanted
    assert compiled(parsed("x + y <= 3/10"))(points[0]) == 0


def test_kinks_are_affine_and_each_stands_once():
    found = kinks(parsed("abs(2*x - 1) + (x >= 1/2) + min(x, y, 1) + max(x*y, 3) + (1 < 2) + abs(x*y)"))
    assert found == (
        (F(-1, 2), F(1), F(0)),
        (F(0), F(1), F(-1)),
        (F(-1), F(1), F(0)),
        (F(-1), F(0), F(1)),
    )


def test_affine_forms_see_through_constants():
    forms = affine_forms(parsed("2*(x - y/4)*(1 + 1) - -3**1 + 0*x"))
    assert forms[-1] == (F(3), F(4), F(-1))
    assert affine_forms(parsed("x*y"))[-1] is None
    assert affine_forms(parsed("1/x"))[-1] is None


@pytest.mark.parametrize(
    "text", ["x**3*y - 2*x/(1 + y**2)", "exp(x*y)*sin(x) - cos(y)*log(2 + x)", "sqrt(1 + x)*y**-2"]
)
def test_slopes_agree_with_central_differences(text):
    value = compiled(parsed(text))
    rng = np.random.default_rng(1)
    points, directions, step = rng.uniform(0.5, 1, (30, 2)), rng.normal(size=(30, 2)), 1e-5
    differences = (value(points + step * directions) - value(points - step * directions)) / (2 * step)
    assert value.slopes(points, directions) == pytest.approx(differences, rel=1e-7, abs=1e-8)


def test_slopes_at_kinks_are_those_of_one_side():
    assert compiled(parsed("abs(x)")).slopes([0.0, 0.0], [1.0, 0.0]) in (1.0, -1.0)
    assert compiled(parsed("min(x, 2*x)")).slopes([0.0, 0.0], [1.0, 0.0]) in (1.0, 2.0)
    assert compiled(parsed("(x >= 0)*x")).slopes([0.5, 0.0], [1.0, 0.0]) == 1.0
    assert compiled(parsed("sqrt(x*y)")).slopes([0.0, 1.0], [0.0, 1.0]) == 0.0


def test_irrational_values_are_not_needed_exactly():
    with pytest.raises(Irrational):
        parsed("exp(x)").at([F(1), F(0)])
    assert compiled(parsed("exp(x)"))([1.0, 0.0]) == pytest.approx(math.e)
