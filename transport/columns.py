"""Column generation: linear programs with few rows and very many columns.

Maximise ``c . x`` over ``x >= 0``, where every column belongs to one *block*, the columns of block b have total mass
``masses[b]``, and further *coupling* rows have right-hand side zero. Transport plans are of this form: a column is a
cell, a block is a state, the rows tie the marginals.

Whatever multipliers y the coupling rows get, ``sum_b masses[b] max_{columns of b} (c - y A)`` is an upper bound. Every
round therefore proves one (up to rounding), long before the program is solved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from dual.errors import SolverError

if TYPE_CHECKING:
    from .road.problem import Effort

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_TOLERANCE: Final = 1e-10
_SMOOTHING: Final = 0.3
"""How far prices are drawn from the master's multipliers to those with the best bound so far."""


@dataclass(frozen=True)
class Columns:
    """Some columns, sparse by column: column k has ``coefficients[start[k]:start[k+1]]`` in the coupling ``rows``."""

    cost: Floats
    block: Integers
    start: Integers
    rows: Integers
    coefficients: Floats

    def gains(self, duals: Floats) -> Floats:
        """``c - y A`` of each column."""
        spent = np.add.reduceat(np.append(self.coefficients * duals[self.rows], 0.0), self.start[:-1])
        spent[self.start[:-1] == self.start[1:]] = 0.0
        return np.asarray(self.cost - spent)


@dataclass(frozen=True)
class Pricing:
    """What one pass over all columns found at some multipliers.

    Attributes
    ----------
    best : array, shape (blocks,)
        The largest ``c - y A`` in each block.
    ids : integer array
        The columns worth adding: the best ones of many small groups, for instance of each row of a plan.
    """

    best: Floats
    ids: Integers


class Client(Protocol):
    """A linear program that names its columns by integers and can find the best ones without listing them."""

    masses: Floats
    rows: int

    def start(self) -> Integers:
        """Columns that make the program feasible."""
        ...

    def columns(self, ids: Integers) -> Columns:
        """The named columns."""
        ...

    def price(self, duals: Floats) -> Pricing:
        """One pass over all columns."""
        ...


@dataclass(frozen=True)
class Stop:
    """When to stop: at a gap relative to the costs' size, after so many rounds, or when the effort is exhausted."""

    gap: float = 1e-12
    rounds: int = 10_000


@dataclass(frozen=True)
class Optimum:
    """The last word of column generation; floats, nothing proven.

    Attributes
    ----------
    ids, masses : arrays
        The columns in the basis and their masses, none negative.
    duals : array, shape (rows,)
        Multipliers of the coupling rows with the best bound.
    value, bound : float
        What the plan attains, and the bound of the multipliers.
    rounds, passes : int
        Master programs solved, and passes over all columns.
    pool : integer array
        All columns that were generated.
    """

    ids: Integers
    masses: Floats
    duals: Floats
    value: float
    bound: float
    rounds: int
    passes: int
    pool: Integers = field(repr=False)


def generate(
    client: Client,
    stop: Stop,
    effort: Effort | None = None,
    duals: Floats | None = None,
    pool: Integers | None = None,
) -> Optimum:
    """Solve a client's program.

    Parameters
    ----------
    client : Client
    stop : Stop
    effort : Effort, optional
        Time limit and progress.
    duals : array, shape (rows,), optional
        Multipliers to start from, for instance of a coarser program.
    pool : integer array, optional
        Columns to start with, in addition to those that make the program feasible.

    Returns
    -------
    Optimum

    Raises
    ------
    SolverError
        If HiGHS fails on a master program.
    """
    master = Master(client)
    master.add(client.start() if pool is None else np.concatenate([client.start(), pool]))
    centre, bound, passes = np.zeros(client.rows), np.inf, 0
    if duals is not None:
        first = client.price(duals)
        passes, centre, bound = 1, duals, float(client.masses @ first.best)
        master.add(first.ids)
    rounds = 0
    while True:
        value, prices, y = master.solve()
        rounds += 1
        gap = bound - value
        size = max(abs(value), abs(bound) if np.isfinite(bound) else 0.0, master.size)
        if effort is not None:
            effort.tell(f"round {rounds}: {master.count} columns, value {value:.9g}, bound {bound:.9g}")
        if gap <= stop.gap * size or rounds >= stop.rounds or (effort is not None and effort.exhausted()):
            break
        weight = _SMOOTHING if np.isfinite(bound) and gap > 1e-6 * size else 0.0
        added, done = 0, False
        while True:
            tried = y if weight == 0.0 else (1 - weight) * y + weight * centre
            found = client.price(tried)
            passes += 1
            reached = float(client.masses @ found.best)
            if reached < bound:
                bound, centre = reached, tried
            added = master.add(found.ids, prices, y)
            if added or weight == 0.0:
                done = not added
                break
            weight = 0.0
        if done:
            break
    ids, masses = master.plan()
    return Optimum(ids, masses, centre if np.isfinite(bound) else y, value, bound, rounds, passes, master.ids)


class Master:
    """The program over the columns generated so far, kept warm in HiGHS."""

    def __init__(self, client: Client) -> None:
        import highspy

        self.client = client
        self.blocks = len(client.masses)
        self.known: set[int] = set()
        self._ids: list[Integers] = []
        self.count = 0
        self.size = 0.0
        self.solver: Any = highspy.Highs()
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "parallel": "off",
            "random_seed": 0,
            "solver": "simplex",
            "presolve": "off",
            "simplex_strategy": 4,  # primal: the old basis stays feasible when columns come
            "primal_feasibility_tolerance": _TOLERANCE,
            "dual_feasibility_tolerance": _TOLERANCE,
            "small_matrix_value": 1e-12,
        }.items():
            self.solver.setOptionValue(option, value)
        right = np.concatenate([client.masses, np.zeros(client.rows)])
        none = np.zeros(0, dtype=np.int32)
        self.solver.addRows(len(right), right, right, 0, np.zeros(len(right), np.int32), none, np.zeros(0))

    @property
    def ids(self) -> Integers:
        """The columns generated so far, in their order."""
        return np.concatenate(self._ids)

    def add(self, ids: Integers, prices: Floats | None = None, duals: Floats | None = None) -> int:
        """Add those columns that are new and, if prices are given, gain at them; return how many."""
        import highspy

        ids = np.unique(ids)
        fresh = np.array([k for k in ids.tolist() if k not in self.known], dtype=np.int64)
        if not len(fresh):
            return 0
        found = self.client.columns(fresh)
        if prices is not None and duals is not None:
            better = found.gains(duals) > prices[found.block] + _TOLERANCE
            if not better.all():
                fresh = fresh[better]
                if not len(fresh):
                    return 0
                found = self.client.columns(fresh)
        count = len(fresh)
        lengths = np.diff(found.start) + 1
        start = np.concatenate([[0], np.cumsum(lengths)])
        rows = np.empty(start[-1], dtype=np.int32)
        values = np.empty(start[-1])
        heads = start[:-1]
        rest = np.ones(start[-1], dtype=bool)
        rest[heads] = False
        rows[heads], values[heads] = found.block, 1.0
        rows[rest], values[rest] = found.rows + self.blocks, found.coefficients
        self.solver.addCols(
            count,
            -found.cost,
            np.zeros(count),
            np.full(count, highspy.kHighsInf),
            int(start[-1]),
            heads.astype(np.int32),
            rows,
            values,
        )
        self.known.update(fresh.tolist())
        self._ids.append(fresh)
        self.count += count
        self.size = max(self.size, float(np.abs(found.cost).max()))
        return count

    def solve(self) -> tuple[float, Floats, Floats]:
        """The master's value, the prices of the blocks' masses, and the multipliers of the coupling rows."""
        import highspy

        self.solver.run()
        status = self.solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS reports {self.solver.modelStatusToString(status)} on a master program")
        duals = -np.asarray(self.solver.getSolution().row_dual)
        return -float(self.solver.getInfo().objective_function_value), duals[: self.blocks], duals[self.blocks :]

    def plan(self) -> tuple[Integers, Floats]:
        """The columns with mass, and their masses."""
        values = np.asarray(self.solver.getSolution().col_value)
        used = np.flatnonzero(values > 0)
        return self.ids[used], values[used]
