"""Sums of exact numbers on integers; of numbers that depend on a parameter, as they are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul

from .exact import over_common_denominator


def total(values: Sequence[Fraction]) -> Fraction:
    """The sum.

    Examples
    --------
    >>> total([Fraction(1, 2), Fraction(2, 3)])
    Fraction(7, 6)
    """
    if any(type(value) is not Fraction for value in values):
        return sum(values, Fraction(0))
    counts, unit = over_common_denominator(values)
    return Fraction(sum(counts), unit)


def inner(first: Sequence[Fraction], second: Sequence[Fraction]) -> Fraction:
    """The sum of products.

    Examples
    --------
    >>> inner([Fraction(1, 2), Fraction(2, 3)], [Fraction(4), Fraction(3)])
    Fraction(4, 1)
    """
    if any(type(value) is not Fraction for side in (first, second) for value in side):
        return sum(map(mul, first, second), Fraction(0))
    (a, unit), (b, other) = over_common_denominator(first), over_common_denominator(second)
    return Fraction(sum(map(mul, a, b)), unit * other)
