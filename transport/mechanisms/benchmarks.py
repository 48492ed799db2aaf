"""What simpler ways of selling earn, exactly: items one by one, all together, without lotteries, by second prices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Final

from dual.kinds.mechanisms.alike import PricesBySize
from dual.kinds.mechanisms.alike import lower as by_size_earns
from dual.kinds.mechanisms.auction import AuctionProgram, BundleProgram
from dual.kinds.mechanisms.axis import add, at, integral, scaled, times
from dual.kinds.mechanisms.flux import axes_of
from dual.kinds.mechanisms.joint import JointLaw
from dual.kinds.mechanisms.menu import Lottery, Menu, Offer
from dual.kinds.mechanisms.menu import lower as menu_earns
from dual.kinds.mechanisms.ranked import groups
from dual.kinds.mechanisms.regions import lower as regions_earn
from dual.kinds.mechanisms.reserves import lower as reserves_earn
from dual.kinds.mechanisms.statement import Good, MechanismStatement
from dual.numbers.exact import Vector

from .continuous import best_reserves
from .plain import MOST_SETS, bundle, every_set, separate

MOST_ASSIGNMENTS: Final = 5_000
"""Ways to say who gets what that are looked through for the best menu without lotteries; it is an NP-hard question."""
MOST_WAYS: Final = 100_000
"""Ways to give single items to bidders that are looked through at all profiles."""
MOST_UNLIKE: Final = 12
"""Bidders with laws of their own whose second highest value is integrated: polynomials, multiplied for each of them."""
_PRICES: Final = 40
"""Even steps at which a price for everything is tried, and the best one's surroundings again and again."""
_ZOOMS: Final = 4
"""How often; four find a price to a millionth of its range."""


def benchmarks(statement: MechanismStatement) -> dict[str, Fraction]:
    """What each of the simpler ways earns that there are for a problem."""
    if statement.types is not None:
        return _of_types(statement) if statement.bidders == 1 else _of_bidders(statement)
    found: dict[str, Fraction] = {}
    if statement.joint is not None:
        return _of_joint(statement, statement.joint)
    if statement.bidder_laws is not None:
        return {"second price": second_highest(statement)} if statement.buyers <= MOST_UNLIKE else found
    if statement.apart:
        found["separate"] = reserves_earn(statement, best_reserves(statement))
    bundled = _bundle_of_laws(statement)
    if bundled is not None:
        found["bundle"] = bundled
    return found


def _of_bidders(statement: MechanismStatement) -> dict[str, Fraction]:
    """What auctions of one item after the other earn, or Vickrey's."""
    if statement.apart:
        return {
            "second price": second_prices(statement, [Fraction(0)] * statement.count),
            "reserves": second_prices(statement, best_second_reserves(statement)),
        }
    few = statement.profiles * (statement.count + 1) ** statement.bidders <= MOST_WAYS
    return {"Vickrey": vickrey(statement)} if statement.bundled or few else {}


def _of_types(statement: MechanismStatement) -> dict[str, Fraction]:
    """What menus without lotteries earn."""
    found: dict[str, Fraction] = {}
    if statement.apart and statement.count <= MOST_SETS:
        found["separate"] = menu_earns(statement, separate(statement))
    for name, menu in (("bundle", bundle(statement)), ("deterministic", deterministic(statement))):
        if menu is not None:
            found[name] = menu_earns(statement, menu)
    return found


def deterministic(statement: MechanismStatement) -> Menu | None:
    """The best menu without lotteries, by looking at every way to say who gets what; None if they are too many.

    With given allocations the highest prices at which nobody envies are lengths of shortest paths from buying nothing.
    """
    lotteries = list(_sure(statement))
    count = len(statement.types or ())
    if (len(lotteries) + 1) ** count > MOST_ASSIGNMENTS:
        return None
    offers = [Offer(lottery, Fraction(0)) for lottery in lotteries]
    worth = [
        [
            Fraction(0),
            *(sum((c * statement.value(k, g) for g, c in offer.goods), Fraction(0)) for offer in offers),
        ]
        for k in range(count)
    ]
    costs = [
        Fraction(0),
        *(sum((c * statement.cost(g) for g, c in offer.goods), Fraction(0)) for offer in offers),
    ]
    best, earned = Menu(()), Fraction(0)
    for assigned in product(range(len(offers) + 1), repeat=count):
        prices = _shortest(assigned, worth)
        if prices is None:
            continue
        taken = zip(statement.weights, assigned, strict=True)
        value = sum((f * (prices[s] - costs[s]) for f, s in taken), Fraction(0))
        if value > earned:
            best, earned = Menu(tuple(Offer(lotteries[s - 1], price) for s, price in prices.items() if s)), value
    return best


def _sure(statement: MechanismStatement) -> Iterator[Lottery]:
    """Every lottery that gives something for certain."""
    if statement.apart:
        yield from (offer.lottery for offer in every_set(statement, lambda _chosen: Fraction(0)))
    elif statement.bundled:
        bundles = {good for k in range(len(statement.types or ())) for good in statement.goods(k)}
        yield from (((good, Fraction(1)),) for good in sorted(bundles, key=str))
    else:
        goods = statement.all_goods
        yield from (tuple(Fraction(other == good) for other in goods) for good in goods)


def _shortest(assigned: Sequence[int], worth: Sequence[Sequence[Fraction]]) -> Mapping[int, Fraction] | None:
    """The highest prices of what is assigned, nothing being free; None if some type would envy at any prices."""
    used = {0, *assigned}
    prices: dict[int, Fraction] = {0: Fraction(0)}
    for _ in range(len(used) + 1):
        changed = False
        for k, own in enumerate(assigned):
            for other in used & prices.keys():
                limit = prices[other] + worth[k][own] - worth[k][other]
                if own not in prices or limit < prices[own]:
                    prices[own], changed = limit, True
        if not changed:
            return prices if not prices[0] else None
    return None


def second_prices(statement: MechanismStatement, reserves: Sequence[Fraction]) -> Fraction:
    """What second-price auctions of every item with reserves earn from additive bidders of finitely many types."""
    types, total = statement.types or (), Fraction(0)
    for profile in product(range(len(types)), repeat=statement.bidders):
        chance = prod((statement.weights_of(i)[t] for i, t in enumerate(profile)), start=Fraction(1))
        for j, reserve in enumerate(reserves):
            first, second = sorted(((types[t].values or ())[j] for t in profile), reverse=True)[:2]
            if first >= reserve:
                total += chance * (max(second, reserve) - statement.cost(j))
    return total


def vickrey(statement: MechanismStatement) -> Fraction:
    """What goods earn that go where they are worth most, each bidder paying what the others lose (Clarke's pivots)."""
    auction = AuctionProgram.of(statement)
    total = Fraction(0)
    for profile, chance in auction.chances.items():
        ways = _ways(auction, profile)
        worth = [
            [auction.value(t, good) - statement.cost(good) if good != () else Fraction(0)
             for t, good in zip(profile, way, strict=True)]
            for way in ways
        ]  # fmt: skip
        best = max(worth, key=sum)
        for i in range(auction.bidders):
            without = max(sum(own) - own[i] for own in worth)
            total += chance * (without - sum(best) + best[i])
    return total


def _ways(auction: AuctionProgram, profile: tuple[int, ...]) -> list[tuple[Good, ...]]:
    """Every way to give goods; for unit-demand each item goes to at most one bidder, nothing is ()."""
    if isinstance(auction, BundleProgram):
        return list(auction.assignments[profile])
    goods: list[Good] = [(), *range(auction.items)]
    return [
        way for way in product(goods, repeat=auction.bidders) if all(one == () or way.count(one) == 1 for one in way)
    ]


def second_highest(statement: MechanismStatement) -> Fraction:
    """What a second-price auction earns from bidders with laws of their own, the item's cost being the reserve.

    It is the integral, from the cost on, of the probability that two values are higher.
    """
    axes = [axis for axis, count in groups(statement) for _ in range(count)]
    cost, total = statement.cost(0), Fraction(0)
    one: Vector = (Fraction(1),)
    ends = sorted({cost, *(end for axis in axes for end in (axis.left, axis.right) if end > cost)})
    for a, b in pairwise(ends):
        below = [one if axis.right <= a else (Fraction(0),) if axis.left >= b else axis.cumulative for axis in axes]
        nobody, alone = one, scaled(one, Fraction(0))
        for share in below:
            alone = add(times(alone, share), times(nobody, add(one, scaled(share, Fraction(-1)))))
            nobody = times(nobody, share)
        whole = integral(add(one, scaled(add(nobody, alone), Fraction(-1))))
        total += at(whole, b) - at(whole, a)
    return total


def best_second_reserves(statement: MechanismStatement) -> list[Fraction]:
    """The best reserve of every item, among its values."""
    found = [Fraction(0)] * statement.count
    for j in range(statement.count):
        values = sorted({(one.values or ())[j] for one in statement.types or ()})
        earned = {r: second_prices(statement, [*found[:j], r, *found[j + 1 :]]) for r in values}
        found[j] = max(values, key=lambda r: earned[r])
    return found


def _bundle_of_laws(statement: MechanismStatement) -> Fraction | None:
    """What a price for all items earns; None where it is not computed."""
    if statement.bidders > 1 or not statement.apart:
        return None
    axes = axes_of(statement)
    low, high = sum(axis.left for axis in axes), sum(axis.right for axis in axes)
    earned: Callable[[Fraction], Fraction]
    if statement.breadth is not None:
        earned = lambda price: by_size_earns(statement, PricesBySize((price,) * statement.count))  # noqa: E731
    elif statement.count <= 2:
        everything = (Fraction(1),) * statement.count
        earned = lambda price: regions_earn(statement, Menu((Offer(everything, price),)))  # noqa: E731
    else:
        return None
    return earned(_zoomed(Fraction(low), Fraction(high), earned))


def _zoomed(low: Fraction, high: Fraction, earned: Callable[[Fraction], Fraction]) -> Fraction:
    """About the best price between two."""
    best = low
    for _ in range(_ZOOMS):
        width = (high - low) / _PRICES
        best = max((low + width * i for i in range(_PRICES + 1)), key=earned)
        low, high = best - width, best + width
    return best


def _of_joint(statement: MechanismStatement, law: JointLaw) -> dict[str, Fraction]:
    """Items one by one, where they are sold so, and both at one price."""
    zero, one, found = Fraction(0), Fraction(1), dict[str, Fraction]()
    xs, ys = zip(*law.corners, strict=True)
    if not statement.apart:
        return found
    ways = {"first": (one, zero), "second": (zero, one), "bundle": (one, one)}
    ranges = {"first": xs, "second": ys, "bundle": [x + y for x, y in law.corners]}
    prices = {
        name: _zoomed(min(ranges[name]), max(ranges[name]),
                      lambda price, way=way: regions_earn(statement, Menu((Offer(way, price),))))  # type: ignore[misc]
        for name, way in ways.items()
    }  # fmt: skip
    first, second = prices["first"], prices["second"]
    apart = [Offer(ways["first"], first), Offer(ways["second"], second), Offer(ways["bundle"], first + second)]
    found["separate"] = regions_earn(statement, Menu(tuple(apart)))
    found["bundle"] = regions_earn(statement, Menu((Offer(ways["bundle"], prices["bundle"]),)))
    return found
