"""A part of a market in a branching tree: who may trade with whom there, and what follows for utilities and prices.

A box says for some pairs whether they trade, and between which integers some utilities u_i and prices net of cost p_j
lie, in units. With w_ij the net value, these are true of every equilibrium in the box whose numbers are integers:

* a pair that trades has ``u_i + p_j = w_ij``, so it may trade only if ``least u_i + least p_j <= w_ij <= greatest u_i +
  greatest p_j``, and neither of the two has to trade with somebody else;
* a price is ``w_ij - u_i`` of the pair that trades, or 0, so ``p_j <= max(0, max of w_ij - least u_i)`` over the pairs
  of j that may trade;
* nobody envies an acquaintance, so ``p_j >= w_ij - greatest u_i`` if i and j know each other and ``w_ij >= 0``;
* both hold for utilities, too, with the sides exchanged;
* who has a positive utility or price trades, and who must trade and has one pair left does so in that pair.

A certificate lists which of these it uses, one after another. Nothing lies in the box if a least number exceeds the
greatest, or if who must trade has no pair left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dual import limits
from dual.errors import Violation
from dual.numbers.exact import index, items

from .statement import TradingNetworkStatement

Member = int
"""Buyers are numbered 0, 1, ..., n - 1 and sellers n, n + 1, ..., n + m - 1."""
_STORED = 1_000_000
"""Lists of so many pairs are kept, some 150 bytes each; of larger markets, buyers' lists are made anew each time."""
STEPS_EACH = 20
"""What a pair costs in :mod:`dual.limits`' steps whenever it is looked at: one or two microseconds."""
_TREE = "going through the pairs of a certificate's nodes"


class Variables:
    """A market in units, with its variables numbered.

    Of n buyers and m sellers, the variable of the pair (i, j) has number ``i m + j``, that of buyer i's utility
    ``n m + i``, and that of seller j's price net of cost ``n m + n + j``; the latter two are counted in units.
    """

    def __init__(self, statement: TradingNetworkStatement) -> None:
        self.statement = statement
        self.values = statement.values
        self.buyers, self.width = self.values.shape
        self.pairs = self.buyers * self.width
        self.members = self.buyers + self.width
        self.unit = int(1 / statement.unit)
        self.costs = [int(cost * self.unit) for cost in statement.costs]
        self._factor = self.unit // self.values.denominator

    def net(self, i: int, j: int) -> int | None:
        """A pair's net value; None if it can never trade."""
        amount = self.values.amount(i, j)
        return None if amount is None else amount * self._factor - self.costs[j]

    def known_value(self, i: int, j: int, where: str) -> int:
        """The net value of a pair that knows each other and trades without loss."""
        value = self.net(i, j) if j in self.statement.acquaintances[i] else None
        if value is None or value < 0:
            raise Violation(f"{where} is the pair ({i}, {j}), but the two do not know each other, or trade at a loss")
        return value

    def row(self, member: Member) -> Sequence[tuple[Member, int]]:
        """(partner, net value) wherever trade with a member creates no loss."""
        if self.values.pairs() <= _STORED or member >= self.buyers:
            found = self._rows[member]
            limits.spend(STEPS_EACH * len(found), _TREE)
            return found
        limits.spend(STEPS_EACH * len(self.values.sellers[member]), _TREE)
        return self._buyer(member)

    def _buyer(self, i: int) -> list[tuple[Member, int]]:
        pairs = zip(self.values.sellers[i], self.values.amounts[i], strict=True)
        net = [(self.buyers + j, amount * self._factor - self.costs[j]) for j, amount in pairs]
        return [entry for entry in net if entry[1] >= 0]

    @cached_property
    def _rows(self) -> list[list[tuple[Member, int]]]:
        limits.numbers(2 * self.values.pairs(), f"the table of {self.buyers:,} x {self.width:,} pairs")
        found = [*map(self._buyer, range(self.buyers)), *([] for _ in range(self.width))]
        for i in range(self.buyers):
            for k, net in found[i]:
                found[k].append((i, net))
        return found

    @cached_property
    def top(self) -> int:
        """The largest net value."""
        limits.spend(STEPS_EACH * self.values.pairs(), _TREE)
        return max((net for i in range(self.buyers) for _, net in self.row(i)), default=0)

    def pair(self, member: Member, partner: Member) -> tuple[int, int]:
        """The buyer and the seller among two members, as a pair."""
        i, j = sorted((member, partner))
        return i, j - self.buyers

    def part(self, box: Mapping[int, tuple[int, int]]) -> Part:
        """What a box says."""
        low, high = [0] * self.members, [self.top] * self.members
        partner: dict[Member, Member] = {}
        closed: set[tuple[int, int]] = set()
        impossible = False
        for k, (least, most) in box.items():
            if k >= self.pairs:
                low[k - self.pairs], high[k - self.pairs] = least, most
                continue
            i, j = divmod(k, self.width)
            if most <= 0:
                closed.add((i, j))
            elif least >= 1:
                impossible |= i in partner or self.buyers + j in partner
                partner[i], partner[self.buyers + j] = self.buyers + j, i
        return Part(self, low, high, partner, closed, impossible)


@dataclass
class Part:
    """The bounds of all members' utilities and prices, whom some must trade with, which pairs are closed."""

    market: Variables
    low: list[int]
    high: list[int]
    partner: dict[Member, Member]
    closed: set[tuple[int, int]]
    impossible: bool

    def open(self, member: Member) -> Iterator[tuple[Member, int]]:
        """The (partner, net value) with which a member may trade."""
        low, high, partner, closed = self.low, self.high, self.partner, self.closed
        least, most, forced = low[member], high[member], partner.get(member)
        for other, net in self.market.row(member):
            if (
                least + low[other] <= net <= most + high[other]
                and (forced is None or forced == other)
                and partner.get(other, member) == member
                and (not closed or self.market.pair(member, other) not in closed)
            ):
                yield other, net

    def must(self, member: Member) -> bool:
        """Whether a member must trade."""
        return self.low[member] > 0 or member in self.partner

    def empty(self, one_of: Collection[tuple[int, int]] = ()) -> bool:
        """Whether somebody must trade and cannot, or none of some pairs may trade."""
        if self.impossible or any(self.must(k) and not any(self.open(k)) for k in range(self.market.members)):
            return True
        buyers = {i for i, _ in one_of}
        return bool(one_of) and not any(self.market.pair(i, k) in one_of for i in buyers for k, _ in self.open(i))

    def follow(self, raw: object, where: str) -> dict[int, tuple[int, int]]:
        """Narrow the bounds, step by step; what the steps leave of the variables they speak of.

        Parameters
        ----------
        raw : list
            Each step names a variable: of a utility or a price, to lower its greatest value by the pairs that may
            trade; of a pair, to have it trade because one of the two must and has no other pair left; or ``[variable,
            partner]``, to raise a least value because the partner, an index of the other side, is an acquaintance.

        Raises
        ------
        Violation
            If a pair need not trade, or a partner is no acquaintance.
        """
        market, found = self.market, dict[int, tuple[int, int]]()
        listed = items(raw, where, empty=True)
        for s, step in enumerate(listed):
            place = f"{where}[{s}]"
            variable, *partner = step if isinstance(step, list | tuple) and len(step) == 2 else [step]
            k = index(variable, place, market.pairs + market.members)
            if k < market.pairs:
                self._force(*divmod(k, market.width), place)
                found[k] = (1, 1)
                continue
            member = k - market.pairs
            if partner:
                buys = member < market.buyers
                other = index(partner[0], place, market.width if buys else market.buyers) + buys * market.buyers
                value = market.known_value(*market.pair(member, other), place)
                self.low[member] = max(self.low[member], value - self.high[other])
            else:
                most = max((net - self.low[other] for other, net in self.open(member)), default=0)
                self.high[member] = min(self.high[member], max(most, 0))
            found[k] = self.low[member], self.high[member]
        return found

    def _force(self, i: int, j: int, where: str) -> None:
        one, two = i, self.market.buyers + j
        if not any(self.must(a) and all(k == b for k, _ in self.open(a)) for a, b in ((one, two), (two, one))):
            raise Violation(f"{where}: neither of ({i}, {j}) must trade and has no other pair left")
        self.partner[one], self.partner[two] = two, one
