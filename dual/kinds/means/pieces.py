"""Payoffs of any mean m: polynomials between breakpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dual.errors import InputError
from dual.functions.enclosure import Rule
from dual.functions.law import ContinuousLaw
from dual.functions.powers import horner
from dual.functions.read_law import Law
from dual.functions.rules import polynomial
from dual.numbers.exact import Vector, items, probability, vector
from dual.numbers.interval import Interval, interval
from dual.words import brief

from .below import prove_below


@dataclass(frozen=True)
class PiecewisePayoff:
    """Polynomials ``sum_j pieces[k][j] m^j`` on ``[breakpoints[k], breakpoints[k+1]]``; the larger at a breakpoint."""

    breakpoints: Vector
    pieces: tuple[Vector, ...]

    def document(self) -> object:
        """The payoff as the instance's file holds it."""
        return {"breakpoints": self.breakpoints, "pieces": self.pieces}

    def at(self, mean: Interval) -> Interval:
        """Enclose the payoff at a mean, exactly at a number."""
        used = [interval(horner(piece, mean)) for low, high, piece in self.parts(mean.lower, mean.upper)]
        if mean.is_point:
            return interval(max(value.lower for value in used))
        return Interval(min(value.lower for value in used), max(value.upper for value in used))

    def parts(self, left: Fraction, right: Fraction) -> Iterator[tuple[Fraction, Fraction, Vector]]:
        """The pieces that meet ``[left, right]``, with the ends of where they do."""
        for low, high, piece in zip(self.breakpoints, self.breakpoints[1:], self.pieces, strict=False):
            if low <= right and high >= left:
                yield max(low, left), min(high, right), piece

    def integral(self, law: ContinuousLaw, left: Fraction, right: Fraction) -> Interval:
        """The integral of the payoff times the density as it is written."""
        total = interval(0)
        for low, high, piece in self.parts(left, right):
            if low < high:
                scale = max(interval(horner(piece, Interval(low, high))).magnitude, Fraction(1, 1 << 64))
                total += law.payoff(polynomial(piece), low, high, scale)
        return total

    def rules(self, left: Fraction, right: Fraction) -> Iterator[tuple[Fraction, Fraction, Rule]]:
        """What encloses the payoff from ``left`` to ``right``, part by part."""
        for low, high, piece in self.parts(left, right):
            yield low, high, polynomial(piece)

    def prove_below(self, price: Any, left: Fraction, right: Fraction) -> None:
        """Prove that prices are at least the payoff from ``left`` to ``right``."""
        prove_below(price, self.rules, left, right)


def read_piecewise(found: Mapping[str, object], law: Law, where: str) -> PiecewisePayoff:
    """Read polynomials between breakpoints that increase and cover the law's range."""
    breakpoints = vector(found["breakpoints"], f"{where}.breakpoints", entry=probability)
    for k, (left, right) in enumerate(pairwise(breakpoints)):
        if left >= right:
            raise InputError(
                f"{brief(right)} does not lie above the breakpoint before it, {brief(left)}",
                f"{where}.breakpoints[{k + 1}]",
            )
    low, high = law.range
    if breakpoints[0] > low or breakpoints[-1] < high:
        raise InputError(
            f"the breakpoints have to cover the law's range, from {brief(low)} to {brief(high)}", f"{where}.breakpoints"
        )
    if len(breakpoints) < 2:
        raise InputError("at least two breakpoints are needed", f"{where}.breakpoints")
    pieces = items(found["pieces"], f"{where}.pieces", len(breakpoints) - 1)
    return PiecewisePayoff(breakpoints, tuple(vector(p, f"{where}.pieces[{k}]") for k, p in enumerate(pieces)))
