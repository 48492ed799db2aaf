"""Budgets that the model does not have: rules that were ruled out, for whoever wants to see what they would change.

With the budget ``order`` the compensation of every trade is at most its price, with ``total`` compensations are at most
the prices in sum over the trades. As ``w_ij = z_k + c_kij - t_ij`` and ``t_ij = v_ij - u_i - p_j`` on trades, this says
``u_i + z_k <= v_ij - c_kij`` for every trade, or for their sum. Off the trades compensations can be 0, so no budget
binds there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from dual.kinds.delivery.costs import Triple
from transport.programs.effort import Effort

from .arrays import Arrays
from .lexicographic import chained
from .polytope import Inequality, Polytope, objectives, picked
from .prices import Prices
from .rules import EXACT_TRADES, ruled
from .support import Contradiction

_BUDGET = 4
"""The first entry of the names of a budget's rows."""


def inequalities(arrays: Arrays, trades: Sequence[Triple], budget: str) -> list[Inequality]:
    """What a budget asks of the utilities of the trades' buyers and couriers."""
    n = len(trades)
    i, j, k = np.array(trades, dtype=np.int64).reshape(-1, 3).T
    gains = [int(gain) for gain in arrays.values[i, j] - arrays.costs(k, i, j)]
    if budget == "order":
        return [((_BUDGET, at), {at: 1, 2 * n + at: 1}, gain) for at, gain in enumerate(gains)]
    if budget == "total" and n:
        return [((_BUDGET, -1), {side * n + at: 1 for side in (0, 2) for at in range(n)}, sum(gains))]
    return []


def within(
    arrays: Arrays, trades: Sequence[Triple], tips: bool, budget: str, rule: str
) -> tuple[Prices, str] | Contradiction:
    """The prices that a rule picks among those that support the trades within a budget, or why there are none.

    The trades are supported without the budget. What the rule picks then is picked within the budget, too, if it is
    there; otherwise an exact program decides where no proven prices are found.

    Raises
    ------
    SolverError
        If the exact program has numbers that are too long.
    """
    from transport.programs.linear import Infeasible

    words = f"prices by the rule {rule} within the budget ({budget}), then the smallest in order"
    extra = inequalities(arrays, trades, budget)
    unlimited = ruled(arrays, trades, tips, rule, Effort())
    if unlimited.proven and _keeps(arrays, trades, unlimited.prices, extra):
        return unlimited.prices, words
    polytope = Polytope(arrays, trades, tips, extra=extra)
    turns = objectives(rule, trades, busy=not polytope.free)
    chosen = chained(arrays, trades, turns, Effort(), extra) if tips else None
    if chosen is not None:
        return chosen, words
    try:
        least = polytope.best(objectives("least-deficit", trades, busy=False)[0])
    except Infeasible as proof:
        return _contradiction(polytope, proof.farkas)
    if len(trades) <= EXACT_TRADES:
        return picked(arrays, trades, tips, rule, extra), words
    return least, f"prices of least deficit within the budget ({budget}), not by the rule {rule}: no proof was found"


def _keeps(arrays: Arrays, trades: Sequence[Triple], prices: Prices, extra: Sequence[Inequality]) -> bool:
    """Whether prices satisfy what a budget asks."""
    point = [side[agent] for at, side in enumerate((prices.buyers, prices.stores, prices.couriers))
             for agent in (trade[at] for trade in trades)]  # fmt: skip
    return all(sum(a * point[c] for c, a in row.items()) <= arrays.fraction(rhs) for _, row, rhs in extra)


def _contradiction(polytope: Polytope, farkas: Sequence[Fraction]) -> Contradiction:
    """Multipliers of the program's rows in the form of :func:`dual.kinds.delivery.conflicts.conflict`."""
    arrays, trades, tips = polytope.arrays, polytope.trades, polytope.tips
    scale = lcm(*(y.denominator for y in farkas))
    courier = {(i, j): k for i, j, k in trades}
    found: dict[str, Counter[tuple[int, ...]]] = {
        part: Counter() for part in ("deviations", "trades", "takeovers", "budgets")
    }
    for name, y in zip(polytope.rows, farkas, strict=False):
        m = abs(int(y * scale))
        if not m:
            continue
        if name[0] == 0 and y > 0:
            found["trades"][name[1:]] += m
        elif name[0] in (0, 2):  # without tips a trade's equation has two sides
            found["deviations"][name[1 : 3 + tips]] += m
        elif name[0] == 1:
            i, j, other = name[1:]
            if other < 0:
                other = min(polytope.free, key=lambda k: int(arrays.costs(np.array(k), np.array(i), np.array(j))))
            found["takeovers"][i, j, courier[i, j], other] += m
        else:
            for trade in trades if name[1] < 0 else (trades[name[1]],):
                found["budgets"][trade] += m
    named: list[set[int]] = [set(), set(), set()]
    for agents in found["deviations"]:
        for side, agent in enumerate(agents):
            named[side].add(agent)
    named[2] |= {takeover[3] for takeover in found["takeovers"]}
    idle = {
        side: sorted(agents - {trade[at] for trade in trades})
        for at, (side, agents) in enumerate(zip(("buyers", "stores", "couriers"), named, strict=True))
    }
    parts = {part: [[*agents, m] for agents, m in sorted(counted.items())] for part, counted in found.items()}
    return Contradiction({**parts, "idle": idle})
