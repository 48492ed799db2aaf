"""Simple menus for a buyer of finitely many types, and bounds without a program: what there is at once.

A bound passes the worth of types down a tree: each to the nearest type below, to whom every good is worth no more
(:mod:`dual.kinds.mechanisms.menu`). With a single good, or types along a line, that is the optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final

import numpy as np

from dual.errors import InputError
from dual.kinds.mechanisms.menu import Lottery, Menu, Multipliers, Offer, lower
from dual.kinds.mechanisms.statement import Good, MechanismStatement
from transport.programs.arrays import Floats

MOST_SETS: Final = 10
"""Items whose every set gets its price when they are sold one by one to a buyer of finitely many types."""
MOST_PRICES: Final = 100
"""Prices for everything that are tried where a buyer chooses among goods of different costs."""
_SHARES: Final = (Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4), Fraction(0))
"""Shares of what arrives that are passed on; the one that proves most is kept."""


def best_price(values: Sequence[Fraction], weights: Sequence[Fraction], cost: Fraction) -> Fraction:
    """The monopoly price of a single good."""
    sold, best, profit = Fraction(0), max(values), Fraction(0)
    for value, weight in sorted(zip(values, weights, strict=True), reverse=True):
        sold += weight
        if (value - cost) * sold >= profit:
            best, profit = value, (value - cost) * sold
    return best


def separate(statement: MechanismStatement) -> Menu:
    """Every item at its own best price to an additive buyer.

    Raises
    ------
    InputError
        If values are not additive, or there are too many items.
    """
    if not statement.apart or statement.count > MOST_SETS or statement.types is None:
        raise InputError(f"items are sold one by one to additive buyers of at most {MOST_SETS} items", "valuation")
    values = list(zip(*(one.values or () for one in statement.types), strict=True))
    prices = [best_price(own, statement.weights, statement.cost(j)) for j, own in enumerate(values)]
    return Menu(tuple(every_set(statement, lambda chosen: sum((prices[j] for j in chosen), Fraction(0)))))


def every_set(statement: MechanismStatement, price: Callable[[tuple[int, ...]], Fraction]) -> Iterator[Offer]:
    """Every set of items, at a price."""
    items = range(statement.count)
    for size in range(1, statement.count + 1):
        for chosen in combinations(items, size):
            yield Offer(tuple(Fraction(j in chosen) for j in items), price(chosen))


def largest(statement: MechanismStatement) -> list[tuple[tuple[Good, ...], Lottery]]:
    """What is given to a buyer who gets as much as one can: goods, and the lottery; several where one has to choose."""
    goods = statement.all_goods if statement.valuation != "xor" else (tuple(range(statement.count)),)
    one = Fraction(1)
    if statement.apart:
        return [(tuple(goods), (one,) * len(goods))]
    if statement.bundled:
        return [((goods[-1],), ((goods[-1], one),))]
    return [((good,), tuple(Fraction(other == good) for other in goods)) for good in goods]


def bundle(statement: MechanismStatement) -> Menu | None:
    """As much as a buyer may get, at one price; None if there are too many prices to try them all."""
    choices, count = largest(statement), len(statement.types or ())
    worth = [
        max(sum((statement.value(k, good) for good in goods), Fraction(0)) for goods, _ in choices)
        for k in range(count)
    ]
    costs = {sum((statement.cost(good) for good in goods), Fraction(0)) for goods, _ in choices}
    if len(costs) == 1:
        return _at(choices, best_price(worth, statement.weights, costs.pop()))
    if len(set(worth)) > MOST_PRICES:
        return None
    menus = [_at(choices, price) for price in sorted(set(worth))]
    return max(menus, key=lambda menu: lower(statement, menu))


def _at(choices: Sequence[tuple[object, Lottery]], price: Fraction) -> Menu:
    return Menu(tuple(Offer(lottery, price) for _, lottery in choices))


def simple_menu(statement: MechanismStatement) -> Menu:
    """The best of items one by one, everything at one price, and nothing."""
    found = [menu for menu in (Menu(()), bundle(statement)) if menu is not None]
    if statement.apart and statement.count <= MOST_SETS:
        found.append(separate(statement))
    return max(found, key=lambda menu: lower(statement, menu))


def passed_down(
    statement: MechanismStatement, types: Sequence[int], worth: Floats, own: Sequence[Sequence[int]]
) -> Multipliers:
    """The best multipliers down the tree.

    Parameters
    ----------
    statement : MechanismStatement
    types : sequence of int
        Those that have weight, by number.
    worth : array, shape (types, goods)
        What each good is worth to each of them, in any unit.
    own : sequence of sequences of int
        For each type the goods that it may get.
    """
    order = np.lexsort((np.arange(len(types)), worth.sum(axis=1)))
    below: dict[int, int] = {}
    for place, k in enumerate(order):
        lower_ones = order[:place]
        less = lower_ones[(worth[lower_ones] <= worth[k]).all(axis=1)]
        if len(less):
            below[int(k)] = int(less[-1])  # the largest sum is the nearest
    best: tuple[float, Multipliers] | None = None
    for share in _SHARES:
        held = [statement.weights[k] for k in types]
        passed: dict[int, Fraction] = {}
        virtual = np.zeros_like(worth)
        for k in map(int, order[::-1]):
            virtual[k] += float(held[k]) * worth[k]
            if k in below and share:
                passed[k] = share * held[k]
                held[below[k]] += passed[k]
                virtual[below[k]] -= float(passed[k]) * worth[k]
        gains = [np.maximum(virtual[k, list(goods)], 0.0) for k, goods in enumerate(own)]
        bound = float(sum(one.sum() if statement.apart else one.max(initial=0.0) for one in gains))
        kept = [(types[k], weight - passed.get(k, Fraction(0))) for k, weight in enumerate(held)]
        passing = tuple((types[k], types[below[k]], weight) for k, weight in passed.items())
        found = Multipliers(tuple(one for one in kept if one[1]), passing)
        if best is None or bound < best[0]:
            best = bound, found
    return Multipliers((), ()) if best is None else best[1]
