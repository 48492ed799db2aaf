"""Whether prices support a matching: a combinatorial test that ends in prices or in a contradiction.

The couriers' side first: z is the greatest courier utility under which nobody takes over another's order, found as
shortest paths from the idle couriers. What keeps couriers away from a pair is then at most ``m_ij``, the least of
``z_k + c_kij``, so buyers' utilities and prices must have ``u_i + p_j >= v_ij - m_ij`` (without tips: ``>= v_ij``) with
equality to ``v_ij`` on trades: again shortest paths, over the served buyers. A path too short, or a cycle below zero,
names the inequalities that contradict each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from dual.kinds.delivery.costs import Triple
from transport.programs.arrays import Numbers

from .arrays import Arrays, sorted_trades


@dataclass(frozen=True)
class Potentials:
    """Supporting utilities and prices, as integers over the arrays' denominator; 0 for whoever is inactive."""

    buyers: Numbers
    prices: Numbers
    couriers: Numbers


@dataclass(frozen=True)
class Contradiction:
    """Inequalities of equilibrium that no prices satisfy together; see :func:`dual.kinds.delivery.conflicts.conflict`.

    Attributes
    ----------
    document : dict
        ``deviations``, ``trades``, ``takeovers`` with multipliers, and the inactive agents under ``idle``.
    """

    document: dict[str, Any]


def support(arrays: Arrays, trades: Sequence[Triple], tips: bool) -> Potentials | Contradiction:
    """Decide whether prices, compensations (and tips) support disjoint transactions."""
    return Test(arrays, sorted_trades(trades), tips).run()


def renamed(document: dict[str, Any], agents: Sequence[Sequence[int]]) -> dict[str, Any]:
    """A contradiction of a part of a market, its buyers, stores and couriers by what they are called in the whole."""
    sides = {"deviations": (0, 1, 2), "trades": (0, 1), "takeovers": (0, 1, 2, 2)}
    found: dict[str, Any] = {
        name: [[*(agents[side][n] for side, n in zip(order, one, strict=False)), one[-1]] for one in document[name]]
        for name, order in sides.items()
    }
    idle = zip(("buyers", "stores", "couriers"), agents, strict=True)
    return {**found, "idle": {name: [own[n] for n in document["idle"][name]] for name, own in idle}}


@dataclass(frozen=True)
class _Paths:
    """Shortest distances and how they arise: the arc's tail, or -1 for the root; or a cycle below zero."""

    distance: Numbers
    before: Numbers
    cycle: tuple[int, ...] | None

    def chain(self, node: int) -> list[int]:
        """The nodes of the path that ends here, from its first."""
        found = [node]
        while self.before[found[-1]] >= 0:
            found.append(int(self.before[found[-1]]))
        return found[::-1]


def shortest(root: Numbers, arcs: Numbers, low: Numbers | None = None) -> _Paths:
    """Shortest paths from a root (Bellman, Ford), on a dense matrix of arcs ``arcs[tail, head]``.

    A cycle below zero shows in the predecessors within as many rounds as there are nodes. The search also ends once a
    distance is below ``low``: its path then has fewest arcs among such paths.
    """
    distance, before = root.copy(), np.full(len(root), -1, dtype=np.int64)
    while len(root) and (low is None or (distance >= low).all()):
        through = distance[:, None] + arcs
        best = through.min(axis=0)
        shorter = np.flatnonzero(best < distance)
        if not len(shorter):
            return _Paths(distance, before, None)
        distance[shorter] = best[shorter]
        before[shorter] = through[:, shorter].argmin(axis=0)
        cycle = _cycle(before)
        if cycle is not None:
            return _Paths(distance, before, cycle)
    return _Paths(distance, before, None)


def _cycle(before: Numbers) -> tuple[int, ...] | None:
    """A cycle of the predecessor graph; there is one only if some cycle's length is below zero."""
    state = np.zeros(len(before), dtype=np.int8)
    for start in range(len(before)):
        node, walk = start, []
        while node >= 0 and not state[node]:
            state[node] = 1
            walk.append(node)
            node = int(before[node])
        if node >= 0 and state[node] == 1:
            return tuple(walk[walk.index(node) :][::-1])
        state[walk] = 2
    return None


class Test:
    """One matching, put to the test.

    Attributes
    ----------
    i, j, k : arrays
        The trades' buyers, stores and couriers.
    unserved, unsold, free : arrays
        The inactive buyers, stores and couriers.
    takeover_arcs, greatest : arrays
        Once it has run: ``greatest`` are the busy couriers' greatest utilities (up to a constant if nobody is idle),
        and utilities z keep orders with their couriers if ``z_n <= z_m + takeover_arcs[m, n]``.
    envy_arcs, low, utilities : arrays
        Likewise, with the couriers' utilities greatest: the served buyers' greatest utilities, their lower bounds, and
        ``u_n <= u_m + envy_arcs[m, n]``.
    """

    def __init__(self, arrays: Arrays, trades: Sequence[Triple], tips: bool) -> None:
        self.arrays = arrays
        self.trades = trades
        self.tips = tips
        buyers, stores, couriers = arrays.shape
        self.i, self.j, self.k = np.array(trades, dtype=np.int64).reshape(-1, 3).T
        self.unserved = np.setdiff1d(np.arange(buyers), self.i)
        self.unsold = np.setdiff1d(np.arange(stores), self.j)
        self.free = np.setdiff1d(np.arange(couriers), self.k)
        self.deviations: Counter[tuple[int, ...]] = Counter()
        self.bought: Counter[tuple[int, ...]] = Counter()
        self.takeovers: Counter[tuple[int, ...]] = Counter()
        self.idle: tuple[set[int], set[int], set[int]] = (set(), set(), set())

    def run(self) -> Potentials | Contradiction:
        """Prices with the greatest utilities of couriers, then of buyers; or the contradiction."""
        couriers = self._courier_paths()
        if couriers is None:
            return self._contradiction()
        if not self.tips or not len(self.free):
            needed, who = (self.arrays.values, None) if not self.tips else (np.zeros_like(self.arrays.values), None)
        else:
            least, who = self.arrays.least(self.spread(couriers.distance))
            needed = self.arrays.values - least
        utilities = self._buyer_utilities(needed, who, couriers)
        if utilities is None:
            return self._contradiction()
        return self._potentials(utilities, couriers.distance)

    def spread(self, busy: Numbers) -> Numbers:
        """The busy couriers' utilities among all couriers, the idle at 0."""
        z = np.zeros(self.arrays.shape[2], dtype=self.arrays.values.dtype)
        z[self.k] = busy
        return z

    def _courier_paths(self) -> _Paths | None:
        """The greatest utilities of busy couriers; None if the couriers could share the orders at less cost."""
        own = self.arrays.costs(self.k, self.i, self.j)
        arcs = self.arrays.costs(self.k[:, None], self.i[None, :], self.j[None, :]) - own
        if len(self.free):
            reach = self.arrays.costs(self.free[:, None], self.i[None, :], self.j[None, :]) - own
            root = reach.min(axis=0) if len(self.i) else own
            self.nearest = self.free[reach.argmin(axis=0)] if len(self.i) else self.k
        else:
            root = np.zeros_like(own)
        paths = shortest(root, arcs, np.zeros_like(own) if len(self.free) else None)
        self.takeover_arcs, self.greatest = arcs, paths.distance
        if paths.cycle is not None:
            self._takeover_cycle(paths.cycle)
            return None
        if len(self.free) and len(own) and paths.distance.min() < 0:
            self._takeover_chain(paths.chain(int(paths.distance.argmin())))
            return None
        return paths

    def _takeover(self, order: int, courier: int) -> None:
        self.takeovers[(*self.trades[order], courier)] += 1

    def _takeover_cycle(self, cycle: Sequence[int]) -> None:
        for tail, head in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
            self._takeover(head, int(self.k[tail]))

    def _takeover_chain(self, chain: Sequence[int]) -> None:
        """An idle courier takes the first order of the chain, whose courier takes the next, and so on."""
        first = int(self.nearest[chain[0]])
        self.idle[2].add(first)
        self._takeover(chain[0], first)
        for tail, head in pairwise(chain):
            self._takeover(head, int(self.k[tail]))

    def _buyer_utilities(self, needed: Numbers, who: Numbers | None, couriers: _Paths) -> Numbers | None:
        """The greatest utilities of served buyers; None, after recording why, if there are none."""
        worth = self.arrays.values[self.i, self.j]
        if len(self.unserved) and len(self.unsold):
            outside = needed[np.ix_(self.unserved, self.unsold)]
            if outside.max() > 0:
                a, b = np.unravel_index(int(outside.argmax()), outside.shape)
                self._deviation(int(self.unserved[a]), int(self.unsold[b]), who, couriers)
                return None
        self.envy_arcs, self.low, self.utilities = np.zeros((0, 0), dtype=worth.dtype), worth, worth
        if not len(self.i):
            return worth
        root = worth.copy()
        if len(self.unserved):
            root = np.minimum(root, worth - needed[np.ix_(self.unserved, self.j)].max(axis=0))
        low = np.zeros_like(worth)
        if len(self.unsold):
            low = np.maximum(low, needed[np.ix_(self.i, self.unsold)].max(axis=1))
        self.envy_arcs, self.low = worth - needed[np.ix_(self.i, self.j)], low
        paths = shortest(root, self.envy_arcs, low)
        self.utilities = paths.distance
        if paths.cycle is not None:
            self._buyer_chain(paths.cycle[-1:] + paths.cycle, who, couriers)
            return None
        short = paths.distance - low
        if short.min() >= 0:
            return paths.distance
        last = int(short.argmin())
        chain = paths.chain(last)
        if root[chain[0]] < worth[chain[0]]:
            rival = int(self.unserved[needed[self.unserved, self.j[chain[0]]].argmax()])
            self._deviation(rival, int(self.j[chain[0]]), who, couriers)
        self.bought[self.trades[chain[0]][:2]] += 1
        self._buyer_chain(chain, who, couriers)
        if low[last] > 0:
            store = int(self.unsold[needed[self.i[last], self.unsold].argmax()])
            self._deviation(int(self.i[last]), store, who, couriers)
        return None

    def _buyer_chain(self, chain: Sequence[int], who: Numbers | None, couriers: _Paths) -> None:
        """Each buyer of the chain covets the store of the next."""
        for tail, head in pairwise(chain):
            self._deviation(int(self.i[tail]), int(self.j[head]), who, couriers)
            self.bought[self.trades[head][:2]] += 1

    def _deviation(self, buyer: int, store: int, who: Numbers | None, couriers: _Paths) -> None:
        """A buyer's wish for a store; with tips also the courier who would come, and who would replace that one."""
        if not np.isin(buyer, self.i):
            self.idle[0].add(buyer)
        if not np.isin(store, self.j):
            self.idle[1].add(store)
        if who is None:
            self.deviations[buyer, store] += 1
            return
        courier = int(who[buyer, store])
        self.deviations[buyer, store, courier] += 1
        busy = np.flatnonzero(self.k == courier)
        if len(busy):
            self._takeover_chain(couriers.chain(int(busy[0])))
        else:
            self.idle[2].add(courier)

    def _contradiction(self) -> Contradiction:
        def listed(counted: Counter[tuple[int, ...]]) -> list[list[int]]:
            return [[*agents, count] for agents, count in sorted(counted.items())]

        idle = dict(zip(("buyers", "stores", "couriers"), (sorted(side) for side in self.idle), strict=True))
        return Contradiction({
            "deviations": listed(self.deviations),
            "trades": listed(self.bought),
            "takeovers": listed(self.takeovers),
            "idle": idle,
        })  # fmt: skip

    def _potentials(self, utilities: Numbers, busy: Numbers) -> Potentials:
        buyers, stores, _ = self.arrays.shape
        dtype = self.arrays.values.dtype
        u, p = np.zeros(buyers, dtype=dtype), np.zeros(stores, dtype=dtype)
        u[self.i] = utilities
        p[self.j] = self.arrays.values[self.i, self.j] - utilities
        if not len(self.free) and len(busy):
            # Nobody is idle, so all couriers' utilities may rise together until no deviation pays.
            rise = max(0, -int(busy.min()))
            if self.tips:
                least, _ = self.arrays.least(self.spread(busy + rise))
                rise += max(0, int((self.arrays.values - u[:, None] - p - least).max()))
            busy = busy + rise
        return Potentials(u, p, self.spread(busy))
