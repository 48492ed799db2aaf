"""Prices, polynomials between their knots, that are proven to be at least a payoff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

from dual.functions.band import Band, Cell
from dual.functions.enclosure import Rule, prove_nonnegative
from dual.functions.rules import polynomial

CELLS: Final = 4000
"""Cells between two knots; more of them would hide a payoff that the prices do not majorise."""

Rules = Callable[[Fraction, Fraction], Iterator[tuple[Fraction, Fraction, Rule]]]


def prove_below(price: Any, payoff: Rules, left: Fraction, right: Fraction) -> None:
    """Prove that prices are at least the payoff from ``left`` to ``right``, both ends included."""
    for start, end, piece in price.pieces:
        if start <= right and end >= left:
            for low, high, rule in payoff(max(start, left), min(end, right)):
                cell = Cell([[low], [high]] if low < high else [[low]])
                prove_nonnegative(_slack(polynomial(piece), rule), cell, cells=CELLS, name="price minus payoff")


def _slack(price: Rule, payoff: Rule) -> Rule:
    def slack(cell: Cell) -> Band:
        return price(cell) - payoff(cell)

    return slack
