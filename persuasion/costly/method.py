"""The convex program of costly persuasion: solved in floating point, polished, and proven."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction

from dual.kinds.costly.entropy import EntropyCost
from dual.kinds.costly.kind import CostlyPersuasionStatement
from dual.kinds.costly.quadratic import QuadraticCost
from persuasion.finite.obedience import solve_by_obedience
from persuasion.finite.replies import best_reply
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.road.methods import Found, method

from .attention import attention, exact_experiment, exact_prices
from .exact import exact_points
from .polish import polished, start
from .program import Program, Rough, solve_rough
from .repair import rounded_experiments
from .witness import Incumbent, offer_duals, raised

RULE = "the interior-point method's optimum, thinned to affinely independent posteriors and polished"
_ATTEMPTS = ((1e-11, Fraction(1, 10**13)), (1e-8, Fraction(1, 10**13)), (1e-11, Fraction(1, 10**7)))
"""Tolerances, and prior masses up to which states are left out; a later attempt is made where an earlier one fails."""
_GOOD = Fraction(1, 10**9)
"""A gap from which on nothing further is tried: other attempts gain digits that nobody asked for."""
_CLOSE = Fraction(1, 10**11)
"""The gap, relative to the payoffs' range, at which an interior point without obedience is the answer."""
ATTENTION = "the interior point's optimum; actions taken in less than one case in 10^9 are left out"


@method("convex", "interior point, polished; an expression as cost by an exchange method")
def solve_costly(statement: CostlyPersuasionStatement, effort: Effort) -> Found:
    """Solve by the road the cost asks for: a convex program, columns for an expression, obedience if it is free."""
    if not isinstance(statement.cost, (EntropyCost, QuadraticCost)):
        from .expressed import solve_by_exchange

        return solve_by_exchange(statement, effort)
    if not statement.cost.weight:
        return solve_by_obedience(statement, effort)
    best = Incumbent(statement)
    plain = [max(row) for row in statement.sender]
    idle = [[Fraction(0)] * len(statement.sender[0])] * len(statement.sender[0])
    uninformed = best_reply(statement.sender, statement.weighed, statement.prior)
    best.offer_prices(plain, idle)
    effort.offer(_at_once(best))
    inattentive = None if effort.exhausted() else attention(statement)
    if inattentive is not None:
        best.offer_experiment(exact_experiment(statement, inattentive))
        best.offer_proven(exact_prices(statement, inattentive), idle)
        found = Found(best.primal, best.dual, "attention", inattentive.steps, rule=ATTENTION)
        if best.gap is not None and best.gap <= _CLOSE:
            return found
        effort.offer(found)
    best.offer_prices(raised(statement, idle, action=uninformed), idle)
    best.offer_prices(raised(statement, idle), idle)
    if best.dual is not None and best.dual["prices"] is not plain:
        effort.offer(_at_once(best))
    iterations = 0
    for attempt, (tolerance, negligible) in enumerate(_ATTEMPTS):
        if (
            not effort.affords("cvxpy")
            or effort.exhausted()
            or (best.gap is not None and best.gap <= (_GOOD if attempt else 0))
        ):
            break
        program = Program.of(statement, negligible)
        effort.tell(f"convex program: {len(program.states)} states, {len(program.actions)} actions")
        rough = solve_rough(program, tolerance, effort.remaining())
        if rough is not None:
            effort.tell("polishing and rounding")
            iterations += rough.iterations
            for _ in _improved(best, program, rough):
                effort.offer(_found(best, iterations))
    return _found(best, iterations) if iterations else _at_once(best)


def _at_once(best: Incumbent) -> Found:
    return Found(best.primal, best.dual, "no-or-full-information", rule="the better of no and full information")


def _found(best: Incumbent, iterations: int) -> Found:
    return Found(best.primal, best.dual, "convex", iterations, rule=RULE)


def _improved(best: Incumbent, program: Program, rough: Rough) -> Iterator[None]:
    """Offer the exact witnesses near a solution in floating point, as it is and polished; pause in between."""
    first = dataclasses.replace(start(program, rough), multipliers=rough.multipliers)
    _offer_rounded(best, program, rough.joints)
    offer_duals(best, first)
    yield
    last = polished(program, rough)
    for exact in exact_points(last):
        matrix, prices = program.exact_dual(exact.prices, exact.multipliers)
        best.offer_experiment(program.exact_joints(exact.joints))
        best.offer_prices(raised(program.statement, matrix, prices), matrix)
    for joints in (last.joints, first.joints):
        _offer_rounded(best, program, joints)
    offer_duals(best, last)


def _offer_rounded(best: Incumbent, program: Program, joints: Floats) -> None:
    for experiment in rounded_experiments(program, joints):
        best.offer_experiment(experiment)
