"""The float phase: HiGHS on a scaled copy of the program, rows entering as they are violated.

Nothing that is returned from here is trusted; the exact phase needs a basis near an optimal one and no more.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dual.errors import SolverError
from transport.programs.arrays import Floats, Integers

from .instance import allow, highs
from .integral import IntegerProgram
from .program import Basis
from .scaling import Scaled

if TYPE_CHECKING:
    import highspy

_TOLERANCE = 1e-9
"""Of rows and reduced costs: a basis that is optimal to this is most often optimal exactly, and smaller ones stall."""
_FAR = 1e15
"""Bounds and costs are cut off here when the program is restated."""
_ALL_AT_ONCE = 100
"""Programs with at most this many inequalities enter whole."""
_FIRST_BATCH = 100
"""Broken rows that enter first, twice as many each time: few keep the program small, many the rounds few."""
_ROUNDS = 10
"""After so many rounds all rows enter: some programs let them in by the dozen, at the price of a solve each."""

_WIDE = 100_000
"""Columns beyond which presolve compares those of a long row for minutes, and hears neither limit nor interrupt."""


@dataclass(frozen=True)
class FloatOptimum:
    """What the solver said: a basis and, if it claims an optimum, columns' values and rows' multipliers."""

    basis: Basis
    optimal: bool
    x: Floats
    y: Floats
    status: str


class FloatSolver:
    """A HiGHS instance that holds the scaled program.

    Parameters
    ----------
    program : IntegerProgram
    start : Basis, optional
    deadline : float, optional
        On the clock of ``time.monotonic``.

    Attributes
    ----------
    scaled : Scaled
        The units of all floats that go in and out.
    present : list of int
        The rows that have entered.
    iterations : int
        Simplex iterations so far.
    restated : bool
        Whether it holds a program of deviations, and no longer the one that was stated.
    """

    def __init__(self, program: IntegerProgram, start: Basis | None, deadline: float | None) -> None:

        self.program = program
        self.scaled = Scaled(program)
        self.present: list[int] = []
        self.iterations = 0
        self.restated = False
        self._waiting = np.ones(program.rows, dtype=bool)
        self._slack_of: dict[int, int] = {}
        self._deadline = deadline
        self._solver = highs(_TOLERANCE, interruptible=True, parallel="off", solver="simplex", small_matrix_value=1e-12)
        # Minimising the negative leaves no doubt about the signs of duals.
        self._add_columns(-self.scaled.cost, np.where(program.free, -np.inf, 0.0))
        self._add_rows(self._first_rows(start))
        if start is not None:
            self._set_basis(start)

    def aim(self, program: IntegerProgram, deadline: float | None) -> None:
        """Take another objective of the same rows, and start from the last basis."""
        self.program, self._deadline, self.iterations = program, deadline, 0
        self.scaled.aim(program.cost)
        every = _indices(program.columns)
        self._solver.changeColsCost(len(every), every, -self.scaled.cost)

    def solve(self) -> FloatOptimum:
        """Solve the program in floating point and return the solver's word.

        Raises
        ------
        SolverError
            If the deadline passes.
        """
        import highspy

        batch = max(_FIRST_BATCH, int(np.count_nonzero(self.program.equality)))
        for attempt in count(1):
            status = self._run()
            if status == highspy.HighsModelStatus.kOptimal:
                rows = self._broken_rows(batch)
                batch *= 2
                if len(rows) and attempt == _ROUNDS:
                    rows = np.flatnonzero(self._waiting)
                    self._solver.clearSolver()  # the basis so far is far off; from scratch presolve can help
                    if self.program.columns > _WIDE:
                        self._solver.setOptionValue("presolve", "off")
            elif status == highspy.HighsModelStatus.kInfeasible:
                rows = np.zeros(0, dtype=np.int64)  # fewer rows than stated are infeasible already
            elif status == highspy.HighsModelStatus.kTimeLimit:
                raise SolverError("the time limit was reached in the float phase")
            else:
                rows = np.flatnonzero(self._waiting)
            if not len(rows):
                break
            self._add_rows(rows)
        return self._outcome(status)

    def restate(self, values: Floats, gains: Floats) -> FloatOptimum:
        """Solve for the deviation from a point whose values and reduced costs, of all variables, are given.

        The units of both are free: a deviation comes back in the units of the values, a change of the multipliers in
        those of the reduced costs. Rows whose slack is negative enter.
        """
        n = self.program.columns
        self.restated = True
        self._add_rows(np.flatnonzero(self._waiting & (values[n:] < 0)))
        self._add_slacks([i for i in self.present if gains[n + i] and not self.program.equality[i]])

        variables = np.array([*range(n), *(n + i for i in self._slack_of)], dtype=np.int64)
        every = _indices(len(variables))
        lower = np.maximum(-values[variables], -_FAR)
        lower[:n][self.program.free] = -np.inf
        self._solver.changeColsBounds(len(every), every, lower, np.full(len(every), np.inf))
        self._solver.changeColsCost(len(every), every, np.clip(-gains[variables], -_FAR, _FAR))

        with_slack = np.array([i in self._slack_of for i in self.present], dtype=bool)
        upper = np.where(with_slack, 0.0, np.minimum(values[n:][self.present], _FAR))
        lower = np.where(with_slack | self.program.equality[self.present], upper, -np.inf)
        every = _indices(len(upper))
        self._solver.changeRowsBounds(len(every), every, lower, upper)
        found = self._outcome(self._run())
        if not found.optimal:
            self._solver.clearSolver()
            found = self._outcome(self._run())
        return found

    def _first_rows(self, start: Basis | None) -> Integers:
        first = self.program.equality.copy()
        if np.count_nonzero(~first) <= _ALL_AT_ONCE:
            first[:] = True
        elif start is not None:
            first[list(start.rows)] = True
        return np.flatnonzero(first)

    def _add_columns(self, cost: Floats, lower: Floats) -> None:
        count, none = len(cost), np.zeros(0, dtype=np.int32)
        infinite = np.full(count, np.inf)
        self._solver.addCols(count, cost, lower, infinite, 0, np.zeros(count, np.int32), none, np.zeros(0))

    def _add_rows(self, rows: Integers) -> None:
        if not len(rows):
            return
        part = self.scaled.matrix[rows]
        upper = self.scaled.rhs[rows]
        lower = np.where(self.program.equality[rows], upper, -np.inf)
        start, index = part.indptr[:-1].astype(np.int32), part.indices.astype(np.int32)
        self._solver.addRows(len(rows), lower, upper, part.nnz, start, index, part.data)
        self.present.extend(rows.tolist())
        self._waiting[rows] = False

    def _add_slacks(self, rows: list[int]) -> None:
        """Give inequalities a column for their slack, so that it can have a cost."""
        fresh = [i for i in rows if i not in self._slack_of]
        if not fresh:
            return
        place = {i: k for k, i in enumerate(self.present)}
        where = np.array([place[i] for i in fresh], dtype=np.int32)
        count, ones = len(fresh), np.ones(len(fresh))
        self._solver.addCols(
            count, np.zeros(count), np.zeros(count), np.full(count, np.inf), count, _indices(count), where, ones
        )
        for i in fresh:
            self._slack_of[i] = self.program.columns + len(self._slack_of)

    def _set_basis(self, start: Basis) -> None:
        import highspy

        status = highspy.HighsBasisStatus
        inside, active = set(start.columns), set(start.rows)
        basis = highspy.HighsBasis()
        basis.col_status = [
            status.kBasic if j in inside else status.kZero if free else status.kLower
            for j, free in enumerate(self.program.free.tolist())
        ]
        basis.row_status = [status.kUpper if i in active else status.kBasic for i in self.present]
        basis.valid = basis.alien = True  # alien: it may be singular or of the wrong size, and is then completed
        self._solver.setBasis(basis)

    def _run(self) -> highspy.HighsModelStatus:
        import highspy

        status = self._run_once()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit) and (
            not self._solver.getBasis().valid or status == highspy.HighsModelStatus.kSolveError
        ):
            # Presolve may find a program infeasible or unbounded without a basis to show for it.
            self._solver.clearSolver()
            self._solver.setOptionValue("presolve", "off")
            status = self._run_once()
        return status

    def _run_once(self) -> highspy.HighsModelStatus:
        if self._deadline is not None:
            allow(self._solver, self._deadline - time.monotonic())
        # No healthy run comes near this; a cycling one ends.
        self._solver.setOptionValue(
            "simplex_iteration_limit", 10_000 + 20 * (self._solver.getNumCol() + self._solver.getNumRow())
        )
        self._solver.run()
        self.iterations += max(int(self._solver.getInfo().simplex_iteration_count), 0)
        return self._solver.getModelStatus()

    def _broken_rows(self, batch: int) -> Integers:
        x = np.asarray(self._solver.getSolution().col_value)
        excess = self.scaled.matrix @ x - self.scaled.rhs
        excess[~self._waiting] = 0.0
        bad = np.flatnonzero(excess > _TOLERANCE)
        worst = np.argsort(-excess[bad], kind="stable")[:batch]
        return np.sort(bad[worst])

    def _outcome(self, status: highspy.HighsModelStatus) -> FloatOptimum:
        import highspy

        solution = self._solver.getSolution()
        word = self._solver.modelStatusToString(status)
        usable = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnknown)
        if status not in usable or not solution.value_valid or not solution.dual_valid:
            return FloatOptimum(self._basis(), False, np.zeros(0), np.zeros(0), word)
        y = np.zeros(self.program.rows)
        y[self.present] = -np.asarray(solution.row_dual)
        x = np.array(solution.col_value[: self.program.columns])
        return FloatOptimum(self._basis(), True, x, y, word)

    def _basis(self) -> Basis:
        import highspy

        basis = self._solver.getBasis()
        if not basis.valid:
            return Basis((), ())
        basic = highspy.HighsBasisStatus.kBasic
        columns = [j for j, state in enumerate(basis.col_status) if state == basic]
        slack = {i for i, state in zip(self.present, basis.row_status, strict=True) if state == basic}
        slack.update(i for i, j in self._slack_of.items() if basis.col_status[j] == basic)
        return Basis(
            tuple(j for j in columns if j < self.program.columns),
            tuple(sorted(i for i in self.present if i not in slack)),
        )


def _indices(count: int) -> npt.NDArray[np.int32]:
    return np.arange(count, dtype=np.int32)
