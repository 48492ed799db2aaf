"""A single buyer of finitely many types: what a menu earns, and what no menu can exceed.

*Lower bound.* A menu lists lotteries over goods with prices. Every type takes what is best for it, or nothing, and of
equally good offers the most profitable. So any menu is valid, and the checker need not be told who buys what.

*Upper bound.* Every mechanism satisfies, with utilities ``u_k = val_k(x_k) - t_k`` and f the types' probabilities,

    (ir_k)    u_k >= 0                              (ic_kj)   u_k >= val_k(x_j) - t_j

Multipliers ir, ic >= 0 with ``ir_k + sum_j (ic_kj - ic_jk) = f_k`` make prices cancel, so that revenue is at most

    sum_k  max over lotteries x of  sum_S x(S) [ val_k(S) (ir_k + sum_j ic_kj) - sum_j ic_jk val_j(S) - f_k cost(S) ]

whose brackets are virtual values: a transport of types along which the goods' worth is passed on (Cai, Devanur and
Weinberg, arXiv 1812.01577).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.exact import items, number, over_common_denominator, vector
from dual.numbers.largest import largest
from dual.numbers.masses import listed_masses, nonnegative
from dual.statement import Record, Witness, stated
from dual.words import brief

from .statement import Good, MechanismStatement, read_bundle

Lottery = tuple[Any, ...]
"""As files hold it: a probability for each item or vertex, or pairs of a bundle and its probability."""


def read_lottery(raw: object, where: str, statement: MechanismStatement) -> Lottery:
    """Read a list of probabilities, one for each item or vertex; of bundles, a list ``[[item, ...], probability]``."""
    found: Lottery
    if statement.bundled:
        found = tuple(
            (
                read_bundle(bundle, f"{where}[{k}][0]", statement.count),
                nonnegative(chance, f"{where}[{k}][1]"),
            )
            for k, entry in enumerate(items(raw, where, empty=True))
            for bundle, chance in [items(entry, f"{where}[{k}]", 2)]
        )
        chances = [chance for _, chance in found]
    else:
        found = vector(raw, where, len(statement.all_goods), nonnegative)
        chances = list(found)
    total = max(chances, default=Fraction(0)) if statement.apart else sum(chances, Fraction(0))
    if total > 1:
        what = "the largest is" if statement.apart else "they sum to"
        raise InputError(f"these are no probabilities: {what} {brief(total)}, more than 1", where)
    return found


@dataclass(frozen=True, repr=False)
class Offer(Record):
    """A lottery and its price."""

    lottery: Lottery = stated(read_lottery, "", "the probability of each good", after="statement")
    price: Fraction = stated(number, "", "what it costs the buyer")

    @property
    def goods(self) -> list[tuple[Good, Fraction]]:
        """The goods that it may give, with their probabilities."""
        pairs = [one if isinstance(one, tuple) else (j, one) for j, one in enumerate(self.lottery)]
        return [(good, chance) for good, chance in pairs if chance]


def read_menu(raw: object, where: str, statement: MechanismStatement) -> tuple[Offer, ...]:
    """Read offers; a menu may be empty."""
    listed = enumerate(items(raw, where, empty=True))
    return tuple(Offer.within(one, f"{where}[{k}]", None, {"statement": statement}) for k, one in listed)


@dataclass(frozen=True, repr=False)
class Menu(Witness):
    """What is for sale."""

    menu: tuple[Offer, ...] = stated(read_menu, "", "offers: `lottery` and `price`", after="statement")

    def choices(self, statement: MechanismStatement) -> list[int | None]:
        """What every type takes: its best offer, of equally good ones the most profitable; None for nothing."""
        types, offers = statement.types or (), [offer.goods for offer in self.menu]
        goods = {good: c for c, good in enumerate(dict.fromkeys(good for lottery in offers for good, _ in lottery))}
        size = len(goods) * statement.most_bids + sum(map(len, offers)) + len(offers)
        steps(len(types) * size, "comparing every offer for every type")
        # In integers: utilities count 1 / (unit * finer), sums of fractions would take most of the time.
        unit = lcm(*(one.denominator for offer in self.menu for _, one in [*offer.goods, (0, offer.price)]))
        lotteries = [[(goods[good], _counted(chance, unit)) for good, chance in lottery] for lottery in offers]
        prices = [_counted(offer.price, unit) for offer in self.menu]
        profits = [profit(statement, offer) for offer in self.menu]
        found: list[int | None] = []
        for k in range(len(types)):
            worth, finer = over_common_denominator([statement.value(k, good) for good in goods])
            keeps = [0, *(sum([chance * worth[c] for c, chance in lottery], -prices[r] * finer) for r, lottery in
                          enumerate(lotteries))]  # fmt: skip
            best = largest(keeps)
            equal = [None if r == 0 else r - 1 for r, utility in enumerate(keeps) if utility == best]
            earned = [Fraction(0) if r is None else profits[r] for r in equal]
            found.append(equal[earned.index(largest(earned))])
        return found


def _counted(value: Fraction, unit: int) -> int:
    """How many units of ``1/unit`` a number has."""
    return value.numerator * (unit // value.denominator)


def profit(statement: MechanismStatement, offer: Offer) -> Fraction:
    """What the seller keeps of an offer's price."""
    return offer.price - sum((chance * statement.cost(good) for good, chance in offer.goods), Fraction(0))


def lower(statement: MechanismStatement, primal: Menu) -> Fraction:
    """What a menu earns."""
    if statement.deterministic and any(chance != 1 for offer in primal.menu for _, chance in offer.goods):
        raise Violation("the menu has lotteries")
    taken = zip(statement.weights, primal.choices(statement), strict=True)
    return sum((f * profit(statement, primal.menu[r]) for f, r in taken if r is not None), Fraction(0))


def read_pairs(raw: object, where: str, statement: MechanismStatement) -> tuple[Any, ...]:
    """Read ``[k, j, multiplier]``."""
    count = len(statement.types or ())
    return listed_masses(raw, where, count, count)


def read_singles(raw: object, where: str, statement: MechanismStatement) -> tuple[Any, ...]:
    """Read ``[k, multiplier]``."""
    return listed_masses(raw, where, len(statement.types or ()))


@dataclass(frozen=True, repr=False)
class Multipliers(Witness):
    """How the types' worth is passed on."""

    ir: tuple[tuple[int, Fraction], ...] = stated(
        read_singles, "", "`[k, multiplier]` >= 0, of taking part; others are 0", after="statement"
    )
    ic: tuple[tuple[int, int, Fraction], ...] = stated(
        read_pairs, "", "`[k, j, multiplier]` >= 0, of type k not taking what j gets; others are 0", after="statement"
    )


def upper(statement: MechanismStatement, dual: Multipliers) -> Fraction:
    """The bound that multipliers prove."""
    count = len(statement.types or ())
    own, passed = [Fraction(0)] * count, [list[tuple[int, Fraction]]() for _ in range(count)]
    balance = [-f for f in statement.weights]
    for k, weight in dual.ir:
        _nonnegative(f"ir[{k}]", weight)
        own[k] += weight
        balance[k] += weight
    for k, j, weight in dual.ic:
        _nonnegative(f"ic[{k}][{j}]", weight)
        own[k] += weight
        balance[k] += weight
        balance[j] -= weight
        passed[j].append((k, weight))
    for k, off in enumerate(balance):
        if off:
            raise Violation(f"type {k}: ir + sum ic[{k}] - sum ic[.][{k}] is off its weight by {brief(off)}")
    width = max(len(statement.goods(k)) for k in range(count))
    steps(width * (count + len(dual.ic)) * statement.most_bids, "computing virtual values")
    bound = Fraction(0)
    for k, f in enumerate(statement.weights):
        virtual = [
            own[k] * statement.value(k, good)
            - sum((weight * statement.value(j, good) for j, weight in passed[k]), f * statement.cost(good))
            for good in statement.goods(k)
        ]
        zero = Fraction(0)
        bound += (
            sum((largest([value, zero]) for value in virtual), zero) if statement.apart else largest([zero, *virtual])
        )
    return bound


def _nonnegative(name: str, weight: Fraction) -> None:
    if weight < 0:
        raise Violation(f"{name} = {brief(weight)} < 0")
