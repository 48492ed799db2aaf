"""Functions of beliefs, written as expressions in q0, q1, ... (the belief in each state; p is q1 for two states)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul

from dual.errors import InputError
from dual.numbers.exact import Vector
from dual.numbers.interval import Interval, interval

from .band import Band, Cell
from .bands import bands
from .enclosure import Rule
from .expression import Expression

MAX_STATES = 8
"""States up to which a function of beliefs may be an expression: beyond four, what is piecewise linear is still proven
in few cells, and smooth functions in more than there is time for."""


def corners(states: int) -> tuple[Vector, ...]:
    """The beliefs that are certain of a state."""
    return tuple(tuple(Fraction(s == k) for s in range(states)) for k in range(states))


def coordinates(belief: Sequence[Fraction]) -> Vector:
    """What the variables of an expression stand for at a belief: q0, q1, ..., and for two states also p = q1."""
    return (*belief, belief[1]) if len(belief) == 2 else tuple(belief)


def read(raw: object, where: str, states: int, otherwise: str = "") -> Expression:
    """Read a function of beliefs about a number of states; ``otherwise`` is what to do about more of them."""
    if not 2 <= states <= MAX_STATES:
        raise InputError(f"an expression is read for 2 to {MAX_STATES} states, not {states}{otherwise}", where)
    return Expression.parse(raw, [f"q{s}" for s in range(states)] + ["p"] * (states == 2), where)


def at(function: Expression, belief: Sequence[Fraction]) -> Interval:
    """Enclose the value at a belief, exactly where it is known to be rational."""
    return function.enclose([interval(x) for x in coordinates(belief)])


def possible(prior: Sequence[Fraction | int]) -> Cell:
    """The beliefs that a prior allows."""
    return Cell([coordinates(corner) for corner, mass in zip(corners(len(prior)), prior, strict=True) if mass])


def above(function: Expression, prices: Sequence[Fraction]) -> Rule:
    """The rule ``prices . q - function(q)`` on cells of beliefs; it is nonnegative where the prices majorise."""
    enclosed = bands(function)

    def rule(cell: Cell) -> Band:
        worths = [sum(map(mul, prices, vertex), Fraction(0)) for vertex in cell.vertices]
        return cell.affine(worths) - enclosed(cell)

    return rule
