"""Simplices with rational vertices, and how to cut them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Self

from dual.errors import InputError

Cut = tuple[int, int, Fraction]
"""The point (1 - t) v_i + t v_j of an edge, as (i, j, t)."""


class Simplex:
    """A simplex with rational vertices, held as integers over one common denominator.

    What is true of it: vertex k is ``corners[k] / denominator``, in lowest terms, and its points are the averages of
    the vertices. Nothing else is asked of these: where they are affinely dependent, a point is more than one average,
    and what holds for all averages holds for all points.

    Parameters
    ----------
    vertices : sequence of sequence of Fraction
        At least one point; all of the same dimension.

    Raises
    ------
    InputError
        If there is no vertex, or dimensions differ.
    """

    __slots__ = ("corners", "denominator", "size")

    def __init__(self, vertices: Sequence[Sequence[Fraction | int]]) -> None:
        points = [[Fraction(x) for x in vertex] for vertex in vertices]
        if not points or any(len(point) != len(points[0]) for point in points):
            raise InputError("a simplex needs vertices of one dimension")
        denominator = math.lcm(*(x.denominator for point in points for x in point))
        self._set([tuple(int(x * denominator) for x in point) for point in points], denominator)

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
        """Split at a point inside an edge: one part has it in place of either end. They cover the simplex."""
        i, j, t = cut
        if i == j or not 0 < t < 1:
            raise InputError("a cut is made inside an edge")
        scale, weight = t.denominator, t.numerator
        corners = [tuple(x * scale for x in corner) for corner in self.corners]
        new = tuple((scale - weight) * x + weight * y for x, y in zip(self.corners[i], self.corners[j], strict=True))
        near, far = corners.copy(), corners.copy()
        near[j] = far[i] = new
        return self._of(near, self.denominator * scale), self._of(far, self.denominator * scale)
