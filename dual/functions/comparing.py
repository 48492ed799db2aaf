"""Comparisons of functions on a cell, and what is built on them: maxima, minima, absolute values, conditions.

A condition counts as 0 or 1. Where it is open, a cell is cut: if the comparison's sign changes on an edge at a fraction
that is found, the band notes that cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import Final

from dual.numbers.interval import Interval, rounded

from .band import Band
from .bernstein import Terms, unpacked
from .conditions import conditions
from .cuts import sign_change

_ZERO, _ONE = Fraction(0), Fraction(1)
_OPEN: Final = Interval(_ZERO, _ONE)
_BISECTIONS: Final = 44
"""A root is known to 2^-44 then, which tells fractions of denominators up to 10^6 apart."""


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


def less(x: Band, y: Band) -> Band:
    """Enclose the truth value, 0 or 1, of f < g: false if f - g is never negative."""
    difference = x - y
    if difference.hull.lower >= 0:
        return difference.constant(_ZERO)
    return _negative_or_open(difference, _ONE)


def equal(x: Band, y: Band) -> Band:
    """Enclose the truth value of f == g: true if f - g is zero itself, false off its zeros if it has one sign."""
    difference = x - y
    if difference.remainder is None and not any(difference.terms.values()):
        return difference.constant(_ONE)
    return _negative_or_open(-difference if difference.hull.lower >= 0 else difference, _ZERO)


def _negative_or_open(x: Band, then: Fraction) -> Band:
    """Return ``then`` if f is negative off some faces, which are noted, and [0, 1] otherwise.

    A polynomial without a positive Bernstein coefficient is negative wherever a Bernstein polynomial with a
    negative one is positive, that is off the faces on which all of these vanish.
    """
    hull = x.hull
    if hull.upper < 0:
        return x.constant(then)
    if hull.upper == 0 and hull.lower < 0 and x.remainder is None:
        found = x.constant(then)
        found.faces = x.faces.union(zero_faces(x.terms, x.size))
        return found
    found = x.constant(_OPEN)
    found.cut = x.cut or sign_change(x)
    return found


def zero_faces(terms: Terms, size: int) -> list[tuple[int, ...]]:
    """Return the largest proper faces, as vertex indices, on which a polynomial vanishes identically.

    If no Bernstein coefficient is positive and some are negative, these are all its zeros.
    """
    supports = [
        {k for k, exponent in enumerate(unpacked(key, size)) if exponent} for key, value in terms.items() if value
    ]
    found: list[tuple[int, ...]] = []
    for count in range(size - 1, 0, -1):
        for kept in combinations(range(size), count):
            if not any(set(kept) < set(larger) for larger in found) and not any(used <= set(kept) for used in supports):
                found.append(kept)
    return found


OPERATIONS: Final[Mapping[str, Callable[..., Band]]] = {
    "abs": absolute,
    **conditions(less, equal, lambda *x: reduce(minimum, x), lambda *x: reduce(maximum, x)),
}
"""What steps of an expression do to bands."""
