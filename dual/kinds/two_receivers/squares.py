"""Proofs by squares on the square, see :mod:`.square`: of polynomials, and of closed forms in a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import InputError
from dual.functions.expression import Expression
from dual.functions.varying import Function
from dual.numbers.exact import VARYING, Vector
from dual.proofs.squares import Term, Terms, constant, polynomial, require_nonnegative, total, variable
from dual.statement import Record, stated

from .statement import STATES


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


def worth(utility: Expression, x: Fraction, y: Fraction) -> Fraction:
    """A polynomial utility at posteriors that depend on a parameter."""
    unit = VARYING.get().unit
    terms = polynomial(utility).items()
    return sum((c * x**a * y**b * unit ** sum(rest) for (a, b, *rest), c in terms), Fraction(0))


def is_polynomial(utility: Any) -> bool:
    """Whether a utility is a polynomial, the parameter among its variables."""
    try:
        polynomial(utility)
    except InputError:
        return False
    return True


def prove(squares: Squares, utility: Expression, state: int, V: Fraction, potentials: Sequence[Any]) -> None:
    """Prove ``V + (x - state) alpha1(x) + (y - state) alpha2(y) - u >= 0`` by squares."""
    if any(not hasattr(one, "polynomials") or len(one.polynomials) > 1 for one in potentials):
        raise InputError("squares prove potentials that are one polynomial from 0 to 1", "dual.squares")
    name = STATES[state]
    slack = slack_of(utility, state, V, [one.polynomials[0] for one in potentials])
    require_nonnegative(slack, sides(), getattr(squares, name), f"dual.squares.{name}", f"the slack of u_{name}")
