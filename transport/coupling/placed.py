"""Costs that are distances of points: never written out, so that memory grows with the points and not with their pairs.

On a line the plan that keeps the order is optimal for every metric here, and potentials follow along it. In more
dimensions a network flow over near pairs, in integers, gives a plan and potentials; pairs that would gain at them are
added until none is left anywhere. A pass over all pairs goes block by block in floats; what rounding cannot tell is
decided exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np

from dual.kinds.coupling.statement import Coupling, Potentials, Prices, TransportStatement
from dual.kinds.coupling.worth import Points
from transport.programs.arrays import Floats, Integers
from transport.programs.effort import Effort
from transport.road.methods import Found

from .admissible import completed
from .flow import COST_BITS, masses, min_cost_flow, residual_potentials
from .forest import flows, potentials, spanning_tree

Cell = tuple[int, int]

_BLOCK: Final = 1 << 21
"""Pairs that are looked at together: 16 MB of floats for each array at hand."""
_NEAR: Final = 12
"""Nearest points in either direction that a flow may use at first: fewer make more rounds, more a slower flow."""
_POOL: Final = 80
"""Nearest points whose pairs are looked at between passes over all pairs, which take a hundred times as long."""
_FRESH: Final = 4
"""Pairs a source adds in a round, those that gain most."""
_ROUNDS: Final = 60
"""Of pairs that enter; the potentials of any round are valid once raised, so an early end costs tightness only."""
RULE: Final = "the flow that cost scaling ended in"


class Placed:
    """Points in floats, and passes over all their pairs.

    Parameters
    ----------
    points : Points
    """

    def __init__(self, points: Points) -> None:
        self.points = points
        self.first, self.second = (
            np.array([[float(x) for x in point] for point in side]) for side in (points.source, points.target)
        )
        size = max(float(np.abs(self.first).max()), float(np.abs(self.second).max()))
        dimension = self.first.shape[1]
        # Coordinates are off by 2^-53 of their size, a difference by three times that, and so on; with room to spare.
        self.error = 2.0**-53 * 32 * dimension * size
        if points.metric == "squared":
            self.error *= 8 * dimension * size
        self.height = max(1, _BLOCK // len(self.second))

    def costs(self, rows: slice | Integers) -> Floats:
        """The distances from some sources to all targets."""
        first = self.first[rows]
        total = np.zeros((len(first), len(self.second)))
        for d in range(first.shape[1]):
            apart = first[:, d, None] - self.second[None, :, d]
            total += np.abs(apart) if self.points.metric == "cityblock" else apart * apart
        return np.sqrt(total, out=total) if self.points.metric == "euclidean" else total

    def between(self, i: Integers, j: Integers) -> Floats:
        """The distances of some pairs."""
        apart = self.first[i] - self.second[j]
        if self.points.metric == "cityblock":
            return np.asarray(np.abs(apart).sum(axis=1))
        squares = (apart * apart).sum(axis=1)
        return np.asarray(np.sqrt(squares) if self.points.metric == "euclidean" else squares)

    def blocks(self, f: Floats, g: Floats) -> Iterator[tuple[int, Floats]]:
        """``-cost - f - g`` block by block, each with its first source."""
        for begin in range(0, len(self.first), self.height):
            part = slice(begin, begin + self.height)
            work = self.costs(part)
            work += g
            work += f[part, None]
            yield begin, np.negative(work, out=work)

    def excess(self, f: Sequence[Fraction], g: Sequence[Fraction]) -> Cell | None:
        """The first pair at which potentials fall short of the negative cost, exactly; None if there is none."""
        rough_f, rough_g = (np.array([float(x) for x in side]) for side in (f, g))
        slack = self.error + 2.0**-50 * (float(np.abs(rough_f).max()) + float(np.abs(rough_g).max()))
        for begin, work in self.blocks(rough_f, rough_g):
            if float(work.max()) > -slack:
                rows, places = np.nonzero(work > -slack)
                for i, j in zip((rows + begin).tolist(), places.tolist(), strict=True):
                    if self.points.exceeds(i, j, f[i] + g[j]):
                        return i, j
        return None

    def gaining(self, f: Floats, g: Floats, least: float) -> tuple[Integers, Integers]:
        """For every source the pairs that gain most at potentials, if they gain more than ``least``."""
        rows, places = [], []
        for begin, work in self.blocks(f, g):
            some = np.flatnonzero(work.max(axis=1) > least)
            if not len(some):
                continue
            part = work[some]
            count = min(_FRESH, part.shape[1])
            best = np.argpartition(-part, count - 1, axis=1)[:, :count]
            keep = np.take_along_axis(part, best, axis=1) > least
            rows.append(np.repeat(some + begin, count)[keep.ravel()])
            places.append(best.ravel()[keep.ravel()])
        if not rows:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(rows), np.concatenate(places)

    def raised(self, g: Sequence[Fraction]) -> list[Fraction]:
        """The least f, but for rounding, that is enough beside g."""
        rough = np.array([float(x) for x in g])
        slack = self.error + 2.0**-50 * float(np.abs(rough).max())
        found: list[Fraction] = []
        for _, work in self.blocks(np.zeros(len(self.first)), rough):
            found.extend(Fraction(float(x)) for x in (work.max(axis=1) + 2 * slack).tolist())
        return found


class _Gains:
    """The negative distances as the trees of :mod:`.forest` ask for them."""

    def __init__(self, points: Points) -> None:
        self.shape, self._points = points.shape, points

    def at(self, i: int, j: int) -> Fraction:
        return -self._points.cost(i, j, up=False)


def solve_placed(statement: TransportStatement, effort: Effort) -> Found:
    """Solve a problem with two marginals and a metric."""
    points = statement.worth
    if not isinstance(points, Points):
        raise TypeError("points are needed")
    placed = Placed(points)
    if len(points.source[0]) == 1:
        tree = _in_order(statement, points)
        return _from_tree(statement, placed, tree, "in-order") or _repaired(statement, placed, {}, None, "in-order")
    effort.offer(lambda: _repaired(statement, placed, {}, None, "corner"))
    return _flow(statement, placed, effort)


def _in_order(statement: TransportStatement, points: Points) -> list[Cell]:
    """The cells of the plan that keeps the order, a path from the first points to the last."""
    first = sorted(range(len(points.source)), key=lambda i: points.source[i])
    second = sorted(range(len(points.target)), key=lambda j: points.target[j])
    tree: list[Cell] = []
    a = b = 0
    left, right = statement.source[first[0]], statement.target[second[0]]
    while True:
        tree.append((first[a], second[b]))
        if a + 1 < len(first) and (left <= right or b + 1 == len(second)):
            right -= left
            a += 1
            left = statement.source[first[a]]
        elif b + 1 < len(second):
            left -= right
            b += 1
            right = statement.target[second[b]]
        else:
            return tree


def _from_tree(statement: TransportStatement, placed: Placed, tree: Sequence[Cell], method: str) -> Found | None:
    """The exact plan and potentials of a tree, if they prove each other optimal."""
    if not placed.points.rational:
        return None
    plan = flows(tree, statement.source, statement.target)
    if min(plan.values()) < 0:
        return None
    f, g = potentials(tree, _Gains(placed.points))
    return None if placed.excess(f, g) is not None else _found(plan, f, g, method)


def _found(plan: dict[Cell, Fraction], f: Sequence[Fraction], g: Sequence[Fraction], method: str) -> Found:
    listed = tuple((*cell, mass) for cell, mass in sorted(plan.items()) if mass)
    return Found(Coupling(listed), Prices(Potentials(tuple(f), tuple(g))), method, rule=RULE)


def _repaired(
    statement: TransportStatement, placed: Placed, rough: dict[Cell, float], g: Floats | None, method: str
) -> Found:
    """Any masses made a plan, any potentials made ones that are enough."""
    total = sum(statement.source, Fraction(0))
    if not total:
        return _found({}, [Fraction(0)] * len(statement.source), [Fraction(0)] * len(statement.target), method)
    unit = [[mass / total for mass in side] for side in (statement.source, statement.target)]
    shares: dict[tuple[int, ...], float] = {cell: mass / float(total) for cell, mass in rough.items()}
    filled = completed(shares, unit)
    second = [Fraction(0)] * len(statement.target) if g is None else [Fraction(float(x)) for x in g.tolist()]
    return _found({(i, j): m * total for (i, j), m in filled.items()}, placed.raised(second), second, method)


def _flow(statement: TransportStatement, placed: Placed, effort: Effort) -> Found:
    """Flows over more and more pairs, until no other gains."""
    arcs, pool = _near_pairs(placed, _NEAR), np.unique(_near_pairs(placed, _POOL))
    arcs = np.unique(np.concatenate([arcs, _corner(statement, placed)]))
    n, m = len(statement.source), len(statement.target)
    scale = 2.0**COST_BITS / (float(placed.costs(slice(0, 1)).max()) * 4 + 1e-300)
    supplies = masses(statement)
    factor = float(sum(statement.source, Fraction(0))) / float(supplies[0].sum())
    rough: dict[Cell, float] = {}
    g = np.zeros(m)
    for round_ in range(_ROUNDS):
        i, j = arcs // m, arcs % m
        costs = placed.between(i, j)
        whole = np.rint(np.minimum(costs * scale, 2.0**44)).astype(np.int64)
        moved = min_cost_flow(i, j, whole, supplies, n)
        u, v = residual_potentials(i, j, whole, moved, n, m)
        f, g = u / scale, v / scale
        used = np.flatnonzero(moved)
        shares = (moved[used] * factor).tolist()
        rough = dict(zip(zip(i[used].tolist(), j[used].tolist(), strict=True), shares, strict=True))
        if effort.exhausted():
            break
        least = 4 / scale + 4 * placed.error
        near = -placed.between(pool // m, pool % m) - f[pool // m] - g[pool % m]
        fresh = np.setdiff1d(pool[near > least], arcs)
        if not len(fresh):
            rows, places = placed.gaining(f, g, least)
            fresh = np.setdiff1d(rows * m + places, arcs)
        effort.tell(f"{len(arcs)} pairs, {len(fresh) or 'none'} to add")
        if not len(fresh):
            break
        arcs = np.union1d(arcs, fresh)
        if round_ % 3 == 0:
            effort.offer(lambda rough=rough, g=g: _repaired(statement, placed, rough, g, "flow-repaired"))
    if placed.points.rational:
        slack = costs + f[i] + g[j]
        order = np.lexsort((slack, moved == 0))
        tree = spanning_tree(n, m, zip(i[order].tolist(), j[order].tolist(), strict=True))
        found = _from_tree(statement, placed, tree, "flow") if len(tree) == n + m - 1 else None
        if found is not None:
            return found
    return _repaired(statement, placed, rough, g, "flow-repaired")


def _near_pairs(placed: Placed, most: int) -> Integers:
    """Each point with its nearest ones on the other side, as one number a pair."""
    from scipy.spatial import cKDTree

    n, m = placed.points.shape
    norm = 1 if placed.points.metric == "cityblock" else 2
    found = []
    for here, there, count, forward in (
        (placed.first, placed.second, min(most, m), True),
        (placed.second, placed.first, min(most, n), False),
    ):
        near = np.asarray(cKDTree(there).query(here, k=count, p=norm)[1]).reshape(len(here), count)
        own = np.repeat(np.arange(len(here)), count)
        pair = own * m + near.ravel() if forward else near.ravel() * m + own
        found.append(pair.astype(np.int64))
    return np.concatenate(found)


def _corner(statement: TransportStatement, placed: Placed) -> Integers:
    """The pairs of a plan along the first coordinates, so that there is a flow."""
    line = Points(
        "cityblock", tuple((p[0],) for p in placed.points.source), tuple((p[0],) for p in placed.points.target)
    )
    m = len(placed.second)
    return np.array([i * m + j for i, j in _in_order(statement, line)], dtype=np.int64)


def quick_excess(points: Any, prices: Prices) -> Cell | None:
    """The first pair that potentials do not majorise, in passes over floats."""
    return Placed(points).excess(prices.potentials.source, prices.potentials.target)
