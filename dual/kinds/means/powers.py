"""Polynomials of a mean, by coefficients of its powers."""

from __future__ import annotations

from fractions import Fraction

from dual.functions.band import Band, Cell
from dual.functions.enclosure import Rule
from dual.numbers.exact import Vector
from dual.numbers.interval import Interval, interval


def polynomial(coefficients: Vector) -> Rule:
    """A polynomial on cells."""

    def band(cell: Cell) -> Band:
        m, total = cell.coordinate(0), cell.constant(coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            total = total * m + coefficient
        return total

    return band


def horner(coefficients: Vector, m: Interval) -> Interval:
    """A polynomial at a mean."""
    total = interval(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * m + coefficient
    return total


def derivative(coefficients: Vector) -> Vector:
    """The coefficients of the derivative."""
    return tuple(k * c for k, c in enumerate(coefficients))[1:] or (Fraction(0),)
