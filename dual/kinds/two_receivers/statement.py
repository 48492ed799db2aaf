"""What an instance of kind ``two-receiver`` says: the prior, the posteriors there may be, the utilities of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from dual.errors import InputError
from dual.functions.expression import Expression
from dual.numbers.choices import choice
from dual.numbers.exact import VARYING, Vector, probability, vector
from dual.numbers.interval import interval
from dual.statement import Record, Statement, stated
from dual.words import brief

if TYPE_CHECKING:
    from dual.numbers.arrays import Array

Utility: TypeAlias = "Array | Expression"
STATES = ("l", "h")


def pair(value: object, where: str) -> Vector:
    """Read a number for either state."""
    return vector(value, where, len(STATES))


def read_knots(raw: object, where: str, length: int | None) -> Vector:
    """Read knots that increase from 0 to 1."""
    knots = vector(raw, where, length)
    if knots[0] != 0 or knots[-1] != 1 or any(a >= b for a, b in pairwise(knots)):
        raise InputError("knots increase from 0 to 1", where)
    return knots


def read_chance(value: object, where: str) -> Fraction:
    """Read a probability in [0, 1]."""
    chance = probability(value, where)
    if not 0 <= chance <= 1:
        raise InputError(f"{brief(chance)} is not a probability; it must lie in [0, 1]", where)
    return chance


def read_axis(value: object, where: str, length: int | None, prior: Fraction) -> Vector:
    """Read posteriors that increase and have the prior between them."""
    points = vector(value, where, length, probability)
    for k, point in enumerate(points):
        if not 0 <= point <= 1:
            raise InputError(f"{brief(point)} is not a posterior; it must lie in [0, 1]", f"{where}[{k}]")
    for k, (one, next_one) in enumerate(pairwise(points)):
        if one >= next_one:
            raise InputError(f"{brief(next_one)} does not exceed the point before it", f"{where}[{k + 1}]")
    if not points[0] <= prior <= points[-1]:
        raise InputError(
            f"the prior {brief(prior)} lies outside [{brief(points[0])}, {brief(points[-1])}], "
            "so no beliefs on this grid average to it",
            where,
        )
    return points


def read_utility(value: object, where: str, *given: int | None) -> Utility:
    """Read a table over the grid, or an expression in x and y."""
    if isinstance(value, str):
        varying = VARYING.get()
        parsed: Expression = (varying.expression if varying else Expression.parse)(value, ["x", "y"], where)
        return parsed
    if isinstance(value, Expression):
        return value
    if given[0] is None or given[1] is None:
        raise InputError("without a grid a utility is an expression in x and y", where)
    from dual.numbers.arrays import read_array

    return read_array(value, where, (given[0], given[1]))


@dataclass(frozen=True, repr=False)
class Grid(Record):
    """The posteriors of state h that the receivers may hold, increasing."""

    x: Vector = stated(read_axis, "x", "those of receiver 1", after="prior")
    y: Vector = stated(read_axis, "y", "those of receiver 2", after="prior")


@dataclass(frozen=True, repr=False)
class Utilities(Record):
    """The sender's utility in either state."""

    l: Utility = stated(read_utility, "x y", "in state l")  # noqa: E741 (the state's name)
    h: Utility = stated(read_utility, "x y", "in state h")


@dataclass(frozen=True, kw_only=True, repr=False)
class TwoReceiverStatement(Statement):
    """The prior of state h, the posteriors each receiver may hold, and the utility of both in either state."""

    kind = "two-receiver"
    prior: Fraction = stated(read_chance, "", "the probability of state h")
    grid: Grid | None = stated(
        Grid,
        "",
        "the posteriors of h that receivers 1 and 2 may hold; not needed on the square",
        default=None,
        after="prior",
    )
    utility: Utilities = stated(Utilities, "", "tables over the grid, or expressions in `x` and `y`")
    domain: str = stated(
        partial(choice, known=("grid", "square")),
        "",
        "`square`: all posteriors in [0, 1] are possible, and utilities are expressions",
        default="grid",
    )

    @classmethod
    def read(cls, raw: Mapping[str, object]) -> Self:
        """Read an instance; a grid that is a list serves both receivers, a single utility both states."""
        given = dict(raw)
        if isinstance(given.get("grid"), (list, tuple)):
            given["grid"] = {"x": given["grid"], "y": given["grid"]}
        if isinstance(given.get("utility"), (list, tuple, str)):
            given["utility"] = {"l": given["utility"], "h": given["utility"]}
        return super().read(given)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (a statement is read nowhere else)
        """Refuse unless there is a grid, or all posteriors are possible and utilities are expressions."""
        if self.domain == "grid" and self.grid is None:
            raise InputError('the field is missing; only the domain "square" needs no grid', "grid")
        for state, utility in zip(STATES, (self.low, self.high), strict=True):
            if self.domain == "square" and not isinstance(utility, Expression):
                raise InputError("on the square a utility is an expression in x and y", f"utility.{state}")
        return self

    @property
    def x(self) -> Vector:
        """The posteriors that receiver 1 may hold; none are listed where all are possible."""
        return self.grid.x if self.grid else ()

    @property
    def y(self) -> Vector:
        """The posteriors that receiver 2 may hold."""
        return self.grid.y if self.grid else ()

    @property
    def low(self) -> Utility:
        """The utility in state l."""
        return self.utility.l

    @property
    def high(self) -> Utility:
        """The utility in state h."""
        return self.utility.h

    @property
    def masses(self) -> tuple[Fraction, Fraction]:
        """The probabilities of the states l and h."""
        return 1 - self.prior, self.prior

    @cached_property
    def tables(self) -> Any:
        """For either state the utilities on the grid, from below and from above."""
        from .tables import tabulated

        return tabulated(self.low, self.high, self.x, self.y)

    def document(self) -> dict[str, object]:
        """The instance as its file holds it, without the domain that it has anyway."""
        return {name: value for name, value in super().document().items() if (name, value) != ("domain", "grid")}


def ends(utility: Expression, *point: Fraction) -> tuple[Fraction, Fraction]:
    """The utility at a point from below and from above; the same where it is known to be rational."""
    enclosed = utility.enclose([interval(side) for side in point])
    return enclosed.lower, enclosed.upper
