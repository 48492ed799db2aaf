"""Large obedience programs: what binds is found in floats, solved exactly, and held against everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dual.errors import SolverError
from dual.kinds.finite import PersuasionStatement
from dual.numbers.exact import over_common_denominator
from transport.programs.effort import Effort

from .binding import Pair, binding

if TYPE_CHECKING:
    from transport.programs.program import Optimum

_EXACT_ROWS: Final = 2000
"""Largest dense system that is solved exactly; 1,000 rows take a second or two, 2,000 some ten."""
_ROUNDS: Final = 8
"""Exact rounds: floats that stop at 1e-9 leave few rows and columns to be found exactly, and mostly none."""


def solve_by_rows(
    statement: PersuasionStatement, payoffs: Any, effort: Effort, rough: Callable[[Optimum], None]
) -> Optimum | None:
    """The optimum of the obedience program, with vectors as if it were written out; None if another way is needed.

    Parameters
    ----------
    statement : PersuasionStatement
    payoffs : integer array, shape (S, A)
        What the receiver's payoffs count in the program.
    effort : Effort
    rough : callable
        Told the optimum in floats.
    """
    from transport.programs.linear import Basis, LinearProgram, solve

    # Floats say which rows bind and which columns matter; numbers beyond their range need another way.
    sender = np.array([[float(x) for x in row] for row in statement.sender])
    floats = payoffs.astype(float)
    if not (np.isfinite(sender).all() and np.isfinite(floats).all()):
        return None
    try:
        found = binding(statement.prior, sender, floats, effort)
    except SolverError:
        if effort.exhausted():
            raise
        return None
    # Their program is solved exactly, until no row outside it is broken and no column gains.
    states, actions = sender.shape
    rows, held = list(found.rows), list(found.held)
    basis: Basis | None = None
    for _ in range(_ROUNDS):
        place = {pair: k for k, pair in enumerate(held)}
        # Columns are masses of (action, state); rows are the prior and the obedience that binds.
        columns_of: dict[int, list[tuple[int, int]]] = {}
        for k, (a, s) in enumerate(held):
            columns_of.setdefault(a, []).append((k, s))
        entries: list[dict[int, int]] = [{} for _ in range(states)]
        for k, (_, s) in enumerate(held):
            entries[s][k] = 1
        for recommended, other in rows:
            gains = {
                k: int(payoffs[s, recommended]) - int(payoffs[s, other]) for k, s in columns_of.get(recommended, ())
            }
            entries.append({k: gain for k, gain in gains.items() if gain})
        program = LinearProgram(
            [statement.sender[s][a] for a, s in held],
            entries,
            ["="] * states + [">="] * len(rows),
            [*statement.prior, *[Fraction(0)] * len(rows)],
        )
        if basis is None:
            basis = Basis(tuple(place[pair] for pair in found.columns), tuple(range(states + len(rows))))
        # Its optimum in floats is an answer, too, should the exact one not come in time.
        limit = None if effort.time_limit is None else effort.remaining()

        def told_of(optimum: Optimum, rows: list[Pair] = rows, held: list[Pair] = held) -> None:
            rough(_whole(optimum, rows, held, (states, actions)))

        optimum = solve(program, start=basis, time_limit=limit, exact_rows=_EXACT_ROWS, rough=told_of)
        whole = _whole(optimum, rows, held, (states, actions))
        whole = replace(whole, iterations=whole.iterations + found.iterations)
        if not optimum.exact:
            return whole
        # Whatever is broken or gains, among all rows and columns, enters.
        broken = _broken(optimum.primal, held, payoffs)
        fresh = [pair for pair in broken if pair not in set(rows)]
        more = _gaining(statement, payoffs, optimum.dual, rows, set(held))
        if not fresh and not more:
            return whole
        effort.tell(f"obedience program, exactly: {len(fresh)} rows and {len(more)} columns to add")
        rows, held, basis = rows + fresh, held + more, optimum.basis
    return None


def _whole(optimum: Optimum, rows: Sequence[Pair], held: Sequence[Pair], shape: tuple[int, int]) -> Optimum:
    """The optimum with the vectors of the whole program."""
    states, actions = shape
    zero = Fraction(0)
    primal, dual = [zero] * (states * actions), [zero] * (states + actions * (actions - 1))
    for (a, s), value in zip(held, optimum.primal, strict=True):
        primal[a * states + s] = value
    dual[:states] = optimum.dual[:states]
    for (recommended, other), weight in zip(rows, optimum.dual[states:], strict=True):
        dual[states + recommended * (actions - 1) + other - (other > recommended)] = weight
    return replace(optimum, primal=tuple(primal), dual=tuple(dual))


def _broken(primal: Sequence[Fraction], held: Sequence[Pair], payoffs: Any) -> list[Pair]:
    """For every recommendation the row that is broken most, exactly."""
    joint: dict[int, dict[int, Fraction]] = {}
    for (a, s), mass in zip(held, primal, strict=True):
        if mass:
            joint.setdefault(a, {})[s] = mass
    found = []
    for a, masses in joint.items():
        weights, _ = over_common_denominator(list(masses.values()))
        rewards = [0] * payoffs.shape[1]
        for weight, s in zip(weights, masses, strict=True):
            rewards = [reward + weight * payoff for reward, payoff in zip(rewards, payoffs[s].tolist(), strict=True)]
        best = max(range(len(rewards)), key=rewards.__getitem__)
        if rewards[best] > rewards[a]:
            found.append((a, best))
    return found


def _gaining(
    statement: PersuasionStatement, payoffs: Any, dual: Sequence[Fraction], rows: Sequence[Pair], held: set[Pair]
) -> list[Pair]:
    """For every state the column that gains most at the exact prices, if one gains."""
    states = len(statement.prior)
    flat, unit = over_common_denominator([x for row in statement.sender for x in row])
    width = len(statement.sender[0])
    weights, common = over_common_denominator(dual)
    by_action: dict[int, list[tuple[int, int]]] = {}
    for (recommended, other), weight in zip(rows, weights[states:], strict=True):
        if weight:
            by_action.setdefault(recommended, []).append((other, weight))
    found = []
    for s in range(states):
        price, line = weights[s] * unit, payoffs[s].tolist()
        best: tuple[int, int] | None = None
        for a in range(width):
            gain = flat[s * width + a] * common - price
            for other, weight in by_action.get(a, ()):
                gain -= weight * (line[a] - line[other]) * unit
            if gain > 0 and (best is None or gain > best[0]) and (a, s) not in held:
                best = gain, a
        if best is not None:
            found.append((best[1], s))
    return found
