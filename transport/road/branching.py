"""Branching: a proven upper bound for a problem with integer variables, as a tree with exact leaves.

Solvers of integer programs export no trees, so this is a light driver of our own over whatever linear relaxation a
kind brings. The node with the greatest bound is split first; a node is closed when its exact bound is no greater than
what is attained. What comes out is the certificate that :mod:`dual.tree` reads.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Protocol

from dual.tree import MAX_NODES

from .problem import Effort

Box = Mapping[int, tuple[int, int]]


@dataclass(frozen=True)
class Split:
    """How to go on from a node: what the certificate says, and what each child restricts further."""

    words: Mapping[str, object]
    parts: tuple[Box, Box]


@dataclass(frozen=True)
class Closing:
    """Variables that are zero in whatever is better within a box: the certificate's words, and what it restricts."""

    words: Mapping[str, object]
    part: Box


@dataclass(frozen=True)
class Relaxed:
    """The relaxation's optimum within a box, in floating point.

    Attributes
    ----------
    bound : float
        Its value, in the units of the exact one.
    split : Split or None
        How to split; None if the optimum is integral or nothing is left to split.
    multipliers : object
        What the exact leaf is made of.
    """

    bound: float
    split: Split | None
    multipliers: Any


class Program(Protocol):
    """What a kind brings for branching."""

    lower: Fraction
    """The best value attained so far; ``relax`` may raise it."""

    def relax(self, box: Box) -> Relaxed | None:
        """Solve the relaxation within a box; None if the time is over."""
        ...

    def leaf(self, box: Box, multipliers: Any) -> tuple[Mapping[str, object], Fraction]:
        """An exact witness of the leaf and the bound that it proves, whatever the multipliers."""
        ...

    def close(self, box: Box, multipliers: Any) -> Closing | None:
        """What the multipliers close exactly within a box, given ``lower``; None if that is nothing more."""
        ...


@dataclass(frozen=True)
class Tree:
    """A certificate: its nodes, and the bound that they prove."""

    nodes: list[Mapping[str, object]]
    upper: Fraction


@dataclass(order=True)
class _Node:
    key: tuple[float, int]
    parent: _Node | None = field(compare=False)
    part: Box = field(compare=False)
    relaxed: Relaxed = field(compare=False)
    closing: Closing | None = field(default=None, compare=False)
    children: tuple[_Node, _Node] | None = field(default=None, compare=False)
    leaf: Mapping[str, object] | None = field(default=None, compare=False)

    def box(self) -> dict[int, tuple[int, int]]:
        """What this node and those above restrict; put together when asked, as closings may be long."""
        node: _Node | None = self
        parts = []
        while node is not None:
            parts += [node.closing.part if node.closing else {}, node.part]
            node = node.parent
        box: dict[int, tuple[int, int]] = {}
        for part in reversed(parts):
            box.update(part)
        return box


def branch(
    program: Program,
    effort: Effort,
    *,
    step: Fraction = Fraction(0),
    max_nodes: int = MAX_NODES,
    tolerance: float = 1e-6,
) -> Tree | None:
    """Grow a tree until its bound meets what is attained, or the time or the nodes run out.

    Parameters
    ----------
    program : Program
    effort : Effort
        Its time limit holds for the search; closing what is open at its end takes a little longer.
    step : Fraction
        Values are multiples of this, so nodes with a bound below the next one can be closed; 0 if there is no such.
    max_nodes : int
        Of the tree.
    tolerance : float
        A node whose float bound exceeds what is attained by less than this share is first closed exactly.

    Returns
    -------
    Tree or None
        None if not even the root was relaxed in time.
    """
    relaxed = program.relax({})
    if relaxed is None:
        return None
    root = _Node((-relaxed.bound, 0), None, {}, relaxed)
    open_nodes, count, told = [root], 1, 0.0
    upper: Fraction | None = None
    while open_nodes:
        node = heapq.heappop(open_nodes)
        bound = node.relaxed.bound
        if _closed(bound, program.lower, float(step), tolerance) or node.relaxed.split is None:
            node.leaf, exact = program.leaf(node.box(), node.relaxed.multipliers)
            if exact <= program.lower or node.relaxed.split is None:
                upper = exact if upper is None else max(upper, exact)
                continue
            node.leaf = None
        children = None if count + 3 > max_nodes or effort.exhausted() else _split(program, node, count)
        if children is None:
            heapq.heappush(open_nodes, node)
            break
        node.children = children
        count += 2 + (node.closing is not None)
        for child in children:
            heapq.heappush(open_nodes, child)
        if count - told > 200:
            told = count
            effort.tell(f"{count} nodes, value in [{float(program.lower):.6g}, {bound:.6g}]")
    for node in open_nodes:
        node.leaf, exact = program.leaf(node.box(), node.relaxed.multipliers)
        upper = exact if upper is None else max(upper, exact)
    return Tree(_listed(root), upper if upper is not None else program.lower)


def _closed(bound: float, lower: Fraction, step: float, tolerance: float) -> bool:
    """Whether an exact bound near this one would be no greater than what is attained."""
    slack = tolerance * (1 + abs(bound))
    return bound <= float(lower) + max(slack, step - slack)


def _split(program: Program, node: _Node, count: int) -> tuple[_Node, _Node] | None:
    if node.relaxed.split is None:
        return None
    box, made = node.box(), []
    closing = node.closing = program.close(box, node.relaxed.multipliers)
    if closing is not None:
        box |= closing.part
    for k, part in enumerate(node.relaxed.split.parts):
        relaxed = program.relax({**box, **part})
        if relaxed is None:
            node.closing = None
            return None
        if relaxed.bound > node.relaxed.bound:
            relaxed = replace(relaxed, bound=node.relaxed.bound)
        made.append(_Node((-relaxed.bound, count + k), node, part, relaxed))
    return made[0], made[1]


def _listed(root: _Node) -> list[Mapping[str, object]]:
    """The nodes in a list, parents before children."""
    order, places, size = [root], {id(root): 0}, 1 + (root.closing is not None)
    for node in order:
        for child in node.children or ():
            places[id(child)] = size
            order.append(child)
            size += 1 + (child.closing is not None)
    listed: list[Mapping[str, object]] = []
    for node in order:
        if node.closing is not None:
            listed.append({**node.closing.words, "children": [places[id(node)] + 1]})
        if node.children is None or node.relaxed.split is None:
            listed.append(node.leaf or {})
        else:
            listed.append({**node.relaxed.split.words, "children": [places[id(c)] for c in node.children]})
    return listed
