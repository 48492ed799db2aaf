"""The linear relaxation of the platform's problem, with rows and columns entering as they are needed.

Everything here is in floating point and trusted by nobody; :mod:`.leaves` makes exact bounds of its multipliers.
See :mod:`dual.revenue` for the program. A pair's columns x and r enter when they would gain, the row of a known pair
when its buyer would envy. A row may be broken at a high price, so that every restricted program has a solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import Model
from .graph import Integers

Floats = npt.NDArray[np.float64]
_PENALTY = 20.0
_TOLERANCE = 1e-7
_BATCH = 4


@dataclass(frozen=True)
class Point:
    """An optimum of the relaxation: its value, the trades in part, and the multipliers of envy.

    ``x`` holds (place of the pair, weight); ``envy`` holds (place of the known pair, multiplier). Values are in units
    times ``scale``.
    """

    value: float
    x: list[tuple[int, float]]
    envy: dict[int, float]


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
        n, m = model.shape
        self.infinity = highspy.kHighsInf
        for _ in range(n + m):
            self.solver.addRow(-self.infinity, 1.0, 0, np.zeros(0, np.int32), np.zeros(0))
        self.column: dict[int, int] = {}
        self.envy_row: dict[int, int] = {}
        self._envy_by_buyer: dict[int, list[int]] = {}
        self._envy_by_seller: dict[int, list[int]] = {}
        self._rows, self._columns = n + m, 0
        self.restricted: dict[int, tuple[int, int]] = {}
        for place in seeds:
            self._add_pair(int(place))

    def _add_pair(self, place: int) -> None:
        """The columns x and r of a pair, with the row ``r <= w x``."""
        if place in self.column or not self.possible[place]:
            return
        i, j = int(self.model.buyers[place]), int(self.model.sellers[place])
        w, unknown = float(self.net[place]), float(self.unknown[place])
        mine, theirs = self._envy_by_buyer.get(i, []), self._envy_by_seller.get(j, [])
        n = self.model.shape[0]
        rows = [i, n + j, *mine]
        low, high = self.restricted.get(place, (0, 1))
        self.solver.addCol(
            -unknown * float(self.cost[place]), low, high, len(rows), np.array(rows, np.int32),
            np.array([1.0, 1.0, *[w] * len(mine)]),
        )  # fmt: skip
        signs = dict.fromkeys(mine, -1.0)
        for row in theirs:
            signs[row] = signs.get(row, 0.0) + 1.0
        self.solver.addCol(
            -unknown, 0.0, self.infinity, len(signs), np.array(list(signs), np.int32), np.array(list(signs.values()))
        )
        self.column[place] = self._columns
        self._columns += 2
        at = self.column[place]
        self.solver.addRow(-self.infinity, 0.0, 2, np.array([at, at + 1], np.int32), np.array([-w, 1.0]))
        self._rows += 1

    def _add_envy(self, place: int) -> None:
        """The row of a known pair, which a column may break at a price."""
        i, j = int(self.model.buyers[place]), int(self.model.sellers[place])
        entries: dict[int, float] = {}
        for other, at in self.column.items():
            mine, theirs = self.model.buyers[other] == i, self.model.sellers[other] == j
            if mine:
                entries[at] = float(self.net[other])
            if mine or theirs:
                entries[at + 1] = float(theirs) - float(mine)
        self.solver.addRow(
            float(self.net[place]), self.infinity, len(entries),
            np.array(list(entries), np.int32), np.array(list(entries.values())),
        )  # fmt: skip
        row = self._rows
        self.solver.addCol(_PENALTY, 0.0, self.infinity, 1, np.array([row], np.int32), np.array([1.0]))
        self._rows += 1
        self._columns += 1
        self.envy_row[place] = row
        self._envy_by_buyer.setdefault(i, []).append(row)
        self._envy_by_seller.setdefault(j, []).append(row)

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

    def solve(self, time_left: float) -> Point | None:
        """The optimum within the box, over all rows and columns; None if the time is over."""
        import time

        import highspy

        deadline = time.monotonic() + time_left
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
            if not self._grow(values, duals):
                break
        x = [(place, float(values[at])) for place, at in self.column.items() if values[at] > 1e-9]
        envy = {place: float(duals[row]) for place, row in self.envy_row.items() if duals[row] > 1e-9}
        return Point(-float(self.solver.getInfo().objective_function_value), x, envy)

    def _grow(self, values: Floats, duals: Floats) -> bool:
        """Add the columns that would gain and the rows that are broken."""
        n, m = self.model.shape
        buyers, sellers = self.model.buyers, self.model.sellers
        present = list(self.column.items())
        out, into = np.zeros(n), np.zeros(m)
        for place, row in self.envy_row.items():
            out[buyers[place]] += max(duals[row], 0.0)
            into[sellers[place]] += max(duals[row], 0.0)
        profit = self.net * np.maximum(out[buyers], into[sellers] + self.unknown) + self.unknown * self.cost
        excess = profit + duals[:n][buyers] + duals[n : n + m][sellers]  # duals of <= rows are -a, -b here
        excess[~self.possible] = -1.0
        excess[[*self.column, *(k for k, (_, high) in self.restricted.items() if not high)]] = -1.0
        gaining = np.flatnonzero(excess > _TOLERANCE)
        for place in _best(gaining, excess, buyers):
            self._add_pair(place)

        gains, prices = np.zeros(n), np.zeros(m)
        for place, at in present:
            if values[at] > 1e-12:
                gains[buyers[place]] += self.net[place] * values[at] - values[at + 1]
                prices[sellers[place]] += values[at + 1]
        envy = self.net - gains[buyers] - prices[sellers]
        envy[self.unknown > 0] = -1.0
        envy[list(self.envy_row)] = -1.0
        broken = np.flatnonzero(envy > _TOLERANCE)
        for place in _best(broken, envy, buyers):
            self._add_envy(place)
        return bool(len(gaining) or len(broken))


def _best(places: Integers, score: Floats, buyers: Integers) -> list[int]:
    """For each buyer the few places with the highest scores."""
    order = places[np.lexsort((-score[places], buyers[places]))]
    who: Any = buyers[order]
    rank = np.arange(len(order)) - np.searchsorted(who, who)
    return sorted(order[rank < _BATCH].tolist())
