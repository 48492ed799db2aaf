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
from .flow import connected, masses, min_cost_flow, residual_potentials
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
_BITS: Final = 59
"""Of the largest cost times the number of nodes: the flow works with such products in 64 bits."""
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

    def farthest(self) -> float:
        """A bound of all distances: that of opposite corners of a box around all points."""
        both = np.concatenate([self.first, self.second])
        sides = both.max(axis=0) - both.min(axis=0)
        if self.points.metric == "cityblock":
            return float(sides.sum())
        return (
            float((sides * sides).sum()) if self.points.metric == "squared" else float(np.sqrt((sides * sides).sum()))
        )

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
    """The negative distances as the trees of :mod:`.forest` ask for them; zero at places that are none."""

    def __init__(self, points: Points, shape: tuple[int, int]) -> None:
        self.shape, self._points = shape, points

    def at(self, i: int, j: int) -> Fraction:
        n, m = self._points.shape
        return -self._points.cost(i, j, up=False) if i < n and j < m else Fraction(0)


class _Whole:
    """The problem with equal totals that has the same plans.

    A target of no place takes what sources keep, and a source of no place fills up what targets are not sent, free of
    charge.
    """

    def __init__(self, statement: TransportStatement, points: Points) -> None:
        self.statement, self.points = statement, points
        self.n, self.m = points.shape
        have, take = sum(statement.source, Fraction(0)), sum(statement.target, Fraction(0))
        self.moved = min(have, take) if statement.mass is None else statement.mass
        self.keeps, self.fills = statement.most
        self.source = (*statement.source, take - self.moved) if self.fills else statement.source
        self.target = (*statement.target, have - self.moved) if self.keeps else statement.target

    @property
    def shape(self) -> tuple[int, int]:
        """Sources and targets, those of no place among them."""
        return len(self.source), len(self.target)

    def free(self) -> Integers:
        """The pairs with no place, as one number each."""
        width = len(self.target)
        kept = np.arange(self.n) * width + self.m if self.keeps else np.zeros(0, dtype=np.int64)
        filled = self.n * width + np.arange(self.m) if self.fills else np.zeros(0, dtype=np.int64)
        return np.concatenate([kept, filled])

    def prices(self, f: Sequence[Fraction], g: Sequence[Fraction]) -> tuple[list[Fraction], list[Fraction], Fraction]:
        """Potentials of the statement, and the price of the mass, from those of the whole."""
        keep, fill = g[self.m] if self.keeps else Fraction(0), f[self.n] if self.fills else Fraction(0)
        first, second, price = keep, fill, -keep - fill
        if self.statement.mass is None:  # the side that moves all has potentials of any sign, into which the price goes
            first, second = (first, second + price) if self.keeps else (first + price, second)
            price = Fraction(0)
        return [x + first for x in f[: self.n]], [y + second for y in g[: self.m]], price

    def found(
        self, plan: dict[Cell, Fraction], f: Sequence[Fraction], g: Sequence[Fraction], price: Fraction, method: str
    ) -> Found:
        """The witnesses, without what has no place."""
        listed = tuple((*cell, mass) for cell, mass in sorted(plan.items()) if mass)
        paid = price if self.statement.mass is not None else None
        return Found(Coupling(listed), Prices(Potentials(tuple(f), tuple(g)), paid), method, rule=RULE)


def solve_placed(statement: TransportStatement, effort: Effort) -> Found:
    """Solve a problem with a metric and nothing else but masses: equal, unequal, or some of them."""
    points = statement.worth
    if not isinstance(points, Points):
        raise TypeError("points are needed")
    whole = _Whole(statement, points)
    for k, side in enumerate((statement.source, statement.target)):
        if whole.moved > sum(side):  # a price of one for each unit there, and of all that is to be moved
            ones = [tuple(Fraction(k == own) for _ in range(count)) for own, count in enumerate(points.shape)]
            return Found(None, Prices(Potentials(*ones), Fraction(-1)), "too-much", infeasible=True)
    placed = Placed(points)
    if len(points.source[0]) == 1 and statement.most == (False, False):
        tree = _in_order(whole, [point[0] for point in points.source], [point[0] for point in points.target])
        return _from_tree(whole, placed, tree, "in-order") or _repaired(whole, placed, {}, None, "in-order")
    effort.offer(lambda: _repaired(whole, placed, {}, None, "corner"))
    return _flow(whole, placed, effort)


def _in_order(whole: _Whole, first: Sequence[Any], second: Sequence[Any]) -> list[Cell]:
    """The cells of the plan that keeps an order, a path from the first points to the last.

    The target of no place comes before all others, and the source of no place after, so that they do not meet.
    """
    from_, to = sorted(range(whole.n), key=first.__getitem__), sorted(range(whole.m), key=second.__getitem__)
    from_, to = from_ + [whole.n] * whole.fills, [whole.m] * whole.keeps + to
    tree: list[Cell] = []
    a = b = 0
    left, right = whole.source[from_[0]], whole.target[to[0]]
    while True:
        tree.append((from_[a], to[b]))
        if a + 1 < len(from_) and (left <= right or b + 1 == len(to)):
            right -= left
            a += 1
            left = whole.source[from_[a]]
        elif b + 1 < len(to):
            left -= right
            b += 1
            right = whole.target[to[b]]
        else:
            return tree


def _from_tree(
    whole: _Whole, placed: Placed, tree: Sequence[Cell], method: str, flow: dict[Cell, Fraction] | None = None
) -> Found | None:
    """The exact plan and potentials of a tree, if they prove each other optimal.

    Where plans tie, one that has cycles, which is given, takes the place of the tree's.
    """
    if not placed.points.rational:
        return None
    plan, gains = flows(tree, whole.source, whole.target), _Gains(placed.points, whole.shape)
    f, g = potentials(tree, gains)
    if min(plan.values()) < 0:
        if flow is None or any(f[i] + g[j] != gains.at(i, j) for i, j in flow):
            return None
        plan = flow
    f, g, price = whole.prices(f, g)
    signed = (not whole.keeps or min(f) >= 0) and (not whole.fills or min(g) >= 0)
    if not signed or placed.excess(f, [y + price for y in g]) is not None:
        return None
    inside = {(i, j): mass for (i, j), mass in plan.items() if i < whole.n and j < whole.m}
    return whole.found(inside, f, g, price, method)


def _repaired(
    whole: _Whole, placed: Placed, rough: dict[Cell, float], prices: tuple[Floats, Floats] | None, method: str
) -> Found:
    """Any masses made a plan, any potentials of the whole made ones that are enough."""
    moved = whole.moved
    if not moved:
        return whole.found({}, [Fraction(0)] * whole.n, [Fraction(0)] * whole.m, Fraction(0), method)
    sides = [[mass / moved for mass in side] for side in (whole.statement.source, whole.statement.target)]
    shares: dict[tuple[int, ...], float] = {(*cell, 0): mass / float(moved) for cell, mass in rough.items()}
    filled = completed(shares, [*sides, [Fraction(1)]])
    second, price = [Fraction(0)] * whole.m, Fraction(0)
    if prices is not None:
        _, exact, price = whole.prices(*([Fraction(float(x)) for x in side.tolist()] for side in prices))
        second = [max(y, Fraction(0)) for y in exact] if whole.fills else exact
    first = placed.raised([y + price for y in second])
    if whole.keeps:
        first = [max(x, Fraction(0)) for x in first]
    return whole.found({(i, j): m * moved for (i, j, _), m in filled.items()}, first, second, price, method)


def _flow(whole: _Whole, placed: Placed, effort: Effort) -> Found:
    """Flows over more and more pairs, until no other gains."""
    (n, m), (rows, width) = (whole.n, whole.m), whole.shape
    arcs, pool = _near_pairs(placed, _NEAR, width), np.unique(_near_pairs(placed, _POOL, width))
    corner = _in_order(whole, [p[0] for p in placed.points.source], [p[0] for p in placed.points.target])
    start = np.array([i * width + j for i, j in corner if i < n or j < m], dtype=np.int64)
    arcs = np.unique(np.concatenate([arcs, start, whole.free()]))
    # A power of two, so that costs which are equal stay so, and short ones are exact.
    scale = 2.0 ** (_BITS - (rows + width).bit_length() - np.frexp(placed.farthest())[1])
    supplies, exact = masses(whole.source, whole.target)
    factor = float(sum(whole.source)) / (float(supplies[0].sum()) or 1.0)
    rough: dict[Cell, float] = {}
    prices: tuple[Floats, Floats] | None = None
    for round_ in range(_ROUNDS):
        i, j = arcs // width, arcs % width
        real = (i < n) & (j < m)
        costs = np.zeros(len(arcs))
        costs[real] = placed.between(i[real], j[real])
        rounded = np.rint(costs * scale).astype(np.int64)
        moved = min_cost_flow(i, j, rounded, supplies, rows)
        u, v = residual_potentials(i, j, rounded, moved, rows, width)
        if placed.points.rational:
            u, v = connected(i, j, rounded, moved, u, v)
        f, g = prices = u / scale, v / scale
        used = np.flatnonzero(moved * real)
        shares = (moved[used] * factor).tolist()
        rough = dict(zip(zip(i[used].tolist(), j[used].tolist(), strict=True), shares, strict=True))
        if effort.exhausted():
            break
        least = 4 / scale + 4 * placed.error
        near = -placed.between(pool // width, pool % width) - f[pool // width] - g[pool % width]
        fresh = np.setdiff1d(pool[near > least], arcs)
        if not len(fresh):
            sources, targets = placed.gaining(f[:n], g[:m], least)
            fresh = np.setdiff1d(sources * width + targets, arcs)
        effort.tell(f"{len(arcs)} pairs, {len(fresh) or 'none'} to add")
        if not len(fresh):
            break
        arcs = np.union1d(arcs, fresh)
        if round_ % 3 == 0:
            effort.offer(lambda rough=rough, prices=prices: _repaired(whole, placed, rough, prices, "flow-repaired"))
    if placed.points.rational:
        slack = costs + f[i] + g[j]
        order = np.lexsort((slack, moved == 0))
        tree = spanning_tree(rows, width, zip(i[order].tolist(), j[order].tolist(), strict=True))
        places = zip(i.tolist(), j.tolist(), moved.tolist(), strict=True)
        flow = None if exact is None else {(a, b): exact * mass for a, b, mass in places if mass}
        found = _from_tree(whole, placed, tree, "flow", flow) if len(tree) == rows + width - 1 else None
        if found is not None:
            return found
    return _repaired(whole, placed, rough, prices, "flow-repaired")


def _near_pairs(placed: Placed, most: int, width: int) -> Integers:
    """Each point with its nearest ones on the other side, as one number a pair: ``width`` times the source."""
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
        pair = own * width + near.ravel() if forward else near.ravel() * width + own
        found.append(pair.astype(np.int64))
    return np.concatenate(found)


def quick_excess(points: Any, prices: Prices) -> Cell | None:
    """The first pair that potentials, with the price of the mass, do not majorise, in passes over floats."""
    second, price = prices.potentials.target, prices.mass or Fraction(0)
    return Placed(points).excess(prices.potentials.source, [y + price for y in second])
