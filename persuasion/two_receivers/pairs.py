"""Plans over pairs of posteriors: the two-receiver program as a client of column generation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np

from transport.programs.arrays import Floats, Integers
from transport.programs.columns import Columns, Multipliers, Pricing

from .responses import Reply

BLOCK: Final = 1 << 15
"""Cells priced at once: as many as stay in a core's cache."""
_TOUCHING: Final = 1e-11
"""A peak this little above the master's line (of utilities of size one) is on it."""
_CONTACT: Final = 1e-7
"""Peaks this little below the best bound's line may carry the optimal plan."""


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
    centre : two numbers
    unit : float
        What counts is ``(utility - centre) / unit``: large arrays are looked at as they are, and never copied.
    """

    def __init__(
        self,
        prior: float,
        x: Floats,
        y: Floats,
        utility: Sequence[Floats],
        centre: tuple[float, float] = (0.0, 0.0),
        unit: float = 1.0,
    ) -> None:
        self.prior = prior
        self.x, self.y = x, y
        self.utility, self.centre, self.unit = utility, centre, unit
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

    @cached_property
    def extremes(self) -> list[tuple[float, float]]:
        """The least and the largest utility in either state: looked up once, as it takes as long as pricing."""
        ends = [(float(u.min()), float(u.max())) for u in self.utility]
        return [tuple((end - c) / self.unit for end in own) for own, c in zip(ends, self.centre, strict=True)]  # type: ignore[misc]

    def worth(self, state: int, i: Integers | slice, j: Integers | slice) -> Floats:
        """The utility at some cells, as it counts."""
        return np.asarray((self.utility[state][i, j] - self.centre[state]) / self.unit)

    def thinned(self, i: Integers, j: Integers) -> Pairs:
        """The cells on some of the posteriors."""
        utility = [u[np.ix_(i, j)] for u in self.utility]
        return Pairs(self.prior, self.x[i], self.y[j], utility, self.centre, self.unit)

    def sides(self, duals: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The potentials' contribution to a pair's reduced cost, per state: ``r[i] + c[j]``, by row and by column."""
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
        cost = np.where(state == 0, self.worth(0, i, j), self.worth(1, i, j))
        rows = np.stack([i, len(self.x) + j], axis=1).ravel()
        coefficients = np.stack([self.x[i] - state, self.y[j] - state], axis=1).ravel()
        return Columns(cost, state, np.arange(0, 2 * len(ids) + 1, 2), rows, coefficients)

    def scan(self, duals: Floats) -> Pricing:
        """The best cell of every row and of every column of either plan."""
        best, found = np.empty(2), []
        for state, (r, c) in enumerate(self.sides(duals)):
            best[state], ids = 0.0, np.zeros(0, dtype=np.int64)
            top, bottom, left, right = self.windows[state]
            if top < bottom and left < right:
                value, j = self._along_rows(state, c)
                _, i = self._along_columns(state, r)
                best[state] = (value - r)[top:bottom].max()
                rows, columns = np.arange(top, bottom), np.arange(left, right)
                ids = np.concatenate([rows * len(self.y) + j[top:bottom], i[left:right] * len(self.y) + columns])
            found.append(state * self.cells + ids)
        return Pricing(best, duals, np.concatenate(found))

    def look(self, duals: Floats) -> Pricing:
        """As :meth:`scan`, with the response of either receiver to the other in place of receiver 2's potential."""
        first = self._reply(0, duals[len(self.x) :])
        _, alpha = first.response(self.prior)
        second = self._reply(1, alpha)
        best, beta = second.response(self.prior)
        cells = [self._cells(k, one, np.arange(len(one.axis))) for k, one in enumerate((first, second))]
        return Pricing(best, np.concatenate([alpha, beta]), self._ids(np.concatenate(cells, axis=1)))

    def price(self, at: Multipliers) -> Pricing:
        """Respond to receiver 2's potential with receiver 1's, then to this with receiver 2's.

        The columns are, at posteriors where what is left of the utility peaks above the line that the prices draw, the
        best cells of both states; and where these meet a row that is idle, the best cells of that row.
        """
        first = self._reply(0, at.duals[len(self.x) :])
        _, alpha = first.response(self.prior)
        second = self._reply(1, alpha)
        best, beta = second.response(self.prior)
        prices, margin = (best, -_CONTACT) if at.prices is None else (at.prices, _TOUCHING)
        cells = [self._cells(k, reply, reply.above(prices, margin)) for k, reply in enumerate((first, second))]
        if at.idle is not None:
            i, j = np.concatenate(cells, axis=1)[1:]
            cells.append(self._cells(0, first, np.unique(i[at.idle[i]])))
            cells.append(self._cells(1, second, np.unique(j[at.idle[len(self.x) + j]])))
        return Pricing(best, np.concatenate([alpha, beta]), self._ids(np.concatenate(cells, axis=1)))

    def _ids(self, cells: Integers) -> Integers:
        """Those of the cells, rows state, i, j, that can hold mass."""
        state, i, j = cells
        return np.concatenate([self.allowed(s, i[state == s], j[state == s]) for s in (0, 1)])

    def _reply(self, receiver: int, other: Floats) -> Reply:
        """The best cells at each of a receiver's posteriors, given the other receiver's potential."""
        axis, across = (self.x, self.y) if receiver == 0 else (self.y, self.x)
        best, at = [], []
        for state in (0, 1):
            value, place = (self._along_rows, self._along_columns)[receiver](state, (across - state) * other)
            best.append(value)
            at.append(place)
        return Reply(axis, (best[0], best[1]), (at[0], at[1]))

    @staticmethod
    def _cells(receiver: int, reply: Reply, places: Integers) -> Integers:
        """Rows state, i, j of the best cells at some of a receiver's posteriors."""
        found = []
        for state in (0, 1):
            own, other = places, reply.at[state][places]
            pair = (own, other) if receiver == 0 else (other, own)
            found.append(np.stack([np.full(len(own), state), *pair]))
        return np.concatenate(found, axis=1)

    def _along_rows(self, state: int, c: Floats) -> tuple[Floats, Integers]:
        """For every i the largest ``u[i, j] - c[j]`` over the j allowed in the state, and where it is."""
        _, _, left, right = self.windows[state]
        part, c = self.utility[state][:, left:right], c[left:right] * self.unit
        count, height = len(self.x), max(1, BLOCK // max(right - left, 1))
        best, at = np.full(count, -np.inf), np.zeros(count, dtype=np.int64)
        buffer = np.empty((height, len(c)))
        for begin in range(0, count if len(c) else 0, height):
            end = min(begin + height, count)
            work = np.subtract(part[begin:end], c, out=buffer[: end - begin])
            most = work.argmax(axis=1)
            at[begin:end] = most + left
            best[begin:end] = work[np.arange(end - begin), most]
        return (best - self.centre[state]) / self.unit, at

    def _along_columns(self, state: int, r: Floats) -> tuple[Floats, Integers]:
        """For every j the largest ``u[i, j] - r[i]`` over the i allowed in the state, and where it is."""
        top, bottom, _, _ = self.windows[state]
        u, width, r = self.utility[state], len(self.y), r * self.unit
        height = max(1, BLOCK // width)
        best, block = np.full(width, -np.inf), np.full(width, top)
        buffer = np.empty((height, width))
        for begin in range(top, bottom, height):
            end = min(begin + height, bottom)
            most = np.subtract(u[begin:end], r[begin:end, None], out=buffer[: end - begin]).max(axis=0)
            better = most > best
            best[better] = most[better]
            block[better] = begin
        # Which row of its block it is, is looked up for each column once.
        at = np.zeros(width, dtype=np.int64)
        for begin in np.unique(block) if top < bottom else ():
            columns = np.flatnonzero(block == begin)
            end = min(int(begin) + height, bottom)
            at[columns] = (u[begin:end, columns] - r[begin:end, None]).argmax(axis=0) + begin
        return (best - self.centre[state]) / self.unit, at
