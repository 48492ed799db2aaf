"""Queries that are given as partitions of the types: the checker looks at every choice of them.

Choices are made one query after another, and cells are divided on the way. What a cell is worth is looked up once:
cells are sets of types, written as bits. All values are integers over one denominator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import comb, lcm
from typing import Final

from dual.limits import NUMBERS, steps

from .order import Order
from .statement import SimulationStatement

_LOOK: Final = 12
"""Steps of looking at one choice, for each of its cells and types: it is divided, and its parts are looked up."""
Cells = tuple[int, ...]


class Refinements:
    """The choices of partitions, with what they are worth.

    Parameters
    ----------
    statement : SimulationStatement
    """

    def __init__(self, statement: SimulationStatement) -> None:
        self.statement, self.order = statement, statement.order
        place = {t: k for k, own in enumerate(self.order.members) for t in own}
        # Types of one threshold that a query separates stay apart, so cells are made of types, not of thresholds.
        self.types = sorted(place, key=lambda t: (place[t], t))
        self.place = [place[t] for t in self.types]
        self.masses = _masses(statement, self.types)
        self.blocks: list[list[int]] = []
        for partition in statement.partitions or ():
            found: dict[int | str, int] = {}
            for k, t in enumerate(self.types):
                found[partition[t]] = found.get(partition[t], 0) | 1 << k
            self.blocks.append(list(found.values()))
        self._known: dict[int, int] = {}

    @cached_property
    def unit(self) -> int:
        """What all values count in, besides the unit of masses."""
        order = self.order
        m = order.pessimists
        finite = [(g, d) for g, d in order.q[m:] if g > d > 0]
        found = lcm(*(d for _, d in order.q[:m]))
        for g, d in order.q[:m]:
            for G, D in finite:
                found = lcm(found, G * d - g * D)
        return found

    def worth(self, cell: int) -> int:
        """What a cell is worth, in ``1/(unit order.unit)``."""
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = int(self.part(cell).best()[0] * self.unit)
        return known

    def part(self, cell: int) -> Order:
        """The types of a cell."""
        order = self.order
        chosen = [k for k in range(len(self.types)) if cell >> k & 1]
        places = [self.place[k] for k in chosen]
        return Order(
            [order.q[p] for p in places],
            [self.masses[k][1] for k in chosen],
            [self.masses[k][0] for k in chosen],
            order.unit,
            [[self.types[k]] for k in chosen],
        )

    def refined(self, cells: Cells, query: int) -> Cells:
        """Cells divided by one more query."""
        return tuple(part for cell in cells for block in self.blocks[query] if (part := cell & block))

    def cells(self, chosen: Sequence[int]) -> Cells:
        """The cells that some queries make together, the one of the first type in the file first."""
        cells: Cells = ((1 << len(self.types)) - 1,)
        for query in chosen:
            cells = self.refined(cells, query)
        return tuple(sorted(cells, key=self.first))

    def first(self, cell: int) -> int:
        """The first type of a cell."""
        return min(self.types[k] for k in range(len(self.types)) if cell >> k & 1)

    def value_of(self, chosen: Sequence[int]) -> Fraction:
        """What queries are worth, less their price, beyond what the sender gets if nobody acts."""
        total = sum(map(self.worth, self.cells(chosen)))
        return Fraction(total, self.unit * self.order.unit) - self.statement.price * len(chosen)

    def choices(self) -> int:
        """How many choices there are to look at."""
        m = len(self.blocks)
        most = min(self.statement.most, m)
        return sum(comb(m, k) for k in (range(most + 1) if self.statement.price else [most]))

    def best(self) -> tuple[Fraction, tuple[int, ...]]:
        """What the best choice is worth, and the first that is."""
        m, most = len(self.blocks), self.statement.most
        n = len(self.types)
        longest = max(self.unit, self.order.longest)
        steps(_LOOK * self.choices() * min(n, 2 ** min(most, 10)), f"{self.choices():,} choices of queries", longest)
        best: tuple[Fraction, tuple[int, ...]] | None = None
        for count in range(most + 1) if self.statement.price else [most]:
            fee = self.statement.price * count
            top, chosen = self._deepest((((1 << n) - 1),), (), count, m)
            found = Fraction(top, self.unit * self.order.unit) - fee
            if best is None or found > best[0]:
                best = found, chosen
        return best or (Fraction(0), ())

    def _deepest(self, cells: Cells, chosen: tuple[int, ...], left: int, m: int) -> tuple[int, tuple[int, ...]]:
        """The best choice that goes on from one."""
        if not left:
            if len(self._known) > NUMBERS:
                self._known.clear()
            return sum(map(self.worth, cells)), chosen
        best = -1, chosen
        start = chosen[-1] + 1 if chosen else 0
        for query in range(start, m - left + 1):
            found = self._deepest(self.refined(cells, query), (*chosen, query), left - 1, m)
            if found[0] > best[0]:
                best = found
        return best

    def everything(self) -> Fraction:
        """What all queries together are worth, for nothing: a bound."""
        cells = self.cells(range(len(self.blocks)))
        return Fraction(sum(map(self.worth, cells)), self.unit * self.order.unit)


def _masses(statement: SimulationStatement, types: Sequence[int]) -> list[tuple[int, int]]:
    """What each type gives in states 0 and 1 if she acts."""
    gains = statement.gains[0]
    return [(gains[t][1][0] - gains[t][0][0], gains[t][1][1] - gains[t][0][1]) for t in types]


def parts(statement: SimulationStatement, chosen: Sequence[int]) -> Iterator[Order]:
    """The types of each cell that some queries make."""
    refinements = Refinements(statement)
    return (refinements.part(cell) for cell in refinements.cells(chosen))
