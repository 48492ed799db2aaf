"""The best auction for several buyers of finitely many types, by its whole program."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product, takewhile
from math import prod
from typing import Any, Final

from dual.kinds.mechanisms.auction import Auction, AuctionProgram, BundleAuction, BundleProgram
from dual.kinds.mechanisms.statement import MechanismStatement
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
    effort.offer(lambda: Found(closed(auction), surplus(auction), NAME))

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


def closed(auction: AuctionProgram) -> Auction | BundleAuction:
    """Nobody gets or pays anything."""
    return auction_of(auction, {})


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
    own = ((t,) for t in range(auction.types))
    shares = dict(zip(own, statement.weights, strict=True)) if auction.interim else auction.chances
    listed += [("take", i, *place, -share) for i in range(auction.bidders) for place, share in shares.items()]
    return Multipliers(tuple(one for one in listed if one[-1]))


def _array(entries: list[Fraction], shape: tuple[int, ...]) -> Array:
    numerators, unit = over_common_denominator(entries)
    return Array(shape, tuple(numerators), unit)
