"""Price rules that trade one side's utilities for another's: a chain of linear programs, proven in integers.

With tips, the least deficit is a linear program over u, p, z of those who trade: ``u_i + p_j <= v_ij`` on trades,
``z_k - z_l <= c_lij - c_kij`` for every other courier l, ``u_i + p_j + z_k >= v_ij - c_kij`` everywhere. The smallest
prices, compensations and tips then follow one by one, each over the face that the ones before have left. The programs
run in floats, on rows that enter as they are violated. What counts is one point and, for every step, multipliers that
are rounded to fractions:

* the point satisfies all inequalities;
* a step's objective is a combination of inequalities that are tight at the point, with multipliers of the right sign,
  or of any sign where an earlier step has shown that the inequality is tight on the whole face.

Both are checked in integers, so a chain that passes is proven, whatever the solver said. Entries that tight rows fix
are constant on the face and need no step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dual.kinds.delivery.costs import Triple
from transport.programs.arrays import Numbers
from transport.programs.effort import Effort
from transport.programs.instance import highs

from .arrays import Arrays
from .polytope import Inequality
from .prices import Prices

_DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 12, 24, 60, 120, 840, 5040)
"""Common denominators of a vertex that are tried; what is none of them is solved exactly in another way."""
_TINY = 1e-7
"""Relative size of violations and moves that count as none: what HiGHS leaves by its own tolerance."""
_NOISE = 1e-5
"""Smaller multipliers are taken for 0; those that can be read are multiples of one over the last denominator."""
_MOST_WORK = 300_000_000
"""Simplex iterations times rows and columns, at which a chain gives up: half a minute or so, the same everywhere."""
_PER_AGENT = 2
"""Violated deviations that enter at once, for every buyer and for every store."""
_MOST_BITS = 40
"""Longer integers are not told apart in floats."""

Row = tuple[tuple[int, ...], tuple[int, ...], int]
"""Columns, coefficients and right hand side of an inequality ``<=``."""
Named = tuple[tuple[int, ...], Row]


@dataclass
class Step:
    """An objective that was minimised, and multipliers of rows and columns that say so."""

    objective: Mapping[int, int]
    rows: list[tuple[int, float]]
    columns: list[tuple[int, float]]


@dataclass
class Chain:
    """The programs of one matching with tips.

    Columns are u, then p, then z, of the trades in order; ``extra`` are rows besides those of support.
    """

    arrays: Arrays
    trades: Sequence[Triple]
    effort: Effort
    extra: Sequence[Inequality] = ()
    rows: list[Row] = field(default_factory=list)
    names: set[tuple[int, ...]] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    work: int = 0

    def __post_init__(self) -> None:

        self.n = len(self.trades)
        self.i, self.j, self.k = np.array(self.trades, dtype=np.int64).T
        self.slots = [np.full(count, -1, dtype=np.int64) for count in self.arrays.shape]
        for side, agents in enumerate((self.i, self.j, self.k)):
            self.slots[side][agents] = side * self.n + np.arange(self.n)
        self.free = np.flatnonzero(self.slots[2] < 0)
        self.own = self.arrays.costs(self.k, self.i, self.j)
        self.unit = 2.0 ** max(0, int(self.arrays.largest).bit_length() - 8)
        self.tight: dict[int, int] = {}
        self.zero: dict[int, int] = {}
        self.solver = highs(1e-9, solver="simplex", presolve="off")
        count, none = 3 * self.n, np.zeros(0, dtype=np.int32)
        self.solver.addCols(
            count, np.zeros(count), np.zeros(count), np.full(count, np.inf), 0, np.zeros(count, dtype=np.int32), none,
            np.zeros(0),
        )  # fmt: skip
        self.cost = np.zeros(count)
        self._enter(self._first())

    def _first(self) -> list[Named]:
        n = self.n
        found: list[Named] = []
        worth = self.arrays.values[self.i, self.j]
        for at, (i, j, k) in enumerate(self.trades):
            found.append(((0, at), ((at, n + at), (1, 1), int(worth[at]))))
            found.append(self._deviation(i, j, k))
        if len(self.free):
            reach = self.arrays.costs(self.free[:, None], self.i, self.j).min(axis=0) - self.own
            found += [((1, at), ((2 * n + at,), (1,), int(reach[at]))) for at in range(n)]
        return found + [(name, (tuple(row), tuple(row.values()), rhs)) for name, row, rhs in self.extra]

    def _deviation(self, i: int, j: int, k: int) -> Named:
        columns = tuple(int(slot[a]) for slot, a in zip(self.slots, (i, j, k), strict=True) if slot[a] >= 0)
        gain = int(self.arrays.values[i, j]) - int(self.arrays.costs(np.array(k), np.array(i), np.array(j)))
        return (2, i, j, k), (columns, (-1,) * len(columns), -gain)

    def _enter(self, named: Sequence[Named]) -> int:
        fresh = {name: row for name, row in named if name not in self.names}
        self.names.update(fresh)
        if not fresh:
            return 0
        rows = list(fresh.values())
        self.rows += rows
        lengths = [len(columns) for columns, _, _ in rows]
        self.solver.addRows(
            len(rows), np.full(len(rows), -np.inf), np.array([rhs / self.unit for _, _, rhs in rows]), sum(lengths),
            np.cumsum([0, *lengths[:-1]]).astype(np.int32),
            np.array([column for columns, _, _ in rows for column in columns], dtype=np.int32),
            np.array([float(weight) for _, weights, _ in rows for weight in weights]),
        )  # fmt: skip
        return len(rows)

    def minimise(self, objective: Mapping[int, int]) -> bool:
        """Minimise over the face and go on with the face of minima; False if the solver fails or it takes too long."""
        cost = np.zeros(3 * self.n)
        cost[list(objective)] = list(objective.values())
        changed = np.flatnonzero(cost != self.cost).astype(np.int32)
        self.solver.changeColsCost(len(changed), changed, cost[changed])
        self.cost, primal = cost, bool(self.steps)
        while True:
            if not self._run(4 if primal else 1):
                self.solver.clearSolver()
                if not self._run(1):
                    return False
            solution = self.solver.getSolution()
            before, self.point = getattr(self, "point", None), np.asarray(solution.col_value) * self.unit
            unmoved = before is not None and np.abs(self.point - before).max() <= _TINY * self.unit
            if (unmoved and primal) or not self._cut():
                break
            primal = False
        y, d = np.asarray(solution.row_dual), np.asarray(solution.col_dual)
        step = Step(objective, [(int(r), float(y[r])) for r in np.flatnonzero(np.abs(y) > _NOISE)],
                    [(int(c), float(d[c])) for c in np.flatnonzero(np.abs(d) > _NOISE)])  # fmt: skip
        self._narrow(step)
        return True

    def _run(self, strategy: int) -> bool:
        """Solve from the last basis, by the dual (1) or the primal simplex method (4)."""
        import highspy

        size = len(self.rows) + 3 * self.n
        left = (_MOST_WORK - self.work) // size
        if left <= 0 or self.effort.exhausted():
            return False
        self.solver.setOptionValue("simplex_iteration_limit", left)
        self.solver.setOptionValue("simplex_strategy", strategy)
        self.solver.run()
        self.work += max(int(self.solver.getInfo().simplex_iteration_count), 0) * size
        return bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _narrow(self, step: Step) -> None:
        """What has a multiplier is tight on the whole face of minima."""
        self.steps.append(step)
        at = len(self.steps)
        rows = [r for r, _ in step.rows if r not in self.tight]
        for r in rows:
            self.tight[r] = at
        columns = [c for c, _ in step.columns if c not in self.zero]
        self.zero.update(dict.fromkeys(columns, at))
        if rows:
            sides = np.array([self.rows[r][2] / self.unit for r in rows])
            self.solver.changeRowsBounds(len(rows), np.array(rows, dtype=np.int32), sides, sides)
        if columns:
            none = np.zeros(len(columns))
            self.solver.changeColsBounds(len(columns), np.array(columns, dtype=np.int32), none, none)

    def _spread(self, point: Numbers, dtype: Any) -> tuple[Numbers, Numbers, Numbers]:
        found = []
        for slot in self.slots:
            entries = np.zeros(len(slot), dtype=dtype)
            entries[slot >= 0] = point[slot[slot >= 0]]
            found.append(entries)
        return found[0], found[1], found[2]

    def _cut(self) -> int:
        """Add rows that the point violates."""
        u, p, z = self._spread(self.point, float)
        tolerance = _TINY * self.unit
        if self.arrays.splits:
            most, buyers, stores = self.arrays.richest(u, p)
            bad = np.flatnonzero(most - z > tolerance)
            named = [self._deviation(int(buyers[k]), int(stores[k]), k) for k in bad.tolist()]
        else:
            least, who = self.arrays.least(z)
            short = self.arrays.values - least - u[:, None] - p
            pairs = {(i, j) for i, j in _worst(short) if short[i, j] > tolerance}
            pairs |= {(i, j) for j, i in _worst(short.T) if short[i, j] > tolerance}
            named = [self._deviation(i, j, int(who[i, j])) for i, j in sorted(pairs)]
        reach = z[self.k][:, None] + self.arrays.costs(self.k[:, None], self.i, self.j)
        over = self.point[2 * self.n :] + self.own - reach
        worst = over.argmax(axis=0)
        late = np.flatnonzero(over.max(axis=0) > tolerance).tolist()
        named += [self._takeover(order, int(worst[order])) for order in late]
        return self._enter(named)

    def _takeover(self, order: int, taker: int) -> Named:
        i, j, _ = self.trades[order]
        cost = int(self.arrays.costs(np.array(self.k[taker]), np.array(i), np.array(j)))
        row = ((2 * self.n + order, 2 * self.n + taker), (1, -1), cost - int(self.own[order]))
        return (3, order, taker), row

    def proven(self) -> Prices | None:
        """The lexicographic optimum, if every stage was solved with exact multipliers; else None."""
        found = _rational(self.point)
        if found is None:
            return None
        numbers, factor = found
        scaled = self.arrays.times(factor)
        u, p, z = self._spread(numbers.astype(scaled.values.dtype), scaled.values.dtype)
        if not self._supports(scaled, u, p, z):
            return None
        integers = [int(x) for x in numbers]
        slack = [rhs * factor - sum(a * integers[c] for c, a in zip(columns, weights, strict=True))
                 for columns, weights, rhs in self.rows]  # fmt: skip
        if min(slack) < 0 or any(slack[r] for r in self.tight) or any(integers[c] for c in self.zero):
            return None
        steps = list(enumerate(self.steps, 1))
        named = sum(self.tight[r] == at for at, step in steps for r, _ in step.rows)
        named += sum(self.zero[c] == at for at, step in steps for c, _ in step.columns)
        if named != len(self.tight) + len(self.zero) or not all(self._proves(at, step) for at, step in steps):
            return None
        return Prices(*map(scaled.fractions, (u, p, z)))

    def _supports(self, scaled: Arrays, u: Numbers, p: Numbers, z: Numbers) -> bool:
        """Whether all inequalities hold."""
        pay = z[self.k] + scaled.costs(self.k, self.i, self.j)
        reach = z[:, None] + scaled.costs(np.arange(len(z))[:, None], self.i, self.j)
        worth = scaled.values[self.i, self.j]
        return bool(
            min(u.min(), p.min(), z.min()) >= 0
            and (u[self.i] + p[self.j] <= worth).all()
            and (reach >= pay).all()
            and (scaled.best_gain_by_courier(u, p) <= z).all()
        )

    def _proves(self, at: int, step: Step) -> bool:
        """Whether the objective is the combination of rows and columns that the step says.

        What the step makes tight needs a multiplier that is not 0, of the right sign.
        """
        read = _rational(np.array([weight for _, weight in (*step.rows, *step.columns)]))
        if read is None:
            return False
        numbers, factor = [int(x) for x in read[0]], read[1]
        left = {column: weight * factor for column, weight in step.objective.items()}
        for (r, _), weight in zip(step.rows, numbers, strict=False):
            if weight >= 0 and self.tight[r] == at:
                return False
            for column, a in zip(*self.rows[r][:2], strict=True):
                left[column] = left.get(column, 0) - a * weight
        for (column, _), weight in zip(step.columns, numbers[len(step.rows) :], strict=True):
            if weight <= 0 and self.zero[column] == at:
                return False
            left[column] = left.get(column, 0) - weight
        return not any(left.values())


class Fixed:
    """Columns that are constant on the face, found by substitution in tight rows."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.columns: set[int] = set()
        self.left: dict[int, set[int]] = {}
        self.rows_of: dict[int, list[int]] = {}
        self.seen_rows = self.seen_columns = 0

    def update(self) -> None:
        """Take in what has become tight."""
        queue = list(self.chain.zero)[self.seen_columns :]
        for r in list(self.chain.tight)[self.seen_rows :]:
            self._watch(r, self.chain.rows[r][0], queue)
        self.seen_rows, self.seen_columns = len(self.chain.tight), len(self.chain.zero)
        while queue:
            column = queue.pop()
            if column in self.columns:
                continue
            self.columns.add(column)
            for r in self.rows_of.get(column, ()):
                self.left[r].discard(column)
                if len(self.left[r]) == 1:
                    queue += self.left[r]

    def _watch(self, r: int, columns: Sequence[int], queue: list[int]) -> None:
        self.left[r] = {column for column in columns if column not in self.columns}
        for column in self.left[r]:
            self.rows_of.setdefault(column, []).append(r)
        if len(self.left[r]) == 1:
            queue += self.left[r]

    def decide(self, objective: Mapping[int, int]) -> bool:
        """Whether an objective is constant on the face, as a sum of columns that are fixed or as a tight row."""
        open_ones = {column: weight for column, weight in objective.items() if column not in self.columns}
        if not open_ones:
            return True
        first = next(iter(open_ones))
        return any(self._says(r, open_ones, first) for r in self.rows_of.get(first, ()))

    def _says(self, r: int, objective: Mapping[int, int], first: int) -> bool:
        """Whether what is left of a tight row is a multiple of an objective."""
        if self.left[r] != objective.keys():
            return False
        row = dict(zip(*self.chain.rows[r][:2], strict=True))
        return all(row[column] * objective[first] == weight * row[first] for column, weight in objective.items())


def _worst(table: Numbers) -> list[tuple[int, int]]:
    """The positions of the largest entries of every row."""
    few = min(_PER_AGENT, table.shape[1])
    columns = np.argpartition(-table, few - 1, axis=1)[:, :few]
    return list(zip(np.repeat(np.arange(len(table)), few).tolist(), columns.ravel().tolist(), strict=True))


def _rational(numbers: Numbers) -> tuple[Numbers, int] | None:
    """Floats as integers over one small denominator; None if they are not."""
    for denominator in _DENOMINATORS:
        whole = np.round(numbers * denominator)
        # Errors of a vertex grow with its denominator; what only looks like one fails the exact test that follows.
        if np.abs(whole - numbers * denominator).max(initial=0) <= 1e-6 * denominator**0.5:
            return whole.astype(np.int64).astype(object), denominator
    return None


def chained(
    arrays: Arrays,
    trades: Sequence[Triple],
    objectives: Sequence[Mapping[int, int]],
    effort: Effort,
    extra: Sequence[Inequality] = (),
) -> Prices | None:
    """Maximise objectives in turn over the supporting prices with tips; None if the end is not reached or not proven.

    Parameters
    ----------
    objectives : sequence of mappings
        As in :func:`~transport.delivery.polytope.objectives`: maximised, from columns to weights.
    extra : sequence of inequalities
        Rows that prices have to satisfy besides.
    """
    if not arrays.small or arrays.largest.bit_length() > _MOST_BITS:
        return None
    chain = Chain(arrays, trades, effort, extra)
    fixed = Fixed(chain)
    for objective in objectives:
        fixed.update()
        if chain.steps and fixed.decide(objective):
            continue
        if not chain.minimise({column: -weight for column, weight in objective.items()}):
            return None
    return chain.proven()
