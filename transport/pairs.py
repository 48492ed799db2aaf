"""Plans over pairs of posteriors: the two-receiver program as a client of column generation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from .columns import Columns, Floats, Integers, Optimum, Pricing, Stop, generate

if TYPE_CHECKING:
    from .road.problem import Effort

_BLOCK: Final = 1 << 15
"""Cells priced at once: as many as stay in a core's cache."""


class Pairs:
    """Cells (state, i, j) of two plans whose marginals are tied to each other.

    The coupling rows are ``x[i] m_l(i, .) = (1-x[i]) m_h(i, .)`` for every i, then the same for y and j. Cells that
    cannot hold mass (state h at posterior 0, state l at posterior 1) take no part.

    Parameters
    ----------
    prior : float
    x, y : arrays, shapes (n,), (m,)
        Increasing, in [0, 1], bracketing the prior.
    utility : two arrays, shape (n, m)
        For the states l and h.
    """

    def __init__(self, prior: float, x: Floats, y: Floats, utility: Sequence[npt.NDArray[np.float64]]) -> None:
        self.prior = prior
        self.x, self.y = x, y
        self.utility = utility
        self.masses = np.array([1 - prior, prior])
        self.rows = len(x) + len(y)
        self.shape = len(x), len(y)
        self.cells = len(x) * len(y)
        last = [int(axis[-1] == 1) for axis in (x, y)]
        first = [int(axis[0] == 0) for axis in (x, y)]
        self.windows = (
            (0, len(x) - last[0], 0, len(y) - last[1]),
            (first[0], len(x), first[1], len(y)),
        )

    def sides(self, duals: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """For either state what a cell (i, j) spends: ``r[i] + c[j]``."""
        a, b = duals[: len(self.x)], duals[len(self.x) :]
        return (self.x * a, self.y * b), ((self.x - 1) * a, (self.y - 1) * b)

    def start(self) -> Integers:
        """Independent signals on the posteriors next to the prior."""
        around = []
        for axis in (self.x, self.y):
            k = int(np.searchsorted(axis, self.prior))
            around.append(np.unique([max(k - (k == len(axis) or axis[k] != self.prior), 0), min(k, len(axis) - 1)]))
        i, j = (grid.ravel() for grid in np.meshgrid(*around, indexing="ij"))
        return np.concatenate([self.allowed(state, i, j) for state in (0, 1)])

    def allowed(self, state: int, i: Integers, j: Integers) -> Integers:
        """Those of the cells that can hold mass, as ids."""
        top, bottom, left, right = self.windows[state]
        inside = (i >= top) & (i < bottom) & (j >= left) & (j < right)
        return np.asarray(state * self.cells + i[inside] * len(self.y) + j[inside], dtype=np.int64)

    def split(self, ids: Integers) -> tuple[Integers, Integers, Integers]:
        """State, i and j of the cells."""
        state, cell = np.divmod(ids, self.cells)
        i, j = np.divmod(cell, len(self.y))
        return state, i, j

    def columns(self, ids: Integers) -> Columns:
        """The named cells as columns."""
        state, i, j = self.split(ids)
        cost = np.where(state == 0, self.utility[0][i, j], self.utility[1][i, j])
        rows = np.stack([i, len(self.x) + j], axis=1).ravel()
        coefficients = np.stack([self.x[i] - state, self.y[j] - state], axis=1).ravel()
        return Columns(cost, state, np.arange(0, 2 * len(ids) + 1, 2), rows, coefficients)

    def price(self, duals: Floats) -> Pricing:
        """The best cell of every row and of every column of either plan."""
        best, found = np.empty(2), []
        for state, (r, c) in enumerate(self.sides(duals)):
            most, ids = self._price(state, r, c)
            best[state] = most
            found.append(ids)
        return Pricing(best, np.concatenate(found))

    def _price(self, state: int, r: Floats, c: Floats) -> tuple[float, Integers]:
        top, bottom, left, right = self.windows[state]
        part, c = self.utility[state][:, left:right], c[left:right]
        width, count = right - left, bottom - top
        if width <= 0 or count <= 0:
            return 0.0, np.zeros(0, dtype=np.int64)
        height = max(1, _BLOCK // width)
        buffer = np.empty((height, width))
        row_at = np.empty(count, dtype=np.int64)
        row_best = np.empty(count)
        column_best = np.full(width, -np.inf)
        column_block = np.zeros(width, dtype=np.int64)
        for begin in range(top, bottom, height):
            end = min(begin + height, bottom)
            work = np.subtract(part[begin:end], c, out=buffer[: end - begin])
            at = work.argmax(axis=1)
            row_at[begin - top : end - top] = at
            row_best[begin - top : end - top] = work[np.arange(end - begin), at] - r[begin:end]
            work -= r[begin:end, None]
            most = work.max(axis=0)
            better = most > column_best
            column_best[better] = most[better]
            column_block[better] = begin
        rows = np.arange(top, bottom)
        ids = [state * self.cells + rows * len(self.y) + left + row_at]
        ids.append(self._column_cells(state, r, column_block, height, bottom))
        return float(row_best.max()), np.concatenate(ids)

    def _column_cells(self, state: int, r: Floats, block: Integers, height: int, bottom: int) -> Integers:
        """The best cell of every column, looked up in the block of rows that holds it."""
        left = self.windows[state][2]
        found = []
        for begin in np.unique(block):
            columns = np.flatnonzero(block == begin)
            end = min(int(begin) + height, bottom)
            work = self.utility[state][begin:end, left + columns] - r[begin:end, None]
            i = work.argmax(axis=0) + begin
            found.append(state * self.cells + i * len(self.y) + left + columns)
        return np.concatenate(found)


def coarse_to_fine(
    prior: float,
    x: Floats,
    y: Floats,
    utility: Sequence[npt.NDArray[np.float64]],
    stop: Stop,
    effort: Effort | None = None,
    floor: int = 24,
    step: int = 4,
) -> Optimum:
    """Solve on coarse grids first; each hands its plan and its interpolated potentials to the next finer one.

    Returns
    -------
    Optimum
        Of the full grid; ``passes`` counts passes over the full arrays only.
    """
    levels = [(np.arange(len(x)), np.arange(len(y)))]
    while max(map(len, levels[-1])) > floor:
        i, j = levels[-1]
        levels.append((i[_thinned(x[i], prior, step)], j[_thinned(y[j], prior, step)]))
    found: Optimum | None = None
    duals: Floats | None = None
    pool: Integers | None = None
    for (i, j), (finer_i, finer_j) in zip(levels[:0:-1], levels[-2::-1], strict=True):
        client = Pairs(prior, x[i], y[j], [u[np.ix_(i, j)] for u in utility])
        found = generate(client, Stop(max(stop.gap, 1e-7), stop.rounds), effort, duals, pool)
        a, b = found.duals[: len(i)], found.duals[len(i) :]
        duals = np.concatenate([np.interp(x[finer_i], x[i], a), np.interp(y[finer_j], y[j], b)])
        state, row, column = client.split(found.ids)
        row, column = np.searchsorted(finer_i, i[row]), np.searchsorted(finer_j, j[column])
        pool = (state * len(finer_i) + row) * len(finer_j) + column
    return generate(Pairs(prior, x, y, utility), stop, effort, duals, pool)


def _thinned(axis: Floats, prior: float, step: int) -> Integers:
    """Every step-th point, the ends, and the points next to the prior."""
    k = int(np.searchsorted(axis, prior))
    near = [max(k - 1, 0), min(k, len(axis) - 1)]
    return np.unique(np.concatenate([np.arange(0, len(axis), step), [len(axis) - 1], near]))
