"""Potentials on the square for utilities that are constant between breakpoints, see :mod:`.square`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dual.errors import InputError, Violation
from dual.functions.expression import Expression
from dual.numbers.exact import Matrix, Vector, items, number, vector
from dual.statement import Record, stated
from dual.words import brief

from .statement import STATES, ends, read_knots


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

    def prove(self, other: Any, utility: Expression, state: int, V: Fraction) -> None:
        """Check every product of knots and open intervals, where the utility is constant."""
        breaks = breakpoints(utility)
        if breaks is None:
            raise InputError("these potentials are for utilities that only compare x and y with numbers", "dual")
        for axis, (needed, potential) in enumerate(zip(breaks, (self, other), strict=True)):
            missing = sorted(needed.difference(potential.knots))
            if missing:
                raise InputError(f"the breakpoint {brief(missing[0])} is no knot", f"dual.alpha{axis + 1}.knots")
        columns = list(zip(places(other.knots), other.least(state), strict=True))
        for x, r in zip(places(self.knots), self.least(state), strict=True):
            for y, c in columns:
                if r is None or c is None:
                    continue
                value = ends(utility, x, y)[1]
                if value > V + r + c:
                    where = f"on the cell of x = {brief(x)}, y = {brief(y)}"
                    limit = f"{brief(V + r + c)} = V_{STATES[state]} and the potentials' infimum"
                    raise Violation(f"u_{STATES[state]} = {brief(value)} > {limit} {where}")

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
