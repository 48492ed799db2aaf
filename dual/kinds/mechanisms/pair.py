"""Two additive bidders, two items, four independent values, all uniform on [0, b]: flux certificates of auctions.

In units of b and on N intervals of every axis, a witness gives a field ``tau`` of a bidder in the direction of an item:
at every face of the own value of this item and for the interval of the own value of the other item; with DSIC also for
the intervals of the opponent's values of this item and of the other one. It is the same for both bidders and items, and
linear between faces. If

    tau(0; .) <= 0 <= tau(N; .),
    N [tau(i+1; j, k, l) - tau(i; j, k, l) + tau(j+1; i, l, k) - tau(j; i, l, k)] <= 1     in every cell,

integration by parts of every bidder's utility, convex in the own values at any values of the opponent (with BIC on
average over them), bounds revenue by ``2 E max(0, X, Y)``: X and Y are ``v + tau`` of one item for both bidders, in a
cell independent and uniform between the values at its faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product

from dual.errors import Violation
from dual.limits import numbers, steps
from dual.numbers.arrays import Array, read_array
from dual.statement import Witness, stated
from dual.words import brief

from .alike import read_intervals
from .flux import UNIT, rounded_up
from .statement import MechanismStatement


def shape_of(statement: MechanismStatement, intervals: int) -> tuple[int, ...]:
    """The axes of a field."""
    others = 3 if statement.incentives == "DSIC" else 1
    return (*[intervals] * others, intervals + 1)


def read_tau(raw: object, where: str, statement: MechanismStatement, intervals: int) -> Array:
    """Read ``[own other item](with DSIC [opponent][opponent's other item])[face]``."""
    numbers(intervals**4, "a field")
    return read_array(raw, where, shape_of(statement, intervals))


@dataclass(frozen=True, repr=False)
class AuctionFlux(Witness):
    """A field that is the same for both bidders and items."""

    intervals: int = stated(read_intervals, "", "N, of every axis")
    tau: Array = stated(
        read_tau,
        "",
        "[own interval of the other item](with DSIC [opponent's interval][opponent's of the other item])[face 0..N]",
        after="statement intervals",
    )


def expected_largest(a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> Fraction:
    """``E max(0, X, Y)`` for X and Y independent, uniform between a and b and between c and d.

    It is the integral of ``1 - F_X F_Y`` over what is positive, a quadratic between breakpoints.

    Examples
    --------
    >>> expected_largest(*map(Fraction, (0, 1, 0, 1))), expected_largest(*map(Fraction, (-1, 1, -1, -1)))
    (Fraction(2, 3), Fraction(1, 4))
    """
    spans = [(min(a, b), max(a, b)), (min(c, d), max(c, d))]
    zero = Fraction(0)
    points = sorted({zero, *(max(point, zero) for span in spans for point in span)})
    total = zero
    for left, right in pairwise(points):
        middle = (left + right) / 2
        heights = []
        for t in (left, middle, right):
            below = Fraction(1)
            for low, high in spans:
                below *= Fraction(middle >= high) if not low < middle < high else (t - low) / (high - low)
            heights.append(1 - below)
        total += (right - left) * (heights[0] + 4 * heights[1] + heights[2]) / 6  # Simpson is exact
    return total


def upper(statement: MechanismStatement, dual: AuctionFlux) -> Fraction:
    """The bound that a field proves."""
    b, n, dsic = statement.breadth or Fraction(0), dual.intervals, statement.incentives == "DSIC"
    steps(n**4 * 1000, f"checking the flux of an auction on {n} intervals")
    unit = dual.tau.denominator
    lines = {place: dual.tau.line(r) for r, place in enumerate(product(range(n), repeat=len(dual.tau.shape) - 1))}
    for place, line in lines.items():
        if line[0] > 0 or line[-1] < 0:
            raise Violation(f"tau at {list(place)}: it leaves the box, with {brief(Fraction(line[0], unit))} at its "
                            f"lower and {brief(Fraction(line[-1], unit))} at its upper end")  # fmt: skip
    for cell in product(range(n), repeat=4 if dsic else 2):
        i, j, *told = cell
        one, other = lines[j, *told], lines[i, *told[::-1]]
        grown = one[i + 1] - one[i] + other[j + 1] - other[j]
        if n * grown > unit:
            raise Violation(f"cell {list(cell)}: the field grows by {brief(Fraction(n * grown, unit))} > 1")
    ends = {
        (place, i): Fraction(i, n) + Fraction(one, unit) for place, line in lines.items() for i, one in enumerate(line)
    }
    total = 0
    for i, j, k, beside in product(range(n), repeat=4):
        if (i, j) > (k, beside):
            continue  # the bidders change places
        mine, its = ((j, k, beside), (beside, i, j)) if dsic else ((j,), (beside,))
        largest = expected_largest(ends[mine, i], ends[mine, i + 1], ends[its, k], ends[its, k + 1])
        total += (1 if (i, j) == (k, beside) else 2) * rounded_up(largest)
    return 2 * b * Fraction(total, n**4) * UNIT
