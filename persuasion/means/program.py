"""The lowest convex prices above a payoff of the mean, for a law on finitely many points; floats.

For weights f on points x the prices solve ::

    min  sum_i f_i P_i   over P convex with  P(m) >= u(m)  for every m between the least and the largest point,

where P is linear between the points. Means enter as they are violated. The multipliers of their inequalities are the
masses of an optimal law of means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dual.errors import InputError, SolverError
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.floating import TIGHT, maximise

from .rescaled import RescaledPayoff

_ROUNDS = 60
"""Of means that enter; the last answer is usable whatever happens, if less tight."""
_ENOUGH = 1e-13
"""Excess, relative to the payoff's range, that counts as none."""
_NEAR = 1e-3
"""Means with more slack leave the program, which keeps it small; they may come back."""
_ZOOMS = 14
"""Rounds of a search for a peak between samples, each at least four times finer: to the last digit of a double."""
_FEW = 40
"""With more means in use the prices' slopes are held without points beside them."""
_LEAST_STEP = 1e-8
"""How near such points may come: closer ones make the linear program singular."""


@dataclass(frozen=True)
class FloatPrices:
    """A solution in floats.

    Attributes
    ----------
    places, prices : array, shape (n,)
        The points in [0, 1] and the prices at them, on the solver's scale.
    means, payoffs, masses : array, shape (k,)
        Candidate means, what they pay, and their masses in the law of means.
    value : float
        The expected price.
    violation : float
        The largest excess of the payoff over the prices that was found.
    rounds : int
        Linear programs solved.
    """

    places: Floats
    prices: Floats
    means: Floats
    payoffs: Floats
    masses: Floats
    value: float
    violation: float = 0.0
    rounds: int = 0

    def at(self, places: Floats) -> Floats:
        """The prices at places."""
        return np.interp(places, self.places, self.prices)


def solve_prices(
    rescaled: RescaledPayoff,
    places: Floats,
    weights: Floats,
    effort: Effort,
    means: Floats | None = None,
    rounds: int = _ROUNDS,
) -> FloatPrices:
    """Find the prices for weights on increasing places in [0, 1].

    Parameters
    ----------
    rescaled : RescaledPayoff
    places, weights : array, shape (n,)
    effort : Effort
    means : array, optional
        Means to start from.
    rounds : int
        At most so many linear programs.

    Raises
    ------
    SolverError
        If the linear program cannot be solved.
    """
    search = Search(rescaled, places)
    if rescaled.listed:
        candidates = search.grid
    else:
        start = np.union1d(rescaled.marks, places[:: max(1, len(places) // 256)])
        start = start if means is None else np.union1d(start, means)
        candidates = start[(start >= places[0]) & (start <= places[-1])]
    best = _program(places, weights, candidates, rescaled.values(candidates))
    for count in range(1, rounds + 1):
        new, excess = search.violated(best.prices)
        new = np.setdiff1d(new[excess > _ENOUGH], best.means)
        best = replace(best, violation=float(excess.max(initial=0.0)), rounds=count)
        if not len(new) or count == rounds or effort.exhausted():
            break
        slack = best.at(best.means) - best.payoffs
        kept = best.means[(best.masses > 0) | (slack < _NEAR) | np.isin(best.means, rescaled.marks)]
        beside = _beside(best.means[best.masses > 0], 4.0**-count)
        candidates = np.union1d(kept, np.clip(np.append(new, beside), places[0], places[-1]))
        best = _program(places, weights, candidates, rescaled.values(candidates))
    return best


def _program(places: Floats, weights: Floats, means: Floats, payoffs: Floats) -> FloatPrices:
    """Solve with the means given."""
    if not np.isfinite(payoffs).all():
        raise InputError("the payoff is not finite, or not bounded, on the law's range", "payoff")
    from scipy.sparse import csr_array, vstack

    n, k = len(places), len(means)
    if n == 1:
        best = int(np.argmax(payoffs))
        return FloatPrices(places, payoffs[[best]], means, payoffs, np.eye(k)[best], float(payoffs[best]))
    left = np.clip(np.searchsorted(places, means, side="right") - 1, 0, n - 2)
    share = (means - places[left]) / (places[left + 1] - places[left])
    rows = np.arange(k)
    majorise = csr_array(
        (np.append(1 - share, share), (np.append(rows, rows), np.append(left, left + 1))), shape=(k, n)
    )
    gaps = np.diff(places)
    before = gaps[1:] / (gaps[1:] + gaps[:-1])
    inner = np.arange(n - 2)
    convex = csr_array(
        (
            np.concatenate([before, -np.ones(n - 2), 1 - before]),
            (np.tile(inner, 3), np.concatenate([inner, inner + 1, inner + 2])),
        ),
        shape=(n - 2, n),
    )
    found = maximise(
        -weights,
        limits=(-vstack([majorise, convex], format="csr"), np.append(-payoffs, np.zeros(n - 2))),
        bounds=(None, None),
        method="highs-ds",
        tolerance=TIGHT,
    )
    if found is None:
        raise SolverError("HiGHS finds no convex prices above the payoff")
    masses = np.maximum(found.limits[:k], 0.0)
    return FloatPrices(places, found.x, means, payoffs, masses, -found.value)


def _beside(means: Floats, step: float) -> Floats:
    """Means on both sides of a few: where one mean alone carries mass, they hold the prices' slope."""
    if len(means) > _FEW or step < _LEAST_STEP:
        return np.empty(0)
    return np.append(means - step, means + step)


class Search:
    """Finds means at which the payoff exceeds piecewise-linear prices (the pricing step)."""

    def __init__(self, rescaled: RescaledPayoff, places: Floats) -> None:
        self.rescaled, self.places = rescaled, places
        within = (rescaled.grid >= places[0]) & (rescaled.grid <= places[-1])
        self.grid, self.values = rescaled.grid[within], rescaled.grid_values[within]
        if not rescaled.listed:
            extra = np.setdiff1d(places, self.grid)
            order = np.argsort(np.append(self.grid, extra))
            self.values = np.append(self.values, rescaled.values(extra))[order]
            self.grid = np.append(self.grid, extra)[order]

    def violated(self, prices: Floats) -> tuple[Floats, Floats]:
        """Local maxima of payoff minus price that are positive or nearly so, found on a grid and zoomed into."""
        excess = self.values - np.interp(self.grid, self.places, prices)
        padded = np.concatenate([[-np.inf], excess, [-np.inf]])
        peaks = np.flatnonzero((excess >= padded[:-2]) & (excess >= padded[2:]) & (excess > -1e-4))
        best, height = self.grid[peaks], excess[peaks]
        if self.rescaled.listed or not len(peaks):
            return best, height
        low, high = self.grid[np.maximum(peaks - 1, 0)], self.grid[np.minimum(peaks + 1, len(self.grid) - 1)]
        steps = np.linspace(0.0, 1.0, 9)
        rows = np.arange(len(peaks))
        for _ in range(_ZOOMS):
            samples = low[:, None] + (high - low)[:, None] * steps
            heights = self.rescaled.values(samples.ravel()).reshape(samples.shape)
            heights -= np.interp(samples, self.places, prices)
            k = np.argmax(heights, axis=1)
            better = heights[rows, k] > height
            best = np.where(better, samples[rows, k], best)
            height = np.where(better, heights[rows, k], height)
            low, high = samples[rows, np.maximum(k - 1, 0)], samples[rows, np.minimum(k + 1, 8)]
        return best, height
