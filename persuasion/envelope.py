"""The concave envelope over a line of priors: two states, value as a function of the prior."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.errors import InputError
from dual.numbers.exact import probability
from dual.words import brief

Point = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Envelope:
    """The value as a function of the prior probability p of the second state: two concave polygons around it.

    Attributes
    ----------
    lower : tuple of (Fraction, Fraction)
        Vertices (p, value) of a polygon that splittings attain, p increasing.
    upper : tuple of (Fraction, Fraction)
        Vertices of a polygon that prices prove is never exceeded.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> hull = upper_hull([(Fraction(0), Fraction(0)), (half, Fraction(1)), (Fraction(1), Fraction(1))])
    >>> Envelope(hull, hull)("3/10")
    (Fraction(3, 5), Fraction(3, 5))
    """

    lower: tuple[Point, ...]
    upper: tuple[Point, ...]

    @property
    def exact(self) -> bool:
        """Whether the polygons agree, so that they are the envelope."""
        return self.lower == self.upper

    def __call__(self, p: object) -> tuple[Fraction, Fraction]:
        """Proven bounds of the value at a prior.

        Parameters
        ----------
        p : number
            Prior probability of the second state.

        Returns
        -------
        lower, upper : Fraction

        Raises
        ------
        InputError
            If p lies outside the envelope's domain.
        """
        at = probability(p, "p")
        left, right = self.lower[0][0], self.lower[-1][0]
        if not left <= at <= right:
            raise InputError(f"{brief(at)} lies outside the envelope's domain [{brief(left)}, {brief(right)}]", "p")
        return interpolated(self.lower, at), interpolated(self.upper, at)


def upper_hull(points: Iterable[Point]) -> tuple[Point, ...]:
    """The vertices of the smallest concave function above the points, from left to right.

    Examples
    --------
    >>> points = [(Fraction(k), Fraction(v)) for k, v in enumerate([0, 0, 2, 3])]
    >>> [int(x) for x, _ in upper_hull(points)]
    [0, 3]
    """
    best: dict[Fraction, Fraction] = {}
    for x, y in points:
        best[x] = max(y, best.get(x, y))
    hull: list[Point] = []
    for x, y in sorted(best.items()):
        while len(hull) > 1 and not _turns_down(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    return tuple(hull)


def lower_of_lines(lines: Iterable[tuple[Fraction, Fraction]], left: Fraction, right: Fraction) -> tuple[Point, ...]:
    """The vertices on [left, right] of the minimum of lines, each given by its values at p = 0 and p = 1.

    Examples
    --------
    >>> two = [(Fraction(0), Fraction(2)), (Fraction(1), Fraction(1))]
    >>> [(str(p), str(value)) for p, value in lower_of_lines(two, Fraction(0), Fraction(1))]
    [('0', '0'), ('1/2', '1'), ('1', '1')]
    """
    found = list(lines)

    def lowest(at: Fraction) -> tuple[Fraction, Fraction, Fraction]:
        return min((a + (b - a) * at, b - a, a) for a, b in found)

    at = left
    vertices: list[Point] = []
    while True:
        value, slope, start = lowest(at)
        if not (len(vertices) > 1 and _straight(vertices[-2], vertices[-1], (at, value))):
            vertices.append((at, value))
        if at == right:
            return tuple(vertices)
        crossings = [(start - a) / (b - a - slope) for a, b in found if b - a < slope]
        at = min([x for x in crossings if x > at] + [right])


def interpolated(vertices: Sequence[Point], at: Fraction) -> Fraction:
    """The value of a polygon at a point between its ends."""
    k = min(bisect_right(vertices, at, key=lambda vertex: vertex[0]), len(vertices) - 1)
    (x, y), (other_x, other_y) = vertices[max(k - 1, 0)], vertices[k]
    return y if x == other_x else y + (other_y - y) * (at - x) / (other_x - x)


def _turns_down(a: Point, b: Point, c: Point) -> bool:
    return (b[1] - a[1]) * (c[0] - b[0]) > (c[1] - b[1]) * (b[0] - a[0])


def _straight(a: Point, b: Point, c: Point) -> bool:
    return (b[1] - a[1]) * (c[0] - b[0]) == (c[1] - b[1]) * (b[0] - a[0])
