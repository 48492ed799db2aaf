"""What comes about when a platform introduces some pairs: trades, prices, welfare, revenue, with their witness."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np

from dual.kinds.trading.valuations import Pair
from dual.kinds.trading.witness import Outcome, Ties
from transport.programs.arrays import Integers, Numbers

from .arrays import Model
from .graph import Graph, Sparse, integers
from .prices import FREE, Equilibrium, efficient_with_extreme_prices


class State:
    """The equilibrium that some introductions lead to, in integers; the fast form of an ``Outcome``.

    Parameters
    ----------
    model : Model
    introduced : iterable of pairs
    rule : {"largest", "smallest"}
    ties : {"platform", "hostile"}
        Which efficient matching comes about: the one that earns the platform most, or least.
    start : Equilibrium, optional
        A matching to start from.
    """

    def __init__(
        self,
        model: Model,
        introduced: Iterable[Pair],
        rule: str = "largest",
        ties: str = "platform",
        start: Equilibrium | None = None,
    ) -> None:
        self.model = model
        self.introduced = tuple(sorted(introduced))
        self.rule = rule
        self.ties = ties
        self.graph: Graph = model.graph(self.introduced)
        self.equilibrium = efficient_with_extreme_prices(self.graph, rule, start)
        self.proof: tuple[Numbers, Numbers] | None = None
        if self.introduced:
            self._break_ties()

    def _break_ties(self) -> None:
        found = self.equilibrium
        rows, columns = self.graph.tight(found.utilities, found.prices)
        hostile = self.ties == "hostile"
        if not hostile and len(rows) == sum(1 for _ in found.trades):
            return
        earned = np.zeros(len(rows), dtype=object)
        introduced = set(self.introduced)
        gross = found.prices + self.model.costs
        for k, pair in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
            if pair in introduced:
                earned[k] = int(gross[pair[1]])
        best, cover = among_efficient(self.graph.shape, found, (rows, columns), -earned if hostile else earned)
        if hostile:
            self.proof = cover[0] - best.utilities, cover[1] - best.prices
        if (best.seller_of != found.seller_of).any():
            self.equilibrium = efficient_with_extreme_prices(self.graph, self.rule, best)

    @cached_property
    def revenue(self) -> int:
        """The sum of the prices of introduced trades, in units."""
        owner = self.equilibrium.seller_of
        sold = [j for i, j in self.introduced if owner[i] == j]
        return int(sum(int(self.equilibrium.prices[j]) + int(self.model.costs[j]) for j in sold))

    @cached_property
    def welfare(self) -> int:
        """The gains from all trades, in units."""
        return self.equilibrium.welfare()

    def outcome(self) -> Outcome:
        """The same in exact numbers."""
        found, exact = self.equilibrium, self.model.exact
        unit = self.model.unit
        hostile = None
        if self.ties == "hostile":
            y, z = self.proof or (np.zeros(self.graph.shape[0], int), np.zeros(self.graph.shape[1], int))
            hostile = Ties(tuple(exact(y)), tuple(exact(z)))
        return Outcome(
            introduced=self.introduced,
            trades=tuple(found.trades),
            prices=tuple(exact(found.prices + self.model.costs)),
            utilities=tuple(exact(found.utilities)),
            support=tuple(self._support()),
            welfare=self.welfare * unit,
            revenue=self.revenue * unit,
            hostile=hostile,
        )

    def _support(self) -> list[int | str | None]:
        found = self.equilibrium
        sold = (found.buyer_of != FREE).tolist()
        parents = found.parents.tolist()
        if self.rule == "largest":
            return [("root" if p == FREE else p) if is_sold else None for p, is_sold in zip(parents, sold, strict=True)]
        return [p if price else None for p, price in zip(parents, found.prices.tolist(), strict=True)]


def among_efficient(
    shape: tuple[int, int], found: Equilibrium, pairs: tuple[Integers, Integers], earned: Numbers
) -> tuple[Equilibrium, tuple[Numbers, Numbers]]:
    """The efficient matching that earns most on tight pairs.

    At given prices the efficient matchings are those on tight pairs that cover everyone who gains from trade; a large
    reward for each one covered turns them into the best matchings of another market.

    Returns
    -------
    best : Equilibrium
        Of that other market, with largest prices.
    cover : (array, array)
        The rewards by buyer and by seller.
    """
    rows, columns = pairs
    top = max((abs(int(e)) for e in earned), default=0)
    reward = 1 + 2 * top * (min(shape) + 1)
    cover = tuple(
        np.array([reward * bool(g) for g in side.tolist()], dtype=object) for side in (found.utilities, found.prices)
    )
    total: Any = cover[0][rows] + cover[1][columns] + earned
    graph = Sparse(shape, rows, columns, integers(total))
    best = efficient_with_extreme_prices(graph, start=found if len(rows) < 200 else None)
    return best, (cover[0], cover[1])
