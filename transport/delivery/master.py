"""The master of the decomposition: a best matching over some triples that avoids known conflicts, by CP-SAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dual.errors import SolverError
from dual.kinds.delivery.conflicts import Conflict
from dual.kinds.delivery.costs import Triple
from transport.programs.cp_sat import run
from transport.programs.effort import Effort

from .arrays import Arrays, sorted_trades
from .heaviest import Ties

_SAFE_BITS = 60
"""Of CP-SAT's 64: longer gains are shortened, which the exact comparison afterwards makes up for."""
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
    ties: Ties | None,
    most: int,
    hint: Sequence[Triple],
    effort: Effort,
) -> Best | None:
    """Maximise welfare over matchings of the given triples that avoid the conflicts.

    With ``ties`` only heaviest buyer-store matchings count. Welfare is known to be ``most`` or less: a matching
    that reaches it is the best without further search. Integers too long for the solver are rounded: its
    answer is evaluated exactly afterwards, by whoever asks. None if there is no such matching or the time is over.
    """
    from ortools.sat.python import cp_model

    # Without tips only tight pairs and agents that every heaviest matching holds are left.
    matched = np.zeros(sum(arrays.shape), dtype=bool)
    if ties is not None:
        triples = [triple for triple in triples if not ties.slack[triple[:2]]]
        matched = ties.matched(arrays.shape[2])
    model = cp_model.CpModel()
    picked = [model.new_bool_var("") for _ in triples]
    by_agent: list[list[int]] = [[] for _ in matched]
    for n, (i, j, k) in enumerate(triples):
        for agent in (i, arrays.shape[0] + j, arrays.shape[0] + arrays.shape[1] + k):
            by_agent[agent].append(n)
    for members, needed in zip(by_agent, matched, strict=True):
        (model.add_exactly_one if needed else model.add_at_most_one)(picked[n] for n in members)
    # Gains in at most 60 bits: where the last ones have to go, the bound on the sum goes, too.
    buyers, stores, couriers = np.array(triples, dtype=np.int64).reshape(-1, 3).T
    gains = [int(gain) for gain in arrays.values[buyers, stores] - arrays.costs(couriers, buyers, stores)]
    longest = max(map(abs, gains), default=0).bit_length()
    shift = max(0, longest + len(triples).bit_length() - _SAFE_BITS)
    weighted_sum = cp_model.LinearExpr.weighted_sum
    for conflict in conflicts:
        row = conflict.row(triples)
        model.add(weighted_sum([picked[n] for n in row], [int(weight) for weight in row.values()]) <= conflict.limit)
    if not shift:
        model.add(weighted_sum(picked, gains) <= most)
    model.maximize(weighted_sum(picked, [gain >> shift for gain in gains]))
    # Start from what is known, and leave no gap: the same answer every time, proven as far as CP-SAT proves.
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
    status = run(solver, model, effort)
    if status == cp_model.MODEL_INVALID:
        raise SolverError("CP-SAT refuses the model")
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    trades = [triple for n, triple in enumerate(triples) if solver.boolean_value(picked[n])]
    return Best(sorted_trades(trades), status == cp_model.OPTIMAL)
