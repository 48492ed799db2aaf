"""Simplices with rational vertices, and how to cut them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final, Self

from dual.errors import InputError
from dual.numbers.elimination import solved

_ONE: Final = Fraction(1)
_HALF: Final = Fraction(1, 2)

Cut = tuple[int, int, Fraction]
"""The point (1 - t) v_i + t v_j of an edge, as (i, j, t)."""


class Simplex:
    """A simplex with rational vertices, held as integers over one common denominator.

    What is true of it: vertex k is ``corners[k] / denominator``, in lowest terms, and the vertices are affinely
    independent. Cutting keeps that, as the new vertex lies inside an edge, off the others' plane.

    Parameters
    ----------
    vertices : sequence of sequence of Fraction
        At least one point; all of the same dimension and affinely independent.

    Raises
    ------
    InputError
        If the vertices do not span a simplex.
    """

    __slots__ = ("corners", "denominator", "size")

    def __init__(self, vertices: Sequence[Sequence[Fraction | int]]) -> None:
        points = [[Fraction(x) for x in vertex] for vertex in vertices]
        if not points or any(len(point) != len(points[0]) for point in points):
            raise InputError("a simplex needs vertices of one dimension")
        denominator = math.lcm(*(x.denominator for point in points for x in point))
        self._set([tuple(int(x * denominator) for x in point) for point in points], denominator)
        if self.barycentric(points[0]) is None:
            raise InputError("the vertices are affinely dependent")

    def _set(self, corners: Sequence[tuple[int, ...]], denominator: int) -> None:
        common = math.gcd(denominator, *(x for corner in corners for x in corner))
        self.corners = tuple(tuple(x // common for x in corner) for corner in corners)
        self.denominator = denominator // common
        self.size = len(corners)

    @classmethod
    def _of(cls, corners: Sequence[tuple[int, ...]], denominator: int) -> Self:
        cell = cls.__new__(cls)
        cell._set(corners, denominator)
        return cell

    @property
    def vertices(self) -> tuple[tuple[Fraction, ...], ...]:
        """The vertices."""
        return tuple(tuple(Fraction(x, self.denominator) for x in corner) for corner in self.corners)

    @property
    def key(self) -> tuple[frozenset[tuple[int, ...]], int]:
        """Equal for cells that are the same set."""
        return frozenset(self.corners), self.denominator

    @property
    def centre(self) -> tuple[Fraction, ...]:
        """The mean of the vertices."""
        return tuple(Fraction(sum(column), self.denominator * self.size) for column in zip(*self.corners, strict=True))

    def points(self) -> Iterator[Self]:
        """Iterate over the vertices, each a simplex of its own."""
        return (self.face((k,)) for k in range(self.size))

    def face(self, kept: Iterable[int]) -> Self:
        """Return the face spanned by some of the vertices."""
        return self._of([self.corners[k] for k in kept], self.denominator)

    def cut(self, cut: Cut) -> tuple[Self, Self]:
        """Split at a point of an edge: one part has it in place of either end. They cover the simplex."""
        i, j, t = cut
        scale, weight = t.denominator, t.numerator
        corners = [tuple(x * scale for x in corner) for corner in self.corners]
        new = tuple((scale - weight) * x + weight * y for x, y in zip(self.corners[i], self.corners[j], strict=True))
        near, far = corners.copy(), corners.copy()
        near[j] = far[i] = new
        return self._of(near, self.denominator * scale), self._of(far, self.denominator * scale)

    def split_at(self, point: Sequence[Fraction]) -> list[Self]:
        """Return the star subdivision at a point; the simplex itself if the point is a vertex or not in it.

        The point takes the place of each vertex in turn that it has a positive coordinate of; these parts cover the
        simplex, as any other point leaves through the face opposite to one of them when it moves away from this one.
        """
        coordinates = self.barycentric(point)
        if coordinates is None or min(coordinates) < 0 or max(coordinates) == 1:
            return [self]
        vertices = self.vertices
        return [type(self)([*vertices[:k], point, *vertices[k + 1 :]]) for k, x in enumerate(coordinates) if x > 0]

    def barycentric(self, point: Sequence[Fraction]) -> tuple[Fraction, ...] | None:
        """Return a point's barycentric coordinates; None if it is off its plane."""
        return solved([*zip(*self.vertices, strict=True), [_ONE] * self.size], [*point, _ONE])

    def longest_edge(self) -> Cut:
        """Return the midpoint of the longest edge, the first if there are several."""
        lengths = {
            (i, j): sum((x - y) ** 2 for x, y in zip(self.corners[i], self.corners[j], strict=True))
            for i, j in combinations(range(self.size), 2)
        }
        return (*max(lengths, key=lengths.__getitem__), _HALF)
