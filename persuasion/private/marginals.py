"""Plans over several marginals tied across states: a client of column generation for any number of receivers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transport.programs.arrays import Floats, Integers
from transport.programs.columns import Columns, Multipliers, Pricing


class Marginals:
    """Cells (state, k1, ..., kn); a receiver's posterior k has mass of state s in proportion ``points[k][s]``.

    The coupling rows are, for every receiver, posterior k and state s but the first,
    ``m_s(k) = points[k][s] sum_s' m_s'(k)``. Cells of a state that a posterior excludes take no part.

    Parameters
    ----------
    prior : array, shape (S,)
    points : sequence of arrays, shapes (K_r, S)
    utility : sequence of arrays, S of them, shape (K_1, ..., K_n)
    start : integer array
        Cells that make the program feasible.
    """

    def __init__(
        self,
        prior: Floats,
        points: Sequence[Floats],
        utility: Sequence[Floats],
        start: Integers | None = None,
    ) -> None:
        self.masses = prior
        self.points = points
        self.utility = utility
        self.shape = tuple(len(own) for own in points)
        self.states = len(prior)
        self.cells = int(np.prod(self.shape))
        self.offsets = np.concatenate([[0], np.cumsum([(self.states - 1) * count for count in self.shape])])
        self.rows = int(self.offsets[-1])
        self._start = np.zeros(0, dtype=np.int64) if start is None else start

    def start(self) -> Integers:
        """The cells given at the beginning."""
        return self._start

    def ids(self, state: int, places: Sequence[Integers]) -> Integers:
        """Name cells of a state."""
        return np.asarray(state * self.cells + np.ravel_multi_index(tuple(places), self.shape), dtype=np.int64)

    def split(self, ids: Integers) -> tuple[Integers, tuple[Integers, ...]]:
        """State and places of the cells."""
        state, cell = np.divmod(ids, self.cells)
        return state, tuple(np.asarray(k) for k in np.unravel_index(cell, self.shape))

    def columns(self, ids: Integers) -> Columns:
        """The named cells as columns."""
        state, places = self.split(ids)
        cost = np.empty(len(ids))
        for s in range(self.states):
            here = state == s
            cost[here] = self.utility[s][tuple(k[here] for k in places)]
        rows, coefficients = [], []
        later = np.arange(1, self.states)
        for offset, own, k in zip(self.offsets, self.points, places, strict=False):
            rows.append(offset + k[:, None] * (self.states - 1) + later - 1)
            coefficients.append((state[:, None] == later) - own[k][:, 1:])
        width = len(self.shape) * (self.states - 1)
        return Columns(
            cost,
            state,
            width * np.arange(len(ids) + 1),  # one state: there are no rows, but as many columns
            np.hstack(rows).ravel(),
            np.hstack(coefficients).ravel(),
        )

    def terms(self, duals: Floats) -> list[Floats]:
        """The potentials ``beta[r][k][s]``, of mean zero at every posterior."""
        found = []
        for r, own in enumerate(self.points):
            y = np.zeros((len(own), self.states))
            y[:, 1:] = duals[self.offsets[r] : self.offsets[r + 1]].reshape(len(own), -1)
            found.append(y - (own * y).sum(axis=1, keepdims=True))
        return found

    def price(self, at: Multipliers) -> Pricing:
        """The best cell at every posterior of every receiver, in every state."""
        beta = self.terms(at.duals)
        best, found = np.zeros(self.states), []
        for s in range(self.states):
            if not self.masses[s]:
                continue
            rest = np.array(self.utility[s], dtype=np.float64)
            for r, (own, side) in enumerate(zip(beta, self.points, strict=True)):
                contribution = np.where(side[:, s] > 0, own[:, s], np.inf)
                rest -= contribution.reshape([-1 if axis == r else 1 for axis in range(len(self.shape))])
            best[s] = rest.max()
            for r in range(len(self.shape)):
                lines = np.moveaxis(rest, r, 0).reshape(self.shape[r], -1)
                most = lines.argmax(axis=1)
                k = np.flatnonzero(np.isfinite(lines[np.arange(self.shape[r]), most]))
                rest_of_shape = self.shape[:r] + self.shape[r + 1 :]
                others = np.unravel_index(most[k], rest_of_shape) if rest_of_shape else ()
                found.append(self.ids(s, [*others[:r], k, *others[r:]]))
        return Pricing(best, at.duals, np.concatenate(found))
