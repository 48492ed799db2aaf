"""Payoffs of any mean m: an expression, or piecewise polynomials."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from dual.errors import InputError
from dual.functions.band import Band, Cell
from dual.functions.bands import bands
from dual.functions.enclosure import Rule, prove_nonnegative
from dual.functions.expression import Expression
from dual.functions.law import ContinuousLaw, Law, between
from dual.numbers.exact import Vector, items, probability, vector
from dual.numbers.interval import Interval, interval
from dual.words import brief

_CELLS: Final = 4000
"""Cells between two knots; more of them would hide a payoff that the prices do not majorise."""


@dataclass(frozen=True)
class ExpressionPayoff:
    """A payoff written as an expression in ``m``."""

    expression: Expression

    def document(self) -> object:
        """The payoff as the instance's file holds it."""
        return self.expression.text

    def at(self, mean: Interval) -> Interval:
        """Enclose the payoff at a mean, exactly where it is known to be rational."""
        return self.expression.enclose([mean])

    def integral(self, law: ContinuousLaw, left: Fraction, right: Fraction) -> Interval:
        """The integral of the payoff times the density as it is written."""
        rule = bands(self.expression)
        scale = max(rule(Cell([[x]])).hull.magnitude for x in (left, (2 * left + right) / 3, right))
        return law.payoff(rule, left, right, max(scale, Fraction(1, 1 << 64)))

    def prove_below(
        self, knots: Sequence[Fraction], prices: Sequence[Fraction], left: Fraction, right: Fraction
    ) -> None:
        """Prove that prices that are linear between their knots are at least the payoff from ``left`` to ``right``."""
        _prove(knots, prices, bands(self.expression), left, right)


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
        used = [_horner(piece, mean) for low, high, piece in self.parts(mean.lower, mean.upper)]
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
                scale = max(_horner(piece, Interval(low, high)).magnitude, Fraction(1, 1 << 64))
                total += law.payoff(_polynomial(piece), low, high, scale)
        return total

    def prove_below(
        self, knots: Sequence[Fraction], prices: Sequence[Fraction], left: Fraction, right: Fraction
    ) -> None:
        """Prove that prices that are linear between their knots are at least the payoff from ``left`` to ``right``."""
        for start, end, piece in self.parts(left, right):
            _prove(knots, prices, _polynomial(piece), start, end)


def read_expression(raw: object, where: str) -> ExpressionPayoff:
    """Read an expression in ``m``."""
    return ExpressionPayoff(Expression.parse(raw, ["m"], where))


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


def _prove(
    knots: Sequence[Fraction], prices: Sequence[Fraction], payoff: Rule, left: Fraction, right: Fraction
) -> None:
    """Prove that prices that are linear between their knots are at least the payoff from ``left`` to ``right``."""
    start = between(knots, prices, left)
    if left == right:
        _prove_line((left, start, Fraction(0)), payoff, Cell([[left]]))
        return
    rest = Cell([[left], [right]])
    for x in knots[bisect_right(knots, left) : bisect_left(knots, right)]:
        part, rest = rest.cut((0, 1, (x - left) / (right - left)))
        end = between(knots, prices, x)
        _prove_line((left, start, (end - start) / (x - left)), payoff, part)
        left, start = x, end
    _prove_line((left, start, (between(knots, prices, right) - start) / (right - left)), payoff, rest)


def _prove_line(line: tuple[Fraction, Fraction, Fraction], payoff: Rule, cell: Cell) -> None:
    """Prove that the line through a point with a slope is at least the payoff on a cell."""
    at, start, slope = line

    def slack(part: Cell) -> Band:
        return part.affine([start + slope * (x - at) for (x,) in part.vertices]) - payoff(part)

    prove_nonnegative(slack, cell, cells=_CELLS, name="price minus payoff")


def _polynomial(coefficients: Vector) -> Rule:
    """A polynomial on cells."""

    def band(cell: Cell) -> Band:
        m, total = cell.coordinate(0), cell.constant(coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            total = total * m + coefficient
        return total

    return band


def _horner(coefficients: Vector, m: Interval) -> Interval:
    total = interval(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * m + coefficient
    return total
