"""Hostile ties where introductions do not raise welfare: the platform earns nothing.

Whatever is introduced, an efficient matching of all pairs that uses known pairs alone remains efficient, and hostile
ties may pick it.
"""

from __future__ import annotations

from fractions import Fraction

from dual.errors import InputError, Violation
from dual.words import brief

from .equilibrium import Market, assignment_bound, matching
from .statement import TradingNetworkStatement
from .witness import Autarky


def upper(statement: TradingNetworkStatement, dual: Autarky) -> Fraction:
    """The bound 0 that ``{"kind": "autarky", "trades": [[i, j], ...], "buyers": u, "sellers": p}`` proves.

    The trades are known pairs whose welfare is the bound ``sum u + sum p`` on the welfare of all pairs.
    """
    if statement.ties != "hostile":
        raise InputError("this certificate is for hostile ties", "dual.kind")
    matching(dual.trades, statement.values.shape)
    market = Market.on(statement.values, statement.costs, None)
    welfare = Fraction(0)
    for i, j in dual.trades:
        if j not in statement.acquaintances[i]:
            raise Violation(f"dual.trades holds ({i}, {j}), but the two do not know each other")
        welfare += Fraction(market.value(i, j) or 0, market.denominator) - statement.costs[j]
    bound = assignment_bound(market, dual.buyers, dual.sellers)
    if welfare != bound:
        raise Violation(f"the trades of known pairs are worth {brief(welfare)} < {brief(bound)} = the bound on welfare")
    return Fraction(0)
