"""Proofs by squares that prices which are polynomials between their knots are convex and majorise a payoff.

A second derivative is a polynomial on each interval between knots; prices less the payoff are one, or near one, on each
part of it where the payoff is (:mod:`dual.proofs.pieces`). Each has a proof of its own (:mod:`dual.proofs.squares`), or
none, and is proven by subdivision: squares are needed only where it touches zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import InputError
from dual.functions.band import Cell
from dual.functions.enclosure import prove_nonnegative
from dual.functions.powers import derivative
from dual.functions.rules import polynomial
from dual.numbers.exact import Vector, items
from dual.proofs.pieces import pieces
from dual.proofs.squares import NONE, Box, Term, Terms, require_nonnegative, sides, total
from dual.statement import Record, stated

from .below import CELLS

Proofs = tuple[tuple[Term, ...] | None, ...]


def read_proofs(raw: object, where: str, _proofs: None) -> Proofs:
    """Read terms for each of some inequalities, or nothing."""
    return tuple(
        None if terms is None else _terms(items(terms, f"{where}[{k}]", empty=True), f"{where}[{k}]")
        for k, terms in enumerate(items(raw, where))
    )


def _terms(listed: Sequence[object], where: str) -> tuple[Term, ...]:
    return tuple(Term.within(one, f"{where}[{k}]") for k, one in enumerate(listed))


@dataclass(frozen=True)
class Part:
    """A polynomial that is to be nonnegative somewhere, or to be so by an error.

    Attributes
    ----------
    box : sequence of pair of Fraction
        The ends of an interval.
    factors : list of Terms
        What is nonnegative there: the mean less the lower end, the upper end less the mean, the payoff's switches.
    slack : Terms
    error : Fraction
    """

    box: Box
    factors: list[Terms]
    slack: Terms
    error: Fraction = NONE

    def prove(self, terms: Sequence[Term] | None, where: str, name: str) -> None:
        """Refuse unless terms, or subdivision of the whole interval, prove it."""
        if terms is not None:
            return require_nonnegative(self.slack, self.factors, terms, where, name, self.box, self.error)
        degree = max((k for (k,) in self.slack), default=0)
        least = [self.slack.get((k,), NONE) - (self.error if k == 0 else 0) for k in range(degree + 1)]
        ends = [[x] for x in dict.fromkeys(self.box[0])]
        prove_nonnegative(polynomial(tuple(least)), Cell(ends), cells=CELLS, name=name)
        return None


def bends(price: Any) -> list[Part]:
    """Second derivatives between knots."""
    return [
        Part(box := [(left, right)], sides(box), _powers(derivative(derivative(piece))))
        for left, right, piece in price.pieces
    ]


def excesses(price: Any, payoff: Any) -> list[Part]:
    """Prices less the payoff, by intervals between knots, then by pieces of the payoff.

    Raises
    ------
    InputError
        If the payoff is not near polynomials on pieces.
    """
    found = []
    for left, right, piece in price.pieces:
        own = _powers(piece)
        if hasattr(payoff, "expression"):
            box = [(left, right)]
            for one in pieces(payoff.expression, box):
                factors = [*sides(box), *one.switches]
                found.append(Part(box, factors, total([(Fraction(1), own), (Fraction(-1), one.terms)]), one.error))
        else:
            for low, high, other in payoff.parts(left, right):
                slack = total([(Fraction(1), own), (Fraction(-1), _powers(other))])
                found.append(Part([(low, high)], sides([(low, high)]), slack))
    return found


def _powers(coefficients: Vector) -> Terms:
    return {(k,): c for k, c in enumerate(coefficients) if c}


@dataclass(frozen=True, repr=False)
class Squares(Record):
    """Terms that add up to what is to be nonnegative."""

    convex: Proofs = stated(read_proofs, "*knots", "to second derivatives, for each interval; null: by subdivision")
    above: Proofs = stated(read_proofs, "*pieces", "to prices less the payoff, for each of its pieces; or null")

    def prove(self, price: Any, payoff: Any) -> None:
        """Refuse unless all inequalities are proven."""
        for name, proofs, parts in (
            ("convex", self.convex, bends(price)),
            ("above", self.above, excesses(price, payoff)),
        ):
            if len(proofs) != len(parts):
                raise InputError(f"there are {len(parts)} pieces, and proofs for {len(proofs)}", f"dual.squares.{name}")
            what = "price minus payoff" if name == "above" else "P''"
            for k, (part, terms) in enumerate(zip(parts, proofs, strict=True)):
                part.prove(terms, f"dual.squares.{name}[{k}]", what)
