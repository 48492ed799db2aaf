"""The programs of private persuasion, by beliefs and as a game, with numbers of any sort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import permutations, product
from operator import mul
from typing import Any

from dual.errors import SolverError
from dual.kinds.private import Multipliers, Plan, Potentials, PrivateStatement, Separation
from dual.proofs.linear import Block, Name, Program, Row
from transport.road.linear_form import LinearForm


def program(statement: PrivateStatement) -> Program:
    """Columns ``mass[s][k1]...[kn]``; rows ``state[s]``, and ``belief[r][k][s]`` or, in a game, ``obey[r][a][b]``."""
    states, shape = len(statement.prior), statement.shape
    cells = list(product(*map(range, shape)))
    columns = {(s, cell): s * len(cells) + c for s in range(states) for c, cell in enumerate(cells)}
    rows = [
        Row(("state", s), "=", mass, {columns[s, cell]: 1 for cell in cells}.items)
        for s, mass in enumerate(statement.prior)
    ]
    rows += _obedience(statement, columns) if statement.is_game else _beliefs(statement, columns)
    objective = [worth for table in statement.tables for worth in table]
    return Program([Block(("mass",), (states, *shape))], objective, lambda: rows)


_Columns = Mapping[tuple[int, tuple[int, ...]], int]


def _beliefs(statement: PrivateStatement, columns: _Columns) -> Iterator[Row]:
    for r, grid in enumerate(statement.grids or ()):
        for k, belief in enumerate(grid):
            for s, share in enumerate(belief):
                entries = {c: (at == s) - share for (at, cell), c in columns.items() if cell[r] == k}
                yield Row(("belief", r, k, s), "=", 0, entries.items)


def _obedience(statement: PrivateStatement, columns: _Columns) -> Iterator[Row]:
    for r, receiver in enumerate(statement.receivers or ()):
        for a, b in permutations(range(receiver.actions), 2):
            gains = {
                c: receiver.payoff[s][a] - receiver.payoff[s][b] for (s, cell), c in columns.items() if cell[r] == a
            }
            yield Row(("obey", r, a, b), ">=", 0, gains.items)


def primal(statement: PrivateStatement, values: Mapping[int, Any]) -> object:
    """Masses by state."""
    cells = list(product(*map(range, statement.shape)))
    plan: list[list[list[Any]]] = [[] for _ in statement.prior]
    for k, mass in sorted(values.items()):
        s, c = divmod(k, len(cells))
        plan[s].append([*cells[c], mass])
    return {"plan": plan}


def dual(statement: PrivateStatement, multipliers: Mapping[Name, Any]) -> object:
    """V, and potentials of mean zero or multipliers of obedience."""
    zero = Fraction(0)
    V = [multipliers.get(("state", s), zero) for s in range(len(statement.prior))]
    if statement.is_game:
        weights = [
            [[-multipliers.get(("obey", r, a, b), zero) for b in range(count)] for a in range(count)]
            for r, count in enumerate(statement.shape)
        ]
        return {"V": V, "multipliers": weights}
    beta = []
    for r, grid in enumerate(statement.grids or ()):
        own = []
        for k, belief in enumerate(grid):
            raw = [multipliers.get(("belief", r, k, s), zero) for s in range(len(belief))]
            mean = sum((share * weight for share, weight in zip(belief, raw, strict=True)), zero)
            own.append([weight - mean for weight in raw])
        beta.append(own)
    return {"V": V, "beta": beta}


def values(statement: PrivateStatement, plan: Plan) -> dict[int, Fraction]:
    """The masses of a plan by number of the column."""
    cells = {cell: c for c, cell in enumerate(product(*map(range, statement.shape)))}
    found: dict[int, Fraction] = {}
    for s, atoms in enumerate(plan.plan):
        for *cell, mass in atoms:
            k = s * len(cells) + cells[tuple(cell)]
            found[k] = found.get(k, Fraction(0)) + mass
    return found


def multipliers(statement: PrivateStatement, dual: Potentials | Multipliers | Separation) -> dict[Name, Fraction]:
    """Prices, potentials and weights by name of the row; of a separating direction the proof that nothing is feasible.

    With a direction d as prices of the states and -d as the potential of every posterior of that receiver, a column at
    posterior q sums to ``d . q >= 0``, and the right hand sides to ``d . prior < 0``.
    """
    if isinstance(dual, Separation):
        found: dict[Name, Fraction] = {("state", s): weight for s, weight in enumerate(dual.direction)}
        for k in range(statement.shape[dual.receiver]):
            found |= {("belief", dual.receiver, k, s): -weight for s, weight in enumerate(dual.direction)}
        return found
    found = {("state", s): price for s, price in enumerate(dual.V)}
    if isinstance(dual, Multipliers):
        for r, table in enumerate(dual.multipliers):
            found |= {
                ("obey", r, a, b): -weight for a, row in enumerate(table) for b, weight in enumerate(row) if a != b
            }
        return found
    for r, table in enumerate(dual.beta):
        found |= {("belief", r, k, s): weight for k, row in enumerate(table) for s, weight in enumerate(row)}
    return found


def refuting(statement: PrivateStatement) -> Program:
    """Columns ``weight[c]`` of all receivers' posteriors; rows ``state[r][s]``: each receiver's average to the prior.

    Receivers' experiments can be drawn independently, so nothing is feasible only if one of them has none.
    """
    posteriors = [(r, belief) for r, grid in enumerate(statement.grids or ()) for belief in grid]
    rows = [
        Row(("state", r, s), "=", mass, {c: q[s] for c, (own, q) in enumerate(posteriors) if own == r}.items)
        for r in range(len(statement.shape))
        for s, mass in enumerate(statement.prior)
    ]
    return Program([Block(("weight",), (len(posteriors),))], [0] * len(posteriors), lambda: rows)


def refutation(statement: PrivateStatement, multipliers: Mapping[Name, Any]) -> object:
    """A direction that separates the prior from the posteriors of a receiver."""
    for r in range(len(statement.shape)):
        direction = [multipliers.get(("state", r, s), Fraction(0)) for s in range(len(statement.prior))]
        if sum(map(mul, direction, statement.prior), Fraction(0)) != 0:
            return {"receiver": r, "direction": direction}
    raise SolverError("no receiver's posteriors are separated from the prior")


FORM = LinearForm(program, primal, dual, refuting=refuting, refutation=refutation)
