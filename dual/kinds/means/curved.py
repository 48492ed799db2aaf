"""Convex prices that are polynomials between their knots.

Where states are revealed, the best prices are the payoff itself; a function that is linear between knots only comes
near it. Such prices are convex if they are continuous, no second derivative is negative between knots, and no slope
falls at one. That and the majorisation are proven by subdivision, or by squares (:mod:`.squares`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dual.errors import InputError, Violation
from dual.functions.band import Band, Cell
from dual.functions.enclosure import prove_nonnegative
from dual.functions.read_law import Law
from dual.numbers.exact import Matrix, Vector, items, vector
from dual.numbers.interval import Interval, interval
from dual.statement import Record, Witness, stated
from dual.words import brief

from .below import CELLS
from .powers import derivative, horner, polynomial

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
class CurvedPrices(Record):
    """A function that is a polynomial between neighbouring knots."""

    knots: Vector = stated(vector, "knots", "increasing, from end to end of the law's range")
    polynomials: Matrix = stated(
        read_polynomials, "*pieces *powers", "between knots, coefficients of powers of the mean", after="knots"
    )

    def __call__(self, x: Fraction) -> Fraction:
        """The price at a point between the first and the last knot."""
        k = min(bisect_right(self.knots, x), len(self.polynomials)) - 1
        return horner(self.polynomials[k], interval(x)).lower

    @cached_property
    def values(self) -> Vector:
        """The prices at the knots."""
        return tuple(map(self, self.knots))

    @property
    def pieces(self) -> Iterator[tuple[Fraction, Fraction, Vector]]:
        """The ends of the intervals, with their polynomials."""
        for (left, right), piece in zip(pairwise(self.knots), self.polynomials, strict=True):
            yield left, right, piece

    def expected(self, law: Any) -> Interval:
        """The expectation under a law."""
        if not law.continuous:
            return interval(sum(self(x) * mass for x, mass in zip(law.support, law.prior, strict=True) if mass))
        least, size = min(self.values), max(self.values) - min(self.values)
        total = interval(0)  # counted from the least price, so that a large constant costs no accuracy
        for left, right, piece in self.pieces:
            low, high = max(left, law.lower), min(right, law.upper)
            if low < high:
                total += law.payoff(polynomial((piece[0] - least, *piece[1:])), low, high, size or Fraction(1))
        found: Interval = total / law.total
        return found + least


@dataclass(frozen=True, repr=False)
class CurvedPriceFunction(Witness):
    """Convex prices, polynomials between knots, that majorise the payoff."""

    prices: CurvedPrices = stated(CurvedPrices, "", "the price of a mean")
    squares: Squares | None = stated(read_squares, "", "proofs by squares, instead of subdivision", default=None)


def upper(statement: Any, dual: CurvedPriceFunction) -> Fraction:
    """The expectation of the prices, once they are convex and majorise the payoff at every mean."""
    price, payoff = dual.prices, statement.payoff
    if hasattr(payoff, "points"):
        raise InputError("prices of listed means are linear between knots", "dual.prices")
    _require_joined(price, statement.law)
    if dual.squares is not None:
        dual.squares.prove(price, payoff)
    else:
        for left, right, piece in price.pieces:
            prove_nonnegative(
                polynomial(derivative(derivative(piece))), Cell([[left], [right]]), cells=CELLS, name="P''"
            )
            _prove_above(polynomial(piece), payoff, left, right)
    return price.expected(statement.law).greatest


def _prove_above(price: Any, payoff: Any, left: Fraction, right: Fraction) -> None:
    """Prove that a price is at least the payoff from ``left`` to ``right``."""
    for start, end, rule in payoff.rules(left, right):

        def slack(cell: Cell, rule: Any = rule) -> Band:
            found: Band = price(cell) - rule(cell)
            return found

        cell = Cell([[start], [end]] if start < end else [[start]])
        prove_nonnegative(slack, cell, cells=CELLS, name="price minus payoff")


def _require_joined(price: CurvedPrices, law: Law) -> None:
    """Refuse prices that do not cover the law's range, jump at a knot, or whose slope falls there."""
    where, knots = "dual.prices", price.knots
    low, high = law.range
    if knots[0] > low or knots[-1] < high:
        raise Violation(
            f"{where}.knots: {brief(knots[0])} to {brief(knots[-1])} does not cover {brief(low)} to {brief(high)}"
        )
    for k, (left, right) in enumerate(pairwise(knots), 1):
        if right <= left:
            raise Violation(f"{where}.knots[{k}] = {brief(right)} <= {brief(left)} = knots[{k - 1}]")
    for k, (before, after) in enumerate(pairwise(price.polynomials), 1):
        for made, what in ((False, "value"), (True, "slope")):
            ends = [horner(derivative(one) if made else one, interval(knots[k])).lower for one in (before, after)]
            if ends[1] < ends[0] or (ends[1] != ends[0] and not made):
                raise Violation(
                    f"{where} is not convex at knots[{k}] = {brief(knots[k])}: the {what} goes"
                    f" from {brief(ends[0])} to {brief(ends[1])}"
                )
