"""Bounds that are long: written in hexadecimal or, if that would be too long as well, rounded outward to decimals."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Final

from dual.errors import Undecided
from dual.limits import BOUND_DIGITS, DIGITS, too_long
from dual.words import brief, text

from .exact import number

_LONG: Final = re.compile(r"(-?0x[0-9a-f]+)/(0x[1-9a-f][0-9a-f]*)", re.ASCII)


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
    """A bound of more digits than a number may have: itself if it may be written at length, else rounded outward.

    Raises
    ------
    Undecided
        If it is too large for that.
    """
    if not too_long(bound, BOUND_DIGITS) and abs(bound) < 2**1000:
        return bound
    bound = outward(bound, DIGITS // 4, up)
    if too_long(bound):
        raise Undecided(f"the bound {brief(bound)} has more than {DIGITS} digits")
    return bound


def spelled(bound: Fraction | None) -> str | None:
    """A bound as files hold it: a long one as a ratio of hexadecimal numbers.

    Examples
    --------
    >>> spelled(Fraction(-3, 5)), spelled(1 + Fraction(1, 16**5000))[:8]
    ('-3/5', '0x100000')
    """
    if bound is None or not too_long(bound):
        return bound if bound is None else text(bound)
    return f"{bound.numerator:#x}/{bound.denominator:#x}"


def read_bound(raw: object, where: str) -> Fraction:
    """Read what :func:`spelled` writes.

    Examples
    --------
    >>> read_bound("-0x3/0x5", "lower"), read_bound(spelled(Fraction(16**5000, 17)), "lower") == Fraction(16**5000, 17)
    (Fraction(-3, 5), True)
    """
    found = _LONG.fullmatch(raw) if isinstance(raw, str) and len(raw) < 2 * BOUND_DIGITS else None
    if found is None:
        return number(raw, where)
    return Fraction(int(found[1], 16), int(found[2], 16))
