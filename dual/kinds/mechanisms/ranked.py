"""One item, bidders whose values have laws of any form, alike or not: rankings, and majorants of revenue curves.

*Lower bound.* A witness gives every bidder thresholds ``t_1 < t_2 < ...`` and, on the steps between them, ranks that do
not fall. The item goes to the highest rank, of equal ones to whoever comes first, and to nobody below ``t_1``. More
value never loses it, so that truth is dominant when the winner pays the least value that would have won. Winning on
step k with probability ``x_k`` earns ``sum_k x_k (r(t_k) - r(t_(k+1)))``, where ``r(t) = (t - cost) (1 - F(t))``.

*Upper bound.* With q = 1 - F(v), revenue from a bidder is ``int x R'(q) dq`` for ``R(q) = q v`` and a probability x
that falls in q (Myerson 1981). So it is at most ``int x H'(q) dq`` for any concave H above R with H(0) = 0. A witness
gives H at knots, linear in q between: ``H >= R`` is a polynomial inequality on every interval, shown by Bernstein
coefficients. With S the slope of H at a bidder's value, revenue less cost is at most ``E max(0, max of S - cost)``.

Bidders of one law, which come one after the other, share one list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from math import prod
from typing import Final

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.exact import Vector, items, vector
from dual.statement import Witness, stated
from dual.words import brief

from .axis import Axis, add, at, scaled, times
from .flux import UNIT, below_one, rounded_up
from .statement import MechanismStatement
from .virtual import nowhere_negative

Group = tuple[Axis, int]
"""A law, and how many bidders have it."""
_BITS: Final = 160
"""Bits behind the point of powers of probabilities."""


def groups(statement: MechanismStatement) -> list[Group]:
    """The laws of the bidders' values; neighbours of one law are one group."""
    if statement.bidder_laws is None:
        return [(Axis.of((statement.laws or ())[0], "laws[0].density"), statement.bidders)]
    found, place = list[Group](), 0
    for law, same in groupby(statement.bidder_laws):
        found.append((Axis.of(law, f"bidder_laws[{place}].density"), len(list(same))))
        place += found[-1][1]
    return found


def read_points(raw: object, where: str, statement: MechanismStatement) -> tuple[Vector, ...]:
    """Read for every group increasing values of its interval."""
    found, laws = [], groups(statement)
    for g, (one, (axis, _)) in enumerate(zip(items(raw, where, len(laws)), laws, strict=True)):
        points = vector(one, f"{where}[{g}]")
        if points[0] < axis.left or points[-1] > axis.right or any(a >= b for a, b in pairwise(points)):
            raise InputError(f"these are values from {brief(axis.left)} to {brief(axis.right)}, increasing",
                             f"{where}[{g}]")  # fmt: skip
        found.append(points)
    return tuple(found)


def read_ranks(raw: object, where: str, points: Sequence[Vector]) -> tuple[Vector, ...]:
    """Read a number for each point."""
    listed = enumerate(zip(items(raw, where, len(points)), points, strict=True))
    return tuple(vector(one, f"{where}[{g}]", len(own)) for g, (one, own) in listed)


@dataclass(frozen=True, repr=False)
class Ranking(Witness):
    """From which values on a bidder has which rank."""

    thresholds: tuple[Vector, ...] = stated(
        read_points, "", "[group][k]: values from which on ranks change; none below the first", after="statement"
    )
    ranks: tuple[Vector, ...] = stated(
        read_ranks, "", "[group][k]: the rank from there on, never falling", after="thresholds"
    )


@dataclass(frozen=True, repr=False)
class Majorants(Witness):
    """Concave functions above revenue curves."""

    knots: tuple[Vector, ...] = stated(read_points, "", "[group][k]: values, from end to end", after="statement")
    heights: tuple[Vector, ...] = stated(
        read_ranks, "", "[group][k]: the function there, 0 at the highest value", after="knots"
    )


def lower(statement: MechanismStatement, primal: Ranking) -> Fraction:
    """What a ranking earns."""
    laws, cost = groups(statement), statement.cost(0)
    _spend(laws, [primal.thresholds, primal.ranks], "a ranking of so many steps")
    places = list[tuple[Fraction, int, int]]()  # by rank, of equal ones the last group first
    for g, ranks in enumerate(primal.ranks):
        if any(a > b for a, b in pairwise(ranks)):
            raise Violation(f"ranks[{g}] fall somewhere")
        places += [(rank, -g, k) for k, rank in enumerate(ranks)]
    below = [at(axis.cumulative, own[0]) for (axis, _), own in zip(laws, primal.thresholds, strict=True)]
    size, total = _size(laws), 0
    for (_, back), own in groupby(sorted(places), key=lambda place: place[:2]):
        g, step = -back, [k for _, _, k in own]
        (axis, count), points = laws[g], (*primal.thresholds[g], laws[g][0].right)
        start, end = points[step[0]], points[step[-1] + 1]
        before, after = below[g], at(axis.cumulative, end)
        if after > before:
            gain = (start - cost) * (1 - before) - (end - cost) * (1 - after)
            up = gain < 0
            wins = max(power(after, count, up=up) - power(before, count, up=not up), Fraction(0))
            for h, (share, (_, n)) in enumerate(zip(below, laws, strict=True)):
                wins *= power(share, n, up=up) if h != g else 1
            total -= rounded_up(-wins * gain / ((after - before) * size))
        below[g] = after
    return total * UNIT * size


def upper(statement: MechanismStatement, dual: Majorants) -> Fraction:
    """The bound that majorants prove."""
    laws, cost = groups(statement), statement.cost(0)
    _spend(laws, [dual.knots, dual.heights], "majorants of so many pieces")
    changes = list[tuple[Fraction, int, Fraction]]()
    for g, ((axis, _), knots, heights) in enumerate(zip(laws, dual.knots, dual.heights, strict=True)):
        if (knots[0], knots[-1]) != (axis.left, axis.right) or heights[-1]:
            raise Violation(f"knots[{g}] run from {brief(axis.left)} to {brief(axis.right)}, where the height is 0")
        slopes = [_slope(axis, *ends, f"heights[{g}]") for ends in pairwise(zip(knots, heights, strict=True))]
        if any(a > b for a, b in pairwise(slopes)):
            raise Violation(f"heights[{g}] are not concave in the probability of more")
        changes += [(slope - cost, g, at(axis.cumulative, end)) for slope, end in zip(slopes, knots[1:], strict=True)]
    level, shares, size, total = Fraction(0), [Fraction(0)] * len(laws), _size(laws), 0
    for rise, g, share in sorted(changes):
        if rise > level:
            below = [power(one, n, up=False) for one, (_, n) in zip(shares, laws, strict=True)]
            total += rounded_up((rise - level) * (1 - prod(below, start=Fraction(1))) / size)
            level = rise
        shares[g] = share
    return total * UNIT * size


def power(share: Fraction, exponent: int, *, up: bool) -> Fraction:
    """A power of a probability, rounded in one direction after every product, so that it stays short.

    Examples
    --------
    >>> power(Fraction(1, 2), 3, up=True), power(Fraction(1, 3), 1000, up=True) > 0
    (Fraction(1, 8), True)
    """
    base = found = _short(share, up)
    for bit in bin(exponent)[3:]:
        found = _short(found * found, up)
        if bit == "1":
            found = _short(found * base, up)
    return found


def _short(value: Fraction, up: bool) -> Fraction:
    return Fraction(-((-value.numerator << _BITS) // value.denominator) if up
                    else (value.numerator << _BITS) // value.denominator, 1 << _BITS)  # fmt: skip


def _spend(laws: Sequence[Group], lists: Sequence[Sequence[Vector]], what: str) -> None:
    """Count the work of values of polynomials at every point, and of powers of probabilities for every group."""
    degree = max(len(axis.cumulative) for axis, _ in laws)
    bits = max(x.numerator.bit_length() + x.denominator.bit_length() for part in lists for own in part for x in own)
    steps(sum(map(len, lists[0])) * (40 * degree**2 + 300 * len(laws)), what, 1 << (bits * degree))


def _size(laws: Sequence[Group]) -> Fraction:
    return below_one(*(end for axis, _ in laws for end in (axis.left, axis.right)))


def _slope(axis: Axis, low: tuple[Fraction, Fraction], high: tuple[Fraction, Fraction], where: str) -> Fraction:
    """The slope of a majorant on an interval, once it is shown to lie above the revenue curve there."""
    (a, there), (b, here) = low, high
    mass = axis.mass(a, b)
    if mass <= 0:
        raise Violation(f"{where}: between {brief(a)} and {brief(b)} there is no mass")
    slope = (there - here) / mass
    more = add((Fraction(1),), scaled(axis.cumulative, Fraction(-1)))
    height = add((here - slope * (1 - at(axis.cumulative, b)),), scaled(more, slope))
    if not nowhere_negative(add(height, times(more, (Fraction(0), Fraction(-1)))), a, b):
        raise Violation(f"{where} are not shown to lie above the revenue between {brief(a)} and {brief(b)}")
    return slope
