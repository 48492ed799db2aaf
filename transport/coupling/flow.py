"""Network flows in integers, and potentials that go with them."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import numpy as np

from dual.errors import SolverError
from dual.numbers.exact import Vector
from transport.programs.arrays import Floats, Integers

COST_BITS: Final = 40
"""Costs in integers are rounded to so many bits: the flow multiplies them by the number of nodes, within 64."""
MASS_BITS: Final = 50
"""Masses whose total is longer are rounded."""


def masses(source: Vector, target: Vector) -> tuple[tuple[Integers, Integers], Fraction | None]:
    """The masses of equal totals in integers, and what one stands for: None if they are too long, and rounded."""
    sides = (source, target)
    unit = math.lcm(*(x.denominator for side in sides for x in side))
    total = sum(source, Fraction(0))
    if total * unit < 2**MASS_BITS:
        first, second = (np.array([int(x * unit) for x in side], dtype=np.int64) for side in sides)
        return (first, second), Fraction(1, unit)
    rounded = []
    for side in sides:
        marks = [0]
        running = Fraction(0)
        for x in side:
            running += x
            marks.append(round(running / total * 2 ** (MASS_BITS - 10)))
        rounded.append(np.array([b - a for a, b in pairwise(marks)], dtype=np.int64))
    return (rounded[0], rounded[1]), None


def min_cost_flow(i: Integers, j: Integers, costs: Integers, supplies: tuple[Integers, Integers], n: int) -> Integers:
    """The flow of least cost from sources to targets, numbered from zero on either side, along arcs from i to j.

    Raises
    ------
    SolverError
        If there is none.
    """
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    limit = np.minimum(supplies[0][i], supplies[1][j])
    arcs = solver.add_arcs_with_capacity_and_unit_cost(i.astype(np.int32), (n + j).astype(np.int32), limit, costs)
    nodes = np.arange(n + len(supplies[1]), dtype=np.int32)
    solver.set_nodes_supplies(nodes, np.concatenate([supplies[0], -supplies[1]]))
    if solver.solve() != solver.OPTIMAL:
        raise SolverError("OR-Tools found no flow")
    return np.asarray(solver.flows(arcs), dtype=np.int64)


def residual_potentials(
    i: Integers, j: Integers, costs: Integers, masses: Integers, n: int, m: int
) -> tuple[Floats, Floats]:
    """F and g with ``f + g >= -cost`` on the arcs, equal where there is flow: shortest paths in what is left."""
    order = np.lexsort((i, j))
    ahead_i, ahead_j, ahead = i[order], j[order], costs[order]
    back = np.flatnonzero(masses > 0)
    back = back[np.argsort(i[back], kind="stable")]
    back_i, back_j, back_cost = i[back], j[back], costs[back]
    far = np.zeros(n, dtype=np.int64)
    near = np.full(m, np.iinfo(np.int64).max // 4, dtype=np.int64)
    heads = np.flatnonzero(np.diff(ahead_j, prepend=-1))
    tails = np.flatnonzero(np.diff(back_i, prepend=-1))
    for _ in range(2 * (n + m)):
        reached = near.copy()
        reached[ahead_j[heads]] = np.minimum(reached[ahead_j[heads]], np.minimum.reduceat(far[ahead_i] + ahead, heads))
        left = far.copy()
        if len(tails):
            left[back_i[tails]] = np.minimum(
                far[back_i[tails]], np.minimum.reduceat(reached[back_j] - back_cost, tails)
            )
        if (left == far).all() and (reached == near).all():
            break
        far, near = left, reached
    return far.astype(np.float64), -near.astype(np.float64)


def connected(
    i: Integers, j: Integers, costs: Integers, masses: Integers, f: Floats, g: Floats
) -> tuple[Floats, Floats]:
    """Potentials whose equalities connect all nodes that the flow reaches, so that a tree of them is a basis.

    Where a flow falls into parts, potentials leave each part room to move, which shortest paths from a source take up.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    n, m = len(f), len(g)
    slack, back = costs + f[i] + g[j], np.flatnonzero(masses > 0)
    lengths = np.concatenate([np.maximum(slack, 0.0), np.zeros(len(back))])
    ends = np.concatenate([i, n + j[back]]), np.concatenate([n + j, i[back]])
    root = int(i[back[0]]) if len(back) else 0
    graph: Any = csr_array((lengths, ends), shape=(n + m, n + m))
    away = np.asarray(dijkstra(graph, indices=np.array([root]))).ravel()
    reached = np.isfinite(away)
    away[~reached] = away[reached].max()
    return f + away[:n], g - away[n:]
