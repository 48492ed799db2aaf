"""Prices that are linear between their knots, proven to be at least a payoff."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from dual.functions.band import Band, Cell
from dual.functions.between import between
from dual.functions.enclosure import Rule, prove_nonnegative

CELLS: Final = 4000
"""Cells between two knots; more of them would hide a payoff that the prices do not majorise."""


def prove_below(
    knots: Sequence[Fraction], prices: Sequence[Fraction], payoff: Rule, left: Fraction, right: Fraction
) -> None:
    """Prove that prices that are linear between their knots are at least the payoff from ``left`` to ``right``."""
    start = between(knots, prices, left)
    if left == right:
        _prove_line((left, start, Fraction(0)), payoff, Cell([[left]]))
        return
    rest = Cell([[left], [right]])
    for x in knots[bisect_right(knots, left) : bisect_left(knots, right)]:
        part, rest = rest.cut((0, 1, (x - left) / (right - left)))
        end = between(knots, prices, x)
        _prove_line((left, start, (end - start) / (x - left)), payoff, part)
        left, start = x, end
    _prove_line((left, start, (between(knots, prices, right) - start) / (right - left)), payoff, rest)


def _prove_line(line: tuple[Fraction, Fraction, Fraction], payoff: Rule, cell: Cell) -> None:
    """Prove that the line through a point with a slope is at least the payoff on a cell."""
    at, start, slope = line

    def slack(part: Cell) -> Band:
        return part.affine([start + slope * (x - at) for (x,) in part.vertices]) - payoff(part)

    prove_nonnegative(slack, cell, cells=CELLS, name="price minus payoff")
