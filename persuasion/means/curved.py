"""Exact prices for a continuous law that are the payoff itself where states are revealed, and lines elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Any

from dual.errors import InputError, Undecided, Violation
from dual.functions.powers import horner, line
from dual.kinds.means.curved import CurvedPriceFunction, CurvedPrices
from dual.kinds.means.kind import MeanPersuasionStatement, PriceFunction, read_dual, upper
from dual.numbers.exact import Vector
from transport.programs.effort import Effort

from .policy import ExactPiece
from .prices import LIFTS, Curve


@dataclass(frozen=True)
class Curved:
    """Prices that are polynomials between their knots, and proofs by squares if they need any.

    Attributes
    ----------
    error : Fraction
        How far the payoff may be from them where they are meant to be equal.
    """

    prices: CurvedPrices
    error: Fraction
    squares: Any = None

    def raised(self, by: Fraction) -> Curved:
        """The same prices, higher by a constant."""
        lifted = tuple((piece[0] + by, *piece[1:]) for piece in self.prices.polynomials)
        return replace(self, prices=CurvedPrices(self.prices.knots, lifted))

    def witness(self) -> dict[str, object]:
        """The prices in the form of a dual witness."""
        found: dict[str, object] = {
            "prices": {"knots": self.prices.knots, "polynomials": self.prices.polynomials},
        }
        return found if self.squares is None else {**found, "squares": self.squares}

    def bound(self, statement: MeanPersuasionStatement) -> Fraction | None:
        """What they prove, if they do."""
        try:
            return upper(statement, CurvedPriceFunction.read(self.witness(), statement))
        except (Violation, Undecided, InputError):
            return None


def curved(statement: MeanPersuasionStatement, curve: Curve, pieces: Sequence[ExactPiece]) -> Curved | None:
    """The payoff where states are revealed, between the heights of a curve, and the curve elsewhere.

    Returns
    -------
    Curved or None
        None where the payoff is not near one polynomial between two knots, or nothing is curved.
    """
    curve = curve.convex()
    shown = [(piece.left, piece.right) for piece in pieces if not piece.means]
    found, error = [], Fraction(0)
    for left, right in pairwise(curve.knots):
        own = line(left, right, curve(left), curve(right))
        if any(a <= left and right <= b for a, b in shown):
            near = polynomial_on(statement.payoff, left, right)
            if near is None:
                return None
            error = max(error, near[1])
            missed = line(left, right, *(curve(x) - horner(near[0], x) for x in (left, right)))
            own = _sum(near[0], missed)
        found.append(own)
    if all(len(piece) < 3 for piece in found):
        return None
    return Curved(CurvedPrices(curve.knots, tuple(found)), error)


def proven(statement: MeanPersuasionStatement, found: Curved, size: Fraction) -> tuple[Curved, Fraction] | None:
    """Raise prices by as little as the checker needs to accept them; None if it does not.

    Parameters
    ----------
    size : Fraction
        The payoff's range, which raises are relative to.
    """
    for by in (Fraction(0), *(size * Fraction(1, 2**bits) for bits in LIFTS)):
        if by >= found.error:
            raised = found.raised(by)
            bound = raised.bound(statement)
            if bound is None and (touching := _touching(statement, raised)) is not None:
                raised, bound = touching, touching.bound(statement)
            if bound is not None:
                return raised, bound
    return None


def _touching(statement: MeanPersuasionStatement, found: Curved) -> Curved | None:
    """With squares where prices may touch the payoff, or stop bending, at means that are not rational."""
    from .squares import proofs, touches

    try:
        squares = proofs(found.prices, statement.payoff, touches)
    except InputError:
        return None
    return replace(found, squares=squares) if any(map(any, squares.values())) else None


def with_squares(statement: MeanPersuasionStatement, dual: Any, effort: Effort) -> Mapping[str, object]:
    """A dual witness with squares for its inequalities, as far as there is time; as it is where that is no proof."""
    from .squares import proofs

    witness = read_dual(dual, statement)
    if isinstance(witness, PriceFunction):
        prices = CurvedPrices(witness.prices.knots, witness.prices.polynomials)
    else:
        prices = witness.prices
    try:
        squares = proofs(prices, statement.payoff, lambda _: not effort.exhausted())
    except InputError as error:
        raise InputError(
            f"squares need a payoff that is, or is near, polynomials on pieces: {error}", "method"
        ) from None
    found = Curved(prices, Fraction(0), squares)
    return witness.document() if found.bound(statement) is None else found.witness()


def polynomial_on(payoff: Any, left: Fraction, right: Fraction) -> tuple[Vector, Fraction] | None:
    """The polynomial that a payoff is, or is near, between two means, and how far from it the payoff is at most."""
    if hasattr(payoff, "pieces"):
        return next(piece for low, high, piece in payoff.parts(left, right) if low < high), Fraction(0)
    from dual.proofs.pieces import pieces

    try:
        found = list(pieces(payoff.expression, [(left, right)]))
    except (InputError, Undecided):
        return None
    if len(found) > 1:
        return None
    terms = found[0].terms
    degree = max((k for (k,) in terms), default=0)
    return tuple(terms.get((k,), Fraction(0)) for k in range(degree + 1)), found[0].error


def _sum(a: Vector, b: Vector) -> Vector:
    return tuple(x + y for x, y in zip_longest(a, b, fillvalue=Fraction(0)))
