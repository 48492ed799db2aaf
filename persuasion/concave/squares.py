"""Concavification of a polynomial payoff by sums of squares: prices proven on the whole simplex, without subdivision.

``min prior . P`` with ``P . q - v(q)`` a sum of squares times products of beliefs is a semidefinite program for every
degree. Posteriors are where that slack vanishes; the best splitting among them is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any, Final

import numpy as np

from dual.errors import InputError, SolverError
from dual.kinds.concave import ConcavificationStatement
from dual.proofs.squares import total
from dual.proofs.surplus import coordinates_of, surplus
from transport.programs.effort import Effort
from transport.programs.regions import Inequality, simplex
from transport.programs.squares import SquaresProgram
from transport.road.methods import Found, method

from .beliefs import LATTICE, splitting

CLOSE: Final = 1e-6
"""Bounds as close as that may be equal: an exact proof is looked for."""

SIMPLE: Final = 10**6
"""Larger denominators are those of rounded beliefs: their policy is not optimal, and no exact proof meets it."""

POOR: Final = 1e-9
"""A relative gap from which on an exact proof is looked for all the same: rounded squares of few polynomials cost more
than others, and exact ones cost nothing."""

ENOUGH: Final = 1e-10
"""A relative gap at which no higher degree is tried."""

MORE: Final = 1
"""Degrees that are tried beyond the least."""

RULE: Final = "posteriors where the slack of the prices vanishes"


@method("squares", "a polynomial payoff: prices by sums of squares, exact where they can be")
def solve_by_squares(statement: ConcavificationStatement, effort: Effort) -> Found:
    """Raise the degree until bounds meet."""
    if statement.value is None:
        raise InputError("squares need the payoff as an expression", "method")
    states = len(statement.prior)
    if states > max(LATTICE):
        raise InputError(f"squares are for payoffs over up to {max(LATTICE)} states, not {states}", "method")
    fixed = surplus(statement.value, [Fraction(0)] * states)
    degree = max((sum(key) for key in fixed), default=0)
    least = max(1, ceil(degree / 2))
    best: tuple[Fraction, dict[str, object]] | None = None
    policy = splitting(total([(Fraction(-1), fixed)]), statement.prior, effort)
    rounds = 0
    for half in range(least, least + MORE + 1):
        if effort.exhausted():
            break
        one = Inequality(fixed, tuple(coordinates_of(states)))
        program = SquaresProgram(simplex(states - 1), [one], statement.prior, half, [Fraction(1)] * states)
        try:
            s, grams = program.solve(None if effort.time_limit is None else effort.remaining())
            proof = program.rounded(s, grams)
        except SolverError:  # inaccurate at this degree; a higher one may round
            continue
        rounds += 1
        upper = sum((c * v for c, v in zip(statement.prior, proof.s, strict=True)), Fraction(0))
        if best is None or upper < best[0]:
            best = upper, {"prices": list(proof.s), "squares": proof.terms[0]}
        effort.offer(Found(policy and policy[1], best[1], "squares", rounds, rule=RULE))
        gap, scale = float(best[0] - policy[0]) if policy else np.inf, max(1.0, abs(float(best[0])))
        if policy is not None and gap < CLOSE * scale and (_simple(policy[1]) or gap > POOR * scale):
            exact = program.exact(s, grams, [[]])
            if exact is not None:
                upper = sum((c * v for c, v in zip(statement.prior, exact.s, strict=True)), Fraction(0))
                if upper < best[0]:
                    best = upper, {"prices": list(exact.s), "squares": exact.terms[0]}
                    gap = float(upper - policy[0])
        if gap < ENOUGH * scale:
            break
    if best is None:
        raise SolverError("no sums of squares were found")
    return Found(policy and policy[1], best[1], "squares", rounds, rule=RULE)


def _simple(policy: Mapping[str, Any]) -> bool:
    """Whether all posteriors are simple fractions, so that they may be the optimal ones."""
    return all(x.denominator <= SIMPLE for part in policy["splitting"] for x in part["belief"])
