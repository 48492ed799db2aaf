"""Proofs that a function is nonnegative on a simplex, proven lower bounds, and proven integrals.

The function is given as a rule that encloses it on any cell, see :mod:`dual.functions.band`. A cell whose enclosure is
too wide is cut in two, exactly where a comparison flips if that is known. Faces on which a band does not hold (the
edge of a jump) are cells of their own, so that every claim covers the closed cell.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from dual.errors import Undecided, Violation
from dual.limits import Exhausted, budget
from dual.numbers.interval import Interval, interval, outward
from dual.words import brief

from .band import Band, Cell

Rule = Callable[[Cell], Band]

MAX_CELLS: Final = 20_000

_DEPTH: Final = 48  # cuts per dimension after which a cell is not cut further


@dataclass(frozen=True, slots=True)
class Proof:
    """How nonnegativity was proven.

    Attributes
    ----------
    cells : int
        Number of cells looked at.
    lower : Fraction
        The least proven lower bound over the cells; nonnegative.
    """

    cells: int
    lower: Fraction


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


@budget()
def prove_nonnegative(
    rule: Rule,
    cell: Cell,
    *,
    points: Iterable[Sequence[Fraction]] = (),
    cells: int = MAX_CELLS,
    name: str = "the function",
) -> Proof:
    """Prove that a function is >= 0 on a closed cell.

    Parameters
    ----------
    rule : callable
        From cells to bands.
    cell : Cell
        Where to prove it.
    points : iterable of points, optional
        Where the function may touch zero; the cell is cut there first. Points outside the cell are ignored.
    cells : int
        Number of cells after which the claim counts as undecided.
    name : str
        What the function is called in errors.

    Returns
    -------
    Proof

    Raises
    ------
    Violation
        If the function is negative at a vertex of some cell; the message names it and the value.
    Undecided
        If neither could be shown within ``cells``; the message says where.
    InputError
        If the function is undefined at a vertex of some cell.

    Examples
    --------
    >>> from .band import bands
    >>> from .expression import Expression
    >>> gap = bands(Expression.parse("9*x/8 - x**2*(3 - 2*x)", ["x"]))
    >>> prove_nonnegative(gap, Cell([[0], [1]]), points=[[Fraction(3, 4)]]).lower
    Fraction(0, 1)
    """
    search = _Search(rule)
    stack = [(part, 0) for part in reversed(_subdivided(cell, points))]
    count, lowest = 0, None
    while stack:
        part, depth = stack.pop()
        count += 1
        lower, band = search.lower(part)
        if lower is not None and lower >= 0:
            with suppress(Undecided):  # a point whose value is out of reach is no reason to doubt the band
                search.look(part, name)
            lowest = lower if lowest is None else min(lowest, lower)
            stack += [(face, 0) for face in search.new_faces(part, band)]
            continue
        search.look(part, name)
        if part.size == 1 or count + len(stack) >= cells or depth >= _DEPTH * (part.size - 1):
            found = "has no known lower bound" if lower is None else f"is only known to be at least {brief(lower)}"
            where = f"{_named(part.centre)} after {count} cells"
            raise Undecided(f"{name} could not be shown to be nonnegative: it {found} near {where}{search.reason}")
        stack += _halves(part, band, depth)
    return Proof(count, Fraction(0) if lowest is None else lowest)


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
        As for :func:`prove_nonnegative`.
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
    >>> from .band import bands
    >>> from .expression import Expression
    >>> lower_bound(bands(Expression.parse("(x - 1/3)**2 - (x >= 1/2)", ["x"])), Cell([[0], [1]]))
    Bound(lower=Fraction(-35, 36), upper=Fraction(-35, 36), point=(Fraction(1, 2),), cells=4)
    """
    search = _Search(rule)
    upper, point, count = search.value(next(cell.points())).upper, cell.vertices[0], 0
    open_parts: list[tuple[bool, Fraction, int, int, Cell, Band | None]] = []
    stack = [(part, 0) for part in reversed(_subdivided(cell, points))]
    settled: Fraction | None = None  # the least lower bound of parts that are not cut any more
    while True:
        while stack:
            part, depth = stack.pop()
            count += 1
            for vertex in part.points():
                if (value := search.value(vertex)).upper < upper:
                    upper, point = value.upper, vertex.vertices[0]
            lower, band = search.lower(part)
            stack += [(face, 0) for face in search.new_faces(part, band)]
            if lower is not None and (part.size == 1 or depth >= _DEPTH * (part.size - 1)):
                settled = lower if settled is None else min(settled, lower)
            else:
                heapq.heappush(open_parts, (lower is not None, lower or Fraction(0), count, depth, part, band))
        if not open_parts or count >= cells:
            break
        known, lower, _, depth, part, band = open_parts[0]
        if known and (lower >= upper - tolerance or (settled is not None and lower >= settled)):
            break
        if not known and depth >= _DEPTH * (part.size - 1):
            break
        heapq.heappop(open_parts)
        stack += _halves(part, band, depth)
    if open_parts and not open_parts[0][0]:
        where = f"{_named(open_parts[0][4].centre)} after {count} cells"
        raise Undecided(f"no lower bound was found near {where}{search.reason}")
    bounds = [bound for bound in (settled, open_parts[0][1] if open_parts else None) if bound is not None]
    return Bound(min(bounds), upper, point, count)


@budget()
def integrate(rule: Rule, segment: Cell, tolerance: Fraction = Fraction(0), cells: int = MAX_CELLS) -> Interval:
    """Enclose the integral of a function over a segment of the line.

    Parameters
    ----------
    rule : callable
        From cells to bands; its values at single points do not matter.
    segment : Cell
        Two vertices in R^1.
    tolerance : Fraction
        Stop when the enclosure is at most this wide. Piecewise polynomials whose breakpoints the comparisons reveal
        come out exactly, as an interval of width zero.
    cells : int
        Stop after this many cells, with the enclosure reached so far.

    Returns
    -------
    Interval

    Raises
    ------
    Undecided
        If no bound of the function was found on some part of the segment.

    Examples
    --------
    >>> from .band import bands
    >>> from .expression import Expression
    >>> integrate(bands(Expression.parse("abs(m - 1/2)", ["m"])), Cell([[0], [1]]))
    Interval(lower=Fraction(1, 4), upper=Fraction(1, 4))
    """
    search = _Search(rule)
    exact, open_width, count = Fraction(0), Fraction(0), 0
    open_parts: list[tuple[bool, Fraction, int, int, Cell, Band | None, Interval]] = []
    stack = [(segment, 0)]
    while True:
        while stack:
            part, depth = stack.pop()
            count += 1
            length = abs(Fraction(part.corners[1][0] - part.corners[0][0], part.denominator))
            _, band = search.lower(part)
            if band is not None and band.remainder is None:
                exact += band.mean.lower * length
                continue
            share = interval(0) if band is None else outward(band.mean * length)
            open_width += share.width
            heapq.heappush(open_parts, (band is not None, -share.width, count, depth, part, band, share))
        if not open_parts or count >= cells or (open_parts[0][0] and open_width <= tolerance):
            break
        if open_parts[0][3] >= _DEPTH:
            break
        _, width, _, depth, part, band, _ = heapq.heappop(open_parts)
        open_width += width
        stack += _halves(part, band, depth)
    if open_parts and not open_parts[0][0]:
        where = f"{_named(open_parts[0][4].centre)} after {count} cells"
        raise Undecided(f"no bound of the integrand was found near {where}{search.reason}")
    return sum((entry[-1] for entry in open_parts), interval(exact))


class _Search:
    """A rule with a memory: its values at points, the faces met, and why it last gave no band."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.values: dict[object, Interval] = {}
        self.met: set[object] = set()
        self.reason = ""

    def value(self, point: Cell) -> Interval:
        """Enclose the value at a cell of one vertex."""
        key = point.corners, point.denominator
        if key not in self.values:
            self.values[key] = self.rule(point).hull
        return self.values[key]

    def look(self, part: Cell, name: str) -> None:
        """Refuse if the function is negative at a vertex or the centre: also where the band says that it is not.

        Points are evaluated without any band, so that a cell whose band were wrong would need luck as well.
        """
        for point in (*part.points(), Cell([part.centre])):
            if (value := self.value(point)).upper < 0:
                raise Violation(f"{name} at {_named(point.centre)} is {brief(value.upper)}, below zero")

    def lower(self, part: Cell) -> tuple[Fraction | None, Band | None]:
        """Bound the function from below off some faces; None where it is not known to be bounded and defined."""
        if part.size == 1:
            return self.value(part).lower, None
        try:
            band = self.rule(part)
        except Exhausted:
            raise
        except Undecided as error:
            self.reason = f" ({error})"
            return None, None
        return band.hull.lower, band

    def new_faces(self, part: Cell, band: Band | None) -> list[Cell]:
        """The faces that the band leaves out and that have not been met before."""
        faces = [] if band is None else [part.face(kept) for kept in sorted(band.faces)]
        found = [face for face in faces if face.key not in self.met]
        self.met.update(face.key for face in found)
        return found


def _halves(part: Cell, band: Band | None, depth: int) -> list[tuple[Cell, int]]:
    """Cut where a sign changes, or else the longest edge in half. Only halvings count as depth."""
    if band is not None and band.cut is not None:
        cut = band.cut
    else:
        depth += 1
        cut = part.longest_edge()
    first, second = part.cut(cut)
    return [(second, depth), (first, depth)]


def _subdivided(cell: Cell, points: Iterable[Sequence[Fraction]]) -> list[Cell]:
    parts = [cell]
    for point in points:
        exact = [Fraction(x) for x in point]
        parts = [piece for part in parts for piece in part.split_at(exact)]
    return parts


def _named(point: Sequence[Fraction]) -> str:
    return "(" + ", ".join(map(brief, point)) + ")"
