"""The linear relaxation of the platform's problem, with rows and columns entering as they are needed.

Everything here is in floating point and trusted by nobody; :mod:`.leaves` makes exact bounds of its multipliers.
See :mod:`dual.kinds.trading.revenue` for the program. A pair's columns x and r enter when they would gain, the row of
a known pair when its buyer would envy. A row may be broken at a high price, so that every restricted program has a
solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from transport.programs.arrays import Floats, Integers
from transport.programs.instance import allow, highs

from .arrays import Model
from .envy import Envy, Row, Terms

_PENALTY = 20.0
"""Of breaking a row of envy, relative to the largest gain: above any multiplier met, and low enough for floats."""
_TOLERANCE = 1e-7
"""What a column must gain to enter: HiGHS's own tolerance, below which none ever stops gaining."""
_BATCH = 4
"""Columns of a buyer that enter at once: more mean fewer rounds and larger programs."""
_ROWS_AT_ONCE = 100
"""Broken rows that enter at once, for the same reason."""
_MEMORY, _FORGET_AT_ONCE = 6, 40
"""Rows that have not bound for so many solves are dropped, so many at once: they slow every pivot down, and may
return."""
_PIVOTS = 8000
"""A healthy run from the last basis ends long before; one that goes round in circles starts anew."""
_PART = 1e-6
"""Shares closer than this to 0 or 1 count as integral."""
_STALL, _LITTLE = 4, 1e-5
"""No more rows enter after so many rounds that lowered the value by no more than this share."""


@dataclass(frozen=True)
class Point:
    """An optimum of the relaxation: its value in units, the fractional trades, and the multipliers of envy.

    ``x`` holds (place of the pair, weight); ``envy`` holds (row, multiplier).
    """

    value: float
    x: list[tuple[int, float]]
    envy: list[tuple[Row, float]]


class Relaxation:
    """The platform's linear relaxation over the rows and columns generated so far.

    Parameters
    ----------
    model : Model
    seeds : iterable of int
        Places of pairs whose columns enter at once.
    """

    def __init__(self, model: Model, seeds: Iterable[int]) -> None:
        import highspy

        self.model = model
        self.scale = float(max(int(model.net.max(initial=0)), 1))
        self.envy = Envy(model, self.scale)
        self.net = self.envy.net
        self.cost: Floats = (model.costs.astype(np.float64) / self.scale)[model.sellers]
        self.unknown: Floats = (~model.known).astype(np.float64)
        self.possible = self.envy.possible
        self._last_use: dict[Row, int] = {}
        self._solves = 0
        self.infinity = highspy.kHighsInf
        self._begin()
        for place in sorted(map(int, seeds)):
            self._add_pair(place)

    def _begin(self) -> None:
        """An empty program: a row for each buyer and each seller."""
        self.solver = simplex()
        n, m = self.model.shape
        for _ in range(n + m):
            self.solver.addRow(-self.infinity, 1.0, 0, np.zeros(0, np.int32), np.zeros(0))
        self.column: dict[int, int] = {}
        self.envy_row: dict[Row, int] = {}
        self._terms: dict[Row, Terms] = {}
        self._by_buyer: dict[int, list[Row]] = {}
        self._by_seller: dict[int, list[Row]] = {}
        self._rows, self._columns = n + m, 0

    def _add_pair(self, place: int) -> None:
        """The columns x and r of a pair, with the row ``r <= w x``."""
        if place in self.column or not self.possible[place]:
            return
        i, j = int(self.model.buyers[place]), int(self.model.sellers[place])
        w, unknown = float(self.net[place]), float(self.unknown[place])
        x, r = {i: 1.0, self.model.shape[0] + j: 1.0}, {}
        for row in sorted({*self._by_buyer.get(i, ()), *self._by_seller.get(j, ())}, key=self.envy_row.__getitem__):
            terms, at = self._terms[row], self.envy_row[row]
            for k in np.flatnonzero(terms.places == place).tolist():
                x[at], r[at] = float(terms.x[k]), float(terms.r[k])
        self._add_column(-unknown * float(self.cost[place]), (0, 1), x)
        self._add_column(-unknown, (0.0, self.infinity), r)
        at = self.column[place] = self._columns - 2
        self.solver.addRow(-self.infinity, 0.0, 2, np.array([at, at + 1], np.int32), np.array([-w, 1.0]))
        self._rows += 1

    def _add_column(self, cost: float, box: tuple[float, float], entries: Mapping[int, float]) -> None:
        used = {row: value for row, value in entries.items() if value}
        rows, values = np.array(list(used), np.int32), np.array(list(used.values()), np.float64)
        self.solver.addCol(cost, *box, len(used), rows, values)
        self._columns += 1

    def _add_envy(self, row: Row) -> None:
        """A row, which a column may break at a price."""
        i, j = int(self.model.buyers[row.place]), int(self.model.sellers[row.place])
        terms = self._terms[row] = self.envy.terms(row)
        entries: dict[int, float] = {}
        for place, x, r in zip(terms.places.tolist(), terms.x.tolist(), terms.r.tolist(), strict=True):
            at = self.column.get(place)
            if at is not None:
                entries[at], entries[at + 1] = x, r
        used = {at: value for at, value in entries.items() if value}
        columns, values = np.array(list(used), np.int32), np.array(list(used.values()), np.float64)
        self.solver.addRow(terms.least, self.infinity, len(used), columns, values)
        self.envy_row[row] = self._rows
        self._last_use[row] = self._solves
        self._add_column(_PENALTY, (0.0, self.infinity), {self._rows: 1.0})
        self._rows += 1
        self._by_buyer.setdefault(i, []).append(row)
        self._by_seller.setdefault(j, []).append(row)

    def solve(self, time_left: float, rounds: int) -> Point | None:
        """A nearly optimal point; None if the time is over.

        Rows enter for at most some rounds, while they help: what is missing makes the bound weaker, not wrong.
        """
        import time

        import highspy

        deadline = time.monotonic() + time_left
        history: list[float] = []
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            allow(self.solver, left)
            self._run()
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            found = self.solver.getSolution()
            values, duals = np.asarray(found.col_value), np.asarray(found.row_dual)
            value = -float(self.solver.getInfo().objective_function_value)
            history.append(value)
            stalled = len(history) > _STALL and history[-1 - _STALL] - value < _LITTLE * value
            more = (len(history) < rounds and not stalled) or self._integral(values)
            if not self._grow(values, duals, more):
                break
            self._forget(duals)
        x = [(place, float(values[at])) for place, at in self.column.items() if values[at] > 1e-9]
        active = [(row, at) for row, at in self.envy_row.items() if duals[at] > 1e-9]
        envy = [(row, float(duals[at]) / self._terms[row].size) for row, at in active]
        self._forget(duals)
        return Point(value * self.scale, x, envy)

    def _integral(self, values: Floats) -> bool:
        """Whether the relaxation's solution is integral."""
        x = values[np.fromiter(self.column.values(), np.int64, len(self.column))]
        return bool((np.minimum(x, 1.0 - x) < _PART).all())

    def _run(self) -> None:
        """Solve from the last basis; if that goes round in circles, from none."""
        import highspy

        self.solver.setOptionValue("simplex_iteration_limit", _PIVOTS)
        self.solver.run()
        if self.solver.getModelStatus() == highspy.HighsModelStatus.kIterationLimit:
            self.solver.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf)
            self.solver.clearSolver()
            self.solver.run()

    def _forget(self, duals: Floats) -> None:
        """Delete the rows that no multiplier has used for a while."""
        self._solves += 1
        for row, at in self.envy_row.items():
            # Multipliers below HiGHS's rounding errors do not count as use.
            if at >= len(duals) or duals[at] > 1e-9:
                self._last_use[row] = self._solves
        old = [row for row in self.envy_row if self._last_use[row] < self._solves - _MEMORY]
        if len(old) < _FORGET_AT_ONCE:
            return
        gone = np.sort(np.array([self.envy_row.pop(row) for row in old], np.int32))
        self.solver.deleteRows(len(gone), gone)
        self._rows -= len(gone)
        for row, at in self.envy_row.items():
            self.envy_row[row] = at - int(np.searchsorted(gone, at))
        for row in old:
            del self._last_use[row], self._terms[row]
            self._by_buyer[int(self.model.buyers[row.place])].remove(row)
            self._by_seller[int(self.model.sellers[row.place])].remove(row)

    def _grow(self, values: Floats, duals: Floats, rows: bool) -> bool:
        """Add the columns that would gain and the rows that are broken."""
        excess = self._excess(duals)
        gaining = _best(np.flatnonzero(excess > _TOLERANCE), excess, self.model.buyers)
        broken: list[Row] = []
        if rows:
            at = np.fromiter(self.column.values(), np.int64, len(self.column))
            places = np.fromiter(self.column, np.int64, len(self.column))
            used = values[at] > 1e-9
            broken = self.envy.broken(places[used], values[at[used]], values[at[used] + 1], _ROWS_AT_ONCE)
        for place in gaining:
            self._add_pair(place)
        new = [row for row in broken if row not in self.envy_row]
        for row in new:
            self._add_envy(row)
        return bool(gaining or new)

    def _excess(self, duals: Floats) -> Floats:
        """Reduced cost of each absent column; -1 where it must not or need not enter."""
        excess = self._gains(duals)
        excess[~self.possible] = -1.0
        excess[list(self.column)] = -1.0
        return excess

    def _gains(self, duals: Floats) -> Floats:
        """Reduced cost of each pair's column at the multipliers a (buyers) and b (sellers)."""
        n, m = self.model.shape
        active = [
            (self._terms[row], duals[at]) for row, at in self.envy_row.items() if at < len(duals) and duals[at] > 0
        ]
        x, r = np.zeros(len(self.net)), self.unknown.copy()
        if active:
            places = np.concatenate([terms.places for terms, _ in active])
            x += np.bincount(places, np.concatenate([terms.x * d for terms, d in active]), len(x))
            r += np.bincount(places, np.concatenate([terms.r * d for terms, d in active]), len(x))
        # The duals of rows <= 1 are -a and -b here.
        gains: Floats = x + self.net * np.maximum(r, 0.0) + self.unknown * self.cost
        gains += duals[:n][self.model.buyers] + duals[n : n + m][self.model.sellers]
        return gains


def simplex() -> Any:
    """HiGHS's simplex method, without presolve: it starts from the basis of the program before."""
    return highs(1e-8, solver="simplex", presolve="off")


def _best(places: Integers, score: Floats, buyers: Integers) -> list[int]:
    """For each buyer the few places with the highest scores."""
    order = places[np.lexsort((-score[places], buyers[places]))]
    who: Any = buyers[order]
    rank = np.arange(len(order)) - np.searchsorted(who, who)
    return sorted(order[rank < _BATCH].tolist())
