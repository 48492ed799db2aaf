"""Which variable a node splits: a pair, a utility or a price, by what splits have gained so far.

Gains per unit of what a split takes away from the point are averaged for each variable; those with few observations
are tried first (reliability branching, Achterberg, Koch and Martin 2005).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from transport.programs.branching import Split

from .arrays import Model
from .bounds import Bounds
from .node import Point

_RELIABLE = 2
"""Observations of a variable, on either side, after which its average is believed instead of tried."""
_TRIES = 8
"""Variables tried at a node, each by two linear programs: more choose better and slow every node down."""
_LEAST_TRIES, _PATIENCE = 4, 6
"""But no longer than until so many in a row are no better, and at least so many."""
_LITTLE = 1e-3
"""Least gain that counts, so that one side without any does not make the product of both zero."""
_PART = 1e-6
"""Shares closer than this to 0 or 1 count as integral."""

Try = Callable[[int, tuple[int, int]], float]
"""A bound on the value where a variable lies in a range."""


@dataclass(frozen=True)
class Candidate:
    """A variable, where to split it, and how much of the point is on the wrong side of either part."""

    number: int
    at: int
    low: int
    high: int
    below: float
    above: float
    sort: str

    @property
    def parts(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """What either child leaves of the variable."""
        return (self.low, self.at), (self.at + 1, self.high)

    def split(self) -> Split:
        """For the tree."""
        first, second = self.parts
        return Split({"split": [self.number, self.at]}, ({self.number: first}, {self.number: second}))


def candidates(model: Model, bounds: Bounds, point: Point) -> list[Candidate]:
    """The fractional pairs, and the utilities and prices that are not one number."""
    n, m = model.shape
    found = []
    for k in np.flatnonzero((point.x > _PART) & (point.x < 1 - _PART)).tolist():
        x = float(point.x[k])
        found.append(Candidate(int(model.numbers(point.places[k])), 0, 0, 1, x, 1 - x, "pair"))
    net = model.net[point.places].astype(np.float64)
    sides: Sequence[tuple[str, Any, Any, Any, Any, int]] = (
        ("utility", model.buyers, net * point.x - point.prices, bounds.utility_low, bounds.utility_high, n * m),
        ("price", model.sellers, point.prices, bounds.price_low, bounds.price_high, n * m + n),
    )
    for sort, who, levels, low, high, first in sides:
        owner = who[point.places]
        mean = np.bincount(owner, levels, len(low))
        traded = np.bincount(owner, point.x, len(low))
        rates = levels / np.maximum(point.x, 1e-9)
        apart = np.bincount(owner, np.abs(rates - mean[owner]) * point.x, len(low))
        apart += np.maximum(1 - traded, 0) * mean
        for k in np.flatnonzero((apart > 1) & (low < high)).tolist():
            at = int(min(max(int(np.floor(mean[k])), int(low[k])), int(high[k]) - 1))
            mine = owner == k
            x, rate = point.x[mine], rates[mine]
            below = float((np.maximum(rate - at, 0) * x).sum())
            above = float((np.maximum(at + 1 - rate, 0) * x).sum()) + max(1 - float(traded[k]), 0.0) * at
            found.append(Candidate(first + k, at, int(low[k]), int(high[k]), below, above, sort))
    return found


class Splits:
    """What splits have gained so far."""

    def __init__(self) -> None:
        self._of: dict[object, list[list[float]]] = {}

    def _seen(self, key: object) -> list[list[float]]:
        return self._of.setdefault(key, [[0.0, 0.0], [0.0, 0.0]])

    def observe(self, candidate: Candidate, side: int, gain: float) -> None:
        """A split's first (0) or second (1) part lowered the value by so much."""
        rate = gain / max((candidate.below, candidate.above)[side], _LITTLE)
        for key in (candidate.number, candidate.sort):
            seen = self._seen(key)[side]
            seen[0] += rate
            seen[1] += 1

    def _expected(self, candidate: Candidate, side: int) -> float:
        seen = self._seen(candidate.number)[side]
        if not seen[1]:
            seen = self._seen(candidate.sort)[side]
        rate = seen[0] / seen[1] if seen[1] else 1.0
        return rate * (candidate.below, candidate.above)[side]

    def choose(self, found: Sequence[Candidate], value: float, goal: float, attempt: Try) -> Candidate | None:
        """The split that promises the largest gains on both sides.

        Parameters
        ----------
        found : sequence of Candidate
        value, goal : float
            The point's value, and that below which nothing counts.
        attempt : callable
        """
        scored = [(_score(self._expected(c, 0), self._expected(c, 1)), c.number, c) for c in found]
        scored.sort(key=lambda entry: (-entry[0], entry[1]))
        best: tuple[float, Candidate] | None = None
        tries = fails = 0
        for score, number, candidate in scored:
            seen = self._seen(number)
            if min(seen[0][1], seen[1][1]) < _RELIABLE and tries < _TRIES:
                tries += 1
                gains = [min(max(value - attempt(number, part), 0.0), value - goal + 1) for part in candidate.parts]
                for side, gain in enumerate(gains):
                    self.observe(candidate, side, gain)
                if max(gains) > value - goal:
                    return candidate
                score = _score(*gains)
            if best is None or score > best[0]:
                best, fails = (score, candidate), 0
            else:
                fails += 1
                if fails >= _PATIENCE and tries >= _LEAST_TRIES:
                    break
        return best[1] if best else None


def _score(first: float, second: float) -> float:
    return max(first, _LITTLE) * max(second, _LITTLE)
