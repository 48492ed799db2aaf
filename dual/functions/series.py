"""The functions an expression may contain, with their derivatives: what Taylor's theorem asks for.

For t and c in an interval on which g is smooth, and with ``g_j`` the j-th derivative over j!::

    g(t) = sum_{j<n} g_j(c) (t - c)^j + g_n(z) (t - c)^n     for some z between t and c

Each function here encloses ``g_0, ..., g_n`` on an interval. For ``n = 0``, which is g itself, g has to be defined on
all of the interval, else smooth; ``InputError`` or ``Undecided`` says where it is not. Every formula is evaluated in
intervals, which contain whatever their operations give.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Final

from dual.numbers.interval import Interval, interval, outward, reciprocal

from .band import BITS, Band
from .taylor import composed


def exp(x: Interval, order: int) -> list[Interval]:
    """Every derivative is exp."""
    from dual.numbers import elementary

    value = elementary.exp(x, BITS)
    return [value / math.factorial(j) for j in range(order + 1)]


def log(x: Interval, order: int) -> list[Interval]:
    """g_j is -(-x)^-j / j."""
    from dual.numbers import elementary

    value = elementary.log(x, BITS)
    return [value, *((-x) ** -j * Fraction(-1, j) for j in range(1, order + 1))]


def xlogx(x: Interval, order: int) -> list[Interval]:
    """g_1 is log(x) + 1 and g_j is (-1)^j x^(1 - j) / (j (j - 1)) after it; not smooth at 0, where log says so."""
    from dual.numbers import elementary

    found = [elementary.xlogx(x, BITS)]
    if order:
        found.append(elementary.log(x, BITS) + 1)
    return found + [x ** (1 - j) * Fraction((-1) ** j, j * (j - 1)) for j in range(2, order + 1)]


def sqrt(x: Interval, order: int) -> list[Interval]:
    """g_j is binomial(1/2, j) sqrt(x) / x^j: a multiple of a decreasing function for j >= 1, so its ends bound it."""
    from dual.numbers import elementary

    low, high = elementary.sqrt(Interval(x.lower, x.lower), BITS), elementary.sqrt(Interval(x.upper, x.upper), BITS)
    found, factor = [Interval(low.lower, high.upper)], Fraction(1)
    for j in range(1, order + 1):
        factor *= (Fraction(3, 2) - j) / j
        power = reciprocal(x) ** j
        found.append(Interval(high.lower * power.lower, low.upper * power.upper) * factor)
    return found


def sin(x: Interval, order: int) -> list[Interval]:
    """The derivatives are cos, -sin, -cos, sin, ..."""
    from dual.numbers import elementary

    return _wave(elementary.sin(x, BITS), elementary.cos(x, BITS), order)


def cos(x: Interval, order: int) -> list[Interval]:
    """The derivatives are -sin, -cos, sin, cos, ..."""
    from dual.numbers import elementary

    return _wave(elementary.cos(x, BITS), -elementary.sin(x, BITS), order)


def erf(x: Interval, order: int) -> list[Interval]:
    """The derivative is 2/sqrt(pi) h for h = exp(-x^2), and h' = -2 x h, so that j h_j = -2 (x h_{j-1} + h_{j-2})."""
    from dual.numbers import elementary

    found = [elementary.erf(x, BITS)]
    before, h = interval(0), elementary.exp(-(x**2), BITS)
    factor = 2 / elementary.sqrt(elementary.pi(interval(1), BITS), BITS)
    for j in range(1, order + 1):
        found.append(factor * h / j)
        before, h = h, outward((x * h + before) * Fraction(-2, j), BITS)
    return found


def pi(x: Interval, order: int) -> list[Interval]:
    """Multiply by pi."""
    from dual.numbers import elementary

    return [elementary.pi(x, BITS), elementary.pi(interval(1), BITS), *[interval(0)] * order][: order + 1]


def _wave(value: Interval, slope: Interval, order: int) -> list[Interval]:
    cycle = (value, slope, -value, -slope)
    return [cycle[j % 4] / math.factorial(j) for j in range(order + 1)]


OPERATIONS: Final[Mapping[str, Callable[[Band], Band]]] = {
    each.__name__: partial(composed, each) for each in (exp, log, xlogx, sqrt, sin, cos, erf, pi)
}
"""What these steps of an expression do to bands."""
