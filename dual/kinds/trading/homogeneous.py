"""Homogeneous goods where each buyer knows at most one seller: the greatest revenue, from sorted values.

A buyer i values all sellers at the same v_i, costs are zero, prices the largest, and ties go to the platform. It is
enough to introduce pairs that then trade, so a trading buyer i is adjacent to the seller he buys from and to s(i),
whom he knows. He pays his value, or less if s(i) is cheaper: the least value on the way "i, the buyer of s(i), the
buyer of whom that one knows, ...", which ends at a buyer who knows nobody or who buys from the one he knows. The
checker derives the optimum anew, by the following steps.

**Who trades.** The k = min(n, m) buyers K with the greatest values; and every seller whom one of K knows sells. If a
seller and a buyer are left over, one more trade between them lowers no price. If all sell, and b is left over while a
with v_a < v_b trades, take the least such a: no price is below v_a, none on b's way below v_b, so b in place of a
lowers no price. If a seller whom one of K knows is left over, some other sells whom none of them knows, and her buyer
takes the former: again no price falls, and a trade that no longer needs an introduction earned zero.

**What is lost.** Group K by the seller known: a group g has a top t_g, its greatest value, and a second w_g, the next
(0 if there is none). Its owner is the buyer of its seller, its price P_g hers. The platform earns the sum of values of
K less

    ``sum over groups of l_g(P_g),  where l_g(P) = sum over its buyers of (v_i - P)^+``,

and less the value of an owner in his own group, whose trade is a known one: then it is best to take the top, at the
loss t_g. Otherwise owners lead from group to group, into a circle or to a free buyer, who knows nobody. All prices of
a circle are the least value of its owners, so these are best the tops.

A source is a buyer who owns nothing yet and is free, or in a group with a price; what he owns has the price ``min(v_i,
P_g)``. With sigma the price of the best source, a group outside the circles has at most the price sigma; and all have
``min(sigma, t_g)`` at once if the source owns the one with the greatest top, her top the next one, and so on. So the
loss is ``sum of l_g(sigma)`` outside, ``sum of l_g(c)`` in a circle of least top c, and t_g for a group that owns
itself.

A circle with ``c <= sigma`` may go outside, unless it holds the source. A group of any other circle is light, ``w_g <=
sigma``, and loses t_g - c; the heavy ones are outside. Circles of four and more fall into pairs and triples. Light
circles S lose ``sum of t_g - sum of |S| min(S)``. The j-th greatest min(S) is at most the last top of the first j
blocks of these sizes in descending order, so circles are such blocks, and outside are the last. Two groups outside
lose no less than as a pair, which is no worse a source. So at most one light group with ``t_g > sigma`` is outside.

**The source.** Let h have the greatest second, and the greatest top among those. The best source is one of:

0. a free buyer; or none is needed at sigma = 0, since a group that owns itself loses ``t_g <= l_g(0)``;
1. the second of h, which owns itself. (If another group does, make it a pair with h, or put it outside.)
2. the second of h, which is in a circle.
3. the second of h' in a circle, where h' has the next greatest second, and h is outside. (Two groups with greater
   seconds would be outside, and better as a pair.)
4. the second of h, which is a pair with a group m of ``t_m = sigma <= w_h``, and loses l_h(sigma) as if outside. The
   greatest such t_m is best, as a greater sigma never loses more.

In 2 and 3 the group of the source cannot be outside itself; if it has the last top, no light group is.

**Equal values.** If n > m, several buyers may have the least value theta of K, and only some are in K. No choice of
them loses less than O, the loss if a free buyer of value theta were there as well. A free one among them attains O. In
an optimum for O at most one group is outside for want of a better source than theta. If none is, a buyer of value
theta whose group has a higher top is the source that lets a group of buyers of value theta lose nothing, and two such
groups can be a circle. If one is, any buyer of value theta in another group, or a pair with that group, will do. So
two of them who know different sellers attain O. If only one of them is in K, try one of either sort, or two of
different groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from dual.errors import InputError

if TYPE_CHECKING:
    from .kind import TradingNetworkStatement


def applies(statement: TradingNetworkStatement) -> bool:
    """Whether goods are homogeneous, costs zero, and nobody knows two sellers; so any bound here holds."""
    if statement.known is None or any(len(who) > 1 for who in statement.known) or any(statement.costs):
        return False
    return statement.values.common is not None


def upper(statement: TradingNetworkStatement) -> Fraction:
    """The greatest revenue, which no rule of prices or ties exceeds.

    Raises
    ------
    InputError
        If the market is not of this structure.
    """
    if not applies(statement):
        raise InputError("values are not homogeneous without costs, or a buyer knows two sellers", "dual.kind")
    return Fraction(best(statement).revenue, statement.values.denominator)


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
        """What a group's buyers pay less than their values at a price."""
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
    """The plan of greatest revenue of a market that :func:`applies`."""
    values = statement.values.common
    if values is None or statement.known is None:
        raise InputError("values are not homogeneous", "values")
    knows = [who[0] if who else None for who in statement.known]
    choices = _traders(values, knows, statement.values.shape[1])
    return min((Groups(values, knows, traders).plan for traders in choices), key=lambda plan: plan.loss)


def _traders(values: Sequence[int], knows: Sequence[int | None], sellers: int) -> list[list[int]]:
    """The buyers who trade, by descending value; more than one choice of them if equal values leave one."""
    order = sorted(range(len(values)), key=lambda i: -values[i])
    if len(values) <= sellers or values[order[sellers]] < values[order[sellers - 1]]:
        return [order[:sellers]]
    least = values[order[sellers]]
    higher = [i for i in order[:sellers] if values[i] > least]
    equal = [i for i in order if values[i] == least]
    first = {knows[i]: i for i in reversed(equal)}
    if None in first:
        picks = [[first[None]]]
    elif sellers - len(higher) > 1:
        picks = [list(first.values())[:2]]
    else:
        taken = {knows[i] for i in higher}
        sources = [i for seller, i in first.items() if seller in taken]
        others = [i for seller, i in first.items() if seller not in taken]
        picks = [[i] for i in ([sources[0], others[0]] if sources and others else [*sources, *others][:2])]
    return [[*higher, *pick, *(i for i in equal if i not in pick)][:sellers] for pick in picks]
