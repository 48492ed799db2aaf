"""The linear relaxation of the platform's problem, with rows and columns entering as they are needed.

Everything here is in floating point and trusted by nobody; :mod:`.leaves` makes exact bounds of its multipliers.
See :mod:`dual.revenue` for the program. A pair's columns x and r enter when they would gain, the row of a known pair
when its buyer would envy. A row may be broken at a high price, so that every restricted program has a solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import Model
from .graph import Integers

Floats = npt.NDArray[np.float64]
_PENALTY = 20.0
_TOLERANCE = 1e-7
_BATCH = 4
_ROWS_AT_ONCE = 25
_ROUNDS = 4
_MEMORY, _FORGET_AT_ONCE = 6, 40


@dataclass(frozen=True)
class Row:
    """The envy of a known pair, by its place, with the sellers and the buyers whose terms are capped."""

    place: int
    sellers: frozenset[int] = frozenset()
    buyers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Point:
    """An optimum of the relaxation: its value, the trades in part, and the multipliers of envy.

    ``x`` holds (place of the pair, weight); ``envy`` holds (row, multiplier). The value is in units of ``scale``.
    """

    value: float
    x: list[tuple[int, float]]
    envy: list[tuple[Row, float]]


class Relaxation:
    """A restricted linear program that grows.

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
        self.net: Floats = model.net.astype(np.float64) / self.scale
        self.cost: Floats = (model.costs.astype(np.float64) / self.scale)[model.sellers]
        self.unknown: Floats = (~model.known).astype(np.float64)
        self.possible = self.net >= 0
        self.restricted: dict[int, tuple[int, int]] = {}
        self._last_use: dict[Row, int] = {}
        self._solves = 0
        self.infinity = highspy.kHighsInf
        self._begin()
        for place in sorted(map(int, seeds)):
            self._add_pair(place)

    def _begin(self) -> None:
        """An empty program: a row for each buyer and each seller."""
        import highspy

        self.solver = highspy.Highs()
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "solver": "simplex",
            "presolve": "off",
            "random_seed": 0,
            "primal_feasibility_tolerance": 1e-9,
            "dual_feasibility_tolerance": 1e-9,
        }.items():
            self.solver.setOptionValue(option, value)
        n, m = self.model.shape
        for _ in range(n + m):
            self.solver.addRow(-self.infinity, 1.0, 0, np.zeros(0, np.int32), np.zeros(0))
        self.column: dict[int, int] = {}
        self.envy_row: dict[Row, int] = {}
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
        for row in {*self._by_buyer.get(i, ()), *self._by_seller.get(j, ())}:
            at = self.envy_row[row]
            x[at], r[at] = self._terms(row, place, i, j)
        self._add_column(-unknown * float(self.cost[place]), self.restricted.get(place, (0, 1)), x)
        self._add_column(-unknown, (0.0, self.infinity), r)
        at = self.column[place] = self._columns - 2
        self.solver.addRow(-self.infinity, 0.0, 2, np.array([at, at + 1], np.int32), np.array([-w, 1.0]))
        self._rows += 1

    def _terms(self, row: Row, place: int, i: int, j: int) -> tuple[float, float]:
        """The coefficients of a pair's x and r in a row."""
        cap, x, r = float(self.net[row.place]), 0.0, 0.0
        if self.model.buyers[row.place] == i:
            x, r = (x + cap, r) if j in row.sellers else (x + float(self.net[place]), r - 1.0)
        if self.model.sellers[row.place] == j:
            x, r = (x + cap, r) if i in row.buyers else (x, r + 1.0)
        return x, r

    def _add_column(self, cost: float, box: tuple[float, float], entries: Mapping[int, float]) -> None:
        used = {row: value for row, value in entries.items() if value}
        rows, values = np.array(list(used), np.int32), np.array(list(used.values()), np.float64)
        self.solver.addCol(cost, *box, len(used), rows, values)
        self._columns += 1

    def _add_envy(self, row: Row) -> None:
        """The row of a known pair, which a column may break at a price."""
        i, j = int(self.model.buyers[row.place]), int(self.model.sellers[row.place])
        entries: dict[int, float] = {}
        for other in self._pairs_of(i, j):
            at = self.column[other]
            entries[at], entries[at + 1] = self._terms(
                row, other, int(self.model.buyers[other]), int(self.model.sellers[other])
            )
        used = {at: value for at, value in entries.items() if value}
        columns, values = np.array(list(used), np.int32), np.array(list(used.values()), np.float64)
        self.solver.addRow(float(self.net[row.place]), self.infinity, len(used), columns, values)
        self.envy_row[row] = self._rows
        self._last_use[row] = self._solves
        self._add_column(_PENALTY, (0.0, self.infinity), {self._rows: 1.0})
        self._rows += 1
        self._by_buyer.setdefault(i, []).append(row)
        self._by_seller.setdefault(j, []).append(row)

    def _pairs_of(self, i: int, j: int) -> list[int]:
        """The places of present pairs with this buyer or this seller."""
        present = np.fromiter(self.column, np.int64, len(self.column))
        found: list[int] = present[(self.model.buyers[present] == i) | (self.model.sellers[present] == j)].tolist()
        return found

    def restrict(self, box: Mapping[int, tuple[int, int]]) -> None:
        """Let pairs, by place, trade within a box."""
        for place in self.restricted.keys() - box.keys():
            if place in self.column:
                self.solver.changeColBounds(self.column[place], 0.0, 1.0)
        for place, (low, high) in box.items():
            if low and place not in self.column:
                self._add_pair(place)
            if place in self.column and self.restricted.get(place) != (low, high):
                self.solver.changeColBounds(self.column[place], float(low), float(high))
        self.restricted = dict(box)

    def solve(self, time_left: float, rounds: int = _ROUNDS) -> Point | None:
        """A nearly optimal point within the box; None if the time is over.

        Rows enter for at most some rounds: what is missing makes the bound weaker, not wrong.
        """
        import time

        import highspy

        deadline = time.monotonic() + time_left
        self._forget()
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self.solver.setOptionValue("time_limit", self.solver.getRunTime() + left if left < 1e9 else 1e30)
            self.solver.run()
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            found = self.solver.getSolution()
            values, duals = np.asarray(found.col_value), np.asarray(found.row_dual)
            rounds -= 1
            if not self._grow(values, duals, rounds > 0):
                break
        x = [(place, float(values[at])) for place, at in self.column.items() if values[at] > 1e-9]
        envy = [(row, float(duals[at])) for row, at in self.envy_row.items() if duals[at] > 1e-9]
        self._solves += 1
        self._last_use.update(dict.fromkeys((row for row, _ in envy), self._solves))
        return Point(-float(self.solver.getInfo().objective_function_value), x, envy)

    def _forget(self) -> None:
        """Delete the rows that no multiplier has used for a while."""
        old = [row for row in self.envy_row if self._last_use[row] < self._solves - _MEMORY]
        if len(old) < _FORGET_AT_ONCE:
            return
        gone = np.sort(np.array([self.envy_row.pop(row) for row in old], np.int32))
        self.solver.deleteRows(len(gone), gone)
        self._rows -= len(gone)
        for row, at in self.envy_row.items():
            self.envy_row[row] = at - int(np.searchsorted(gone, at))
        for row in old:
            del self._last_use[row]
            self._by_buyer[int(self.model.buyers[row.place])].remove(row)
            self._by_seller[int(self.model.sellers[row.place])].remove(row)

    def _grow(self, values: Floats, duals: Floats, rows: bool) -> bool:
        """Add the columns that would gain and the rows that are broken."""
        present = [(place, values[at], values[at + 1]) for place, at in self.column.items() if values[at] > 1e-9]
        excess = self._excess(duals)
        gaining = _best(np.flatnonzero(excess > _TOLERANCE), excess, self.model.buyers)
        for place in gaining:
            self._add_pair(place)
        broken = self._broken(present) if rows else []
        for row in broken:
            self._add_envy(row)
        return bool(gaining or broken)

    def _excess(self, duals: Floats) -> Floats:
        """What each absent pair would gain beyond a and b; -1 where it must not or need not enter."""
        n, m = self.model.shape
        buyers, sellers = self.model.buyers, self.model.sellers
        out, into = np.zeros(n), np.zeros(m)
        capped: dict[tuple[int, int], Floats] = {}
        for row, at in self.envy_row.items():
            if duals[at] > 0:
                i, j, d, cap = buyers[row.place], sellers[row.place], duals[at], duals[at] * self.net[row.place]
                out[i] += d
                into[j] += d
                for k in row.sellers:
                    capped[i, k] = capped.get((i, k), np.zeros(3)) + np.array((d, 0.0, cap))
                for k in row.buyers:
                    capped[k, j] = capped.get((k, j), np.zeros(3)) + np.array((0.0, d, cap))
        d_out, d_in, extra = out[buyers], into[sellers], np.zeros(len(buyers))
        if capped:
            places = self.model.places(capped)
            less = np.array(list(capped.values()))
            d_out[places] -= less[:, 0]
            d_in[places] -= less[:, 1]
            extra[places] += less[:, 2]
        # The duals of rows <= 1 are -a and -b here.
        excess: Floats = self.net * np.maximum(d_out, d_in + self.unknown) + extra + self.unknown * self.cost
        excess += duals[:n][buyers] + duals[n : n + m][sellers]
        excess[~self.possible] = -1.0
        excess[[*self.column, *(k for k, (_, high) in self.restricted.items() if not high)]] = -1.0
        return excess

    def _broken(self, present: list[tuple[int, float, float]]) -> list[Row]:
        """The rows that the trades in part break, each capped so as to be broken most."""
        buyers, sellers = self.model.buyers, self.model.sellers
        kept = np.zeros(len(buyers))
        mine: dict[int, list[tuple[int, float, float]]] = {}
        theirs: dict[int, list[tuple[int, float, float]]] = {}
        for place, x, r in present:
            i, j, u = int(buyers[place]), int(sellers[place]), self.net[place] * x - r
            mine.setdefault(i, []).append((j, u, x))
            theirs.setdefault(j, []).append((i, r, x))
            for where, gain in ((self._known_of_buyer[i], u), (self._known_of_seller[j], r)):
                kept[where] += np.minimum(gain, self.net[where] * x)
        envy = self.net - kept
        envy[self.unknown > 0] = -1.0
        rows: list[Row] = []
        places = _best(np.flatnonzero(envy > _TOLERANCE), envy, buyers)
        for place in sorted(places, key=lambda p: (-envy[p], p))[: max(_ROWS_AT_ONCE, len(places) // 4)]:
            w = self.net[place] + 1e-9
            row = Row(
                place,
                frozenset(j for j, u, x in mine.get(int(buyers[place]), ()) if u > w * x),
                frozenset(i for i, r, x in theirs.get(int(sellers[place]), ()) if r > w * x),
            )
            if row not in self.envy_row:
                rows.append(row)
        return rows

    @cached_property
    def _known_of_buyer(self) -> list[Integers]:
        return self._grouped(self.model.buyers, self.model.shape[0])

    @cached_property
    def _known_of_seller(self) -> list[Integers]:
        return self._grouped(self.model.sellers, self.model.shape[1])

    def _grouped(self, owner: Integers, count: int) -> list[Integers]:
        """The places of known pairs that trade without loss, by owner."""
        places = np.flatnonzero(self.model.known & self.possible)
        places = places[np.argsort(owner[places], kind="stable")]
        return np.split(places, np.searchsorted(owner[places], np.arange(1, count)))


def _best(places: Integers, score: Floats, buyers: Integers) -> list[int]:
    """For each buyer the few places with the highest scores."""
    order = places[np.lexsort((-score[places], buyers[places]))]
    who: Any = buyers[order]
    rank = np.arange(len(order)) - np.searchsorted(who, who)
    return sorted(order[rank < _BATCH].tolist())
