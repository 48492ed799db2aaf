"""Homogeneous goods where each buyer knows at most one seller: the greatest revenue, from sorted values.

A buyer i values all sellers at the same v_i, costs are zero, prices the largest, and ties go to the platform. It is
enough to introduce pairs that then trade, so a trading buyer i is adjacent to the seller he buys from and to s(i),
whom he knows. He pays his value, or less if s(i) is cheaper: the least value on the way "i, the buyer of s(i), the
buyer of whom that one knows, ...", which ends at a buyer who knows nobody or who buys from the one he knows. The
checker derives the optimum itself, by the following steps; the solver makes a plan of it.

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
from fractions import Fraction

from dual.errors import InputError

from .statement import TradingNetworkStatement


def applies(statement: TradingNetworkStatement) -> bool:
    """Whether goods are homogeneous, costs zero, and nobody knows two sellers; so any bound here holds."""
    if statement.known is None or any(len(who) > 1 for who in statement.known) or any(statement.costs):
        return False
    return statement.values.common is not None


def upper(statement: TradingNetworkStatement, _dual: object) -> Fraction:
    """The greatest revenue, which no rule of prices or ties exceeds, and which the checker finds itself.

    Raises
    ------
    InputError
        If the market is not of this structure.
    """
    values, known = statement.values.common, statement.known
    if values is None or known is None or not applies(statement):
        raise InputError("values are not homogeneous without costs, or a buyer knows two sellers", "dual.kind")
    knows = [who[0] if who else None for who in known]
    choices = traders(values, knows, statement.values.shape[1])
    best = max(sum(values[i] for i in who) - Groups(values, knows, who).least_loss() for who in choices)
    return Fraction(best, statement.values.denominator)


class Groups:
    """The trading buyers, grouped by the seller they know; groups by descending top.

    Parameters
    ----------
    values : sequence of int
    knows : sequence of int or None
        The seller each buyer knows.
    traders : sequence of int
        Buyers of K by descending value.
    """

    def __init__(self, values: Sequence[int], knows: Sequence[int | None], traders: Sequence[int]) -> None:
        groups: dict[int, list[int]] = {}  # in the order of their first entries, hence of their tops
        self.free = 0
        for i in traders:
            seller = knows[i]
            if seller is None:
                self.free = max(self.free, values[i])
            else:
                groups.setdefault(seller, []).append(values[i])
        self.values = list(groups.values())
        self.tops = [group[0] for group in self.values]
        self.seconds = [group[1] if len(group) > 1 else 0 for group in self.values]

    def least_loss(self) -> int:
        """What the best plan earns less than the sum of the traders' values: the least over the sources 0 to 4."""
        losses = [self._loss(self.free)]
        order = sorted(range(len(self.tops)), key=lambda g: (-self.seconds[g], g))
        if order and self.seconds[order[0]] > self.free:
            h, sigma = order[0], self.seconds[order[0]]
            losses += [self._loss(sigma, alone=h), self._loss(sigma, inside=h)]
            if len(order) > 1 and self.seconds[order[1]]:
                losses.append(self._loss(self.seconds[order[1]], inside=order[1], outside=h))
            lower = next((top for m, top in enumerate(self.tops) if m != h and top <= sigma), None)
            if lower is not None:
                losses.append(self._loss(lower))
        return min(loss for loss in losses if loss is not None)

    def _loss(
        self, sigma: int, *, alone: int | None = None, inside: int | None = None, outside: int | None = None
    ) -> int | None:
        """The least loss with a source of price sigma; one group may own itself, be in a circle, or be outside."""
        loss = 0
        light: list[int] = []
        for g, (top, second) in enumerate(zip(self.tops, self.seconds, strict=True)):
            if g == alone:
                loss += top
            elif g != outside and (g == inside or (second <= sigma < top)):
                light.append(g)
            elif top > sigma:
                loss += sum(max(value - sigma, 0) for value in self.values[g])
        least = blocks([self.tops[g] for g in light])
        if not light:
            return loss
        last = self.tops[light[-1]] - sigma
        if light[-1] == inside or least[-2] + last >= least[-1]:
            return None if len(light) == 1 else loss + least[-1]
        return None if len(light) == 2 else loss + last + least[-2]


def blocks(tops: Sequence[int]) -> list[int]:
    """For each number of leading tops their least loss in consecutive pairs and triples.

    A single top makes no circle; its loss is more than any sum of others.

    Examples
    --------
    >>> blocks([10, 10, 10, 1, 1, 1])[6]
    0
    """
    least = [0, 1 + sum(tops)]
    for last in range(2, len(tops) + 1):
        options = [least[last - 2] + tops[last - 2] - tops[last - 1]]
        if last > 2:
            options.append(least[last - 3] + tops[last - 3] + tops[last - 2] - 2 * tops[last - 1])
        least.append(min(options))
    return least


def traders(values: Sequence[int], knows: Sequence[int | None], sellers: int) -> list[list[int]]:
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
