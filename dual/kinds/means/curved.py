"""Convex prices that are polynomials between their knots.

Where states are revealed, the best prices are the payoff itself; a function that is linear between knots only comes
near it. Besides what prices have to satisfy at their knots, no second derivative may be negative between them. That and
the majorisation are proven by subdivision, or by squares (:mod:`.squares`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dual.errors import InputError
from dual.functions.band import Cell
from dual.functions.enclosure import prove_nonnegative
from dual.functions.powers import derivative
from dual.functions.rules import polynomial
from dual.numbers.exact import Matrix, Vector, items, vector
from dual.statement import Record, Witness, stated

from .below import CELLS
from .prices import Piecewise

if TYPE_CHECKING:
    from .squares import Squares


def read_polynomials(raw: object, where: str, _pieces: None, _powers: None, knots: Vector) -> Matrix:
    """Read the coefficients of a polynomial between any two knots."""
    listed = items(raw, where, len(knots) - 1)
    return tuple(vector(one, f"{where}[{k}]") for k, one in enumerate(listed))


def read_squares(raw: object, where: str) -> Squares:
    """Read proofs by squares."""
    from .squares import Squares

    return Squares.within(raw, where)


@dataclass(frozen=True, repr=False)
class CurvedPrices(Piecewise, Record):
    """A function that is a polynomial between neighbouring knots."""

    knots: Vector = stated(vector, "knots", "increasing, from end to end of the law's range")
    polynomials: Matrix = stated(
        read_polynomials, "*pieces *powers", "between knots, coefficients of powers of the mean", after="knots"
    )

    @cached_property
    def values(self) -> Vector:
        """The prices at the knots."""
        return tuple(map(self, self.knots))


@dataclass(frozen=True, repr=False)
class CurvedPriceFunction(Witness):
    """Convex prices, polynomials between knots, that majorise the payoff."""

    prices: CurvedPrices = stated(CurvedPrices, "", "the price of a mean")
    squares: Squares | None = stated(read_squares, "", "proofs by squares, instead of subdivision", default=None)

    def prove(self, statement: Any) -> None:
        """Refuse unless prices are convex between knots and majorise the payoff."""
        price, payoff = self.prices, statement.payoff
        if hasattr(payoff, "points"):
            raise InputError("prices of listed means are linear between knots", "dual.prices")
        if self.squares is not None:
            return self.squares.prove(price, payoff)
        for left, right, piece in price.pieces:
            bend = polynomial(derivative(derivative(piece)))
            prove_nonnegative(bend, Cell([[left], [right]]), cells=CELLS, name="P''")
        return payoff.prove_below(price, *statement.law.range)  # type: ignore[no-any-return]
