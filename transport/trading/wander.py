"""Trades by simulated annealing: changes that cost something are taken, too, the less the later.

Where known sellers are liked best, no single introduction earns anything: it takes several to bring a further trade
about. So a step moves several buyers along a chain: each takes the seller of the next, and the last one the seller that
the first one left. Trades that no prices support are passed over: from above, prices fall until nobody envies an
acquaintance, and below the sellers' costs that has failed. Many changes are tried at once, and the first that is taken
counts, as if they had been tried one after the other. Floats serve the search; what it finds is evaluated exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from dual.kinds.trading.valuations import Pair
from transport.programs.arrays import Floats, Integers

from .arrays import Model
from .outcome import State

TRIES_EACH: Final = 3000
"""Changes that are tried for each agent of the shorter side: half a minute for a hundred buyers and sellers."""
_HEAT, _COLD = 0.3, 0.03
"""What may be lost at first and at last, on average, relative to the largest net value."""
_LENGTHS = (0.5, 0.3, 0.2)
"""How often two, three and four buyers move."""
_ALONE = 0.05
"""How often the last one of a chain buys nothing instead."""
_NEAR: Final = 6.0
"""The mean place, by value, of the seller whom a buyer takes."""
_AT_ONCE, _MOST_TERMS = 48, 2_000_000
"""Changes that are tried at once, and entries that their prices may be compared with."""
_SWEEPS = 40
"""Prices that have not settled after so many rounds belong to trades that are passed over."""
_NONE = -1e300


class Walk:
    """A walk through matchings that competitive prices support.

    Parameters
    ----------
    model : Model
    start : State
        Where to begin.
    seed : int
    """

    def __init__(self, model: Model, start: State, seed: int = 0) -> None:
        n, self.alone = model.shape
        self.rng = np.random.default_rng(seed)
        self.tries = 0
        # Values, with a last seller who stands for nobody; known sellers, filled up with him.
        self.worth: Floats = np.full((n, self.alone + 1), _NONE)
        self.worth[model.buyers, model.sellers] = np.where(model.net >= 0, model.net.astype(np.float64), _NONE)
        self.worth[:, self.alone] = 0.0
        unknown = np.zeros(self.worth.shape, bool)
        unknown[model.buyers, model.sellers] = ~model.known
        self.unknown, self.costs = unknown, np.append(model.costs.astype(np.float64), 0.0)
        known = [model.sellers[places[model.known[places]]] for places in map(model.of_buyer, range(n))]
        self.known = np.full((n, 1 + max(map(len, known), default=0)), self.alone)
        for i, sellers in enumerate(known):
            self.known[i, : len(sellers)] = sellers
        self.envied = np.take_along_axis(self.worth, self.known, axis=1)
        self.nearest = np.argsort(-self.worth[:, :-1], axis=1, kind="stable")
        self.now: Integers = np.where(start.equilibrium.seller_of < 0, self.alone, start.equilibrium.seller_of)
        self.revenue = float(start.revenue)
        self.top = float(model.net.max(initial=0))
        self.at_once = int(min(_AT_ONCE, _MOST_TERMS // max(self.known.size, 1)))

    def improvements(self, tries: int) -> Iterator[list[Pair] | None]:
        """Introductions that earn more than all before, as they are found; None after each round of changes without."""
        best = self.revenue
        while self.at_once and self.top > 0 and self.unknown.any() and self.tries < tries:
            heat = self.top * _HEAT * (_COLD / _HEAT) ** (self.tries / tries)
            changed = self._changed()
            revenue = self._revenues(changed)
            taken = self.rng.random(len(revenue)) < np.exp(np.minimum((revenue - self.revenue) / heat, 0.0))
            first = int(taken.argmax()) if taken.any() else None
            self.tries += len(revenue) if first is None else first + 1
            if first is None:
                yield None
                continue
            self.now, self.revenue = changed[first], float(revenue[first])
            better = self.revenue > best
            best = max(best, self.revenue)
            yield self._introduced() if better else None

    def _introduced(self) -> list[Pair]:
        buyers = np.flatnonzero(np.take_along_axis(self.unknown, self.now[:, None], axis=1)[:, 0])
        return list(zip(buyers.tolist(), self.now[buyers].tolist(), strict=True))

    def _changed(self) -> Integers:
        """Matchings, each a chain away from the one at hand."""
        n, count, rng = len(self.now), self.at_once, self.rng
        owner = np.full(self.alone + 1, -1)
        owner[self.now] = np.arange(n)
        owner[self.alone] = -1
        found = np.tile(self.now, (count, 1))
        length = 1 + rng.choice(3, count, p=_LENGTHS)
        first = who = rng.integers(n, size=count)
        fine, moves, each = np.ones(count, bool), np.ones(count, bool), np.arange(count)
        moved = [first]
        for step in range(1, 4):
            going = moves & (length >= step)
            place = np.minimum(rng.exponential(_NEAR, count).astype(np.int64), self.alone - 1)
            seller = self.nearest[who, place]
            following = owner[seller]
            found[each[going], who[going]] = seller[going]
            fine &= ~going | ~np.any([following == one for one in moved], axis=0)
            moves &= ~going | (following >= 0)
            who = np.where(going & (following >= 0), following, who)
            moved.append(np.where(going, following, -2))
        last = np.where(rng.random(count) < _ALONE, self.alone, self.now[first])
        found[each[moves], who[moves]] = last[moves]
        return found[fine]

    def _revenues(self, seller_of: Integers) -> Floats:
        """Revenues at the largest competitive prices of some matchings; minus infinity where there are none."""
        count, n = seller_of.shape
        worth = self.worth[np.arange(n), seller_of]
        revenue = np.full(count, -np.inf)
        left = np.flatnonzero((worth >= 0).all(axis=1))
        paid = worth[left]  # by buyer
        for _ in range(_SWEEPS):
            prices = np.zeros((len(left), self.alone + 1))
            np.put_along_axis(prices, seller_of[left], paid, axis=1)
            prices[:, self.alone] = 0.0
            least = worth[left] + (prices[:, self.known] - self.envied).min(axis=2)
            falls = least < paid
            paid = np.minimum(paid, least)
            settled = ~falls.any(axis=1)
            done = left[settled]
            earned = self.unknown[np.arange(n), seller_of[done]]
            revenue[done] = ((paid[settled] + self.costs[seller_of[done]]) * earned).sum(axis=1)
            keep = ~settled & (paid >= 0).all(axis=1)
            left, paid = left[keep], paid[keep]
            if not len(left):
                break
        return revenue
