"""Cutting planes (Kelley 1960) for the concave envelope of an expression at the prior, in floating point.

A small linear program over a sample of beliefs gives prices; where the payoff exceeds them most, beliefs are polished
and join the sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transport.programs.arrays import Floats, Indices

from .kinked import KinkedPayoff, lattice
from .pivoting import simplex

_STARTS = 24
"""Beliefs that are polished in a round: more find all peaks sooner, each takes a climb."""
_PRECISION = 1e-12
"""Largest excess of the payoff over the prices, relative to the payoff's range, that counts as none."""


@dataclass(frozen=True)
class Touching:
    """Prices that no sampled belief exceeds, with the beliefs that the prior is split into.

    Attributes
    ----------
    prices : ndarray, shape (support,)
    beliefs : ndarray, shape (m, support)
    weights : ndarray, shape (m,)
    flats : ndarray of int, shape (m,)
        The flat on which each belief was sought.
    """

    prices: Floats
    beliefs: Floats
    weights: Floats
    flats: Indices


class Sample:
    """A growing sample of beliefs with their payoffs, and the best splitting of the prior into them."""

    def __init__(self, kinked: KinkedPayoff, start: Floats | None = None) -> None:
        self.kinked = kinked
        beliefs, flats = kinked.sample()
        self.prior = np.array(kinked.prior, dtype=np.float64)
        extra = np.vstack([self.prior, np.zeros((0, len(self.prior))) if start is None else start])
        count = len(self.prior)
        self.beliefs = np.vstack([np.eye(count), extra, beliefs])
        self.flats = np.concatenate([np.zeros(count + len(extra), dtype=np.intp), flats])
        self.values = kinked.value(self.beliefs, self.flats)
        self._basis = list(range(count))
        everywhere = kinked.payoff(lattice(kinked.states, 16))
        finite = np.concatenate([self.values, everywhere])
        finite = finite[np.isfinite(finite)]
        self.size = float(np.abs(finite).max(initial=0.0)) or 1.0
        spread = float(np.ptp(finite)) if len(finite) else 0.0
        self.scale = max(spread, 1e-9 * self.size)
        self.tolerance = max(_PRECISION * self.scale, 1e-15 * self.size)
        self.pivots = 0

    def add(self, beliefs: Floats, flats: Indices) -> None:
        """Let beliefs join the sample."""
        self.beliefs = np.vstack([self.beliefs, beliefs])
        self.flats = np.concatenate([self.flats, flats])
        self.values = np.concatenate([self.values, self.kinked.value(beliefs, flats)])

    def solve(self) -> Touching:
        """Split the prior among the sampled beliefs."""
        weights, prices, pivots = simplex(self.beliefs, self.values, self.prior, self._basis, self.tolerance / 8)
        self.pivots += pivots
        chosen = np.array(self._basis)
        return Touching(prices, self.beliefs[chosen], weights, self.flats[chosen])


def separate(sample: Sample, prices: Floats) -> float:
    """Polish the sampled beliefs where the payoff exceeds the prices most; add them, and return the largest excess."""
    starts = spread_out(sample.beliefs, sample.flats, sample.values - sample.beliefs @ prices, _STARTS)
    beliefs = polished(sample.kinked, prices, sample.beliefs[starts], sample.flats[starts], sample.tolerance)
    excess = sample.kinked.value(beliefs, sample.flats[starts]) - beliefs @ prices
    better = excess > sample.tolerance / 4
    sample.add(beliefs[better], sample.flats[starts][better])
    return float(excess.max())


def spread_out(beliefs: Floats, flats: Indices, excess: Floats, count: int) -> Indices:
    """Up to ``count`` beliefs of largest excess that lie apart from each other on every flat."""
    order = np.argsort(-excess, kind="stable")[:2000]
    near = _spacing(beliefs.shape[1])
    chosen: list[int] = []
    open_ = np.ones(len(order), dtype=bool)
    while len(chosen) < count and open_.any():
        first = order[int(open_.argmax())]
        chosen.append(int(first))
        distant = np.abs(beliefs[order] - beliefs[first]).max(axis=1) > near
        open_ &= distant | (flats[order] != flats[first])
    return np.array(chosen)


def _spacing(states: int) -> float:
    """A distance at which sampled beliefs count as apart."""
    return {2: 3e-3, 3: 3e-2}.get(states, 0.1)


def polished(kinked: KinkedPayoff, prices: Floats, beliefs: Floats, flats: Indices, tolerance: float) -> Floats:
    """Climb from each belief to a local maximum of payoff minus prices on its flat, by a pattern search.

    Steps go along the edges of the flat and in random directions, are cut off at the border of the simplex, and halve
    when none helps.
    """
    rng = np.random.default_rng(0)
    at = beliefs.copy()
    count = at.shape[1]
    excess = kinked.value(at, flats) - at @ prices
    step = np.full(len(at), _spacing(count) / 3)
    edges = _edges(kinked, flats)
    turns = 0
    # Steps shrink down to rounding errors of a belief; 400 is far more than that takes.
    while step.max() > 2e-13 and turns < 400:
        turns += 1
        random = np.einsum("mrd,mdt->mrt", rng.standard_normal((len(at), 4, count - 1)), _tangents(kinked, flats))
        length = np.linalg.norm(random, axis=2, keepdims=True)
        directions = np.concatenate([edges, random / np.where(length > 0, length, 1)], axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(directions < 0, at[:, None] / -directions, np.inf).min(axis=2)
        trial = at[:, None] + np.minimum(step[:, None], room)[..., None] * directions
        trial = np.where(trial < 1e-16, 0.0, trial)
        trial /= trial.sum(axis=2, keepdims=True)
        gains = kinked.value(trial, flats) - trial @ prices - excess[:, None]
        best = gains.argmax(axis=1)
        picked = np.arange(len(at)), best
        moved = gains[picked] > 1e-3 * tolerance
        at = np.where(moved[:, None], trial[picked], at)
        excess = np.where(moved, excess + gains[picked], excess)
        step = np.where(moved, 1.5 * step, step / 2)
    return at


def _edges(kinked: KinkedPayoff, flats: Indices) -> Floats:
    """Unit vectors between the vertices of each belief's flat, padded with zeros, shape (m, D, support)."""
    lists = []
    for index in flats:
        corners = np.array(kinked.flats[index].vertices, dtype=np.float64)
        differences = (corners[:, None] - corners[None]).reshape(-1, corners.shape[1])
        lengths = np.linalg.norm(differences, axis=1)
        lists.append(differences[lengths > 0] / lengths[lengths > 0, None])
    found = np.zeros((len(flats), max(map(len, lists), default=0), len(kinked.prior)))
    for k, directions in enumerate(lists):
        found[k, : len(directions)] = directions
    return found


def _tangents(kinked: KinkedPayoff, flats: Sequence[int] | Indices) -> Floats:
    """Orthonormal directions within each belief's flat, padded with zeros, shape (m, support - 1, support)."""
    count = len(kinked.prior)
    found = np.zeros((len(flats), count - 1, count))
    for k, index in enumerate(flats):
        tangents = kinked.flats[index].tangents
        found[k, : len(tangents)] = tangents
    return found
