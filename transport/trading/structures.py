"""Markets whose greatest revenue is found without branching, recognised from the data.

Platform-friendly ties. Under largest prices: one buyer or one seller; nobody known (without costs under hostile ties
as well); homogeneous goods where each buyer knows at most one seller; few known sellers. Under smallest prices: one
seller.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from dual.kinds.trading import homogeneous, known_sellers
from dual.kinds.trading.known_sellers import Case, Cases
from dual.kinds.trading.valuations import MAX_TABLE, Pair
from transport.road.methods import Witnesses

from .arrays import Model
from .fees import reweighted
from .graph import Numbers, integers
from .homogeneous import homogeneous_witnesses
from .outcome import State
from .prices import Equilibrium, equilibrium

_SOLVED = 300
"""If more cases than this would have to be solved, branching is left to try."""

RULE = "introductions with the greatest revenue; {} competitive prices, ties {} the platform"


def recognised(model: Model) -> Witnesses | None:
    """The optimum and its certificate if the market has one of these structures, else None."""
    statement = model.statement
    small = not statement.values.by_buyer or statement.values.pairs() <= MAX_TABLE
    stranger_world = small and statement.known is not None and not any(statement.known)
    if statement.ties == "hostile":
        usual = statement.price_rule == "largest" and not any(statement.costs)
        return _empty_world(model) if stranger_world and usual else None
    if statement.price_rule == "smallest":
        return _bidders(model) if model.shape[1] == 1 else None
    if model.shape[1] == 1:
        return _one_seller(model)
    if model.shape[0] == 1 and not any(statement.costs):
        return _one_buyer(model)
    if stranger_world:
        return _empty_world(model)
    if homogeneous.applies(statement):
        return homogeneous_witnesses(model)
    return _known_sellers(model) if known_sellers.applies(statement) else None


def _witnesses(
    model: Model, introduced: list[Pair], dual: Mapping[str, object], method: str, count: int = 0
) -> Witnesses:
    statement = model.statement
    state = State(model, introduced, statement.price_rule, statement.ties)
    rule = RULE.format(statement.price_rule, "for" if statement.ties == "platform" else "against")
    return Witnesses(state.outcome().witness(), dual, method, iterations=count, rule=rule)


def _empty_world(model: Model) -> Witnesses:
    """Every trade is introduced and pays its whole value, so an assignment of the values is all there is.

    Each trade stands alone, so without costs ties leave out only trades that are worth nothing.
    """
    values = model.net + model.costs[model.sellers]
    found = equilibrium(reweighted(model, integers(np.where(model.net >= 0, values, -1))))
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


def _one_seller(model: Model) -> Witnesses:
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


def _bidders(model: Model) -> Witnesses:
    """Smallest prices, one seller: the best stranger, if nobody she knows outbids him, and the next best bid."""
    known, strange = _sides(model)
    chosen: list[Pair] = []
    if strange is not None and (known is None or model.net[strange] >= model.net[known]):
        rest = [p for p in np.flatnonzero(model.net >= 0).tolist() if p != strange and not model.known[p]]
        second = max(rest, key=lambda p: int(model.net[p]), default=None)
        chosen = [_pair(model, p) for p in (strange, second) if p is not None]
    return _witnesses(model, sorted(chosen), {"kind": "one-seller"}, "one-seller")


def _one_buyer(model: Model) -> Witnesses:
    """A better seller earns what she is better by than the best one known."""
    known, strange = _sides(model)
    usual = 0 if known is None else int(model.net[known])
    most = usual if strange is None else max(usual, int(model.net[strange]))
    rows: list[list[object]] = [] if known is None else [[*_pair(model, known), 1]]
    sellers = [Fraction(0)] * model.shape[1]
    dual = {"kind": "lp", "buyers": [most * model.unit], "sellers": sellers, "known": rows}
    return _witnesses(model, [_pair(model, strange)] if strange is not None and most > usual else [], dual, "one-buyer")


def _known_sellers(model: Model) -> Witnesses | None:
    """Solve the cases whose bound from common multipliers is above the best found; None if there are many."""
    cases = Cases(model.statement)
    common, _, _ = _assigned(model, cases, Case({}, 0, (0,) * model.shape[0]))
    a = [int(u) for u in common.utilities]
    total = sum(a) + sum(int(p) for p in common.prices)
    bounds = [
        (case.earned + total - sum(case.outside) - sum(a[i] for i in case.owners.values()), -k, case)
        for k, case in enumerate(cases)
    ]
    best, chosen = -1, list[Pair]()
    solved: dict[int, dict[str, object]] = {}
    for bound, negative, case in sorted(bounds, key=lambda entry: entry[:2], reverse=True):
        if bound <= best:
            break
        if len(solved) >= _SOLVED:
            return None
        found, bonus, earned = _assigned(model, cases, case)
        forced = np.array(case.outside, dtype=object) > 0
        better = found.utilities.astype(object) - bonus * forced.astype(int).astype(object)
        solved[-negative] = {"buyers": model.exact(better), "sellers": model.exact(found.prices)}
        if earned > best:
            best = earned
            chosen = [(i, j) for j, i in case.owners.items() if j not in model.statement.acquaintances[i]]
            chosen += found.trades
    dual = {
        "kind": "known-sellers",
        "buyers": model.exact(common.utilities),
        "sellers": model.exact(common.prices),
        "cases": [{"case": k, **solved[k]} for k in sorted(solved)],
    }
    return _witnesses(model, chosen, dual, "known-sellers", len(bounds))


def _assigned(model: Model, cases: Cases, case: Case) -> tuple[Equilibrium, int, int]:
    """The best assignment to sellers nobody knows, the reward for those who must buy, and what the case earns.

    The reward is more than all else together, so a case in which somebody must buy but cannot earns less than nothing.
    """
    outside: Numbers = integers(case.outside)
    gains: Any = model.net - outside[model.buyers]
    closed = gains < 0
    closed |= np.isin(model.sellers, cases.known) | np.isin(model.buyers, list(case.owners.values()))
    profits: Any = gains.astype(object) + model.costs[model.sellers]
    bonus = 1 + case.earned + min(model.shape) * max((int(p) for p in profits[~closed]), default=0)
    profits += bonus * (outside > 0)[model.buyers].astype(int).astype(object)
    profits[closed] = -1
    found = equilibrium(reweighted(model, integers(profits)))
    total = int(found.utilities.astype(object).sum()) + int(found.prices.astype(object).sum())
    return found, bonus, case.earned + total - bonus * sum(u > 0 for u in case.outside)
