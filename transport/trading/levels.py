"""Multipliers of envy at single levels of prices: a Lagrangian bound on a platform's revenue.

:mod:`dual.kinds.trading.levels` says what they prove. Given multipliers, the best prices of all pairs and then the best
matching are found at once; by how much the rows are broken there is a subgradient. Adam's steps (Kingma and Ba 2015),
each relative to the size of recent ones, make the bound fall quicker than one length for all rows, as multipliers at
neighbouring levels differ much. Floats serve the search only: the bound is that of rounded multipliers, in integers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .arrays import Model
from .graph import Dense, integers
from .prices import efficient_with_extreme_prices

_MOST_PRICES = 3_000_000
"""Prices of all pairs together, in units: a step goes through them all."""
_STEPS = 4000
"""At most: later ones gain less than a thousandth in markets of a hundred of each."""
_FIRST, _LAST = 0.02, 2e-4
"""Lengths of the first and of the last step, relative to the largest net value."""
_MEAN, _SQUARES = 0.9, 0.99
"""What a step keeps of the mean subgradient and of the mean of its squares."""
_BITS = 8
"""After the point of a multiplier, in units."""
_TRY_EVERY = 25
"""Steps between two matchings that are tried as introductions."""


@dataclass(frozen=True, eq=False)
class LevelBound:
    """Multipliers of levels and what they prove.

    Attributes
    ----------
    bound : Fraction
        In values.
    witness : dict
    steps : int
    """

    bound: Fraction
    witness: dict[str, object]
    steps: int


class LevelRows:
    """All rows of a market's levels; ``applicable`` says whether there are few enough.

    Parameters
    ----------
    model : Model
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        places = np.flatnonzero(model.net >= 0)
        net = model.net[places].astype(np.int64)
        self.top = int(net.max(initial=0)) + 1
        self.buyers, self.sellers, self.places = model.buyers[places], model.sellers[places], places
        self.keys = model.numbers(places)
        # Every pair at every price: where its utility and its price stand among those of all levels.
        count = net + 1
        self.starts = np.concatenate([[0], np.cumsum(count)[:-1]])
        pair = np.repeat(np.arange(len(net)), count)
        price = np.arange(len(pair)) - self.starts[pair]
        self.utility_at = self.buyers[pair] * self.top + net[pair] - price
        self.price_at = self.sellers[pair] * self.top + price
        unknown = ~model.known[places][pair]
        self.earned = np.where(unknown, price + model.costs.astype(np.int64)[self.sellers[pair]], 0)
        self.net, self.ends = net, self.starts + count
        # The rows: a known pair and a level each.
        envious = np.flatnonzero(model.known[places] & (net > 0))
        self.row_pair = np.repeat(envious, net[envious])
        first = np.concatenate([[0], np.cumsum(net[envious])[:-1]]) if len(envious) else np.zeros(0, np.int64)
        self.level = np.arange(len(self.row_pair)) - np.repeat(first, net[envious]) + 1
        self.row_buyer, self.row_seller = self.buyers[self.row_pair], self.sellers[self.row_pair]
        self.beyond = net[self.row_pair] - self.level + 1

    @staticmethod
    def applicable(model: Model) -> bool:
        """Whether values are small multiples of the unit and pairs few."""
        if model.net.dtype == object or model.shape[0] * model.shape[1] > _MOST_PRICES:
            return False
        return bool(np.maximum(model.net + 1, 0).sum() <= _MOST_PRICES) and bool((model.net > 0).any())

    def profits(self, weights: Any, one: int = 1) -> Any:
        """What each pair at each price adds, if ``one`` is a unit of revenue."""
        shapes = (self.model.shape[0] * self.top, self.model.shape[1] * self.top)
        steps = []
        for owner, at, size in ((self.row_buyer, self.beyond, shapes[0]), (self.row_seller, self.level, shapes[1])):
            rises = np.bincount(owner * self.top + at, weights, size).astype(weights.dtype)
            steps.append(rises.reshape(-1, self.top).cumsum(axis=1).ravel())
        found = steps[0][self.utility_at]
        found += steps[1][self.price_at]
        found += self.earned * one
        return found

    def matrix(self, profits: Any) -> Any:
        """The most that each pair adds, as a matrix; zero without trade."""
        most = np.zeros(self.model.shape, profits.dtype)
        most[self.buyers, self.sellers] = np.maximum(np.maximum.reduceat(profits, self.starts), 0)
        return most

    def bound(self, weights: Any) -> tuple[Fraction, dict[str, object]]:
        """What rounded multipliers prove, in values, and the certificate."""
        whole = np.rint(weights * (1 << _BITS)).astype(np.int64)
        most = self.matrix(self.profits(whole, 1 << _BITS))
        best = efficient_with_extreme_prices(Dense(integers(most)))
        step = self.model.unit / (1 << _BITS)
        sides = [[int(k) * step for k in side.tolist()] for side in (best.utilities, best.prices)]
        total = sum(best.utilities.tolist()) + sum(best.prices.tolist()) - sum(whole.tolist())
        listed: dict[int, list[list[Fraction]]] = {}
        for q in np.flatnonzero(whole).tolist():
            entry = [int(self.level[q]) * self.model.unit, int(whole[q]) * step]
            listed.setdefault(int(self.row_pair[q]), []).append(entry)
        known = [[int(self.buyers[k]), int(self.sellers[k]), entries] for k, entries in listed.items()]
        unit = self.model.unit
        bound = math.floor(total * step / unit) * unit
        return bound, {"kind": "levels", "buyers": sides[0], "sellers": sides[1], "known": known}

    def solve(
        self,
        seconds: float,
        lower: Callable[[], Fraction],
        try_places: Callable[[Iterable[int]], object],
        *,
        stop: Callable[[], bool] = lambda: False,
    ) -> LevelBound:
        """Lower the bound step by step, until it meets the incumbent or the time is over.

        Parameters
        ----------
        seconds : float
        lower : callable
            The incumbent's revenue.
        try_places : callable
            Tries the trades of some pairs as an incumbent.
        stop : callable
            Says that the time is over earlier than thought, as after an interrupt.
        """
        from scipy.optimize import linear_sum_assignment

        began, unit = time.perf_counter(), float(self.model.unit)
        weights, mean, squares = (np.zeros(len(self.level)) for _ in range(3))
        least, best, count, done = math.inf, weights, 0, 0.0
        while done < 1.0 and not stop():
            count += 1
            profits = self.profits(weights)
            most = self.matrix(profits)
            rows, columns = linear_sum_assignment(-most)
            gained = most[rows, columns]
            value = float(gained.sum() - weights.sum())
            if value < least:
                least, best = value, weights
            if least < float(lower()) / unit + 1:
                break
            use = gained > 0
            at = np.searchsorted(self.keys, rows[use] * self.model.shape[1] + columns[use])
            price, utility = self._levels(at, profits)
            if count % _TRY_EVERY == 0:
                try_places(self.places[at].tolist())
            slack = (price[self.row_seller] >= self.level).astype(float) + (utility[self.row_buyer] >= self.beyond) - 1
            mean = _MEAN * mean + (1 - _MEAN) * slack
            squares = _SQUARES * squares + (1 - _SQUARES) * slack * slack
            done = max((time.perf_counter() - began) / seconds, count / _STEPS)
            length = self.top * _FIRST * (_LAST / _FIRST) ** done
            direction = mean / (1 - _MEAN**count) / (np.sqrt(squares / (1 - _SQUARES**count)) + 1e-3)
            weights = np.maximum(weights - length * direction, 0)
        bound, witness = self.bound(best)
        return LevelBound(bound, witness, count)

    def _levels(self, pairs: Any, profits: Any) -> tuple[Any, Any]:
        """Prices and utilities at which some pairs add most."""
        price, utility = (np.zeros(size, np.int64) for size in self.model.shape[::-1])
        for i, j, k in zip(self.buyers[pairs].tolist(), self.sellers[pairs].tolist(), pairs.tolist(), strict=True):
            price[j] = profits[self.starts[k] : self.ends[k]].argmax()
            utility[i] = self.net[k] - price[j]
        return price, utility
