"""Branching trees: upper bounds for problems with integer variables, for every kind that needs them.

A tree splits the problem until a bound is known for each part. Its certificate is a list of nodes, the root first:

* ``{"split": [k, t], "children": [a, b]}``: either ``x_k <= t``, which is node a, or ``x_k >= t + 1``, node b; both
  stand later in the list.
* ``{"either": [S, T], "children": [a, b]}``: of the lists S and T of binary variables no two from different lists can
  both be one (the relaxation knows why), so either all in S are zero, node a, or all in T, node b.
* ``{"closed": S, "by": leaf, "children": [a]}``: either a variable of S is at least one, where the leaf's bound holds,
  or all of them are at most zero, which is node a. One witness closes many variables.
* anything else is a leaf, a witness that the problem's relaxation turns into a bound that holds within the leaf's box.

Any node may have ``"bounds"`` besides: a list of what follows there for variables, one after another, so that all
below has narrower boxes. What may follow is up to the relaxation.

The bound of the tree is the largest bound of a leaf or of what is closed. What a leaf holds is up to the relaxation.
For a linear one, :class:`Rows`, it is ``{"rows": [[i, y_i], ...]}``: any row multipliers of the right signs prove

    ``objective . x <= y . rhs + sum over k of max (objective - y A)_k x_k over the box``,

and ``{"farkas": [[i, y_i], ...]}`` proves that the leaf is empty, if the same sum without the objective is negative.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Protocol

from dual.errors import InputError, Undecided, Violation
from dual.limits import TREE_NODES, numbers, spend
from dual.numbers.exact import index, items, number, over_common_denominator
from dual.statement import fields
from dual.words import brief

Box = Mapping[int, tuple[int, int]]
"""The bounds of those variables that a node has restricted."""


class Relaxation(Protocol):
    """A problem whose integer variables a tree restricts."""

    def box(self, variable: int, /) -> tuple[int, int]:
        """The bounds of an integer variable at the root."""
        ...

    def variables(self) -> int:
        """Variables that may be split are numbered from 0 up to this."""
        ...

    def exclusive(self, first: Sequence[int], second: Sequence[int]) -> bool:
        """Whether a variable of the first list and one of the second can never both be one."""
        ...

    def follow(self, box: Box, raw: object, where: str, /) -> Box:
        """What a list of bounds, each of which follows from the box and those before, leaves of variables.

        Raises
        ------
        Violation
            If one does not follow.
        """
        ...

    def bound(
        self, box: Box, leaf: Mapping[str, object], where: str, one_of: Collection[int] = (), /
    ) -> Fraction | None:
        """The bound that a leaf's witness proves within a box; None if it proves that nothing lies in it.

        With some variables given, only for that part of the box where at least one of them is one or more.

        Raises
        ------
        Violation
            If it proves neither.
        """
        ...


def upper(relaxation: Relaxation, raw: object, where: str = "dual.nodes") -> Fraction | None:
    """The bound that a tree proves; None if it proves that there is nothing feasible at all.

    Raises
    ------
    Violation
        If a node is reached twice or never, a split leaves something out, or a leaf proves nothing.
    """
    nodes = items(raw, where)
    if len(nodes) > TREE_NODES:
        raise Undecided(f"the tree has {len(nodes)} nodes; at most {TREE_NODES} are read")
    held = 0
    boxes: list[dict[int, tuple[int, int]] | None] = [None] * len(nodes)
    boxes[0] = {}
    best: Fraction | None = None
    parts: Sequence[Box]
    for k, node in enumerate(nodes):
        place = f"{where}[{k}]"
        box, boxes[k] = boxes[k], None
        if box is None:
            raise Violation(f"{place} is reached by no split")
        if not isinstance(node, Mapping):
            raise InputError("a node is an object", place)
        held -= len(box)
        if "bounds" in node:
            box |= relaxation.follow(box, node["bounds"], f"{place}.bounds")
            node = {name: value for name, value in node.items() if name != "bounds"}
        if "children" not in node:
            if all(low <= high for low, high in box.values()):
                best = _larger(best, relaxation.bound(box, node, place))
            continue
        if "closed" in node:
            bound, part = _closed(relaxation, box, node, place)
            best, parts = _larger(best, bound), (part,)
        else:
            parts = _halves(relaxation, box, node, place)
        raw_children = items(node["children"], f"{place}.children", len(parts))
        children = [index(c, f"{place}.children", len(nodes)) for c in raw_children]
        for child, part in zip(children, parts, strict=True):
            if child <= k or boxes[child] is not None:
                raise Violation(f"{place} leads to node {child}, which does not stand later or has a parent already")
            held += len(box) + len(part)
            numbers(held, f"{where}: restricting variables in all nodes")
            spend(len(box) + len(part), f"{where}: restricting variables from node to node")
            boxes[child] = {**box, **part}
    return best


def _larger(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    """The larger of two bounds, where None is that of nothing."""
    return second if first is None else first if second is None else max(first, second)


def _closed(relaxation: Relaxation, box: Box, node: Mapping[str, object], place: str) -> tuple[Fraction | None, Box]:
    """The bound where one of some variables is one or more, and what the other part restricts further."""
    found = fields(node, ["closed", "by", "children"], where=place)
    variables = [index(x, f"{place}.closed", relaxation.variables()) for x in items(found["closed"], f"{place}.closed")]
    by = found["by"]
    if not isinstance(by, Mapping):
        raise InputError("a leaf is an object", f"{place}.by")
    part: dict[int, tuple[int, int]] = {}
    for x in variables:
        low, high = box.get(x) or relaxation.box(x)
        part[x] = (low, min(high, 0))
    if any(low > high for low, high in box.values()):
        return None, part
    return relaxation.bound(box, by, f"{place}.by", variables), part


def _halves(relaxation: Relaxation, box: Box, node: Mapping[str, object], place: str) -> tuple[Box, Box]:
    """What the two children of a node restrict further."""

    def bounds(variable: int) -> tuple[int, int]:
        return box.get(variable) or relaxation.box(variable)

    if "either" in node:
        lists = items(fields(node, ["either", "children"], where=place)["either"], f"{place}.either", 2)
        sets = [
            [index(x, f"{place}.either", relaxation.variables()) for x in items(s, f"{place}.either")] for s in lists
        ]
        if not relaxation.exclusive(sets[0], sets[1]):
            raise Violation(
                f"{place}.either: two of these variables can both be one, so the split leaves something out"
            )
        first, second = ({x: (bounds(x)[0], min(bounds(x)[1], 0)) for x in part} for part in sets)
        return first, second
    found = fields(node, ["split", "children"], where=place)
    what = items(found["split"], f"{place}.split", 2)
    variable = index(what[0], f"{place}.split[0]", relaxation.variables())
    at = number(what[1], f"{place}.split[1]")
    if at.denominator != 1:
        raise InputError("a variable is split at an integer", f"{place}.split[1]")
    low, high = bounds(variable)
    return {variable: (low, min(high, int(at)))}, {variable: (max(low, int(at) + 1), high)}


@dataclass(frozen=True)
class Rows:
    """A linear relaxation: maximise ``objective . x`` subject to rows, with every variable in a box.

    Attributes
    ----------
    objective : sequence of Fraction
    rows : sequence of mappings from variable to coefficient
    senses : sequence of ``"<="``, ``">="``, ``"="``
    rhs : sequence of Fraction
    boxes : sequence of (low, high)
        ``None`` stands for infinity.
    integers : int
        The variables below this number are integers with finite boxes.
    """

    objective: Sequence[Fraction]
    rows: Sequence[Mapping[int, Fraction | int]]
    senses: Sequence[str]
    rhs: Sequence[Fraction | int]
    boxes: Sequence[tuple[int | None, int | None]]
    integers: int

    def variables(self) -> int:
        """How many variables may be split."""
        return self.integers

    def box(self, variable: int) -> tuple[int, int]:
        """The bounds of an integer variable at the root."""
        low, high = self.boxes[variable]
        if low is None or high is None:
            raise Violation(f"variable {variable} has no finite box, so it cannot be split")
        return int(low), int(high)

    def exclusive(self, first: Sequence[int], second: Sequence[int]) -> bool:
        """Whether one row ``sum of x <= 1`` over binaries holds all of these variables, none of them twice."""
        together = {*first, *second}
        if len(together) < len(first) + len(second) or any(self.box(k) != (0, 1) for k in together):
            return False
        return any(
            sense in ("<=", "=") and side == 1 and all(row.get(k) == 1 for k in together) and self._harmless(row)
            for row, sense, side in zip(self.rows, self.senses, self.rhs, strict=True)
        )

    def _harmless(self, row: Mapping[int, Fraction | int]) -> bool:
        """Whether no term of a row can be negative."""
        return all(c >= 0 and (self.boxes[k][0] or 0) >= 0 and self.boxes[k][0] is not None for k, c in row.items())

    def follow(self, _box: Box, _raw: object, where: str) -> Box:
        """Nothing follows from the boxes of a linear relaxation; its leaves do without."""
        raise InputError("nothing follows from the boxes of a linear relaxation", where)

    def bound(self, box: Box, leaf: Mapping[str, object], where: str, one_of: Collection[int] = ()) -> Fraction | None:
        """The bound that row multipliers prove within a box, or where one of some variables is one or more."""
        empty = "farkas" in leaf
        found = fields(leaf, ["farkas" if empty else "rows"], where=where)
        total, reduced, common = self._combined(next(iter(found.values())), where, objective=not empty)
        for k, slope in reduced.items():
            if slope:
                low, high = box.get(k) or self.boxes[k]
                end = high if slope > 0 else low
                if end is None:
                    shown = brief(Fraction(slope, common))
                    raise Violation(f"{where}: variable {k} has reduced cost {shown} and no bound on that side")
                total += slope * end
        parts = [total]
        if one_of:
            # Where a variable is one or more, only its own term is another: a negative slope counts from one on.
            bounds = [(k, *(box.get(k) or self.box(k))) for k in one_of]
            parts = [total + min(reduced.get(k, 0), 0) * (max(low, 1) - low) for k, low, high in bounds if high >= 1]
        if not parts:
            return None
        best = Fraction(max(parts), common)
        if empty and best >= 0:
            raise Violation(f"{where}: the multipliers do not prove the leaf empty, as {brief(best)} >= 0")
        return None if empty else best

    @cached_property
    def _gains(self) -> tuple[list[int], int]:
        """The objective in integers."""
        return over_common_denominator(self.objective)

    def _combined(
        self, raw: object, where: str, *, objective: bool
    ) -> tuple[Fraction | int, dict[int, Fraction | int], int]:
        """``y . rhs`` and ``objective - y A`` of multipliers with the right signs, times a common denominator."""
        entries = [items(entry, where, 2) for entry in items(raw, where, empty=True)]
        chosen = [(index(row, where, len(self.rows)), number(weight, where)) for row, weight in entries]
        gains, denominator = self._gains if objective else ([], 1)
        common = lcm(denominator, *(y.denominator for _, y in chosen))
        work = 6 * (len(gains) + sum(len(self.rows[i]) for i, _ in chosen)) * (1 + common.bit_length() // 64)
        spend(work, f"{where}: combining rows")
        total: Fraction | int = 0
        reduced: dict[int, Fraction | int] = {k: gain * (common // denominator) for k, gain in enumerate(gains) if gain}
        for i, y in chosen:
            if (self.senses[i] == "<=" and y < 0) or (self.senses[i] == ">=" and y > 0):
                raise Violation(f"{where}: the multiplier {brief(y)} of row {i} ({self.senses[i]}) has the wrong sign")
            weight = y.numerator * (common // y.denominator)
            total += weight * self.rhs[i]
            for k, coefficient in self.rows[i].items():
                reduced[k] = reduced.get(k, 0) - weight * coefficient
        return total, reduced, common
