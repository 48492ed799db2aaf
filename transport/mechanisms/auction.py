"""The best auction for several buyers of finitely many types, by its whole program."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product, takewhile
from math import prod
from typing import Any, Final

from dual.kinds.mechanisms.auction import Auction, AuctionProgram, BundleAuction, BundleProgram
from dual.kinds.mechanisms.statement import Good, MechanismStatement
from dual.numbers.arrays import Array
from dual.numbers.exact import over_common_denominator
from dual.proofs.named import Multipliers
from transport.programs.effort import Effort
from transport.road.linear_kind import RULE, Answer, solve_program
from transport.road.methods import Found

NAME: Final = "auction"


def solve_auction(statement: MechanismStatement, effort: Effort) -> Found:
    """The best auction, and the multipliers that prove it."""
    auction = AuctionProgram.of(statement)
    effort.offer(lambda: Found(one_by_one(auction), surplus(auction), NAME))

    def witnesses(answer: Answer) -> Found:
        weights = answer.multipliers
        return Found(
            None if answer.values is None else auction_of(auction, answer.values),
            None if weights is None else Multipliers(tuple((*name, weight) for name, weight in weights.items())),
            NAME,
            answer.iterations,
            claim=answer.claim,
            rule=RULE,
            warm=answer.warm,
        )

    return witnesses(solve_program(auction.program(), effort, offered=witnesses))


def auction_of(auction: AuctionProgram, values: Mapping[int, Fraction]) -> Auction | BundleAuction:
    """Columns' values as files hold them."""
    size, paid = sum(block.size for block in auction.given_blocks), prod(auction.pays_shape)
    payment = _array([values.get(size + k, Fraction(0)) for k in range(paid)], auction.pays_shape)
    if isinstance(auction, BundleProgram):
        ways = [(profile, way, values.get(column)) for profile, own in auction.assignments.items()
                for way, column in own.items()]  # fmt: skip
        return BundleAuction(tuple((profile, way, chance) for profile, way, chance in ways if chance), payment)
    return Auction(_array([values.get(k, Fraction(0)) for k in range(size)], auction.gets_shape), payment)


def one_by_one(auction: AuctionProgram) -> Auction | BundleAuction:
    """Simple sales that nobody has a reason to lie in.

    Each item goes to whoever likes it best, at the second highest value or at a reserve; a bidder who wants one item is
    not sold two, so then it is the one item that earns most. Of bundles one bidder gets one, the first to whom the
    best own bundle is worth a price.
    """
    best = [_reserve(auction, j) for j in range(1 if auction.statement.bundled else auction.items)]
    if auction.statement.valuation == "unit-demand":
        best = [one if one is max(best) else (Fraction(0), None) for one in best]
    values: dict[int, Fraction] = {}
    for profile, (j, (_, reserve)) in product(auction.profiles, enumerate(best)):
        if reserve is None:
            continue
        bids = [_bid(auction, t, j) for t in profile]
        willing = [i for i, (bid, _) in enumerate(bids) if bid >= reserve]
        if not willing:
            continue
        if auction.statement.bundled:
            winner, price = willing[0], reserve
            way = tuple(good if i == winner and isinstance(good, tuple) else () for i, (_, good) in enumerate(bids))
            column = auction.assignments[profile][way] if isinstance(auction, BundleProgram) else 0
        else:
            winner = max(willing, key=lambda i: (bids[i][0], -i))
            price = max(reserve, *(bid for i, (bid, _) in enumerate(bids) if i != winner))
            column = auction.gets(winner, profile, j)
        values[column] = Fraction(1)
        if auction.interim:  # expected over the others' types
            price *= auction.chances[profile] / auction.statement.weights[profile[winner]]
        paid = auction.pays(winner, profile)
        values[paid] = values.get(paid, Fraction(0)) + price
    return auction_of(auction, values)


def _bid(auction: AuctionProgram, t: int, j: int) -> tuple[Fraction, Good]:
    """What an item is worth to a type, or the best bundle of those it names."""
    goods = auction.statement.goods(t) if auction.statement.bundled else [j]
    return max(((auction.value(t, good), good) for good in goods), key=lambda bid: bid[0])


def _reserve(auction: AuctionProgram, j: int) -> tuple[Fraction, Fraction | None]:
    """The price that earns most of a single buyer, with what that is beyond costs; None if nothing is earned."""
    statement = auction.statement
    best: tuple[Fraction, Fraction | None] = Fraction(0), None
    bids = [_bid(auction, t, j) for t in range(auction.types)]
    dearest = max(statement.cost(good) for _, good in bids)
    for price, _ in bids:
        sold = sum((w for w, (bid, _) in zip(statement.weights, bids, strict=True) if bid >= price), Fraction(0))
        earned = (price - dearest) * (1 - (1 - sold) ** auction.bidders)
        if earned > best[0]:
            best = earned, price
    return best


def surplus(auction: AuctionProgram) -> Multipliers:
    """What all goods are worth to those who like them best, beyond what they cost: the seller gets no more."""
    statement = auction.statement
    worth: dict[int, Fraction] = {}
    for i, (profile, chance) in product(range(auction.bidders), auction.chances.items()):
        for column, good in auction.given(i, profile):
            gain = auction.value(profile[i], good) - statement.cost(good)
            worth[column] = worth.get(column, Fraction(0)) + chance * gain
    supply = takewhile(lambda row: row.name[0] != "take", auction.rows())
    listed: list[tuple[Any, ...]] = [
        (*row.name, max(Fraction(0), *(worth.get(k, Fraction(0)) for k, _ in row.entries())))
        for row in supply
        if row.name[0] == "supply"
    ]
    for i in range(auction.bidders):
        own = {(t,): share for t, share in enumerate(statement.weights_of(i))}
        listed += [("take", i, *at, -share) for at, share in (own if auction.interim else auction.chances).items()]
    return Multipliers(tuple(one for one in listed if one[-1]))


def _array(entries: list[Fraction], shape: tuple[int, ...]) -> Array:
    numerators, unit = over_common_denominator(entries)
    return Array(shape, tuple(numerators), unit)
