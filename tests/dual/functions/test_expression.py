"""Expressions: exact at rational points, enclosing on boxes, with the point named in every error."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dual.errors import InputError, Undecided
from dual.functions.expression import ARITHMETIC, Expression, Irrational
from dual.numbers.interval import Interval, hull, interval

NAMES = ("x", "y")


def parse(text):
    return Expression.parse(text, NAMES, "value")


fractions = st.fractions(-3, 3, max_denominator=12)


def _pair(op, function):
    def combine(left, right):
        return f"({left[0]} {op} {right[0]})", lambda x, y: function(left[1](x, y), right[1](x, y))

    return combine


def _leaf(text, function):
    return st.just((text, function))


PAIRS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<": lambda a, b: F(a < b),
    "<=": lambda a, b: F(a <= b),
    ">": lambda a, b: F(a > b),
    ">=": lambda a, b: F(a >= b),
    "==": lambda a, b: F(a == b),
    "!=": lambda a, b: F(a != b),
    "and": lambda a, b: F(a != 0 and b != 0),
    "or": lambda a, b: F(a != 0 or b != 0),
}


@st.composite
def rational_expressions(draw, depth=4):
    """A text without division or irrational functions, and the function it means."""
    kind = draw(st.sampled_from(["leaf", "pair", "pair", "pair", "power", "abs", "not", "neg", "max", "min"]))
    if depth == 0 or kind == "leaf":
        c = draw(fractions)
        return draw(
            st.sampled_from(
                [("x", lambda x, y: x), ("y", lambda x, y: y), (f"({c})", lambda x, y: c)]  # noqa: ARG005
            )
        )
    text, inner = draw(rational_expressions(depth - 1))
    if kind == "power":
        n = draw(st.integers(0, 3))
        return f"({text})**{n}", lambda x, y: inner(x, y) ** n
    if kind == "abs":
        return f"abs({text})", lambda x, y: abs(inner(x, y))
    if kind == "not":
        return f"(not {text})", lambda x, y: F(inner(x, y) == 0)
    if kind == "neg":
        return f"(-{text})", lambda x, y: -inner(x, y)
    other, second = draw(rational_expressions(depth - 1))
    if kind in ("max", "min"):
        best = max if kind == "max" else min
        return f"{kind}({text}, {other})", lambda x, y: best(inner(x, y), second(x, y))
    op = draw(st.sampled_from(list(PAIRS)))
    return f"({text} {op} {other})", lambda x, y: PAIRS[op](inner(x, y), second(x, y))


@settings(max_examples=60)
@given(rational_expressions(), fractions, fractions)
def test_exact_at_points(pair, x, y):
    text, function = pair
    assert parse(text).at([x, y]) == function(x, y)


@settings(max_examples=60)
@given(
    rational_expressions(), *[st.lists(fractions, min_size=2, max_size=2)] * 2, st.fractions(0, 1), st.fractions(0, 1)
)
def test_boxes_enclose(pair, xs, ys, s, t):
    text, function = pair
    box = [hull(xs), hull(ys)]
    inside = [side.lower + weight * side.width for side, weight in zip(box, (s, t), strict=True)]
    assert function(*inside) in parse(text).enclose(box)


IRRATIONAL = "exp(x*y) - 2*sin(3*x)*cos(y/2) + sqrt(x + 4)*log(y + 4) + (exp(x) > y + 1)/(1 + x**2)"


@settings(max_examples=60)
@given(*[st.lists(fractions, min_size=2, max_size=2)] * 2, st.fractions(0, 1), st.fractions(0, 1))
def test_irrational_values(xs, ys, s, t):
    box = [hull(xs), hull(ys)]
    inside = [side.lower + weight * side.width for side, weight in zip(box, (s, t), strict=True)]
    expression = parse(IRRATIONAL)
    value = expression.enclose([interval(z) for z in inside])
    assert value.width < F(1, 10**34)
    wide = expression.enclose(box)
    assert wide.lower <= value.lower
    assert value.upper <= wide.upper
    finer = expression.enclose([interval(z) for z in inside], bits=400)
    assert value.lower <= finer.lower <= finer.upper <= value.upper
    x, y = map(float, inside)
    near = (
        np.exp(x * y)
        - 2 * np.sin(3 * x) * np.cos(y / 2)
        + np.sqrt(x + 4) * np.log(y + 4)
        + float(parse("exp(x) > y + 1").at(inside)) / (1 + x * x)
    )
    assert float(value.lower) == pytest.approx(near, rel=1e-9, abs=1e-9)


# e to 99 decimals, cut off: more digits than the first precision tells apart
E_FLOOR = "2.718281828459045235360287471352662497757247093699959574966967627724076630353547594571382178525166427"

# pi to 99 decimals, cut off
PI_FLOOR = "3.141592653589793238462643383279502884197169399375105820974944592307816406286208998628034825342117067"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("exp(0) + log(1) + cos(0) + sin(0)", 2),
        ("sqrt(x/2)", F(1, 2)),
        ("exp(x) >= 1", 1),
        ("exp(x) == 1", 0),
        ("exp(x)*0", 0),
        ("exp(x) and x", 1),
        ("not sin(x)", 0),
        (f"exp(1) > {E_FLOOR}", 1),
        (f"exp(1) > {E_FLOOR} + 1e-99", 0),
        ("min(exp(x), 1)", 1),
        ("2**-3", F(1, 8)),
        ("0**0", 1),
        ("erf(0) + normal_cdf(2*x - 1)", F(1, 2)),
        ("erf(x) > 0.5204998778130465", 1),
        ("erf(x) > 0.5204998778130466", 0),
        ("normal_cdf(1) > 0.8413447460685429", 1),
        ("normal_cdf(1) > 0.84134474606854295", 0),
        ("normal_cdf(-20) > 0", 1),
        (f"pi > {PI_FLOOR}", 1),
        (f"pi > {PI_FLOOR} + 1e-99", 0),
        ("cos(pi) > -0.99", 0),
        ("0.1 + 0.2 == 0.3", 1),
        ("0 <= x < 1/2", 0),
        ("0 <= x <= 1/2", 1),
        ("(x >= 1/2) - 16*(x - 3/10)**2", F(9, 25)),
    ],
)
def test_values_at_one_half(text, value):
    assert parse(text).at([F(1, 2), F(1, 3)]) == value


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("1/(x - 1/2)", InputError, "value: division by zero at x = 1/2, y = 1/3"),
        ("(x - 1/2)**-1", InputError, "value: division by zero at x = 1/2, y = 1/3"),
        ("1/(0*exp(x))", InputError, "division by zero"),
        ("log(y - x)", InputError, "value: the logarithm of a number that is not positive, -1/6 at x = 1/2, y = 1/3"),
        ("log(0)", InputError, "not positive, 0 at"),
        ("sqrt(y - x)", InputError, "the square root of a negative number, -1/6"),
        ("exp(20000)", InputError, "value: exp beyond 10000, 20000 at x = 1/2"),
        ("exp(x)", Irrational, "value: exp(x) is not known to be rational at x = 1/2, y = 1/3"),
        ("sqrt(2)**2", Irrational, "sqrt(2)**2 is not known to be rational"),
        ("sqrt(2)**2 == 2", Undecided, "value: a comparison of irrational numbers cannot be decided at x = 1/2"),
        ("1/(sqrt(2)*sqrt(2) - 2)", Undecided, "which may be zero"),
        ("1e4000**64 > x", InputError, "a number of more than 262144 bits arises at x = 1/2"),
        ("*".join(["1e4000"] * 40 + ["x"]), InputError, "a number of more than 262144 bits arises"),
    ],
)
def test_errors_name_the_point(text, error, message):
    with pytest.raises(error) as caught:
        parse(text).at([F(1, 2), F(1, 3)])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_errors_name_the_box():
    box = [Interval(F(0), F(1)), interval(2)]
    with pytest.raises(
        Undecided, match=r"value: division by a number in \[0, 1\], which may be zero at x = \[0, 1\], y = 2"
    ):
        parse("y/x").enclose(box)
    with pytest.raises(InputError, match=r"value: the logarithm .*, one in \[-2, -1\] at x = \[0, 1\], y = 2"):
        parse("log(x - y)").enclose(box)


@pytest.mark.parametrize("point", [[], [F(1)], [F(1)] * 3])
def test_points_have_the_right_length(point):
    with pytest.raises(InputError, match=f"value: a point needs 2 coordinates, not {len(point)}"):
        parse("x").at(point)
    with pytest.raises(InputError, match="needs 2 coordinates"):
        parse("x").enclose([Interval(z, z + 1) for z in point] or [Interval(F(0), F(1))])


def test_undecided_comparisons_on_boxes_are_open():
    box = [Interval(F(0), F(1)), Interval(F(0), F(1))]
    for text in ("x < y", "x == y", "x and y", "not x", "x or y", "exp(x) > exp(y)"):
        assert parse(text).enclose(box) == Interval(F(0), F(1))
    assert parse("x < y + 2").enclose(box) == interval(1)
    assert parse("x > y + 1").enclose(box) == interval(0)
    assert parse("x >= y + 2 and x").enclose(box) == interval(0)


def test_long_chains_and_deep_nesting_evaluate():
    assert parse("+".join(["x"] * 2000)).at([F(1, 2), F(0)]) == 1000
    assert parse("(" * 100 + "x" + ")" * 100).at([F(7), F(0)]) == 7
    assert parse("-" * 99 + "x").at([F(7), F(0)]) == -7
    assert parse("(x**64)**64").at([F(1, 2), F(0)]) == F(1, 2**4096)


def test_other_arithmetics():
    """Another module can evaluate on arrays: every operation but the variables comes from the table it passes."""
    table = {**ARITHMETIC, "number": float, ">=": np.greater_equal, "max": np.maximum, "exp": np.exp}
    x, y = np.linspace(0, 1, 5), np.linspace(1, 2, 5)
    found = parse("max(x, 1/2)*exp(-y) + (x >= y - 1)*2**-1").evaluate([x, y], table)
    assert np.allclose(found, np.maximum(x, 0.5) * np.exp(-y) + (x >= y - 1) * 0.5)


def test_equality():
    assert parse("x") == Expression.parse("x", NAMES, "elsewhere")
