"""The concave envelope of an expression over all priors of two states, enclosed by two proven polygons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from dual.numbers.exact import Vector
from persuasion.envelope import Envelope, Point, interpolated, lower_of_lines, upper_hull

_BESIDE = Fraction(1, 2**20)
"""Priors next to certainty that are traced too, so that a jump of the curve at its ends shows."""


def traced(solved: Callable[[Fraction], tuple[Sequence[Point], Vector]], points: int) -> Envelope:
    """Solve at equidistant priors, coarse ones first, wherever the polygons do not meet yet.

    Parameters
    ----------
    solved : callable
        Takes a prior probability of the second state; returns points that are attained and the prices that are proven,
        either empty if there are none.
    points : int
        How many priors there are.
    """
    attained: list[Point] = []
    lines: list[tuple[Fraction, Fraction]] = []
    for p in _coarse_first(points):
        if attained and lines and _met(attained, lines, p):
            continue
        reached, prices = solved(p)
        attained += reached
        if prices:
            lines.append((prices[0], prices[1]))
    return Envelope(upper_hull(attained), lower_of_lines(lines, Fraction(0), Fraction(1)))


def _met(attained: list[Point], lines: list[tuple[Fraction, Fraction]], p: Fraction) -> bool:
    hull = upper_hull(attained)
    if not hull[0][0] <= p <= hull[-1][0]:
        return False
    return interpolated(hull, p) == min(a + (b - a) * p for a, b in lines)


def _coarse_first(points: int) -> list[Fraction]:
    """Multiples of 1/(points - 1): the ends first, then ever finer ones between them.

    Prices at a certain prior are high for the other state; those next to it are all but the envelope's slope there.
    """
    last = points - 1
    found = {Fraction(0): None, Fraction(1): None, _BESIDE: None, 1 - _BESIDE: None}
    stride = last
    while stride:
        found.update({Fraction(k, last): None for k in range(0, last + 1, stride)})
        stride //= 2
    return list(found)
