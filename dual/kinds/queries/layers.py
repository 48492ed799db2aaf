"""Three states and more: types whom fewer and fewer messages convince, and what cuts of their order are worth.

Type t acts on a message x iff ``d_t . x >= 0`` with ``d_t(s) = g_t(s, 1) - g_t(s, 0)``. Whatever convinces t convinces
u iff ``d_u >= k d_t`` in every state for some k >= 0; types are in order if that is so for each and the next
(:mod:`dual.kinds.queries.nested`).
Of a cell i+1..j of the order those from some k on act, so it is worth at most ``sum_s P(s)``, beyond what the sender
gets if nobody acts, if P >= 0 and for each k of the cell, with some m >= 0,

    ``P(s) >= sum over k <= u <= j of c_u(s) + m d_k(s)``   for all s,

where c_u(s) is what the sender gains if u acts. Here the worth of cells is not inverse Monge, so that no multiplier
need prove the best cuts: the witness bounds every cell, and the checker adds up, layer after layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

from dual.errors import InputError, Violation
from dual.kinds.informed.public import worth
from dual.limits import steps
from dual.numbers.exact import Vector, index, vector
from dual.numbers.masses import nonnegative
from dual.statement import Record, Witness, stated
from dual.words import brief

from .statement import SimulationStatement

Worths = Sequence[Sequence[Fraction]]
"""``[i][j]``: what the cell i+1..j is worth, for i < j."""


def read_place(raw: object, where: str, statement: SimulationStatement) -> int:
    """Read a place between groups of types, from 0 to their number."""
    return index(raw, where, len(statement.groups) + 1)


@dataclass(frozen=True, repr=False)
class Interval(Record):
    """Prices of the messages to one cell of the order."""

    start: int = stated(read_place, "", "how many groups of types come before the cell", after="statement")
    end: int = stated(read_place, "", "how many come before its end", after="statement")
    prices: Vector = stated(
        partial(vector, entry=nonnegative), "", "[s] >= 0: of likelihood; the cell's bound is their sum"
    )
    multipliers: Vector = stated(
        partial(vector, entry=nonnegative), "", "[k] >= 0: of messages that convince the k-th group of the cell"
    )


@dataclass(frozen=True, repr=False)
class Intervals(Witness):
    """Prices for every cell that cuts can make."""

    intervals: tuple[Interval, ...] = stated(Interval, "*intervals", "prices for all cells", after="statement")


def gains_of(statement: SimulationStatement) -> tuple[list[list[int]], list[list[int]], int]:
    """For each group what convinces it, ``d[s]``, and what the sender gains if it acts, ``c[s]``, in ``1/unit``."""
    (gains, unit), (own, _) = statement.gains, statement.own
    d = [[y - x for x, y in zip(*own[group[0]], strict=True)] for group in statement.groups]
    c = [
        [sum(gains[t][1][s] - gains[t][0][s] for t in group) for s in range(statement.state_count)]
        for group in statement.groups
    ]
    return d, c, unit


def bound(statement: SimulationStatement, proof: Intervals) -> Fraction:
    """What no cuts beat, once the prices of every cell are proven.

    Raises
    ------
    Violation
        If a cell has no prices, or they are too low.
    """
    d, c, unit = gains_of(statement)
    n, states = len(d), statement.state_count
    steps(4 * len(proof.intervals) * n * states, f"the prices of {len(proof.intervals)} cells", unit)
    found: list[list[Fraction | None]] = [[None] * (n + 1) for _ in range(n + 1)]
    for one in proof.intervals:
        i, j = one.start, one.end
        if not i < j or len(one.prices) != states or len(one.multipliers) != j - i:
            raise InputError(
                f"a cell has types, {states} prices and a multiplier for each of its groups", "dual.intervals"
            )
        acting = [0] * states
        for k in range(j - 1, i - 1, -1):
            acting = [have + more for have, more in zip(acting, c[k], strict=True)]
            for s, price in enumerate(one.prices):
                need = Fraction(acting[s], unit) + one.multipliers[k - i] * d[k][s]
                if price < need:
                    raise Violation(
                        f"the cell of types {i + 1} to {j} of the order, state {s}: a message that convinces type "
                        f"{k + 1} is worth {brief(need)}, its price is {brief(price)}"
                    )
        found[i][j] = sum(one.prices, Fraction(0))
    worths: list[list[Fraction]] = [[Fraction(0)] * (n + 1) for _ in range(n + 1)]
    for i in range(n):
        for j in range(i + 1, n + 1):
            value = found[i][j]
            if value is None:
                raise Violation(f"the cell of types {i + 1} to {j} of the order has no prices")
            worths[i][j] = value
    return statement.otherwise + best(statement, worths)[0]


def best(statement: SimulationStatement, worths: Worths) -> tuple[Fraction, Any]:
    """What the best cuts are worth, after what queries cost, where cells are worth this; and the cuts, or the tree."""
    if statement.mode == "adaptive" and statement.price:
        return _best_tree(statement, worths)
    n = len(worths) - 1
    price = statement.price if statement.mode == "set" else Fraction(0)
    steps(20 * n * n * statement.cells, f"{statement.cells} layers of {n} types")
    # reach[j]: the best of so many cells up to j, and where they are cut
    reach: list[tuple[Fraction, tuple[int, ...]] | None] = [None, *((worths[0][j], ()) for j in range(1, n + 1))]
    top: tuple[Fraction, tuple[int, ...]] = (worths[0][n], ())
    for count in range(1, statement.cells):
        following: list[tuple[Fraction, tuple[int, ...]] | None] = [None] * (n + 1)
        for j in range(count + 1, n + 1):
            ways = [(before[0] + worths[i][j], (*before[1], i)) for i in range(count, j) if (before := reach[i])]
            following[j] = max(ways, key=lambda way: way[0])
        reach = following
        last = reach[n]
        if last is not None and last[0] - price * count > top[0]:
            top = last[0] - price * count, last[1]
    return top


def _best_tree(statement: SimulationStatement, worths: Worths) -> tuple[Fraction, Any]:
    """Queries that are paid when they are asked: a cell is left, or divided where that is worth most."""
    n = len(worths) - 1
    depth = n if statement.queries is None else min(statement.queries, n)
    steps(30 * depth * n**3, f"the trees of queries between {n} types")
    law = [sum((x for t in group for x in statement.law[t]), Fraction(0)) for group in statement.groups]
    chance = [Fraction(0)]
    for mass in law:
        chance.append(chance[-1] + mass)
    cells = [(i, j) for i in range(n) for j in range(i + 1, n + 1)]
    now: dict[tuple[int, int], tuple[Fraction, Any]] = {(i, j): (worths[i][j], None) for i, j in cells}
    for _ in range(depth):
        before = now
        now = {}
        for i, j in cells:
            ways: list[tuple[Fraction, Any]] = [(worths[i][j], None)]
            for s in range(i + 1, j):
                below, above = before[i, s], before[s, j]
                fee = statement.price * (chance[j] - chance[i])
                ways.append((below[0] + above[0] - fee, (s, below[1], above[1])))
            now[i, j] = max(ways, key=lambda way: way[0])
        if all(now[cell][0] == before[cell][0] for cell in cells):
            break
    return now[0, n]


def attained(
    statement: SimulationStatement, parts: Sequence[Sequence[int]], cells: Sequence[Sequence[Vector]]
) -> Fraction:
    """What the messages to every cell give, the cells being types: each replies as she likes, ties for the sender."""
    return sum((worth(statement, messages, own) for own, messages in zip(parts, cells, strict=True)), Fraction(0))


def divided(statement: SimulationStatement, cuts: Sequence[int]) -> list[list[int]]:
    """The types between cuts of the order."""
    ends = [0, *cuts, len(statement.groups)]
    return [[t for group in statement.groups[i:j] for t in group] for i, j in pairwise(ends)]
