"""Efficient matchings and extreme competitive prices, exactly.

Given an efficient matching, the largest competitive prices are the fixed point of

    ``p_j = min(w_ij, min over j' of w_ij - w_ij' + p_j')``  for the buyer i of j,

reached from above: a price falls when its buyer would rather take another seller (Shapley and Shubik 1971; Bellman and
Ford's algorithm on the sellers, where only those whose price has fallen are looked at again, the lowest prices first).
The seller at whom the minimum is attained is the parent that proves the price largest. If the matching was not
efficient, the iteration finds a chain of trades that improves it; so any matching, for instance a float solver's, is a
start. The smallest prices are the same thing with the two sides exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from transport.programs.arrays import Integers, Numbers

from .auction import auction
from .graph import Graph, Sparse

FREE = -1
"""Nobody's partner."""
_PATIENCE = 16
"""Rounds between two looks for a circle of parents, which is what rounds without end have: a look takes as long as
one."""
_SHARE = 16
"""Of the waiting columns, those of lowest prices go first: most that they offer is final and never done again."""
_FEW = 8
"""Of the sellers to look at, a share is taken at once, and no fewer than these."""
_SMALL = 250_000
"""Up to this many entries a sparse graph is matched as a matrix."""


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """An efficient matching with extreme prices, in the graph's integers.

    Attributes
    ----------
    seller_of, buyer_of : arrays of partners, ``FREE`` for none
    utilities, prices : arrays
        Buyers' utilities; prices net of the sellers' costs.
    parents : array, shape (m,)
        Largest prices: the seller to whom a price is tied; smallest: the buyer who bids it up. ``FREE`` for none.
    """

    seller_of: Integers
    buyer_of: Integers
    utilities: Numbers
    prices: Numbers
    parents: Integers

    @property
    def trades(self) -> Iterator[tuple[int, int]]:
        """The matching as pairs, in the order of buyers."""
        return ((i, j) for i, j in enumerate(self.seller_of.tolist()) if j != FREE)

    def welfare(self) -> int:
        """The sum of utilities and prices."""
        return int(sum(self.utilities.tolist()) + sum(self.prices.tolist()))


def efficient_with_extreme_prices(graph: Graph, rule: str = "largest", start: Equilibrium | None = None) -> Equilibrium:
    """An efficient matching with the largest or the smallest competitive prices.

    Parameters
    ----------
    graph : Graph
    rule : {"largest", "smallest"}
    start : Equilibrium, optional
        Its matching is improved instead of a float solver's.
    """
    matching = _Matching(graph, suggestion(graph) if start is None else start.seller_of)
    if rule == "largest":
        prices, utilities, parents = matching.extreme_prices(False)
        return Equilibrium(matching.seller_of, matching.buyer_of, utilities, prices, parents)
    utilities, prices, rivals = matching.extreme_prices(True)
    sold = np.flatnonzero(matching.buyer_of != FREE)
    parents = np.full(graph.shape[1], FREE)
    parents[sold] = rivals[matching.buyer_of[sold]]
    return Equilibrium(matching.seller_of, matching.buyer_of, utilities, prices, parents)


def suggestion(graph: Graph) -> Integers:
    """A float solver's matching: partners of the rows, ``FREE`` for none. Nothing rests on it but speed."""
    large = graph.shape[0] * graph.shape[1] > _SMALL
    if isinstance(graph, Sparse) and large:
        return auction(graph)
    from scipy.optimize import linear_sum_assignment

    if isinstance(graph, Sparse):
        # An auction among equals can go on for long; where the matrix is small, it is quicker.
        rows, columns, weights = graph.floats()
        gains = np.zeros(graph.shape)
        gains[rows, columns] = np.maximum(weights, 0.0)
    else:
        gains = np.maximum(graph.floats(), 0.0)
    costs = -gains
    # Where every column, or row, finds a partner, its least cost does not matter, and without it the search is shorter.
    if costs.shape[0] >= costs.shape[1]:
        costs -= costs.min(axis=0)
    if costs.shape[0] <= costs.shape[1]:
        costs -= costs.min(axis=1)[:, None]
    rows, columns = linear_sum_assignment(costs)
    seller_of: Integers = np.full(graph.shape[0], FREE)
    use = gains[rows, columns] > 0
    seller_of[rows[use]] = columns[use]
    return seller_of


class _Matching:
    """A matching that is improved until prices support it."""

    def __init__(self, graph: Graph, seller_of: Integers) -> None:
        self.graph = graph
        self.seller_of = seller_of.copy()
        self.buyer_of = np.full(graph.shape[1], FREE)
        rows = np.flatnonzero(self.seller_of != FREE)
        self.buyer_of[self.seller_of[rows]] = rows

    def extreme_prices(self, swap: bool) -> tuple[Numbers, Numbers, Integers]:
        """Largest prices of one side, the other side's gains, and the parents of the prices."""
        while True:
            graph = self.graph.swapped if swap else self.graph
            sides = (self.buyer_of, self.seller_of) if swap else (self.seller_of, self.buyer_of)
            found = _settle(graph, *sides)
            if not isinstance(found, list):
                return found
            for chain in found:
                _shift(chain, *sides)


Chain = tuple[int, list[int], bool]
"""A free row that enters (or FREE), the columns passed on, and whether the last one's row leaves or closes a circle."""


def _settle(graph: Graph, partner: Integers, owner: Integers) -> tuple[Numbers, Numbers, Integers] | list[Chain]:
    """Let the columns' prices fall until they settle; if they cannot, return chains that improve the matching."""
    zero = np.zeros(1, dtype=graph.dtype)
    gains, prices = np.repeat(zero, graph.shape[0]), np.repeat(zero, graph.shape[1])
    sold = np.flatnonzero(owner != FREE)
    worth = prices.copy()
    worth[sold] = graph.weights(owner[sold], sold)
    if len(sold) and worth[sold].min() < 0:
        return [(FREE, [int(j)], False) for j in sold if worth[j] < 0]
    prices[sold] = worth[sold]
    parents = np.full(graph.shape[1], FREE)
    waiting = np.ones(graph.shape[1], dtype=np.bool_)
    rounds = 0
    while waiting.any():
        changed = _lowest(np.flatnonzero(waiting), prices)
        waiting[changed] = False
        rows, offers, sources = graph.offers(changed, prices[changed], gains)
        lone = partner[rows] == FREE
        if lone.any():
            return _disjoint(parents, list(zip(rows[lone].tolist(), sources[lone].tolist(), strict=True)))
        gains[rows] = offers
        changed = partner[rows]
        prices[changed] = worth[changed] - offers
        parents[changed] = sources
        waiting[changed] = True
        below = changed[prices[changed] < 0] if len(changed) else changed
        if len(below):
            return _disjoint(parents, [(FREE, j) for j in below.tolist()])
        rounds += 1
        if rounds % _PATIENCE == 0:
            circle = _circle(parents)
            if circle:
                return [(FREE, circle, True)]
    return prices, gains, parents


def _lowest(columns: Integers, prices: Numbers) -> Integers:
    """The columns of lowest prices: these fall least from now on, and what they offer is most often final."""
    count = max(_FEW, len(columns) // _SHARE)
    if len(columns) <= count:
        return columns
    return columns[np.argpartition(prices[columns], count - 1)[:count]]


def _disjoint(parents: Integers, starts: list[tuple[int, int]]) -> list[Chain]:
    """Follow parents from each start; keep chains that share nothing with one kept before."""
    touched: set[int] = set()
    rows: set[int] = set()
    chains: list[Chain] = []
    for row, column in starts:
        chain: list[int] = []
        seen: set[int] = set()
        here = column
        while here != FREE and here not in touched:
            if here in seen:
                return [(FREE, chain[chain.index(here) :], True)]
            seen.add(here)
            chain.append(here)
            here = int(parents[here])
        if here == FREE and row not in rows:
            touched |= seen
            if row != FREE:
                rows.add(row)
            chains.append((row, chain, False))
    return chains


def _shift(chain: Chain, partner: Integers, owner: Integers) -> None:
    """Each column of a chain goes to the row before it; each of their rows takes the next column."""
    entering, columns, closed = chain
    rows = [int(owner[j]) for j in columns]
    if closed:
        entering = rows[-1]
    for row in rows:
        if row != FREE:
            partner[row] = FREE
    for row, column in zip([entering, *rows], columns, strict=False):
        owner[column] = row
        if row != FREE:
            partner[row] = column


def _circle(parents: Integers) -> list[int]:
    """The columns of a circle of parents; empty if there is none."""
    reach = parents.copy()
    steps = 1
    while steps <= len(parents):
        inside = reach != FREE
        reach[inside] = reach[reach[inside]]
        if not (reach != FREE).any():
            return []
        steps *= 2
    here = int(reach[np.flatnonzero(reach != FREE)[0]])
    circle = [here]
    while (here := int(parents[here])) != circle[0]:
        circle.append(here)
    return circle
