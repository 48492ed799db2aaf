"""What multipliers of rows of envy prove of a market or a part of it; :mod:`dual.kinds.trading.revenue` says why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from dual.numbers.exact import over_common_denominator

from .price_bounds import Pairs, Side

SLOPES = 18
"""Bits after the point of a slope."""


@dataclass(frozen=True)
class Row:
    """A row: a known pair, its multiplier, what floors leave of its value, the capped terms and the floors."""

    buyer: int
    seller: int
    weight: Fraction
    left: int
    capped_sellers: frozenset[int]
    capped_buyers: frozenset[int]
    floors: tuple[int, int]

    @property
    def plain(self) -> bool:
        """Whether this is a row of the program itself."""
        return not (self.capped_sellers or self.capped_buyers or any(self.floors))

    def above(self, utility: int, price: int) -> Row:
        """The row of what the two have beyond a utility and a price; it says nothing if it leaves nothing."""
        floors = max(self.floors[0] - utility, 0), max(self.floors[1] - price, 0)
        value = self.left + sum(self.floors) - utility - price
        return replace(self, left=value - sum(floors), floors=floors)


def slope(value: int, floor: int, left: int) -> int:
    """``min((value - floor)+, left) / min(value, floor + left)`` in multiples of 2^-18, rounded up."""
    if value <= floor or not left:
        return 0
    return -(-(min(value - floor, left) << SLOPES) // min(value, floor + left))


@dataclass(frozen=True)
class Scope:
    """The pairs that may trade, with what utilities and prices have beyond the least, in units.

    Attributes
    ----------
    pairs, suitors : lists of lists of (partner, value, unknown?)
        For each buyer and for each seller; the value is that beyond the least utility and price. The latter lists
        are used only for rows with caps or floors.
    rooms : (list of int, list of int)
        The most that utilities and prices have beyond the least.
    fees : list of int
        What the platform earns of a seller's trade besides: the cost and the least price net of it.
    forced : set of (buyer, seller)
        Pairs that trade.
    must : (list of bool, list of bool)
        The buyers and sellers who must trade.
    """

    pairs: Pairs
    suitors: Pairs
    rooms: tuple[Sequence[int], Sequence[int]]
    fees: Sequence[int]
    forced: frozenset[tuple[int, int]]
    must: tuple[Sequence[bool], Sequence[bool]]

    @classmethod
    def of(cls, buyers: Side, sellers: Side, costs: Sequence[int]) -> Scope:
        """The scope that bounds on utilities and prices leave."""
        u, p = buyers.low, sellers.low
        pairs = [[(j, w - u[i] - p[j], new) for j, w, new in row] for i, row in enumerate(buyers.pairs)]
        suitors = [[(i, w - u[i] - p[j], new) for i, w, new in row] for j, row in enumerate(sellers.pairs)]
        first, second = ([high - low for low, high in zip(s.low, s.high, strict=True)] for s in (buyers, sellers))
        forced = frozenset((i, row[0][0]) for i, row in enumerate(pairs) if buyers.must[i] and len(row) == 1)
        fees = [cost + price for cost, price in zip(costs, p, strict=True)]
        return cls(pairs, suitors, (first, second), fees, forced, (buyers.must, sellers.must))

    def bound(
        self,
        multipliers: tuple[Sequence[Fraction], Sequence[Fraction]],
        rows: Sequence[Row],
        unit: int,
        one_of: frozenset[tuple[int, int]] = frozenset(),
    ) -> Fraction | None:
        """What multipliers of buyers, sellers and rows prove; None if a pair trades at a loss or not at all.

        With some pairs given, only where at least one of them trades: then a pair's profit counts even if negative.
        There are ``unit`` units in 1.
        """
        weights, denominator = over_common_denominator([row.weight for row in rows])
        scale = denominator << SLOPES
        common = math.lcm(unit * scale, *(x.denominator for side in multipliers for x in side))
        buyers, sellers = ([x.numerator * (common // x.denominator) for x in side] for side in multipliers)
        factor = common // (unit * scale)
        paid, out, into, others = self._sums(rows, weights)
        total = sum(buyers) + sum(sellers) - paid * factor
        rest = set(self.forced)
        utilities, prices = self.rooms
        forced, fees = self.forced, self.fees
        nothing: Mapping[int, list[int]] = {}
        largest: int | None = None
        for i, row in enumerate(self.pairs):
            envy, limit, more, room = out[i], buyers[i], others.get(i, nothing), utilities[i]
            for j, value, unknown in row:
                mine = envy
                gain = into[j] - envy
                profit = 0
                if j in more:
                    more_out, more_in, profit = more[j]
                    mine += more_out
                    gain += more_in - more_out
                if unknown:
                    gain += scale
                    profit += fees[j] * scale
                # The price lies between value - room and prices[j], and between 0 and the value.
                if gain > 0:
                    profit += mine * value + gain * min(value, prices[j])
                elif value > room:
                    profit += mine * value + gain * (value - room)
                else:
                    profit += mine * value
                excess = profit * factor - limit - sellers[j]
                if forced and (i, j) in forced:
                    total += excess
                    rest.discard((i, j))
                elif excess > 0:
                    total += excess
                if one_of and (i, j) in one_of:
                    largest = excess if largest is None else max(largest, excess)
        if one_of.isdisjoint(forced):
            total += min(largest or 0, 0)
        return None if rest else Fraction(total, common)

    def _sums(
        self, rows: Sequence[Row], weights: Sequence[int]
    ) -> tuple[int, list[int], list[int], dict[int, dict[int, list[int]]]]:
        """``sum of d h`` in units; d by buyer and by seller of rows that are plain; and by pair what others add.

        What others add is a list: to the buyer's d, to the seller's, and to the profit in units.
        """
        out, into = [0] * len(self.pairs), [0] * len(self.fees)
        more: dict[int, dict[int, list[int]]] = {}
        paid = 0
        for row, d in zip(rows, weights, strict=True):
            paid += d * row.left << SLOPES
            if row.plain:
                out[row.buyer] += d << SLOPES
                into[row.seller] += d << SLOPES
            else:
                self._more(row, d, more)
        return paid, out, into, more

    def _more(self, row: Row, d: int, more: dict[int, dict[int, list[int]]]) -> None:
        """What a row with caps or floors adds to the pairs that it speaks of."""
        i, j, capped = row.buyer, row.seller, d * row.left << SLOPES
        mine = more.setdefault(i, {})
        for k, value, _ in self.pairs[i]:
            if k == j or k in row.capped_sellers:
                mine.setdefault(k, [0, 0, 0])[2] += capped
            elif value > row.floors[0]:
                mine.setdefault(k, [0, 0, 0])[0] += d * slope(value, row.floors[0], row.left)
        for buyer, value, _ in self.suitors[j]:
            if buyer == i:
                continue
            if buyer in row.capped_buyers:
                more.setdefault(buyer, {}).setdefault(j, [0, 0, 0])[2] += capped
            elif value > row.floors[1]:
                more.setdefault(buyer, {}).setdefault(j, [0, 0, 0])[1] += d * slope(value, row.floors[1], row.left)
