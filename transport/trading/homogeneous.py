"""Homogeneous goods where each buyer knows at most one seller: from the best plan to trades, prices and their support.

The plan is :mod:`.plans`', the proof that it is best :mod:`dual.kinds.trading.homogeneous`; here its groups get
owners, in the time it takes to go through them.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from transport.road.methods import Found

from .arrays import Model
from .graph import integers
from .plans import Plan, best
from .prices import FREE, Equilibrium

RULE = "consecutive circles of groups by value, the others in a chain; {} competitive prices, ties for the platform"


def homogeneous_witnesses(model: Model) -> Found:
    """The best plan, whose revenue the checker derives, too."""
    statement = model.statement
    plan = best(statement)
    knows = [who[0] if who else None for who in statement.known or ()]
    owners, prices = _owners(plan)
    n, m = model.shape
    seller_of: list[int | None] = [None] * n
    for seller, owner in owners.items():
        seller_of[owner] = seller
    rest = (j for j in range(m) if j not in owners)
    for i in plan.market.traders:
        if seller_of[i] is None:
            seller_of[i] = next(rest)
    paid, utilities = [0] * m, [0] * n
    support: list[int | str | None] = [None] * m
    values = plan.market.values
    for i in plan.market.traders:
        j, known = seller_of[i], knows[i]
        if j is None:
            continue
        paid[j] = values[i] if known is None else min(values[i], prices[known])
        utilities[i] = values[i] - paid[j]
        support[j] = known if utilities[i] else "root"
    trades = [(i, j) for i, j in enumerate(seller_of) if j is not None]
    introduced = [(i, j) for i, j in trades if knows[i] != j]
    unit = Fraction(1, statement.values.denominator)
    primal = {
        "introduced": [list(pair) for pair in introduced],
        "trades": [list(pair) for pair in trades],
        "prices": [p * unit for p in paid],
        "utilities": [u * unit for u in utilities],
        "support": support,
        "welfare": sum(values[i] for i, _ in trades) * unit,
        "revenue": sum(paid[j] for _, j in introduced) * unit,
    }
    return Found(primal, {"kind": "homogeneous"}, "homogeneous", rule=RULE.format(statement.price_rule))


def _owners(plan: Plan) -> tuple[dict[int, int], dict[int, int]]:
    """Who buys from each seller that somebody knows, and at which price."""
    market, owners, prices = plan.market, dict[int, int](), dict[int, int]()
    for circle in plan.circles:
        price = min(market.tops[g] for g in circle)
        for group, other in zip(circle, (*circle[1:], circle[0]), strict=True):
            owners[market.sellers[group]] = market.members[other][0]
            prices[market.sellers[group]] = price
    if plan.source is None:
        for group in _outside(plan):
            owners[market.sellers[group]], prices[market.sellers[group]] = market.members[group][0], market.tops[group]
        return owners, prices
    owner, price = plan.source, market.values[plan.source]
    for circle in plan.circles:
        for group in circle:
            if plan.source in market.members[group]:
                price = min(price, prices[market.sellers[group]])
    for group in _outside(plan):
        owners[market.sellers[group]], prices[market.sellers[group]] = owner, price
        owner, price = market.members[group][0], min(price, market.tops[group])
    return owners, prices


def _outside(plan: Plan) -> Iterator[int]:
    """The groups in no circle, by descending top."""
    inside = {group for circle in plan.circles for group in circle}
    return (group for group in range(len(plan.market.tops)) if group not in inside)


def efficient_homogeneous(model: Model) -> Equilibrium:
    """An equilibrium of all pairs whose matching uses the fewest unknown pairs.

    The buyers of the greatest values trade, among equal ones those who know other sellers than the rest; each seller
    one of them knows sells to one who knows her. All prices are the least value among them, or zero if sellers are
    left over. Who values nothing does not trade.
    """
    statement = model.statement
    n, m = model.shape
    # Without costs the model's unit is one over the denominator of the values.
    values = [row[0] for row in statement.values.amounts]
    seller_of, buyer_of = np.full(n, FREE), np.full(m, FREE)
    order = sorted(range(n), key=lambda i: -values[i])
    least = values[order[min(n, m) - 1]]
    chosen = [i for i in order if values[i] > least]
    equal = [i for i in order if values[i] == least]
    first = {who[0]: i for i, who in enumerate(statement.known or ()) if who and values[i] == least}
    for i in chosen:
        first.pop(next(iter(statement.acquaintances[i]), FREE), None)
    preferred = set(first.values())
    chosen = [*chosen, *first.values(), *(i for i in equal if i not in preferred)][:m]
    chosen = [i for i in chosen if values[i]]
    for i in chosen:
        for j in statement.acquaintances[i]:
            if buyer_of[j] == FREE:
                seller_of[i], buyer_of[j] = j, i
    rest = iter(np.flatnonzero(buyer_of == FREE).tolist())
    for i in chosen:
        if seller_of[i] == FREE:
            seller_of[i] = next(rest)
            buyer_of[seller_of[i]] = i
    price = least if n >= m else 0
    utilities = integers(max(value - price, 0) for value in values)
    return Equilibrium(seller_of, buyer_of, utilities, integers([price] * m), np.full(m, FREE))
