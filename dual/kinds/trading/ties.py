"""Ties between efficient matchings: the platform's least revenue over all of them (hostile ties).

At given equilibrium prices the efficient matchings are those on tight pairs that leave no one out who gains from
trade. The least revenue over them is the value of an assignment problem, bounded from below by its duals.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dual import limits
from dual.errors import Violation
from dual.words import brief

from .equilibrium import Equilibrium, Market
from .valuations import Pair
from .witness import Hostile


def least_revenue(market: Market, state: Equilibrium, introduced: set[Pair], found: Hostile) -> Fraction:
    """What ``sum y + sum z`` proves that every efficient matching earns on introduced pairs.

    Parameters
    ----------
    market, state : Market, Equilibrium
        The market with the introductions, and its equilibrium.
    introduced : set of pairs
    found : Hostile
        Buyers y and sellers z, with ``y_i <= 0`` for buyers without utility, ``z_j <= 0`` for sellers at
        cost, and on every tight pair ``y_i + z_j <=`` the price if the pair is introduced, else zero.

    Raises
    ------
    Violation
        Naming the first of these inequalities that fails.
    """
    y, z = found.buyers, found.sellers
    for name, weights, gains in (("buyers", y, state.utilities), ("sellers", z, state.net)):
        for k, weight in enumerate(weights):
            if weight > 0 and not gains[k]:
                raise Violation(f"hostile.{name}[{k}] = {brief(weight)} > 0, but that one may stay without trade")
    limits.steps(20 * sum(map(len, market.adjacent)), "going through all pairs for hostile ties")
    factor = state.denominator // market.denominator
    prices = [Fraction(p, state.denominator) + c for p, c in zip(state.net, market.costs, strict=True)]
    gross = [int(price * state.denominator) for price in prices]
    for i, row in enumerate(market.adjacent):
        for j, amount in row.items() if isinstance(row, Mapping) else enumerate(row):
            if state.utilities[i] + gross[j] == amount * factor:
                earned = prices[j] if (i, j) in introduced else Fraction(0)
                if y[i] + z[j] > earned:
                    raise Violation(
                        f"hostile.buyers[{i}] + hostile.sellers[{j}] = {brief(y[i] + z[j])} > {brief(earned)}"
                        " = what the platform earns if the two trade"
                    )
    return sum(y, Fraction(0)) + sum(z, Fraction(0))
