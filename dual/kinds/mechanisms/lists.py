"""Two additive bidders, two items, values uniform on [0, b]: each sees a list of prices that the other's values set.

On N intervals of every axis, in units of b, a witness gives for bidder r and the other one's intervals k and l of the
items' values the price ``single[r][k][l]`` of the first item, hence ``single[r][l][k]`` of the second, and
``both[r][k][l]`` of both. Let ``e`` be the lower end of an interval for bidder 0, the upper end for bidder 1. If

    single[r][k][l] >= e(k)        and        both[r][k][l] >= single[r][k][l] + e(l),

bidder r takes an item only if her value of it is at least e of the other's: alone, because it costs that; beside the
other item, because it adds that to the price. So no item is wanted by both, but for ties: of two values in one interval
bidder 1's is not above its upper end. A bidder's list does not depend on what she says, so that truth is dominant.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from dual.errors import Violation
from dual.limits import steps
from dual.numbers.arrays import Array, read_array
from dual.numbers.exact import Vector
from dual.statement import Witness, stated
from dual.words import brief

from .alike import read_intervals
from .axis import Axis
from .regions import box, polygon_mass, regions
from .statement import MechanismStatement

ONE, ZERO = Fraction(1), Fraction(0)
UNIT_SQUARE = (Axis(ZERO, ONE, (ONE,)), Axis(ZERO, ONE, (ONE,)))


def read_lists(raw: object, where: str, intervals: int) -> Array:
    """Read ``[r][k][l]``."""
    return read_array(raw, where, (2, intervals, intervals))


@dataclass(frozen=True, repr=False)
class PriceLists(Witness):
    """What each bidder may buy at which prices."""

    intervals: int = stated(read_intervals, "", "N, of every axis")
    single: Array = stated(
        read_lists, "", "[bidder][the other's interval of the item][of the other item]: an item's price, in units of b",
        after="intervals",
    )  # fmt: skip
    both: Array = stated(read_lists, "", "the same for both items", after="intervals")


def ends(bidder: int, interval: int, intervals: int) -> Fraction:
    """What an item costs a bidder at least, in units of b."""
    return Fraction(interval + bidder, intervals)


def earned(first: Fraction, second: Fraction, both: Fraction) -> Fraction:
    """What a list of prices earns from values uniform on the unit square."""
    offers: list[tuple[Vector, Fraction]] = [((ONE, ZERO), first), ((ZERO, ONE), second), ((ONE, ONE), both)]
    places = regions(box(UNIT_SQUARE), offers)
    return sum(
        (price * polygon_mass(UNIT_SQUARE, place) for (_, price), place in zip(offers, places, strict=True)), ZERO
    )


def lower(statement: MechanismStatement, primal: PriceLists) -> Fraction:
    """What price lists earn."""
    n, total = primal.intervals, ZERO
    steps(n * n * 40_000, f"price lists on {n} intervals")
    for r, k, other in product(range(2), range(n), range(n)):
        single, both = primal.single.at(r, k, other), primal.both.at(r, k, other)
        least = ends(r, k, n), single + ends(r, other, n)
        for word, price, need in (("single", single, least[0]), ("both", both, least[1])):
            if price < need:
                raise Violation(f"{word}{[r, k, other]} = {brief(price)}, less than {brief(need)}")
        if both != primal.both.at(r, other, k):
            raise Violation(f"both{[r, k, other]} is not both{[r, other, k]}")
        if k <= other:
            total += (1 + (k < other)) * earned(single, primal.single.at(r, other, k), both)
    return (statement.breadth or ZERO) * total / n**2
