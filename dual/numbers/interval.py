"""Closed rational intervals that are certain to contain the true result.

Sums, products, quotients and integer powers of intervals are exact. The functions (:func:`exp`, :func:`log`,
:func:`sqrt`, :func:`sin`, :func:`cos`) are rounded outward to a stated number of significant bits; where
the result is rational and known to be (``exp(0)``, ``log(1)``, ``sqrt(1/4)``, ``sin(0)``) it is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from dual.errors import InputError, Undecided
from dual.words import brief

PRECISION: Final = 140
"""Significant bits of an outward rounding unless said otherwise (42 decimal digits)."""

LARGEST_EXPONENT: Final = 10_000
"""``exp`` of more than this, a number of 4,343 digits, is refused."""

_ZERO: Final = Fraction(0)
_ONE: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Interval:
    """The closed interval ``[lower, upper]``; a number is an interval with equal ends.

    Operators take intervals, fractions and integers. Each result contains every result of the operation on members
    of the operands, and is the smallest such interval.

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
        return Interval(-self.upper, -self.lower)

    def __add__(self, other: Interval | Fraction | int) -> Interval:
        if isinstance(other, Interval):
            return Interval(self.lower + other.lower, self.upper + other.upper)
        return Interval(self.lower + other, self.upper + other)

    __radd__ = __add__

    def __sub__(self, other: Interval | Fraction | int) -> Interval:
        if isinstance(other, Interval):
            return Interval(self.lower - other.upper, self.upper - other.lower)
        return Interval(self.lower - other, self.upper - other)

    def __rsub__(self, other: Fraction | int) -> Interval:
        return Interval(other - self.upper, other - self.lower)

    def __mul__(self, other: Interval | Fraction | int) -> Interval:
        if not isinstance(other, Interval):
            ends = self.lower * other, self.upper * other
            return Interval(*ends) if other >= 0 else Interval(*reversed(ends))
        return hull(a * b for a in (self.lower, self.upper) for b in (other.lower, other.upper))

    __rmul__ = __mul__

    def __truediv__(self, other: Interval | Fraction | int) -> Interval:
        return self * reciprocal(interval(other))

    def __rtruediv__(self, other: Fraction | int) -> Interval:
        return other * reciprocal(self)

    def __pow__(self, exponent: int) -> Interval:
        if exponent < 0:
            return reciprocal(self) ** -exponent
        ends = (self.lower**exponent, self.upper**exponent)
        if exponent % 2 == 0 and exponent and self.lower < 0 < self.upper:
            return Interval(_ZERO, max(ends))
        return hull(ends)

    def __abs__(self) -> Interval:
        if self.lower >= 0:
            return self
        return -self if self.upper <= 0 else Interval(_ZERO, self.magnitude)


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
    """Return 1/x.

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


def sqrt(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose the square root.

    Raises
    ------
    InputError
        If all of ``x`` is negative.
    Undecided
        If part of ``x`` is negative.
    """
    _check_domain(x, x.lower >= 0, x.upper < 0, "the square root of a negative number")
    return _increasing(_sqrt, x, bits)


def exp(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose the exponential. Below ``exp(-10000)`` the lower end is zero.

    Raises
    ------
    InputError
        If all of ``x`` is beyond 10,000.
    Undecided
        If part of ``x`` is.
    """
    _check_domain(x, x.upper <= LARGEST_EXPONENT, x.lower > LARGEST_EXPONENT, f"exp beyond {LARGEST_EXPONENT}")
    return _increasing(_exp, x, bits)


def log(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose the natural logarithm.

    Raises
    ------
    InputError
        If no number in ``x`` is positive.
    Undecided
        If some number in ``x`` is not positive.
    """
    _check_domain(x, x.lower > 0, x.upper <= 0, "the logarithm of a number that is not positive")
    return _increasing(_log, x, bits)


def sin(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose the sine (radians)."""
    return _wave(x, bits, 0)


def cos(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose the cosine (radians)."""
    return _wave(x, bits, 1)


def _check_domain(x: Interval, inside: bool, outside: bool, what: str) -> None:
    if outside:
        raise InputError(f"{what}, {x}" if x.is_point else f"{what}, one in {x}")
    if not inside:
        raise Undecided(f"{what} cannot be excluded: the argument lies in {x}")


def _increasing(at: Callable[[Fraction, int], Interval], x: Interval, bits: int) -> Interval:
    if x.is_point:
        return at(x.lower, bits)
    return Interval(at(x.lower, bits).lower, at(x.upper, bits).upper)


def _tight(x: Interval, bits: int) -> bool:
    """Whether the interval is at most 2^-bits wide, relative to its end nearer to zero."""
    return x.width * (1 << bits) <= min(abs(x.lower), abs(x.upper))


@lru_cache(maxsize=4096)
def _sqrt(x: Fraction, bits: int) -> Interval:
    root = Fraction(math.isqrt(x.numerator), math.isqrt(x.denominator))
    if root * root == x:
        return Interval(root, root)
    shift = max(0, bits + 2 + (x.denominator.bit_length() - x.numerator.bit_length()) // 2)
    whole = math.isqrt((x.numerator << 2 * shift) // x.denominator)
    return outward(Interval(Fraction(whole, 1 << shift), Fraction(whole + 1, 1 << shift)), bits)


@lru_cache(maxsize=4096)
def _exp(x: Fraction, bits: int) -> Interval:
    if x == 0:
        return Interval(_ONE, _ONE)
    if x < -LARGEST_EXPONENT:
        return Interval(_ZERO, _exp(Fraction(-LARGEST_EXPONENT), bits).upper)
    return _by_decimal(Decimal.exp, x, bits)


@lru_cache(maxsize=4096)
def _log(x: Fraction, bits: int) -> Interval:
    near = x - 1
    if abs(near) * (1 << bits + 1) < 1:  # t - t^2 <= log(1 + t) <= t for t >= -1/2; decimals would need many digits
        return outward(Interval(near - near * near, near), bits)
    return _by_decimal(Decimal.ln, x, bits)


def _by_decimal(function: Callable[[Decimal, Context], Decimal], x: Fraction, bits: int) -> Interval:
    """Enclose an increasing function of the decimal module, whose results are correctly rounded there.

    The argument is rounded outward first, and more digits are taken until that no longer shows (for the logarithm
    near one it does).
    """
    digits = bits * 3 // 10 + 8
    while True:
        nearest = _context(digits, ROUND_HALF_EVEN)
        below = _context(digits, ROUND_FLOOR).divide(Decimal(x.numerator), Decimal(x.denominator))
        above = _context(digits, ROUND_CEILING).divide(Decimal(x.numerator), Decimal(x.denominator))
        lower, upper = function(below, nearest), function(above, nearest)
        if lower and upper:  # neither argument was rounded to a zero of the function
            found = Interval(Fraction(lower.next_minus(nearest)), Fraction(upper.next_plus(nearest)))
            if _tight(found, bits):
                return outward(found, bits)
        digits *= 2


@lru_cache(maxsize=64)
def _context(digits: int, rounding: str) -> Context:
    return Context(prec=digits, rounding=rounding, Emin=MIN_EMIN, Emax=MAX_EMAX)


def _wave(x: Interval, bits: int, quarter: int) -> Interval:
    """Enclose sin(x + quarter pi/2): the values at the ends, and +-1 where a crest may lie between them."""
    ends = [_wave_at(end, bits, quarter) for end in (x.lower, x.upper)]
    lower, upper = min(end.lower for end in ends), max(end.upper for end in ends)
    if not x.is_point:
        # Crests lie where (x + quarter pi/2) / (pi/2) is an odd number.
        first = math.ceil(min(x.lower / half for half in _half_pi(bits + _length(x.lower)))) + quarter
        last = math.floor(max(x.upper / half for half in _half_pi(bits + _length(x.upper)))) + quarter
        crests = {turn % 4 for turn in range(first, min(last, first + 3) + 1)}
        lower, upper = -_ONE if 3 in crests else lower, _ONE if 1 in crests else upper
    return Interval(lower, upper)


@lru_cache(maxsize=4096)
def _wave_at(x: Fraction, bits: int, quarter: int) -> Interval:
    if x == 0:
        return interval(quarter)
    work = bits + 16 + max(_length(x), _length(1 / x))
    while True:
        found = _wave_fixed(x, work, quarter)
        if _tight(found, bits):
            return outward(found, bits)
        work *= 2


def _wave_fixed(x: Fraction, work: int, quarter: int) -> Interval:
    """Enclose sin(x + quarter pi/2) in integers that count 2^-work, each with its error bound in the same unit."""
    fixed = (x.numerator << work) // x.denominator
    half = math.floor(_half_pi(work)[0] * (1 << work))
    turns = (2 * fixed + half) // (2 * half)
    rest = fixed - turns * half
    error = 2 * abs(turns) + 4  # half is below by less than 2, fixed by less than 1, the series' tail less than 2
    turns += quarter
    term, order = (1 << work, 0) if turns % 2 else (rest, 1)
    total, square = term, (rest * rest) >> work
    while term:
        term = -((term * square) >> work) // ((order + 1) * (order + 2))
        order += 2
        total += term
        error += 4  # the roundings of the square, the product and the quotient, and what they inherit
    if turns % 4 >= 2:
        total = -total
    return Interval(max(Fraction(total - error, 1 << work), -_ONE), min(Fraction(total + error, 1 << work), _ONE))


def _length(x: Fraction) -> int:
    return max(0, x.numerator.bit_length() - x.denominator.bit_length() + 1)


@lru_cache(maxsize=64)
def _half_pi(bits: int) -> tuple[Fraction, Fraction]:
    """Enclose pi/2 within 2^-bits: Machin's pi/4 = 4 arctan(1/5) - arctan(1/239)."""
    work = bits + bits.bit_length() + 16
    total = error = 0
    for factor, inverse in ((4, 5), (-1, 239)):
        power, order = (1 << work) // inverse, 1
        while power:
            total += factor * (power // order if order % 4 == 1 else -(power // order))
            power //= inverse * inverse
            order += 2
            error += 8  # two roundings per term, times the factor; the tail is less than one unit
    return Fraction(2 * (total - error), 1 << work), Fraction(2 * (total + error), 1 << work)
