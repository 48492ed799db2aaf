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
from dual.numbers.masses import listed_masses, nonnegative
from dual.statement import Record, Witness, stated

from .costs import Triple
from .statement import DeliveryStatement

SIDES = ("buyer", "store", "courier")
weights = partial(vector, entry=nonnegative)


def disjoint(raw: object, where: str, *counts: int) -> tuple[Any, ...]:
    """Read lists of one agent of each side, nobody twice."""
    seen: list[set[int]] = [set() for _ in counts]
    read = []
    for n, item in enumerate(items(raw, where, empty=True)):
        place = f"{where}[{n}]"
        entry = items(item, place, len(counts))
        agents = tuple(index(entry[side], f"{place}[{side}]", count) for side, count in enumerate(counts))
        for side, agent in enumerate(agents):
            if agent in seen[side]:
                raise Violation(f"{place}: {SIDES[side]} {agent} trades twice")
            seen[side].add(agent)
        read.append(agents)
    return tuple(read)


@dataclass(frozen=True, repr=False)
class Listed(Record):
    """Quotes of the traded pairs, and a rule for all others."""

    pairs: tuple[tuple[Any, ...], ...] = stated(listed_masses, "buyers stores", "[i, j, amount] on trades")
    elsewhere: str = stated(words, "", "the rule: `zero`, or for tips `highest`")


def read_quotes(
    raw: object, where: str, buyers: int, stores: int, rules: tuple[str, ...] = ("zero",)
) -> Matrix | Listed:
    """Read compensations or tips: a full matrix, or the traded pairs alone."""
    if not isinstance(raw, (Mapping, Listed)):
        return matrix(raw, where, buyers, stores)
    found = Listed.within(raw, where, {"buyers": buyers, "stores": stores})
    choice(found.elsewhere, f"{where}.elsewhere", rules)
    return found


@dataclass(frozen=True, repr=False)
class Utilities(Record):
    """What everybody has; stores have their prices."""

    buyers: Vector = stated(vector, "buyers", "of buyers")
    stores: Vector = stated(vector, "stores", "of stores")
    couriers: Vector = stated(vector, "couriers", "of couriers")


@dataclass(frozen=True, repr=False)
class Matching(Witness):
    """Disjoint triples of buyer, store and courier."""

    transactions: tuple[Triple, ...] = stated(disjoint, "buyers stores couriers", "[buyer, store, courier]")


@dataclass(frozen=True, repr=False)
class Equilibrium(Matching):
    """A matching and what supports it."""

    prices: Vector = stated(vector, "stores", "of stores, >= 0")
    compensations: Matrix | Listed = stated(read_quotes, "buyers stores", "of pairs, >= 0")
    tips: Matrix | Listed = stated(partial(read_quotes, rules=("zero", "highest")), "buyers stores", "of pairs, >= 0")
    utilities: Utilities = stated(Utilities, "", "what everybody has")
    deficit: Fraction = stated(number, "", "compensations minus prices, over the trades")


def read_primal(raw: object, statement: DeliveryStatement, where: str) -> Matching:
    """Read a matching; with its prices unless efficiency alone is sought."""
    return (Matching if statement.objective == "efficient" else Equilibrium).read(raw, statement, where)


@dataclass(frozen=True, repr=False, kw_only=True)
class Majorants(Record):
    """Potentials that majorise every gain."""

    kind: str = stated(words, "", '"lp"')
    buyers: Vector = stated(weights, "buyers", "of buyers, >= 0")
    stores: Vector = stated(weights, "stores", "of stores, >= 0")
    couriers: Vector = stated(weights, "couriers", "of couriers, >= 0")
    weight: Fraction | None = stated(number, "", "of the row of heaviest matchings, >= 0", default=None)
    heaviest: tuple[tuple[int, int], ...] | None = stated(
        disjoint, "buyers stores", "[buyer, store]: a heaviest matching", default=None
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
    heaviest: tuple[tuple[int, int], ...] = stated(disjoint, "buyers stores", "[buyer, store]: a heaviest matching")
    weight: Fraction = stated(number, "", "of values, >= 0")
    buyers: Vector = stated(weights, "buyers", "of buyers, >= 0")
    stores: Vector = stated(weights, "stores", "of stores, >= 0")


def read_bound(raw: object, where: str, statement: DeliveryStatement) -> Majorants:
    """Read a bound, alone or with a tree."""
    kind = raw.get("kind") if isinstance(raw, Mapping) else getattr(raw, "kind", None)
    if kind not in ("lp", "tree"):
        raise InputError('a bound is of kind "lp" or "tree"', f"{where}.kind")
    return (Majorants if kind == "lp" else Tree).within(raw, where, statement.lengths())


@dataclass(frozen=True, repr=False)
class Bound(Witness):
    """What bounds welfare from above."""

    bound: Majorants = stated(read_bound, "", "potentials, perhaps with a tree", after="statement")


@dataclass(frozen=True, repr=False)
class NoEquilibrium(Witness):
    """What proves that there is no equilibrium without tips."""

    bound: Cardinality = stated(Cardinality, "", "why couriers do not suffice")
