"""Two receivers whose posteriors may be any in [0, 1]: plans at any posteriors, potentials proven on all of the square.

A potential is given in one of two forms, both by knots 0 = k_0 < ... < k_n = 1:

* ``{"knots": ..., "polynomials": [[c0, c1, ...], ...]}``: alpha is a polynomial in the posterior between neighbouring
  knots. The inequalities are proven cell by cell by subdivision.
* ``{"knots": ..., "points": [...], "pieces": [[left, right], ...]}``, for utilities constant between breakpoints:
  ``x (1-x) alpha(x)`` at the knots, and its limits at both ends of each interval, linear between them. Then x alpha and
  (1-x) alpha are monotone between knots, so that the inequalities need to be checked at the ends only.

For polynomials between knots, ``squares`` may prove the inequalities instead, piece by piece (:mod:`.squares`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING, Any

from dual.errors import InputError, Violation
from dual.functions.expression import Expression
from dual.numbers.exact import VARYING, Matrix, Vector, items, vector
from dual.statement import Record, Witness, stated
from dual.words import brief

from .statement import STATES, TwoReceiverStatement, ends, pair

if TYPE_CHECKING:
    from .polynomials import Polynomials
    from .squares import Squares
    from .steps import Stepped


def read_atoms(value: object, where: str, _count: None) -> Matrix:
    """Read a list, possibly empty, of ``[x, y, mass]``."""
    return tuple(vector(item, f"{where}[{k}]", 3) for k, item in enumerate(items(value, where, empty=True)))


@dataclass(frozen=True, repr=False)
class Atoms(Record):
    """Masses of pairs of posteriors in either state."""

    l: Matrix = stated(read_atoms, "*atoms", "[x, y, mass] in state l")  # noqa: E741 (the state's name)
    h: Matrix = stated(read_atoms, "*atoms", "[x, y, mass] in state h")


@dataclass(frozen=True, repr=False)
class Plan(Witness):
    """Masses >= 0 of the right totals under which every receiver's posterior is what the plan says."""

    plan: Atoms = stated(Atoms, "", "masses by posteriors, in either state")


def worth(statement: TwoReceiverStatement, state: int, x: Fraction, y: Fraction) -> Fraction:
    """The utility, from below, at two posteriors."""
    if VARYING.get() is not None and not all(isinstance(number, Fraction) for number in (x, y, statement.prior)):
        from . import squares

        return squares.worth(_expression(statement, state), x, y)
    return ends(_expression(statement, state), x, y)[0]


def lower(statement: TwoReceiverStatement, primal: Plan) -> Fraction:
    """The expected utility of an admissible plan at any posteriors."""
    value = Fraction(0)
    marginals: tuple[list[dict[Fraction, Fraction]], ...] = ([{}, {}], [{}, {}])
    listed = (primal.plan.l, primal.plan.h)
    for state, (name, total) in enumerate(zip(STATES, statement.masses, strict=True)):
        where = f"primal.plan.{name}"
        placed = Fraction(0)
        for k, (x, y, mass) in enumerate(listed[state]):
            if mass < 0:
                raise Violation(f"{where}[{k}]: the mass {brief(mass)} is negative")
            for point in (x, y):
                if not 0 <= point <= 1:
                    raise Violation(f"{where}[{k}]: {brief(point)} is not a posterior; it must lie in [0, 1]")
            placed += mass
            value += worth(statement, state, x, y) * mass
            for marginal, point in zip(marginals, (x, y), strict=True):
                marginal[state][point] = marginal[state].get(point, Fraction(0)) + mass
        if placed != total:
            raise Violation(f"the masses in state {name} sum to {brief(placed)}, its probability is {brief(total)}")
    for receiver, (low, high) in enumerate(marginals):
        for point in dict.fromkeys([*low, *high]):
            left, right = point * low.get(point, Fraction(0)), (1 - point) * high.get(point, Fraction(0))
            if left != right:
                raise Violation(
                    f"receiver {receiver + 1} at posterior {brief(point)}: the mass of l times {brief(point)} is "
                    f"{brief(left)}, the mass of h times {brief(1 - point)} is {brief(right)}"
                )
    return value


def _expression(statement: TwoReceiverStatement, state: int) -> Expression:
    utility = statement.high if state else statement.low
    if not isinstance(utility, Expression):
        raise InputError("on the square a utility is an expression in x and y", f"utility.{STATES[state]}")
    return utility


def read_alpha(raw: Any, where: str) -> Polynomials | Stepped:
    """Read a potential in one of its two forms."""
    if hasattr(raw, "pieces") or (isinstance(raw, Mapping) and "pieces" in raw):
        from .steps import Stepped

        return Stepped.within(raw, where)
    from .polynomials import Polynomials

    return Polynomials.within(raw, where)


def read_squares(raw: Any, where: str) -> Squares:
    """Read proofs by squares."""
    from .squares import Squares

    return Squares.within(raw, where)


@dataclass(frozen=True, repr=False)
class Potentials(Witness):
    """``V`` for both states, and a potential of each receiver's posterior in [0, 1]."""

    V: Vector = stated(pair, "", "[V_l, V_h]: (1-p) V_l + p V_h is the bound")
    alpha1: Polynomials | Stepped = stated(read_alpha, "", "of receiver 1's posterior")
    alpha2: Polynomials | Stepped = stated(read_alpha, "", "of receiver 2's posterior")
    squares: Squares | None = stated(read_squares, "", "what proves the inequalities, if not subdivision", default=None)


def upper(statement: TwoReceiverStatement, dual: Potentials) -> Fraction:
    """The bound ``(1-p) V_l + p V_h``, once the potentials majorise both utilities on the square."""
    first, second = dual.alpha1, dual.alpha2
    for state, V in enumerate(dual.V):
        if type(first) is not type(second):
            raise InputError("both potentials are polynomials, or both are in pieces", "dual")
        if dual.squares is not None:
            from . import squares

            squares.prove(dual.squares, _expression(statement, state), state, V, (first, second))
            continue
        first.prove(second, _expression(statement, state), state, V)
    return sum(map(mul, statement.masses, dual.V), Fraction(0))
