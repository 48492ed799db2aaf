"""Taylor polynomials with proven remainders for the functions an expression may contain."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from dual.numbers import interval as enclosed
from dual.numbers.interval import Interval, interval

from . import bernstein
from .bernstein import Terms

BITS: Final = 80
"""Significant bits of coefficients and remainders."""

_ENOUGH: Final = 56  # trailing terms this many bits below the largest are left to the remainder

Coefficients = Callable[[Fraction, int], list[Interval]]


@dataclass(frozen=True, slots=True)
class Taylor:
    """A polynomial ``sum_j s_j ((t - centre) / 2^exponent)^j / 2^shift`` with integers s_j, and what it misses.

    ``remainder`` contains g(t) minus the polynomial for every t in the interval on which g was expanded.
    """

    centre: Fraction
    exponent: int
    coefficients: list[int]
    shift: int
    remainder: Interval

    def substitute(self, terms: Terms, denominator: int, size: int, degree: int) -> tuple[Terms, int, Fraction]:
        """Put ``t - centre = terms / denominator``, a polynomial on a simplex, into the Taylor polynomial.

        Returns its numerators and denominator, of degree ``degree * (len(coefficients) - 1)``, and a bound on the error
        made by rounding. By Horner's rule in fixed point, with u = (t - centre) / 2^exponent, where |u| < 0.52. Cutting
        coefficients off changes a polynomial's value by less than one unit, because the Bernstein coefficients change
        by no more. The cut of every step is multiplied by u afterwards, so all of them make less than 3 units; that of
        u makes less than sum_j j 0.52^(j-1) < 5 units, as the coefficients but the first are below 2^BITS units.
        """
        shift = BITS - self.exponent
        u = {key: scaled(value, denominator, shift) for key, value in terms.items()}
        found = {0: self.coefficients[-1]}
        for steps, coefficient in enumerate(reversed(self.coefficients[:-1]), start=1):
            found = {key: value >> BITS for key, value in bernstein.product(found, u).items()}
            for key, weight in bernstein.multinomials(size, steps * degree).items():
                found[key] = found.get(key, 0) + coefficient * weight
        if self.shift < 0:
            found = {key: value << -self.shift for key, value in found.items()}
        return found, 1 << max(self.shift, 0), 8 * power_of_two(-self.shift)


@dataclass(frozen=True, slots=True)
class Function:
    """A function g of one variable.

    Attributes
    ----------
    image : callable
        Encloses g on an interval.
    slope : callable
        Encloses g' on an interval, or returns None if it is unbounded there.
    coefficients : callable
        Encloses g(c), g'(c), g''(c)/2, ..., up to a given order.
    bounded : bool
        Whether each derivative lies in [-1, 1]. If not, each derivative from the second on must have one sign on any
        interval on which g is expanded.
    """

    image: Callable[[Interval], Interval]
    slope: Callable[[Interval], Interval | None]
    coefficients: Coefficients
    bounded: bool = False

    def expand(self, x: Interval, order: int) -> Taylor:
        """Return the Taylor polynomial at the middle of ``x``, of the given order (at least one) or less.

        The function must be defined on all of ``x``, which must not be a point.

        If the derivative of order n + 1 has one sign, then g(t) - sum_{j<=n} g_j (t - c)^j, which is zero at the centre
        c, is monotone on either side of it; so its values at the ends of x bound it.
        """
        exponent = _log2(x.width)  # x lies within 2^exponent of the centre
        centre = _dyadic(x.middle, exponent - 8)
        exact = self.coefficients(centre, order)
        sizes = [_log2(g.magnitude) + j * exponent for j, g in enumerate(exact) if j and g.magnitude]
        shift = BITS - max(sizes, default=0)
        lows = [_floor(g.lower, shift + j * exponent) for j, g in enumerate(exact)]
        highs = [_ceiling(g.upper, shift + j * exponent) for j, g in enumerate(exact)]
        while len(lows) > 2 and max(abs(lows[-1]), abs(highs[-1])) >> (BITS - _ENOUGH) == 0:
            del lows[-1], highs[-1]
        slack = sum(highs) - sum(lows)
        least = most = 0
        if self.bounded:
            bound = max(centre - x.lower, x.upper - centre) ** len(lows) / math.factorial(len(lows))
            least, most = _floor(-bound, shift), _ceiling(bound, shift)
        else:
            for end in (x.lower, x.upper):
                image = self.image(interval(end))
                at = _horner(lows, (end - centre) / power_of_two(exponent))
                least = min(least, _floor(image.lower, shift) - math.ceil(at))
                most = max(most, _ceiling(image.upper, shift) - math.floor(at))
        unit = power_of_two(-shift)
        remainder = Interval((least - 2 * slack) * unit, (most + 2 * slack) * unit)
        return Taylor(centre, exponent, lows, shift, remainder)


def _exp(x: Interval) -> Interval:
    return enclosed.exp(x, BITS)


def _exp_series(c: Fraction, order: int) -> list[Interval]:
    value = _exp(interval(c))
    return [value * Fraction(1, math.factorial(j)) for j in range(order + 1)]


def _log(x: Interval) -> Interval:
    return enclosed.log(x, BITS)


def _log_series(c: Fraction, order: int) -> list[Interval]:
    return [_log(interval(c)), *(interval(1 / (-j * (-c) ** j)) for j in range(1, order + 1))]


def _sqrt(x: Interval) -> Interval:
    return enclosed.sqrt(x, BITS)


def _sqrt_series(c: Fraction, order: int) -> list[Interval]:
    root, factor, found = _sqrt(interval(c)), Fraction(1), []
    for j in range(order + 1):
        found.append(root * factor)
        factor *= (Fraction(1, 2) - j) / ((j + 1) * c)
    return found


def _xlogx(x: Interval) -> Interval:
    return enclosed.xlogx(x, BITS)


def _xlogx_series(c: Fraction, order: int) -> list[Interval]:
    higher = [interval((-1) ** j / (j * (j - 1) * c ** (j - 1))) for j in range(2, order + 1)]
    return [_xlogx(interval(c)), _log(interval(c)) + 1, *higher]


def _sin(x: Interval) -> Interval:
    return enclosed.sin(x, BITS)


def _cos(x: Interval) -> Interval:
    return enclosed.cos(x, BITS)


def _sin_series(c: Fraction, order: int) -> list[Interval]:
    return _wave_series(_sin(interval(c)), _cos(interval(c)), order)


def _cos_series(c: Fraction, order: int) -> list[Interval]:
    return _wave_series(_cos(interval(c)), -_sin(interval(c)), order)


def _wave_series(value: Interval, slope: Interval, order: int) -> list[Interval]:
    cycle = (value, slope, -value, -slope)
    return [cycle[j % 4] * Fraction(1, math.factorial(j)) for j in range(order + 1)]


EXP: Final = Function(_exp, _exp, _exp_series)
LOG: Final = Function(_log, lambda x: 1 / x, _log_series)
SQRT: Final = Function(_sqrt, lambda x: 1 / (2 * _sqrt(x)) if x.lower > 0 else None, _sqrt_series)
XLOGX: Final = Function(_xlogx, lambda x: _log(x) + 1 if x.lower > 0 else None, _xlogx_series)
SIN: Final = Function(_sin, _cos, _sin_series, bounded=True)
COS: Final = Function(_cos, lambda x: -_sin(x), _cos_series, bounded=True)


def power(exponent: int) -> Function:
    """Return x ** exponent, to be expanded on intervals that do not contain zero inside."""

    def series(c: Fraction, order: int) -> list[Interval]:
        factor, found = c**exponent, []
        for j in range(order + 1):
            found.append(interval(factor))
            factor *= Fraction(exponent - j, j + 1) / c
        return found

    return Function(lambda x: x**exponent, lambda x: x ** (exponent - 1) * exponent, series)


def _log2(x: Fraction) -> int:
    """Return an integer e with 2^(e-2) < x < 2^e, for positive x."""
    return x.numerator.bit_length() - x.denominator.bit_length() + 1


def power_of_two(exponent: int) -> Fraction:
    """Return 2^exponent."""
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)


def scaled(numerator: int, denominator: int, shift: int) -> int:
    """Return floor(numerator / denominator 2^shift)."""
    if shift >= 0:
        return (numerator << shift) // denominator
    return numerator // (denominator << -shift)


def _floor(x: Fraction, shift: int) -> int:
    return scaled(x.numerator, x.denominator, shift)


def _ceiling(x: Fraction, shift: int) -> int:
    return -scaled(-x.numerator, x.denominator, shift)


def _dyadic(x: Fraction, exponent: int) -> Fraction:
    """Round down to a multiple of 2^exponent."""
    return _floor(x, -exponent) * power_of_two(exponent)


def _horner(coefficients: list[int], t: Fraction) -> Fraction:
    total, scale = coefficients[-1], 1
    for coefficient in reversed(coefficients[:-1]):
        scale *= t.denominator
        total = total * t.numerator + coefficient * scale
    return Fraction(total, scale)
