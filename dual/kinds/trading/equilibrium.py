"""Competitive equilibria of assignment markets: who trades with whom, at which prices, and why those are extreme.

An equilibrium on a set of pairs is a matching with prices p and utilities u such that ``u_i + p_j >= v_ij`` on every
pair, with equality on trades; ``u_i = 0`` for buyers and ``p_j = c_j`` for sellers who do not trade (Shapley and
Shubik 1971). Its matching is then efficient. The prices form a lattice, and a chain of tight pairs proves that a
price is extreme:

* largest: each sold seller has a parent, ``"root"`` if her buyer pays her whole value (a higher price would lose
  him), or another seller her buyer would be as happy with, whose price is the largest possible as well.
* smallest: each seller above cost has another buyer who is as happy with her as with what he has, and who has nothing,
  or a seller whose price is the smallest possible as well.

Numbers are integers over one denominator, and prices are net of the sellers' costs.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import repeat
from operator import gt, sub

from dual.errors import InputError, Violation
from dual.numbers.exact import Vector
from dual.words import brief

from .valuations import Alike, Pair, Valuations

Support = Sequence[int | str | None]
"""For each seller what holds her price: nothing, an agent, or a buyer at his limit (``"root"``)."""
_SMALL = 2**62
"""Below this two numbers add up within a machine word, and a row is checked in lanes instead of one by one."""
FREE = -1
"""Stands for the partner of one who does not trade."""


@dataclass(frozen=True)
class Equilibrium:
    """A matching with its prices, checked by :func:`equilibrium`.

    ``seller_of`` and ``buyer_of`` hold partners or ``FREE``; ``utilities`` and ``net`` (prices net of cost) are
    integers over ``denominator``.
    """

    seller_of: Sequence[int]
    buyer_of: Sequence[int]
    utilities: Sequence[int]
    net: Sequence[int]
    denominator: int


@dataclass(frozen=True)
class Market:
    """The pairs on which trade is possible: ``adjacent[i]`` holds the numerators of buyer i's values by seller.

    For a complete row the numerators stand in a plain sequence instead of a mapping.
    """

    adjacent: Sequence[Mapping[int, int] | Sequence[int]]
    costs: tuple[Fraction, ...]
    denominator: int
    _covered: set[tuple[object, ...]] = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def on(cls, values: Valuations, costs: tuple[Fraction, ...], pairs: Sequence[Sequence[int]] | None) -> Market:
        """The market on some pairs (sellers by buyer), or on all pairs that have a value."""
        adjacent: list[Mapping[int, int] | Sequence[int]] = []
        for i, amounts in enumerate(values.amounts):
            who = values.sellers[i]
            if pairs is None:
                adjacent.append(amounts if isinstance(who, range) else values.row(i))
            elif isinstance(who, range):
                adjacent.append({j: amounts[j] for j in pairs[i]})
            else:
                row = values.row(i)
                adjacent.append({j: row[j] for j in pairs[i]})
        return cls(adjacent, costs, values.denominator)

    def value(self, i: int, j: int) -> int | None:
        """The numerator of a pair's value; None where the two cannot trade."""
        row = self.adjacent[i]
        return row.get(j) if isinstance(row, Mapping) else row[j]

    def scaled(self, *numbers: Sequence[Fraction]) -> tuple[int, list[list[int]]]:
        """A denominator common to the values and some numbers, and these as integers over it."""
        common = math.lcm(self.denominator, *(x.denominator for row in (self.costs, *numbers) for x in row))
        return common, [[x.numerator * (common // x.denominator) for x in row] for row in (self.costs, *numbers)]

    def cover(self, utilities: Sequence[int], gross: Sequence[int], denominator: int, names: str) -> None:
        """Refuse unless ``utilities[i] + gross[j] >= value(i, j)`` on every pair."""
        asked = (denominator, tuple(utilities), tuple(gross))
        if asked in self._covered:  # an equilibrium is its own dual witness; 25 million pairs need no second look
            return
        factor = denominator // self.denominator
        lanes = Lanes.of(gross) if factor == 1 else None
        for i, row in enumerate(self.adjacent):
            if not row or (lanes is not None and lanes.cover(utilities[i], row)):
                continue
            if isinstance(row, Alike):
                least = min(gross)
                if utilities[i] + least >= factor * row.amount:
                    continue
                row = {gross.index(least): row.amount}  # where the inequality fails most
            sellers: Sequence[int] = list(row) if isinstance(row, Mapping) else range(len(row))
            amounts: Iterable[int] = row.values() if isinstance(row, Mapping) else row
            prices = [gross[j] for j in sellers] if isinstance(row, Mapping) else gross
            if factor > 1:
                amounts = [factor * amount for amount in amounts]
            if any(map(gt, map(sub, amounts, prices), repeat(utilities[i]))):
                k, value = next((k, v) for k, v in enumerate(amounts) if v - prices[k] > utilities[i])
                side = names.format(i=i, j=sellers[k])
                raise Violation(
                    f"{side} = {_shown(utilities[i] + prices[k], denominator)}"
                    f" < {_shown(value, denominator)} = value of the pair ({i}, {sellers[k]})"
                )
        self._covered.add(asked)


@dataclass(frozen=True)
class Lanes:
    """Prices side by side in one long integer, 64 bits each, so that a complete row is compared by one subtraction.

    With a bit 2^63 added to each lane, ``utility + price - value`` never borrows from the next lane, and that bit
    survives exactly where the difference is not negative.
    """

    prices: int
    ones: int

    @classmethod
    def of(cls, prices: Sequence[int]) -> Lanes | None:
        """The prices in lanes, if they are small enough."""
        if set(map(type, prices)) != {int} or min(prices) < 0 or max(prices) >= _SMALL:
            return None
        lanes = array("q", prices), array("q", [1]) * len(prices)
        return cls(*(int.from_bytes(lane.tobytes(), sys.byteorder) for lane in lanes))

    def cover(self, utility: int, row: object) -> bool:
        """Whether utility plus price is at least the value for all of a row; False also if this cannot be told."""
        if not isinstance(row, array) or type(utility) is not int or not 0 <= utility < _SMALL:
            return False
        # Values are nonnegative 64-bit integers, hence below 2^63.
        top = self.ones << 63
        left = self.prices + utility * self.ones + top - int.from_bytes(row.tobytes(), sys.byteorder)
        return left & top == top


def _shown(numerator: int, denominator: int) -> str:
    return brief(numerator / Fraction(denominator))


def matching(pairs: Sequence[Pair], shape: Pair) -> tuple[list[int], list[int]]:
    """Partners by buyer and by seller; refuse pairs that share one."""
    seller_of, buyer_of = [FREE] * shape[0], [FREE] * shape[1]
    for i, j in pairs:
        if seller_of[i] != FREE:
            raise Violation(f"buyer {i} trades twice, with sellers {seller_of[i]} and {j}")
        if buyer_of[j] != FREE:
            raise Violation(f"seller {j} trades twice, with buyers {buyer_of[j]} and {i}")
        seller_of[i], buyer_of[j] = j, i
    return seller_of, buyer_of


def equilibrium(market: Market, trades: Sequence[Pair], prices: Vector, utilities: Vector) -> Equilibrium:
    """Check complementary slackness of trades, prices and utilities.

    Raises
    ------
    Violation
        Naming the first condition that fails, with both sides.
    """
    shape = len(market.adjacent), len(market.costs)
    seller_of, buyer_of = matching(trades, shape)
    common, (costs, gross, gains) = market.scaled(prices, utilities)
    factor = common // market.denominator
    for j, buyer in enumerate(buyer_of):
        if gross[j] < costs[j]:
            raise Violation(f"prices[{j}] = {brief(prices[j])} < {brief(market.costs[j])} = cost of seller {j}")
        if buyer == FREE and gross[j] != costs[j]:
            raise Violation(
                f"prices[{j}] = {brief(prices[j])} > {brief(market.costs[j])} = cost of seller {j}, who sells nothing"
            )
    for i, seller in enumerate(seller_of):
        if gains[i] < 0:
            raise Violation(f"utilities[{i}] = {brief(utilities[i])} < 0")
        if seller == FREE:
            if gains[i]:
                raise Violation(f"utilities[{i}] = {brief(utilities[i])} > 0, but buyer {i} buys nothing")
            continue
        value = market.value(i, seller)
        if value is None:
            raise Violation(f"buyer {i} trades with seller {seller}, but the two do not know each other")
        if gains[i] + gross[seller] != value * factor:
            raise Violation(
                f"utilities[{i}] + prices[{seller}] = {brief(utilities[i] + prices[seller])}"
                f" is not {_shown(value, market.denominator)} = value of their trade"
            )
    market.cover(gains, gross, common, "utilities[{i}] + prices[{j}]")
    return Equilibrium(seller_of, buyer_of, gains, list(map(sub, gross, costs)), common)


def assignment_bound(market: Market, u: Vector, p: Vector, where: str = "dual") -> Fraction:
    """The bound ``sum u + sum p`` on welfare, once ``u_i + p_j >= v_ij - c_j`` on every pair and both are >= 0."""
    for name, numbers in (("buyers", u), ("sellers", p)):
        for k, value in enumerate(numbers):
            if value < 0:
                raise Violation(f"{where}.{name}[{k}] = {brief(value)} < 0")
    common, (costs, buyers, sellers) = market.scaled(u, p)
    gross = [price + cost for price, cost in zip(sellers, costs, strict=True)]
    market.cover(buyers, gross, common, "buyers[{i}] + sellers[{j}] + cost")
    return (sum(buyers) + sum(sellers)) / Fraction(common)


def largest(market: Market, found: Equilibrium, support: Support) -> None:
    """Refuse unless each sold seller's parent leads along tight pairs to a buyer at his limit or an unsold seller."""
    leads: list[int] = [FREE] * len(support)
    for j, parent in enumerate(support):
        buyer = found.buyer_of[j]
        if buyer == FREE:
            if parent is not None:
                raise InputError("null is right here, as this seller sells nothing", f"primal.support[{j}]")
        elif parent == "root":
            if found.utilities[buyer]:
                raise Violation(
                    f"support[{j}] is root, but buyer {buyer} has utility"
                    f" {_shown(found.utilities[buyer], found.denominator)} > 0 and would bear a higher price"
                )
        else:
            if not isinstance(parent, int):
                raise InputError(
                    "a seller who sells is held by a seller or by her buyer's limit", f"primal.support[{j}]"
                )
            leads[j] = parent
            if leads[j] == j or not _tight(market, found, buyer, leads[j]):
                raise Violation(f"support[{j}] = {leads[j]}, but buyer {buyer} is not indifferent between them")
    _acyclic(leads)


def smallest(market: Market, found: Equilibrium, support: Support) -> None:
    """Refuse unless each seller above cost has another buyer, held by tight pairs, who would take a lower price."""
    leads: list[int] = [FREE] * len(support)
    for j, supporter in enumerate(support):
        if not found.net[j]:  # at cost, whoever is named; functions of a parameter may be so at single values of it
            continue
        if not isinstance(supporter, int):
            raise Violation(f"the price of seller {j} is above cost, but support[{j}] names no buyer who bids it up")
        i = supporter
        if found.seller_of[i] == j or not _tight(market, found, i, j):
            raise Violation(f"support[{j}] = {i}, but buyer {i} is not indifferent between seller {j} and his own")
        own = found.seller_of[i]
        if own != FREE and found.net[own]:
            leads[j] = own
    _acyclic(leads)


def _tight(market: Market, found: Equilibrium, i: int, j: int) -> bool:
    value = market.value(i, j)
    if value is None:
        return False
    cost = market.costs[j]
    net = value * (found.denominator // market.denominator) - cost * found.denominator
    return found.utilities[i] + found.net[j] == net


def _acyclic(leads: Sequence[int]) -> None:
    """Refuse a support that goes round in a circle and so holds nothing."""
    done = [False] * len(leads)
    for start in range(len(leads)):
        chain: list[int] = []
        here = start
        on_chain: set[int] = set()
        while here != FREE and not done[here]:
            if here in on_chain:
                raise Violation(f"the support of seller {here} leads back to seller {here}")
            on_chain.add(here)
            chain.append(here)
            here = leads[here]
        for each in chain:
            done[each] = True
