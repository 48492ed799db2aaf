"""A single additive buyer of items that are alike: independent values, all uniform on [0, b].

Prices by size
--------------
A witness gives the price p_r of any r items, with falling increments. In units of b, exactly the items J, r of them,
are bought where no removal and no addition is better. Since increments fall, nothing else needs to be compared, and
the two conditions are about different values:

    sum_A (1 - x) <= a - (p_r - p_{r-a})  for A inside J,        sum_B x <= p_{r+b} - p_r  for B outside J.

Both are volumes of ``{y in [0,1]^n : any k entries sum to at most c_k}`` with caps c whose increments fall: a
polymatroid. With c made nondecreasing, cones over its facets give its volume, and that of its base polytope
``A(c) = {y : all entries sum to c_n, any k to at most c_k}`` (one coordinate left out), by recursion:

    n V(c) = sum_k C(n,k) c_k A(c_1..c_k) V(c_{k+1} - c_k, ...),
    (n-1) A(c) = sum_{k<n} C(n,k) (c_k - k c_n / n) A(c_1..c_k) A(c_{k+1} - c_k, ...),   A of one entry = 1.

A field by symmetry
-------------------
A flux certificate (:mod:`.flux`) on N intervals of each axis, without spreads, of one number ``tau`` for every face of
the own axis and multiset of the other items' intervals; linear between faces. In units of b,
``tau(0; .) <= 0 <= tau(N; .)``, in every cell ``N sum_j [tau(c_j + 1; others) - tau(c_j; others)] <= 1``, and then
revenue is at most ``d E max(0, v_1 + tau)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement
from math import comb, factorial, prod

from dual.errors import InputError, Violation
from dual.limits import numbers, steps
from dual.numbers.arrays import Array, read_array
from dual.numbers.exact import Vector, index, vector
from dual.statement import Witness, stated
from dual.words import brief

from .axis import positive_line
from .flux import UNIT, rounded_up
from .statement import MechanismStatement

Multiset = tuple[int, ...]


def _needed(statement: MechanismStatement) -> Fraction:
    if statement.breadth is None or statement.bidders > 1:
        raise InputError("this witness is for additive items alike, uniform on [0, b] and without costs")
    return statement.breadth


# Prices by size


def read_prices(raw: object, where: str, statement: MechanismStatement) -> Vector:
    """Read a price for each number of items, with increments that fall."""
    prices = vector(raw, where, statement.count)
    _falling(prices, where)
    return prices


def _falling(prices: Sequence[Fraction], where: str) -> None:
    more = [b - a for a, b in zip([Fraction(0), *prices], prices, strict=False)]
    for r in range(1, len(more)):
        if more[r] > more[r - 1]:
            raise Violation(f"{where}: from {r} to {r + 1} items the price rises by {brief(more[r])}, "
                            f"more than by {brief(more[r - 1])} before")  # fmt: skip


@dataclass(frozen=True, repr=False)
class PricesBySize(Witness):
    """The price of any r items."""

    by_size: Vector = stated(read_prices, "", "the price of any 1, 2, ... items; increments fall", after="statement")


def volume(caps: Sequence[Fraction]) -> Fraction:
    """The volume of ``{y in [0,1]^n : any k entries sum to at most caps[k-1]}``, increments of the caps falling.

    Examples
    --------
    >>> volume([Fraction(1), Fraction(1)]), volume([Fraction(1), Fraction(3, 2), Fraction(3, 2)])
    (Fraction(1, 2), Fraction(1, 2))
    """
    n = len(caps)
    # Entries are at most 1, and sums of some are at most those of more.
    c = [Fraction(0), *(min(cap, Fraction(k)) for k, cap in enumerate(caps, 1))]
    for k in range(n - 1, 0, -1):
        c[k] = min(c[k], c[k + 1])
    if n and c[1] <= 0:
        return Fraction(0)

    @cache
    def base(i: int, j: int) -> Fraction:
        """The base polytope of increments i to j."""
        count, whole = j - i, c[j] - c[i]
        if count == 1:
            return Fraction(1)
        parts = (
            comb(count, k) * (c[i + k] - c[i] - k * whole / count) * base(i, i + k) * base(i + k, j)
            for k in range(1, count)
        )
        return sum(parts, Fraction(0)) / (count - 1)

    @cache
    def rest(i: int) -> Fraction:
        """The volume of increments from i on."""
        if i == n:
            return Fraction(1)
        parts = (comb(n - i, k) * (c[i + k] - c[i]) * base(i, i + k) * rest(i + k) for k in range(1, n - i + 1))
        return sum(parts, Fraction(0)) / (n - i)

    return rest(0)


def chances(prices: Sequence[Fraction]) -> list[Fraction]:
    """How likely it is that 0, 1, ..., d items are bought at prices by size, values being uniform on [0, 1]."""
    p, d = [Fraction(0), *prices], len(prices)
    return [
        comb(d, r)
        * volume([a - p[r] + p[r - a] for a in range(1, r + 1)])
        * volume([p[r + b] - p[r] for b in range(1, d - r + 1)])
        for r in range(d + 1)
    ]


def lower(statement: MechanismStatement, primal: PricesBySize) -> Fraction:
    """What prices by size earn."""
    b, d = _needed(statement), statement.count
    steps(1000 * d**4, f"volumes in {d} dimensions")
    sold = chances([price / b for price in primal.by_size])
    return sum((price * chance for price, chance in zip(primal.by_size, sold[1:], strict=True)), Fraction(0))


# A field by symmetry


def multisets(intervals: int, size: int) -> Iterator[Multiset]:
    """All multisets of intervals, in the order of the witness."""
    return combinations_with_replacement(range(intervals), size)


def read_intervals(raw: object, where: str) -> int:
    """Read a number of intervals."""
    found = index(raw, where, 10_000)
    if found < 1:
        raise InputError("at least one interval is needed", where)
    return found


def read_tau(raw: object, where: str, statement: MechanismStatement, intervals: int) -> Array:
    """Read ``[multiset of the others][face]``."""
    count = comb(intervals + statement.count - 2, statement.count - 1)
    numbers(count * (intervals + 1), "a field")
    return read_array(raw, where, (count, intervals + 1))


@dataclass(frozen=True, repr=False)
class SymmetricFlux(Witness):
    """A field that is the same for all items."""

    intervals: int = stated(read_intervals, "", "N, of every axis")
    tau: Array = stated(
        read_tau, "", "[multiset of the other items' intervals, in lexicographic order][face 0..N], in units of b",
        after="statement intervals",
    )  # fmt: skip


def upper(statement: MechanismStatement, dual: SymmetricFlux) -> Fraction:
    """The bound that a symmetric field proves."""
    b, d, n = _needed(statement), statement.count, dual.intervals
    steps(comb(n + d - 1, d) * d * 50 + len(dual.tau) * 50, f"checking the flux of {d} items on {n} intervals")
    unit, others = dual.tau.denominator, list(multisets(n, d - 1))
    tau = {rest: dual.tau.line(r) for r, rest in enumerate(others)}
    for rest, line in tau.items():
        if line[0] > 0 or line[-1] < 0:
            raise Violation(f"tau at {list(rest)}: it leaves the box, with {brief(Fraction(line[0], unit))} at its "
                            f"lower and {brief(Fraction(line[-1], unit))} at its upper end")  # fmt: skip
    for cell in multisets(n, d):
        grown = 0
        for i in set(cell):
            place = cell.index(i)
            line = tau[cell[:place] + cell[place + 1 :]]
            grown += cell.count(i) * (line[i + 1] - line[i])
        if n * grown > unit:
            raise Violation(f"cell {list(cell)}: the field grows by {brief(Fraction(n * grown, unit))} > 1")
    total = 0
    for rest, line in tau.items():
        ways = factorial(d - 1) // prod(factorial(rest.count(i)) for i in set(rest))
        ends = [Fraction(i, n) + Fraction(one, unit) for i, one in enumerate(line)]
        total += ways * sum(rounded_up(positive_line(ends[i], ends[i + 1])) for i in range(n))
    return b * d * Fraction(total, n**d) * UNIT
