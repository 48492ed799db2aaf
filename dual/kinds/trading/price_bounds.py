"""Bounds on utilities and prices in a part of a branching tree.

A tree's box says for some pairs whether they trade, and between which integers some utilities u_i and prices net of
cost p_j lie, in units. With w_ij the net value, everything below holds at every equilibrium in the box whose numbers
are integers, once what it starts from does:

* a price is ``w_ij - u_i`` of the pair that trades, or 0, so ``p_j <= max(0, max of w_ij - least u_i)`` over the pairs
  of j that may trade;
* nobody envies an acquaintance, so ``p_j >= w_ij - greatest u_i`` for the known pairs of j with ``w_ij >= 0``;
* the same holds for utilities, with the sides exchanged;
* a pair that trades has ``u_i + p_j = w_ij``, so it may trade only if ``least u_i + least p_j <= w_ij <= greatest u_i +
  greatest p_j``;
* who has a positive utility or price trades, and who must trade and has one pair left does so in that pair; then all
  other pairs of the two are closed.

This is repeated until nothing changes. Each step only shrinks what is left and does so all the more, the less is left,
so the end does not depend on the order. Nothing lies in the box if a least number exceeds the greatest, or if who must
trade has no pair left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Pairs = list[list[tuple[int, int, bool]]]
"""For each member of one side (partner, net value in units, unknown?)."""
MAX_SWEEPS = 1000
"""Bounds that still change after so many rounds are taken as they are; they are true at any time."""


@dataclass
class Side:
    """The buyers with their utilities or the sellers with their prices net of cost, in units.

    Attributes
    ----------
    low, high : list of int
        Bounds of each member's utility or price.
    pairs : list of lists of (partner, net value, unknown?)
        Those that may trade, for each member.
    known : list of lists of (partner, net value, unknown?)
        Those that know each other and would not trade at a loss, whether they may trade or not.
    must : list of bool
        Who must trade.
    """

    low: list[int]
    high: list[int]
    pairs: Pairs
    known: Pairs
    must: list[bool]

    @classmethod
    def of(cls, pairs: Pairs, top: int) -> Side:
        """One side of a market at the root of a tree, where no number exceeds ``top``."""
        size = len(pairs)
        known = [[entry for entry in row if not entry[2]] for row in pairs]
        return cls([0] * size, [top] * size, list(pairs), known, [False] * size)

    def copy(self) -> Side:
        """A side to work on; rows of pairs are replaced, never changed."""
        return Side(list(self.low), list(self.high), list(self.pairs), self.known, list(self.must))

    def restrict(self, member: int, low: int, high: int) -> None:
        """Put a member's number into an interval, too."""
        self.low[member] = max(self.low[member], low)
        self.high[member] = min(self.high[member], high)


def within(
    buyers: Side,
    sellers: Side,
    pairs: Mapping[tuple[int, int], tuple[int, int]],
    numbers: Sequence[Mapping[int, tuple[int, int]]],
) -> tuple[Side, Side] | None:
    """The bounds that follow in a box from those of the whole market; None if nothing lies in the box.

    Parameters
    ----------
    buyers, sellers : Side
        Of the whole market; they are left as they are.
    pairs : mapping from (buyer, seller) to (low, high)
        What the box says of trades.
    numbers : (mapping from buyer to (low, high), mapping from seller to (low, high))
        What it says of utilities and prices.
    """
    buyers, sellers = sides = buyers.copy(), sellers.copy()
    for side, boxes in zip(sides, numbers, strict=True):
        for member, (low, high) in boxes.items():
            side.restrict(member, low, high)
    closed = {pair for pair, (_, high) in pairs.items() if high <= 0}
    if closed:
        buyers.pairs = [[e for e in row if (i, e[0]) not in closed] for i, row in enumerate(buyers.pairs)]
        sellers.pairs = [[e for e in row if (e[0], j) not in closed] for j, row in enumerate(sellers.pairs)]
    for (i, j), (low, _) in pairs.items():
        if low >= 1:
            _trade(buyers, sellers, i, j)
    for _ in range(MAX_SWEEPS):
        moved = _move(sellers, buyers) | _move(buyers, sellers)
        if any(low > high for side in sides for low, high in zip(side.low, side.high, strict=True)):
            return None
        closed_some = _close(buyers, sellers) | _close(sellers, buyers)
        if any(must and not row for side in sides for must, row in zip(side.must, side.pairs, strict=True)):
            return None
        if not (_settle(buyers, sellers) | _settle(sellers, buyers) | moved | closed_some):
            break
    return sides


def _move(mine: Side, other: Side) -> bool:
    """Bound one side's numbers by the other's; whether that changes any."""
    least, greatest = other.low, other.high
    changed = False
    for k, (low, high) in enumerate(zip(mine.low, mine.high, strict=True)):
        most = max([0, *[w - least[x] for x, w, _ in mine.pairs[k]]])
        envy = max([0, *[w - greatest[x] for x, w, _ in mine.known[k]]])
        if most < high:
            mine.high[k] = most
            changed = True
        if envy > low:
            mine.low[k] = envy
            changed = True
        if mine.low[k] > 0 and not mine.must[k]:
            mine.must[k] = changed = True
    return changed


def _close(mine: Side, other: Side) -> bool:
    """Drop from one side's lists the pairs whose value no utility and price add up to; whether there are any."""
    least, greatest = other.low, other.high
    changed = False
    for k, row in enumerate(mine.pairs):
        low, high = mine.low[k], mine.high[k]
        kept = [entry for entry in row if low + least[entry[0]] <= entry[1] <= high + greatest[entry[0]]]
        if len(kept) < len(row):
            mine.pairs[k] = kept
            changed = True
    return changed


def _settle(mine: Side, other: Side) -> bool:
    """Let those trade who must and have one pair left; whether that changes anything."""
    changed = False
    for k, must in enumerate(mine.must):
        if must and len(mine.pairs[k]) == 1:
            partner = mine.pairs[k][0][0]
            if not other.must[partner] or len(other.pairs[partner]) > 1:
                _trade(mine, other, k, partner)
                changed = True
    return changed


def _trade(mine: Side, other: Side, member: int, partner: int) -> None:
    """Close all other pairs of two who must trade with each other."""
    for side, opposite, one, two in ((mine, other, member, partner), (other, mine, partner, member)):
        for rival, _, _ in side.pairs[one]:
            if rival != two:
                opposite.pairs[rival] = [entry for entry in opposite.pairs[rival] if entry[0] != one]
        side.pairs[one] = [entry for entry in side.pairs[one] if entry[0] == two]
        side.must[one] = True
