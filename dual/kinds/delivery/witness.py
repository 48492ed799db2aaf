"""What proves bounds of a delivery market: a matching with its prices from below, potentials and trees from above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from dual.errors import InputError, Violation
from dual.names import words
from dual.numbers.choices import as_written, choice
from dual.numbers.exact import Matrix, Vector, index, items, matrix, number, vector
from dual.statement import Record, Witness, stated
from dual.words import brief

from .costs import Triple
from .statement import DeliveryStatement, transactions

BUYERS, STORES, COURIERS = range(3)


def read_trades(raw: object, where: str, statement: DeliveryStatement) -> tuple[Triple, ...]:
    """Read a matching."""
    return transactions(statement, raw, where)


def read_side(raw: object, where: str, statement: DeliveryStatement, side: int) -> Vector:
    """Read a number for each agent of a side."""
    return vector(raw, where, statement.shape[side])


def read_weights(raw: object, where: str, statement: DeliveryStatement, side: int) -> Vector:
    """Read a number >= 0 for each agent of a side."""
    read = read_side(raw, where, statement, side)
    for n, entry in enumerate(read):
        if entry < 0:
            raise Violation(f"{where}[{n}] = {brief(entry)} < 0")
    return read


def read_pairs(raw: object, where: str, statement: DeliveryStatement) -> tuple[tuple[int, int], ...]:
    """Read a matching of buyers and stores."""
    read, seen = [], (set[int](), set[int]())
    for n, item in enumerate(items(raw, where, empty=True)):
        place, entry = f"{where}[{n}]", items(item, f"{where}[{n}]", 2)
        i = index(entry[0], f"{place}[0]", len(statement.values))
        j = index(entry[1], f"{place}[1]", len(statement.values[0]))
        if i in seen[0] or j in seen[1]:
            raise Violation(f"{place}: a buyer or store stands in two pairs")
        seen[0].add(i)
        seen[1].add(j)
        read.append((i, j))
    return tuple(read)


def read_paid(raw: object, where: str, statement: DeliveryStatement) -> tuple[tuple[int, int, Fraction], ...]:
    """Read amounts ``[i, j, amount]`` of pairs."""
    read = []
    for n, item in enumerate(items(raw, where, empty=True)):
        place, entry = f"{where}[{n}]", items(item, f"{where}[{n}]", 3)
        i = index(entry[0], f"{place}[0]", len(statement.values))
        j = index(entry[1], f"{place}[1]", len(statement.values[0]))
        read.append((i, j, number(entry[2], f"{place}[2]")))
    return tuple(read)


@dataclass(frozen=True, repr=False)
class Listed(Record):
    """Quotes of the traded pairs, and a rule for all others."""

    pairs: tuple[tuple[int, int, Fraction], ...] = stated(read_paid, "", "[i, j, amount] on trades", after="statement")
    elsewhere: str = stated(words, "", "the rule: `zero`, or for tips `highest`")


def read_quotes(
    raw: object, where: str, statement: DeliveryStatement, rules: tuple[str, ...] = ("zero",)
) -> Matrix | Listed:
    """Read compensations or tips: a full matrix, or the traded pairs alone."""
    if not isinstance(raw, (Mapping, Listed)):
        return matrix(raw, where, len(statement.values), len(statement.values[0]))
    found = Listed.within(raw, where, known={"statement": statement})
    choice(found.elsewhere, f"{where}.elsewhere", rules)
    return found


@dataclass(frozen=True, repr=False)
class Utilities(Record):
    """What everybody has; stores have their prices."""

    buyers: Vector = stated(partial(read_side, side=BUYERS), "", "of buyers", after="statement")
    stores: Vector = stated(partial(read_side, side=STORES), "", "of stores", after="statement")
    couriers: Vector = stated(partial(read_side, side=COURIERS), "", "of couriers", after="statement")


@dataclass(frozen=True, repr=False)
class Matching(Witness):
    """Disjoint triples of buyer, store and courier."""

    transactions: tuple[Triple, ...] = stated(read_trades, "", "[buyer, store, courier]", after="statement")


@dataclass(frozen=True, repr=False)
class Equilibrium(Matching):
    """A matching and what supports it."""

    prices: Vector = stated(partial(read_side, side=STORES), "", "of stores, >= 0", after="statement")
    compensations: Matrix | Listed = stated(read_quotes, "", "of pairs, >= 0", after="statement")
    tips: Matrix | Listed = stated(
        partial(read_quotes, rules=("zero", "highest")), "", "of pairs, >= 0", after="statement"
    )
    utilities: Utilities = stated(Utilities, "", "what everybody has", after="statement")
    deficit: Fraction = stated(number, "", "compensations minus prices, over the trades")


def read_primal(raw: object, statement: DeliveryStatement, where: str) -> Matching:
    """Read a matching; with its prices unless efficiency alone is sought."""
    return (Matching if statement.objective == "efficient" else Equilibrium).read(raw, statement, where)


@dataclass(frozen=True, repr=False, kw_only=True)
class Majorants(Record):
    """Potentials that majorise every gain."""

    kind: str = stated(words, "", '"lp"')
    buyers: Vector = stated(partial(read_weights, side=BUYERS), "", "of buyers, >= 0", after="statement")
    stores: Vector = stated(partial(read_weights, side=STORES), "", "of stores, >= 0", after="statement")
    couriers: Vector = stated(partial(read_weights, side=COURIERS), "", "of couriers, >= 0", after="statement")
    weight: Fraction | None = stated(number, "", "of the row of heaviest matchings, >= 0", default=None)
    heaviest: tuple[tuple[int, int], ...] | None = stated(
        read_pairs, "", "[buyer, store]: a heaviest matching", default=None, after="statement"
    )


@dataclass(frozen=True, repr=False, kw_only=True)
class Tree(Majorants):
    """Potentials, and a branching tree over the triples that they leave above a level."""

    level: Fraction = stated(number, "", "no better matching has more, but in the tree")
    nodes: Any = stated(as_written, "", "the root first; see dual.proofs.tree")
    conflicts: Any = stated(as_written, "", "trades that no prices support together", default=None)


@dataclass(frozen=True, repr=False)
class Cardinality(Record):
    """Every heaviest matching of buyers and stores has more pairs than there are couriers."""

    kind: str = stated(words, "", '"cardinality"')
    heaviest: tuple[tuple[int, int], ...] = stated(
        read_pairs, "", "[buyer, store]: a heaviest matching", after="statement"
    )
    weight: Fraction = stated(number, "", "of values, >= 0")
    buyers: Vector = stated(partial(read_weights, side=BUYERS), "", "of buyers, >= 0", after="statement")
    stores: Vector = stated(partial(read_weights, side=STORES), "", "of stores, >= 0", after="statement")


def read_bound(raw: object, where: str, statement: DeliveryStatement) -> Majorants:
    """Read a bound, alone or with a tree."""
    kind = raw.get("kind") if isinstance(raw, Mapping) else getattr(raw, "kind", None)
    if kind not in ("lp", "tree"):
        raise InputError('a bound is of kind "lp" or "tree"', f"{where}.kind")
    return (Majorants if kind == "lp" else Tree).within(raw, where, known={"statement": statement})


@dataclass(frozen=True, repr=False)
class Bound(Witness):
    """What bounds welfare from above."""

    bound: Majorants = stated(read_bound, "", "potentials, perhaps with a tree", after="statement")


@dataclass(frozen=True, repr=False)
class NoEquilibrium(Witness):
    """What proves that there is no equilibrium without tips."""

    bound: Cardinality = stated(Cardinality, "", "why couriers do not suffice", after="statement")
