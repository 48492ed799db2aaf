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

The bound of the tree is the largest bound of a leaf or of what is closed. What a leaf holds is up to the relaxation;
for a linear one see :mod:`dual.proofs.rows`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from dual.errors import InputError, Undecided, Violation
from dual.limits import TREE_NODES, numbers, spend
from dual.numbers.exact import index, items, number
from dual.statement import fields

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
