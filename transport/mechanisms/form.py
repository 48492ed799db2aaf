"""The program of all menus or auctions for finitely many types, with numbers of any sort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import permutations
from typing import Any

from dual.kinds.mechanisms.auction import AuctionProgram
from dual.kinds.mechanisms.statement import MechanismStatement
from dual.proofs.linear import Block, Name, Program, Row
from transport.road.linear_form import LinearForm

from .auction import auction_of


class MenuProgram:
    """Columns and rows of a single buyer's menu.

    Columns are ``gets[k][g]``, the probability that type k gets its g-th good, and ``price[k]``. Rows are what
    lotteries may give, ``most[k][g]`` or ``most[k]``; ``ir[k]``, that type k gains by its offer; and ``ic[k][j]``,
    that it gains no more by that of type j.
    """

    def __init__(self, statement: MechanismStatement) -> None:
        self.statement = statement
        self.goods = [statement.goods(k) for k in range(len(statement.weights))]
        places = ((k, good) for k, own in enumerate(self.goods) for good in own)
        self.column = {place: c for c, place in enumerate(places)}

    def price(self, k: int) -> int:
        """The column of what type k pays."""
        return len(self.column) + k

    def program(self) -> Program:
        """The program."""
        blocks = [Block(("gets", k), (len(own),)) for k, own in enumerate(self.goods) if own]
        blocks.append(Block(("price",), (len(self.goods),), free=True))
        weights, rows = self.statement.weights, list(self._rows())
        costs = [-weights[k] * self.statement.cost(good) for k, good in self.column]
        return Program(blocks, [*costs, *weights], lambda: rows)

    def _rows(self) -> Iterator[Row]:
        for k, own in enumerate(self.goods):
            columns = [self.column[k, good] for good in own]
            if self.statement.apart:
                yield from (Row(("most", k, g), "<=", 1, {c: 1}.items) for g, c in enumerate(columns))
            elif own:
                yield Row(("most", k), "<=", 1, dict.fromkeys(columns, 1).items)
        for k in range(len(self.goods)):
            yield Row(("ir", k), ">=", 0, self._gain(k, k, 1).items)
        for k, j in permutations(range(len(self.goods)), 2):
            yield Row(("ic", k, j), ">=", 0, {**self._gain(k, k, 1), **self._gain(k, j, -1)}.items)

    def _gain(self, k: int, j: int, sign: int) -> dict[int, Any]:
        """What type k gains by the offer of type j."""
        worth = {self.column[j, good]: sign * self.statement.value(k, good) for good in self.goods[j]}
        return {**worth, self.price(j): -sign}


def program(statement: MechanismStatement) -> Program:
    """The program of an auction, or of a menu."""
    return (AuctionProgram.of if statement.bidders > 1 else MenuProgram)(statement).program()


def primal(statement: MechanismStatement, values: Mapping[int, Any]) -> object:
    """The auction, or the offers that are no gift of nothing, each once."""
    if statement.bidders > 1:
        return auction_of(AuctionProgram.of(statement), values)
    asked, zero = MenuProgram(statement), Fraction(0)
    menu: list[dict[str, object]] = []
    for k, own in enumerate(asked.goods):
        chances = [values.get(asked.column[k, good], zero) for good in own]
        pairs = [[list(good), chance] for good, chance in zip(own, chances, strict=True)
                 if isinstance(good, tuple) and chance]  # fmt: skip
        offer = {"lottery": pairs if statement.bundled else chances, "price": values.get(asked.price(k), zero)}
        if offer not in menu and (any(chances) or offer["price"]):
            menu.append(offer)
    return {"menu": menu}


def dual(statement: MechanismStatement, multipliers: Mapping[Name, Any]) -> object:
    """Multipliers of taking part, and of not taking what others get; of an auction, all of them by name."""
    if statement.bidders > 1:
        return {"multipliers": [[*name, weight] for name, weight in multipliers.items()]}
    return {
        word: [[*name[1:], -weight] for name, weight in multipliers.items() if name[0] == word] for word in ("ir", "ic")
    }


FORM = LinearForm(program, primal, dual)
