"""Concavification of a polynomial payoff by sums of squares: prices proven on the whole simplex, without subdivision.

``min prior . P`` with ``P . q - v(q)`` a sum of squares times products of beliefs is a semidefinite program for every
degree. Posteriors are where that slack vanishes; the best splitting among them is exact.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product as tuples
from math import ceil
from typing import Any, Final

import numpy as np

from dual.errors import InputError, SolverError
from dual.functions.beliefs import corners
from dual.kinds.concave import ConcavificationStatement
from dual.proofs.squares import Terms
from dual.proofs.surplus import coordinates_of, surplus
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import Infeasible, LinearProgram
from transport.programs.regions import Inequality, plainly, simplex, value_at
from transport.programs.rounding import simple_or_dyadic
from transport.programs.squares import SquaresProgram
from transport.road.methods import Found, method

CLOSE: Final = 1e-6
"""Bounds as close as that may be equal: an exact proof is looked for."""

ENOUGH: Final = 1e-10
"""A relative gap at which no higher degree is tried."""

MORE: Final = 1
"""Degrees that are tried beyond the least."""

LATTICE: Final = {2: 400, 3: 48, 4: 18, 5: 10, 6: 7, 7: 5, 8: 4}
"""Points along an edge of the simplex from which contacts are looked for."""

RULE: Final = "posteriors where the slack of the prices vanishes"


@method("squares", "a polynomial payoff: prices by sums of squares, exact where they can be")
def solve_by_squares(statement: ConcavificationStatement, effort: Effort) -> Found:
    """Raise the degree until bounds meet."""
    if statement.value is None:
        raise InputError("squares need the payoff as an expression", "method")
    states = len(statement.prior)
    fixed = surplus(statement.value, [Fraction(0)] * states)
    degree = max((sum(key) for key in fixed), default=0)
    least = max(1, ceil(degree / 2))
    best: tuple[Fraction, dict[str, object]] | None = None
    policy: tuple[Fraction, dict[str, object]] | None = None
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
        found = splitting(statement, one.at([Fraction(float(v)) for v in s]))
        if found is not None and (policy is None or found[0] > policy[0]):
            policy = found
        effort.offer(Found(policy and policy[1], best[1], "squares", rounds, rule=RULE))
        gap, scale = float(best[0] - policy[0]) if policy else np.inf, max(1.0, abs(float(best[0])))
        if policy is not None and gap < CLOSE * scale:
            exact = program.exact(s, grams, [[]])
            if exact is not None:
                upper = sum((c * v for c, v in zip(statement.prior, exact.s, strict=True)), Fraction(0))
                if upper == policy[0]:
                    dual = {"prices": list(exact.s), "squares": exact.terms[0]}
                    return Found(policy[1], dual, "squares", rounds, rule=RULE)
        if gap < ENOUGH * scale:
            break
    if best is None:
        raise SolverError("no sums of squares were found")
    return Found(policy and policy[1], best[1], "squares", rounds, rule=RULE)


def splitting(statement: ConcavificationStatement, slack: Terms) -> tuple[Fraction, dict[str, object]] | None:
    """The best splitting among beliefs where a slack nearly vanishes, exactly, with its value."""
    if statement.value is None:
        return None
    states = len(statement.prior)
    value = surplus(statement.value, [Fraction(0)] * states)
    beliefs = sorted({statement.prior, *corners(states), *_contacts(slack, states)})
    worth = [-value_at(value, belief[:-1]) for belief in beliefs]
    rows = [{k: belief[s] for k, belief in enumerate(beliefs) if belief[s]} for s in range(states)]
    try:
        found = solve(LinearProgram(worth, rows, ["="] * states, list(statement.prior)))
    except Infeasible:
        return None
    if not found.exact:
        return None
    parts = [{"belief": b, "weight": w} for b, w in zip(beliefs, found.primal, strict=True) if w]
    return found.value, {"splitting": parts}


def _contacts(slack: Terms, states: int) -> list[tuple[Fraction, ...]]:
    """Local minima of a slack on the simplex and on its faces, where it is small, as simple fractions if it can be."""
    side = LATTICE[states]
    grid = np.array([k for k in tuples(range(side + 1), repeat=states - 1) if sum(k) <= side]) / side
    values = plainly(slack, grid)
    near = np.flatnonzero(values < np.min(values) + 0.05 * max(1e-12, np.ptp(values)))
    table = {tuple(np.rint(grid[k] * side).astype(int)): values[k] for k in range(len(grid))}
    found = []
    steps = [one for one in tuples((-1, 0, 1), repeat=states - 1) if any(one)]
    for k in near:
        place = tuple(np.rint(grid[k] * side).astype(int))
        around = [table.get(tuple(np.add(place, one))) for one in steps]
        if all(other is None or other >= values[k] for other in around):
            found.append(_descended(slack, grid[k], side))
    return [one for one in map(_simple, found[:200]) if one is not None]


def _descended(slack: Terms, start: Floats, side: int) -> Floats:
    """A local minimum near a point, the last belief among the variables so that all bounds are simple."""
    from scipy.optimize import minimize

    names = np.array(list(slack))
    weights = np.array([float(v) for v in slack.values()])

    def both(point: Floats) -> tuple[float, Floats]:
        powers = point[None, :] ** names
        slope = [
            float(
                weights
                @ (names[:, k] * np.prod(point[None, :] ** (names - np.eye(len(point), dtype=int)[k]).clip(0), axis=1))
            )
            for k in range(len(point))
        ]
        return float(weights @ powers.prod(axis=1)), np.array(slope)

    reach = 1.5 / side
    limits = [(max(0.0, x - reach), min(1.0, x + reach)) for x in start]
    rules = [{"type": "ineq", "fun": lambda at: 1 - at.sum(), "jac": lambda at: -np.ones(len(at))}]
    how: Any = {"jac": True, "bounds": limits, "constraints": rules, "method": "SLSQP", "options": {"ftol": 1e-16}}
    return np.asarray(minimize(both, start, **how).x)


def _simple(point: Floats) -> tuple[Fraction, ...] | None:
    """A belief near a point."""
    made = [simple_or_dyadic(float(x), 200, 1e-6, 40) for x in point]
    rest = 1 - sum(made, Fraction(0))
    if min([*made, rest]) < 0:
        if rest > Fraction(-1, 2**30) and min(made) >= 0:  # the last belief is zero, up to rounding
            made[max(range(len(made)), key=made.__getitem__)] += rest
            rest = Fraction(0)
        else:
            return None
    return (*made, rest)
