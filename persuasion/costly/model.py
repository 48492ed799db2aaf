"""Costs of beliefs in floating point: what a solver asks of them, in units that the program chooses.

The conjugate of a cost, ``f(e) = max over beliefs q of e . q - cost(q)``, has the belief that attains it as its
gradient; all of a costly persuasion problem's optimality conditions are written in it.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

import numpy as np

from transport.programs.arrays import Floats


class Conjugate(NamedTuple):
    """The conjugate at one point: value, gradient (a belief), and second derivative."""

    value: float
    belief: Floats
    curvature: Floats


class CostModel(Protocol):
    """A cost as a solver sees it."""

    def conjugates(self, excess: Floats) -> list[Conjugate]:
        """The conjugate at each row of an array, shape (A, S)."""
        ...

    def marginal(self, belief: Floats) -> Floats:
        """What a little more joint mass in each state costs a signal with this posterior, shape (S,)."""
        ...


class EntropyModel:
    """The divergence from the prior: ``f(e) = log sum_s prior[s] exp(e[s])``, attained by the logit posterior."""

    def __init__(self, prior: Floats) -> None:
        self.prior = prior

    def conjugates(self, excess: Floats) -> list[Conjugate]:
        """See :class:`CostModel`."""
        found = []
        for row in excess:
            largest = float(row.max())
            weights = self.prior * np.exp(row - largest)
            q = weights / weights.sum()
            found.append(Conjugate(largest + math.log(weights.sum()), q, np.diag(q) - np.outer(q, q)))
        return found

    def marginal(self, belief: Floats) -> Floats:
        """See :class:`CostModel`."""
        return np.log(np.maximum(belief, 1e-300) / self.prior)


class QuadraticModel:
    """The squared distance from the prior; its conjugate is attained at the projection of ``prior + excess / 2``."""

    def __init__(self, prior: Floats) -> None:
        self.prior = prior

    def conjugates(self, excess: Floats) -> list[Conjugate]:
        """See :class:`CostModel`."""
        found = []
        for row in excess:
            q = _projected(self.prior + row / 2)
            on = (q > 0).astype(np.float64)
            curvature = (np.diag(on) - np.outer(on, on) / on.sum()) / 2
            found.append(Conjugate(float(row @ q - ((q - self.prior) ** 2).sum()), q, curvature))
        return found

    def marginal(self, belief: Floats) -> Floats:
        """See :class:`CostModel`."""
        away = belief - self.prior
        return 2 * away - 2 * float(away @ belief) + float(away @ away)


def _projected(heights: Floats) -> Floats:
    """The nearest belief: what stands above the level that leaves a total of one."""
    ordered = np.sort(heights)[::-1]
    levels = (np.cumsum(ordered) - 1) / np.arange(1, len(heights) + 1)
    found: Floats = np.maximum(heights - levels[np.flatnonzero(ordered > levels)[-1]], 0)
    return found
