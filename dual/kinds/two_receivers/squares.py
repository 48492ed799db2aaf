"""Proofs by squares on the square, see :mod:`.square`: of utilities that are polynomials on pieces of it, or near them.

The pieces are the cells between the potentials' knots, cut where a switch of the utility changes its sign
(:mod:`dual.proofs.pieces`); each has a proof of its own. In a closed form a parameter is a third variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from dual.errors import InputError, Undecided
from dual.functions.expression import ARITHMETIC, Expression
from dual.functions.varying import Function
from dual.numbers.exact import VARYING, Vector, items
from dual.numbers.largest import largest
from dual.proofs.pieces import pieces
from dual.proofs.squares import Box, Term, Terms, require_nonnegative, sides, total
from dual.statement import Record, stated

from .statement import STATES

Proofs = tuple[tuple[Term, ...], ...]


def read_proofs(raw: object, where: str, _pieces: None) -> Proofs:
    """Read terms for each piece; where there is one piece only, they may stand alone."""
    listed = items(raw, where)
    if not isinstance(listed[0], (list, tuple)):
        return (_terms(listed, where),)
    return tuple(_terms(items(one, f"{where}[{k}]"), f"{where}[{k}]") for k, one in enumerate(listed))


def _terms(listed: Sequence[object], where: str) -> tuple[Term, ...]:
    return tuple(Term.within(one, f"{where}[{k}]") for k, one in enumerate(listed))


@dataclass(frozen=True, repr=False)
class Squares(Record):
    """For either state and each piece of the square, terms that add up to the potentials less the utility."""

    l: Proofs = stated(read_proofs, "*pieces", "in state l")  # noqa: E741 (the state's name)
    h: Proofs = stated(read_proofs, "*pieces", "in state h")


@dataclass(frozen=True)
class Part:
    """A part of the square where both potentials are one polynomial and the utility is near one.

    Attributes
    ----------
    place : tuple of int
        Between which knots of either potential it lies.
    box : sequence of pair of Fraction
        Those knots, and from where to where a parameter goes.
    factors : list of Terms
        What is nonnegative there: x, y and a parameter less their least, and their largest less them, each in turn;
        then the switches of the utility.
    worth : Terms
        The polynomial that the utility is near.
    error : Fraction
    """

    place: tuple[int, int]
    box: Box
    factors: list[Terms]
    worth: Terms
    error: Fraction


def parts(utility: Expression, knots: Sequence[Vector]) -> list[Part]:
    """All parts, by intervals of the first receiver's knots, then of the second's, then by signs of the switches."""
    found = []
    for i, first in enumerate(pairwise(knots[0])):
        for j, second in enumerate(pairwise(knots[1])):
            box = [first, second, *_varying()]
            found += [
                Part((i, j), box, [*sides(box), *piece.switches], piece.terms, piece.error)
                for piece in pieces(utility, box)
            ]
    return found


def slack_of(worth: Terms, state: int, V: Fraction, alphas: Sequence[Vector]) -> Terms:
    """``V + (x - state) alpha1(x) + (y - state) alpha2(y) - u`` as a polynomial in x and y, and in a parameter."""
    size = 2 + len(_varying())
    parts_of = [(Fraction(1), _powers(V, (0, 0), size)), (Fraction(-1), worth)]
    for axis, alpha in enumerate(alphas):
        for power, c in enumerate(alpha):
            parts_of.append((Fraction(1), _powers(c, (0, power + 1) if axis else (power + 1, 0), size)))
            parts_of.append((Fraction(-state), _powers(c, (0, power) if axis else (power, 0), size)))
    return total(parts_of)


def _powers(value: Any, place: tuple[int, int], size: int) -> Terms:
    """A number, or a polynomial in the parameter, times powers of x and y."""
    if not isinstance(value, Function):
        return {(*place, *[0] * (size - 2)): value} if value else {}
    if len(value.bottom) > 1 or size == 2:
        raise InputError(f"V and the potentials are polynomials in {value.domain.name} here", "dual")
    return {(*place, k): Fraction(c, value.bottom[0]) for k, c in enumerate(value.top) if c}


def _varying() -> list[tuple[Fraction, Fraction]]:
    """From where to where a parameter goes, if there is one."""
    varying = VARYING.get()
    return [varying.unit.domain.reaches] if varying is not None and isinstance(varying.unit, Function) else []


def worth(utility: Expression, x: Fraction, y: Fraction) -> Fraction:
    """A utility of pieces at posteriors that depend on a parameter."""
    point = [x, y, VARYING.get().unit][: len(utility.variables)]
    found: Fraction = utility.evaluate(point, _OPERATIONS)
    return found


_OPERATIONS: Final[Mapping[str, Callable[..., Any]]] = {
    **ARITHMETIC,
    "number": lambda value: value,
    "min": lambda *values: -largest(-value for value in values),
    "max": lambda *values: largest(values),
    "<": lambda a, b: Fraction(a < b),
    ">": lambda a, b: Fraction(a > b),
    "<=": lambda a, b: Fraction(a <= b),
    ">=": lambda a, b: Fraction(a >= b),
}
"""What functions of a parameter do; a comparison that holds for a part of it only is refused."""


def is_piecewise(utility: Any) -> bool:
    """Whether a utility is polynomial on pieces of the square, the parameter among its variables."""
    if not isinstance(utility, Expression) or any(step.op not in (*_OPERATIONS, "variable") for step in utility.steps):
        return False
    box = [(Fraction(0), Fraction(1))] * len(utility.variables)  # from where to where a parameter goes does not matter
    try:
        return all(piece.error == 0 for piece in pieces(utility, box))
    except (InputError, Undecided):
        return False


def prove(squares: Squares, utility: Expression, state: int, V: Fraction, potentials: Sequence[Any]) -> None:
    """Prove ``V + (x - state) alpha1(x) + (y - state) alpha2(y) - u >= 0`` by squares on every part."""
    if any(not hasattr(one, "polynomials") for one in potentials):
        raise InputError("squares prove potentials that are polynomials between knots", "dual.squares")
    name = STATES[state]
    where, proofs = f"dual.squares.{name}", getattr(squares, name)
    found = parts(utility, [one.knots for one in potentials])
    if len(found) != len(proofs):
        raise InputError(f"there are {len(found)} pieces, and proofs for {len(proofs)}", where)
    for k, (part, terms) in enumerate(zip(found, proofs, strict=True)):
        slack = slack_of(
            part.worth, state, V, [one.polynomials[n] for one, n in zip(potentials, part.place, strict=True)]
        )
        place = f"{where}[{k}]" if len(found) > 1 else where
        box = part.box if len(part.box) == 2 else ()
        require_nonnegative(slack, part.factors, terms, place, f"the slack of u_{name}", box, part.error)
