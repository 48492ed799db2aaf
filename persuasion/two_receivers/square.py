"""The two-receiver problem on the whole square of posteriors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dual.errors import InputError
from dual.functions.expression import Expression
from dual.kinds.two_receivers.square import breakpoints
from transport.road.problem import Effort, Witnesses

from .square_smooth import solve_smooth
from .square_steps import solve_steps

if TYPE_CHECKING:
    from .problem import TwoReceiverPersuasion


def solve_on_square(problem: TwoReceiverPersuasion, effort: Effort) -> Witnesses:
    """Exactly where utilities are constant between breakpoints, else within a proven gap."""
    statement = problem.statement
    breaks = []
    for utility in (statement.low, statement.high):
        if not isinstance(utility, Expression):
            raise InputError("on the square a utility is an expression in x and y", "utility")
        breaks.append(breakpoints(utility))
    known = [one for one in breaks if one is not None]
    if len(known) == 2:
        return solve_steps(statement, known, effort)
    return solve_smooth(statement, effort)
