"""Rounding outward to decimals, so that bounds can be written."""

from __future__ import annotations

import math
from fractions import Fraction

from dual.errors import Undecided
from dual.limits import DIGITS, too_long
from dual.words import brief


def outward(value: Fraction, digits: int, up: bool) -> Fraction:
    """The nearest decimal with so many digits behind the point that is not below (or not above) a number.

    Examples
    --------
    >>> outward(Fraction(2, 3), 2, up=True), outward(Fraction(2, 3), 2, up=False)
    (Fraction(67, 100), Fraction(33, 50))
    """
    scaled = value * 10**digits
    return Fraction(math.ceil(scaled) if up else math.floor(scaled), 10**digits)


def shortened(bound: Fraction, up: bool) -> Fraction:
    """A bound that is too long to be written, rounded outward.

    Raises
    ------
    Undecided
        If it is too large for that.
    """
    bound = outward(bound, DIGITS // 4, up)
    if too_long(bound):
        raise Undecided(f"the bound {brief(bound)} has more than {DIGITS} digits")
    return bound
