"""Two receivers whose posteriors may be any in [0, 1]: plans at any posteriors, potentials proven on all of the square.

A potential is given in one of two forms, both by knots 0 = k_0 < ... < k_n = 1:

* ``{"knots": ..., "polynomials": [[c0, c1, ...], ...]}``: alpha is a polynomial in the posterior between neighbouring
  knots. The inequalities are proven cell by cell by subdivision.
* ``{"knots": ..., "points": [...], "pieces": [[left, right], ...]}``, for utilities constant between breakpoints:
  ``x (1-x) alpha(x)`` at the knots, and its limits at both ends of each interval, linear between them. Then x alpha and
  (1-x) alpha are monotone between knots, so that the inequalities need to be checked at the ends only.

Where utilities are polynomials and either potential is one from 0 to 1, ``squares`` may prove the inequalities, with
the factors x, 1-x, y, 1-y (:mod:`dual.proofs.squares`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from operator import mul
from typing import Any

from dual.errors import InputError, Violation
from dual.functions.band import Band, Cell, bands
from dual.functions.enclosure import prove_nonnegative
from dual.functions.expression import Expression
from dual.functions.varying import Function
from dual.numbers.exact import VARYING, Matrix, Vector, items, number, vector
from dual.proofs.squares import Term, Terms, constant, polynomial, require_nonnegative, total, variable
from dual.statement import Record, Witness, stated
from dual.words import brief

from .grid import pair
from .statement import STATES, TwoReceiverStatement, ends

MAX_CELLS = 20_000
"""Cells of one pair of intervals after which an inequality counts as undecided."""


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
    varying = VARYING.get()
    if varying is not None and isinstance(varying.unit, Function):
        terms = polynomial(_expression(statement, state)).items()
        return sum((c * x**a * y**b * varying.unit ** sum(rest) for (a, b, *rest), c in terms), Fraction(0))
    return ends(_expression(statement, state), x, y)[0]


def lower(statement: TwoReceiverStatement, primal: Plan) -> Fraction:
    """The expected utility of an admissible plan at any posteriors."""
    value = Fraction(0)
    marginals: tuple[list[dict[Fraction, Fraction]], ...] = ([{}, {}], [{}, {}])
    listed = (primal.plan.l, primal.plan.h)
    for state, (name, mass_of_state) in enumerate(zip(STATES, statement.masses, strict=True)):
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
        if placed != mass_of_state:
            need = brief(mass_of_state)
            raise Violation(f"the masses in state {name} sum to {brief(placed)}, its probability is {need}")
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


def read_knots(raw: object, where: str, length: int | None) -> Vector:
    """Read knots that increase from 0 to 1."""
    knots = vector(raw, where, length)
    if knots[0] != 0 or knots[-1] != 1 or any(a >= b for a, b in pairwise(knots)):
        raise InputError("knots increase from 0 to 1", where)
    return knots


def read_polynomials(raw: object, where: str, _pieces: None, _powers: None, knots: Vector) -> Matrix:
    """Read the coefficients of a polynomial between any two knots."""
    pieces = items(raw, where, len(knots) - 1)
    return tuple(vector(one, f"{where}[{k}]") for k, one in enumerate(pieces))


def read_points(raw: object, where: str, _knots: None, knots: Vector) -> Vector:
    """Read a value for each knot, 0 at the first and the last."""
    points = vector(raw, where, len(knots))
    if points[0] or points[-1]:
        raise InputError("x (1-x) alpha is 0 at the knots 0 and 1", where)
    return points


def read_limits(raw: object, where: str, _pieces: None, knots: Vector) -> Matrix:
    """Read the limits at the left and the right end between any two knots."""
    pieces = items(raw, where, len(knots) - 1)
    return tuple(vector(one, f"{where}[{k}]", 2) for k, one in enumerate(pieces))


# Polynomial potentials


@dataclass(frozen=True, repr=False)
class Polynomials(Record):
    """A potential that is a polynomial between neighbouring knots."""

    knots: Vector = stated(read_knots, "*knots", "from 0 to 1")
    polynomials: Matrix = stated(
        read_polynomials, "*pieces *powers", "between knots, coefficients of powers of the posterior", after="knots"
    )


def _check_polynomials(utility: Expression, state: int, V: Fraction, first: Polynomials, second: Polynomials) -> None:
    """Prove ``V + (x - state) alpha1(x) + (y - state) alpha2(y) - u >= 0`` on every pair of intervals."""
    payoff = bands(utility)
    for (a, b), alpha in zip(pairwise(first.knots), first.polynomials, strict=True):
        for (c, d), beta in zip(pairwise(second.knots), second.polynomials, strict=True):
            rule = _slack(payoff, state, V, alpha, beta)
            for corner in ((b, c), (a, d)):
                prove_nonnegative(
                    rule, Cell([(a, c), corner, (b, d)]), cells=MAX_CELLS, name=f"the slack of u_{STATES[state]}"
                )


def _slack(
    payoff: Callable[[Cell], Band], state: int, V: Fraction, alpha: Vector, beta: Vector
) -> Callable[[Cell], Band]:
    def rule(cell: Cell) -> Band:
        x, y = cell.coordinate(0), cell.coordinate(1)
        spent = (x - state) * _horner(alpha, x, cell) + (y - state) * _horner(beta, y, cell)
        return spent + V - payoff(cell)

    return rule


def _horner(coefficients: Vector, x: Band, cell: Cell) -> Band:
    total = cell.constant(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + coefficient
    return total


# Utilities that are constant between breakpoints


@dataclass(frozen=True, repr=False)
class Stepped(Record):
    """A potential by ``x (1-x) alpha(x)``: at the knots, and its limits at both ends of each interval."""

    knots: Vector = stated(read_knots, "*knots", "from 0 to 1")
    points: Vector = stated(read_points, "*knots", "x (1-x) alpha at the knots", after="knots")
    pieces: Matrix = stated(read_limits, "*pieces", "its limits at both ends of each interval", after="knots")

    def least(self, state: int) -> list[Fraction | None]:
        """The infimum of ``(x - state) alpha(x)`` at every knot and on every open interval, in turn.

        None where the state has no mass: h at posterior 0 and l at posterior 1.
        """
        found: list[Fraction | None] = []
        for k, (knot, scaled) in enumerate(zip(self.knots, self.points, strict=True)):
            side = _side(state, knot)
            found.append(None if not side else scaled / side if 0 < knot < 1 else Fraction(0))
            if k < len(self.pieces):
                found.append(self._on_interval(state, k))
        return found

    def _on_interval(self, state: int, k: int) -> Fraction:
        (left, right), (a, b) = self.pieces[k], (self.knots[k], self.knots[k + 1])
        values = [scaled / side for scaled, side in ((left, _side(state, a)), (right, _side(state, b))) if side]
        at_pole = (left if state else right) if len(values) < 2 else Fraction(0)
        if (at_pole > 0) if state else (at_pole < 0):
            raise Violation(
                f"alpha decreases without bound for state {STATES[state]} between {brief(a)} and {brief(b)}"
            )
        return min(values)


def _side(state: int, x: Fraction) -> Fraction:
    """What ``x (1-x) alpha`` is divided by to give ``(x - state) alpha``."""
    return -x if state else 1 - x


def _check_steps(utility: Expression, state: int, V: Fraction, first: Stepped, second: Stepped) -> None:
    """Check every product of knots and open intervals, where the utility is constant."""
    breaks = breakpoints(utility)
    if breaks is None:
        raise InputError("these potentials are for utilities that only compare x and y with numbers", "dual")
    for axis, (needed, potential) in enumerate(zip(breaks, (first, second), strict=True)):
        missing = sorted(needed.difference(potential.knots))
        if missing:
            raise InputError(f"the breakpoint {brief(missing[0])} is no knot", f"dual.alpha{axis + 1}.knots")
    columns = list(zip(places(second.knots), second.least(state), strict=True))
    for x, r in zip(places(first.knots), first.least(state), strict=True):
        for y, c in columns:
            if r is None or c is None:
                continue
            value = ends(utility, x, y)[1]
            if value > V + r + c:
                raise Violation(
                    f"u_{STATES[state]} = {brief(value)} > {brief(V + r + c)} = V_{STATES[state]} and the potentials' "
                    f"infimum on the cell of x = {brief(x)}, y = {brief(y)}"
                )


def read_alpha(raw: Any, where: str) -> Polynomials | Stepped:
    """Read a potential in one of its two forms."""
    stepped = isinstance(raw, Stepped) or (isinstance(raw, Mapping) and "pieces" in raw)
    return Stepped.within(raw, where) if stepped else Polynomials.within(raw, where)


# Proofs by squares


@dataclass(frozen=True, repr=False)
class Squares(Record):
    """For either state, terms that add up to the potentials less the utility."""

    l: tuple[Term, ...] = stated(Term, "*terms", "in state l")  # noqa: E741 (the state's name)
    h: tuple[Term, ...] = stated(Term, "*terms", "in state h")


def slack_of(utility: Expression, state: int, V: Fraction, alphas: Sequence[Vector]) -> Terms:
    """``V + (x - state) alpha1(x) + (y - state) alpha2(y) - u`` as a polynomial in x and y, and in a parameter."""
    size = len(sides()) // 2
    worth = {(*key, *[0] * (size - len(key))): value for key, value in polynomial(utility).items()}
    parts = [(Fraction(1), _powers(V, (0, 0), size)), (Fraction(-1), worth)]
    for axis, alpha in enumerate(alphas):
        for power, c in enumerate(alpha):
            parts.append((Fraction(1), _powers(c, (0, power + 1) if axis else (power + 1, 0), size)))
            parts.append((Fraction(-state), _powers(c, (0, power) if axis else (power, 0), size)))
    return total(parts)


def _powers(value: Any, place: tuple[int, int], size: int) -> Terms:
    """A number, or a polynomial in the parameter, times powers of x and y."""
    if not isinstance(value, Function):
        return {(*place, *[0] * (size - 2)): value} if value else {}
    if len(value.bottom) > 1 or size == 2:
        raise InputError(f"V and the potentials are polynomials in {value.domain.name} here", "dual")
    return {(*place, k): Fraction(c, value.bottom[0]) for k, c in enumerate(value.top) if c}


def sides() -> list[Terms]:
    """x, 1-x, y, 1-y and, for a parameter, what it is above its start and below its end."""
    varying = VARYING.get()
    ends_of: list[tuple[Fraction, Fraction]] = [(Fraction(0), Fraction(1))] * 2
    if varying is not None and isinstance(varying.unit, Function):
        ends_of.append(varying.unit.domain.reaches)
    size, found = len(ends_of), list[Terms]()
    for axis, (low, high) in enumerate(ends_of):
        for sign, end in ((1, low), (-1, high)):
            one = (Fraction(sign), variable(axis, size))
            found.append(total([one, (Fraction(-sign) * end, constant(1, size))]))
    return found


def _check_squares(
    utility: Expression, state: int, V: Fraction, potentials: Sequence[Polynomials], squares: Squares
) -> None:
    if any(len(one.polynomials) > 1 for one in potentials):
        raise InputError("squares prove potentials that are one polynomial from 0 to 1", "dual.squares")
    terms, name = (squares.h, "h") if state else (squares.l, "l")
    slack = slack_of(utility, state, V, [one.polynomials[0] for one in potentials])
    require_nonnegative(slack, sides(), terms, f"dual.squares.{name}", f"the slack of u_{name}")


@dataclass(frozen=True, repr=False)
class Potentials(Witness):
    """``V`` for both states, and a potential of each receiver's posterior in [0, 1]."""

    V: Vector = stated(pair, "", "[V_l, V_h]: (1-p) V_l + p V_h is the bound")
    alpha1: Polynomials | Stepped = stated(read_alpha, "", "of receiver 1's posterior")
    alpha2: Polynomials | Stepped = stated(read_alpha, "", "of receiver 2's posterior")
    squares: Squares | None = stated(Squares, "", "what proves the inequalities, if not subdivision", default=None)


def upper(statement: TwoReceiverStatement, dual: Potentials) -> Fraction:
    """The bound ``(1-p) V_l + p V_h``, once the potentials majorise both utilities on the square."""
    first, second = dual.alpha1, dual.alpha2
    for state, V in enumerate(dual.V):
        if isinstance(first, Stepped) and isinstance(second, Stepped):
            _check_steps(_expression(statement, state), state, V, first, second)
        elif isinstance(first, Polynomials) and isinstance(second, Polynomials) and dual.squares is not None:
            _check_squares(_expression(statement, state), state, V, (first, second), dual.squares)
        elif isinstance(first, Polynomials) and isinstance(second, Polynomials):
            _check_polynomials(_expression(statement, state), state, V, first, second)
        else:
            raise InputError("both potentials are polynomials, or both are in pieces", "dual")
    return sum(map(mul, statement.masses, dual.V), Fraction(0))


def places(knots: Sequence[Fraction]) -> list[Fraction]:
    """A point of every knot and of every open interval between knots, in turn."""
    found = [knots[0]]
    for a, b in pairwise(knots):
        found += [(a + b) / 2, b]
    return found


_CONSTANT: Mapping[str, Callable[..., Fraction]] = {
    "neg": operator.neg,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "abs": abs,
    "min": min,
    "max": max,
}


def breakpoints(utility: Expression) -> tuple[set[Fraction], set[Fraction]] | None:
    """The numbers with which x and y are compared, if the expression uses x and y in such comparisons only; else None.

    Between neighbouring breakpoints of either variable the expression is then constant.

    Examples
    --------
    >>> breakpoints(Expression.parse("x >= 1/2 and not y < 0.3", ["x", "y"]))
    ({Fraction(1, 2)}, {Fraction(3, 10)})
    >>> breakpoints(Expression.parse("x >= y", ["x", "y"])) is None
    True
    """
    found: tuple[set[Fraction], set[Fraction]] = (set(), set())
    # What each step is: a number, ("variable", axis), or "steps" for something constant between breakpoints.
    kinds: list[Any] = []
    for op, operands, value in utility.steps:
        inner = [kinds[k] for k in operands]
        if op == "number":
            kinds.append(number(value))
        elif op == "variable":
            kinds.append(("variable", value))
        elif not any(isinstance(one, tuple) for one in inner):
            kinds.append(_folded(op, inner))
        elif op in ("<", "<=", ">", ">=", "==", "!=") and any(isinstance(one, Fraction) for one in inner):
            axis = next(one[1] for one in inner if isinstance(one, tuple))
            found[axis].add(next(one for one in inner if isinstance(one, Fraction)))
            kinds.append("steps")
        else:
            return None
    if isinstance(kinds[-1], tuple):
        return None
    return tuple({point for point in axis if 0 <= point <= 1} for axis in found)  # type: ignore[return-value]


def _folded(op: str, inner: list[Any]) -> Any:
    if all(isinstance(one, Fraction) for one in inner):
        if op in _CONSTANT:
            return _CONSTANT[op](*inner)
        if op == "/" and inner[1]:
            return inner[0] / inner[1]
    return "steps"
