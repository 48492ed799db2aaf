"""Two marginals and a full table: the network simplex method in floats, its tree in exact arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from dual.errors import SolverError
from dual.kinds.coupling.statement import Coupling, Potentials, Prices, TransportStatement
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.linear import LinearProgram, solve
from transport.programs.network_simplex import COMPILED, network_simplex
from transport.programs.rounding import round_dyadic
from transport.road.methods import Found

from .admissible import completed
from .flow import COST_BITS, masses, min_cost_flow, residual_potentials
from .forest import flows, potentials, spanning_tree
from .majorants import excess, finite_floats

_EXACT_ROWS = 600
"""Above so many sources and targets potentials stay rounded unless more is asked for: exact ones are long fractions."""
_ROUNDS = 6
"""Times that pairs which gain at the exact potentials enter: floats miss few, and each round is a flow."""
_PIVOTS, _PIVOTS_A_CELL = 10_000, 100
"""The network simplex method gives up after so many: it needs fewer than one a cell, but where gains are of very
different sizes rounding can make it cycle, and nothing stops it then."""
_PIVOTS_A_SECOND = 100_000
"""About as many as it makes on large tables; on small ones it makes more."""
_FLOW_CELLS = 40_000
"""Tables up to this size go through a flow in integers first: POT takes seconds to be imported, once a process."""
_NEAREST = 4
"""How many cells of little slack are sorted at first, by the number of rows and columns."""
RULE = "the vertex that the network simplex method ended in"


def solve_balanced(statement: TransportStatement, effort: Effort) -> Found:
    """POT's network simplex in floats; its tree in exact arithmetic; an exact program or a repair where that is off."""
    gain = finite_floats(statement.table, "gain" if statement.cost is None else "cost")
    effort.offer(lambda: _at_once(statement))
    begun = _from_potentials(statement, gain, effort.start) if isinstance(effort.start, Prices) else None
    if begun is not None:
        return begun
    if gain.size <= _FLOW_CELLS:
        quick = _by_flow(statement, gain)
        if quick is not None:
            return quick
    if not effort.affords(COMPILED):
        return _at_once(statement)
    placed, f, g, warning = _float_plan(statement, gain, effort)
    tree = nearest_tree(placed, f[:, None] + g - gain)
    plan = flows(tree, statement.source, statement.target)
    first, second = potentials(tree, statement.table)
    if not _negative(plan) and not excess(statement.table, gain, first, second):
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
    rough = {(i, j): float(placed[i, j]) for i, j in zip(*(k.tolist() for k in np.nonzero(placed > 0)), strict=True)}
    total = float(sum(statement.source)) or 1.0
    unit = [[mass / Fraction(total) for mass in side] for side in (statement.source, statement.target)]
    filled = completed({cell: mass / total for cell, mass in rough.items()}, unit)
    exact = {(i, j): mass * Fraction(total) for (i, j), mass in filled.items()}
    return replace(_witnesses(exact, first, second, "network-simplex-repaired"), claim=warning)


def nearest_tree(placed: Floats, slack: Floats) -> list[tuple[int, int]]:
    """A tree of the cells that carry most, then of those with the least slack."""
    rows, columns = placed.shape
    used = np.flatnonzero(placed)
    first = used[np.argsort(-placed.ravel()[used], kind="stable")]
    slack = slack.ravel()
    nearest = min(_NEAREST * (rows + columns), slack.size)
    while True:
        # A few cells of little slack close the tree nearly always; sorting all would take longer than finding the plan.
        rest = np.argpartition(slack, nearest - 1)[:nearest] if nearest < slack.size else np.arange(slack.size)
        rest = rest[np.lexsort((rest, slack[rest]))]
        cells = (divmod(k, columns) for part in (first, rest) for k in part.tolist())
        tree = spanning_tree(rows, columns, cells)
        if len(tree) == rows + columns - 1:
            return tree
        nearest = min(8 * nearest, slack.size)


def _from_potentials(statement: TransportStatement, gain: Floats, start: Prices) -> Found | None:
    """The plan on the cells of least slack, if potentials that were given are those of an optimum; else None."""
    f, g = (np.array([float(x) for x in side]) for side in (start.potentials.source, start.potentials.target))
    if (len(f), len(g)) != gain.shape:
        return None
    tree = nearest_tree(np.zeros(gain.shape), f[:, None] + g - gain)
    plan = flows(tree, statement.source, statement.target)
    first, second = potentials(tree, statement.table)
    if _negative(plan) or excess(statement.table, gain, first, second):
        return None
    return _witnesses(plan, first, second, "potentials")


def _by_flow(statement: TransportStatement, gain: Floats) -> Found | None:
    """A flow in integers, its tree in exact arithmetic; None if that is not optimal, as numbers were rounded."""
    n, m = gain.shape
    i, j = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    high, low = float(gain.max()), float(gain.min())
    scale = 2.0**COST_BITS / ((high - low) or 1.0)
    if not np.isfinite(scale) or not any(statement.source):
        return None
    costs = np.rint((high - gain.ravel()) * scale).astype(np.int64)
    try:
        moved = min_cost_flow(i, j, costs, masses(statement.source, statement.target)[0], n)
    except SolverError:  # totals that rounding has made unequal, or costs beyond 64 bits
        return None
    u, v = residual_potentials(i, j, costs, moved, n, m)
    slack = costs + u[i] + v[j]
    order = np.lexsort((slack, moved == 0)).tolist()
    tree = spanning_tree(n, m, (divmod(k, m) for k in order))
    plan = flows(tree, statement.source, statement.target)
    first, second = potentials(tree, statement.table)
    if _negative(plan) or excess(statement.table, gain, first, second):
        return None
    return _witnesses(plan, first, second, "flow")


def _at_once(statement: TransportStatement) -> Found:
    """What is true without a solver: a corner plan, and for every source the best gain that there is."""
    corner = completed({}, [statement.source, statement.target])
    worth = statement.table
    best = [Fraction(max(worth.line(i)), worth.denominator) for i in range(len(statement.source))]
    return _witnesses(
        {(i, j): mass for (i, j), mass in corner.items()}, best, [Fraction(0)] * len(statement.target), "corner"
    )


def _negative(plan: dict[tuple[int, int], Fraction]) -> bool:
    return any(mass.numerator < 0 for mass in plan.values())


def _line(statement: TransportStatement, i: int) -> list[Fraction]:
    worth = statement.table
    return [Fraction(entry, worth.denominator) for entry in worth.line(i)]


def _float_plan(
    statement: TransportStatement, gain: Floats, effort: Effort
) -> tuple[Floats, Floats, Floats, str | None]:
    """Plan and potentials from POT, which gets costs of size one and weights that sum to one."""
    emd = network_simplex()
    low, high = float(gain.min()), float(gain.max())
    unit = (high - low) or 1.0
    source, target = (np.array([float(mass) for mass in side]) for side in (statement.source, statement.target))
    total = source.sum()
    if not total:
        return np.zeros(gain.shape), gain.max(axis=1), np.zeros(gain.shape[1]), None
    weights = target / target.sum()
    pivots = int(min(_PIVOTS + _PIVOTS_A_CELL * gain.size, max(_PIVOTS, _PIVOTS_A_SECOND * effort.remaining())))
    plan, log = emd(source / total, weights, np.ascontiguousarray((high - gain) / unit), numItermax=pivots, log=True)
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
    first, second = potentials(tree, statement.table)
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
                    [statement.table.at(i, j) for i, j in pool],
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
        missing = excess(statement.table, gain, f, g, most=5000)
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
