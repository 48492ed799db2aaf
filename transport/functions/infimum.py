"""How far a function on a simplex falls at most, for solvers that raise prices until they majorise."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.errors import Undecided
from dual.functions.band import Band, Cell
from dual.functions.cuts import DEPTH, chosen
from dual.functions.enclosure import MAX_CELLS, Rule, Search
from dual.limits import Exhausted
from dual.words import at_point

from .star import split_at


@dataclass(frozen=True, slots=True)
class Bound:
    """Proven bounds of a function's infimum over a closed cell.

    Attributes
    ----------
    lower, upper : Fraction
        The function is at least ``lower`` everywhere, and at most ``upper`` at ``point``.
    point : tuple of Fraction
        A point of the cell.
    cells : int
        Number of cells looked at.
    """

    lower: Fraction
    upper: Fraction
    point: tuple[Fraction, ...]
    cells: int


def lower_bound(
    rule: Rule,
    cell: Cell,
    tolerance: Fraction = Fraction(0),
    *,
    points: Iterable[Sequence[Fraction]] = (),
    cells: int = MAX_CELLS,
) -> Bound:
    """Bound a function's infimum over a closed cell, the least bounded part first.

    Parameters
    ----------
    rule, cell, points
        As for :func:`dual.functions.enclosure.prove_nonnegative`.
    tolerance : Fraction
        Stop when the bounds are this close.
    cells : int
        Stop after about this many cells, with the bounds reached so far.

    Returns
    -------
    Bound

    Raises
    ------
    Undecided
        If no lower bound was found within ``cells``.
    InputError
        If the function is undefined at a vertex of some cell.

    Examples
    --------
    >>> from dual.functions.bands import bands
    >>> from dual.functions.expression import Expression
    >>> lower_bound(bands(Expression.parse("(x - 1/3)**2 - (x >= 1/2)", ["x"])), Cell([[0], [1]]))
    Bound(lower=Fraction(-35, 36), upper=Fraction(-35, 36), point=(Fraction(1, 2),), cells=4)
    """
    search = Search(rule)
    upper, point, count = search.value(next(cell.points())).upper, cell.vertices[0], 0
    open_parts: list[tuple[bool, Fraction, int, int, Cell, Band | None]] = []
    stack = [(part, 0) for part in reversed(subdivided(cell, points))]
    reason = ""
    settled: Fraction | None = None  # the least lower bound of parts that are not cut any more
    while True:
        while stack:
            part, depth = stack.pop()
            count += 1
            for vertex in part.points():
                if (value := search.value(vertex)).upper < upper:
                    upper, point = value.upper, vertex.vertices[0]
            lower, band = None, None
            if isinstance(found := search.band(part), Exhausted):
                raise found
            if isinstance(found, Undecided):
                reason = f" ({found})"
            else:
                lower, band = found.hull.lower, found
                stack += [(face, 0) for face in search.new_faces(part, found)]
            if lower is not None and (part.size == 1 or depth >= DEPTH * (part.size - 1)):
                settled = lower if settled is None else min(settled, lower)
            else:
                heapq.heappush(open_parts, (lower is not None, lower or Fraction(0), count, depth, part, band))
        if not open_parts or count >= cells:
            break
        known, lower, _, depth, part, band = open_parts[0]
        if known and (lower >= upper - tolerance or (settled is not None and lower >= settled)):
            break
        if not known and depth >= DEPTH * (part.size - 1):
            break
        heapq.heappop(open_parts)
        cut, halved = chosen(part, band)
        stack += [(half, depth + halved) for half in reversed(part.cut(cut))]
    if open_parts and not open_parts[0][0]:
        where = f"{at_point(open_parts[0][4].centre)} after {count} cells"
        raise Undecided(f"no lower bound was found near {where}{reason}")
    bounds = [bound for bound in (settled, open_parts[0][1] if open_parts else None) if bound is not None]
    return Bound(min(bounds), upper, point, count)


def subdivided(cell: Cell, points: Iterable[Sequence[Fraction]]) -> list[Cell]:
    """The cell, cut at points so that each is a vertex; those outside it are ignored."""
    parts = [cell]
    for point in points:
        parts = [piece for part in parts for piece in split_at(part, [Fraction(x) for x in point])]
    return parts
