"""Exact price functions: convex, linear between knots, raised until they provably majorise the payoff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dual.errors import Undecided, Violation
from dual.kinds.means.kind import MeanPersuasionStatement
from dual.kinds.means.prices import Prices

from .between import between
from .program import Search

if TYPE_CHECKING:
    from .rescaled import RescaledPayoff

LIFTS = (50, 44, 38, 32, 26, 20, 14)
"""Bits of the raise, relative to the payoff's range, that makes prices provable: the smallest that works costs
least."""


@dataclass(frozen=True)
class Curve:
    """A function that is linear between its knots.

    Attributes
    ----------
    knots, values : tuple of Fraction
        Knots increase.
    """

    knots: tuple[Fraction, ...]
    values: tuple[Fraction, ...]

    def __call__(self, x: Fraction) -> Fraction:
        """The value between the first and the last knot."""
        return between(self.knots, self.values, x)

    def with_knots(self, means: Iterable[Fraction]) -> Curve:
        """The same function with further knots, and without those knots at which nothing bends.

        Examples
        --------
        >>> roof = Curve((Fraction(0), Fraction(1), Fraction(2)), (Fraction(1), Fraction(0), Fraction(1)))
        >>> [str(x) for x in roof.with_knots([Fraction(1, 2)]).knots]
        ['0', '1/2', '1', '2']
        """
        bent = [x for k, x in enumerate(self.knots) if k in (0, len(self.knots) - 1) or self._bends(k)]
        knots = tuple(sorted({*bent, *means}))
        return Curve(knots, tuple(self(x) for x in knots))

    def _bends(self, k: int) -> bool:
        return self._slope(k - 1) != self._slope(k)

    def _slope(self, k: int) -> Fraction:
        return (self.values[k + 1] - self.values[k]) / (self.knots[k + 1] - self.knots[k])

    def convex(self) -> Curve:
        """The largest convex function below, on as many of the knots as it needs.

        Examples
        --------
        >>> Curve((Fraction(0), Fraction(1), Fraction(2)), (Fraction(0), Fraction(1), Fraction(0))).convex().values
        (Fraction(0, 1), Fraction(0, 1), Fraction(0, 1))
        """
        if all(self._slope(k - 1) <= self._slope(k) for k in range(1, len(self.knots) - 1)):
            return self
        hull: list[tuple[Fraction, Fraction]] = []
        for x, y in zip(self.knots, self.values, strict=True):
            while len(hull) > 1 and (hull[-1][1] - hull[-2][1]) * (x - hull[-1][0]) >= (y - hull[-1][1]) * (
                hull[-1][0] - hull[-2][0]
            ):
                hull.pop()
            hull.append((x, y))
        lower = Curve(tuple(x for x, _ in hull), tuple(y for _, y in hull))
        return Curve(self.knots, tuple(lower(x) for x in self.knots))

    def raised(self, by: Fraction) -> Curve:
        """The same function, higher by a constant."""
        return Curve(self.knots, tuple(value + by for value in self.values))

    def witness(self) -> dict[str, object]:
        """The function in the form of a dual witness."""
        return {"prices": {"knots": self.knots, "values": self.values}}


def proven_prices(
    statement: MeanPersuasionStatement, rescaled: RescaledPayoff, curve: Curve, exact: bool
) -> Curve | None:
    """Raise convex prices by as little as the checker needs to accept that they majorise the payoff.

    Parameters
    ----------
    statement : MeanPersuasionStatement
    rescaled : RescaledPayoff
        The payoff over the law's range.
    curve : Curve
        Prices, which may be a little too low or not quite convex.
    exact : bool
        Whether to try them as they are first.

    Returns
    -------
    Curve or None
        None if even much higher prices are not accepted.
    """
    curve = curve.convex()
    if exact and _accepted(statement, curve):
        return curve
    missing = _missing(rescaled, curve)
    lifted = (curve.raised(missing + rescaled.size * Fraction(1, 2**bits)) for bits in LIFTS)
    return next((raised for raised in lifted if _accepted(statement, raised)), None)


def _accepted(statement: MeanPersuasionStatement, curve: Curve) -> bool:
    try:
        statement.payoff.prove_below(Prices(curve.knots, curve.values), *statement.law.range)
    except (Violation, Undecided):
        return False
    return True


def _missing(rescaled: RescaledPayoff, curve: Curve) -> Fraction:
    """By how much the payoff exceeds the prices, as far as floats and the knots themselves tell."""
    places, known = np.unique([rescaled.place(x) for x in curve.knots], return_index=True)
    _, excess = Search(rescaled, places).violated(np.array([rescaled.scaled(curve.values[k]) for k in known]))
    found = [Fraction(float(excess.max(initial=0.0))) * rescaled.size]
    if not rescaled.listed:
        found += [rescaled.at(x) - value for x, value in zip(curve.knots, curve.values, strict=True)]
    return max(found)
