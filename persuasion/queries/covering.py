"""The choice of partitions as an integer program for CP-SAT, where all types are pessimists.

``y_j`` says that query j is chosen, ``x_tg`` that type t is served by the message aimed at g, no readier than t. Types
that a chosen query separates have different targets. Its answer is a proposal, and its bound is not used.
"""

from __future__ import annotations

from typing import Final

from dual.kinds.queries.partitions import Refinements
from dual.kinds.queries.statement import SimulationStatement
from transport.programs.effort import Effort

_SCALE: Final = 10**9
"""What the largest gain is rounded to: sums of thousands stay far below the largest 64-bit number."""
_SECONDS: Final = 20.0
"""The time of the search where the caller sets none."""
_MOST: Final = 60
"""Types for which the program is stated; it has a variable for each two of them, and a row for each query besides."""


def chosen_by_cp_sat(
    statement: SimulationStatement, refinements: Refinements, effort: Effort
) -> tuple[int, ...] | None:
    """The partitions that CP-SAT proposes; None if some type believes, or there are too many types, or no time."""
    order = statement.order
    n = len(refinements.types)
    if order.pessimists < len(order.q) or n > _MOST or not effort.affords("ortools.sat.python.cp_model"):
        return None
    from ortools.sat.python import cp_model

    from transport.programs.cp_sat import run

    model = cp_model.CpModel()
    queries = range(len(refinements.blocks))
    y = [model.new_bool_var(f"y{j}") for j in queries]
    most = min(statement.most, len(y))
    model.add(sum(y) <= most)
    served = {(t, g): model.new_bool_var(f"x{t},{g}") for t in range(n) for g in range(t + 1)}
    total = sum(low + high for low, high in refinements.masses) or 1
    gain = []
    for (t, g), x in served.items():
        low, high = refinements.masses[t]
        slope, d = order.q[refinements.place[g]]
        gain.append(x * ((high * d + low * slope) * _SCALE // (d * total)))
        if g != t:
            model.add_implication(x, served[g, g])
            for j in queries:
                if separated(refinements, j, t, g):
                    model.add(x + y[j] <= 1)
    for t in range(n):
        model.add(sum(served[t, g] for g in range(t + 1)) <= 1)
        for g in range(t):
            apart = [y[j] for j in queries if separated(refinements, j, t, g)]
            model.add(served[t, t] + served[g, g] <= 1 + sum(apart))
    price = int(statement.price * order.unit * _SCALE / total)
    model.maximize(sum(gain) - price * sum(y))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = min(_SECONDS, max(0.1, effort.remaining()))
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    if run(solver, model, effort) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return tuple(j for j in queries if solver.value(y[j]))


def separated(refinements: Refinements, query: int, t: int, g: int) -> bool:
    """Whether a query gives two types different answers."""
    return not any(block >> t & 1 and block >> g & 1 for block in refinements.blocks[query])
