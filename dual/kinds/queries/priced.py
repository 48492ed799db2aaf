"""Adaptive queries that are paid when they are asked: the checker finds what the best tree is worth.

Each cell l+1..r of the order is asked again, or it is not::

    R(l, r) = max(V(l, r), max over s of R(l, s) + R(s, r) - c mass(l, r))

where mass(l, r) is how likely the query is asked at all; with at most K queries in a row R has K layers. Believers are
one cell: a cut among them is never better than the cut below them, and is asked no less often.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Final

from dual.limits import steps

from .statement import SimulationStatement

DERIVED: Final = 300
"""Pessimists up to which the checker finds the best tree: some 5 million triples of cuts."""
Layer = list[list[int]]


class Recursion:
    """R of an instance, layer by layer, in integers.

    Attributes
    ----------
    nodes : list of int
        Where cuts may be: 0, ..., m and the number of all types.
    layers : list of lists
        ``layers[k][i][j]`` of at most k queries in a row, between nodes i < j, in ``1/unit``.
    """

    def __init__(self, statement: SimulationStatement, nodes: list[int] | None = None) -> None:
        order = statement.order
        m, n = order.pessimists, len(order.q)
        self.nodes = nodes if nodes is not None else [*range(m + 1), *([n] if n > m else [])]
        size = len(self.nodes)
        law = statement.law
        chance = [sum((x for t in own for x in law[t]), Fraction(0)) for own in order.members]
        alone = self._alone(statement)
        asked = [statement.price * sum(chance[i:j], Fraction(0)) for i, j in pairwise(self.nodes)]
        self.unit = lcm(*(x.denominator for row in alone for x in row), *(x.denominator for x in asked))
        steps(size**3 // 3, f"the trees of queries between {size} nodes", self.unit)
        fees = [0]
        for x in asked:
            fees.append(fees[-1] + int(x * self.unit))
        layer = [[int(x * self.unit) for x in row] for row in alone]
        self.layers: list[Layer] = [layer]
        if statement.queries is None or statement.queries >= size:
            self.layers.append(self._layer(layer, fees, shared=True))
            return
        while len(self.layers) <= statement.queries:
            steps(len(self.layers) * size**3 // 3, f"{len(self.layers)} layers of {size} nodes", self.unit)
            following = self._layer(self.layers[-1], fees, shared=False)
            if following == self.layers[-1]:
                break
            self.layers.append(following)

    def _alone(self, statement: SimulationStatement) -> list[list[Fraction]]:
        """V between any two nodes; ``[i][j]`` with j <= i is zero."""
        order = statement.order
        size, n = len(self.nodes), len(order.q)
        steps(40 * size * n, f"the cells between {size} nodes", order.longest)
        found = [[Fraction(0)] * size for _ in range(size)]
        for j in range(1, size):
            r = self.nodes[j]
            best, at = Fraction(order.silent if r > order.pessimists else 0), min(r, order.pessimists)
            for i in range(j - 1, -1, -1):
                while at > self.nodes[i]:  # one more target
                    at -= 1
                    if r > order.pessimists:
                        best = max(best, order.ends[at])
                    else:
                        g, d = order.q[at]
                        best = max(best, Fraction(d * (order.H[r] - order.H[at]) + g * (order.L[r] - order.L[at]), d))
                found[i][j] = best / order.unit
        return found

    def _layer(self, before: Layer, fees: list[int], shared: bool) -> Layer:
        """R with one more query in a row than before; of any number if the parts are those of this layer itself."""
        size = len(before)
        best = [list(row) for row in before]
        parts = best if shared else before
        for length in range(2, size):  # shorter cells first
            for i in range(size - length):
                j = i + length
                split = max(parts[i][s] + parts[s][j] for s in range(i + 1, j))
                best[i][j] = max(best[i][j], split - (fees[j] - fees[i]))
        return best

    def value(self) -> Fraction:
        """What the best tree is worth, beyond what the sender gets if nobody acts."""
        return Fraction(self.layers[-1][0][-1], self.unit)
