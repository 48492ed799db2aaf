"""Proofs that a function is nonnegative on a simplex.

The function is given as a rule that encloses it on any cell, see :mod:`dual.functions.band`. A cell whose enclosure is
too wide is cut in two, wherever :mod:`.cuts` says. Faces on which a band does not hold (the edge of a jump) are cells
of their own, so that every claim covers the closed cell.

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
from dual.limits import budget, spend
from dual.numbers.interval import Interval
from dual.words import at_point, brief

from .band import Band, Cell
from .cuts import Guide
from .work import STEP, WORK

Rule = Callable[[Cell], Band]

MAX_CELLS: Final = 20_000
"""Cells looked at before a check ends undecided: more prove tighter majorants, and take longer."""


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
        Where the function may touch zero; cells that have to be cut are cut there first. Points outside are ignored.
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
    search, guide = Search(rule), Guide(points, cells, name)
    waiting, lowest = [(cell, guide.start)], []
    while waiting:
        part, note = waiting.pop()
        band = search.band(part)
        if isinstance(band, Undecided) or band.hull.lower < 0:
            search.look(part, name)
            cut, note = guide.cut(part, band, note)
            waiting += [(half, note) for half in reversed(part.cut(cut))]
            continue
        with suppress(Undecided):  # a point whose value is out of reach is no reason to doubt the band
            search.look(part, name)
        lowest.append(band.hull.lower)
        waiting += [(face, guide.start) for face in search.new_faces(part, band)]
    return min(lowest)


class Search:
    """A rule with a memory: its values at points, and the faces met.

    What is true of it: ``values`` holds what the rule says of single points, and every face in ``met`` has been handed
    out once by :meth:`new_faces`, so that whoever asked has it among the cells that wait.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.values: dict[object, Interval] = {}
        self.met: set[object] = set()

    def band(self, part: Cell) -> Band | Undecided:
        """The function on a cell, off some faces, or why it is not known to be bounded and defined."""
        spend(2 * STEP * part.size, WORK)  # cutting the cell out, looking at its vertices and its centre
        try:
            return self.rule(part)
        except Undecided as error:
            return error

    def value(self, point: Cell) -> Interval:
        """Enclose the value at a cell of one vertex."""
        if point.key not in self.values:
            self.values[point.key] = self.rule(point).hull
        return self.values[point.key]

    def look(self, part: Cell, name: str) -> None:
        """Refuse if the function is negative at a vertex or the centre: also where the band says that it is not.

        Points are evaluated without any band, so that a cell whose band were wrong would need luck as well.
        """
        for point in (*part.points(), Cell([part.centre])):
            if (value := self.value(point)).upper < 0:
                raise Violation(f"{name} at {at_point(point.centre)} is {brief(value.upper)}, below zero")

    def new_faces(self, part: Cell, band: Band) -> list[Cell]:
        """The faces that the band leaves out and that have not been met before."""
        found = [face for face in map(part.face, sorted(band.faces)) if face.key not in self.met]
        self.met.update(face.key for face in found)
        return found
