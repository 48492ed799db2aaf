"""AssignmentMarket: efficient trades, and the lattice of competitive prices from the smallest to the largest."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Unpack

from dual.numbers.exact import Vector
from transport.programs.progress import Progress
from transport.road.problem import Described
from transport.road.table import Cell, Table

from .network import TradingNetwork, TradingNetworkSolution


@dataclass(frozen=True)
class Lattice:
    """The competitive prices of a market, between two proven extremes.

    Attributes
    ----------
    largest, smallest : TradingNetworkSolution
        With certificates that their trades are efficient and their prices extreme.
    """

    largest: TradingNetworkSolution
    smallest: TradingNetworkSolution

    @property
    def range(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """For each seller the smallest and the largest competitive price."""
        return tuple(zip(self.smallest.prices, self.largest.prices, strict=True))

    @property
    def median(self) -> Vector:
        """Half way between the extremes, which is competitive as well (Thompson's fair division point)."""
        return tuple((low + high) / 2 for low, high in self.range)

    @property
    def median_utilities(self) -> Vector:
        """The buyers' utilities at the median prices."""
        pairs = zip(self.smallest.utilities, self.largest.utilities, strict=True)
        return tuple((one + other) / 2 for one, other in pairs)

    def table(self) -> Table:
        """Smallest, median and largest price of each seller."""
        problem = self.largest.problem
        rows: list[Sequence[Cell]] = [
            [problem.seller_name(j), low, middle, high]
            for j, ((low, high), middle) in enumerate(zip(self.range, self.median, strict=True))
        ]
        return Table("competitive prices", ["seller", "smallest", "median", "largest"], rows)


class AssignmentMarket(TradingNetwork, objective="equilibrium"):
    """Buyers and sellers who trade one thing each, without a platform (Shapley and Shubik 1971).

    A :class:`TradingNetwork` with the objective ``equilibrium``, where everyone knows everyone unless said otherwise.

    Parameters
    ----------
    values : array_like, shape (n, m), or mapping
        ``v_ij >= 0``; or ``{"pairs": [[i, j, v], ...], "shape": [n, m]}``, where an absent pair can never trade, or a
        SciPy sparse array; or ``{"buyers": [v_i], "sellers": m}``, where all m sellers are alike to each buyer.
    known : pairs (buyer, seller) by index or name, boolean matrix, mapping, or "all"
        Who may trade with whom.
    costs : array_like, shape (m,), optional
        Sellers' costs >= 0; prices include them.
    buyers, sellers : sequence of str, optional
        Labels, all different.
    price_rule : {"largest", "smallest"}
        Which competitive prices ``solve`` returns; :meth:`lattice` has both.
    missing : {"impossible"}, optional
        Reads None and NaN among the values as pairs that can never trade.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape, a number, a pair or a label is wrong; the message names the field.

    Examples
    --------
    >>> market = AssignmentMarket([[5, 3], [4, 1]])
    >>> solution = market.solve()
    >>> solution.lower, solution.trades, [str(p) for p in solution.prices]
    (Fraction(7, 1), ((0, 1), (1, 0)), ['4', '2'])
    >>> [tuple(map(str, prices)) for prices in market.lattice().range]
    [('2', '4'), ('0', '2')]
    """

    def __init__(
        self,
        values: object,
        known: object = "all",
        *,
        costs: object = None,
        buyers: Sequence[str] | None = None,
        sellers: Sequence[str] | None = None,
        price_rule: str | None = None,
        missing: str | None = None,
        **described: Unpack[Described],
    ) -> None:
        super().__init__(
            values,
            known,
            costs=costs,
            buyers=buyers,
            sellers=sellers,
            price_rule=price_rule,
            objective="equilibrium",
            missing=missing,
            **described,
        )

    def lattice(self, progress: Progress | bool | None = None) -> Lattice:
        """The largest and the smallest competitive prices, both proven.

        Examples
        --------
        >>> [str(p) for p in AssignmentMarket([[5, 3], [4, 1]]).lattice().median]
        ['3', '1']
        """
        found = {rule: self.under(rule).solve(progress=progress) for rule in ("largest", "smallest")}
        return Lattice(found["largest"], found["smallest"])

    def under(self, rule: str) -> AssignmentMarket:
        """The same market under another price rule."""
        if rule == self.statement.price_rule:
            return self
        return self.from_statement(dataclasses.replace(self.statement, price_rule=rule))
