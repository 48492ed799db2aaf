"""Proofs that there is no optimum: that nothing satisfies a problem, or that no bound holds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .statement import Statement
from .verdict import Grade, Kind, Proof, Verdict

Attempt = Callable[..., tuple[Any, Fraction | None, str | None]]


def without_optimum(
    attempt: Attempt, kind: Kind, statement: Statement, primal: object, dual: object, *, infeasible: bool
) -> Proof:
    """What the one witness proves, or why it proves nothing; ``attempt`` reads and checks it."""
    grade: Grade = "infeasible" if infeasible else "unbounded"
    what = "nothing is feasible" if infeasible else "no bound holds"
    read, check = (kind.refutation, kind.infeasible) if infeasible else (kind.primal, kind.unbounded)
    where, witness, other = ("dual", dual, primal) if infeasible else ("primal", primal, dual)
    found: Any = None
    refusal: str | None = f"there is no proof that {what}"
    if check is None:
        refusal = f"a problem of kind {kind.name} is never {grade}"
    elif other is not None:
        refusal = f"a {'primal' if infeasible else 'dual'} witness stands beside the claim that {what}"
    elif witness is not None:
        found, _, refusal = attempt(read, check, statement, witness, where)
    return Proof(Verdict(None, None, "unproven" if refusal else grade, refusal), statement, **{where: found})
