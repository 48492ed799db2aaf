"""Ties between efficient matchings: the least, or the greatest, that the platform earns over all of them.

At given equilibrium prices the efficient matchings are those on tight pairs that leave no one out who gains from
trade. What they earn at least, or at most, is the value of an assignment problem, bounded by its duals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from dual import limits
from dual.errors import Violation
from dual.words import brief

from .equilibrium import Equilibrium, Market
from .witness import Ties


def total_of_ties(
    market: Market,
    state: Equilibrium,
    introduced: Callable[[int, int], bool],
    found: Ties,
    sign: int = 1,
    name: str = "hostile",
) -> Fraction:
    """What ``sum y + sum z`` proves that every efficient matching earns at least on introduced pairs.

    Parameters
    ----------
    market, state : Market, Equilibrium
        The market with the introductions, and its equilibrium.
    introduced : callable
        Whether the trade of a pair earns its price.
    found : Ties
        Buyers y and sellers z, with ``y_i <= 0`` for buyers without utility, ``z_j <= 0`` for sellers at
        cost, and on every tight pair ``y_i + z_j <=`` the price if the pair is introduced, else zero.
    sign : {1, -1}
        With -1 all three inequalities are turned around, and what is proven is the most that is earned.
    name : str
        What the multipliers are called in errors.

    Raises
    ------
    Violation
        Naming the first of these inequalities that fails.
    """
    y, z = found.buyers, found.sellers
    more = ">" if sign > 0 else "<"
    for side, weights, gains in (("buyers", y, state.utilities), ("sellers", z, state.net)):
        for k, weight in enumerate(weights):
            if sign * weight > 0 and not gains[k]:
                raise Violation(f"{name}.{side}[{k}] = {brief(weight)} {more} 0, but that one may stay without trade")
    limits.steps(20 * sum(map(len, market.adjacent)), "going through all pairs for ties")
    factor = state.denominator // market.denominator
    prices = [Fraction(p, state.denominator) + c for p, c in zip(state.net, market.costs, strict=True)]
    gross = [int(price * state.denominator) for price in prices]
    for i, row in enumerate(market.adjacent):
        for j, amount in row.items() if isinstance(row, Mapping) else enumerate(row):
            if state.utilities[i] + gross[j] == amount * factor:
                earned = prices[j] if introduced(i, j) else Fraction(0)
                if sign * (y[i] + z[j] - earned) > 0:
                    raise Violation(
                        f"{name}.buyers[{i}] + {name}.sellers[{j}] = {brief(y[i] + z[j])} {more} {brief(earned)}"
                        " = what the platform earns if the two trade"
                    )
    return sum(y, Fraction(0)) + sum(z, Fraction(0))
