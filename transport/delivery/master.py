"""The master of the decomposition: a best matching over some triples that avoids known conflicts, by CP-SAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dual.errors import SolverError
from dual.kinds.delivery.bound import Conflict
from dual.kinds.delivery.costs import Triple
from transport.programs.effort import Effort

from .arrays import Arrays, sorted_trades

_SAFE_BITS = 60
_LONGEST = 100.0
"""CP-SAT's own units of work, about seconds; the same on every machine."""


@dataclass(frozen=True)
class Best:
    """A matching, and whether the solver says that it is the best."""

    trades: tuple[Triple, ...]
    best: bool


def best_matching(
    arrays: Arrays,
    triples: Sequence[Triple],
    conflicts: Sequence[Conflict],
    floor: int | None,
    most: int,
    hint: Sequence[Triple],
    effort: Effort,
) -> Best | None:
    """Maximise welfare over matchings of the given triples that avoid the conflicts.

    With a ``floor`` the values of the trades sum to at least this. Welfare is known to be ``most`` or less: a matching
    that reaches it is the best without further search. Integers too long for the solver are rounded: its
    answer is evaluated exactly afterwards, by whoever asks. None if there is no such matching or the time is over.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    picked = [model.new_bool_var("") for _ in triples]
    by_agent: list[dict[int, list[int]]] = [{}, {}, {}]
    for n, triple in enumerate(triples):
        for side, agent in enumerate(triple):
            by_agent[side].setdefault(agent, []).append(n)
    for agents in by_agent:
        for members in agents.values():
            model.add_at_most_one(picked[n] for n in members)
    i, j, k = np.array(triples, dtype=np.int64).reshape(-1, 3).T
    values = [int(value) for value in arrays.values[i, j]]
    gains = [value - int(cost) for value, cost in zip(values, arrays.costs(k, i, j), strict=True)]
    longest = max((abs(x) for x in [*gains, *values]), default=0).bit_length()
    shift = max(0, longest + len(triples).bit_length() - _SAFE_BITS)
    weighted_sum = cp_model.LinearExpr.weighted_sum
    if floor is not None:
        slack = len(values) if shift else 0
        model.add(weighted_sum(picked, [value >> shift for value in values]) + slack >= floor >> shift)
    for conflict in conflicts:
        row = conflict.row(triples)
        model.add(weighted_sum([picked[n] for n in row], [int(weight) for weight in row.values()]) <= conflict.limit)
    if not shift:
        model.add(weighted_sum(picked, gains) <= most)
    model.maximize(weighted_sum(picked, [gain >> shift for gain in gains]))
    hinted = set(hint)
    for n, triple in enumerate(triples):
        model.add_hint(picked[n], triple in hinted)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1  # the same answer every time
    solver.parameters.random_seed = 0
    solver.parameters.absolute_gap_limit = 0.0
    solver.parameters.relative_gap_limit = 0.0
    solver.parameters.max_deterministic_time = _LONGEST
    if effort.time_limit is not None:
        solver.parameters.max_time_in_seconds = max(effort.remaining(), 0.0)
    status = solver.solve(model)
    if status == cp_model.MODEL_INVALID:
        raise SolverError("CP-SAT refuses the model")
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    trades = [triple for n, triple in enumerate(triples) if solver.boolean_value(picked[n])]
    return Best(sorted_trades(trades), status == cp_model.OPTIMAL)
