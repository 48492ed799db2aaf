"""Several buyers of finitely many types, independent: the program of all auctions.

Buyers who are not alike share one list of types, and each has probabilities of its own. That some are 0 changes
nothing: an auction that is honest on the other types is honest on all of them if whoever reports such a type is given
the best that the own reports get, or nothing, while nobody else gets or pays anything then.

Columns are ``gets[i][t1]...[tn][j]``, the probability that bidder i gets item j when types are t1, ..., tn, and what
bidder i pays: ``pays[i][t1]...[tn]`` (DSIC), or ``pays[i][t]`` by the own type alone (BIC). With bundles,
``gives[t1]...[tn][a]`` is the probability of the a-th way to give each bidder one of the own goods or nothing, no item
twice: a bundle may be cut down to the best own bid inside it, which the others like no better. Rows:

* ``supply[j][t1]...[tn]``: every item is given at most once; ``demand[i][t1]...[tn]``, for unit-demand: nobody gets
  more than one. Lotteries over items that satisfy both are lotteries over assignments (Birkhoff, von Neumann).
  With bundles ``supply[t1]...[tn]``: the probabilities sum to at most 1.
* DSIC, whatever the others' types are: ``truth[i][t1]...[tn][r]``, that bidder i does not gain by reporting r, and
  ``take[i][t1]...[tn]``, that taking part is no loss.
* BIC, on average over them: ``truth[i][t][r]`` and ``take[i][t]``.

Maximised is what is paid, less what the items cost the seller, in expectation. Values are linear in probabilities, so
that whether items are given together makes no difference, neither to additive buyers nor to those who want one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import product
from math import prod

from dual.errors import InputError
from dual.limits import numbers, steps
from dual.numbers.arrays import Array, table
from dual.numbers.exact import index, items
from dual.numbers.masses import nonnegative
from dual.proofs import linear
from dual.proofs.linear import Block, Program, Row
from dual.proofs.named import Multipliers
from dual.statement import Witness, stated

from .statement import Bundle, Good, MechanismStatement, read_bundle

Profile = tuple[int, ...]
Assignment = tuple[Bundle, ...]
"""What each bidder gets; () is nothing."""


class AuctionProgram:
    """Columns and rows of an auction of items.

    Attributes
    ----------
    statement : MechanismStatement
    profiles : list of tuple of int
        One type for each bidder.
    value : callable
        What a good is worth to a type.
    """

    def __init__(self, statement: MechanismStatement) -> None:
        self.statement = statement
        self.bidders, self.items, self.types = statement.bidders, statement.count, len(statement.weights)
        self.profiles: list[Profile] = list(product(range(self.types), repeat=self.bidders))
        self.value = cache(statement.value)
        self.interim = statement.incentives == "BIC"
        self.pays_shape = (self.bidders, *[self.types] * (1 if self.interim else self.bidders))
        self.given_blocks = self._given_blocks()
        self._pays = sum(block.size for block in self.given_blocks)

    @staticmethod
    def of(statement: MechanismStatement) -> AuctionProgram:
        """The program of a statement: of items, or of bundles."""
        numbers(statement.profiles * statement.bidders * (statement.count + 1) * 4, "an auction of so many profiles")
        return (BundleProgram if statement.bundled else AuctionProgram)(statement)

    @property
    def gets_shape(self) -> tuple[int, ...]:
        """The axes of an allocation of items."""
        return (self.bidders, *[self.types] * self.bidders, self.items)

    def _given_blocks(self) -> Sequence[Block]:
        return [Block(("gets",), self.gets_shape)]

    @cached_property
    def chances(self) -> Mapping[Profile, Fraction]:
        """The probability of each profile."""
        return {profile: self.chance(profile, range(self.bidders)) for profile in self.profiles}

    def chance(self, types: Profile, bidders: Iterable[int]) -> Fraction:
        """How likely these bidders are of these types."""
        weights = self.statement.weights_of
        return prod((weights(i)[t] for i, t in zip(bidders, types, strict=True)), start=Fraction(1))

    def gets(self, i: int, profile: Profile, j: int = 0) -> int:
        """The column of bidder i's probability of item j."""
        return (i * len(self.profiles) + self._rank(profile)) * self.items + j

    def given(self, i: int, profile: Profile) -> Iterator[tuple[int, Good]]:
        """The columns of what bidder i may get, with what that is."""
        return ((self.gets(i, profile, j), j) for j in range(self.items))

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
        wide = 1 + self._pays // (self.bidders * len(self.profiles))
        valued = self.types * sum(len(self.statement.goods(t)) for t in range(self.types)) * self.statement.most_bids
        steps(comparisons * wide * 30 + valued, f"an auction with {comparisons} comparisons")
        blocks = [*self.given_blocks, Block(("pays",), self.pays_shape, free=True)]
        return Program(blocks, self._objective(), self.rows)

    def _objective(self) -> list[Fraction]:
        goal = [Fraction(0)] * (self._pays + prod(self.pays_shape))
        for i, profile in product(range(self.bidders), self.profiles):
            chance = self.chances[profile]
            goal[self.pays(i, profile)] += chance
            for column, good in self.given(i, profile) if self.statement.costs else ():
                goal[column] -= chance * self.statement.cost(good)
        return goal

    def rows(self) -> Iterator[Row]:
        """Supply, demand, truth and taking part."""
        yield from self._supply()
        for i in range(self.bidders):
            yield from self._own_rows(i)

    def _supply(self) -> Iterator[Row]:
        every = range(self.bidders)
        for profile in self.profiles:
            for j in range(self.items):
                yield Row(("supply", j, *profile), "<=", 1, {self.gets(i, profile, j): 1 for i in every}.items)
            if self.statement.valuation == "unit-demand":
                for i in every:
                    own = {self.gets(i, profile, j): 1 for j in range(self.items)}
                    yield Row(("demand", i, *profile), "<=", 1, own.items)

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
                chance *= self.chance(rest, [k for k in range(self.bidders) if k != i])
            profile = (*rest[:i], r, *rest[i:])
            for column, good in self.given(i, profile):
                value = self.value(t, good) * chance
                if value:
                    found[column] = value
            found[self.pays(i, profile)] = Fraction(-sign)
        return found

    def _rank(self, profile: Profile) -> int:
        rank = 0
        for t in profile:
            rank = rank * self.types + t
        return rank


class BundleProgram(AuctionProgram):
    """Columns and rows of an auction of bundles.

    Attributes
    ----------
    assignments : dict of tuple of int to dict
        By profile every way to give goods, with its column.
    """

    def _given_blocks(self) -> Sequence[Block]:
        goods = [self.statement.goods(t) for t in range(self.types)]
        steps(sum(len(own) + 1 for own in goods) ** self.bidders * 30, "ways to give bundles to so many bidders")
        self.assignments: dict[Profile, dict[Assignment, int]] = {}
        start, blocks = 0, []
        for profile in self.profiles:
            ways: list[Assignment] = [()]
            for t in profile:
                ways = [(*way, one) for way in ways for one in ((), *goods[t]) if isinstance(one, tuple)
                        and not any(j in other for other in way for j in one)]  # fmt: skip
            self.assignments[profile] = {way: start + a for a, way in enumerate(ways)}
            blocks.append(Block(("gives", *profile), (len(ways),)))
            start += len(ways)
        numbers(start, "ways to give bundles")
        return blocks

    def given(self, i: int, profile: Profile) -> Iterator[tuple[int, Good]]:
        """The columns of what bidder i may get, with what that is."""
        return ((column, way[i]) for way, column in self.assignments[profile].items() if way[i])

    def _supply(self) -> Iterator[Row]:
        for profile, ways in self.assignments.items():
            yield Row(("supply", *profile), "<=", 1, dict.fromkeys(ways.values(), 1).items)


def read_gets(raw: object, where: str, statement: MechanismStatement) -> Array:
    """Read ``[i][t1]...[tn][j]``."""
    return table(raw, where, *AuctionProgram(statement).gets_shape)


def read_pays(raw: object, where: str, statement: MechanismStatement) -> Array:
    """Read ``[i][t1]...[tn]``, or ``[i][t]``."""
    axes = 1 if statement.incentives == "BIC" else statement.bidders
    return table(raw, where, statement.bidders, *[len(statement.weights)] * axes)


def read_gives(
    raw: object, where: str, statement: MechanismStatement
) -> tuple[tuple[Profile, Assignment, Fraction], ...]:
    """Read ``[[t1, ..., tn], [bundle, ...], probability]``, each way once."""
    found: dict[tuple[Profile, Assignment], Fraction] = {}
    for k, entry in enumerate(items(raw, where, empty=True)):
        at = f"{where}[{k}]"
        types, way, chance = items(entry, at, 3)
        profile = tuple(
            index(t, f"{at}[0][{i}]", len(statement.weights))
            for i, t in enumerate(items(types, f"{at}[0]", statement.bidders))
        )
        bundles = tuple(
            read_bundle(one, f"{at}[1][{i}]", statement.count) if items(one, f"{at}[1][{i}]", empty=True) else ()
            for i, one in enumerate(items(way, f"{at}[1]", statement.bidders))
        )
        if (profile, bundles) in found:
            raise InputError("this way to give bundles stands already in the list", at)
        found[profile, bundles] = nonnegative(chance, f"{at}[2]")
    return tuple((profile, way, chance) for (profile, way), chance in found.items())


@dataclass(frozen=True, repr=False)
class Auction(Witness):
    """Who gets which items and pays what."""

    allocation: Array = stated(
        read_gets, "", "[i][t1]...[tn][j]: the probability that bidder i gets item j", after="statement"
    )
    payment: Array = stated(read_pays, "", "[i][t1]...[tn], with BIC [i][t]: what bidder i pays", after="statement")

    def values(self, _program: AuctionProgram) -> dict[int, Fraction]:
        """The columns' values."""
        return {k: value for k, value in enumerate([*self.allocation, *self.payment]) if value}


@dataclass(frozen=True, repr=False)
class BundleAuction(Witness):
    """Who gets which bundles and pays what."""

    assignments: tuple[tuple[Profile, Assignment, Fraction], ...] = stated(
        read_gives,
        "",
        "`[[t1, ..., tn], [each bidder's items], probability]`: what is given at these types; nothing is `[]`",
        after="statement",
    )
    payment: Array = stated(read_pays, "", "[i][t1]...[tn], with BIC [i][t]: what bidder i pays", after="statement")

    def values(self, program: AuctionProgram) -> dict[int, Fraction]:
        """The columns' values."""
        found, start = dict[int, Fraction](), sum(block.size for block in program.given_blocks)
        for profile, way, chance in self.assignments:
            column = program.assignments[profile].get(way) if isinstance(program, BundleProgram) else None
            if column is None:
                raise InputError(f"at types {list(profile)} somebody gets what is no own bundle, or an item is given "
                                 "twice", "primal.assignments")  # fmt: skip
            found[column] = chance
        return found | {start + k: value for k, value in enumerate(self.payment) if value}


def lower(statement: MechanismStatement, primal: Auction | BundleAuction) -> Fraction:
    """What an auction earns, once it is honest and worth taking part in."""
    auction = AuctionProgram.of(statement)
    return linear.attained(auction.program(), primal.values(auction))


def upper(statement: MechanismStatement, dual: Multipliers) -> Fraction:
    """The bound that multipliers prove."""
    return linear.proven(AuctionProgram.of(statement).program(), dual.by_row())
