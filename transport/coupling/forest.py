"""Transport plans on trees: flows and potentials follow by leaf elimination, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Protocol

from dual.numbers.exact import over_common_denominator

Cell = tuple[int, int]


class Gains(Protocol):
    """What pairs are worth, asked for one by one."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        ...

    def at(self, i: int, j: int, /) -> Fraction:
        """One entry."""
        ...


def spanning_tree(rows: int, columns: int, cells: Iterable[Cell]) -> list[Cell]:
    """The first cells, in the given order, that close no cycle; rows and columns are the nodes.

    Examples
    --------
    >>> spanning_tree(2, 2, [(0, 0), (1, 1), (0, 1), (1, 0)])
    [(0, 0), (1, 1), (0, 1)]
    """
    parent = list(range(rows + columns))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    tree = []
    for i, j in cells:
        a, b = root(i), root(rows + j)
        if a != b:
            parent[a] = b
            tree.append((i, j))
            if len(tree) == rows + columns - 1:
                break
    return tree


def flows(tree: Sequence[Cell], source: Sequence[Fraction], target: Sequence[Fraction]) -> dict[Cell, Fraction]:
    """The one plan on a tree with these marginals; masses may come out negative."""
    left, unit = over_common_denominator([*source, *target])
    neighbours = _neighbours(tree, len(source), len(left))
    leaves = [node for node, near in enumerate(neighbours) if len(near) == 1]
    plan: dict[Cell, Fraction] = {}
    while leaves:
        node = leaves.pop()
        if not neighbours[node]:
            continue
        other = neighbours[node].pop()
        neighbours[other].discard(node)
        plan[min(node, other), max(node, other) - len(source)] = Fraction(left[node], unit)
        left[other] -= left[node]
        if len(neighbours[other]) == 1:
            leaves.append(other)
    return plan


def potentials(tree: Sequence[Cell], gain: Gains) -> tuple[list[Fraction], list[Fraction]]:
    """Numbers with ``f[i] + g[j] = gain[i][j]`` on a spanning tree; the first is zero."""
    rows, columns = gain.shape
    worths, unit = over_common_denominator([gain.at(i, j) for i, j in tree])
    neighbours: list[list[tuple[int, int]]] = [[] for _ in range(rows + columns)]
    for (i, j), worth in zip(tree, worths, strict=True):
        neighbours[i].append((rows + j, worth))
        neighbours[rows + j].append((i, worth))
    found: list[int | None] = [None] * (rows + columns)
    found[0] = 0
    stack = [0]
    while stack:
        node = stack.pop()
        here = found[node] or 0
        for other, worth in neighbours[node]:
            if found[other] is None:
                found[other] = worth - here
                stack.append(other)
    values = [Fraction(value or 0, unit) for value in found]
    return values[:rows], values[rows:]


def _neighbours(tree: Sequence[Cell], rows: int, nodes: int) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in range(nodes)]
    for i, j in tree:
        found[i].add(rows + j)
        found[rows + j].add(i)
    return found
