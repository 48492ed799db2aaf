"""The exact optimum of the two-receiver program, from the cells that column generation has found."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from dual.errors import SolverError
from dual.kinds.two_receivers.grid import Potentials
from dual.kinds.two_receivers.statement import TwoReceiverStatement
from persuasion.two_receivers.pairs import Pairs
from transport.programs.arrays import Integers
from transport.programs.linear import LinearProgram, solve

from .prices import with_ends
from .utilities import Side, sides

_ROUNDS = 8
"""Of pairs that enter the exact program: floats have found nearly all."""
Plan = list[dict[tuple[int, ...], Fraction]]


def exact_optimum(
    statement: TwoReceiverStatement, client: Pairs, pool: Integers, time_limit: float | None = None
) -> tuple[Plan, Potentials] | None:
    """Solve the program on a pool of cells exactly; add cells that the exact potentials do not majorise, and repeat.

    Returns None where the exact system is too large, time runs out or the utilities are irrational.
    """
    utility = sides(statement)
    if not all(side.exact for side in utility):
        return None
    basis = None
    for _ in range(_ROUNDS):
        program = _program(statement, utility, client, pool)
        try:
            optimum = solve(program, start=basis, time_limit=time_limit)
        except SolverError:  # no time for it: the rough answer is repaired instead
            return None
        if not optimum.exact:
            return None
        found = _potentials(statement, optimum.dual)
        missing = _missing(statement, utility, client, found)
        if not len(missing):
            state, i, j = client.split(pool)
            plan: Plan = [{}, {}]
            for s, row, column, mass in zip(state.tolist(), i.tolist(), j.tolist(), optimum.primal, strict=True):
                if mass:
                    plan[s][row, column] = mass
            return plan, found
        # The old columns keep their numbers, so that the old basis is where the next program starts.
        pool, basis = np.concatenate([pool, np.setdiff1d(missing, pool)]), optimum.basis
    return None


def _program(statement: TwoReceiverStatement, utility: Sequence[Side], client: Pairs, pool: Integers) -> LinearProgram:
    n = len(statement.x)
    rows: list[dict[int, int]] = [{} for _ in range(2 + n + len(statement.y))]
    objective: list[Fraction] = []
    state, i, j = client.split(pool)
    for k, (s, row, column) in enumerate(zip(state.tolist(), i.tolist(), j.tolist(), strict=True)):
        objective.append(utility[s].at(row, column))
        rows[s][k] = 1
        for at, point in ((2 + row, statement.x[row]), (2 + n + column, statement.y[column])):
            coefficient = point.numerator - s * point.denominator
            if coefficient:
                rows[at][k] = coefficient
    right = [*statement.masses, *[Fraction(0)] * (len(rows) - 2)]
    return LinearProgram(objective, rows, ["="] * len(rows), right)


def _potentials(statement: TwoReceiverStatement, dual: tuple[Fraction, ...]) -> Potentials:
    n = len(statement.x)
    a = [weight * point.denominator for weight, point in zip(dual[2 : 2 + n], statement.x, strict=True)]
    b = [weight * point.denominator for weight, point in zip(dual[2 + n :], statement.y, strict=True)]
    return with_ends(statement, dual[:2], a, b)


def _missing(statement: TwoReceiverStatement, utility: Sequence[Side], client: Pairs, found: Potentials) -> Integers:
    """Cells that the potentials do not majorise: in each state the worst of the rows and columns, else any at all."""
    cells: list[int] = []
    for state, (side, (r, c)) in enumerate(zip(utility, found.sides(statement), strict=True)):
        cells += [state * client.cells + i * client.shape[1] + j for i, j in side.excess(r, c, most=2000)]
    return np.array(cells, dtype=np.int64)
