"""Convex polygons with rational corners: the hull of points, and what half-planes leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd

from dual.numbers.exact import over_common_denominator

Point = tuple[Fraction, Fraction]
Corner = tuple[int, int, int]
"""The point (x/w, y/w), w > 0."""


def turn(a: Point, b: Point, c: Point) -> Fraction:
    """Twice the signed area of a triangle: positive if a, b, c turn to the left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def hull(points: Iterable[Point]) -> list[Point]:
    """The corners of the convex hull, counterclockwise from the leftmost (Andrew 1979).

    Examples
    --------
    >>> one, two = Fraction(1), Fraction(2)
    >>> [(int(x), int(y)) for x, y in hull([(0 * one, 0 * one), (two, 0 * one), (one, 0 * one), (one, one)])]
    [(0, 0), (2, 0), (1, 1)]
    """
    distinct = sorted(set(points))
    if len(distinct) < 3:
        return distinct
    chains = []
    for ordered in (distinct, distinct[::-1]):
        chain: list[Point] = []
        for point in ordered:
            while len(chain) > 1 and turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        chains.append(chain[:-1])
    return chains[0] + chains[1]


def clipped(corners: Sequence[Corner], direction: Point, bound: Fraction) -> list[Corner]:
    """What of a convex polygon lies where ``direction . x <= bound``; empty if nothing does.

    Corners are looked at in integers: many half-planes look at many, and fractions would cost a greatest common divisor
    for each sum.

    Examples
    --------
    >>> square = [(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)]
    >>> clipped(square, (Fraction(1), Fraction(1)), Fraction(1, 2))
    [(0, 1, 2), (0, 0, 1), (1, 0, 2)]
    """
    (p, q, b), _ = over_common_denominator([*direction, bound])
    slacks = [b * w - p * x - q * y for x, y, w in corners]
    found: list[Corner] = []
    for k, (corner, slack) in enumerate(zip(corners, slacks, strict=True)):
        before, had = corners[k - 1], slacks[k - 1]
        if (had < 0) != (slack < 0):
            x, y, w = (abs(slack) * one + abs(had) * other for one, other in zip(before, corner, strict=True))
            common = gcd(x, y, w)
            between = (x // common, y // common, w // common)
            if between != corner:
                found.append(between)
        if slack >= 0:
            found.append(corner)
    return found


def cornered(points: Iterable[Point]) -> list[Corner]:
    """Points as corners."""
    found: list[Corner] = []
    for point in points:
        (x, y), w = over_common_denominator(point)
        found.append((x, y, w))
    return found


def pointed(corners: Iterable[Corner]) -> list[Point]:
    """Corners as points."""
    return [(Fraction(x, w), Fraction(y, w)) for x, y, w in corners]


def size(corners: Sequence[Point]) -> Fraction:
    """The area plus the sides of the bounding box.

    It never falls when a polygon grows, and of two convex polygons of which one holds the other it is the same only if
    they are equal: with equal areas above zero they are equal, and segments of a line are told apart by their boxes.
    """
    area = sum(
        (a[0] * b[1] - a[1] * b[0] for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)), Fraction(0)
    )
    sides = [max(side) - min(side) for side in zip(*corners, strict=True)]
    return abs(area) / 2 + sum(sides, Fraction(0))
