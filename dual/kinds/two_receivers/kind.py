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

from dual.errors import InputError
from dual.functions.expression import Expression
from dual.numbers.arrays import Array
from dual.proofs.squares import polynomial
from dual.verdict import Kind

from . import grid, square
from .statement import TwoReceiverStatement


def read_primal(raw: object, statement: TwoReceiverStatement, where: str) -> grid.Plan | square.Plan:
    """Read a plan: by indices on a grid, by posteriors on the square."""
    return (square.Plan if statement.domain == "square" else grid.Plan).read(raw, statement, where)


def read_dual(raw: object, statement: TwoReceiverStatement, where: str) -> grid.Potentials | square.Potentials:
    """Read potentials: numbers on a grid, functions on the square."""
    return (square.Potentials if statement.domain == "square" else grid.Potentials).read(raw, statement, where)


def lower(statement: TwoReceiverStatement, primal: grid.Plan | square.Plan) -> Fraction:
    """The expected utility of an admissible plan."""
    return square.lower(statement, primal) if isinstance(primal, square.Plan) else grid.lower(statement, primal)


def upper(statement: TwoReceiverStatement, dual: grid.Potentials | square.Potentials) -> Fraction:
    """The bound ``(1-p) V_l + p V_h``, once the potentials majorise both utilities."""
    return square.upper(statement, dual) if isinstance(dual, square.Potentials) else grid.upper(statement, dual)


def varies(statement: TwoReceiverStatement) -> bool:
    """Whether the check takes functions of a parameter.

    On a grid, utilities are tables, or expressions in x and y on a grid that does not depend on the parameter; on the
    square they are polynomials.
    """
    if statement.domain == "square":
        try:
            return all(polynomial(one) is not None for one in (statement.low, statement.high))  # type: ignore[arg-type]
        except InputError:
            return False
    utilities = (statement.low, statement.high)
    if any(isinstance(one, Expression) and len(one.variables) > 2 for one in utilities):
        return False
    tables = all(isinstance(one, Array) for one in utilities)
    return tables or all(isinstance(t, Fraction) for t in statement.x + statement.y)


KIND = Kind("two-receiver", TwoReceiverStatement.read, lower, upper, primal=read_primal, dual=read_dual, varies=varies)
