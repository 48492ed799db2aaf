"""Is a given menu or auction incentive compatible, and if not, who gains how much by what? Exactly, by brute force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from dual.errors import InputError
from dual.kinds.mechanisms.auction import Auction, AuctionProgram, BundleAuction
from dual.kinds.mechanisms.menu import Menu, lower, profit
from dual.kinds.mechanisms.statement import Good, MechanismStatement
from dual.numbers.exact import index, items
from dual.words import brief
from transport.road.table import Cell, Table

Given = Mapping[tuple[int, ...], Sequence[tuple[Good, Fraction]]]


@dataclass(frozen=True)
class Deviation:
    """A way to gain.

    Attributes
    ----------
    who : tuple of int
        The type; in auctions the bidder and the types of all (DSIC), or the bidder and the own type (BIC).
    instead : int or None
        The offer that is taken, or the type that is reported; None to stay away.
    gain : Fraction
        Beyond what was meant for it, > 0.
    """

    who: tuple[int, ...]
    instead: int | None
    gain: Fraction


@dataclass(frozen=True)
class Audit:
    """What a menu or an auction is worth.

    Attributes
    ----------
    claimed : Fraction
        Expected profit if everybody does as is meant.
    earned : Fraction or None
        Expected profit if everybody does what is best, ties for the seller; None for auctions that are not incentive
        compatible, where it depends on what the others do.
    deviations : tuple of Deviation
        Every way to gain, the largest gain first.
    excesses : tuple of str
        What is given beyond what there is.
    """

    claimed: Fraction
    earned: Fraction | None
    deviations: tuple[Deviation, ...]
    excesses: tuple[str, ...] = ()

    @property
    def incentive_compatible(self) -> bool:
        """Whether nobody gains by anything else."""
        return not self.deviations

    @property
    def regret(self) -> Fraction:
        """The largest gain of anybody."""
        return self.deviations[0].gain if self.deviations else Fraction(0)

    @property
    def lost(self) -> Fraction | None:
        """What of the claimed profit is lost when everybody does what is best."""
        return None if self.earned is None else self.claimed - self.earned

    def table(self) -> Table:
        """The ways to gain, the first twenty."""
        rows: list[list[Cell]] = [
            [", ".join(map(str, one.who)), "nothing" if one.instead is None else one.instead, one.gain]
            for one in self.deviations[:20]
        ]
        return Table(f"ways to gain ({len(self.deviations)})", ["who", "instead", "gain"], rows)

    def __str__(self) -> str:
        ends = "" if self.earned is None else f", earned {brief(self.earned)}"
        word = "incentive compatible" if self.incentive_compatible else f"somebody gains {brief(self.regret)}"
        return f"claimed {brief(self.claimed)}{ends}: {word}{''.join(f'; {one}' for one in self.excesses)}"


def audit_menu(statement: MechanismStatement, menu: Menu, choice: Sequence[object] | None) -> Audit:
    """Compare what is meant for each type with every offer and with nothing."""
    if statement.types is None:
        raise InputError(
            "a menu is audited for finitely many types; of laws, a menu's revenue is its lower bound", "laws"
        )
    count = len(statement.types)
    meant: list[int | None] = menu.choices(statement)
    if choice is not None:
        meant = [
            None if one is None else index(one, f"choice[{k}]", len(menu.menu))
            for k, one in enumerate(items(choice, "choice", count))
        ]
    found = []
    for k, own in enumerate(meant):
        utility: dict[int | None, Fraction] = {None: Fraction(0)}
        for r, offer in enumerate(menu.menu):
            worth = sum((chance * statement.value(k, good) for good, chance in offer.goods), Fraction(0))
            utility[r] = worth - offer.price
        found += [Deviation((k,), r, u - utility[own]) for r, u in utility.items() if u > utility[own]]
    claimed = sum(
        (f * profit(statement, menu.menu[r]) for f, r in zip(statement.weights, meant, strict=True) if r is not None),
        Fraction(0),
    )
    return Audit(claimed, lower(statement, menu), largest_first(found))


def given(auction: Auction | BundleAuction) -> Given:
    """What an auction gives: at a bidder's number and the types of all, goods with their probabilities."""
    found: dict[tuple[int, ...], list[tuple[Good, Fraction]]] = defaultdict(list)
    if isinstance(auction, BundleAuction):
        for profile, way, chance in auction.assignments:
            for i, bundle in enumerate(way):
                found[i, *profile] += [(bundle, chance)] if bundle else []
        return found
    shape = auction.allocation.shape
    for (*place, j), chance in zip(product(*map(range, shape)), auction.allocation, strict=True):
        found[tuple(place)] += [(j, chance)] if chance else []
    return found


def audit_auction(statement: MechanismStatement, auction: Auction | BundleAuction) -> Audit:
    """Compare every truthful report with every other and with staying away."""
    program = AuctionProgram.of(statement)
    get, pay = given(auction), auction.payment.at
    types, bidders = range(program.types), range(program.bidders)
    interim = statement.incentives == "BIC"

    def utility(i: int, t: int, profile: tuple[int, ...]) -> Fraction:
        worth = sum((chance * statement.value(t, good) for good, chance in get[i, *profile]), Fraction(0))
        return worth - (pay(i, profile[i]) if interim else pay(i, *profile))

    found = []
    others = list(product(types, repeat=program.bidders - 1))
    for i, t in product(bidders, types):
        groups = [others] if interim else [[one] for one in others]
        for told in groups:
            by_report: dict[int | None, Fraction] = {}
            for r in types:
                total = Fraction(0)
                for rest in told:
                    chance = program.chance(rest, [k for k in bidders if k != i]) if interim else Fraction(1)
                    total += chance * utility(i, t, (*rest[:i], r, *rest[i:]))
                by_report[r] = total
            who = (i, t) if interim else (i, *told[0][:i], t, *told[0][i:])
            honest = by_report[t]
            ways = {None: Fraction(0), **by_report}
            found += [Deviation(who, r, u - honest) for r, u in ways.items() if u > honest]
    claimed = sum(
        (
            program.chances[profile]
            * (
                (pay(i, profile[i]) if interim else pay(i, *profile))
                - sum((chance * statement.cost(good) for good, chance in get[i, *profile]), Fraction(0))
            )
            for i, profile in product(bidders, program.profiles)
        ),
        Fraction(0),
    )
    excesses = tuple(_bundles_in_excess(auction) if isinstance(auction, BundleAuction) else _excesses(program, auction))
    return Audit(claimed, None if found or excesses else claimed, largest_first(found), excesses)


def _excesses(program: AuctionProgram, auction: Auction) -> list[str]:
    found = []
    for profile in program.profiles:
        chances = [
            [auction.allocation.at(i, *profile, j) for j in range(program.items)] for i in range(program.bidders)
        ]
        for j in range(program.items):
            total = sum((own[j] for own in chances), Fraction(0))
            if total > 1 or min(own[j] for own in chances) < 0:
                found.append(f"item {j} is given {brief(total)} times at types {list(profile)}")
        if program.statement.valuation == "unit-demand":
            for i, own in enumerate(chances):
                if sum(own) > 1:
                    found.append(f"bidder {i} gets {brief(sum(own, Fraction(0)))} items at types {list(profile)}")
    return found


def _bundles_in_excess(auction: BundleAuction) -> list[str]:
    found, totals = [], dict[tuple[int, ...], Fraction]()
    for profile, way, chance in auction.assignments:
        totals[profile] = totals.get(profile, Fraction(0)) + chance
        listed = [j for bundle in way for j in bundle]
        if len(set(listed)) < len(listed):
            twice = next(j for j in listed if listed.count(j) > 1)
            found.append(f"item {twice} is given {listed.count(twice)} times at types {list(profile)}")
    for profile, total in totals.items():
        if total > 1:
            found.append(f"the probabilities at types {list(profile)} sum to {brief(total)}")
    return found


def largest_first(found: Sequence[Deviation]) -> tuple[Deviation, ...]:
    """Ways to gain in the order in which they are told."""
    return tuple(sorted(found, key=lambda one: (-one.gain, one.who)))
