"""What a method found in a delivery market, and the witnesses that are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dual.kinds.delivery.costs import Triple
from dual.kinds.delivery.statement import DeliveryStatement
from transport.programs.effort import Effort
from transport.road.methods import Found

from .arrays import Arrays
from .prices import Prices
from .rules import ruled
from .search import Offer
from .witness import primal


@dataclass(frozen=True)
class Answer:
    """A matching, its bound's witness, and perhaps prices that a method found on its way."""

    trades: tuple[Triple, ...]
    bound: Mapping[str, object]
    method: str
    prices: Prices | None = None
    iterations: int = 0


def offering(statement: DeliveryStatement, arrays: Arrays, effort: Effort) -> Offer:
    """Keep matchings that a method finds on its way; their prices are found only if the work is stopped."""

    def offer(trades: tuple[Triple, ...], above: Mapping[str, Any]) -> None:
        known = Answer(trades, above, "decomposition")
        effort.offer(lambda: witnesses(statement, arrays, known, effort))

    return offer


def witnesses(statement: DeliveryStatement, arrays: Arrays, answer: Answer, effort: Effort) -> Found:
    """Find the prices that the rule picks, and put all of it into the form of files."""
    bound = {"bound": answer.bound}
    if statement.objective == "efficient":
        trades = {"transactions": [list(trade) for trade in answer.trades]}
        return Found(trades, bound, answer.method, answer.iterations, rule="the first matching that was found")
    prices, rule, _ = ruled(arrays, answer.trades, statement.tips, statement.price_rule, effort, answer.prices)
    return Found(primal(statement, answer.trades, prices), bound, answer.method, answer.iterations, rule=rule)
