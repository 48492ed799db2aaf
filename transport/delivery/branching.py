"""A branching tree over the triples that matter, every leaf closed by exact multipliers.

A node's linear program runs in floats; its multipliers are rounded and its bound is computed again exactly, as the
checker will. A matching that comes out integral is put to the test: prices
support it, or the contradiction becomes one more row.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dual.errors import SolverError, Violation
from dual.kinds.delivery.bound import rounded
from dual.kinds.delivery.conflicts import Conflict
from dual.kinds.delivery.costs import Triple
from dual.kinds.delivery.rest import Rest
from dual.kinds.delivery.statement import DeliveryStatement
from transport.programs.branching import Box, Entry, Leaf, Relaxed, Split
from transport.programs.effort import Effort
from transport.programs.instance import highs

Judge = Callable[[Sequence[Triple]], "list[tuple[dict[str, Any], Conflict]]"]
"""Says of a matching that prices support it (nothing), or hands over contradictions and their rows."""

MAX_NODES = 20_000
"""Larger trees are given up: each node is some milliseconds here and for the checker, a minute or two in all."""
NOTHING: Entry = {"rows": []}
"""The leaf that proves no more than the sum of all gains."""
_GRID = 5040 * 64
"""Multipliers are rounded to fractions with this denominator, which holds all denominators up to 10: a finer one closes
more leaves, with longer numbers."""
_LONG = 2**45
"""Gains of as many units are not told apart by multipliers in floats, so leaves are solved exactly."""
_EXACT_COLUMNS = 3000
"""Leaves of more columns are not; some seconds."""


class Better(Exception):
    """A supported matching above the level came up, and the tree is of no further use.

    Parameters
    ----------
    trades : tuple of triples
    """

    def __init__(self, trades: tuple[Triple, ...]) -> None:
        super().__init__(trades)
        self.trades = trades


@dataclass(frozen=True)
class _State:
    """A node: the variables that are fixed there, its witness and the bound that this proves (None if it is empty)."""

    box: Box
    leaf: Entry
    bound: Fraction | None


class Triples:
    """The linear programs over triples, for :func:`transport.programs.branching.branch`.

    Parameters
    ----------
    statement : DeliveryStatement
    part : Rest
        Triples, pairs and rows as the checker derives them.
    level : Fraction
        A leaf is closed once its bound, rounded down to a possible welfare, is not above.
    judge : callable
    effort : Effort
    checking : float
        Seconds that the checker will need besides the bounds of nodes.

    Attributes
    ----------
    conflicts : list
        Contradictions that were added as rows, in order.
    """

    def __init__(
        self,
        statement: DeliveryStatement,
        part: Rest,
        level: Fraction,
        judge: Judge,
        effort: Effort,
        checking: float = 0.0,
    ) -> None:

        self.statement, self.part, self.level, self.judge, self.effort = statement, part, level, judge, effort
        self.rows = part.rows
        self.conflicts: list[dict[str, Any]] = []
        self.scales: list[float] = []
        self.checking = checking
        self.unit = 2.0 ** max(0, int(max((abs(c) for c in self.rows.objective), default=1)).bit_length() - 8)
        self.count = len(self.rows.objective)
        units = statement.whole.denominator
        self.long = any(abs(gain) * units > _LONG for gain in self.rows.objective)
        self.solver = highs(solver="simplex", presolve="off")
        none = np.zeros(0, dtype=np.int32)
        self.solver.addCols(
            self.count, np.array([-float(c) / self.unit for c in self.rows.objective]), np.zeros(self.count),
            np.ones(self.count), 0, np.zeros(self.count, dtype=np.int32), none, np.zeros(0),
        )  # fmt: skip
        for row, sense, rhs in zip(self.rows.rows, self.rows.senses, self.rows.rhs, strict=True):
            self._add_row(row, sense, rhs)

    def _add_row(self, row: Mapping[int, Fraction | int], sense: str, rhs: Fraction | int) -> None:
        scale = max((abs(float(c)) for c in row.values()), default=1.0)
        self.scales.append(scale)
        side = float(rhs) / scale
        low, high = -np.inf if sense == "<=" else side, np.inf if sense == ">=" else side
        columns = np.array(sorted(row), dtype=np.int32)
        self.solver.addRow(low, high, len(row), columns, np.array([float(row[c]) / scale for c in sorted(row)]))

    @property
    def lower(self) -> Fraction:
        """The level; a better matching ends the search."""
        return self.level

    def out_of_time(self, _: float = 0.0) -> bool:
        """Whether the checker needs what time there is: about as long as the exact bounds took here."""
        return self.effort.remaining() <= self.checking

    def relax(self, above: Relaxed | None, part: Box) -> Relaxed | None:
        """Solve a node's program and bound it exactly.

        Raises
        ------
        Better
            If its optimum is a supported matching above the level.
        """
        if above is not None and self.out_of_time():
            return None
        box = {**(above.state.box if above is not None else {}), **part}
        # What holds for a node holds for its children.
        leaf, bound, point = self._solve(box, above.state.leaf if above is not None else NOTHING)
        if bound is None or bound <= self.level:
            return Relaxed(-math.inf if bound is None else float(bound), None, (), _State(box, leaf, bound))
        variable = self._fractional(point, box)
        if variable is not None:
            split = Split({"split": [variable, 0]}, ({variable: (0, 0)}, {variable: (1, 1)}))
            return Relaxed(float(bound), split, (), _State(box, leaf, bound))
        # All triples are fixed: where multipliers are rounded too coarsely, those of nobody may still close the node.
        plain = self._exact(box, NOTHING)
        if plain is None or plain <= self.level:
            leaf, bound = NOTHING, plain
        return Relaxed(-math.inf if bound is None else float(bound), None, (), _State(box, leaf, bound))

    def leaf(self, relaxed: Relaxed) -> Leaf:
        """The witness and the exact bound of a node that has been solved."""
        return Leaf(relaxed.state.leaf, relaxed.state.bound, ())

    def _solve(self, box: Box, inherited: Entry) -> tuple[Entry, Fraction | None, Any]:
        """The leaf witness of a node, its exact bound, and the point of its program."""
        import highspy

        bounds = np.zeros(self.count), np.ones(self.count)
        for variable, (low, high) in box.items():
            bounds[0][variable], bounds[1][variable] = low, high
        self.solver.changeColsBounds(self.count, np.arange(self.count, dtype=np.int32), *bounds)
        while True:
            self.solver.run()
            status = self.solver.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                leaf = self._empty(box)
                if leaf is not None:
                    return leaf, None, None
            if status != highspy.HighsModelStatus.kOptimal:
                return inherited, self._exact(box, inherited), None
            solution = self.solver.getSolution()
            point = np.asarray(solution.col_value)
            leaf = self._leaf([-y * self.unit for y in solution.row_dual])
            bound = self._exact(box, leaf)
            if bound is not None and bound > self.level and self.long:
                leaf = self._exact_leaf(box) or leaf
                bound = self._exact(box, leaf)
            # What is within a millionth of integers is integral up to HiGHS's tolerance, and put to the test exactly.
            if bound is None or bound <= self.level or np.abs(point - np.round(point)).max(initial=0) > 1e-6:
                return leaf, bound, point
            trades = [triple for triple, x in zip(self.part.triples, point, strict=False) if x > 0.5]
            if not self._feasible(point):
                return leaf, bound, None
            refusals = self.judge(trades)
            if not refusals:
                if sum(map(self.statement.gain, trades), Fraction(0)) > self.level:
                    raise Better(tuple(trades))
                return leaf, bound, point
            for document, conflict in refusals:
                row = conflict.row(self.part.triples)
                self.conflicts.append(document)
                self.rows.rows.append(row)  # type: ignore[attr-defined]
                self.rows.senses.append("<=")  # type: ignore[attr-defined]
                self.rows.rhs.append(Fraction(conflict.limit))  # type: ignore[attr-defined]
                self._add_row(row, "<=", Fraction(conflict.limit))

    def _feasible(self, point: Any) -> bool:
        """Whether an integral point satisfies the rows of the problem itself, which floats may have blurred."""
        chosen = {n for n, x in enumerate(point) if x > 0.5}
        return all(
            sum((c for n, c in row.items() if n in chosen), Fraction(0)) >= rhs
            for row, sense, rhs in zip(self.rows.rows, self.rows.senses, self.rows.rhs, strict=True)
            if sense == ">="
        )

    def _exact_leaf(self, box: Box) -> Entry | None:
        """The multipliers of the node's program, solved exactly; None if that is out of reach."""
        from transport.programs.linear import Infeasible, LinearProgram, solve

        free = [n for n in range(self.count) if n not in box]
        if len(free) > _EXACT_COLUMNS:
            return None
        place = {n: at for at, n in enumerate(free)}
        ones = {n for n, (low, _) in box.items() if low}
        rows = [{place[n]: c for n, c in row.items() if n in place} for row in self.rows.rows]
        fixed = [sum((c for n, c in row.items() if n in ones), Fraction(0)) for row in self.rows.rows]
        sides = [rhs - part for rhs, part in zip(self.rows.rhs, fixed, strict=True)]
        objective = [self.rows.objective[n] for n in free]
        try:
            found = solve(LinearProgram(objective, rows, self.rows.senses, sides))
        except Infeasible as proof:
            return {"farkas": [[i, y] for i, y in enumerate(proof.farkas) if y]}
        except SolverError:  # the exact program takes too long: the rounded multipliers have to do
            return None
        return {"rows": [[i, y] for i, y in enumerate(found.dual) if y]} if found.exact else None

    def _leaf(self, duals: Sequence[float]) -> Entry:
        return {"rows": self._signed(duals)}

    def _signed(self, duals: Sequence[float]) -> list[list[object]]:
        """Multipliers rounded to a grid, those of the wrong sign dropped."""
        found: list[list[object]] = []
        for i, (y, sense) in enumerate(zip(duals, self.rows.senses, strict=True)):
            weight = Fraction(round(y / self.scales[i] * _GRID), _GRID)
            if weight and (sense == "=" or (weight > 0) == (sense == "<=")):
                found.append([i, weight])
        return found

    def _empty(self, box: Box) -> Entry | None:
        """An exact proof that a node is empty: the solver's ray, or a single row; None if there is neither."""
        _, has, ray = self.solver.getDualRay()
        tried = [{"farkas": self._signed([sign * y for y in ray])} for sign in (1.0, -1.0)] if has else []
        signs = {"<=": (1,), ">=": (-1,), "=": (1, -1)}
        tried += [{"farkas": [[i, y]]} for i, sense in enumerate(self.rows.senses) for y in signs[sense]]
        for leaf in tried:
            try:
                self.rows.bound(box, leaf, "leaf")
            except Violation:
                continue
            return leaf
        return None

    def _exact(self, box: Box, leaf: Entry) -> Fraction | None:
        began = time.perf_counter()
        bound = self.rows.bound(box, leaf, "leaf")
        self.checking += time.perf_counter() - began
        return None if bound is None else rounded(self.statement, bound)

    def _fractional(self, point: Any, box: Box) -> int | None:
        """The variable to split: a pair nearest to one half, else a triple, else any that is free."""
        if point is None:
            point = np.zeros(self.count)
        distance = np.abs(point - np.round(point))
        triples = len(self.part.triples)
        for part, first in ((distance[triples:], triples), (distance[:triples], 0)):
            if len(part) and part.max() > 1e-6:
                return first + int(part.argmax())
        open_ones = [n for n in range(triples) if n not in box]
        return open_ones[0] if open_ones else None
