"""Branching: a proven upper bound for a problem with integer variables, as a tree with exact leaves.

Solvers of integer programs export no trees, so this is a light driver of our own over whatever linear relaxation a
kind brings. The node with the greatest bound is split first; a node is closed when its exact bound is no greater than
what is attained. What comes out is the certificate that :mod:`dual.proofs.tree` reads.
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
Words = Mapping[str, object]


@dataclass(frozen=True)
class Split:
    """How to go on from a node: what the certificate says, and what each child restricts further."""

    words: Words
    parts: tuple[Box, Box]


@dataclass(frozen=True)
class Closing:
    """A part of a node that holds nothing better than what is attained, with its proof.

    Attributes
    ----------
    words : mapping
        ``closed`` variables with their witness, or a ``split``.
    leaf : mapping, optional
        Of a split: what proves one of its children hopeless.
    first : bool
        Whether that is the first child.
    """

    words: Words
    leaf: Words | None = None
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
    closings : sequence of Closing
        What has been closed there before, each within what those before it leave.
    state : object
        What the program needs to go on, and to make an exact leaf.
    """

    bound: float
    split: Split | None
    closings: Sequence[Closing]
    state: Any


@dataclass(frozen=True)
class Leaf:
    """A leaf's witness, the bound that it proves (None for that of nothing), and the node's closings that it needs."""

    words: Words
    bound: Fraction | None
    closings: Sequence[Closing]


class Program(Protocol):
    """What a kind brings for branching."""

    @property
    def lower(self) -> Fraction:
        """The best value attained so far; ``relax`` may raise it."""
        ...

    def relax(self, above: Relaxed | None, part: Box) -> Relaxed | None:
        """Solve the relaxation in a part of a node, or at the root; None if the time is over."""
        ...

    def leaf(self, relaxed: Relaxed) -> Leaf:
        """What closes a node, or bounds it if it stays open."""
        ...


@dataclass(frozen=True)
class Tree:
    """A certificate: its nodes, and the bound that they prove."""

    nodes: list[Words]
    upper: Fraction


@dataclass(order=True)
class _Node:
    key: tuple[float, int]
    relaxed: Relaxed = field(compare=False)
    children: tuple[_Node, _Node] | None = field(default=None, compare=False)
    leaf: Leaf | None = field(default=None, compare=False)

    @property
    def closings(self) -> Sequence[Closing]:
        """Those that the certificate has."""
        return self.leaf.closings if self.leaf else self.relaxed.closings

    @property
    def size(self) -> int:
        """How many nodes the certificate has for this one."""
        return 1 + sum(1 if closing.leaf is None else 2 for closing in self.closings)


def branch(
    program: Program,
    effort: Effort,
    *,
    step: Fraction = Fraction(0),
    max_nodes: int = TREE_NODES,
    tolerance: float = 1e-6,
    stop: Callable[[float], bool] | None = None,
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
    return Tree(_listed(root), upper)


def _closed(bound: float, lower: Fraction, step: float, tolerance: float) -> bool:
    """Whether an exact bound near this one would be no greater than what is attained."""
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


def _listed(root: _Node) -> list[Words]:
    """The nodes in a list, each followed by all that is below it, so that few boxes are open at any place."""
    listed: list[dict[str, Any]] = []
    waiting: list[tuple[_Node, list[int], int]] = [(root, [0], 0)]
    while waiting:
        node, siblings, at = waiting.pop()
        siblings[at] = len(listed)
        for closing in node.closings:
            following = len(listed) + 1
            if closing.leaf is None:
                listed.append({**closing.words, "children": [following]})
            else:
                rest = following + 1
                children = [following, rest] if closing.first else [rest, following]
                listed += [{**closing.words, "children": children}, {**closing.leaf}]
        if node.children is None or node.relaxed.split is None:
            listed.append({**node.leaf.words} if node.leaf else {})
        else:
            places = [0, 0]
            listed.append({**node.relaxed.split.words, "children": places})
            waiting += [(node.children[1], places, 1), (node.children[0], places, 0)]
    return [*listed]
