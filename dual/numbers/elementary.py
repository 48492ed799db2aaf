"""Square root, exponential, logarithm, sine, cosine, error function and pi, enclosed.

Results are rounded outward to a stated number of significant bits; where one is rational and known to be (``exp(0)``,
``log(1)``, ``sqrt(1/4)``, ``sin(0)``, ``erf(0)``) it is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from dual.errors import InputError, Undecided
from dual.limits import spend

from .interval import PRECISION, Interval, interval, outward

LARGEST_EXPONENT: Final = 10_000
"""``exp`` of more than this, a number of 4,343 digits, is refused."""

_ZERO: Final = Fraction(0)
_ONE: Final = Fraction(1)


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


def xlogx(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose ``x log(x)``, which is 0 at 0: it is continuous and convex, and least at 1/e, where it is -1/e.

    A convex function is largest at an end. Left of 1/e it falls, right of it it rises; where the sign of its slope
    ``log(x) + 1`` is not the same at both ends, -1/e is below all of it.

    Raises
    ------
    InputError
        If all numbers in ``x`` are negative.
    Undecided
        If some number in ``x`` is negative.

    Examples
    --------
    >>> print(xlogx(interval(0)), xlogx(interval(1)))
    0 0
    """
    _check_domain(x, x.lower >= 0, x.upper < 0, "the logarithm of a number that is not positive")
    left, right = (log(Interval(end, end), bits) if end else None for end in (x.lower, x.upper))
    low, high = (interval(0) if slope is None else slope * end for slope, end in ((left, x.lower), (right, x.upper)))
    upper = max(low.upper, high.upper)
    if x.is_point or (left is not None and left.lower >= -1):
        return Interval(low.lower, upper)
    if right is None or right.upper <= -1:
        return Interval(high.lower, upper)
    return Interval(-exp(interval(-1), bits).upper, upper)


def sin(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose the sine (radians)."""
    return _wave(x, bits, 0)


def cos(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose the cosine (radians)."""
    return _wave(x, bits, 1)


def erf(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose the error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.

    Examples
    --------
    >>> print(erf(interval(0)))
    0
    >>> round(float(erf(interval(1)).lower), 12)
    0.84270079295
    """
    return _increasing(_erf, x, bits)


def pi(x: Interval, bits: int = PRECISION) -> Interval:
    """Enclose pi times ``x``."""
    return outward(x * 2 * Interval(*_half_pi(bits + 2)), bits)


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


@lru_cache(maxsize=4096)
def _erf(x: Fraction, bits: int) -> Interval:
    """An odd function; its complement is below exp(-x^2) from x = 1 on, hence below 2^-bits if x^2 >= bits."""
    if x <= 0:
        return -_erf(-x, bits) if x else interval(0)
    square = x * x
    if square >= max(bits, 1):
        return Interval(1 - Fraction(1, 1 << bits), _ONE)
    work = bits + 32 + _length(1 / x)
    while True:
        slope = 2 * _exp(-square, work) / sqrt(pi(interval(1), work), work)
        found = slope * _rising(x, square, work)
        if _tight(found, bits):
            return outward(Interval(found.lower, min(found.upper, _ONE)), bits)
        work *= 2


def _rising(x: Fraction, square: Fraction, work: int) -> Interval:
    """Enclose x + 2/3 x^3 + (2/3) (2/5) x^5 + ..., which is sqrt(pi)/2 exp(x^2) erf(x), in units of 2^-work.

    Each term is 2 x^2 / (2k + 1) times the one before it; roundings go down for the lower and up for the upper bound.
    Once that factor is at most 1/2, all later terms together are at most the last.
    """
    low_square = (square.numerator << work) // square.denominator
    low = (x.numerator << work) // x.denominator
    high, high_square = low + 1, low_square + 1
    lower, upper, odd = low, high, 3
    while high > 1 or 4 * high_square > odd << work:
        spend(100 + (work // 84) ** 2, "evaluating erf")
        low, high = 2 * low * low_square // (odd << work), -(-2 * high * high_square // (odd << work))
        lower, upper, odd = lower + low, upper + high, odd + 2
    return Interval(Fraction(lower, 1 << work), Fraction(upper + high, 1 << work))


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
