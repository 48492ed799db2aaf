"""Payoffs as functions of the posterior mean m: values at listed means, or for any mean (:mod:`.continuum`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from dual.errors import InputError, Violation
from dual.functions.law import ContinuousLaw, Law, between
from dual.numbers.exact import Vector, probability, vector
from dual.numbers.interval import Interval, interval
from dual.statement import fields
from dual.words import brief

if TYPE_CHECKING:
    from .continuum import ExpressionPayoff, PiecewisePayoff


@dataclass(frozen=True)
class PointPayoff:
    """Values at the only means that are allowed; points are different, in any order."""

    points: Vector
    values: Vector

    def document(self) -> object:
        """The payoff as the instance's file holds it."""
        return {"points": self.points, "values": self.values}

    def at(self, mean: Interval) -> Interval:
        """The payoff at an allowed mean."""
        if mean.is_point and mean.lower in self.points:
            return interval(self.values[self.points.index(mean.lower)])
        raise Violation(f"the mean {mean} is none of the listed points")

    def integral(self, _: ContinuousLaw, left: Fraction, right: Fraction) -> Interval:
        """Refuse: revealing a continuous state leads to means that are not listed."""
        raise Violation(
            f"revealing the state between {brief(left)} and {brief(right)} leads to means that are not listed"
        )

    def prove_below(
        self, knots: Sequence[Fraction], prices: Sequence[Fraction], left: Fraction, right: Fraction
    ) -> None:
        """Check that the function that is linear between its knots is at least the payoff at the listed points."""
        for k, (point, value) in enumerate(zip(self.points, self.values, strict=True)):
            if left <= point <= right and (price := between(knots, prices, point)) < value:
                raise Violation(
                    f"the price at points[{k}] = {brief(point)} is {brief(price)} < {brief(value)} = values[{k}]"
                )


MeanPayoff: TypeAlias = "ExpressionPayoff | PiecewisePayoff | PointPayoff"


def parse_payoff(raw: object, law: Law, where: str = "payoff") -> MeanPayoff:
    """Read a payoff: an expression in ``m``, ``{"breakpoints", "pieces"}`` or ``{"points", "values"}``.

    Raises
    ------
    InputError
        If it is none of these, if breakpoints do not increase or do not cover the law's range, or if points coincide.
    """
    if not isinstance(raw, Mapping):
        from .continuum import read_expression

        return read_expression(raw, where)
    found = fields(raw, [], ["breakpoints", "pieces", "points", "values"], where)
    if set(found) == {"breakpoints", "pieces"}:
        from .continuum import read_piecewise

        return read_piecewise(found, law, where)
    if set(found) == {"points", "values"}:
        points = vector(found["points"], f"{where}.points", entry=probability)
        for k, point in enumerate(points):
            if point in points[:k]:
                first = points.index(point)
                raise InputError(
                    f"the point {brief(point)} stands already at {where}.points[{first}]", f"{where}.points[{k}]"
                )
        return PointPayoff(points, vector(found["values"], f"{where}.values", len(points)))
    raise InputError('a payoff is an expression in m, {"breakpoints", "pieces"} or {"points", "values"}', where)
