"""Assignment markets along a parameter: who trades, and whose price hangs on whose, stays the same around a point.

The support of extreme prices is a forest: a price is the value of a trade, or follows from another price, because a
buyer is indifferent. So prices are functions of the parameter wherever values and costs are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from dual.kinds.trading.equilibrium import FREE, Support, matching
from dual.kinds.trading.statement import TradingNetworkStatement
from dual.kinds.trading.valuations import Pair
from dual.kinds.trading.witness import Outcome
from transport.road.linear_form import StructuralForm

from .arrays import Model
from .outcome import State
from .welfare import efficient_introductions

Found = tuple[Outcome, Outcome | None]
"""What comes about, and the equilibrium of all pairs where its prices bound the welfare instead."""


def solve(statement: TradingNetworkStatement) -> Found:
    """The best introductions, if any are asked for, and the equilibrium that they lead to."""
    model = Model(statement)
    if statement.objective == "equilibrium" or statement.known is None:
        return State(model, (), statement.price_rule).outcome(), None
    everyone = State(Model(replace(statement, known=None, price_rule="largest")), ()).outcome()
    return State(model, efficient_introductions(model), statement.price_rule).outcome(), everyone


def witnesses(statement: TradingNetworkStatement, found: Found) -> tuple[object, object]:
    """Prices, utilities and what follows from them, for values and costs of any sort."""
    outcome, everyone = found
    prices, utilities = _followed(statement, outcome.trades, outcome.support, statement.price_rule)
    new = set(outcome.introduced)
    primal = {
        "introduced": outcome.introduced,
        "trades": outcome.trades,
        "prices": prices,
        "utilities": utilities,
        "support": outcome.support,
        "welfare": sum((_worth(statement, i, j) - statement.costs[j] for i, j in outcome.trades), Fraction(0)),
        "revenue": sum((prices[j] for i, j in outcome.trades if (i, j) in new), Fraction(0)),
    }
    if everyone is not None:
        prices, utilities = _followed(statement, everyone.trades, everyone.support, "largest")
    net = [price - cost for price, cost in zip(prices, statement.costs, strict=True)]
    return primal, {"kind": "lp", "buyers": utilities, "sellers": net}


def _worth(statement: TradingNetworkStatement, i: int, j: int) -> Any:
    return Fraction(1, statement.values.denominator) * (statement.values.amount(i, j) or 0)


def _followed(
    statement: TradingNetworkStatement, trades: Sequence[Pair], support: Support, rule: str
) -> tuple[list[Any], list[Any]]:
    """Prices with a given support, and the utilities that they leave."""
    seller_of, buyer_of = matching(trades, statement.values.shape)
    prices: list[Any] = [None] * len(support)
    for start in range(len(support)):
        # Along the chain to a price that is known, then back.
        chain = [start]
        while (lead := _lead(chain[-1], support, rule, seller_of)) != FREE and prices[lead] is None:
            chain.append(lead)
        for j in reversed(chain):
            prices[j] = _price(statement, j, support[j], rule, (seller_of, buyer_of), prices)
    utilities = [Fraction(0) if j == FREE else _worth(statement, i, j) - prices[j] for i, j in enumerate(seller_of)]
    return prices, utilities


def _lead(j: int, support: Support, rule: str, seller_of: Sequence[int]) -> int:
    """The seller on whose price that of j hangs."""
    held = support[j]
    if not isinstance(held, int):
        return FREE
    return held if rule == "largest" else seller_of[held]


def _price(
    statement: TradingNetworkStatement,
    j: int,
    held: int | str | None,
    rule: str,
    partners: tuple[Sequence[int], Sequence[int]],
    prices: Sequence[Any],
) -> Any:
    """A price at cost, at a buyer's limit, or such that a buyer is indifferent to another seller."""
    if held is None:
        return statement.costs[j]
    seller_of, buyer_of = partners
    buyer = held if isinstance(held, int) and rule == "smallest" else buyer_of[j]
    other = held if rule == "largest" else seller_of[buyer]
    most = _worth(statement, buyer, j)
    return (
        most if not isinstance(other, int) or other == FREE else most - _worth(statement, buyer, other) + prices[other]
    )


FORM = StructuralForm(solve, witnesses)
