"""Concavification of a listed payoff: the linear program over splittings into listed beliefs, solved exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dual.concavification import ConcavificationStatement, Vector
from dual.errors import SolverError
from transport.road.problem import Effort, Witnesses

from .experiment import revealed

if TYPE_CHECKING:
    from .concavification import Concavification

RULE = "a vertex of the program over the listed beliefs: linearly independent posteriors"


def solve_listed(problem: Concavification, effort: Effort) -> Witnesses:
    """Solve ``max sum w_k values[k]`` over weights w >= 0 with ``sum w_k beliefs[k] = prior``."""
    from transport.road.linear import Infeasible, LinearProgram, solve

    statement = problem.statement
    beliefs = list(statement.table)
    effort.tell(f"program over {len(beliefs)} beliefs about {len(statement.prior)} states")
    columns = list(range(len(beliefs)))
    program = LinearProgram(
        objective=list(statement.table.values()),
        rows=[(columns, [belief[s] for belief in beliefs]) for s in range(len(statement.prior))],
        senses=["="] * len(statement.prior),
        rhs=statement.prior,
    )
    limit = None if effort.time_limit is None else effort.remaining()
    try:
        optimum = solve(program, start=effort.start, time_limit=limit)
    except Infeasible as proof:
        return Witnesses(None, {"separating": proof.farkas}, method="listed", infeasible=True)
    except SolverError as failure:
        if not effort.exhausted():
            raise
        return _without_a_solver(statement, str(failure))
    splitting = [
        {"belief": belief, "weight": weight} for belief, weight in zip(beliefs, optimum.primal, strict=True) if weight
    ]
    return Witnesses(
        primal={"splitting": splitting} if optimum.exact else None,
        dual={"prices": optimum.dual if optimum.exact else _raised(statement, optimum.dual)},
        method="listed",
        iterations=optimum.iterations + optimum.pivots,
        claim=None if optimum.exact else f"{float(optimum.value)}; {optimum.reason}",
        rule=RULE,
        warm=optimum.basis,
    )


def _raised(statement: ConcavificationStatement, prices: Vector) -> Vector:
    """Raise all prices by the largest excess of a value over them."""
    worths = statement.worths(prices)
    missing = max(value - worth for value, worth in zip(statement.values or (), worths, strict=True))
    return tuple(price + missing for price in prices)


def _without_a_solver(statement: ConcavificationStatement, reason: str) -> Witnesses:
    """What is true at once: no or full information, if listed, and the largest value as price of every state."""
    table = statement.table
    splittings: list[list[tuple[Vector, Fraction]]] = [
        [(belief, Fraction(1)) for belief in [statement.prior]],
        [(tuple(Fraction(mass > 0) for mass in joint), sum(joint)) for joint in revealed(statement.prior)],
    ]
    known = [split for split in splittings if all(belief in table for belief, _ in split)]
    best = max(known, key=lambda split: sum(weight * table[belief] for belief, weight in split), default=None)
    return Witnesses(
        primal=None if best is None else {"splitting": [{"belief": b, "weight": w} for b, w in best]},
        dual={"prices": [max(table.values())] * len(statement.prior)},
        method="no-or-full-information",
        claim=reason,
        rule="the better of no and full information",
    )
