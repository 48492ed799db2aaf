"""Optimal transport between two discrete measures, with an exact certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dual.errors import SolverError
from dual.kinds import coupling
from dual.kinds.coupling import Coupling, Potentials, Prices, TransportStatement
from dual.numbers.exact import Vector
from dual.verdict import Kind
from dual.words import brief
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.linear import LinearProgram, solve
from transport.programs.rounding import round_dyadic
from transport.road.methods import Found, by_name, method
from transport.road.picture import compact
from transport.road.problem import Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table
from transport.road.views import Node

from .admissible import completed
from .forest import flows, potentials, spanning_tree
from .form import FORM
from .majorants import as_floats, excess, finite_floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution

_EXACT_ROWS = 600
_ROUNDS = 6
_PIVOTS, _PIVOTS_A_CELL = 10_000, 100
"""The network simplex method gives up after so many: it needs fewer than one a cell, but where gains are of very
different sizes rounding can make it cycle, and nothing stops it then."""
_PIVOTS_A_SECOND = 100_000
"""About as many as it makes on large tables; on small ones it makes more."""
RULE = "the vertex that the network simplex method ended in"


@method("network-simplex", "the network simplex in floats, its tree solved exactly")
def solve_by_network_simplex(statement: TransportStatement, effort: Effort) -> Found:
    """POT's network simplex in floats; its tree in exact arithmetic; an exact program or a repair where that is off."""
    gain = finite_floats(statement.worth, "gain" if statement.cost is None else "cost")
    effort.offer(lambda: _at_once(statement))
    if not effort.affords("ot"):
        return _at_once(statement)
    masses, f, g, warning = _float_plan(statement, gain, effort)
    slack = f[:, None] + g - gain
    order = np.argsort(np.where(masses > 0, -1.0 - masses / (masses.max() or 1.0), slack).ravel(), kind="stable")
    tree = spanning_tree(gain.shape[0], gain.shape[1], (divmod(k, gain.shape[1]) for k in order.tolist()))
    plan = flows(tree, statement.source, statement.target)
    first, second = potentials(tree, statement.worth)
    if min(plan.values()) >= 0 and not excess(statement.worth, gain, first, second):
        return _witnesses(plan, first, second, "network-simplex")
    effort.tell("the float tree is not optimal; solving a program exactly")
    rows = sum(gain.shape)
    if effort.gap == 0 or (effort.gap is None and rows <= _EXACT_ROWS):
        found = _exact(statement, gain, tree, effort)
        if found is not None:
            return _witnesses(*found, "network-simplex-mended")
    # Whatever the potentials g are, the least f beside them are feasible.
    second = list(round_dyadic(g, 48))
    first = [
        max(entry - c for entry, c in zip(_line(statement, i), second, strict=True))
        for i in range(len(statement.source))
    ]
    rough = {(i, j): float(masses[i, j]) for i, j in zip(*(k.tolist() for k in np.nonzero(masses > 0)), strict=True)}
    total = float(sum(statement.source)) or 1.0
    unit = [[mass / Fraction(total) for mass in side] for side in (statement.source, statement.target)]
    filled = completed({cell: mass / total for cell, mass in rough.items()}, unit)
    exact = {(i, j): mass * Fraction(total) for (i, j), mass in filled.items()}
    return replace(_witnesses(exact, first, second, "network-simplex-repaired"), claim=warning)


def _at_once(statement: TransportStatement) -> Found:
    """What is true without a solver: a corner plan, and for every source the best gain that there is."""
    corner = completed({}, [statement.source, statement.target])
    best = [max(_line(statement, i)) for i in range(len(statement.source))]
    return _witnesses(
        {(i, j): mass for (i, j), mass in corner.items()}, best, [Fraction(0)] * len(statement.target), "corner"
    )


def _line(statement: TransportStatement, i: int) -> list[Fraction]:
    worth = statement.worth
    return [Fraction(entry, worth.denominator) for entry in worth.line(i)]


def _float_plan(
    statement: TransportStatement, gain: Floats, effort: Effort
) -> tuple[Floats, Floats, Floats, str | None]:
    """Plan and potentials from POT, which gets costs of size one and weights that sum to one."""
    import ot

    low, high = float(gain.min()), float(gain.max())
    unit = (high - low) or 1.0
    source, target = (np.array([float(mass) for mass in side]) for side in (statement.source, statement.target))
    total = source.sum()
    if not total:
        return np.zeros(gain.shape), gain.max(axis=1), np.zeros(gain.shape[1]), None
    weights = target / target.sum()
    pivots = int(min(_PIVOTS + _PIVOTS_A_CELL * gain.size, max(_PIVOTS, _PIVOTS_A_SECOND * effort.remaining())))
    plan, log = ot.emd(source / total, weights, np.ascontiguousarray((high - gain) / unit), numItermax=pivots, log=True)
    if not np.isfinite(plan).all():
        raise SolverError(f"POT returned no plan: {log['warning']}")
    g = -np.asarray(log["v"]) * unit
    g[~np.isfinite(g)] = 0.0
    f = (gain - g).max(axis=1)
    g = (gain - f[:, None]).max(axis=0)
    warning = log["warning"]
    return np.asarray(plan) * total, f, g, None if warning is None else str(warning)


def _exact(
    statement: TransportStatement, gain: Floats, tree: Sequence[tuple[int, int]], effort: Effort
) -> tuple[dict[tuple[int, int], Fraction], list[Fraction], list[Fraction]] | None:
    """Solve the program on the tree's cells and every row's and column's best; add what is missing, and repeat."""
    rows, columns = gain.shape
    first, second = potentials(tree, statement.worth)
    slack = np.array([float(v) for v in first])[:, None] + np.array([float(v) for v in second]) - gain
    cells = set(tree)
    cells.update(enumerate(slack.argmin(axis=1).tolist()))
    cells.update((i, j) for j, i in enumerate(slack.argmin(axis=0).tolist()))
    # A corner plan keeps the program feasible.
    cells.update(completed({}, [statement.source, statement.target]))  # type: ignore[arg-type]
    for _ in range(_ROUNDS):
        pool = sorted(cells)
        program = [dict[int, int]() for _ in range(rows + columns)]
        for k, (i, j) in enumerate(pool):
            program[i][k] = program[rows + j][k] = 1
        limit = None if effort.time_limit is None else max(effort.remaining(), 0.01)
        try:
            optimum = solve(
                LinearProgram(
                    [statement.worth.at(i, j) for i, j in pool],
                    program,
                    ["="] * (rows + columns),
                    [*statement.source, *statement.target],
                ),
                time_limit=limit,
            )
        except SolverError:  # no time for it: the rough answer is repaired instead
            return None
        if not optimum.exact:
            return None
        f, g = list(optimum.dual[:rows]), list(optimum.dual[rows:])
        missing = excess(statement.worth, gain, f, g, most=5000)
        if not missing:
            return {cell: mass for cell, mass in zip(pool, optimum.primal, strict=True) if mass}, f, g
        cells.update(missing)
    return None


def _witnesses(
    plan: dict[tuple[int, int], Fraction], f: Sequence[Fraction], g: Sequence[Fraction], method: str
) -> Found:
    return Found(
        primal=Coupling(tuple((*cell, mass) for cell, mass in sorted(plan.items()) if mass)),
        dual=Prices(Potentials(tuple(f), tuple(g))),
        method=method,
        rule=RULE,
    )


def fast_upper(statement: TransportStatement, dual: Prices) -> Fraction:
    """The plain check's bound and refusals; a float filter decides most inequalities, exact integers the rest."""
    found = dual.potentials
    if excess(statement.worth, as_floats(statement.worth), found.source, found.target):
        return coupling.upper(statement, dual)
    return coupling.bound(statement, dual)


class TransportSolution(Solution["Transport"]):
    """The best plan and its potentials."""

    primal: Coupling | None
    dual: Prices | None

    @cached_property
    def plan(self) -> dict[tuple[int, int], Fraction]:
        """Positive masses by (source, target)."""
        return {(i, j): mass for i, j, mass in (self.primal.plan if self.primal else ())}

    def linear_program(self) -> LinearProgramSolution:
        """The program over all pairs with this answer, see :meth:`transport.road.solution.Solution.linear_program`."""
        from dual.proofs.linear import Block, Name, Program, Row
        from transport.linear_program.translate import translated

        asked = self.problem.statement
        n, m = len(asked.source), len(asked.target)
        rows = [
            Row(("source", i), "=", mass, {i * m + j: 1 for j in range(m)}.items) for i, mass in enumerate(asked.source)
        ]
        rows += [
            Row(("target", j), "=", mass, {i * m + j: 1 for i in range(n)}.items) for j, mass in enumerate(asked.target)
        ]
        worth = [asked.worth.at(i, j) for i in range(n) for j in range(m)]
        prices: dict[Name, Fraction] = {}
        for side, listed in zip(("source", "target"), self.potentials, strict=True):
            prices |= {(side, k): price for k, price in enumerate(listed)}
        return translated(
            Program([Block(("plan",), (n, m))], worth, lambda: rows),
            {i * m + j: mass for (i, j), mass in self.plan.items()} if self.primal else None,
            prices if self.dual else None,
            name=asked.name,
        )

    @property
    def potentials(self) -> tuple[Vector, Vector]:
        """``f`` and ``g`` with ``f[i] + g[j] >= gain[i][j]``; empty without an upper bound."""
        return (self.dual.potentials.source, self.dual.potentials.target) if self.dual else ((), ())

    @property
    def cost_bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """Proven lower and upper bound of the least cost."""
        return (None if self.upper is None else -self.upper), (None if self.lower is None else -self.lower)

    def edges(self) -> Iterable[tuple[Node, Node, Mapping[str, Any]]]:
        """Source and target of every positive mass, with ``mass``."""
        sources, targets = self.problem.statement.sources, self.problem.statement.targets
        for (i, j), mass in self.plan.items():
            one = str(i) if sources is None else sources[i]
            other = str(j) if targets is None else targets[j]
            yield ("source", one), ("target", other), {"mass": mass}

    def facts(self) -> Iterable[tuple[str, str]]:
        """The cost, where one was stated."""
        if self.problem.statement.cost is not None:
            low, high = ("?" if bound is None else brief(bound) for bound in self.cost_bounds)
            yield "cost", low if low == high else f"in [{low}, {high}]"

    def tables(self) -> Sequence[Table]:
        """The plan, largest masses first."""
        entries = sorted(self.plan.items(), key=lambda entry: -entry[1])
        sources, targets = self.problem.statement.sources, self.problem.statement.targets
        rows: list[list[Cell]] = [
            [i if sources is None else sources[i], j if targets is None else targets[j], mass]
            for (i, j), mass in entries[:20]
        ]
        more = f" (the largest 20 of {len(entries)})" if len(entries) > 20 else ""
        return [Table("plan" + more, ["source", "target", "mass"], rows)]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the plan: a disc for each pair, its area the mass.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw

        low, high = self.cost_bounds if self.problem.statement.cost is not None else (self.lower, self.upper)
        what = "gain" if self.problem.statement.cost is None else "cost"
        return draw(
            self.problem.statement,
            self.plan,
            self.headline if low != high or low is None else f"{what} {compact(low)}",
            ax,
        )


class Transport(Problem[TransportStatement, TransportSolution]):
    """Couple two discrete measures so that the expected gain is largest, or the expected cost least.

    ``max sum gain[i][j] m[i][j]`` over plans m >= 0 with marginals source and target (Kantorovich). Potentials with
    ``f[i] + g[j] >= gain[i][j]`` prove the bound ``source . f + target . g``.

    Parameters
    ----------
    source, target : array_like, shapes (n,), (m,)
        Masses >= 0 of equal totals.
    gain, cost : array_like, shape (n, m)
        Exactly one of them.
    sources, targets : sequence of str, optional
        Names, all different.
    name, notes : str, optional
        Descriptions.
    floats : {"decimal", "binary"}
        How floats are read.
    normalise : bool
        Whether each side's masses are divided by their sum.

    Raises
    ------
    InputError
        If a shape, a number or a name is wrong, or the totals differ.

    Examples
    --------
    >>> problem = Transport(["1/2", "1/2"], ["1/3", "2/3"], cost=[[0, 1], [1, 0]])
    >>> solution = problem.solve()
    >>> solution.cost_bounds, solution.grade
    ((Fraction(1, 6), Fraction(1, 6)), 'exact')
    """

    kind = "transport"
    linear = FORM
    methods = by_name(solve_by_network_simplex)
    roads: ClassVar[Mapping[str, str]] = {
        "network-simplex-mended": "the float tree was off: an exact program from its basis",
        "network-simplex-repaired": "the float plan repaired to an exact one, where an exact program is too long",
    }
    solution_class = TransportSolution
    accelerated: ClassVar[Kind | None] = replace(coupling.KIND, upper=fast_upper)

    def __init__(
        self,
        source: object,
        target: object,
        *,
        gain: object = None,
        cost: object = None,
        sources: Sequence[str] | None = None,
        targets: Sequence[str] | None = None,
        name: str | None = None,
        notes: str | None = None,
        floats: str = "decimal",
        normalise: bool = False,
    ) -> None:
        self._state(
            {
                "source": source,
                "target": target,
                "gain": gain,
                "cost": cost,
                "sources": sources,
                "targets": targets,
                "name": name,
                "notes": notes,
                "floats": floats,
                "normalise": normalise,
            }
        )


def plan(source: object, target: object, *, gain: object = None, cost: object = None) -> TransportSolution:
    """Solve an optimal transport problem and prove the answer; see :class:`Transport`.

    Examples
    --------
    >>> plan([1, 2], [2, 1], gain=[[1, 0], [0, 1]]).lower
    Fraction(2, 1)
    """
    return Transport(source, target, gain=gain, cost=cost).solve()
