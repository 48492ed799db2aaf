"""Bounds that are read and saved: short where they are no exact optimum."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from dual.numbers.decimals import outward
from dual.verdict import Grade

DIGITS: Final = 200
"""Significant digits of a bound that is no exact optimum: far finer than any gap, and short enough to be read."""


def short(bound: Fraction | None, grade: Grade, *, up: bool) -> Fraction | None:
    """A bound rounded outward if it is long and no exact optimum.

    Examples
    --------
    >>> short(Fraction(1, 3), "bounded", up=True)
    Fraction(1, 3)
    >>> high = short(Fraction(1, 7**500), "bounded", up=True)
    >>> high > Fraction(1, 7**500), len(str(high)) < 2000, float(high * 7**500)
    (True, True, 1.0)
    """
    if bound is None or grade == "exact":
        return bound
    over, under = bound.numerator.bit_length(), bound.denominator.bit_length()
    if max(over, under) <= 3.33 * DIGITS:
        return bound
    leading_zeros = max(0, int((under - over) * 0.30103))
    return outward(bound, DIGITS + leading_zeros, up)
