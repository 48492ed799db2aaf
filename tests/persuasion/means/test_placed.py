"""Functions moved to [0, 1]: the same values, without losing digits, and the points where they switch."""

from fractions import Fraction as F

import pytest

from dual.functions.expression import Expression
from persuasion.means.placed import placed, placed_polynomial, switches, without_constant
from transport.functions.compiled import compiled

TEXTS = [
    "m**2*(3 - 2*m)",
    "(m >= 1/3) + 2*(m**2 > 1/2)",
    "abs(m - 1/2) + min(m, 1/4, 1 - m)",
    "(m - 1/2 < 0 and m != 1/4) / (2 + m)",
    "3",
    "m",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("left", "width"), [(F(0), F(1)), (F(-1, 3), F(5, 2))])
def test_values_stay(text, left, width):
    expression = Expression.parse(text, ["m"])
    moved = placed(expression, left, width)
    for k in range(31):
        t = F(k, 30)
        assert moved.at([t]) == expression.at([left + width * t])


def test_floats_keep_their_digits_far_from_zero():
    far = Expression.parse("(m - 1000000)**2*(m >= 1000000 + 1/3)", ["m"])
    function = compiled(placed(far, F(1000000), F(1)))
    assert function([[0.25], [0.5]]).tolist() == [0.0, 0.25]
    assert function([[1 / 3 - 1e-12], [1 / 3 + 1e-12]]).tolist() == [0.0, pytest.approx(1 / 9)]


def test_polynomials_are_moved_exactly():
    coefficients = [F(1), F(-2), F(0), F(5)]
    moved = placed_polynomial(coefficients, F(7, 3), F(1, 2))
    for t in (F(0), F(1, 3), F(1)):
        x = F(7, 3) + t / 2
        assert sum(c * t**k for k, c in enumerate(moved)) == sum(c * x**k for k, c in enumerate(coefficients))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("m >= 1/3", {F(1, 3)}),
        ("abs(3*m - 1) + max(m, 1/2)", {F(1, 3), F(1, 2)}),
        ("m**2 >= 1/4", {F(1, 2)}),
        ("(m - 1/7)*(m - 5/9) > 0", {F(1, 7), F(5, 9)}),
        ("m**2 + exp(m)", set()),
    ],
)
def test_rational_switches_are_exact(text, found):
    assert {x for x in switches(Expression.parse(text, ["m"]), F(0), F(1)) if 0 <= x <= 1} == found


def test_an_irrational_switch_lies_between_its_neighbours():
    low, high = sorted(switches(Expression.parse("m**2 >= 1/2", ["m"]), F(0), F(1)))
    assert low**2 < F(1, 2) < high**2
    assert high - low < F(1, 10**14)


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ("1000000 + m**2 - 3", 999997),
        ("-(2 - (m + 5))", 3),
        ("m*(m + 7)", 0),
        ("4", 4),
        ("m - (m - 1) - m", 1),
    ],
)
def test_constants_are_split_off(text, constant):
    expression = Expression.parse(text, ["m"])
    rest, found = without_constant(expression)
    assert found == constant
    for m in (F(0), F(1, 3), F(2)):
        assert rest.at([m]) + found == expression.at([m])
