"""An upper bound on what a platform can earn, from what envy says of every level of a price.

As in :mod:`dual.kinds.trading.revenue`, it is enough that introduced pairs trade, at the largest prices, and in units
utilities u and prices p net of cost are integers. A buyer i who knows seller j does not envy j's buyer,
``u_i + p_j >= w_ij``, which is to say: for each level ``1 <= t <= w_ij``, ``p_j >= t`` or ``u_i > w_ij - t``. So for
multipliers ``d >= 0`` of these rows

    ``sum of d <= sum over buyers of F_i(u_i) + sum over sellers of G_j(p_j)``

where F_i(u) is the sum of d over i's rows with ``u > w_ij - t``, and G_j(p) that over j's rows with ``p >= t``. Both
are zero of who does not trade. If, for ``a, b >= 0``, no trade of i and j at a price net of cost ``0 <= r <= w_ij``
adds more than ``a_i + b_j`` to these sums and the revenue together,

    ``[unknown] (r + c_j) + F_i(w_ij - r) + G_j(r) <= a_i + b_j``,

then the platform earns at most ``sum of a + sum of b - sum of d``. Where a row of the linear program sees only the mean
price of a fractional trade, these rows see its distribution, which is why they prove more.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate

from dual.errors import InputError, Violation
from dual.limits import spend
from dual.numbers.exact import index, items, number, over_common_denominator
from dual.words import brief

from .part import Variables
from .statement import TradingNetworkStatement
from .witness import Levels

_STEPS_EACH = 8
"""What a price of a pair costs in :mod:`dual.limits`' steps."""


class _Steps:
    """A function that rises at some numbers: where, and to what, beginning with zero."""

    def __init__(self, rises: Mapping[int, int]) -> None:
        self.at = [0, *sorted(rises)]
        self.value = list(accumulate(rises[at] for at in self.at[1:]))
        self.value.insert(0, 0)

    def __call__(self, argument: int) -> int:
        return self.value[bisect_right(self.at, argument) - 1]


def upper(statement: TradingNetworkStatement, dual: Levels) -> Fraction:
    """The bound that multipliers of levels prove."""
    market = Variables(statement)
    rows = [row for k, raw in enumerate(items(dual.known, "dual.known", empty=True)) for row in _read(market, raw, k)]
    sides = [*dual.buyers, *dual.sellers]
    for k, value in enumerate([*sides, *(weight for *_, weight in rows)]):
        if value < 0:
            raise Violation(f"dual: the multiplier {brief(value)}, number {k}, is negative")
    # Multipliers of buyers and sellers are in values, those of rows in the same.
    whole, denominator = over_common_denominator([*sides, *(weight for *_, weight in rows)])
    limits, weights = [value * market.unit for value in whole[: len(sides)]], whole[len(sides) :]
    lost: list[Counter[int]] = [Counter() for _ in range(market.buyers)]
    paid: list[Counter[int]] = [Counter() for _ in range(market.width)]
    for (i, j, level, _), weight in zip(rows, weights, strict=True):
        lost[i][market.known_value(i, j, "dual.known") - level + 1] += weight * market.unit
        paid[j][level] += weight * market.unit
    prices = [_Steps(rises) for rises in paid]
    for i, known in enumerate(statement.acquaintances):
        utilities = _Steps(lost[i])
        pairs = market.row(i)
        spend(_STEPS_EACH * len(pairs) * len(utilities.at), "going through the prices of all pairs")
        for member, net in pairs:
            j = member - market.buyers
            price, most = prices[j], limits[i] + limits[member]
            each, cost = (0 if j in known else denominator), market.costs[j]
            # Between two utilities at which F rises, the greatest price adds most.
            for utility, gained in zip(utilities.at, utilities.value, strict=True):
                if utility > net:
                    break
                if gained + price(net - utility) + each * (net - utility + cost) > most:
                    raise Violation(
                        f"dual: if buyer {i} and seller {j} trade at {brief(Fraction(net - utility, market.unit))} net"
                        " of cost, they add more than their multipliers"
                    )
    bound = Fraction(sum(whole[: len(sides)]) - sum(weights), denominator)
    return Fraction(math.floor(bound * market.unit), market.unit)


def _read(market: Variables, raw: object, place: int) -> list[tuple[int, int, int, Fraction]]:
    """The rows of a known pair, ``[i, j, [[level, multiplier], ...]]``: each with its level in units."""
    where = f"dual.known[{place}]"
    first, second, listed = items(raw, where, 3)
    i, j = index(first, where, market.buyers), index(second, where, market.width)
    value, rows = market.known_value(i, j, where), []
    for k, entry in enumerate(items(listed, f"{where}[2]", empty=True)):
        level, weight = (number(part, f"{where}[2][{k}]") for part in items(entry, f"{where}[2][{k}]", 2))
        at = level * market.unit
        if at.denominator != 1 or not 1 <= at <= value:
            raise InputError(f"a level is a multiple of 1/{market.unit} up to the pair's net value", f"{where}[2][{k}]")
        rows.append((i, j, int(at), weight))
    return rows
