"""Maxima, minima and absolute values of functions on a cell.

Where the sign of a difference is open, a cell is cut: if it changes on an edge at a fraction that is found, the band
notes that cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Final

from dual.numbers.interval import Interval, rounded

from .band import Band
from .cuts import sign_change

_ZERO: Final = Fraction(0)


def positive_part(x: Band) -> Band:
    """Enclose max(f, 0); where the sign is open, by the chord over the range [a, b] of f.

    With a slope s in [0, 1], ``max(f, 0) - s f`` is ``(1 - s) f <= (1 - s) b`` or ``-s f <= -s a``, and never negative.
    """
    hull = x.hull
    if hull.lower >= 0:
        return x
    if hull.upper <= 0:
        return x.constant(_ZERO)
    slope = rounded(hull.upper / hull.width, 16, up=False)
    excess = max((1 - slope) * hull.upper, -slope * hull.lower)
    found = x * slope + x.constant(Interval(_ZERO, excess))
    found.cut = found.cut or sign_change(x)
    found.bounds = Interval(_ZERO, hull.upper)
    return found


def absolute(x: Band) -> Band:
    """Enclose the absolute value, 2 max(f, 0) - f, which lies in that of the hull."""
    hull = x.hull
    if hull.lower >= 0:
        return x
    if hull.upper <= 0:
        return -x
    found = positive_part(x) * 2 - x
    found.bounds = abs(hull)
    return found


def minimum(x: Band, y: Band) -> Band:
    """Enclose min(f, g) = f - max(f - g, 0)."""
    return x - positive_part(x - y)


def maximum(x: Band, y: Band) -> Band:
    """Enclose max(f, g) = f + max(g - f, 0)."""
    return x + positive_part(y - x)


OPERATIONS: Final[Mapping[str, Callable[..., Band]]] = {
    "abs": absolute,
    "min": lambda *x: reduce(minimum, x),
    "max": lambda *x: reduce(maximum, x),
}
"""What steps of an expression do to bands."""
