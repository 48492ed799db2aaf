"""What a menu earns from a single buyer of three items or more whose values are uniform: volumes of polytopes, exactly.

The values at which an offer is best form a polytope in the box of values. Its volume is found by recursion (Lasserre
1983): by the divergence theorem, with d the dimension and ``a_i . x <= b_i`` its sides, each stated once,

    d vol(P) = sum_i  b_i / |a_ij|  vol(the side i, without coordinate j),        any j with a_ij not 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm, perm

from dual.errors import Undecided
from dual.limits import steps
from dual.numbers.exact import Vector

from .axis import Axis
from .joint import longest

Side = tuple[tuple[int, ...], Fraction]
"""Coefficients without a common divisor, and the right-hand side: ``a . x <= b``."""


def volume(sides: Iterable[tuple[Sequence[int], Fraction]]) -> Fraction:
    """The volume of a bounded polytope.

    Examples
    --------
    >>> square = [((-1, 0), Fraction(0)), ((0, -1), Fraction(0)), ((1, 0), Fraction(1)), ((0, 1), Fraction(1))]
    >>> volume(square), volume([*square, ((1, 1), Fraction(1)), ((2, 2), Fraction(2)), ((1, 1), Fraction(5))])
    (Fraction(1, 1), Fraction(1, 2))
    """
    tightest: dict[tuple[int, ...], Fraction] = {}
    for a, b in sides:
        common = gcd(*a)
        if common:
            key = tuple(x // common for x in a)
            tightest[key] = min(b / common, tightest.get(key, b / common))
        elif b < 0:
            return Fraction(0)
    if not tightest:
        return Fraction(0)
    size = len(next(iter(tightest)))
    if size == 1:
        return max(tightest.get((1,), Fraction(0)) + tightest.get((-1,), Fraction(0)), Fraction(0))
    total = Fraction(0)
    for a, b in tightest.items():
        if b:
            j = max(range(size), key=lambda k: abs(a[k]))
            total += (
                b / abs(a[j]) * volume(_along(other, right, a, b, j) for other, right in tightest.items() if other != a)
            )
    return total / size


def _along(other: Sequence[int], right: Fraction, a: Sequence[int], b: Fraction, j: int) -> tuple[list[int], Fraction]:
    """A side within another one, whose coordinate j is expressed by the rest."""
    factor, scale = (other[j], a[j]) if a[j] > 0 else (-other[j], -a[j])
    rest = [scale * x - factor * y for k, (x, y) in enumerate(zip(other, a, strict=True)) if k != j]
    return rest, scale * right - factor * b


def masses(axes: Sequence[Axis], offers: Sequence[tuple[Vector, Fraction]]) -> list[Fraction]:
    """How likely each offer is best; of the same allocation the cheapest, of equal offers the first.

    Raises
    ------
    Undecided
        If a density is not constant.
    """
    if not all(axis.uniform for axis in axes):
        raise Undecided("menus of three items and more are weighed for uniform values only")
    count, size = len(offers), len(axes)
    steps(
        2 * count * perm(count + size, size - 1) * (count + 2 * size) * size,
        f"volumes in {size} dimensions of a menu of {count} offers",
        1 << (size * max(longest((*gets, price)) for gets, price in offers)),
    )
    lows, widths = [axis.left for axis in axes], [axis.right - axis.left for axis in axes]
    found = []
    for r, (gets, price) in enumerate(offers):
        twin = any(other == gets and (cost, s) < (price, r) for s, (other, cost) in enumerate(offers))
        if twin or (not any(gets) and price >= 0):
            found.append(Fraction(0))
            continue
        # From the lowest values on, in units of the width: most sides of the box then have 0 on the right.
        rows: list[tuple[list[Fraction], Fraction]] = []
        for k in range(size):
            rows += [([Fraction(sign * (j == k)) for j in range(size)], Fraction(sign > 0)) for sign in (1, -1)]
        for other, cost in [((Fraction(0),) * size, Fraction(0)), *offers]:
            if other != gets:
                less = [(x - y) * width for x, y, width in zip(other, gets, widths, strict=True)]
                lowest = sum(((y - x) * low for x, y, low in zip(other, gets, lows, strict=True)), Fraction(0))
                rows.append((less, lowest + cost - price))
        found.append(volume(_whole(a, b) for a, b in rows))
    return found


def _whole(a: Sequence[Fraction], b: Fraction) -> tuple[list[int], Fraction]:
    unit = lcm(*(x.denominator for x in a))
    return [int(x * unit) for x in a], b * unit
