"""Exact derivatives of expressions at rational points, by the chain rule.

A solver proposes prices with these; the checker judges the prices, not the derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from dual.functions.expression import Expression

from .compiled import RELATIONS

_Pair = tuple[Fraction, Fraction]
"""A value and its derivative."""


def exact_slope(expression: Expression, point: Sequence[Fraction], direction: Sequence[Fraction]) -> Fraction | None:
    """The derivative at a rational point along a direction, exactly; None where there is none or it is not seen.

    Only arithmetic, ``abs``, ``min``, ``max`` and conditions are seen through.

    Examples
    --------
    >>> smoothstep = Expression.parse("x**2*(3 - 2*x)", ["x"])
    >>> exact_slope(smoothstep, [Fraction(3, 4)], [Fraction(1)])
    Fraction(9, 8)
    """
    try:
        pairs = list(zip(point, direction, strict=True))
        return expression.evaluate(pairs, _EXACT)[1]
    except (_NoSlope, ZeroDivisionError, KeyError):
        return None


class _NoSlope(Exception):
    """There is no derivative here, or it is not seen."""


def _quotient(x: _Pair, y: _Pair) -> _Pair:
    value = x[0] / y[0]
    return value, (x[1] - value * y[1]) / y[0]


def _raised(x: _Pair, exponent: int) -> _Pair:
    if exponent == 0:
        return Fraction(1), Fraction(0)
    return x[0] ** exponent, exponent * x[0] ** (exponent - 1) * x[1]


def _selected(best: Callable[..., Fraction]) -> Callable[..., _Pair]:
    def select(*operands: _Pair) -> _Pair:
        value = best(x for x, _ in operands)
        slopes = {slope for x, slope in operands if x == value}
        if len(slopes) > 1:
            raise _NoSlope
        return value, slopes.pop()

    return select


def _related(holds: Callable[[Fraction], bool]) -> Callable[[_Pair, _Pair], _Pair]:
    def relate(x: _Pair, y: _Pair) -> _Pair:
        if x[0] == y[0] and x[1] != y[1]:
            raise _NoSlope
        return Fraction(bool(holds(x[0] - y[0]))), Fraction(0)

    return relate


def _locally_constant(holds: Callable[..., bool]) -> Callable[..., _Pair]:
    """A truth value's slope: zero, unless an operand just leaves zero and the truth may change."""

    def combine(*operands: _Pair) -> _Pair:
        if any(value == 0 and slope for value, slope in operands):
            raise _NoSlope
        return Fraction(holds(*(value != 0 for value, _ in operands))), Fraction(0)

    return combine


_EXACT: dict[str, Callable[..., _Pair]] = {
    "number": lambda value: (Fraction(value), Fraction(0)),
    "neg": lambda x: (-x[0], -x[1]),
    "+": lambda x, y: (x[0] + y[0], x[1] + y[1]),
    "-": lambda x, y: (x[0] - y[0], x[1] - y[1]),
    "*": lambda x, y: (x[0] * y[0], x[0] * y[1] + x[1] * y[0]),
    "/": _quotient,
    "**": _raised,
    "abs": lambda x: _selected(max)(x, (-x[0], -x[1])),
    "min": _selected(min),
    "max": _selected(max),
    **{op: _related(relation) for op, relation in RELATIONS.items()},
    "and": _locally_constant(lambda x, y: x and y),
    "or": _locally_constant(lambda x, y: x or y),
    "not": _locally_constant(lambda x: not x),
}
