"""Exact derivatives along a line: the rules of differentiation, and where there is none."""

import random
from fractions import Fraction as F

import pytest

from dual.functions.expression import Expression
from transport.functions.slope import exact_slope


def slope(text, point, direction):
    return exact_slope(Expression.parse(text, ["x", "y"]), list(map(F, point)), list(map(F, direction)))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("x*y", F(3) + F(2) * F(2)),
        ("x/y", F(1, 3) - F(2 * 2, 9)),
        ("x**3 - y**-1", F(12) + F(2, 9)),
        ("abs(x - y)", F(1)),
        ("min(x, y) + max(x, y, 0)", F(3)),
        ("(x < y)*x**2", F(4)),
        ("x**0 + 5", F(0)),
        ("(x < y and not x > 5 or x == 7)*y", F(2)),
    ],
)
def test_rules_at_2_3_along_1_2(text, known):
    assert slope(text, (2, 3), (1, 2)) == known


@pytest.mark.parametrize("seed", range(20))
def test_polynomials_against_exact_differences(seed):
    """For a cubic, (f(1) - f(-1)) / 2 - (f(2) - 2 f(1) + 2 f(-1) - f(-2)) / 12 is the derivative at 0, exactly."""
    rng = random.Random(seed)
    text = " + ".join(f"({rng.randint(-5, 5)})*x**{i}*y**{j}" for i in range(4) for j in range(4 - i))
    expression = Expression.parse(text, ["x", "y"])
    x, y, dx, dy = (F(rng.randint(-5, 5), rng.randint(1, 4)) for _ in range(4))

    def f(t):
        return expression.at([x + t * dx, y + t * dy])

    known = (f(1) - f(-1)) / 2 - (f(2) - 2 * f(1) + 2 * f(-1) - f(-2)) / 12
    assert exact_slope(expression, [x, y], [dx, dy]) == known


@pytest.mark.parametrize(
    ("text", "direction", "known"),
    [
        ("abs(x)", (1, 0), None), ("abs(x)", (0, 1), 0), ("max(x, y)", (1, 2), None), ("max(x, y)", (1, 1), 1),
        ("x >= 0", (1, 0), None), ("x >= 0", (0, 1), 0), ("x and 1", (1, 0), None), ("not x", (1, 0), None),
        ("1/x", (1, 0), None), ("exp(x)", (1, 0), None),
    ],
)  # fmt: skip
def test_kinks_have_slopes_along_themselves_only(text, direction, known):
    assert slope(text, (0, 0), direction) == known
