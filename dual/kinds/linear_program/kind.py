"""Kind ``linear-program``: what points attain, what row multipliers and trees prove, and how to have no optimum.

::

    max or min  c . x + constant   s.t.  lower_i <= A_i x <= upper_i,   l_j <= x_j <= u_j,   x_j integer for some j

For any multipliers y, whatever their signs, every feasible x of a maximisation satisfies::

    c . x  =  y A x + (c - y A) x
           <= sum_i max over [lower_i, upper_i] of y_i s  +  sum_j max over [l_j, u_j] of (c - y A)_j x_j,

a proof as long as no maximum is infinite; and likewise below, with least values, for a minimisation. So y_i is the
price of row i: what the optimum gains from a unit more on the side that binds. With c = 0 and a negative sum, nothing
is feasible (Farkas). If the objective can only take multiples of some number, a bound is rounded to one.

* ``values`` with a ``ray``, a direction in which one may go on for ever and gain, prove that there is no optimum.
* ``nodes`` of a branching tree (:mod:`dual.proofs.tree`) prove a bound that multipliers alone cannot, if some columns
  are integers; a leaf is ``{"rows": [[i, y_i], ...]}``, or ``{"farkas": ...}`` where nothing is feasible. With the
  tree come ``sums`` of integer columns, weighted by integers. They are integers, may be split like columns, and are
  rows then: ``x - y`` refutes ``2 x - 2 y = 1`` in three nodes, where splitting x or y never ends.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Self

from dual.errors import InputError, Violation
from dual.limits import spend
from dual.numbers.exact import items
from dual.numbers.largest import largest
from dual.numbers.masses import listed_masses
from dual.proofs import tree
from dual.statement import Witness, fields, stated
from dual.verdict import Kind
from dual.words import brief

from .statement import Entries, LinearProgramStatement, Row, read_entries

Listed = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, repr=False)
class Point(Witness):
    """A feasible point, and in a program without an optimum a direction."""

    values: Listed = stated(listed_masses, "columns", "[column, value], ...: others are 0")
    ray: Listed | None = stated(
        listed_masses, "columns", "[column, change], ...: a direction that leads on for ever, and gains", default=None
    )


def read_sums(raw: object, where: str) -> tuple[Entries, ...]:
    """Read sums of columns."""
    return tuple(read_entries(one, f"{where}[{k}]") for k, one in enumerate(items(raw, where, empty=True)))


@dataclass(frozen=True, repr=False)
class Proof(Witness):
    """Multipliers of rows, or a tree."""

    multipliers: Listed | None = stated(listed_masses, "rows", "[row, y], ...: others are 0", default=None)
    nodes: object = stated(lambda raw, where: raw, "", "a branching tree, the root first", default=None)  # noqa: ARG005
    sums: tuple[Entries, ...] | None = stated(
        read_sums, "", "`[[column, weight], ...]` for each sum of integer columns that the tree may split", default=None
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:
        """Refuse unless there is exactly one of the two."""
        if ("multipliers" in found) == ("nodes" in found):
            raise InputError("exactly one of multipliers and nodes is needed", where)
        if self.sums and self.nodes is None:
            raise InputError("sums are for a tree", f"{where}.sums")
        return self


def summed(listed: Sequence[Sequence[Any]]) -> dict[int, Fraction]:
    """Numbers by index; those of one index are added."""
    found: dict[int, Fraction] = {}
    for k, value in listed:
        found[k] = found.get(k, Fraction(0)) + value
    return found


def sums(statement: LinearProgramStatement, values: Mapping[int, Fraction]) -> list[Fraction]:
    """``A x``, in integers over a common denominator until the end."""
    unit = lcm(*(value.denominator for value in values.values()))
    counts = {j: value.numerator * (unit // value.denominator) for j, value in values.items() if value}
    return [
        sum(entry * counts[j] for j, entry in entries if j in counts) / Fraction(unit * own)
        for entries, own in (row.integral for row in statement.rows)
    ]


def lower(statement: LinearProgramStatement, primal: Point) -> Fraction:
    """What a feasible point attains of what is maximised.

    Raises
    ------
    Violation
        If a bound, a row or integrality fails; both sides are named.
    """
    if primal.ray is not None:
        raise InputError("a ray proves that there is no optimum, and no bound", "primal.ray")
    return _attained(statement, summed(primal.values))


def _attained(statement: LinearProgramStatement, values: Mapping[int, Fraction]) -> Fraction:
    for j in range(len(statement.objective)):
        value = values.get(j, Fraction(0))
        low, high = statement.box(j)
        if (low is not None and value < low) or (high is not None and value > high):
            raise Violation(f"{statement.column_name(j)} = {brief(value)} is outside {_shown(low, high)}")
    for j in statement.integers:
        if values.get(j, Fraction(0)).denominator != 1:
            raise Violation(f"{statement.column_name(j)} = {brief(values[j])} is not an integer")
    for i, (row, total) in enumerate(zip(statement.rows, sums(statement, values), strict=True)):
        if (row.lower is not None and total < row.lower) or (row.upper is not None and total > row.upper):
            raise Violation(f"{statement.row_name(i)}: {brief(total)} is outside {_shown(row.lower, row.upper)}")
    value = sum((statement.objective[j] * value for j, value in values.items()), statement.constant)
    return statement.sign * value


def _shown(low: Fraction | None, high: Fraction | None) -> str:
    left = "(-infinity" if low is None else f"[{brief(low)}"
    return f"{left}, infinity)" if high is None else f"{left}, {brief(high)}]"


def unbounded(statement: LinearProgramStatement, primal: Point) -> None:
    """Refuse unless a point and a ray prove that the objective has no bound.

    A rational ray leads from an integer point to integer points again, so integer columns ask for no more.
    """
    if primal.ray is None:
        raise InputError("a ray is needed to prove that there is no bound", "primal.ray")
    _attained(statement, summed(primal.values))
    ray = summed(primal.ray)
    for j, change in ray.items():
        low, high = statement.box(j)
        if (low is not None and change < 0) or (high is not None and change > 0):
            raise Violation(f"the ray leaves {_shown(low, high)} at {statement.column_name(j)}")
    for i, (row, total) in enumerate(zip(statement.rows, sums(statement, ray), strict=True)):
        if (row.lower is not None and total < 0) or (row.upper is not None and total > 0):
            raise Violation(f"the ray leaves {_shown(row.lower, row.upper)} at {statement.row_name(i)}")
    gain = statement.sign * sum((statement.objective[j] * change for j, change in ray.items()), Fraction(0))
    if gain <= 0:
        raise Violation(f"the ray gains {brief(gain)}, which is not positive")


def _most(weight: Fraction, low: Any, high: Any) -> Fraction | None:
    """The largest product of a weight with a number between two ends; None if there is no end to it."""
    ends = [end for end in (low, high) if end is not None and end not in (math.inf, -math.inf)]
    if len(ends) == 2:
        return largest(weight * end for end in ends)  # type: ignore[no-any-return]
    if not ends or (weight < 0 if ends == [high] else weight > 0):
        return None
    return weight * ends[0]  # type: ignore[no-any-return]


class Relaxation:
    """The program within boxes: what multipliers prove there. It is what :mod:`dual.proofs.tree` asks for.

    Variables of a tree are the integer columns, by their place in ``integers``, and behind them sums of such columns.
    The latter are rows as well, behind the stated ones.
    """

    def __init__(self, statement: LinearProgramStatement, sums: Sequence[Entries] = ()) -> None:
        self.statement, self.columns = statement, len(statement.integers)
        self.rows = (*statement.rows, *map(Row, sums))
        integers = set(statement.integers)
        for k, one in enumerate(sums):
            if any(j not in integers or entry.denominator != 1 for j, entry in one):
                raise Violation(f"dual.sums[{k}] is no sum of integer columns with integer weights")

    def variables(self) -> int:
        """How many columns and sums of columns are integers."""
        return self.columns + len(self.rows) - len(self.statement.rows)

    def box(self, variable: int) -> tuple[int, int]:
        """The bounds of an integer column, rounded inward; infinite ones are floats, which compare as they should."""
        own = variable < self.columns
        low, high = self.statement.box(self.statement.integers[variable]) if own else (None, None)
        ends: Any = (
            -math.inf if low is None else math.ceil(low),
            math.inf if high is None else math.floor(high),
        )
        found: tuple[int, int] = ends
        return found

    def parts(self, box: tree.Box) -> tuple[dict[int, tuple[Any, Any]], dict[int, tuple[Any, Any]]]:
        """The bounds of columns and those of sums, by their indices among columns and rows."""
        columns = {self.statement.integers[k]: ends for k, ends in box.items() if k < self.columns}
        beyond = len(self.statement.rows) - self.columns
        return columns, {beyond + k: ends for k, ends in box.items() if k >= self.columns}

    def exclusive(self, first: Sequence[int], second: Sequence[int]) -> bool:  # noqa: ARG002 (the protocol's)
        """Variables of this kind are split at numbers only."""
        return False

    def follow(self, _box: tree.Box, _raw: object, where: str) -> tree.Box:
        """Nothing follows from boxes; leaves do without."""
        raise InputError("nothing follows from the boxes of a linear program", where)

    def bound(
        self, box: tree.Box, leaf: Mapping[str, object], where: str, one_of: Collection[int] = ()
    ) -> Fraction | None:
        """The bound of a leaf, without the constant; None if nothing lies in it."""
        if one_of:
            raise InputError("variables of this kind are split at numbers only", where)
        empty = "farkas" in leaf
        raw = fields(leaf, ["farkas" if empty else "rows"], where=where)
        listed = listed_masses(next(iter(raw.values())), where, len(self.rows))
        return self.proven(summed(listed), box, where, empty=empty)

    def proven(self, multipliers: Mapping[int, Fraction], box: tree.Box, where: str, *, empty: bool) -> Fraction | None:
        """The bound that multipliers prove of what is maximised; None if they prove that nothing is feasible."""
        boxes, sides = self.parts(box)
        statement = self.statement
        sign = 1 if empty else statement.sign
        gains, unit = ({}, 1) if empty else statement.gains
        used = {i: sign * y for i, y in multipliers.items() if y}
        common = lcm(unit, *(y.denominator * self.rows[i].integral[1] for i, y in used.items()))
        work = 6 * (len(gains) + sum(len(self.rows[i].entries) for i in used)) * (1 + common.bit_length() // 64)
        spend(work, f"{where}: combining rows")
        total = Fraction(0)
        left = {j: gain * (common // unit) for j, gain in gains.items()}
        for i, y in used.items():
            row = self.rows[i]
            most = _most(y, *sides.get(i, (row.lower, row.upper)))
            if most is None:
                raise Violation(
                    f"{where}: the multiplier {brief(sign * y)} of {statement.row_name(i)} leans on a side it has not"
                )
            total += most
            entries, own = row.integral
            factor = y.numerator * (common // (y.denominator * own))
            for j, entry in entries:
                left[j] = left.get(j, 0) - factor * entry
        for j, slope in left.items():
            if slope:
                most = _most(slope / Fraction(common), *(boxes.get(j) or statement.box(j)))
                if most is None:
                    raise Violation(
                        f"{where}: {statement.column_name(j)} has reduced cost {brief(sign * slope / Fraction(common))}"
                        " and no bound on that side"
                    )
                total += most
        if empty and total >= 0:
            raise Violation(f"{where}: the multipliers bound 0 by {brief(total)}, which is no contradiction")
        if empty:
            return None
        step = statement.step
        return step * (total / step).__floor__() if step else total


def upper(statement: LinearProgramStatement, dual: Proof) -> Fraction:
    """The bound of what is maximised that multipliers or a tree prove."""
    relaxation = Relaxation(statement, dual.sums or ())
    if dual.nodes is not None:
        found = tree.upper(relaxation, dual.nodes)
    else:
        found = relaxation.proven(summed(dual.multipliers or ()), {}, "dual.multipliers", empty=False)
    if found is None:
        raise Violation("dual.nodes: the tree proves that nothing is feasible, and no bound")
    return found + statement.sign * statement.constant


def infeasible(statement: LinearProgramStatement, dual: Proof) -> None:
    """Refuse unless multipliers or a tree prove that nothing is feasible."""
    relaxation = Relaxation(statement, dual.sums or ())
    if dual.nodes is None:
        relaxation.proven(summed(dual.multipliers or ()), {}, "dual.multipliers", empty=True)
    elif tree.upper(relaxation, dual.nodes) is not None:
        raise Violation("dual.nodes: a leaf of the tree is not shown to be empty")


KIND = Kind(
    LinearProgramStatement.kind,
    LinearProgramStatement.read,
    lower,
    upper,
    infeasible,
    unbounded=unbounded,
    primal=Point.read,
    dual=Proof.read,
    refutation=Proof.read,
    lacks=lambda statement: 'no "integers"' if statement.integers else "",
)
