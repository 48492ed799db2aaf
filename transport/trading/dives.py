"""Dives: trades are fixed one after another, until the linear relaxation is integral.

Each step fixes a fractional pair, the largest or one drawn at random, and propagates what that entails for prices and
utilities. What trades by more than a half on the way down is tried as an incumbent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .bounds import Bounds
from .envy import Row
from .node import Basis, Nodes, Point

_PART = 1e-6
"""Shares closer than this to 0 or 1 count as integral; the solver's own feasibility tolerance is ten times smaller."""
_LEAST_PAIRS, _PAIRS_EACH = 400, 10
"""A dive looks at so many pairs, or so many per agent of the longer side: more find better trades, each more slowly."""
_DIVES = 80
"""At most so many dives: in trials later ones found nothing that branching did not find sooner."""
_PATIENCE, _MOST_PATIENCE = 5, 20
"""Dives in vain before it is enough, and one more for each thousandth of the bound that is open."""
_ROUNDS = 2
"""Rounds of violated envy rows in a greedy step: more give better shares, and each costs a linear program."""


@dataclass(frozen=True)
class Diver:
    """What dives need.

    Attributes
    ----------
    nodes : Nodes
    try_incumbent : callable
        Tries the trades of some pairs, by index; says whether they are the new incumbent.
    goal : callable
        Revenue below this, in units, does not exceed the incumbent's.
    """

    nodes: Nodes
    try_incumbent: Callable[[list[int]], bool]
    goal: Callable[[], float]

    def run(self, bounds: Bounds, gains: Any, rows: Sequence[Row], seconds: float) -> int:
        """Dive, first greedily, then by chance, until that is in vain for some time; how often.

        Parameters
        ----------
        bounds : Bounds
        gains : array, shape (pairs,)
            The lower, the less a pair is worth a try.
        rows : sequence of Row
            To begin with.
        seconds : float
        """
        model = self.nodes.model
        most = max(_LEAST_PAIRS, _PAIRS_EACH * max(model.shape))
        may = np.flatnonzero(bounds.may)
        if len(may) > most:
            bounds = bounds.closed(may[np.argsort(gains[may], kind="stable")[:-most]])
        within = bounds.propagated(model)
        deadline = time.perf_counter() + seconds
        rng = np.random.default_rng(0)
        count = vain = 0
        point = self._solve(within, rows, None, _ROUNDS, deadline)
        while within is not None and point is not None and count < _DIVES and time.perf_counter() < deadline:
            thousandths = 1000 * (1 - self.goal() / max(point.value, 1.0))
            if vain >= min(_PATIENCE + thousandths, _MOST_PATIENCE):
                break
            better = self._dive_from(within, point, None if count == 0 else rng, deadline)
            vain = 0 if better else vain + 1
            count += 1
        return count

    def once(self, bounds: Bounds, point: Point, seconds: float) -> bool:
        """One greedy dive from a point; whether it found a better incumbent."""
        return self._dive_from(bounds, point, None, time.perf_counter() + seconds)

    def _dive_from(self, bounds: Bounds, point: Point, rng: np.random.Generator | None, deadline: float) -> bool:
        """Fix one fractional pair after the other; whether an incumbent was found on the way.

        Without ``rng`` the dive is deterministic: it fixes the pair with the largest share and adds violated rows as it
        goes. With it, pairs are drawn by the square of their share and the rows stay as they are.
        """
        model, better = self.nodes.model, False
        rounds = _ROUNDS if rng is None else 0
        now: Bounds | None = bounds
        found: Point | None = point
        while found is not None and now is not None:
            better |= self.try_incumbent(found.trades)
            parts = np.flatnonzero((found.x > _PART) & (found.x < 1 - _PART))
            if not len(parts):
                break
            x = found.x[parts]
            k = parts[x.argmax()] if rng is None else rng.choice(parts, p=x**2 / (x**2).sum())
            number = int(model.numbers(found.places[k]))
            for side in (1, 0):
                within = now.within(model, {number: (side, side)})
                following = self._solve(within, found.rows, found.basis, rounds, deadline)
                if following is not None:
                    break
            now, found = within, following
        return better

    def _solve(
        self, bounds: Bounds | None, rows: Sequence[Row], basis: Basis | None, rounds: int, deadline: float
    ) -> Point | None:
        """The optimum within bounds, if it is of interest."""
        left = deadline - time.perf_counter()
        if bounds is None or left <= 0:
            return None
        goal = self.goal()
        found = self.nodes.solve(bounds, rows, basis, left, rounds=rounds, cutoff=goal)
        return found if isinstance(found, Point) and found.value >= goal else None
