"""Several buyers of finitely many types, independent and alike: the program of all auctions.

Columns are ``gets[i][t1]...[tn][j]``, the probability that bidder i gets item j when types are t1, ..., tn, and what
bidder i pays: ``pays[i][t1]...[tn]`` (DSIC), or ``pays[i][t]`` by the own type alone (BIC). Rows:

* ``supply[j][t1]...[tn]``: every item is given at most once; ``demand[i][t1]...[tn]``, for unit-demand: nobody gets
  more than one. Lotteries over items that satisfy both are lotteries over assignments (Birkhoff, von Neumann).
* DSIC, whatever the others' types are: ``truth[i][t1]...[tn][r]``, that bidder i does not gain by reporting r, and
  ``take[i][t1]...[tn]``, that taking part is no loss.
* BIC, on average over them: ``truth[i][t][r]`` and ``take[i][t]``.

Maximised is what is paid, less what the items cost the seller, in expectation. Values are linear in probabilities, so
that whether items are given together makes no difference, neither to additive buyers nor to those who want one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod

from dual.limits import numbers, steps
from dual.numbers.arrays import Array, table
from dual.proofs import linear
from dual.proofs.linear import Block, Program, Row
from dual.proofs.named import Multipliers
from dual.statement import Witness, stated

from .statement import MechanismStatement

Profile = tuple[int, ...]


class AuctionProgram:
    """Columns and rows of an auction.

    Attributes
    ----------
    statement : MechanismStatement
    profiles : list of tuple of int
        One type for each bidder.
    """

    def __init__(self, statement: MechanismStatement) -> None:
        self.statement = statement
        self.bidders, self.items, self.types = statement.bidders, statement.count, len(statement.weights)
        numbers(statement.profiles * self.bidders * (self.items + 1) * 4, "an auction of so many profiles")
        self.profiles: list[Profile] = list(product(range(self.types), repeat=self.bidders))
        self.values = [one.values or () for one in statement.types or ()]
        self.gets_shape = (self.bidders, *[self.types] * self.bidders, self.items)
        self.interim = statement.incentives == "BIC"
        self.pays_shape = (self.bidders, *[self.types] * (1 if self.interim else self.bidders))
        self._pays = prod(self.gets_shape)

    @cached_property
    def chances(self) -> Mapping[Profile, Fraction]:
        """The probability of each profile."""
        weights = self.statement.weights
        return {profile: prod((weights[t] for t in profile), start=Fraction(1)) for profile in self.profiles}

    def gets(self, i: int, profile: Profile, j: int = 0) -> int:
        """The column of bidder i's probability of item j."""
        return (i * len(self.profiles) + self._rank(profile)) * self.items + j

    def pays(self, i: int, profile: Profile) -> int:
        """The column of what bidder i pays."""
        if self.interim:
            return self._pays + i * self.types + profile[i]
        return self._pays + i * len(self.profiles) + self._rank(profile)

    def program(self) -> Program:
        """The program.

        Raises
        ------
        Undecided
            If it is too large.
        """
        comparisons = self.bidders * len(self.profiles) * self.types
        steps(comparisons * (self.items + 1) * 30, f"an auction with {comparisons} comparisons")
        blocks = [Block(("gets",), self.gets_shape), Block(("pays",), self.pays_shape, free=True)]
        return Program(blocks, self._objective(), self.rows)

    def _objective(self) -> list[Fraction]:
        costs = self.statement.costs or (Fraction(0),) * self.items
        goal = [Fraction(0)] * (self._pays + prod(self.pays_shape))
        for i, profile in product(range(self.bidders), self.profiles):
            chance = self.chances[profile]
            goal[self.pays(i, profile)] += chance
            for j, cost in enumerate(costs):
                goal[self.gets(i, profile, j)] = -chance * cost
        return goal

    def rows(self) -> Iterator[Row]:
        """Supply, demand, truth and taking part."""
        every = range(self.bidders)
        for profile in self.profiles:
            for j in range(self.items):
                yield Row(("supply", j, *profile), "<=", 1, {self.gets(i, profile, j): 1 for i in every}.items)
            if self.statement.valuation == "unit-demand":
                for i in every:
                    own = {self.gets(i, profile, j): 1 for j in range(self.items)}
                    yield Row(("demand", i, *profile), "<=", 1, own.items)
        for i in every:
            yield from self._own_rows(i)

    def _own_rows(self, i: int) -> Iterator[Row]:
        others = list(product(range(self.types), repeat=self.bidders - 1))
        groups = [others] if self.interim else [[one] for one in others]
        for told, t in product(groups, range(self.types)):
            place = (t,) if self.interim else (*told[0][:i], t, *told[0][i:])
            yield Row(("take", i, *place), ">=", 0, self._worth(i, t, t, told, 1).items)
            for r in range(self.types):
                if r != t:
                    honest, lie = self._worth(i, t, t, told, 1), self._worth(i, t, r, told, -1)
                    yield Row(("truth", i, *place, r), ">=", 0, {**honest, **lie}.items)

    def _worth(self, i: int, t: int, r: int, told: list[Profile], sign: int) -> dict[int, Fraction]:
        """What type t of bidder i expects of reporting r, the others' types being one of those told."""
        found: dict[int, Fraction] = {}
        for rest in told:
            chance = Fraction(sign)
            if self.interim:
                chance *= prod((self.statement.weights[one] for one in rest), start=Fraction(1))
            profile = (*rest[:i], r, *rest[i:])
            for j, value in enumerate(self.values[t]):
                if value * chance:
                    found[self.gets(i, profile, j)] = value * chance
            found[self.pays(i, profile)] = Fraction(-sign)
        return found

    def _rank(self, profile: Profile) -> int:
        rank = 0
        for t in profile:
            rank = rank * self.types + t
        return rank


def read_gets(raw: object, where: str, statement: MechanismStatement) -> Array:
    """Read ``[i][t1]...[tn][j]``."""
    return table(raw, where, *AuctionProgram(statement).gets_shape)


def read_pays(raw: object, where: str, statement: MechanismStatement) -> Array:
    """Read ``[i][t1]...[tn]``, or ``[i][t]``."""
    return table(raw, where, *AuctionProgram(statement).pays_shape)


@dataclass(frozen=True, repr=False)
class Auction(Witness):
    """Who gets what and pays what."""

    allocation: Array = stated(
        read_gets, "", "[i][t1]...[tn][j]: the probability that bidder i gets item j", after="statement"
    )
    payment: Array = stated(read_pays, "", "[i][t1]...[tn], with BIC [i][t]: what bidder i pays", after="statement")

    def values(self) -> dict[int, Fraction]:
        """The columns' values."""
        return {k: value for k, value in enumerate([*self.allocation, *self.payment]) if value}


def lower(statement: MechanismStatement, primal: Auction) -> Fraction:
    """What an auction earns, once it is honest and worth taking part in."""
    return linear.attained(AuctionProgram(statement).program(), primal.values())


def upper(statement: MechanismStatement, dual: Multipliers) -> Fraction:
    """The bound that multipliers prove."""
    return linear.proven(AuctionProgram(statement).program(), dual.by_row())
