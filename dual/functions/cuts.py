"""Where to cut a cell, and when to give up.

Nothing that is proven depends on it: wherever an edge is cut, the two parts cover the cell.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final

from dual.errors import Undecided
from dual.limits import Exhausted, spend
from dual.numbers.exact import Matrix, Vector
from dual.numbers.interval import Interval
from dual.words import at_point, brief

from .band import Band, Cell
from .bernstein import Terms, corner, unpacked
from .simplex import Cut
from .work import STEP, WORK

Note = tuple[int, Matrix]
"""How often a cell was halved, and the points in it where the function may touch zero."""

DEPTH: Final = 48
"""Halvings per dimension after which a cell is not cut further."""

_SURE: Final = 44
"""Halvings of a segment after which a fraction of a small denominator near it is where the function touches zero."""

_HALF: Final = Fraction(1, 2)
_MANY: Final = 5
"""Vertices from which on a cell has so many edges that most cuts bring nothing."""

_BISECTIONS: Final = 44
"""A root is known to 2^-44 then, which tells fractions of denominators up to 10^6 apart."""


class Guide:
    """Says where the cells of a proof are cut: at points where the function may touch zero, then as :func:`chosen`.

    Parameters
    ----------
    points, cells, name
        As for :func:`dual.functions.enclosure.prove_nonnegative`.
    """

    def __init__(self, points: Iterable[Sequence[Fraction]], cells: int, name: str) -> None:
        self.start: Note = (0, tuple(tuple(map(Fraction, point)) for point in points))
        self.cells, self.name, self.count, self.reason = cells, name, 1, ""

    def cut(self, part: Cell, band: Band | Undecided, note: Note) -> tuple[Cut, Note]:
        """Where to cut a cell that is not accepted, and what is known of both parts.

        Raises
        ------
        Undecided
            If it is too small, or there are too many.
        """
        depth, points = note
        if isinstance(band, Undecided):
            if isinstance(band, Exhausted) or part.size == 1:
                raise band
            self.reason = f" ({band})"
        if part.size == 1 or self.count >= self.cells or depth >= DEPTH * (part.size - 1):
            known = "has no known lower bound"
            if not isinstance(band, Undecided):
                known = f"is only known to be at least {brief(band.hull.lower)}"
            where = f"{at_point(part.centre)} after {self.count} cells"
            message = f"{self.name} could not be shown to be nonnegative: it {known} near {where}{self.reason}"
            raise Undecided(message)
        self.count += 2
        if depth == _SURE and len(part.centre) == 1:
            points += ((part.centre[0].limit_denominator(10**6),),)
        inside = inner(part, points)
        if inside:
            return towards(part, next(iter(inside.values()))), (depth + (depth == _SURE), tuple(inside))
        cut, halved = chosen(part, None if isinstance(band, Undecided) else band)
        return cut, (depth + halved, ())


Share = Callable[[Fraction, Fraction], tuple[Band | Undecided, Interval]]


def partition(share: Share, left: Fraction, right: Fraction, tolerance: Fraction, cells: int) -> list[Fraction]:
    """Where to cut a segment until its parts' shares in an integral are known well, the worst known part first.

    ``share(low, high)`` is a part's band, or why there is none, and its share.

    Raises
    ------
    Undecided
        If nothing is known of some part.
    """
    ends: list[Fraction] = []
    width, count, reason = Fraction(0), 0, ""
    waiting = [(left, right, 0)]
    parts: list[tuple[bool, Fraction, int, int, tuple[Fraction, Fraction], Cut | None]] = []
    while True:
        while waiting:
            low, high, depth = waiting.pop()
            count += 1
            band, own = share(low, high)
            if isinstance(band, Exhausted):
                raise band
            if isinstance(band, Undecided):
                reason = f" ({band})"
                heapq.heappush(parts, (False, Fraction(0), count, depth, (low, high), None))
            elif not own.is_point:
                width += own.width
                heapq.heappush(parts, (True, -own.width, count, depth, (low, high), band.cut))
        if not parts or count >= cells or (parts[0][0] and width <= tolerance) or parts[0][3] >= DEPTH:
            break
        _, less, _, depth, (low, high), cut = heapq.heappop(parts)
        width += less
        middle = low + (high - low) * (cut[2] if cut else _HALF)
        ends.append(middle)
        waiting += [(middle, high, depth + (cut is None)), (low, middle, depth + (cut is None))]
    if parts and not parts[0][0]:
        where = f"{at_point([sum(parts[0][4], Fraction(0)) / 2])} after {count} cells"
        raise Undecided(f"no bound of the integrand was found near {where}{reason}")
    return sorted(ends)


def inner(part: Cell, points: Matrix) -> dict[Vector, Vector]:
    """The points that lie in a cell and are no vertices of it, with their barycentric coordinates."""
    if not points:
        return {}
    from dual.numbers.elimination import solved

    spend(STEP // 2 * len(points), WORK)  # looking for those that lie in the cell
    rows = [*zip(*part.vertices, strict=True), [Fraction(1)] * part.size]
    at = {point: solved(rows, [*point, Fraction(1)]) for point in points}
    return {point: shares for point, shares in at.items() if shares and min(shares) >= 0 and max(shares) < 1}


def towards(part: Cell, shares: Sequence[Fraction]) -> Cut:
    """Cut the longest edge of the face that a point lies in, so that it lies in a smaller face of either part.

    The new vertex stands for both ends, with their shares together.
    """
    lengths = edges(part)
    i, j = max(((i, j) for i, j in lengths if shares[i] and shares[j]), key=lengths.__getitem__)
    return i, j, shares[j] / (shares[i] + shares[j])


def edges(part: Cell) -> dict[tuple[int, int], int]:
    """The edges of a cell with the squares of their lengths."""
    return {
        (i, j): sum((x - y) ** 2 for x, y in zip(part.corners[i], part.corners[j], strict=True))
        for i, j in combinations(range(part.size), 2)
    }


def chosen(part: Cell, band: Band | None) -> tuple[Cut, int]:
    """Where to cut a cell: where a sign changes, or else a long edge in half; and how many halvings that is.

    A cell of few vertices is cut in its longest edge; of the many edges of others, none of them shorter than half of
    the longest, in the one along which the function bends most.
    """
    if band is not None and band.cut is not None:
        return band.cut, 0
    lengths = edges(part)
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
