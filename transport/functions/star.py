"""Star subdivisions: simplices cut at points, so that each is a vertex."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, TypeVar

from dual.functions.simplex import Simplex
from dual.numbers.elimination import solved

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
    return solved([*zip(*cell.vertices, strict=True), [_ONE] * cell.size], [*point, _ONE])
