"""The two-receiver problem on the whole square of posteriors."""

from __future__ import annotations

from fractions import Fraction

from dual.errors import InputError, SolverError, Undecided
from dual.functions.expression import Expression
from dual.kinds.two_receivers.statement import STATES, TwoReceiverStatement
from dual.kinds.two_receivers.steps import breakpoints
from dual.numbers.interval import Interval
from transport.programs.effort import Effort
from transport.road.methods import Found

from .square_smooth import solve_smooth
from .square_steps import solve_steps
from .squares import pieces_of, solve_by_squares


def solve_on_square(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """Exactly where utilities are constant between breakpoints, else within a proven gap."""
    effort.offer(lambda: _at_once(statement))
    breaks = []
    for utility in (statement.low, statement.high):
        if not isinstance(utility, Expression):
            raise InputError("on the square a utility is an expression in x and y", "utility")
        breaks.append(breakpoints(utility))
    known = [one for one in breaks if one is not None]
    if len(known) == 2:
        return solve_steps(statement, known, effort)
    try:
        pieces_of(statement)
    except InputError:
        return solve_smooth(statement, effort)
    try:
        return solve_by_squares(statement, effort)
    except SolverError:  # no time was left for a semidefinite program, or none of a modest degree is near
        return solve_smooth(statement, effort)


def _at_once(statement: TwoReceiverStatement) -> Found:
    """What is true without a solver: no information, and in either state the utility's bound over the whole square."""
    plan = {
        name: [[statement.prior, statement.prior, mass]] if mass else []
        for name, mass in zip(STATES, statement.masses, strict=True)
    }
    everywhere = [Interval(Fraction(0), Fraction(1))] * 2
    flat = {"knots": [0, 1], "polynomials": [[0]]}
    dual: dict[str, object] | None
    try:
        V = [u.enclose(everywhere).upper for u in (statement.low, statement.high) if isinstance(u, Expression)]
    except (InputError, Undecided):  # a utility that the enclosure cannot bound everywhere at once
        dual = None
    else:
        dual = {"V": V, "alpha1": flat, "alpha2": flat}
    return Found({"plan": plan}, dual, "no-information")
