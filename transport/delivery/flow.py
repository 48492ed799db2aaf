"""Markets whose gains add up around a centre: a minimum-cost flow through three layers, and its exact duals.

If ``v_ij - c_kij`` is a term of one side and the centre plus a term of the centre and the other side, for every agent
of the centre, an efficient matching is a flow of units from the one side through the centre to the other. Its
potentials u, p, z satisfy ``u_i + p_j + z_k >= v_ij - c_kij`` with sum equal to the welfare, so they are also prices
that support the matching with tips, without any compensation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dual.errors import SolverError
from dual.kinds.delivery.costs import Triple
from transport.programs.arrays import Numbers

from .arrays import MAX_CELLS, Arrays, sorted_trades
from .support import Potentials

SIDES = {"store": (2, 1, 0), "buyer": (2, 0, 1), "courier": (0, 2, 1)}
"""Left side, centre and right side of a flow, as positions in (buyer, store, courier)."""

_FAR = 2**60
"""No path is so long; twice as much still fits 64 bits."""


@dataclass(frozen=True, eq=False)
class Layers:
    """Gains ``left[l, m] + right[m, r]`` of the paths l -> m -> r.

    Attributes
    ----------
    centre : {"store", "buyer", "courier"}
    left, right : integer arrays, shapes (L, M) and (M, R)
    """

    centre: str
    left: Numbers
    right: Numbers


def layers(arrays: Arrays) -> Layers | None:
    """Recognise a centre from the data: as it is written, or by second differences; None if there is none."""
    v = arrays.values
    if arrays.centre == "store":
        return Layers("store", -arrays.first, (v - arrays.second).T)
    if arrays.centre == "buyer":
        return Layers("buyer", -arrays.first, v - arrays.second)
    if arrays.splits:
        return Layers("courier", (v[:, :1] - v[0, 0]) - arrays.first.T, v[:1] - arrays.second)
    if np.prod(arrays.shape, dtype=float) > MAX_CELLS:
        return None
    gains = arrays.gains
    for centre, (left, middle, right) in SIDES.items():
        table = gains.transpose(left, middle, right)
        rest = table - table[:1] - table[:, :, :1]
        if not (rest + table[:1, :, :1]).any():
            return Layers(centre, table[:, :, 0], table[0] - table[0][:, :1])
    return None


def efficient_by_flow(found: Layers) -> tuple[tuple[Triple, ...], Potentials]:
    """An efficient matching and majorising potentials of the same total.

    Raises
    ------
    SolverError
        If the numbers are too large for the flow solver, or its flow is not optimal.
    """
    matched = _flow(found)
    ends = _potentials(found, matched)
    left, middle, right = SIDES[found.centre]
    trades = np.zeros((len(matched), 3), dtype=np.int64)
    trades[:, left], trades[:, middle], trades[:, right] = matched.T
    agents = [ends[(left, middle, right).index(side)] for side in range(3)]
    return sorted_trades(trades.tolist()), Potentials(*agents)


def _flow(found: Layers) -> Numbers:
    """Triples (l, m, r) of a maximum-gain flow with unit capacity at every agent."""
    from ortools.graph.python import min_cost_flow

    many, centres = found.left.shape
    ends = found.right.shape[1]
    largest = int(abs(found.left).max()) + int(abs(found.right).max())
    if largest * (many + 2 * centres + ends + 2) >= _FAR:
        raise SolverError("the numbers are too large for a flow in 64 bits")
    # A centre has two nodes with an arc of one unit between them, so that it serves one pair.
    source, sink = 0, 1
    lefts = 2 + np.arange(many)
    inner, outer = 2 + many + np.arange(centres), 2 + many + centres + np.arange(centres)
    rights = 2 + many + 2 * centres + np.arange(ends)
    tails: list[Numbers] = [
        np.full(many, source),
        np.repeat(lefts, centres),
        inner,
        np.repeat(outer, ends),
        rights,
        np.array([source]),
    ]
    heads: list[Numbers] = [
        lefts,
        np.tile(inner, many),
        outer,
        np.tile(rights, centres),
        np.full(ends, sink),
        np.array([sink]),
    ]
    # Minimal cost is maximal gain. The last arc takes everybody who is better off alone from the source to the sink.
    costs = [np.zeros(many), -found.left.ravel(), np.zeros(centres), -found.right.ravel(), np.zeros(ends + 1)]
    tail, head = np.concatenate(tails).astype(np.int32), np.concatenate(heads).astype(np.int32)
    units = np.ones(len(tail), dtype=np.int64)
    units[-1] = many
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, units, np.concatenate(costs).astype(np.int64))
    solver.set_node_supply(source, many)
    solver.set_node_supply(sink, -many)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise SolverError(f"the flow solver reports {status}")
    # Read the flow off the arcs, in the order in which they were added.
    used = np.asarray(solver.flows(arcs)) > 0
    first, second = used[many : many + many * centres], used[many * (centres + 1) + centres :][: centres * ends]
    before = {int(m): int(left) for left, m in zip(*np.nonzero(first.reshape(many, centres)), strict=True)}
    pairs = zip(*np.nonzero(second.reshape(centres, ends)), strict=True)
    return np.array([(before[int(m)], int(m), int(r)) for m, r in pairs], dtype=np.int64).reshape(-1, 3)


def _potentials(found: Layers, matched: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Exact potentials of left side, centre and right side: shortest paths in the flow's residual network.

    Raises
    ------
    SolverError
        If a residual cycle gains, so that the flow is not optimal.
    """
    many, centres = found.left.shape
    ends = found.right.shape[1]
    l, m, r = matched.T  # noqa: E741 (the sides' names)
    first, second = found.left[l, m], found.right[m, r]
    free_left, free_right = np.ones(many, dtype=bool), np.ones(ends, dtype=bool)
    free_left[l], free_right[r] = False, False
    unused = np.ones(centres, dtype=bool)
    unused[m] = False
    lefts, rights = np.where(free_left, 0, _FAR), np.where(free_right, _FAR, 0)
    inner, outer = np.full(centres, _FAR), np.full(centres, _FAR)
    for _ in range(2 * (many + 2 * centres + ends) + 2):
        before = (lefts.copy(), inner.copy(), outer.copy(), rights.copy())
        inner = np.minimum(inner, (lefts[:, None] - found.left).min(axis=0))
        inner[m] = np.minimum(inner[m], outer[m])
        lefts[l] = np.minimum(lefts[l], inner[m] + first)
        outer[m] = np.minimum(outer[m], rights[r] + second)
        outer[unused] = np.minimum(outer[unused], inner[unused])
        rights = np.minimum(rights, (outer[:, None] - found.right).min(axis=0))
        if (lefts[l] < 0).any() or (rights[free_right] < 0).any():
            break
        if all(np.array_equal(a, b) for a, b in zip(before, (lefts, inner, outer, rights), strict=True)):
            return np.maximum(lefts, 0), np.maximum(outer - inner, 0), np.maximum(-rights, 0)
    raise SolverError("the flow is not optimal: a residual cycle gains")
