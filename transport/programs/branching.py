"""Branching: a proven upper bound for a problem with integer variables, as a tree with exact leaves.

Solvers of integer programs export no trees, so this is a light driver of our own over whatever linear relaxation a
kind brings. The node with the greatest bound is split first; a node is cut off when its exact bound does not exceed
the incumbent. What comes out is the certificate that :mod:`dual.proofs.tree` reads.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Protocol

from dual.limits import TREE_NODES
from transport.programs.effort import Effort

Box = Mapping[int, tuple[int, int]]
"""The least and the greatest value of variables."""
Entry = Mapping[str, object]
"""A node as the certificate has it."""


@dataclass(frozen=True)
class Split:
    """A branching decision: its node in the certificate, and the two children's bounds."""

    entry: Entry
    parts: tuple[Box, Box]


@dataclass(frozen=True)
class Fixing:
    """A part of a node that is cut off because its bound does not exceed the incumbent (fixing by reduced costs).

    Attributes
    ----------
    entry : mapping
        ``closed`` variables with their witness, or a ``split``.
    leaf : mapping, optional
        Of a split: what proves one of its children dominated.
    first : bool
        Whether that is the first child.
    """

    entry: Entry
    leaf: Entry | None = None
    first: bool = False


@dataclass(frozen=True)
class Relaxed:
    """The relaxation's optimum in a part of the tree, in floating point.

    Attributes
    ----------
    bound : float
        Its value, in the units of the exact one.
    split : Split or None
        How to split; None if the optimum is integral or nothing is left to split.
    fixings : sequence of Fixing
        The parts cut off there before the split, each within what those before it leave.
    state : object
        What the program needs to go on, and to make an exact leaf.
    """

    bound: float
    split: Split | None
    fixings: Sequence[Fixing]
    state: Any


@dataclass(frozen=True)
class Leaf:
    """A leaf's witness, the bound it proves (None if the leaf is proven empty), and the fixings that it rests on."""

    entry: Entry
    bound: Fraction | None
    fixings: Sequence[Fixing]


class Program(Protocol):
    """What a kind brings for branching."""

    @property
    def lower(self) -> Fraction:
        """The incumbent's value; ``relax`` may raise it."""
        ...

    def relax(self, above: Relaxed | None, part: Box) -> Relaxed | None:
        """Solve the relaxation in a part of a node, or at the root; None if the time is over."""
        ...

    def leaf(self, relaxed: Relaxed) -> Leaf:
        """The witness that cuts a node off, or that bounds it if it stays open."""
        ...


@dataclass(frozen=True)
class Tree:
    """A certificate: its nodes, and the bound that they prove."""

    nodes: list[Entry]
    upper: Fraction


@dataclass(order=True)
class _Node:
    key: tuple[float, int]
    relaxed: Relaxed = field(compare=False)
    children: tuple[_Node, _Node] | None = field(default=None, compare=False)
    leaf: Leaf | None = field(default=None, compare=False)

    @property
    def fixings(self) -> Sequence[Fixing]:
        """Those in the certificate."""
        return self.leaf.fixings if self.leaf else self.relaxed.fixings

    @property
    def size(self) -> int:
        """How many nodes the certificate has for this one."""
        return 1 + sum(1 if fixing.leaf is None else 2 for fixing in self.fixings)


def branch(
    program: Program,
    effort: Effort,
    *,
    step: Fraction = Fraction(0),
    max_nodes: int = TREE_NODES,
    tolerance: float = 1e-6,
    stop: Callable[[float], bool] | None = None,
) -> Tree | None:
    """Grow a tree until its bound meets the incumbent, or the time or the nodes run out.

    Parameters
    ----------
    program : Program
    effort : Effort
        Its time limit holds for the search; bounding what is open at its end takes a little longer.
    step : Fraction
        Values are multiples of this, so nodes with a bound below the next one are cut off; 0 if there is no such.
    max_nodes : int
        Of the tree.
    tolerance : float
        A node whose float bound exceeds the incumbent by less than this share is first bounded exactly.
    stop : callable, optional
        Asked before each split, given the bound, whether to leave it at that.

    Returns
    -------
    Tree or None
        None if not even the root was relaxed in time.
    """
    relaxed = program.relax(None, {})
    if relaxed is None:
        return None
    root = _Node((-relaxed.bound, 0), relaxed)
    open_nodes, count, told, made = [root], root.size, 0.0, 1
    upper = program.lower
    while open_nodes:
        node = heapq.heappop(open_nodes)
        bound = node.relaxed.bound
        if _closed(bound, program.lower, float(step), tolerance) or node.relaxed.split is None:
            node.leaf = program.leaf(node.relaxed)
            exact = node.leaf.bound
            if exact is None or exact <= program.lower or node.relaxed.split is None:
                upper = upper if exact is None else max(upper, exact)
                continue
            node.leaf = None
        over = count > max_nodes - 2 or effort.exhausted() or (stop is not None and stop(bound))
        children = None if over else _split(program, node, made)
        if children is None:
            heapq.heappush(open_nodes, node)
            break
        size = sum(child.size for child in children)
        if count + size > max_nodes:
            heapq.heappush(open_nodes, node)
            break
        node.children = children
        count, made = count + size, made + 2
        for child in children:
            heapq.heappush(open_nodes, child)
        if count - told > 200:
            told = count
            effort.tell(f"{count} nodes, value in [{float(program.lower):.6g}, {bound:.6g}]")
    for node in open_nodes:
        node.leaf = program.leaf(node.relaxed)
        upper = upper if node.leaf.bound is None else max(upper, node.leaf.bound)
    # What fixings cut off is worth no more than the incumbent of that time, hence than the last one.
    return Tree(_listed(root), max(upper, program.lower))


def _closed(bound: float, lower: Fraction, step: float, tolerance: float) -> bool:
    """Whether an exact bound near this one would not exceed the incumbent."""
    slack = tolerance * (1 + abs(bound))
    return bound <= float(lower) + max(slack, step - slack)


def _split(program: Program, node: _Node, made: int) -> tuple[_Node, _Node] | None:
    if node.relaxed.split is None:
        return None
    children = []
    for k, part in enumerate(node.relaxed.split.parts):
        relaxed = program.relax(node.relaxed, part)
        if relaxed is None:
            return None
        if relaxed.bound > node.relaxed.bound:
            relaxed = replace(relaxed, bound=node.relaxed.bound)
        children.append(_Node((-relaxed.bound, made + k), relaxed))
    return children[0], children[1]


def _listed(root: _Node) -> list[Entry]:
    """The nodes in a list, each followed by all that is below it, so that few boxes are open at any place."""
    listed: list[dict[str, Any]] = []
    waiting: list[tuple[_Node, list[int], int]] = [(root, [0], 0)]
    while waiting:
        node, siblings, at = waiting.pop()
        siblings[at] = len(listed)
        for fixing in node.fixings:
            following = len(listed) + 1
            if fixing.leaf is None:
                listed.append({**fixing.entry, "children": [following]})
            else:
                rest = following + 1
                children = [following, rest] if fixing.first else [rest, following]
                listed += [{**fixing.entry, "children": children}, {**fixing.leaf}]
        if node.children is None or node.relaxed.split is None:
            listed.append({**node.leaf.entry} if node.leaf else {})
        else:
            places = [0, 0]
            listed.append({**node.relaxed.split.entry, "children": places})
            waiting += [(node.children[1], places, 1), (node.children[0], places, 0)]
    return [*listed]
