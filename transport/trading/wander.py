"""Introductions by simulated annealing: changes that cost something are taken, too, the less the later.

Where known sellers are liked best, no single introduction earns anything: it takes several to bring a further trade
about. So local search that only takes what helps ends early, and a walk that may lose for a while does not.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

import numpy as np

from dual.kinds.trading.valuations import Pair

from .arrays import Model
from .outcome import State
from .prices import Equilibrium

TRIES: Final = 9000
"""Introductions that are tried, each an assignment problem: some seconds for a hundred buyers and sellers."""
_HEAT: Final = 0.05
"""What may be lost at first, on average, relative to the price of an introduced trade; less and less later."""
_DROPPED, _SWAPPED, _INSTEAD = 0.15, 0.4, 0.5
"""How often an introduction is dropped; else, how often two buyers meet each other's sellers; else, how often
the new one takes the place of others of its two agents. What does not trade stays: it may after a later change."""
_NEAR: Final = 8.0
"""The mean place, by value, of the seller to whom a buyer is introduced."""


class Walk:
    """A walk through sets of introductions.

    Parameters
    ----------
    model : Model
    start : State
        Where to begin.
    rng : Random
    """

    def __init__(self, model: Model, start: State, rng: random.Random) -> None:
        self.now, self.rng = start, rng
        self._unknown = {i: own for i in range(model.shape[0]) if (own := _best_first(model, i))}
        self._buyers = list(self._unknown)
        self._heat = _HEAT * start.revenue / max(len(start.introduced), 1)

    def states(self, state: Callable[[Iterable[Pair], Equilibrium], State], tries: int = TRIES) -> Iterator[State]:
        """Each state as it is tried; ``state`` says what introductions lead to, beginning from some trades."""
        for k in range(tries if self._buyers else 0):
            found = state(self._changed(), self.now.equilibrium)
            yield found
            loss, heat = self.now.revenue - found.revenue, self._heat * (1 - k / tries)
            if loss <= 0 or (heat > 0 and self.rng.random() < math.exp(-loss / heat)):
                self.now = found

    def _changed(self) -> Collection[Pair]:
        introduced, rng = set(self.now.introduced), self.rng
        if introduced and rng.random() < _DROPPED:
            return introduced - {rng.choice(sorted(introduced))}
        i, other = rng.choice(self._buyers), rng.choice(self._buyers)
        if rng.random() < _SWAPPED:
            traded = self.now.equilibrium.seller_of.tolist()
            swapped = ((i, traded[other]), (other, traded[i]))
            return introduced | {(buyer, seller) for buyer, seller in swapped if seller in self._unknown[buyer]}
        own = self._unknown[i]
        j = own[min(int(rng.expovariate(1 / _NEAR)), len(own) - 1)]
        if rng.random() < _INSTEAD:
            introduced = {pair for pair in introduced if pair[0] != i and pair[1] != j}
        return introduced | {(i, j)}


def _best_first(model: Model, i: int) -> list[int]:
    """The sellers whom a buyer does not know and might buy from, the best first."""
    places = model.of_buyer(i)
    places = places[~np.asarray(model.known[places], dtype=bool) & (model.net[places] > 0)]
    order = np.argsort(-model.net[places].astype(np.float64), kind="stable")
    found: list[int] = model.sellers[places[order]].tolist()
    return found
