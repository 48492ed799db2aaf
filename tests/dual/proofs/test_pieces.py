"""Expressions as polynomials on pieces: some piece with the right value at every point, errors that are no smaller."""

import random
from fractions import Fraction as F

import pytest

from dual.errors import InputError, SuasionError
from dual.functions.expression import Expression
from dual.numbers.interval import interval
from dual.proofs.pieces import pieces
from dual.proofs.squares import chebyshev, least

SQUARE = [(F(0), F(1))] * 2


def value(terms, point):
    return sum((c * point[0] ** a * point[1] ** b for (a, b), c in terms.items()), F(0))


def text(rng, depth):
    if not depth:
        return rng.choice(["x", "y", "1/2", "1/4", "1", "0", "(x - y)", "(x + y - 1)", "x*y", "(2*x - 1)"])
    a, b = text(rng, depth - 1), text(rng, depth - 1)
    return rng.choice(
        [
            f"abs({a})",
            f"min({a}, {b}, 1/3)",
            f"max({a}, {b})",
            f"({a} - {b})",
            f"({a})*({b})",
            f"(({a}) {rng.choice(['<', '<=', '>', '>='])} ({b}))",
            f"(({a} > {b}) and not ({b} >= {a}))",
            f"sin({a})",
            f"exp({a})/(2 + {b})",
            f"normal_cdf({a}) - {b}/pi",
        ]
    )


@pytest.mark.parametrize("seed", [pytest.param(s, marks=() if s < 2 else pytest.mark.slow) for s in range(40)])
def test_some_piece_has_the_value_at_every_point(seed):
    """Also where switches vanish, which is where a condition with and one without equality differ."""
    rng = random.Random(seed)
    seen = 0
    while seen < 40:
        expression = Expression.parse(text(rng, rng.randint(1, 3)), ["x", "y"])
        try:
            found = list(pieces(expression, SQUARE))
            points = [[F(rng.randint(0, 8), 8) for _ in range(2)] for _ in range(12)]
            values = [expression.enclose([interval(side) for side in point]) for point in points]
        except SuasionError:
            continue
        seen += 1
        require_covered(expression, found, points, values)


def require_covered(expression, found, points, values):
    """At every point the switches of some piece are nonnegative, and its polynomial is as near as it says."""
    for point, true in zip(points, values, strict=True):
        assert any(
            all(value(switch, point) >= 0 for switch in piece.switches)
            and abs(value(piece.terms, point) - true.middle) <= piece.error + true.width
            for piece in found
        ), (expression.text, point)


@pytest.mark.parametrize(
    "written",
    [
        "abs(x - y)",
        "abs(x - 2)",
        "abs(x - 1) + abs(-x)",
        "abs(2 - x - y)",
        "min(x, y, 1/3)",
        "max(x, y, 1/3, x*y)",
        "max(x - 1, 1 - x, y)",
        "(x >= y) + 2*(x > 1/2)",
        "abs(x - y) + (x >= y) - max(x, y)",
        "(x > y) + abs(y - x)",
        "(y <= 1/2) - (x < 1/4)",
        "(1 >= 1) + 2*(1 > 1) + 4*(1 == 1) + 8*(1 != 1) + 16*(1 <= 1) + 32*(1 < 1)",
        "(1 >= 2) + 2*(1 > 0) + 4*(1 == 2) + 8*(1 != 2) + 16*(2 <= 1) + 32*(0 < 1)",
        "(1 > 0 and 2 > 1) + 2*(1 > 0 and 1 > 2) + 4*(0 > 1 or 2 > 1) + 8*(not 1 > 0)",
        "x/(4 + y)",
        "(x + 4)**-2",
        "y**3 + (x - y)**2 + x**0",
        "sin(x) * exp(y)",
        "sin(30*x)",
        "exp(-9*x) / 1000",
        "sqrt(x + 4)*cos(x - y)",
    ],
)
def test_each_operation_has_its_pieces(written):
    expression = Expression.parse(written, ["x", "y"])
    points = [[F(i, 8), F(j, 8)] for i in range(9) for j in range(9)]
    found = list(pieces(expression, SQUARE))
    values = [expression.enclose([interval(side) for side in point]) for point in points]
    require_covered(expression, found, points, values)
    size = max(abs(true.middle) for true in values)
    assert written == "sin(30*x)" or all(piece.error <= size / 2**16 for piece in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abs(sin(3*x) - y)", "no polynomials are equal"),
        ("x == y", "equality"),
        ("(x and y)", "made of comparisons"),
        ("1 - (not x)", "made of comparisons"),
        ("(x >= y) - (x > y)", "with and without equality"),
        ("+".join(f"abs(x - {k}*y + 1/{k})" for k in range(2, 12)), "pieces"),
    ],
)
def test_what_has_no_pieces_is_named(text, message):
    with pytest.raises(InputError, match=message):
        list(pieces(Expression.parse(text, ["x", "y"]), SQUARE))


def test_chebyshev_coefficients_bound_from_below():
    """T_2 on [0, 1] is 8x^2 - 8x + 1, between -1 and 1."""
    second = {(2,): F(8), (1,): F(-8), (0,): F(1)}
    assert chebyshev(second, SQUARE[:1]) == {(2,): 1}
    assert least(second, SQUARE[:1]) == -1
    rng = random.Random(0)
    for _ in range(20):
        terms = {(rng.randint(0, 4), rng.randint(0, 4)): F(rng.randint(-9, 9)) for _ in range(6)}
        box = [(F(-1), F(1, 2)), (F(1, 3), F(2))]
        low = least(terms, box)
        for _ in range(20):
            point = [a + (b - a) * F(rng.randint(0, 16), 16) for a, b in box]
            assert value(terms, point) >= low
