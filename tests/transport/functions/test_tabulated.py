"""Doubles with error bounds, against exact values and tight enclosures."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from dual.errors import SuasionError
from dual.functions.expression import Expression
from dual.numbers.interval import interval
from transport.functions.tabulated import tabulated

_LEAVES = ("x", "y", "x", "y", "1/3", "2", "0", "3/7", "7", "1e-9", "1e200")
_UNARY = (
    "abs({})",
    "exp({})",
    "log({})",
    "sqrt({})",
    "sin({})",
    "cos({})",
    "(not ({}))",
    "(-({}))",
    "({})**2",
    "(({})**-3)",
)
_BINARY = ("({}+{})", "({}-{})", "({}*{})", "({}/({}))", "min({},{})", "max({},{})", "({} and {})", "({} or {})")
_RELATIONS = ("<", "<=", ">", ">=", "==", "!=")


def written(rng: random.Random, depth: int) -> str:
    """A random expression in x and y."""
    if depth == 0:
        return rng.choice(_LEAVES)
    one, other = written(rng, depth - 1), written(rng, rng.randrange(depth))
    form = rng.choice([*_UNARY, *_BINARY, f"({{}} {rng.choice(_RELATIONS)} {{}})"])
    return form.format(one) if form in _UNARY else form.format(one, other)


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(k, marks=pytest.mark.slow) for k in range(3, 30))])
def test_true_values_lie_within_the_errors(seed: int) -> None:
    rng = random.Random(seed)
    points = sorted({Fraction(k, 12) for k in range(13)} | {Fraction(k, 7) for k in range(8)})
    told = 0
    for _ in range(200):
        expression = Expression.parse(written(rng, rng.randrange(1, 6)), ["x", "y"])
        axes = [sorted(rng.sample(points, 4)) for _ in "xy"]
        values, errors = tabulated(expression, axes)
        for i, x in enumerate(axes[0]):
            for j, y in enumerate(axes[1]):
                sure = bool(np.isfinite(errors[i, j]))
                told += sure
                try:
                    true = expression.enclose([interval(x), interval(y)])
                except SuasionError:
                    assert not sure, f"{expression.text} has no value at {x}, {y}"
                    continue
                if sure:
                    low, high = (Fraction(values[i, j]) + sign * Fraction(errors[i, j]) for sign in (-1, 1))
                    assert low <= true.upper, f"{expression.text} at {x}, {y}"
                    assert true.lower <= high, f"{expression.text} at {x}, {y}"
    assert told > 1000  # a bound that is always infinite would pass otherwise


def test_errors_are_small_where_nothing_is_near_singular() -> None:
    axis = [Fraction(k, 100) for k in range(101)]
    _, errors = tabulated(Expression.parse("sin(7*x*y)*cos(9*x - 4*y) + sqrt(1 + x)/(2 - y)", ["x", "y"]), [axis, axis])
    assert errors.max() < 1e-13
