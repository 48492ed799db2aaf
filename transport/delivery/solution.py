"""The solution of a delivery market: who trades with whom, and at which prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from dual.errors import SuasionError
from dual.kinds.delivery.costs import Triple
from dual.kinds.delivery.statement import DeliveryStatement
from dual.kinds.delivery.witness import Bound, Equilibrium, Listed, Matching, NoEquilibrium
from dual.words import brief
from transport.road.problem import Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table
from transport.road.views import Node

from .names import Names, names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

M_co = TypeVar("M_co", bound=Problem[DeliveryStatement, Any], covariant=True)


class MatchingSolution(Solution[M_co]):
    """A matching of buyers, stores and couriers, its prices, and the proof that no other is better."""

    primal: Matching | None
    dual: Bound | NoEquilibrium | None

    @cached_property
    def transactions(self) -> tuple[Triple, ...]:
        """The trades: (buyer, store, courier)."""
        return self.primal.transactions if self.primal else ()

    @property
    def names(self) -> Names:
        """The names of buyers, stores and couriers, or their numbers."""
        return names(self.problem.statement)

    @property
    def priced(self) -> bool:
        """Whether the solution comes with prices."""
        return isinstance(self.primal, Equilibrium)

    @cached_property
    def prices(self) -> tuple[Fraction, ...]:
        """The stores' prices."""
        return self.primal.prices if isinstance(self.primal, Equilibrium) else ()

    @cached_property
    def buyer_utilities(self) -> tuple[Fraction, ...]:
        """What buyers are left with."""
        return self.primal.utilities.buyers if isinstance(self.primal, Equilibrium) else ()

    @cached_property
    def courier_utilities(self) -> tuple[Fraction, ...]:
        """What couriers are left with."""
        return self.primal.utilities.couriers if isinstance(self.primal, Equilibrium) else ()

    @cached_property
    def tips(self) -> Mapping[tuple[int, int], Fraction]:
        """The tips on trades."""
        if not self.priced:
            return {}
        values, u, p = self.problem.statement.values, self.buyer_utilities, self.prices
        return {(i, j): values[i][j] - u[i] - p[j] for i, j, _ in self.transactions}

    @cached_property
    def compensations(self) -> Mapping[tuple[int, int], Fraction]:
        """The compensations on trades."""
        if not self.priced:
            return {}
        cost, z, tips = self.problem.statement.costs.at, self.courier_utilities, self.tips
        return {(i, j): z[k] + cost(k, i, j) - tips[i, j] for i, j, k in self.transactions}

    @property
    def deficit(self) -> Fraction | None:
        """Compensations minus prices over the trades; None without prices."""
        return self.primal.deficit if isinstance(self.primal, Equilibrium) else None

    def edges(self) -> Iterable[tuple[Node, Node, Mapping[str, Any]]]:
        """For every trade: buyer and store with the ``price`` (where there are prices), store and courier."""
        buyers, stores, couriers = self.names
        for i, j, k in self.transactions:
            yield ("buyer", buyers[i]), ("store", stores[j]), {"price": self.prices[j]} if self.priced else {}
            yield ("store", stores[j]), ("courier", couriers[k]), {}

    def facts(self) -> Iterable[tuple[str, str]]:
        """Market, rule and totals."""
        buyers, stores, couriers = self.problem.statement.shape
        statement = self.problem.statement
        tips = "with tips" if statement.tips else "without tips"
        yield "market", f"{buyers} buyers, {stores} stores, {couriers} couriers, {tips}, {statement.objective}"
        if self.grade == "infeasible" and self.dual is not None:
            yield "reason", f"every heaviest matching of buyers and stores has more than {couriers} pairs"
        if self.deficit is not None:
            sides = (self.buyer_utilities, self.prices, self.courier_utilities)
            u, p, z = (brief(sum(side, Fraction(0))) for side in sides)
            yield "utilities", f"buyers {u}, stores {p}, couriers {z}; platform deficit {brief(self.deficit)}"
        if "rule" in self.solver:
            yield "rule", str(self.solver["rule"])

    def tables(self) -> Sequence[Table]:
        """The trades, with prices, compensations and tips where there are any."""
        if self.primal is None:
            return ()
        rows = []
        buyers, stores, couriers = self.names
        header = ["buyer", "store", "courier", "value", "cost"]
        if self.priced:
            header += ["price", "tip", "compensation", "buyer has", "courier has"]
        for i, j, k in self.transactions:
            row: list[Cell] = [buyers[i], stores[j], couriers[k], self.problem.statement.values[i][j]]
            row.append(self.problem.statement.costs.at(k, i, j))
            if self.priced:
                row += [self.prices[j], self.tips[i, j], self.compensations[i, j]]
                row += [self.buyer_utilities[i], self.courier_utilities[k]]
            rows.append(row)
        return [Table("trades", header, rows)]

    def quotes(self) -> tuple[Table, Table, Table]:
        """What every buyer is quoted at every store: prices with tips added, the tips in them, and compensations.

        Off the trades a tip is the greatest that no courier follows: it shows what a buyer would have to add. Trades
        are marked with a star.

        Returns
        -------
        three tables
            A row a buyer, a column a store.

        Raises
        ------
        SuasionError
            If there are no prices, or so many pairs that the witness has no full tables.

        Examples
        --------
        >>> from transport import DeliveryMarket
        >>> totals, tips, _ = DeliveryMarket([[5, 4], [4, 2]], [[[0, 5], [5, 5]], [[5, 5], [5, 0]]]).solve().quotes()
        >>> print(tips.text())
        tips
                   store 0    store 1
        -------  ---------  ---------
        buyer 0         0*          5
        buyer 1          5         0*
        """
        if not isinstance(self.primal, Equilibrium):
            raise SuasionError("there are no prices to quote")
        tips, pay = self.primal.tips, self.primal.compensations
        if isinstance(tips, Listed) or isinstance(pay, Listed):
            raise SuasionError("the market has too many pairs for tables of all quotes; see tips and compensations")
        buyers, stores, _ = self.names
        totals = [[price + tip for price, tip in zip(self.prices, row, strict=True)] for row in tips]
        traded = {(i, j) for i, j, _ in self.transactions}

        def table(title: str, numbers: Sequence[Sequence[Fraction]]) -> Table:
            rows: list[Sequence[Cell]] = []
            for i, row in enumerate(numbers):
                cells = [brief(x) + ("*" if (i, j) in traded else "") for j, x in enumerate(row)]
                rows.append([buyers[i], *cells])
            return Table(title, ["", *stores], rows)

        return table("prices and tips", totals), table("tips", tips), table("compensations", pay)

    def plot(self, ax: Axes | None = None, places: Mapping[str, Sequence[Sequence[float]]] | None = None) -> Axes:
        """Draw the trades: on a map if places are known, else in columns of stores, buyers and couriers.

        Parameters
        ----------
        ax : Axes, optional
        places : mapping, optional
            ``"buyers"``, ``"stores"`` and ``"couriers"``: a point (x, y) for each of them.

        Raises
        ------
        SuasionError
            If matplotlib is not installed, there is nothing to draw, or too much for columns.
        """
        from .picture import draw_map, draw_trades

        if places is not None:
            return draw_map(self.transactions, self.problem.statement.shape, places, self.lower, ax)
        if self.primal is None:
            raise SuasionError("there is no matching to draw")
        paid = {(i, j): (self.prices[j], tip, self.compensations[i, j]) for (i, j), tip in self.tips.items()}
        return draw_trades(self.transactions, self.names, paid, self.lower, ax)
