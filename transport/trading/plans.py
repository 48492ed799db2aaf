"""Plans for homogeneous goods where each buyer knows at most one seller: who trades, and who owns which group.

:mod:`dual.kinds.trading.homogeneous` says why one of these plans is best, and finds what it earns; here the plan itself
is kept, with its circles and its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dual.errors import InputError
from dual.kinds.trading.homogeneous import traders
from dual.kinds.trading.statement import TradingNetworkStatement


@dataclass(frozen=True)
class Plan:
    """Who trades, and who owns what.

    Attributes
    ----------
    market : Groups
    loss : int
        What the plan earns less than the sum of the values.
    circles : tuple of tuples of int
        Groups by rank; in a circle each is owned by the top of another.
    source : int or None
        The buyer who owns the first of the other groups; None if each of these owns itself.
    """

    market: Groups
    loss: int
    circles: tuple[tuple[int, ...], ...]
    source: int | None

    @property
    def revenue(self) -> int:
        """What the platform earns, over the denominator of the values."""
        return sum(self.market.values[i] for i in self.market.traders) - self.loss


class Groups:
    """The trading buyers, grouped by the seller they know; groups ordered by top, buyers in them by value.

    Parameters
    ----------
    values : sequence of int
    knows : sequence of int or None
        The seller each buyer knows.
    traders : sequence of int
        Buyers of K by descending value.
    """

    def __init__(self, values: Sequence[int], knows: Sequence[int | None], traders: Sequence[int]) -> None:
        self.values, self.traders = values, traders
        members: dict[int, list[int]] = {}
        self.free: int | None = None
        for i in traders:
            seller = knows[i]
            if seller is not None:
                members.setdefault(seller, []).append(i)
            elif self.free is None:
                self.free = i
        # Dictionaries keep the order of their first entries, so groups stand in descending order of their tops.
        self.sellers = list(members)
        self.members = list(members.values())
        self.tops = [values[buyers[0]] for buyers in self.members]
        self.seconds = [values[buyers[1]] if len(buyers) > 1 else 0 for buyers in self.members]

    def loss(self, group: int, price: int) -> int:
        """The sum over a group's buyers of ``(value - price)+``."""
        return sum(max(self.values[i] - price, 0) for i in self.members[group])

    @cached_property
    def plan(self) -> Plan:
        """The least loss."""
        free = 0 if self.free is None else self.values[self.free]
        plans = [self._given(free, self.free)]
        order = sorted(range(len(self.tops)), key=lambda g: (-self.seconds[g], g))
        if order and self.seconds[order[0]] > free:
            h = order[0]
            source, sigma = self.members[h][1], self.seconds[h]
            plans.append(self._given(sigma, source, alone=h))
            plans.append(self._given(sigma, source, inside=h))
            if len(order) > 1 and self.seconds[order[1]]:
                other = order[1]
                plans.append(self._given(self.seconds[other], self.members[other][1], inside=other, outside=h))
            lower = next((m for m in range(len(self.tops)) if m != h and self.tops[m] <= sigma), None)
            if lower is not None:
                plans.append(self._given(self.tops[lower], source, pair=(h, lower)))
        return min((plan for plan in plans if plan is not None), key=lambda plan: plan.loss)

    def _given(
        self,
        sigma: int,
        source: int | None,
        *,
        alone: int | None = None,
        inside: int | None = None,
        outside: int | None = None,
        pair: tuple[int, int] | None = None,
    ) -> Plan | None:
        """The least loss with a source: one group may own itself, be in a circle, be outside, or pair if outside."""
        loss = 0
        light: list[int] = []
        for g, (top, second) in enumerate(zip(self.tops, self.seconds, strict=True)):
            if g == alone:
                loss += top
            elif g != outside and (g == inside or (second <= sigma < top)):
                light.append(g)
            elif top > sigma:
                loss += self.loss(g, sigma)
        tops = [self.tops[g] for g in light]
        least, sizes = _blocks(tops)
        last = len(light)
        if last and light[-1] != inside and least[last - 1] + tops[-1] - sigma < least[last]:
            last -= 1
            loss += tops[-1] - sigma
        if last == 1:
            return None
        loss += least[last]
        circles = []
        while last:
            circles.append(tuple(light[last - sizes[last] : last]))
            last -= sizes[last]
        if alone is not None:
            circles.append((alone,))
        if pair is not None and not any(pair[0] in circle for circle in circles):
            circles.append(pair)
        return Plan(self, loss, tuple(circles), source)


def _blocks(tops: Sequence[int]) -> tuple[list[int], list[int]]:
    """For each number of leading tops their least loss in consecutive pairs and triples, and the last one's size.

    A single top makes no circle; its loss is more than any sum of others.

    Examples
    --------
    >>> _blocks([10, 10, 10, 1, 1, 1])[0][6], _blocks([9, 8, 5, 5, 1])[0][4:]
    (0, [1, 9])
    """
    least, sizes = [0, 1 + sum(tops)], [0, 0]
    for last in range(2, len(tops) + 1):
        pair = least[last - 2] + tops[last - 2] - tops[last - 1]
        triple = least[last - 3] + tops[last - 3] + tops[last - 2] - 2 * tops[last - 1] if last > 2 else pair
        least.append(min(pair, triple))
        sizes.append(2 if pair <= triple else 3)
    return least, sizes


def best(statement: TradingNetworkStatement) -> Plan:
    """The plan of greatest revenue of a market to which :mod:`dual.kinds.trading.homogeneous` applies."""
    values = statement.values.common
    if values is None or statement.known is None:
        raise InputError("values are not homogeneous", "values")
    knows = [who[0] if who else None for who in statement.known]
    choices = traders(values, knows, statement.values.shape[1])
    return min((Groups(values, knows, who).plan for who in choices), key=lambda plan: plan.loss)
