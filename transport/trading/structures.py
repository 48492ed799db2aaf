"""Markets whose greatest revenue is found without branching, recognised from the data.

Platform-friendly ties. Under largest prices: one buyer or one seller; nobody known (without costs under hostile ties
as well); homogeneous goods where each buyer knows at most one seller. Under smallest prices: one seller.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from dual.kinds.trading import homogeneous
from dual.kinds.trading.valuations import Pair
from transport.programs.effort import Effort
from transport.road.methods import Found

from .arrays import MAX_TABLE, Model
from .fees import reweighted
from .graph import integers
from .homogeneous import homogeneous_witnesses
from .introductions import Cases
from .outcome import State
from .prices import efficient_with_extreme_prices
from .search import Search

_CASES = 10
"""Nodes that do for one seller: whoever bids most is introduced, or is not, or is known."""
RULE = "introductions with the greatest revenue; {} competitive prices, ties {} the platform"


def recognised(model: Model, effort: Effort) -> Found | None:
    """The optimum and its certificate if the market has one of these structures, else None."""
    statement = model.statement
    small = not statement.values.by_buyer or statement.values.pairs() <= MAX_TABLE
    stranger_world = small and statement.known is not None and not any(statement.known)
    if statement.ties == "hostile":
        usual = statement.price_rule == "largest" and not any(statement.costs)
        return _empty_world(model) if stranger_world and usual else None
    if statement.price_rule == "smallest":
        return _bidders(model, effort) if model.shape[1] == 1 else None
    if model.shape[1] == 1:
        return _one_seller(model)
    if model.shape[0] == 1 and not any(statement.costs):
        return _one_buyer(model)
    if stranger_world:
        return _empty_world(model)
    return homogeneous_witnesses(model) if homogeneous.applies(statement) else None


def _witnesses(model: Model, introduced: list[Pair], dual: Mapping[str, object], method: str, count: int = 0) -> Found:
    statement = model.statement
    state = State(model, introduced, statement.price_rule, statement.ties)
    rule = RULE.format(statement.price_rule, "for" if statement.ties == "platform" else "against")
    return Found(state.outcome(), dual, method, iterations=count, rule=rule)


def _empty_world(model: Model) -> Found:
    """Every trade is introduced and pays its whole value, so an assignment of the values is all there is.

    Each trade stands alone, so without costs ties leave out only trades that are worth nothing.
    """
    values = model.net + model.costs[model.sellers]
    found = efficient_with_extreme_prices(reweighted(model, integers(np.where(model.net >= 0, values, -1))))
    dual = {"kind": "lp", "buyers": model.exact(found.utilities), "sellers": model.exact(found.prices), "known": []}
    return _witnesses(model, list(found.trades), dual, "empty-world")


def _sides(model: Model) -> tuple[int | None, int | None]:
    """Where the best pair that knows each other and the best other one stand, among those without loss."""
    best: list[int | None] = [None, None]
    for place in np.flatnonzero(model.net >= 0).tolist():
        side = 0 if model.known[place] else 1
        other = best[side]
        if other is None or model.net[place] > model.net[other]:
            best[side] = place
    return best[0], best[1]


def _pair(model: Model, place: int) -> Pair:
    return int(model.buyers[place]), int(model.sellers[place])


def _one_seller(model: Model) -> Found:
    """The best stranger buys at his value, unless somebody the seller knows outbids him.

    In the latter case a multiplier delta of that buyer's envy proves zero: selling to a stranger worth w < t gains
    w + c and costs ``delta (t - w)``.
    """
    known, strange = _sides(model)
    cost = int(model.costs[0])
    sells = strange is not None and (known is None or model.net[strange] >= model.net[known])
    rows: list[list[object]] = []
    price = Fraction(int(model.net[strange]) + cost if strange is not None and sells else 0)
    if known is not None and strange is not None and not sells:
        top = int(model.net[known])
        weight = Fraction(int(model.net[strange]) + cost, top - int(model.net[strange]))
        rows, price = [[*_pair(model, known), weight]], weight * top
    dual = {"kind": "lp", "buyers": [Fraction(0)] * model.shape[0], "sellers": [price * model.unit], "known": rows}
    return _witnesses(model, [_pair(model, strange)] if strange is not None and sells else [], dual, "one-seller")


def _bidders(model: Model, effort: Effort) -> Found:
    """Smallest prices, one seller: the best stranger, if nobody she knows outbids him, and the next best bid."""
    known, strange = _sides(model)
    chosen: list[Pair] = []
    if strange is not None and (known is None or model.net[strange] >= model.net[known]):
        rest = [p for p in np.flatnonzero(model.net >= 0).tolist() if p != strange and not model.known[p]]
        second = max(rest, key=lambda p: int(model.net[p]), default=None)
        chosen = [_pair(model, p) for p in (strange, second) if p is not None]
    search = Search(model, effort)
    search.try_incumbent(chosen)
    return search.witnesses(Cases(search).tree(effort, _CASES) or {}, "one-seller", 0)


def _one_buyer(model: Model) -> Found:
    """A better seller earns what she is better by than the best one known."""
    known, strange = _sides(model)
    usual = 0 if known is None else int(model.net[known])
    most = usual if strange is None else max(usual, int(model.net[strange]))
    rows: list[list[object]] = [] if known is None else [[*_pair(model, known), 1]]
    sellers = [Fraction(0)] * model.shape[1]
    dual = {"kind": "lp", "buyers": [most * model.unit], "sellers": sellers, "known": rows}
    return _witnesses(model, [_pair(model, strange)] if strange is not None and most > usual else [], dual, "one-buyer")
