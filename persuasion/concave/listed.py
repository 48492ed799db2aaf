"""Concavification of a listed payoff: the linear program over splittings into listed beliefs, solved exactly.

Of a long list only the beliefs that matter enter the exact program: those that a float simplex method ends near, and
then whatever the exact prices are found not to majorise.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dual.kinds.concave import ConcavificationStatement
from dual.numbers.exact import Vector
from dual.proofs.listed import worths
from persuasion.experiment import revealed
from transport.programs.effort import Effort
from transport.road.methods import Found

if TYPE_CHECKING:
    from transport.programs.program import Optimum


RULE = "a vertex of the program over the listed beliefs: linearly independent posteriors"

_SHORT_LIST = 200
"""A list as short is solved whole; of a longer one only beliefs near the envelope enter at first, ..."""
_FEW_STATES = 40
"""... unless there are so many states that the sample's program is as long as the whole."""
_BATCH = 40
"""Beliefs that enter at once, those missed most: more mean fewer exact programs, each larger."""


def solve_listed(statement: ConcavificationStatement, effort: Effort) -> Found:
    """Solve ``max sum w_k values[k]`` over weights w >= 0 with ``sum w_k beliefs[k] = prior``."""
    from transport.programs.linear import Infeasible

    beliefs = list(statement.table)
    effort.offer(lambda: _without_a_solver(statement))
    effort.tell(f"program over {len(beliefs)} beliefs about {len(statement.prior)} states")
    chosen = _promising(statement, beliefs, effort.start if isinstance(effort.start, list) else [])
    rounds = 0
    while True:
        rounds += 1
        try:
            optimum = _optimum(statement, chosen, effort)
            missed = _missed(statement, beliefs, optimum.dual) if optimum.exact else []
        except Infeasible as proof:
            missed = [(worth, k) for k, worth in enumerate(worths(beliefs, proof.farkas)) if worth < 0]
            if not missed:
                return Found(None, {"separating": proof.farkas}, "listed", iterations=rounds, infeasible=True)
        if not missed:
            break
        effort.tell(f"{len(missed)} of {len(beliefs)} beliefs are not majorised yet")
        chosen = [*chosen, *(beliefs[k] for _, k in sorted(missed)[:_BATCH])]
    used = [(belief, weight) for belief, weight in zip(chosen, optimum.primal, strict=True) if weight]
    return Found(
        primal=_splitting(used) if optimum.exact else _plain_splitting(statement),
        dual={"prices": optimum.dual if optimum.exact else _raised(statement, optimum.dual)},
        method="listed" if optimum.exact else "listed-rounded",
        iterations=optimum.iterations + optimum.pivots,
        claim=None if optimum.exact else f"{float(optimum.value)}; {optimum.reason}",
        rule=RULE if optimum.exact else "the better of no and full information",
        warm=[belief for belief, _ in used],
    )


def _optimum(statement: ConcavificationStatement, beliefs: Sequence[Vector], effort: Effort) -> Optimum:
    from transport.programs.linear import LinearProgram, solve

    columns = list(range(len(beliefs)))
    program = LinearProgram(
        objective=[statement.table[belief] for belief in beliefs],
        rows=[(columns, [belief[s] for belief in beliefs]) for s in range(len(statement.prior))],
        senses=["="] * len(statement.prior),
        rhs=statement.prior,
    )
    return solve(program, time_limit=None if effort.time_limit is None else effort.remaining())


def _promising(statement: ConcavificationStatement, beliefs: list[Vector], start: Sequence[Vector]) -> list[Vector]:
    """All beliefs of a short list; of a long one those of least slack at the prices of the float program."""
    count = len(statement.prior)
    if len(beliefs) <= _SHORT_LIST or count > _FEW_STATES:
        return beliefs
    import numpy as np

    from .pivoting import simplex

    values = np.array([float(value) for value in statement.table.values()])
    if not np.isfinite(values).all():
        return beliefs
    scale = float(np.ptp(values)) or 1.0
    points = np.array(beliefs, dtype=np.float64)
    objective = (values - values.min()) / scale
    # Certain states, at a loss that no listed belief makes, are where the method starts.
    columns = np.vstack([np.eye(count), points])
    prior = np.array(statement.prior, dtype=np.float64)
    basis = list(range(count))
    _, prices, _ = simplex(columns, np.concatenate([np.full(count, -1e3), objective]), prior, basis, 1e-12)
    order = np.argsort(points @ prices - objective, kind="stable")
    near = [beliefs[k] for k in order[: count + _BATCH].tolist()]
    return list(dict.fromkeys([*(belief for belief in start if belief in statement.table), *near]))


def _missed(
    statement: ConcavificationStatement, beliefs: Sequence[Vector], prices: Vector
) -> list[tuple[Fraction, int]]:
    """Beliefs that the prices do not majorise, with their (negative) slack."""
    slacks = map(Fraction.__sub__, worths(beliefs, prices), statement.table.values())
    return [(slack, k) for k, slack in enumerate(slacks) if slack < 0]


def _raised(statement: ConcavificationStatement, prices: Vector) -> Vector:
    """Raise all prices by the largest excess of a value over them."""
    missing = max(map(Fraction.__sub__, statement.values or (), worths(statement.beliefs or (), prices)))
    return tuple(price + missing for price in prices)


def _splitting(weighted: Sequence[tuple[Vector, Fraction]]) -> dict[str, object]:
    return {"splitting": [{"belief": belief, "weight": weight} for belief, weight in weighted]}


def _plain_splitting(statement: ConcavificationStatement) -> dict[str, object] | None:
    """The better of no and full information, as far as they are listed."""
    table = statement.table
    full = [(tuple(Fraction(x > 0) for x in joint), sum(joint, Fraction(0))) for joint in revealed(statement.prior)]
    known = [split for split in ([(statement.prior, Fraction(1))], full) if all(belief in table for belief, _ in split)]
    if not known:
        return None
    return _splitting(max(known, key=lambda split: sum(weight * table[belief] for belief, weight in split)))


def _without_a_solver(statement: ConcavificationStatement) -> Found:
    """What is true at once: no or full information, if listed, and the largest value as price of every state."""
    return Found(
        primal=_plain_splitting(statement),
        dual={"prices": [max(statement.table.values())] * len(statement.prior)},
        method="no-or-full-information",
        rule="the better of no and full information",
    )
