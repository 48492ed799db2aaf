"""Functions of a real number that are linear between their knots."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction


def between(knots: Sequence[Fraction], values: Sequence[Fraction], x: Fraction) -> Fraction:
    """The value at ``x`` of the function that is linear between its knots; ``x`` lies between the first and last.

    Examples
    --------
    >>> between([Fraction(0), Fraction(2)], [Fraction(1), Fraction(2)], Fraction(1))
    Fraction(3, 2)
    """
    k = bisect_left(knots, x)
    if knots[k] == x:
        return values[k]
    share = (x - knots[k - 1]) / (knots[k] - knots[k - 1])
    return values[k - 1] + share * (values[k] - values[k - 1])
