"""Comparisons of functions on a cell, and conditions.

A condition counts as 0 or 1. Where it is open, a cell is cut: if the comparison's sign changes on an edge at a fraction
that is found, the band notes that cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Final

from dual.numbers.interval import Interval

from .band import Band
from .bernstein import Terms, unpacked
from .conditions import conditions
from .cuts import sign_change

_ZERO, _ONE = Fraction(0), Fraction(1)
_OPEN: Final = Interval(_ZERO, _ONE)


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


OPERATIONS: Final[Mapping[str, Callable[..., Band]]] = conditions(less, equal)
"""What steps of an expression do to bands."""
