"""What tips do: efficient welfare, the best equilibria with and without tips, and who gains and loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from transport.road.table import Cell, Table

from .arrays import Arrays
from .extremes import Extremes
from .solution import MatchingSolution

Range = tuple[Fraction, Fraction]
ZERO = Fraction(0)


@dataclass(frozen=True)
class TipsComparison:
    """Three solutions of one market.

    Attributes
    ----------
    efficient, with_tips, without_tips : DeliverySolution
        The last is infeasible if there is no equilibrium without tips.
    """

    efficient: MatchingSolution[Any]
    with_tips: MatchingSolution[Any]
    without_tips: MatchingSolution[Any]

    def totals(self, solution: MatchingSolution[Any]) -> dict[str, Fraction]:
        """Utilities of each side and the platform's deficit.

        The platform takes in the prices, so buyers and couriers together, minus the deficit, have the welfare.
        """
        if not solution.priced:
            return {}
        return {
            "buyers": sum(solution.buyer_utilities, ZERO),
            "stores": sum(solution.prices, ZERO),
            "couriers": sum(solution.courier_utilities, ZERO),
            "deficit": solution.deficit or ZERO,
        }

    def gains(self) -> dict[str, Fraction]:
        """What tips add to each side's total (at the prices the rule picked); empty if one side has no equilibrium."""
        after, before = self.totals(self.with_tips), self.totals(self.without_tips)
        return {side: after[side] - before[side] for side in after} if before else {}

    def table(self) -> Table:
        """Welfare, number of trades, utilities and deficit, a row a solution."""
        rows: list[Sequence[Cell]] = []
        for name, solution in (
            ("efficient", self.efficient),
            ("best with tips", self.with_tips),
            ("best without tips", self.without_tips),
        ):
            totals = self.totals(solution)
            welfare: list[Cell] = [solution.lower, solution.upper, solution.grade]
            cells = [totals.get(side) for side in ("buyers", "stores", "couriers", "deficit")]
            rows.append([name, *welfare, len(solution.transactions) if solution.primal else None, *cells])
        gains = self.gains()
        if gains:
            difference = _minus(self.with_tips.lower, self.without_tips.lower)
            cells = [gains[side] for side in ("buyers", "stores", "couriers", "deficit")]
            rows.append(["tips change", difference, None, "", None, *cells])
        header = ["", "welfare", "at most", "grade", "trades", "buyers", "stores", "couriers", "deficit"]
        return Table("what tips do", header, rows)

    def agents(self) -> Table:
        """What everybody has without tips and with them, and the change; empty if one side has no equilibrium."""
        rows: list[Sequence[Cell]] = []
        if self.with_tips.priced and self.without_tips.priced:
            sides = [
                (found.buyer_utilities, found.prices, found.courier_utilities)
                for found in (self.without_tips, self.with_tips)
            ]
            for names, before, after in zip(self.with_tips.names, *sides, strict=True):
                rows += [[name, old, new, new - old] for name, old, new in zip(names, before, after, strict=True)]
        return Table("who gains from tips", ["agent", "without tips", "with tips", "change"], rows)

    def price_ranges(self) -> Table:
        """The least and the greatest price of every sold store over all supporting prices, with and without tips."""
        rows: list[Sequence[Cell]] = []
        names = self.with_tips.names
        for name, solution in (("with tips", self.with_tips), ("without tips", self.without_tips)):
            rows += [[name, names[1][j], low, high] for j, (low, high) in sorted(price_ranges(solution).items())]
        return Table("supporting prices", ["equilibrium", "store", "least", "greatest"], rows)

    def __str__(self) -> str:
        return f"{self.table().text()}\n\n{self.price_ranges().text()}"


def _minus(after: Fraction | None, before: Fraction | None) -> Fraction | None:
    return None if after is None or before is None else after - before


def price_ranges(solution: MatchingSolution[Any]) -> dict[int, Range]:
    """The least and the greatest price of every sold store over all prices that support the solution's matching."""
    if not solution.priced:
        return {}
    arrays = Arrays.of(solution.problem.statement)
    ends = Extremes.of(arrays, solution.transactions, solution.problem.statement.tips)
    low, high = map(arrays.fractions, ends.prices())
    return {j: (least, most) for (_, j, _), least, most in zip(solution.transactions, low, high, strict=True)}
