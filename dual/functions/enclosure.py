"""Proofs that a function is nonnegative on a simplex.

The function is given as a rule that encloses it on any cell, see :mod:`dual.functions.band`. A cell whose enclosure is
too wide is cut in two, exactly where a comparison flips if that is known. Faces on which a band does not hold (the
edge of a jump) are cells of their own, so that every claim covers the closed cell.

The invariant of a proof: every point of the closed cell lies in a cell that was accepted, off the faces its band lists,
or in one that still waits. Cutting keeps it, as both parts together are the cell; accepting keeps it, as the listed
faces wait from then on, unless they were met before. At the end nothing waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Final

from dual.errors import Undecided, Violation
from dual.limits import Exhausted, budget, spend
from dual.numbers.interval import Interval
from dual.words import at_point, brief

from .band import STEP, WORK, Band, Cell
from .cuts import chosen

Rule = Callable[[Cell], Band]

MAX_CELLS: Final = 20_000
"""Cells looked at before a check ends undecided: more prove tighter majorants, and take longer."""

DEPTH: Final = 48  # cuts per dimension after which a cell is not cut further


class Stuck(Undecided):
    """A cell could neither be accepted nor refused; ``point`` lies in it."""

    def __init__(self, message: str, point: tuple[Fraction, ...]) -> None:
        super().__init__(message)
        self.point = point


@budget()
def prove_nonnegative(
    rule: Rule,
    cell: Cell,
    *,
    points: Iterable[Sequence[Fraction]] = (),
    cells: int = MAX_CELLS,
    name: str = "the function",
) -> Fraction:
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
    Fraction
        The least proven lower bound over the cells; nonnegative.

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
    >>> from .bands import bands
    >>> from .expression import Expression
    >>> gap = bands(Expression.parse("9*x/8 - x**2*(3 - 2*x)", ["x"]))
    >>> prove_nonnegative(gap, Cell([[0], [1]]), points=[[Fraction(3, 4)]])
    Fraction(0, 1)
    """
    search = Search(rule)
    stack = [(part, 0) for part in reversed(subdivided(cell, points))]
    count, lowest = 0, []
    while stack:
        part, depth = stack.pop()
        count += 1
        lower, band = search.lower(part)
        if lower is not None and lower >= 0:
            with suppress(Undecided):  # a point whose value is out of reach is no reason to doubt the band
                search.look(part, name)
            lowest.append(lower)
            stack += [(face, 0) for face in search.new_faces(part, band)]
            continue
        search.look(part, name)
        if part.size == 1 or count + len(stack) >= cells or depth >= DEPTH * (part.size - 1):
            found = "has no known lower bound" if lower is None else f"is only known to be at least {brief(lower)}"
            where = f"{at_point(part.centre)} after {count} cells"
            message = f"{name} could not be shown to be nonnegative: it {found} near {where}{search.reason}"
            raise Stuck(message, part.centre)
        stack += halves(part, band, depth)
    return min(lowest)


class Search:
    """A rule with a memory: its values at points, the faces met, and why it last gave no band.

    What is true of it: ``values`` holds what the rule says of single points, and every face in ``met`` has been handed
    out once by :meth:`new_faces`, so that whoever asked has it among the cells that wait.
    """

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
                raise Violation(f"{name} at {at_point(point.centre)} is {brief(value.upper)}, below zero")

    def lower(self, part: Cell) -> tuple[Fraction | None, Band | None]:
        """Bound the function from below off some faces; None where it is not known to be bounded and defined."""
        spend(2 * STEP * part.size, WORK)  # cutting the cell out, looking at its vertices and its centre
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


def halves(part: Cell, band: Band | None, depth: int) -> list[tuple[Cell, int]]:
    """Cut a cell in two. Only halvings count as depth."""
    cut, halved = chosen(part, band)
    first, second = part.cut(cut)
    return [(second, depth + halved), (first, depth + halved)]


def subdivided(cell: Cell, points: Iterable[Sequence[Fraction]]) -> list[Cell]:
    """The cell, cut at points so that each is a vertex; those outside it are ignored."""
    parts = [cell]
    for point in points:
        from .star import split_at

        spend(STEP // 2 * len(parts), WORK)  # looking for the parts that the point lies in
        parts = [piece for part in parts for piece in split_at(part, [Fraction(x) for x in point])]
    return parts
