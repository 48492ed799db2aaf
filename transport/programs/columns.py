"""Column generation: linear programs with few rows and very many columns.

Maximise ``c . x`` over ``x >= 0``, where every column belongs to one *block*, the columns of block b have total mass
``masses[b]``, and further *coupling* rows have right-hand side zero. Transport plans are of this form: a column is a
cell, a block is a state, the rows tie the marginals.

Whatever multipliers y the coupling rows get, ``sum_b masses[b] max_{columns of b} (c - y A)`` is an upper bound. Every
round therefore proves one (up to rounding), long before the program is solved.

Two things keep the master programs small and their multipliers steady. A row enters with the first column that meets
it; until then its multiplier is that of the best bound so far. And multipliers stay in a box around those of the best
bound: every row can be violated at the price of the box's ends. The box grows while it pays and shrinks when it does
not; at the optimum no row is violated (the boxstep method: Marsten, Hogan, Blankenship 1975, Operations Research 23).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from dual.errors import SolverError
from transport.programs.arrays import Booleans, Floats, Integers

from .instance import highs

if TYPE_CHECKING:
    from transport.programs.effort import Effort


_TOLERANCE: Final = 1e-10
"""How much a column must gain to enter, and the master's own tolerance: the least that HiGHS takes."""
_NONE: Final = 1e-12
"""Row violations below this count as zero."""
_PAYS: Final = 0.1
"""The box grows if a round's bound reaches this share of what the master promised."""
_STALE: Final = 0.1
"""The plan without a box is looked up once less than this share of the gap is left to the multipliers in theirs."""
_STEP: Final = 1.5
"""Factor by which the box grows and shrinks."""
_HARDLY: Final = 1e-6
"""With less mass than this in violated rows the plan is all but optimal, and a larger box cannot help."""
_FAR: Final = 1e6
"""In a box of this size, relative to the costs, what is still violated is rounding."""
_LEAP: Final = 6.0
"""Factor by which it grows if the master was exact inside of it."""


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
        contribution = np.add.reduceat(np.append(self.coefficients * duals[self.rows], 0.0), self.start[:-1])
        contribution[self.start[:-1] == self.start[1:]] = 0.0
        return np.asarray(self.cost - contribution)

    def meets(self, rows: Booleans) -> Booleans:
        """Whether each column has a coefficient in any of the rows."""
        met = np.logical_or.reduceat(np.append(rows[self.rows], False), self.start[:-1])
        return np.asarray(met & (self.start[:-1] < self.start[1:]))


@dataclass(frozen=True)
class Multipliers:
    """Where columns are priced.

    Attributes
    ----------
    duals : array, shape (rows,)
        Of the coupling rows.
    prices : array, shape (blocks,), optional
        The master's prices of the blocks' masses: columns whose ``c - y A`` is above them are of interest. Without
        prices, those that attain the bound are.
    idle : boolean array, shape (rows,), optional
        Rows that no column has met so far. A column that meets one is of use only together with others that do.
    """

    duals: Floats
    prices: Floats | None = None
    idle: Booleans | None = None


@dataclass(frozen=True)
class Pricing:
    """What a look at all columns found at some multipliers.

    Attributes
    ----------
    best : array, shape (blocks,)
        The largest ``c - y A`` in each block, at the multipliers y named next.
    duals : array, shape (rows,)
        The multipliers that were asked about, or better ones that the client found near them.
    ids : integer array
        The columns worth adding: the best ones of many small groups, for instance of each row of a plan.
    """

    best: Floats
    duals: Floats
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

    def price(self, at: Multipliers) -> Pricing:
        """Look at all columns."""
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
        Master programs solved for multipliers, and looks at all columns.
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
    first = client.price(Multipliers(np.zeros(client.rows) if duals is None else duals, idle=master.idle))
    centre, bound = first.duals, float(client.masses @ first.best)
    master.add(first.ids)
    value = master.solve().value
    radius, rounds, passes = bound - value, 0, 1
    while True:
        answer = master.solve(centre, radius)
        rounds += 1
        size = max(abs(value), abs(bound), master.size)
        promise = bound - answer.value
        if answer.violation <= _NONE:
            value = max(value, answer.value)
        elif promise <= max(stop.gap * size / 2, _STALE * (bound - value)):
            value = max(value, master.solve().value)
        if effort is not None:
            effort.tell(f"round {rounds}: {master.count} columns, value {value:.9g}, bound {bound:.9g}")
        if bound - value <= stop.gap * size or rounds >= stop.rounds or (effort is not None and effort.exhausted()):
            break
        found = client.price(answer.at)
        passes += 1
        added = master.add(found.ids, answer.at)
        reached = float(client.masses @ found.best)
        pays = bound - reached > _PAYS * promise
        if reached < bound:
            bound, centre = reached, found.duals
        if not added and (answer.violation <= _NONE or radius > _FAR * size):
            break
        if not pays:
            radius /= _STEP
        elif answer.violation > _HARDLY:
            radius *= _STEP
        if not added:
            radius *= _LEAP
    value = master.solve().value
    ids, masses = master.plan()
    return Optimum(ids, masses, centre, value, bound, rounds, passes, master.ids)


@dataclass(frozen=True)
class Answer:
    """A master program's value, its multipliers, and by how much rows are violated."""

    value: float
    at: Multipliers
    violation: float


class Master:
    """The program over the columns generated so far and the rows they meet, kept warm in HiGHS."""

    def __init__(self, client: Client) -> None:

        self.client = client
        self.blocks = len(client.masses)
        self.known: set[int] = set()
        self.count = 0
        self.size = 0.0
        self._place = np.full(client.rows, -1, dtype=np.int32)
        """Where HiGHS holds a coupling row."""
        self._met: list[Integers] = []
        self._ids: list[Integers] = []
        """Of the columns that HiGHS holds; -1 for the two that let a row be violated."""
        self._boxed = True
        self.solver: Any = highs(
            _TOLERANCE,
            interruptible=True,
            parallel="off",
            solver="simplex",
            presolve="off",
            simplex_strategy=4,  # primal: the old basis stays feasible when columns come
            small_matrix_value=1e-12,
        )
        self._add_rows(client.masses)

    @property
    def ids(self) -> Integers:
        """The columns generated so far, in their order."""
        held = np.concatenate(self._ids)
        return held[held >= 0]

    @property
    def idle(self) -> Booleans:
        """The coupling rows that no column has met."""
        return self._place < 0

    def add(self, ids: Integers, at: Multipliers | None = None) -> int:
        """Add those columns that are new; return how many.

        If prices are given, columns that meet no idle row are added only if they gain at them.
        """
        ids = np.unique(ids)
        fresh = np.array([k for k in ids.tolist() if k not in self.known], dtype=np.int64)
        if not len(fresh):
            return 0
        found = self.client.columns(fresh)
        if at is not None and at.prices is not None:
            worth = found.gains(at.duals) > at.prices[found.block] + _TOLERANCE
            worth |= found.meets(self.idle)
            if not worth.all():
                fresh = fresh[worth]
                if not len(fresh):
                    return 0
                found = self.client.columns(fresh)
        self._meet(np.unique(found.rows))
        lengths = np.diff(found.start) + 1
        start = np.concatenate([[0], np.cumsum(lengths)])
        rows = np.empty(start[-1], dtype=np.int32)
        values = np.empty(start[-1])
        heads = start[:-1]
        rest = np.ones(start[-1], dtype=bool)
        rest[heads] = False
        rows[heads], values[heads] = found.block, 1.0
        rows[rest], values[rest] = self._place[found.rows], found.coefficients
        self._add_columns(-found.cost, heads, rows, values)
        self.known.update(fresh.tolist())
        self._ids.append(fresh)
        self.count += len(fresh)
        self.size = max(self.size, float(np.abs(found.cost).max()))
        return len(fresh)

    def _meet(self, rows: Integers) -> None:
        """Let coupling rows enter, each with two columns that violate it, upwards and downwards."""
        new = rows[self._place[rows] < 0]
        if not len(new):
            return
        self._place[new] = self.solver.getNumRow() + np.arange(len(new), dtype=np.int32)
        self._met.append(new)
        self._add_rows(np.zeros(len(new)))
        pairs = np.repeat(self._place[new], 2)
        self._add_columns(np.zeros(len(pairs)), np.arange(len(pairs)), pairs, np.tile([1.0, -1.0], len(new)))
        self._ids.append(np.full(len(pairs), -1, dtype=np.int64))
        self._boxed = True

    def _add_rows(self, right: Floats) -> None:
        none = np.zeros(0, dtype=np.int32)
        self.solver.addRows(len(right), right, right, 0, np.zeros(len(right), np.int32), none, np.zeros(0))

    def _add_columns(self, cost: Floats, start: Integers, rows: npt.NDArray[np.int32], values: Floats) -> None:
        import highspy

        count = len(cost)
        above = np.full(count, highspy.kHighsInf)
        self.solver.addCols(count, cost, np.zeros(count), above, len(rows), start.astype(np.int32), rows, values)

    def solve(self, centre: Floats | None = None, radius: float = 0.0) -> Answer:
        """Solve the program, with multipliers in the box ``centre - radius, ..., centre + radius`` if one is given."""
        import highspy

        held = np.concatenate(self._ids)
        violating = np.flatnonzero(held < 0).astype(np.int32)
        met = np.concatenate(self._met) if self._met else np.zeros(0, dtype=np.int64)
        if centre is not None:
            ends = np.stack([radius - centre[met], radius + centre[met]], axis=1).ravel()
            self.solver.changeColsCost(len(violating), violating, ends)
        if self._boxed or centre is not None:
            above = np.full(len(violating), 0.0 if centre is None else highspy.kHighsInf)
            self.solver.changeColsBounds(len(violating), violating, np.zeros(len(violating)), above)
        self._boxed = centre is not None
        self.solver.run()
        status = self.solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS reports {self.solver.modelStatusToString(status)} on a master program")
        solution = self.solver.getSolution()
        multipliers = -np.asarray(solution.row_dual)
        duals = np.zeros(self.client.rows) if centre is None else centre.copy()
        duals[met] = multipliers[self._place[met]]
        return Answer(
            -float(self.solver.getInfo().objective_function_value),
            Multipliers(duals, multipliers[: self.blocks], self.idle),
            float(np.asarray(solution.col_value)[violating].sum()),
        )

    def plan(self) -> tuple[Integers, Floats]:
        """The columns with mass, and their masses."""
        values = np.asarray(self.solver.getSolution().col_value)
        held = np.concatenate(self._ids)
        used = np.flatnonzero((values > 0) & (held >= 0))
        return held[used], values[used]
