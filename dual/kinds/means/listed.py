"""Payoffs of listed means, the only ones that are allowed; nothing may be feasible then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import InputError, Violation
from dual.numbers.exact import Vector, probability, vector
from dual.numbers.interval import Interval, interval
from dual.words import brief


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

    def integral(self, _: object, left: Fraction, right: Fraction) -> Interval:
        """Refuse: revealing a continuous state leads to means that are not listed."""
        raise Violation(
            f"revealing the state between {brief(left)} and {brief(right)} leads to means that are not listed"
        )

    def prove_below(self, price: Any, left: Fraction, right: Fraction) -> None:
        """Check that prices are at least the payoff at the listed points."""
        for k, (point, value) in enumerate(zip(self.points, self.values, strict=True)):
            if left <= point <= right and price(point) < value:
                raise Violation(
                    f"the price at points[{k}] = {brief(point)} is {brief(price(point))} < {brief(value)} = values[{k}]"
                )


def read_points(found: Mapping[str, object], where: str) -> PointPayoff:
    """Read the payoffs of points that are different."""
    points = vector(found["points"], f"{where}.points", entry=probability)
    for k, point in enumerate(points):
        if point in points[:k]:
            first = points.index(point)
            raise InputError(
                f"the point {brief(point)} stands already at {where}.points[{first}]", f"{where}.points[{k}]"
            )
    return PointPayoff(points, vector(found["values"], f"{where}.values", len(points)))


def require_separation(payoff: Any, law: Any, price: Any) -> None:
    """Refuse unless convex prices are nonnegative at all listed points and have a negative expectation."""
    low, high = law.range
    for k, point in enumerate(payoff.points):
        if low <= point <= high and price(point) < 0:
            raise Violation(f"the price at points[{k}] = {brief(point)} is {brief(price(point))}, below zero")
    expected = law.expected(price)
    if expected.upper >= 0:
        raise Violation(f"the expectation of the prices, {expected}, is not negative, so they separate nothing")
