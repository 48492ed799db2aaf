"""Polynomials of one variable, by coefficients of its powers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dual.numbers.exact import Vector


def horner(coefficients: Vector, m: Any, beyond: Any = 0) -> Any:
    """A polynomial at a number, in an interval or on a cell; ``beyond`` stands for the higher powers."""
    for coefficient in reversed(coefficients):
        beyond = beyond * m + coefficient
    return beyond


def derivative(coefficients: Vector) -> Vector:
    """The coefficients of the derivative."""
    return tuple(k * c for k, c in enumerate(coefficients))[1:] or (Fraction(0),)


def line(left: Fraction, right: Fraction, low: Fraction, high: Fraction) -> Vector:
    """The coefficients of the line through two points."""
    slope = (high - low) / (right - left)
    return low - slope * left, slope
