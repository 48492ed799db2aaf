"""Star subdivisions: simplices cut at points, so that each is a vertex."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, TypeVar

from .simplex import Simplex

_ONE: Final = Fraction(1)

S = TypeVar("S", bound=Simplex)


def split_at(cell: S, point: Sequence[Fraction]) -> list[S]:
    """Return the star subdivision at a point; the simplex itself if the point is a vertex or not in it.

    The point takes the place of each vertex in turn that it has a positive coordinate of; these parts cover the
    simplex, as any other point leaves through the face opposite to one of them when it moves away from this one.
    """
    coordinates = barycentric(cell, point)
    if coordinates is None or min(coordinates) < 0 or max(coordinates) == 1:
        return [cell]
    vertices = cell.vertices
    return [type(cell)([*vertices[:k], point, *vertices[k + 1 :]]) for k, x in enumerate(coordinates) if x > 0]


def barycentric(cell: Simplex, point: Sequence[Fraction]) -> tuple[Fraction, ...] | None:
    """Return a point's barycentric coordinates; None if it is off its plane, or they are not unique."""
    return _solve([[*vertex, _ONE] for vertex in cell.vertices], [*point, _ONE])


def _solve(columns: Sequence[Sequence[Fraction]], target: Sequence[Fraction]) -> tuple[Fraction, ...] | None:
    """Solve sum_k x_k columns[k] = target by elimination; None unless there is exactly one solution."""
    rows = [[column[r] for column in columns] + [target[r]] for r in range(len(target))]
    count = len(columns)
    for k in range(count):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for r in range(len(rows)):
            if r != k and rows[r][k]:
                factor = rows[r][k]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[k], strict=True)]
    return None if any(row[count] for row in rows[count:]) else tuple(row[count] for row in rows[:count])
