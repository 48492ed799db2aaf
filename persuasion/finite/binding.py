"""The few obedience rows that bind and the few columns that matter, found in floats.

A program of S states and A actions has S A columns and A (A - 1) obedience rows. At first every state has the actions
that the sender likes most and the one that the receiver takes if told the state, and nobody has to be obedient.
Recommendations that the receiver would not follow are looked up and their worst rows enter; when all are followed,
columns that gain at the prices enter, and so on until there are neither. Nothing here is trusted: the exact phase
solves the program of what binds, and looks at all other rows and columns exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from dual.errors import SolverError
from transport.programs.arrays import Booleans, Floats, Integers
from transport.programs.effort import Effort
from transport.programs.instance import highs

Pair = tuple[int, int]
"""An action that is recommended, and another one that may be better."""

_LIKED: Final = 50
"""Actions of a state that have a column at first: fewer make more rounds, more a larger program in each."""
_WORST: Final = 2
"""Rows of one recommendation that enter in a round."""
_FRESH: Final = 4
"""Columns of one state that enter in a round, those that gain most."""
_ROUNDS: Final = 1000
"""Far more than any program takes; without an end roundings could let rows and columns alternate."""
_TOLERANCE: Final = 1e-9
"""Rows broken and columns that gain by less than this, relative to their largest entry, are left to the exact phase."""


@dataclass(frozen=True)
class Binding:
    """What binds at an optimum in floats.

    Attributes
    ----------
    rows : list of Pair
    columns : list of (action, state)
        Those in the basis.
    held : list of (action, state)
        All that had a column.
    iterations : int
    """

    rows: list[Pair]
    columns: list[Pair]
    held: list[Pair]
    iterations: int


def binding(prior: Sequence[Fraction], sender: Floats, receiver: Floats, effort: Effort) -> Binding:
    """What binds at an optimum of the obedience program.

    Parameters
    ----------
    prior : sequence of Fraction, shape (S,)
    sender, receiver : arrays, shape (S, A)
    effort : Effort

    Raises
    ------
    SolverError
        If HiGHS finds no optimum, or the time is over.
    """
    program = _Program(np.array([float(mass) for mass in prior]), sender, receiver)
    for _ in range(_ROUNDS):
        program.solve(effort)
        rows = program.broken()
        if rows:
            program.add_rows(rows)
        else:
            columns = program.gaining()
            if not columns.any():
                return program.binding()
            program.add_columns(columns)
        effort.tell(f"obedience program: {len(program.rows)} rows, {len(program.actions)} columns")
    raise SolverError("rows and columns of the obedience program kept coming")


class _Program:
    """The program over the rows and columns at hand, in HiGHS.

    Columns are chances of an action given a state, so that numbers do not depend on how likely states are; rows are
    divided by their largest entry.
    """

    def __init__(self, weights: Floats, sender: Floats, receiver: Floats) -> None:
        self.worth = sender * weights[:, None]
        self.worth = self.worth / (float(np.abs(self.worth).max()) or 1.0)
        self.payoffs = receiver * weights[:, None]
        self.sizes = np.abs(self.payoffs).max(axis=1)
        count, actions = sender.shape
        self.held: Booleans = np.zeros((count, actions), dtype=bool)
        self.actions, self.states = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.rows: list[Pair] = []
        self.scales = np.zeros(0)
        self.known: set[Pair] = set()
        self.iterations = 0
        self.solver = highs(interruptible=True, solver="simplex", presolve="off")
        ones, none = np.ones(count), np.zeros(0, np.int32)
        self.solver.addRows(count, ones, ones, 0, np.zeros(count, np.int32), none, np.zeros(0))
        first = np.zeros_like(self.held)
        liked = np.argsort(-sender, axis=1, kind="stable")[:, :_LIKED]
        np.put_along_axis(first, liked, values=True, axis=1)
        best = receiver == receiver.max(axis=1, keepdims=True)
        first[np.arange(count), np.where(best, sender, -np.inf).argmax(axis=1)] = True
        self.add_columns(first)

    def add_columns(self, fresh: Booleans) -> None:
        """Add columns, given as a matrix of states and actions."""
        fresh = fresh & ~self.held
        states, actions = np.nonzero(fresh)
        self.held |= fresh
        entries: list[list[tuple[int, float]]] = [[(s, 1.0)] for s in states.tolist()]
        by_action: dict[int, list[tuple[int, int]]] = {}
        for r, (recommended, other) in enumerate(self.rows):
            by_action.setdefault(recommended, []).append((r, other))
        for column, (s, a) in enumerate(zip(states.tolist(), actions.tolist(), strict=True)):
            for r, other in by_action.get(a, ()):
                gain = (self.payoffs[s, a] - self.payoffs[s, other]) / self.scales[r]
                entries[column].append((len(self.worth) + r, float(gain)))
        lengths = np.array([0, *(len(one) for one in entries)], dtype=np.int64)
        starts = np.cumsum(lengths)[:-1].astype(np.int32)
        index = np.array([row for one in entries for row, _ in one], dtype=np.int32)
        value = np.array([entry for one in entries for _, entry in one])
        count = len(states)
        self.solver.addCols(
            count,
            -self.worth[states, actions],
            np.zeros(count),
            np.full(count, np.inf),
            len(index),
            starts,
            index,
            value,
        )
        self.states = np.concatenate([self.states, states])
        self.actions = np.concatenate([self.actions, actions])

    def add_rows(self, fresh: Sequence[Pair]) -> None:
        """Add obedience rows."""
        columns_of: dict[int, Integers] = {}
        starts, index, value, scales = [], list[Any](), list[Any](), []
        length = 0
        for recommended, other in fresh:
            if recommended not in columns_of:
                columns_of[recommended] = np.flatnonzero(self.actions == recommended)
            columns = columns_of[recommended]
            gains = self.payoffs[:, recommended] - self.payoffs[:, other]
            scale = float(np.abs(gains).max()) or 1.0
            starts.append(length)
            length += len(columns)
            index.append(columns)
            value.append(gains[self.states[columns]] / scale)
            scales.append(scale)
        count = len(fresh)
        self.solver.addRows(
            count, np.zeros(count), np.full(count, np.inf), length, np.array(starts, np.int32),
            np.concatenate(index).astype(np.int32), np.concatenate(value),
        )  # fmt: skip
        self.scales = np.concatenate([self.scales, scales])
        self.rows += fresh
        self.known.update(fresh)

    def solve(self, effort: Effort) -> None:
        """Solve over what is at hand.

        Raises
        ------
        SolverError
        """
        import highspy

        if effort.time_limit is not None:
            left = effort.remaining()
            if left <= 0:
                raise SolverError("the time limit was reached in the float phase")
            self.solver.setOptionValue("time_limit", self.solver.getRunTime() + left)
        self.solver.run()
        self.iterations += max(int(self.solver.getInfo().simplex_iteration_count), 0)
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            status = self.solver.modelStatusToString(self.solver.getModelStatus())
            raise SolverError(f"HiGHS reports {status!r}")
        solution = self.solver.getSolution()
        self.chances = np.zeros(self.held.shape[::-1])
        self.chances[self.actions, self.states] = np.asarray(solution.col_value)
        self.duals = -np.asarray(solution.row_dual)

    def broken(self) -> list[Pair]:
        """The worst rows of each recommendation that the receiver would not follow."""
        rewards = self.chances @ self.payoffs
        gains = rewards - np.diagonal(rewards)[:, None]
        size = self.chances @ self.sizes
        found = []
        for a in np.flatnonzero(gains.max(axis=1) > _TOLERANCE * np.maximum(size, 1e-300)).tolist():
            worst = np.argsort(-gains[a], kind="stable")[:_WORST].tolist()
            found += [(a, b) for b in worst if gains[a, b] > _TOLERANCE * size[a] and (a, b) not in self.known]
        return found

    def gaining(self) -> Booleans:
        """The columns of each state that gain most at the prices."""
        states = len(self.worth)
        gains = self.worth - self.duals[:states, None]
        for (recommended, other), weight, scale in zip(
            self.rows, self.duals[states:].tolist(), self.scales, strict=True
        ):
            if weight:
                gains[:, recommended] -= weight / scale * (self.payoffs[:, recommended] - self.payoffs[:, other])
        gains[self.held] = -np.inf
        best = np.argsort(-gains, axis=1, kind="stable")[:, :_FRESH]
        found = np.zeros_like(self.held)
        np.put_along_axis(found, best, values=True, axis=1)
        found &= gains > _TOLERANCE
        return found

    def binding(self) -> Binding:
        """What is in the basis, and which rows are not slack."""
        import highspy

        basis, basic = self.solver.getBasis(), highspy.HighsBasisStatus.kBasic
        active = [
            pair for pair, state in zip(self.rows, basis.row_status[len(self.worth) :], strict=True) if state != basic
        ]
        held = list(zip(self.actions.tolist(), self.states.tolist(), strict=True))
        inside = [pair for pair, state in zip(held, basis.col_status, strict=True) if state == basic]
        return Binding(active, inside, held, self.iterations)
