"""Kind ``multi-marginal-transport``: couple several discrete measures as well as possible.

::

    max  sum gain[i, j, k, ...] m[i, j, k, ...]   s.t.  the r-th marginal of m is marginals[r],  m >= 0

over the cells (i, j, k, ...) that may be used. A ``cost`` is a gain with the opposite sign. Where totals differ the
smallest is moved, and the others say ``<=``. Primal witness: a plan. Dual witness: for each marginal r a potential f[r]
(>= 0 on a side of ``<=``) such that at every cell that may be used::

    (f[0][i] + f[1][j] + f[2][k] + ... >= gain[i, j, k, ...],)

which proves ``sum_r marginals[r] . f[r]``. If the same holds with zero in place of the gain and the bound is negative,
there is no plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm, prod
from typing import Any, Self

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.names import labels_each
from dual.numbers.arrays import Array, negative
from dual.numbers.exact import Vector, index, items, vector
from dual.numbers.masses import listed_masses, masses_each
from dual.proofs.linear import Block, Name, Program, Row, attained, emptied, proven
from dual.statement import Statement, Witness, fields, stated
from dual.verdict import Kind
from dual.words import brief, plain

from .statement import levelled
from .worth import read_table

Cell = tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """A table over some of the marginals.

    Attributes
    ----------
    axes : tuple of int
        The marginals whose points it is about, in increasing order.
    table : Array
    holes : frozenset of int
        Entries, in row-major order, that forbid every cell they are about; zero in the table.
    """

    axes: tuple[int, ...]
    table: Array
    holes: frozenset[int] = frozenset()

    def plain(self) -> object:
        """The table as a file holds it."""
        if not self.holes:
            return self.table.plain()
        listed: list[Any] = [None if k in self.holes else plain(entry) for k, entry in enumerate(self.table)]
        for length in reversed(self.table.shape[1:]):
            listed = [listed[k : k + length] for k in range(0, len(listed), length)]
        return listed


@dataclass(frozen=True)
class Sum:
    """What cells are worth: the sum of some tables, each over some of the marginals."""

    shape: tuple[int, ...]
    parts: tuple[Part, ...]

    def negative(self) -> Sum:
        """With every sign changed."""
        return Sum(self.shape, tuple(Part(one.axes, negative(one.table), one.holes) for one in self.parts))

    def plain(self) -> object:
        """As a file holds it."""
        if len(self.parts) == 1 and len(self.parts[0].axes) == len(self.shape):
            return self.parts[0].plain()
        return [{"marginals": list(one.axes), "table": one.plain()} for one in self.parts]

    @cached_property
    def unit(self) -> int:
        """The common denominator of what cells are worth."""
        return lcm(*(one.table.denominator for one in self.parts))

    def cells(self) -> Iterator[tuple[Cell, Any]]:
        """The cells that may be used, in row-major order, with what each is worth in ``1 / unit``."""
        steps(10 * len(self.shape) * prod(self.shape), f"looking at {prod(self.shape):,} cells", self.unit)
        known = []
        for one in self.parts:
            lines = len(one.table) // one.table.shape[-1]
            known.append([entry for k in range(lines) for entry in one.table.line(k, self.unit)])
        for cell in product(*map(range, self.shape)):
            total: Any = 0
            for one, entries in zip(self.parts, known, strict=True):
                place = 0
                for axis, length in zip(one.axes, one.table.shape, strict=True):
                    place = place * length + cell[axis]
                if place in one.holes:
                    break
                total += entries[place]
            else:
                yield cell, total


def read_sum(value: object, where: str, marginals: tuple[Vector, ...]) -> Sum:
    """Read a table over all marginals, or ``[{"marginals": [r, s], "table": ...}, ...]``, tables that are summed."""
    shape = tuple(map(len, marginals))
    if isinstance(value, Sum):
        return value
    if not (isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping)):
        return Sum(shape, (Part(tuple(range(len(shape))), *read_table(value, where, shape)),))
    parts = []
    for k, one in enumerate(value):
        found = fields(one, ["marginals", "table"], where=f"{where}[{k}]")
        listed = items(found["marginals"], f"{where}[{k}].marginals")
        axes = tuple(index(r, f"{where}[{k}].marginals[{d}]", len(shape)) for d, r in enumerate(listed))
        if sorted(set(axes)) != list(axes):
            raise InputError("the marginals stand in increasing order, each once", f"{where}[{k}].marginals")
        parts.append(Part(axes, *read_table(found["table"], f"{where}[{k}].table", tuple(shape[r] for r in axes))))
    return Sum(shape, tuple(parts))


def read_points(value: object, where: str, _count: int | None, marginals: tuple[Vector, ...]) -> Any:
    """Names of each marginal's points."""
    return labels_each(value, where, [len(one) for one in marginals])


@dataclass(frozen=True, kw_only=True, repr=False)
class SeveralStatement(Statement):
    """Masses of several measures, and a gain or a cost for each cell."""

    kind = "multi-marginal-transport"
    marginals: tuple[Vector, ...] = stated(
        masses_each,
        "marginals",
        "for each measure masses >= 0 at its points; where totals differ, the smallest is moved, and the others are "
        "the most there may be",
    )
    gain: Sum | None = stated(
        read_sum,
        "",
        'what a unit of mass gains, maximised: a table `[i][j][k]...`, null for a cell that may not be used; or `[{"'
        'marginals": [r, s], "table": ...}, ...]`, tables over some of the marginals, which are summed',
        default=None,
        after="marginals",
    )
    cost: Sum | None = stated(
        read_sum, "", "instead of a gain: what it costs, minimised", default=None, after="marginals"
    )
    points: tuple[tuple[str, ...], ...] | None = stated(
        read_points, "marginals", "names of each measure's points", default=None, after="marginals"
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (a statement is read nowhere else)
        """Refuse unless there is a gain or a cost; totals of floats that miss each other by rounding are made equal."""
        if (self.gain is None) == (self.cost is None):
            raise InputError("exactly one of gain and cost is needed", "gain")
        given = (mass for side in items(found["marginals"], "") for mass in items(side, ""))
        level = levelled(self.marginals, given)
        return self if level == self.marginals else replace(self, marginals=level)

    @cached_property
    def worth(self) -> Sum:
        """The gain, or the negative cost."""
        if self.gain is not None:
            return self.gain
        if self.cost is None:
            raise InputError("a gain or a cost is needed", "gain")
        return self.cost.negative()

    @cached_property
    def most(self) -> tuple[bool, ...]:
        """Whether a marginal's masses are the most there may be, and not what there has to be."""
        totals = [sum(one, Fraction(0)) for one in self.marginals]
        return tuple(total > min(totals) for total in totals)

    @cached_property
    def cells(self) -> dict[Cell, int]:
        """The cells that may be used, each with its number."""
        return {cell: k for k, (cell, _) in enumerate(self.worth.cells())}


def program(statement: SeveralStatement) -> Program:
    """Columns ``mass[i][j]...`` of the cells that may be used; rows ``marginal[r][i]``."""
    held: list[list[dict[int, int]]] = [[{} for _ in one] for one in statement.marginals]
    worth, gains = statement.worth, []
    for k, (cell, gain) in enumerate(worth.cells()):
        gains.append(gain)
        for r, i in enumerate(cell):
            held[r][i][k] = 1
    rows = [
        Row(("marginal", r, i), "<=" if most else "=", mass, entries.items)
        for r, (side, most) in enumerate(zip(statement.marginals, statement.most, strict=True))
        for i, (mass, entries) in enumerate(zip(side, held[r], strict=True))
    ]
    whole = len(gains) == prod(worth.shape)
    blocks = [Block(("mass",), worth.shape)] if whole else [Block(("mass", *cell), ()) for cell in statement.cells]
    return Program(blocks, gains, lambda: rows, worth.unit)


def read_plan(value: object, where: str, statement: SeveralStatement) -> tuple[Any, ...]:
    """Read masses by cell."""
    return listed_masses(value, where, *statement.worth.shape)


def read_potentials(value: object, where: str, count: int, statement: SeveralStatement) -> tuple[Vector, ...]:
    """Read a number for every point of every marginal."""
    listed = items(value, where, count)
    return tuple(
        vector(one, f"{where}[{r}]", len(side))
        for r, (one, side) in enumerate(zip(listed, statement.marginals, strict=True))
    )


@dataclass(frozen=True, repr=False)
class Plan(Witness):
    """A plan: masses >= 0 with the marginals."""

    plan: tuple[tuple[Any, ...], ...] = stated(
        read_plan, "", "[i, j, k, ..., mass], ...: masses by cell", after="statement"
    )


@dataclass(frozen=True, repr=False)
class Potentials(Witness):
    """Potentials that majorise the gain."""

    potentials: tuple[Vector, ...] = stated(
        read_potentials, "marginals", "[r][i]: a number for every point of every marginal", after="statement"
    )

    def weights(self) -> Mapping[Name, Fraction]:
        """By name of the program's row."""
        return {("marginal", r, i): f for r, side in enumerate(self.potentials) for i, f in enumerate(side)}


def lower(statement: SeveralStatement, primal: Plan) -> Fraction:
    """The gain of a plan that has the marginals."""
    values: dict[int, Fraction] = {}
    for k, (*cell, mass) in enumerate(primal.plan):
        if mass < 0:
            raise Violation(f"primal.plan[{k}]: the mass {brief(mass)} is negative")
        place = statement.cells.get(tuple(cell))
        if place is None:
            raise Violation(f"primal.plan[{k}]: the cell {', '.join(map(str, cell))} is forbidden")
        values[place] = values.get(place, Fraction(0)) + mass
    return attained(program(statement), values)


def upper(statement: SeveralStatement, dual: Potentials) -> Fraction:
    """The bound of potentials that majorise the gain."""
    return proven(program(statement), dual.weights())


def infeasible(statement: SeveralStatement, dual: Potentials) -> None:
    """Refuse unless potentials prove that there is no plan."""
    emptied(program(statement), dual.weights())


KIND = Kind(
    "multi-marginal-transport",
    SeveralStatement.read,
    lower,
    upper,
    infeasible,
    primal=Plan.read,
    dual=Potentials.read,
    refutation=Potentials.read,
    lacks=lambda statement: "marginals that are all to be met" if any(statement.most) else "",
)
