"""What a menu earns from a single buyer of one or two items whose values have laws with polynomial densities.

The buyer takes what is best for her, so each offer's values form an interval or a convex polygon, cut out of the box of
values by one line for each other offer, and one for nothing. The mass of a polygon under the density f_1(x) f_2(y) is,
by Green, the integral of ``F_1(x) f_2(y) dy`` around it, edge by edge a polynomial in one variable: exact in fractions.
Values with a joint law lie in a polygon, and regions in it are summed up by triangles; for three items and more see
:mod:`.volumes`.
Offers of one and the same allocation count once, at the least price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from dual.limits import steps
from dual.numbers.exact import Vector

from .axis import Axis, at, composed, integral, scaled, times
from .flux import axes_of
from .menu import Menu, profit
from .statement import MechanismStatement
from .volumes import masses


def allocation(statement: MechanismStatement, lottery: Vector) -> Vector:
    """How likely each item is given by a lottery over items or vertices."""
    if statement.allocation is None:
        return lottery
    return tuple(
        sum((chance * vertex[j] for chance, vertex in zip(lottery, statement.allocation, strict=True)), Fraction(0))
        for j in range(statement.count)
    )


def lower(statement: MechanismStatement, primal: Menu) -> Fraction:
    """What a menu earns."""
    return sum((mass * earned for earned, mass in sold(statement, primal)), Fraction(0))


def sold(statement: MechanismStatement, menu: Menu) -> list[tuple[Fraction, Fraction]]:
    """For every offer what the seller keeps of it, and how likely it is bought.

    Raises
    ------
    Undecided
        If there are more than two items, and values are not uniform.
    """
    if not menu.menu:
        return []
    axes = axes_of(statement)
    wide = len(axes[-1].density) if axes else 1
    steps(len(menu.menu) ** 2 * 100 + len(menu.menu) * 1000 * wide, "cutting the box of values")
    offers = [(allocation(statement, offer.lottery), offer.price) for offer in menu.menu]
    if statement.joint is not None:
        weighed = [statement.joint.mass(region) for region in regions(statement.joint.corners, offers)]
    elif statement.count > 2:
        weighed = masses(axes, offers)
    elif statement.count == 1:
        weighed = [axes[0].mass(a, b) for a, b in intervals(axes[0], offers)]
    else:
        weighed = [polygon_mass(axes, region) for region in regions(box(axes), offers)]
    return [(profit(statement, offer), mass) for offer, mass in zip(menu.menu, weighed, strict=True)]


def box(axes: Sequence[Axis]) -> list[Vector]:
    """The corners of the values of two items, counterclockwise."""
    first, second = axes
    return [
        (first.left, second.left),
        (first.right, second.left),
        (first.right, second.right),
        (first.left, second.right),
    ]


def regions(values: Sequence[Vector], offers: Sequence[tuple[Vector, Fraction]]) -> Iterator[list[Vector]]:
    """For every offer of two items the part of a convex polygon at which it is best, counterclockwise; maybe empty."""
    nothing = ((Fraction(0), Fraction(0)), Fraction(0))
    for r, (gets, price) in enumerate(offers):
        # The same allocation for less, or for as much but listed before, is taken instead; so is nothing for nothing.
        twin = any(other == gets and (cost, s) < (price, r) for s, (other, cost) in enumerate(offers))
        if twin or (gets == nothing[0] and price >= 0):
            yield []
            continue
        polygon = list(values)
        for other, cost in [nothing, *offers]:
            if other != gets:
                polygon = cut(polygon, (gets[0] - other[0], gets[1] - other[1]), cost - price)
        yield polygon


def cut(polygon: Sequence[Vector], normal: Vector, offset: Fraction) -> list[Vector]:
    """The part of a convex polygon where ``normal . point + offset >= 0``."""
    found: list[Vector] = []
    heights = [normal[0] * x + normal[1] * y + offset for x, y in polygon]
    for k, (point, height) in enumerate(zip(polygon, heights, strict=True)):
        last, before = polygon[k - 1], heights[k - 1]
        if (height > 0 > before) or (height < 0 < before):
            share = before / (before - height)
            found.append((last[0] + share * (point[0] - last[0]), last[1] + share * (point[1] - last[1])))
        if height >= 0:
            found.append(point)
    return found


def polygon_mass(axes: Sequence[Axis], polygon: Sequence[Vector]) -> Fraction:
    """How likely the values lie in a polygon."""
    if len(polygon) < 3:
        return Fraction(0)
    total = Fraction(0)
    for (x, y), (right, top) in pairwise([*polygon, polygon[0]]):
        if y != top:
            # Along the edge, both are polynomials in how far it is done.
            edge = times(composed(axes[0].cumulative, x, right - x), composed(axes[1].density, y, top - y))
            total += at(integral(scaled(edge, top - y)), Fraction(1))
    return total


def intervals(axis: Axis, offers: Sequence[tuple[Vector, Fraction]]) -> Iterator[tuple[Fraction, Fraction]]:
    """For every offer of one item the interval of the values at which it is best; a point if there is none."""
    for r, ((gets,), price) in enumerate(offers):
        low, high = axis.left, axis.right
        for s, ((other,), cost) in enumerate([*offers, ((Fraction(0),), Fraction(0))]):
            if other < gets:
                low = max(low, (price - cost) / (gets - other))
            elif other > gets:
                high = min(high, (cost - price) / (other - gets))
            elif (cost, s) < (price, r):
                low = high
        yield (low, high) if low < high else (axis.left, axis.left)
