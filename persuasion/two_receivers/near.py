"""From coarse grids to the full one, with few passes over it: most rounds look at its nearly tight cells alone.

Cells whose slack is far above what potentials still have to move by stay slack. So potentials that are nearly right,
from a coarser grid, choose the cells that can matter; the program over these is solved by column generation, and a pass
over all cells then proves a bound for the whole. Where it is not near enough, more cells are chosen at the better
potentials (sifting: Bixby, Gregory, Lustig, Marsten and Shanno 1992, Operations Research 40).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from transport.programs.arrays import Floats, Integers
from transport.programs.columns import Optimum, Pricing, Stop, generate

from .pairs import BLOCK, Pairs

if TYPE_CHECKING:
    from transport.programs.effort import Effort

_COARSE: Final = 1e-5
"""Relative gap at which a coarse grid is left."""
_LARGE: Final = 10_000
"""Cells in a state from which choosing some of them pays."""
_SLACK: Final = 4.0
"""Cells within so many times the gap are near: potentials move by a few times what the bound does."""
_MOST: Final = 20
"""At most about so many near cells are chosen for each posterior, the nearest."""
_SAMPLE: Final = 64
"""About so many rows say how many cells are near."""
_ROUNDS: Final = 5
"""Of choosing cells; what is still open then is left to column generation over all of them."""

Segments = tuple[Floats, Integers, Integers, Integers, Integers]
"""Utilities and other receiver's posteriors of cells in order of one's own; where each of these begins, which it is,
and how many cells it has."""


class Near(Pairs):
    """Some cells of a program, with every posterior among them that may hold mass.

    Potentials of the posteriors 0 and 1, which matter to no cell here, are zero.

    Parameters
    ----------
    whole : Pairs
    ids : integer array
        Increasing.
    """

    def __init__(self, whole: Pairs, ids: Integers) -> None:
        super().__init__(whole.prior, whole.x, whole.y, whole.utility, whole.centre, whole.unit)
        state, i, j = whole.split(ids)
        self._by_row: list[Segments] = []
        self._by_column: list[Segments] = []
        for s in (0, 1):
            rows, columns = i[state == s], j[state == s]
            worth = whole.worth(s, rows, columns)
            self._by_row.append(_segments(worth, rows, columns))
            order = np.argsort(columns, kind="stable")
            self._by_column.append(_segments(worth[order], columns[order], rows[order]))

    def _along_rows(self, state: int, c: Floats) -> tuple[Floats, Integers]:
        return _largest(self._by_row[state], c, len(self.x))

    def _along_columns(self, state: int, r: Floats) -> tuple[Floats, Integers]:
        return _largest(self._by_column[state], r, len(self.y))


def _segments(worth: Floats, own: Integers, other: Integers) -> Segments:
    begins = np.flatnonzero(np.diff(own, prepend=-1))
    return worth, other, begins, own[begins], np.diff(np.append(begins, len(own)))


def _largest(segments: Segments, spent: Floats, count: int) -> tuple[Floats, Integers]:
    """For every posterior the largest ``utility - spent`` and where it is first."""
    worth, other, begins, own, lengths = segments
    best, at = np.full(count, -np.inf), np.zeros(count, dtype=np.int64)
    if len(worth):
        left = worth - spent[other]
        most = np.maximum.reduceat(left, begins)
        best[own] = most
        hits = np.flatnonzero(left == np.repeat(most, lengths))[::-1]
        at[own[np.searchsorted(begins, hits, side="right") - 1]] = other[hits]
    return best, at


def near_cells(whole: Pairs, at: Pricing, slack: float) -> Integers:
    """Cells that the potentials with their prices leave no more slack than that, or the nearest of them."""
    sides = whole.sides(at.duals)
    step, sample = -(-len(whole.x) // _SAMPLE), []
    for state, (r, c) in enumerate(sides):
        top, bottom, left, right = whole.windows[state]
        rows = np.arange(top, bottom, step)
        worth = whole.worth(state, rows, slice(left, right))
        sample.append((at.best[state] + r[rows, None] + c[left:right] - worth).ravel())
    slacks = np.concatenate(sample)
    few = _MOST * whole.rows // step
    if np.count_nonzero(slacks <= slack) > few:
        slack = float(np.partition(slacks, few)[few])
        if np.count_nonzero(slacks <= slack) > 2 * few:  # ties: no slack tells which of them are nearer
            return np.zeros(0, dtype=np.int64)
    found = []
    for state, (r, c) in enumerate(sides):
        top, bottom, left, right = whole.windows[state]
        if top >= bottom or left >= right:
            continue
        least = (r + (at.best[state] - slack)) * whole.unit + whole.centre[state]
        part, spent = whole.utility[state][:, left:right], c[left:right] * whole.unit
        height = max(1, BLOCK // (right - left))
        buffer = np.empty((height, right - left))
        for begin in range(top, bottom, height):
            end = min(begin + height, bottom)
            work = np.subtract(part[begin:end], spent, out=buffer[: end - begin])
            rows, columns = np.divmod(np.flatnonzero(work > least[begin:end, None]), right - left)
            found.append(state * whole.cells + (rows + begin) * len(whole.y) + columns + left)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def generate_near(
    whole: Pairs, stop: Stop, effort: Effort | None, duals: Floats, pool: Integers, value: float
) -> Optimum:
    """As :func:`~transport.programs.columns.generate`, from potentials, a plan's cells and its value on a coarser grid.

    Returns
    -------
    Optimum
        ``passes`` counts looks at all cells, of which choosing them is one.
    """
    size = max(abs(end) for ends in whole.extremes for end in ends)
    best = whole.look(duals)
    bound, passes, rounds = float(whole.masses @ best.best), 1, 0
    ids = np.concatenate([whole.start(), pool])
    for _ in range(_ROUNDS):
        ids = np.concatenate([ids, best.ids, pool])
        if bound - value > stop.gap * size:
            ids, passes = np.concatenate([ids, near_cells(whole, best, _SLACK * (bound - value))]), passes + 1
        ids = np.unique(ids)
        found = generate(Near(whole, ids), Stop(stop.gap, stop.rounds - rounds), effort, best.duals, pool)
        rounds += found.rounds
        value, pool = max(value, found.value), found.ids
        looked = whole.look(found.duals)
        passes += 1
        reached = float(whole.masses @ looked.best)
        if better := reached < bound:
            bound, best = reached, looked
        over = rounds >= stop.rounds or (effort is not None and effort.exhausted())
        if bound - value <= stop.gap * size or over:
            return Optimum(found.ids, found.masses, best.duals, value, bound, rounds, passes, found.pool)
        if not better:
            ids = np.concatenate([ids, looked.ids])
    found = generate(whole, Stop(stop.gap, stop.rounds - rounds), effort, best.duals, pool)
    return Optimum(
        found.ids, found.masses, found.duals, found.value, found.bound,
        rounds + found.rounds, passes + found.passes, found.pool,
    )  # fmt: skip


def coarse_to_fine(whole: Pairs, stop: Stop, effort: Effort | None = None, floor: int = 60, step: int = 4) -> Optimum:
    """Solve on coarse grids first; each hands its plan and its interpolated potentials to the next finer one.

    Returns
    -------
    Optimum
        Of the full grid; ``passes`` counts passes over the full arrays only.
    """
    prior, x, y = whole.prior, whole.x, whole.y
    levels = [(np.arange(len(x)), np.arange(len(y)))]
    while max(map(len, levels[-1])) > floor:
        i, j = levels[-1]
        levels.append((i[_thinned(x[i], prior, step)], j[_thinned(y[j], prior, step)]))
    i, j = levels.pop()
    if not levels:
        return generate(whole, stop, effort)
    client = whole.thinned(i, j)
    coarse = Stop(max(stop.gap, _COARSE), stop.rounds)
    found = generate(client, coarse, effort)
    for finer_i, finer_j in reversed(levels):
        a, b = found.duals[: len(i)], found.duals[len(i) :]
        duals = np.concatenate([np.interp(x[finer_i], x[i], a), np.interp(y[finer_j], y[j], b)])
        state, row, column = client.split(found.ids)
        row, column = np.searchsorted(finer_i, i[row]), np.searchsorted(finer_j, j[column])
        pool = (state * len(finer_i) + row) * len(finer_j) + column
        i, j = finer_i, finer_j
        last = len(i) == len(x) and len(j) == len(y)
        client, asked = (whole, stop) if last else (whole.thinned(i, j), coarse)
        if client.cells < _LARGE:
            found = generate(client, asked, effort, duals, pool)
        else:
            found = generate_near(client, asked, effort, duals, pool, found.value)
    return found


def _thinned(axis: Floats, prior: float, step: int) -> Integers:
    """Every step-th point, the ends, and the points next to the prior."""
    k = int(np.searchsorted(axis, prior))
    near = [max(k - 1, 0), min(k, len(axis) - 1)]
    return np.unique(np.concatenate([np.arange(0, len(axis), step), [len(axis) - 1], near]))
