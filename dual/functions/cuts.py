"""Where to cut a cell. Nothing that is proven depends on it: the parts of any cut inside an edge cover the cell."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Final

from dual.limits import spend

from .band import STEP, WORK, Band, Cell
from .bernstein import Terms, corner, unpacked
from .simplex import Cut

_HALF: Final = Fraction(1, 2)
_MANY: Final = 5
"""Vertices from which on a cell has so many edges that most cuts bring nothing."""

_BISECTIONS: Final = 44
"""A root is known to 2^-44 then, which tells fractions of denominators up to 10^6 apart."""


def chosen(part: Cell, band: Band | None) -> tuple[Cut, int]:
    """Where to cut a cell: where a sign changes, or else a long edge in half; and how many halvings that is.

    A cell of few vertices is cut in its longest edge; of the many edges of others, none of them shorter than half of
    the longest, in the one along which the function bends most.
    """
    if band is not None and band.cut is not None:
        return band.cut, 0
    lengths = {
        (i, j): sum((x - y) ** 2 for x, y in zip(part.corners[i], part.corners[j], strict=True))
        for i, j in combinations(range(part.size), 2)
    }
    longest = max(lengths.values())
    if part.size < _MANY or band is None:
        return (*max(lengths, key=lengths.__getitem__), _HALF), 1
    bends = _bends(band)
    return (*max((e for e in lengths if 4 * lengths[e] >= longest), key=lambda e: (bends(*e), lengths[e])), _HALF), 1


def _bends(x: Band) -> Callable[[int, int], int]:
    """How much a polynomial bends along an edge, at the cell's centre."""
    terms = [(unpacked(key, x.size), value) for key, value in x.terms.items()]

    def bend(i: int, j: int) -> int:
        return abs(sum(value * ((a[i] - a[j]) ** 2 - a[i] - a[j]) for a, value in terms))

    return bend


def sign_change(x: Band) -> Cut | None:
    """Where to cut: a sign change on an edge of a polynomial that is affine, or that has a simple root on a segment."""
    if x.remainder is not None:
        return None
    ends = [x.terms.get(corner(k, x.degree), 0) for k in range(x.size)]
    for i, j in combinations(range(x.size), 2):
        if (ends[i] < 0 < ends[j]) or (ends[j] < 0 < ends[i]):
            if x.degree == 1:
                return i, j, Fraction(ends[i], ends[i] - ends[j])
            if x.size == 2 and (root := short_root(x.terms, x.degree)):
                return i, j, root
    return None


def short_root(terms: Terms, degree: int) -> Fraction | None:
    """Return a t with value zero at ``(1 - t, t)`` for a polynomial that changes sign on a segment, if t is short."""
    coefficients = [terms.get(corner(0, degree - k) + corner(1, k), 0) for k in range(degree + 1)]
    spend(_BISECTIONS * (degree + 1) * (STEP // 40 + degree), WORK)

    def sign_at(t: Fraction) -> int:
        p, q = t.denominator - t.numerator, t.numerator
        at = sum(c * int(p ** (degree - k)) * int(q**k) for k, c in enumerate(coefficients) if c)
        return (at > 0) - (at < 0)

    start, low, high = sign_at(Fraction(0)), Fraction(0), Fraction(1)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if sign_at(middle) == start else (low, middle)
    root = high.limit_denominator(10**6)
    return root if 0 < root < 1 and sign_at(root) == 0 else None
