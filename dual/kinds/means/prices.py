"""Prices of means: functions that are polynomials between their knots, lines for the most part."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from dual.errors import Violation
from dual.functions.powers import derivative, horner, line
from dual.numbers.exact import Matrix, Vector, vector
from dual.statement import Record, stated
from dual.words import brief


class Piecewise:
    """A function with ``knots``, its ``values`` there, and ``polynomials``, one between any two."""

    def __call__(self: Any, x: Fraction) -> Fraction:
        """The price at a point between the first and the last knot."""
        k = min(bisect_right(self.knots, x), len(self.polynomials)) - 1
        return horner(self.polynomials[k], x)  # type: ignore[no-any-return]

    @property
    def pieces(self: Any) -> Iterator[tuple[Fraction, Fraction, Vector]]:
        """The ends of the intervals, with their polynomials."""
        return zip(self.knots, self.knots[1:] or self.knots, self.polynomials, strict=False)

    def require_convex(self: Any, law: Any) -> None:
        """Refuse prices that do not cover the law's range, jump at a knot, or whose slope falls there."""
        where, knots = "dual.prices", self.knots
        low, high = law.range
        if knots[0] > low or knots[-1] < high:
            raise Violation(
                f"{where}.knots: {brief(knots[0])} to {brief(knots[-1])} does not cover {brief(low)} to {brief(high)}"
            )
        for k, (left, right) in enumerate(pairwise(knots), 1):
            if right <= left:
                raise Violation(f"{where}.knots[{k}] = {brief(right)} <= {brief(left)} = knots[{k - 1}]")
        for k, (before, after) in enumerate(pairwise(self.polynomials), 1):
            for what, made in (("value", tuple), ("slope", derivative)):
                ends = [horner(made(one), knots[k]) for one in (before, after)]
                if ends[1] < ends[0] or (what == "value" and ends[1] != ends[0]):
                    raise Violation(
                        f"{where} is not convex at knots[{k}] = {brief(knots[k])}: the {what} goes"
                        f" from {brief(ends[0])} to {brief(ends[1])}"
                    )


@dataclass(frozen=True, repr=False)
class Prices(Piecewise, Record):
    """A function that is linear between its knots."""

    knots: Vector = stated(vector, "knots", "increasing, from end to end of the law's range")
    values: Vector = stated(vector, "knots", "convex")

    @cached_property
    def polynomials(self) -> Matrix:
        """The lines between the knots; a constant if there is one only."""
        return tuple(map(line, self.knots, self.knots[1:], self.values, self.values[1:])) or (self.values,)
