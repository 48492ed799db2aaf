"""Whether posterior means can be confined to listed points, and the proof where they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dual.functions.finite_law import FiniteLaw
from dual.functions.read_law import Law
from dual.kinds.means.kind import MeanPersuasionStatement
from dual.kinds.means.listed import PointPayoff
from dual.kinds.means.prices import Prices
from transport.programs.rounding import simple

Line = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]

_BISECTIONS = 60
"""Of a quantile: to the last digit of a double."""


def separating_prices(statement: MeanPersuasionStatement) -> dict[str, object] | None:
    """A convex function, nonnegative at the listed points, with a negative expectation; None if there is none.

    Of all laws on the listed points with the law's mean, the one on the two nearest points around it is the least
    spread out. Unless it is a mean-preserving contraction of the law, nothing on the points is; then some z between
    the two has ``E (x - z)^+`` below the two-point law's, and ``(x - z)^+`` minus its chord separates.
    """
    law, payoff = statement.law, statement.payoff
    if not isinstance(payoff, PointPayoff):
        return None
    low, high = law.range
    points = [x for x in sorted(payoff.points) if low <= x <= high]
    if not points:
        return _witness((low, high), (Fraction(-1), Fraction(-1)))
    mean = law.expected(Prices((low, high), (low, high))).middle if low < high else low
    if points[0] > mean or points[-1] < mean:
        sign, end = (1, points[0]) if points[0] > mean else (-1, points[-1])
        return _separating(law, (low, high), (sign * (low - end), sign * (high - end)))
    left, right = max(x for x in points if x <= mean), min(x for x in points if x >= mean)
    if left == right:
        return None
    for z in _candidates(law, left, right, (mean - left) / (right - left)):

        def price(x: Fraction, z: Fraction = z) -> Fraction:
            return max(x - z, Fraction(0)) - (right - z) * (x - left) / (right - left)

        found = _separating(law, (low, z, high), (price(low), price(z), price(high)))
        if found is not None:
            return found
    return None


def _candidates(law: Law, left: Fraction, right: Fraction, share: Fraction) -> Sequence[Fraction]:
    """Where ``E (x - z)^+`` falls most below the chord: points of the law, or its quantile ``1 - share``."""
    if isinstance(law, FiniteLaw):
        return [x for x in law.support if left < x < right]
    low, high = law.range
    whole = law.total.middle
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if law.mass(law.lower, middle).middle < (1 - share) * whole:
            low = middle
        else:
            high = middle
    return [z for z in (simple(low, 1000), low) if left < z < right]


def _separating(law: Law, knots: tuple[Fraction, ...], values: tuple[Fraction, ...]) -> dict[str, object] | None:
    distinct = knots if knots[0] < knots[-1] else knots[:1]
    heights = values[: len(distinct)]
    return _witness(distinct, heights) if law.expected(Prices(distinct, heights)).upper < 0 else None


def _witness(knots: tuple[Fraction, ...], values: tuple[Fraction, ...]) -> dict[str, object]:
    if knots[0] == knots[-1]:
        knots, values = knots[:1], values[:1]
    return {"prices": {"knots": knots, "values": values}}
