"""Utilities of two receivers as tables over a grid of posteriors, from below and from above."""

from __future__ import annotations

from dual.functions.expression import Expression
from dual.limits import steps
from dual.numbers.arrays import Array
from dual.numbers.exact import Vector, over_common_denominator
from dual.numbers.interval import interval

Bounds = tuple[Array, Array]


def tabulated(low: Array | Expression, high: Array | Expression, x: Vector, y: Vector) -> tuple[Bounds, Bounds]:
    """For the states l and h the utilities on a grid, from below and from above (equal where they are rational)."""
    found = _table(low, x, y)
    return found, found if high == low else _table(high, x, y)


def _table(utility: Array | Expression, xs: Vector, ys: Vector) -> Bounds:
    if not isinstance(utility, Expression):
        return utility, utility
    shape = (len(xs), len(ys))
    # Going to a point; what is evaluated there is counted as it is done.
    steps(120 * shape[0] * shape[1], f"evaluating a utility at {shape[0]:,} x {shape[1]:,} points")
    values = [utility.enclose([interval(x), interval(y)]) for x in xs for y in ys]
    below = over_common_denominator([value.lower for value in values])
    above = over_common_denominator([value.upper for value in values])
    least = Array(shape, tuple(below[0]), below[1])
    return least, least if above == below else Array(shape, tuple(above[0]), above[1])
