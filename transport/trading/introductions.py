"""Any rule of prices and ties, by cases: which pairs are introduced and which are not.

Under the smallest prices, or against hostile ties, no linear program of trades is tight, as introductions that do not
trade matter. But one equilibrium speaks for all sets of introductions that hold its trades and what supports its prices
and leave out what would upset it (:mod:`dual.kinds.trading.introductions`). Where it proves too little, a pair that it
rests on is introduced in one case and not in the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dual.kinds.trading.valuations import Pair
from transport.programs.effort import Effort

from .bounds import Bounds
from .fees import reweighted
from .graph import integers
from .leaves import Multipliers
from .outcome import State, among_efficient
from .prices import FREE, Equilibrium, efficient_with_extreme_prices
from .search import Search


@dataclass(frozen=True)
class Case:
    """What an equilibrium says: a leaf and the most that is earned, or a pair without which it says nothing."""

    leaf: dict[str, object] | None
    bound: int
    split: Pair | None


class Cases:
    """A tree of introductions that proves the incumbent to be best, and finds better ones on its way."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.model = search.model
        self.statement = search.model.statement
        self.unknown = search.model.known == 0

    def tree(self, effort: Effort, most: int) -> dict[str, Any] | None:
        """The certificate; None if it would have more nodes, or the time is over."""
        if (alone := self._multipliers()) is not None:
            return {"kind": "lp", **alone}
        nodes: list[dict[str, Any]] = [{}]
        waiting: list[tuple[int, frozenset[Pair], frozenset[Pair]]] = [(0, frozenset(), frozenset())]
        while waiting:
            k, chosen, excluded = waiting.pop()
            leaf = self._leaf(chosen, excluded)
            if not isinstance(leaf, tuple):
                nodes[k] = leaf
                continue
            if len(nodes) + 2 > most or effort.exhausted():
                return None
            number = leaf[0] * self.model.shape[1] + leaf[1]
            nodes[k] = {"split": [number, 0], "children": [len(nodes), len(nodes) + 1]}
            waiting.append((len(nodes), chosen, excluded | {leaf}))
            waiting.append((len(nodes) + 1, chosen | {leaf}, excluded))
            nodes += [{}, {}]
        return {"kind": "introductions", "nodes": nodes}

    def _multipliers(self) -> dict[str, Any] | None:
        """Multipliers of envy, where they alone prove the incumbent to be best."""
        bounds = Bounds.of(self.model)
        for envy in ((), self.search.root.envy if self.search.root is not None else ()):
            multipliers = Multipliers(self.model, envy)
            if multipliers.leaf(bounds).bound < self._best + 2:  # in floats, which is quicker
                found = multipliers.leaf(bounds, exact=True)
                if found.bound < self._best + 1:
                    return multipliers.witness(found)
        return None

    @property
    def _best(self) -> int:
        """The incumbent's revenue, in units."""
        return int(self.search.lower / self.model.unit)

    def _leaf(self, chosen: frozenset[Pair], excluded: frozenset[Pair]) -> dict[str, Any] | Pair:
        """A leaf that proves that a case has nothing better, or the pair to split it at."""
        allowed = self.unknown.copy()
        allowed[self.model.places(sorted(excluded))] = False
        worth = self.model.net + self.model.costs[self.model.sellers]
        prices = efficient_with_extreme_prices(reweighted(self.model, integers(np.where(allowed, worth, -1))))
        if prices.welfare() <= self._best:
            exact = self.model.exact
            return {"buyers": exact(prices.utilities), "sellers": exact(prices.prices)}
        case = (self._largest if self.statement.price_rule == "largest" else self._smallest)(chosen, allowed)
        if case.leaf is not None and case.bound <= self._best:
            return case.leaf
        if case.split is None:  # the bound is that of all allowed pairs, or of the chosen alone
            better = self._pairs(allowed) if self.statement.price_rule == "smallest" else chosen
            self.search.try_incumbent(better)
            if case.leaf is not None and case.bound <= self._best:
                return case.leaf
        return case.split or next(pair for pair in self._pairs(allowed) if pair not in chosen)

    def _pairs(self, places: Any) -> list[Pair]:
        return list(zip(self.model.buyers[places].tolist(), self.model.sellers[places].tolist(), strict=True))

    def _equilibrium(self, chosen: Collection[Pair], allowed: Any, rule: str) -> tuple[Equilibrium, Any, Any]:
        """An equilibrium of all allowed pairs, by preference with trades that are chosen; and the tight pairs."""
        graph = self.model.part(None if allowed.all() else self.model.known | allowed)
        found = efficient_with_extreme_prices(graph, rule)
        tight = graph.tight(found.utilities, found.prices)
        gross = found.prices + self.model.costs
        dear = 1 + int(gross.max(initial=0)) * (min(self.model.shape) + 1)
        hostile = self.statement.ties == "hostile"
        costs = []
        for i, j, new in zip(*(side.tolist() for side in tight), self._unknown(tight).tolist(), strict=True):
            loose = (i, j) not in chosen
            costs.append(((int(gross[j]) if hostile or loose else 0) + (dear if loose else 0)) if new else 0)
        best, _ = among_efficient(graph.shape, found, tight, -np.array(costs, dtype=object))
        return found, best, tight

    def _unknown(self, tight: Any) -> Any:
        return self.unknown[self.model.places(zip(*(side.tolist() for side in tight), strict=True))]

    def _smallest(self, chosen: frozenset[Pair], allowed: Any) -> Case:
        """The smallest prices of all allowed pairs."""
        found, best, tight = self._equilibrium(chosen, allowed, "smallest")
        sold = [(i, j) for i, j in best.trades if j not in self.statement.acquaintances[i]]
        loose = next((pair for pair in sold if pair not in chosen), None)
        if loose is not None:
            return Case(None, 0, loose)
        gross = found.prices + self.model.costs
        leaf = self._stated(best.trades, found)
        if self.statement.ties == "hostile":
            bound = sum(int(gross[j]) for _, j in sold)
            return Case(leaf, bound, next((p for p in self._held(found, tight) if p not in chosen), None))
        earned = np.where(self._unknown(tight), gross[tight[1]], 0).astype(object)
        most, cover = among_efficient(self.model.shape, found, tight, earned)
        y, z = most.utilities - cover[0], most.prices - cover[1]
        leaf["ties"] = {"buyers": self.model.exact(y), "sellers": self.model.exact(z)}
        return Case(leaf, sum(y.tolist()) + sum(z.tolist()), None)

    def _held(self, found: Equilibrium, tight: Any) -> Iterator[Pair]:
        """Unknown pairs that hold up prices, and then all that are tight."""
        held = [(int(i), j) for j, i in enumerate(found.parents.tolist()) if i != FREE]
        for i, j in (*held, *zip(*(side.tolist() for side in tight), strict=True)):
            if j not in self.statement.acquaintances[i]:
                yield i, j

    def _largest(self, chosen: frozenset[Pair], allowed: Any) -> Case:
        """The largest prices of the chosen pairs, if no other upsets them; or trades that need no introduction."""
        found, best, _ = self._equilibrium((), allowed, "largest")
        if all(j in self.statement.acquaintances[i] for i, j in best.trades):
            return Case(self._stated(best.trades, found), 0, None)
        state = State(self.model, chosen, "largest", self.statement.ties)
        found = state.equilibrium
        left = self.model.net - found.utilities[self.model.buyers] - found.prices[self.model.sellers]
        left = np.where(allowed, left, 0)
        upset = int(left.argmax()) if len(left) else 0
        if left[upset] > 0:
            return Case(None, 0, (int(self.model.buyers[upset]), int(self.model.sellers[upset])))
        outcome = state.outcome()
        leaf = {**self._stated(found.trades, found), "support": list(outcome.support)}
        return Case(leaf, state.revenue, None)

    def _stated(self, trades: Iterable[Pair], found: Equilibrium) -> dict[str, object]:
        return {
            "trades": [list(pair) for pair in trades],
            "prices": self.model.exact(found.prices + self.model.costs),
            "utilities": self.model.exact(found.utilities),
        }
