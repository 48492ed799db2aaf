"""One receiver's best response to the other's potential.

Let beta be a potential of receiver 2 and F_s(x) the largest ``u_s(x, y) - spent_s(y)`` over y in state s. A potential
alpha of receiver 1 together with prices V bounds the two-receiver program if ``F_l(x) - V_l <= x alpha(x)`` and
``(1-x) alpha(x) <= V_h - F_h(x)`` for each x. Such alpha(x) exist iff ``W(x) = (1-x) F_l(x) + x F_h(x)`` lies below
the line ``(1-x) V_l + x V_h``. The best bound is therefore the line's height at the prior, minimised: the
concavification of W. Half of the program, with the other half fixed, is persuasion of one receiver.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from transport.programs.arrays import Floats, Integers


@dataclass(frozen=True)
class Reply:
    """The best cells at each of a receiver's posteriors, and the response they lead to.

    Attributes
    ----------
    axis : array, shape (n,)
    best : two arrays, shape (n,)
        F_l and F_h.
    at : two integer arrays, shape (n,)
        The other receiver's posteriors that attain them.
    """

    axis: Floats
    best: tuple[Floats, Floats]
    at: tuple[Integers, Integers]

    @cached_property
    def welfare(self) -> Floats:
        """W; a state that a posterior excludes does not count there."""
        # Where the other receiver's posteriors exclude it as well its best is -inf, and 0 times that is no number.
        low = np.where(self.axis == 1, 0.0, self.best[0])
        high = np.where(self.axis == 0, 0.0, self.best[1])
        return np.asarray((1 - self.axis) * low + self.axis * high)

    def response(self, prior: float) -> tuple[Floats, Floats]:
        """Prices V and the potential alpha that leaves equal slack in both states."""
        W = self.welfare
        prices = supporting_line(self.axis, W, prior)
        x, (low, high) = self.axis, self.best
        slack = line(prices, x) - W
        # Each formula where its denominator is large. At the ends, where the potential does not matter here, it goes on
        # as it does next to them: finer grids interpolate it.
        early = x <= 0.5
        with np.errstate(invalid="ignore"):  # no message leads there: infinite slack over a best of minus infinity
            contribution = np.where(early, prices[1] - high - slack, low + slack - prices[0])
        return prices, np.where(np.isfinite(contribution), contribution / np.where(early, 1 - x, x), 0.0)

    def above(self, prices: Floats, margin: float) -> Integers:
        """The peaks of W above the line that the prices draw, raised by the margin."""
        over = self.welfare - line(prices, self.axis) - margin
        around = np.concatenate([[-np.inf], over, [-np.inf]])
        return np.flatnonzero((over > 0) & (over > around[:-2]) & (over >= around[2:]))


def line(prices: Floats, x: Floats) -> Floats:
    """``(1-x) V_l + x V_h``."""
    return np.asarray((1 - x) * prices[0] + x * prices[1])


def supporting_line(x: Floats, heights: Floats, prior: float) -> Floats:
    """Heights at 0 and 1 of the line above all points that is lowest at the prior.

    Starting with two points around the prior, the point farthest above the line through them replaces the one on its
    side, until none is above.

    Parameters
    ----------
    x, heights : arrays, shape (n,)
    prior : float
        Between the least and the greatest x.

    Examples
    --------
    >>> supporting_line(np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 1.0]), 0.25)
    array([0., 2.])
    """
    known = np.isfinite(heights)
    if not known.all() and known.any() and x[known][0] <= prior <= x[known][-1]:
        # Posteriors that no message can lead to, as 0 under the prior 1, ask nothing of the line.
        x, heights = x[known], heights[known]
    at = int(np.searchsorted(x, prior))
    left, right = (at, at) if x[at] == prior else (at - 1, at)
    if left == right:
        # Start from the neighbours; a prior at an end has one only, and then no line but those through it.
        left, right = max(at - 1, 0), min(at + 1, len(x) - 1)
    noise = 1e-15 * float(np.abs(heights).max())
    for _ in range(len(x)):
        slope = (heights[right] - heights[left]) / (x[right] - x[left]) if right > left else 0.0
        over = heights - heights[left] - slope * (x - x[left])
        over[[left, right]] = 0.0
        top = int(over.argmax())
        if over[top] <= noise:
            break
        if x[top] == prior:
            left = right = top
            slope, over = _through(x, heights, top)
            break
        left, right = (top, right) if x[top] < prior else (left, top)
    start = heights[left] - slope * x[left] + max(float(over.max()), 0.0)
    return np.array([start, start + slope])


def _through(x: Floats, heights: Floats, at: int) -> tuple[float, Floats]:
    """A line through a point that lies on the concave envelope: between the steepest chords on either side."""
    others = np.delete(np.arange(len(x)), at)
    slopes = (heights[others] - heights[at]) / (x[others] - x[at])
    before, after = slopes[others < at], slopes[others > at]
    ends = [float(before.min())] if len(before) else []
    ends += [float(after.max())] if len(after) else []
    slope = sum(ends) / len(ends) if ends else 0.0
    return slope, heights - heights[at] - slope * (x - x[at])
