"""Kind ``two-receiver``: a binary state, two receivers who are told different things, utilities of both posteriors.

With m_s(x, y) the mass of state s (l or h) at posteriors x and y of state h, the value is that of::

    max  sum u_l m_l + u_h m_h     total masses 1-p and p,  m >= 0,
    s.t. x m_l(x, all y) = (1-x) m_h(x, all y)  for every x,  and likewise for every y

(Arieli, Babichenko and Sandomirskiy, Persuasion as Transportation). Primal witness: such a plan. Dual witness: V,
alpha1 and alpha2 with ``u_l <= V_l + x alpha1 + y alpha2`` and ``u_h <= V_h - (1-x) alpha1 - (1-y) alpha2``: they prove
the bound ``(1-p) V_l + p V_h``.
"""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType
from typing import Any

from dual.errors import InputError
from dual.functions.expression import Expression
from dual.verdict import Kind

from .statement import STATES, TwoReceiverStatement


def _domain(statement: TwoReceiverStatement) -> ModuleType:
    """What proves bounds where posteriors are listed, or may be any."""
    if statement.domain == "square":
        from . import square

        return square
    from . import grid

    return grid


def read_primal(raw: object, statement: TwoReceiverStatement, where: str) -> Any:
    """Read a plan: by indices on a grid, by posteriors on the square."""
    return _domain(statement).Plan.read(raw, statement, where)


def read_dual(raw: object, statement: TwoReceiverStatement, where: str) -> Any:
    """Read potentials: numbers on a grid, functions on the square."""
    return _domain(statement).Potentials.read(raw, statement, where)


def lower(statement: TwoReceiverStatement, primal: Any) -> Fraction:
    """The expected utility of an admissible plan."""
    worth: Fraction = _domain(statement).lower(statement, primal)
    return worth


def upper(statement: TwoReceiverStatement, dual: Any) -> Fraction:
    """The bound ``(1-p) V_l + p V_h``, once the potentials majorise both utilities."""
    bound: Fraction = _domain(statement).upper(statement, dual)
    return bound


def lacks(statement: TwoReceiverStatement) -> str:
    """What the check of functions of a parameter needs, and does not find.

    On a grid, utilities are tables, or expressions in x and y on a grid that does not depend on the parameter; on the
    square they are polynomials, or such on pieces of it; a message names the one that is not.
    """
    utilities = (statement.low, statement.high)
    if statement.domain == "square":
        from . import squares

        for state, utility in zip(STATES, utilities, strict=True):
            if not squares.is_piecewise(utility):
                said = "is polynomial in x, y and the parameter, or so on pieces of the square"
                raise InputError(f"a utility of a family {said}", f"utility.{state}")
        return ""
    expressions = [one for one in utilities if isinstance(one, Expression)]
    known = all(isinstance(t, Fraction) for t in statement.x + statement.y)
    if any(len(one.variables) > 2 for one in expressions) or (expressions and not known):
        return "tables of utilities where they, or the grid, depend on the parameter"
    return ""


KIND = Kind("two-receiver", TwoReceiverStatement.read, lower, upper, primal=read_primal, dual=read_dual, lacks=lacks)
