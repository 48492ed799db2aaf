"""Enclosures against arb's balls: random and targeted expressions, wide cells, and a climb towards a violation.

The oracle shares nothing with the checker but the parser: it evaluates an expression's steps in python-flint's balls of
400 bits. Targeted expressions are those whose enclosures are poor: quotients and roots near their singularities, powers
and waves of functions that are only known roughly, nested maxima, wide cells.
"""

from __future__ import annotations

import random
import re
from fractions import Fraction as F
from functools import reduce

import flint
import pytest

from dual.errors import InputError, Undecided
from dual.functions.band import Cell
from dual.functions.bands import bands
from dual.functions.expression import Expression
from dual.numbers.interval import Interval
from tests.dual.functions.points import band_at

NAMES = ("x", "y")
CASES = 100_000
CLIMB = 12

LEAVES = ["x", "y", "(x - y)", "(x + 2*y)", "(2*x - 1/2)", "(x*y)", "(1 - x)", "{n}*x", "{q}"]
ROUGH = [
    *("max({a}, {b})", "min({a}, {b})", "abs({a})", "abs({a} - {b})", "max({a}, {b}, {c})", "({a} > {b})"),
    *("sin({n}*{a})", "cos({n}*{a} - {b})", "exp({a})", "({a} <= {b})*{c}", "({a} == 0)", "({a} or {b})", "{a}*{b}"),
    *("{a} + {b}", "{a} - {b}", "-{a}/{n}", "({a} and {b} < {q})", "not {a} >= {q}", "({a})**2"),
]
SHARP = [
    *("1/({a} + {q})", "{b}/({a} + {q})", "1/(abs({a}) + {q})", "({a} + {q})**-2", "({a})**{n}", "({a} - {q})**{n}"),
    *("sin({n}*({a}))", "cos({n}*({a}))", "sqrt({a} + {q})", "sqrt(abs({a}))", "log({a} + {q})", "log(abs({a}) + {q})"),
    *(
        "exp({n}*({a}))",
        "sin({a})**{n}",
        "1/(1 + exp({n}*({a})))",
        "({a})*log({a})",
        "erf({n}*({a}))",
        "normal_cdf(({a} - {q})*{n}/pi)",
        "sin(pi*{n}*({a}))",
        "({a} > {q})*(({b})**{n} - {q})",
    ),
]


def expression(rng):
    """A sharp function of rough ones, sometimes two deep."""

    def filled(form, depth):
        parts = {name: inner(depth) for name in "abc"}
        q = F(rng.randint(1, 40), rng.choice([1, 4, 10, 100, 1000]))
        return form.format(**parts, q=f"({q})", n=rng.choice([2, 3, 4, 5, 8, 11, 22, 40]))

    def inner(depth):
        if depth == 0 or rng.random() < 0.2:
            return filled_leaf()
        return f"({filled(rng.choice(ROUGH), depth - 1)})"

    def filled_leaf():
        return rng.choice(LEAVES).format(n=rng.randint(2, 30), q=F(rng.randint(-20, 20), 7))

    text = filled(rng.choice(SHARP), rng.randint(1, 2))
    around = filled(rng.choice(SHARP + ROUGH), 1)
    return re.sub(r"\bx\b", f"({text})", around, count=1) if rng.random() < 0.3 else text


def drawn(rng):
    """A random expression that may be written; powers of powers can exceed the degree that is allowed."""
    while True:
        try:
            return Expression.parse(expression(rng), NAMES)
        except InputError as error:
            if "degree" not in str(error):
                raise


def cell(rng):
    """A segment or triangle in the plane, wide or tiny, near zero or far."""
    scale = rng.choice([F(1), F(1), F(1), F(8), F(1, 3), F(1, 50), F(1, 10**6)])
    at = [F(rng.randint(-8, 8), 4) * rng.choice([0, 1]) for _ in NAMES]
    edges = rng.choice([[(4, 0)], [(0, 4)], [(2, 3)], [(4, 0), (0, 4)], [(4, 1), (-2, 4)], [(4, 0), (4, 4)]])
    return Cell([at, *([c + scale * F(e, 4) for c, e in zip(at, edge, strict=True)] for edge in edges)])


def ball(x):
    return flint.arb(flint.fmpq(x.numerator, x.denominator))


def number(x):
    """An arb that is certainly a number; no verdict about anything else."""
    if not x.is_finite():
        raise Undecided("the oracle does not know")
    return x


def truth(decided, denied):
    if not (decided or denied):
        raise Undecided("the oracle does not know")
    return flint.arb(1 if decided else 0)


def logarithm(x):
    if not x > 0:
        raise Undecided("the oracle does not know")
    return x.log()


def power(x, n):
    return number(x**n if n >= 0 else 1 / x**-n)


def true(x):
    return truth(x != 0, x == 0)


def root(x):
    if not x >= 0:
        raise Undecided("the oracle does not know")
    return x.sqrt()


ORACLE = {
    "number": ball,
    "neg": lambda x: -x,
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: number(x / y),
    "**": power,
    "abs": abs,
    "<": lambda x, y: truth(x < y, x >= y),
    ">": lambda x, y: truth(x > y, x <= y),
    "<=": lambda x, y: truth(x <= y, x > y),
    ">=": lambda x, y: truth(x >= y, x < y),
    "==": lambda x, y: truth(x == y, x != y),
    "!=": lambda x, y: truth(x != y, x == y),
    "and": lambda x, y: true(x) * true(y),
    "or": lambda x, y: 1 - (1 - true(x)) * (1 - true(y)),
    "not": lambda x: 1 - true(x),
    "min": lambda *x: reduce(lambda a, b: a.min(b), x),
    "max": lambda *x: reduce(lambda a, b: a.max(b), x),
    "exp": lambda x: number(x.exp()),
    "log": logarithm,
    "xlogx": lambda x: x if x.is_zero() else x * logarithm(x),
    "sqrt": root,
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "erf": lambda x: x.erf(),
    "pi": lambda x: flint.arb.pi() * x,
}


def inside(parsed, at, point, band):
    """How far inside the enclosure the value lies, in widths; below zero only if it certainly lies outside."""
    value = parsed.evaluate([ball(x) for x in point], ORACLE)
    margins = []
    for found in (band_at(band, at), band.hull):
        size = ball(max(found.width, F(1, 10**30)))
        margins += [(value - ball(found.lower)) / size, (ball(found.upper) - value) / size]
    return min(float(margin.upper()) for margin in margins)


def violation(rng):
    """A random expression and cell, and a point at which its enclosure is false, if the climb finds one."""
    parsed, where = drawn(rng), cell(rng)
    try:
        band = bands(parsed)(where)
    except (Undecided, InputError):
        return None
    best, at = None, None
    for step in range(CLIMB):
        if best is None or step < CLIMB // 2:
            weights = [rng.choice([0, 0, 1, rng.random() ** 2]) for _ in range(where.size)]
        else:
            weights = [max(0, w + rng.choice([0, 1]) * rng.gauss(0, 0.3 ** (step - CLIMB // 2))) for w in at]
        if not any(weights):
            continue
        exact = [F(w).limit_denominator(10**4) for w in weights]
        exact = [w / sum(exact) for w in exact] if any(exact) else [F(1), *[F(0)] * (where.size - 1)]
        used = {k for k, w in enumerate(exact) if w}
        if any(used <= set(face) for face in band.faces):
            continue
        point = [sum(w * x for w, x in zip(exact, column, strict=True)) for column in zip(*where.vertices, strict=True)]
        try:
            margin = inside(parsed, exact, point, band)
        except Undecided:
            continue
        if margin < 0:
            return f"{parsed.text} on {where.vertices} at {point}"
        if best is None or margin < best:
            best, at = margin, [float(w) for w in exact]
    return None


def outside_of_a_box(rng):
    """The same for interval arithmetic on a box."""
    parsed = drawn(rng)
    low = [F(rng.randint(-8, 8), 4) for _ in NAMES]
    sides = [Interval(a, a + F(rng.randint(0, 40), rng.choice([4, 100, 10**6]))) for a in low]
    try:
        found = parsed.enclose(sides)
        for _ in range(4):
            point = [side.lower + side.width * F(rng.choice([0, 1, rng.randint(0, 64) / 64])) for side in sides]
            value = parsed.evaluate([ball(x) for x in point], ORACLE)
            if value < ball(found.lower) or value > ball(found.upper):
                return f"{parsed.text} on {sides} at {point}"
    except (Undecided, InputError):
        pass
    return None


@pytest.fixture(autouse=True)
def precise():
    before, flint.ctx.prec = flint.ctx.prec, 400
    yield
    flint.ctx.prec = before


@pytest.mark.parametrize("search", [violation, outside_of_a_box])
@pytest.mark.parametrize(
    ("seed", "cases"), [(0, CASES // 100), pytest.param(1, CASES, marks=pytest.mark.slow, id="long")]
)
def test_no_value_lies_outside_of_its_enclosure(search, seed, cases):
    rng = random.Random(seed)
    found = [text for _ in range(cases) if (text := search(rng))]
    assert not found, f"{len(found)} of {cases}, such as {found[0]}"


@pytest.mark.parametrize(
    ("text", "at", "least"),
    [
        ("1/(max(x, 2*x - 1/2) + 33/100)", 0, F(100, 33)),
        ("(max(x, 2*x - 1/2) + 33/100)**-1", 0, F(100, 33)),
        ("sqrt(abs(2*x - 1))", F(1, 2), F(0)),
        ("abs(abs(2*x - 1) - 1/2)**2", 0, F(1, 4)),
    ],
)
def test_values_that_a_polynomial_outside_of_the_bounds_once_missed(text, at, least):
    band = bands(Expression.parse(text, ["x"]))(Cell([[0], [1]]))
    assert band_at(band, [1 - F(at), F(at)]).lower <= least <= band_at(band, [1 - F(at), F(at)]).upper
    assert band.hull.lower <= least <= band.hull.upper
