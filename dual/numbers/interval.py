"""Closed rational intervals that are certain to contain the true result.

Sums, products, quotients and integer powers of intervals are exact; functions stand in :mod:`dual.numbers.elementary`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from dual.errors import InputError, Undecided
from dual.words import brief

PRECISION: Final = 140
"""Significant bits of an outward rounding unless said otherwise (42 decimal digits)."""

_ZERO: Final = Fraction(0)
_ONE: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Interval:
    """The closed interval ``[lower, upper]``; a number is an interval with equal ends.

    What is true of it: ``lower <= upper``, both rational. Operators take intervals, fractions and integers. Each result
    contains every result of the operation on members of the operands, and is the smallest such interval; every operator
    says why.

    Parameters
    ----------
    lower, upper : Fraction
        ``lower <= upper``.

    Raises
    ------
    InputError
        If the ends are out of order.

    Examples
    --------
    >>> Interval(Fraction(-1), Fraction(2)) ** 2
    Interval(lower=Fraction(0, 1), upper=Fraction(4, 1))
    """

    lower: Fraction
    upper: Fraction

    def __post_init__(self) -> None:
        if self.lower > self.upper:
            raise InputError(f"the interval's ends {brief(self.lower)} and {brief(self.upper)} are out of order")

    @property
    def is_point(self) -> bool:
        """Whether the interval is a single number."""
        return self.lower == self.upper

    @property
    def least(self) -> Fraction:
        """A number that none in the interval is below: the lower end, short unless it is known to be exact."""
        return self.lower if self.is_point else rounded(self.lower, PRECISION, up=False)

    @property
    def greatest(self) -> Fraction:
        """A number that none in the interval is above: the upper end, short unless it is known to be exact."""
        return self.upper if self.is_point else rounded(self.upper, PRECISION, up=True)

    @property
    def width(self) -> Fraction:
        """Distance between the ends."""
        return self.upper - self.lower

    @property
    def magnitude(self) -> Fraction:
        """Largest absolute value in the interval."""
        return max(-self.lower, self.upper)

    @property
    def middle(self) -> Fraction:
        """Midpoint, exactly."""
        return (self.lower + self.upper) / 2

    def __contains__(self, value: Fraction | int) -> bool:
        return self.lower <= value <= self.upper

    def __str__(self) -> str:
        return brief(self.lower) if self.is_point else f"[{brief(self.lower)}, {brief(self.upper)}]"

    def __neg__(self) -> Interval:
        """-x decreases: the ends change places."""
        return Interval(-self.upper, -self.lower)

    def __add__(self, other: Interval | Fraction | int) -> Interval:
        """X + y increases in both: the ends add up."""
        if isinstance(other, Interval):
            return Interval(self.lower + other.lower, self.upper + other.upper)
        return Interval(self.lower + other, self.upper + other)

    __radd__ = __add__

    def __sub__(self, other: Interval | Fraction | int) -> Interval:
        """X - y increases in x and decreases in y."""
        if isinstance(other, Interval):
            return Interval(self.lower - other.upper, self.upper - other.lower)
        return Interval(self.lower - other, self.upper - other)

    def __rsub__(self, other: Fraction | int) -> Interval:
        return Interval(other - self.upper, other - self.lower)

    def __mul__(self, other: Interval | Fraction | int) -> Interval:
        """X y is linear in either, so that its extremes are among the products of ends."""
        if not isinstance(other, Interval):
            ends = self.lower * other, self.upper * other
            return Interval(*ends) if other >= 0 else Interval(*reversed(ends))
        return hull(a * b for a in (self.lower, self.upper) for b in (other.lower, other.upper))

    __rmul__ = __mul__

    def __truediv__(self, other: Interval | Fraction | int) -> Interval:
        """X / y is x times 1/y."""
        return self * reciprocal(interval(other))

    def __rtruediv__(self, other: Fraction | int) -> Interval:
        return other * reciprocal(self)

    def __pow__(self, exponent: int) -> Interval:
        """x^n is monotone, but for even n on either side of zero only, where it is least; a negative n inverts."""
        if exponent < 0:
            return reciprocal(self) ** -exponent
        ends = (self.lower**exponent, self.upper**exponent)
        if exponent % 2 == 0 and exponent and self.lower < 0 < self.upper:
            return Interval(_ZERO, max(ends))
        return hull(ends)

    def __abs__(self) -> Interval:
        """The interval or its negative where it has one sign, else from zero to the end farther from it."""
        if self.lower >= 0:
            return self
        return -self if self.upper <= 0 else Interval(_ZERO, self.magnitude)


Value = Fraction | Interval


def length(*values: Value) -> int:
    """The bits of the longest number."""
    ends = [
        end for value in values for end in ((value,) if isinstance(value, Fraction) else (value.lower, value.upper))
    ]
    return max(max(end.numerator.bit_length(), end.denominator.bit_length()) for end in ends)


def interval(value: Interval | Fraction | int) -> Interval:
    """Return an interval as it is, and a number as the interval that holds only it."""
    if isinstance(value, Interval):
        return value
    number = Fraction(value)
    return Interval(number, number)


def hull(numbers: Iterable[Fraction]) -> Interval:
    """Return the smallest interval that holds all the numbers."""
    held = list(numbers)
    return Interval(min(held), max(held))


def reciprocal(x: Interval) -> Interval:
    """Return 1/x, which decreases on either side of zero: the inverse ends change places.

    Raises
    ------
    InputError
        If ``x`` is zero.
    Undecided
        If ``x`` contains zero and other numbers.
    """
    if x.lower <= 0 <= x.upper:
        if x.is_point:
            raise InputError("division by zero")
        raise Undecided(f"division by a number in {x}, which may be zero")
    return Interval(1 / x.upper, 1 / x.lower)


def rounded(value: Fraction, bits: int, *, up: bool) -> Fraction:
    """Round down (or up) to a dyadic rational of ``bits`` significant bits or one more; a shorter one stays.

    Examples
    --------
    >>> rounded(Fraction(1, 3), 4, up=False), rounded(Fraction(1, 3), 4, up=True)
    (Fraction(1, 3), Fraction(1, 3))
    >>> rounded(Fraction(1000, 3001), 4, up=False), rounded(Fraction(1000, 3001), 4, up=True)
    (Fraction(21, 64), Fraction(11, 32))
    """
    numerator, denominator = value.numerator, value.denominator
    length = numerator.bit_length()
    if length <= bits and denominator.bit_length() <= bits:
        return value
    shift = bits - length + denominator.bit_length()
    if shift >= 0:
        numerator <<= shift
    else:
        denominator <<= -shift
    whole = -(-numerator // denominator) if up else numerator // denominator
    return Fraction(whole, 1 << shift) if shift >= 0 else Fraction(whole << -shift)


def outward(x: Interval, bits: int = PRECISION) -> Interval:
    """Round the ends outward to ``bits`` significant bits each, so that numbers stay short."""
    return Interval(rounded(x.lower, bits, up=False), rounded(x.upper, bits, up=True))
