"""Small trading networks under any rule: the checker itself tries every set of introductions.

Largest prices are ``W(A) - W(A without j)`` and smallest ones ``W(A with a twin of j) - W(A)``, with W the greatest
welfare of a set of pairs; among efficient matchings the tie rule picks the one that earns most, or least. Everything
is computed by going through the buyers and remembering which sellers are taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from dual.limits import STEPS, steps

from .statement import TradingNetworkStatement
from .valuations import Pair

_STEPS_EACH = 20
"""What one entry of the algorithm's tables costs in :mod:`dual.limits`' steps."""
MAX_WORK = STEPS // _STEPS_EACH
"""Markets that would take more entries are not enumerated."""


def upper(statement: TradingNetworkStatement, _dual: object) -> Fraction:
    """The greatest revenue, which ``{"kind": "enumeration"}`` leaves the checker to find."""
    return best(statement)[0]


def work(statement: TradingNetworkStatement) -> int:
    """About how many entries the enumeration takes."""
    n, m = statement.values.shape
    unknown = statement.values.pairs() - sum(map(len, statement.acquaintances))
    if unknown > 24 or m > 12:
        return MAX_WORK + 1
    entries: int = (m + 2) * n * m << (unknown + m + 1)
    return entries


def best(statement: TradingNetworkStatement) -> tuple[Fraction, tuple[Pair, ...]]:
    """The greatest revenue over all sets of introductions, and the smallest such set, the first in order.

    Raises
    ------
    Undecided
        If that takes too many steps.
    """
    top = Fraction(max(max(row, default=0) for row in statement.values.amounts), statement.values.denominator)
    steps(_STEPS_EACH * work(statement), "trying every set of introductions", int(top / statement.unit))
    found = -1
    chosen: tuple[Pair, ...] = ()
    for introduced in _subsets(statement):
        earned = _revenue(statement, introduced)
        if earned > found:
            found, chosen = earned, introduced
    return found * statement.unit, chosen


def _subsets(statement: TradingNetworkStatement) -> Iterator[tuple[Pair, ...]]:
    known = statement.acquaintances
    unknown = [(i, j) for i, who in enumerate(statement.values.sellers) for j in who if j not in known[i]]
    for size in range(len(unknown) + 1):
        yield from combinations(unknown, size)


def _revenue(statement: TradingNetworkStatement, introduced: tuple[Pair, ...]) -> int:
    unit, values = int(1 / statement.unit), statement.values
    costs = [int(cost * unit) for cost in statement.costs]
    rows: list[dict[int, int]] = []
    for i, known in enumerate(statement.acquaintances):
        adjacent = {*known, *(j for k, j in introduced if k == i)}
        row = values.row(i)
        rows.append({j: row[j] * (unit // values.denominator) - costs[j] for j in adjacent})
    most = _best(rows)
    prices = []
    for j, cost in enumerate(costs):
        if statement.price_rule == "largest":
            prices.append(most - _best([{k: w for k, w in row.items() if k != j} for row in rows]) + cost)
        else:
            twin = len(costs)
            prices.append(_best([{**row, twin: row[j]} if j in row else row for row in rows]) - most + cost)
    # One efficient matching earns less than `reward`, so welfare comes first and earnings break ties.
    reward = 1 + sum(prices)
    sign = 1 if statement.ties == "platform" else -1
    ranked = [
        {j: w * reward + sign * (prices[j] if (i, j) in introduced else 0) for j, w in row.items()}
        for i, row in enumerate(rows)
    ]
    return sign * (_best(ranked) - most * reward)


def _best(rows: list[dict[int, int]]) -> int:
    """The greatest weight of a matching."""
    reached: Mapping[int, int] = {0: 0}
    for row in rows:
        after = dict(reached)
        for taken, weight in reached.items():
            for j, gain in row.items():
                if not taken >> j & 1:
                    key = taken | 1 << j
                    if weight + gain > after.get(key, weight + gain - 1):
                        after[key] = weight + gain
        reached = after
    return max(reached.values())
