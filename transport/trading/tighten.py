"""Bound tightening: what cannot hold a better solution than the incumbent is cut off, one variable after another.

With multipliers of envy at hand, a bound on what a part of a node may earn is an assignment problem, a thousand times
quicker than a linear program. So every price, utility and pair is tried: the part of its range that cannot contain a
better solution is removed, and with it what that entails for others. Each such step is proven, and stands in the tree.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from transport.programs.arrays import Integers
from transport.programs.branching import Entry, Fixing

from .arrays import Model
from .bounds import Bounds
from .leaves import Leaf, Multipliers

_ROUNDING = 1e-9
"""Sums of floats are wrong by less than this share."""
EMPTY: Entry = {"empty": True}
Relax = Callable[[Bounds], Multipliers | None]
Proof = tuple[Multipliers, Leaf]


@dataclass
class Tightening:
    """A node's bounds, and the steps that lead to them.

    Attributes
    ----------
    model : Model
    multipliers : Multipliers
    attained : int
        The incumbent's revenue, in units; what earns no more is dominated.
    deadline : float
        By ``time.perf_counter``.
    bounds : Bounds or None
        None if nothing is left.
    fixings : list of Fixing
    stop : callable, optional
        Says that the time is over earlier than thought, as after an interrupt.
    """

    model: Model
    multipliers: Multipliers
    attained: int
    deadline: float
    bounds: Bounds | None
    fixings: list[Fixing] = field(default_factory=list)
    stop: Callable[[], bool] | None = None

    @property
    def goal(self) -> float:
        """Revenue below this, in units, is dominated."""
        return goal_above(self.attained)

    def _over(self) -> bool:
        if self.bounds is None or time.perf_counter() >= self.deadline:
            return True
        return self.stop is not None and self.stop()

    def pairs_by_excess(self) -> int:
        """Fix the pairs at zero whose trade the node's own leaf rules out; how many."""
        if self.bounds is None:
            return 0
        leaf = self.multipliers.leaf(self.bounds)
        places = np.flatnonzero(self.bounds.may)
        values = _with_each(leaf)
        dominated = places[values < self.goal - leaf.doubt]
        if len(dominated) < np.count_nonzero(values < self.goal + leaf.doubt) and self.multipliers.quick:
            # Floats cannot tell whether some of them are.
            leaf = self.multipliers.leaf(self.bounds, exact=True)
            dominated = places[_with_each(leaf) < self.attained + 1]
        if len(dominated):
            self._fix(dominated, leaf)
        return len(dominated)

    def _fix(self, places: Integers, leaf: Leaf) -> None:
        model = self.model
        self.fixings.append(Fixing({"closed": model.numbers(places).tolist(), "by": self.multipliers.witness(leaf)}))
        if self.bounds is not None:
            self.bounds = self.bounds.closed(places).propagated(model)

    def pairs(self) -> int:
        """Fix every pair at zero whose trade is dominated, by the best multipliers of buyers and sellers; how many."""
        count = 0
        for place in np.flatnonzero(self.bounds.may).tolist() if self.bounds is not None else ():
            if self._over() or self.bounds is None or not self.bounds.may[place]:
                continue
            number = int(self.model.numbers(place))
            proven, proof = self._dominated(self.bounds.within(self.model, {number: (1, 1)}), self.multipliers)
            if not proven:
                continue
            count += 1
            self.fixings.append(Fixing({"split": [number, 0]}, _entry(proof)))
            self.bounds = self.bounds.within(self.model, {number: (0, 0)})
        return count

    def levels(self, relax: Relax | None = None) -> int:
        """Raise least and lower greatest prices and utilities as far as the rest is dominated; how many.

        Parameters
        ----------
        relax : callable, optional
            Better multipliers for a part, where those at hand do not show it dominated; None if it is not.
        """
        n, m = self.model.shape
        utilities, prices = (n * m, self.model.buyers), (n * m + n, self.model.sellers)
        sides = ((prices, False), (utilities, True), (prices, True), (utilities, False))
        return sum(
            self._level(first + k, upper, relax) for (first, owner), upper in sides for k in self._undecided(owner)
        )

    def _undecided(self, owner: Integers) -> list[int]:
        """Who has several pairs in question."""
        if self.bounds is None:
            return []
        found: list[int] = np.flatnonzero(np.bincount(owner[self.bounds.may]) > 1).tolist()
        return found

    def _level(self, number: int, upper: bool, relax: Relax | None) -> bool:
        """Lower the upper end of a range, or raise the lower one; whether it moves."""
        if self._over() or self.bounds is None:
            return False
        low, high = self.bounds.range_of(self.model, number)
        if low == high:
            return False

        def end(size: int) -> tuple[int, int]:
            return (high - size, high) if upper else (low, low + size)

        # So many levels at the end are dominated, and so many are not known to be.
        known, unknown = -1, high - low
        proof: Proof | None = None
        multipliers: Multipliers | None = self.multipliers
        while multipliers is not None:
            size, known_before = 0 if known < 0 else (known + unknown) // 2, known
            while unknown - known > 1:
                proven, found = self._dominated(self.bounds.within(self.model, {number: end(size)}), multipliers)
                if proven:
                    known, proof = size, found
                else:
                    unknown = size
                size = (known + unknown) // 2
            # Better multipliers are those of the first level that these leave open, if it is dominated, too.
            following = self.bounds.within(self.model, {number: end(known + 1)}) if known < high - low - 1 else None
            helped = multipliers is self.multipliers or known > known_before
            multipliers = relax(following) if relax is not None and following is not None and helped else None
            unknown = high - low
        if known < 0:
            return False
        cut = end(known)
        entry = {"split": [number, cut[0] - 1 if upper else cut[1]]}
        self.fixings.append(Fixing(entry, _entry(proof), not upper))
        rest = (low, cut[0] - 1) if upper else (cut[1] + 1, high)
        self.bounds = self.bounds.within(self.model, {number: rest})
        return True

    def _dominated(self, bounds: Bounds | None, multipliers: Multipliers) -> tuple[bool, Proof | None]:
        """Whether multipliers prove that no better solution lies in a part, and how: by nothing if it is empty."""
        if bounds is None:
            return True, None
        leaf = multipliers.leaf(bounds)
        dominated = leaf.bound < self.goal - leaf.doubt
        if not dominated and leaf.bound < self.goal + leaf.doubt and multipliers.quick:
            leaf = multipliers.leaf(bounds, exact=True)
            dominated = leaf.bound < self.attained + 1
        return dominated, (multipliers, leaf)


def goal_above(attained: int) -> float:
    """Revenue below this does not exceed the incumbent's, both in units."""
    best = float(attained)
    return best + 1.0 - _ROUNDING * (1.0 + best)


def _with_each(leaf: Leaf) -> Any:
    """The bound where a pair trades, for each pair."""
    return leaf.bound + np.maximum(leaf.excess, 0).sum() + np.minimum(leaf.excess, 0)


def _entry(proof: Proof | None) -> Entry:
    """A proof's node in the certificate."""
    return EMPTY if proof is None else proof[0].witness(proof[1])
