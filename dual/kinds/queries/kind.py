"""Kind ``simulation``: queries to a simulator of the receiver, and the experiment for each answer.

* primal: ``cuts``, the queries asked, after the k-th type in the order from the most reluctant to the readiest (types
  of one threshold counting once); or ``tree``, ``[k, below, above]`` or null, where adaptive queries are paid when they
  are asked; or ``chosen`` partitions; and ``cells``, an experiment for each answer: cells in the order of types, leaves
  of the tree from the left, answer vectors of noisy queries, or cells of partitions by their first type.
* dual: ``multiplier`` and ``potentials`` (:mod:`dual.kinds.queries.potentials`); with three states and more
  ``intervals``, prices for every cell (:mod:`dual.kinds.queries.layers`); or ``{"kind": ...}`` where the checker
  finds the bound itself: ``recomputed`` (the best tree), ``enumeration`` (every choice of noisy queries, or of
  partitions), ``refinement`` (all partitions together).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, Final

from dual.errors import InputError, Violation
from dual.kinds.informed.public import Signal
from dual.limits import steps
from dual.numbers.choices import choice
from dual.numbers.exact import index, items
from dual.statement import Record, Witness, stated
from dual.verdict import Kind
from dual.words import brief

from . import layers, noisy, partitions, priced
from .layers import Intervals
from .order import Order
from .potentials import Potentials, bound
from .statement import SimulationStatement

FOUND: Final = ("recomputed", "enumeration", "refinement")
DEEPEST: Final = 900
"""Queries in a row that are read: deeper trees than types are of no use, and each level is a call."""


@dataclass(frozen=True, repr=False)
class Cell(Record):
    """The experiment after some answers."""

    signals: tuple[Signal, ...] = stated(Signal, "*signals", "messages, adding up to one in both states")


def read_cuts(raw: object, where: str, statement: SimulationStatement) -> tuple[int, ...]:
    """Read cuts in order; noisy ones may be repeated."""
    n = len(statement.groups)
    found: list[int] = []
    for k, entry in enumerate(items(raw, where, empty=True)):
        cut = index(entry, f"{where}[{k}]", n)
        if not cut or (found and cut < found[-1] + (not statement.noise)):
            raise InputError("cuts are numbers from 1 in increasing order", f"{where}[{k}]")
        found.append(cut)
    return tuple(found)


def read_tree(raw: object, where: str, statement: SimulationStatement, depth: int = 0) -> Any:
    """Read ``[k, below, above]`` or null."""
    if raw is None:
        return None
    if depth > DEEPEST:
        raise InputError(f"the tree is deeper than {DEEPEST}", where)
    cut, below, above = items(raw, where, 3)
    k = index(cut, f"{where}[0]", len(statement.groups))
    return (
        k,
        read_tree(below, f"{where}[1]", statement, depth + 1),
        read_tree(above, f"{where}[2]", statement, depth + 1),
    )


def read_chosen(raw: object, where: str, statement: SimulationStatement) -> tuple[int, ...]:
    """Read numbers of partitions in increasing order."""
    count = len(statement.partitions or ())
    found = [index(entry, f"{where}[{k}]", count) for k, entry in enumerate(items(raw, where, empty=True))]
    if sorted(set(found)) != found:
        raise InputError("queries are listed once, in increasing order", where)
    return tuple(found)


@dataclass(frozen=True, repr=False)
class Queries(Witness):
    """What is asked, and what is revealed after each answer."""

    cells: tuple[Cell, ...] = stated(Cell, "*cells", "an experiment for each answer")
    cuts: tuple[int, ...] | None = stated(
        read_cuts, "", "after which types of the order is asked", default=None, after="statement"
    )
    tree: Any = stated(read_tree, "", "[k, below, above] or null: a tree of queries", default=None, after="statement")
    chosen: tuple[int, ...] | None = stated(
        read_chosen, "", "the numbers of the partitions that are asked", default=None, after="statement"
    )


@dataclass(frozen=True, repr=False)
class Derived(Witness):
    """The name of what the checker finds itself."""

    kind: str = stated(partial(choice, known=FOUND), "", "which bound the checker finds")


def read_dual(raw: object, statement: SimulationStatement, where: str = "dual") -> Potentials | Intervals | Derived:
    """Read potentials, prices of every cell, or the name of a bound."""
    if statement.state_count > 2:
        return Intervals.read(raw, statement, where)
    named = isinstance(raw, Derived) or (isinstance(raw, Mapping) and "kind" in raw)
    return (Derived if named else Potentials).read(raw, statement, where)


def told_apart(statement: SimulationStatement, primal: Queries) -> tuple[list[list[int]], Fraction]:
    """The types in each cell, and what the queries cost, for types in an order."""
    n = len(statement.groups)
    if statement.mode == "adaptive" and statement.price:
        if primal.cuts is not None:
            raise InputError("queries that are paid when they are asked need a tree", "primal.cuts")
        found = list(leaves(primal.tree, 0, n))
        _allowed(max(depth for _, _, depth in found), statement.queries)
        chance = [sum((x for t in own for x in statement.law[t]), Fraction(0)) for own in statement.groups]
        fee = statement.price * sum((depth * sum(chance[i:j], Fraction(0)) for i, j, depth in found), Fraction(0))
        return layers.divided(statement, [j for _, j, _ in found[:-1]]), fee
    if primal.cuts is None:
        raise InputError("the field is missing", "primal.cuts")
    if statement.mode == "adaptive" and len(primal.cuts) + 1 > statement.cells:
        raise Violation(f"{len(primal.cuts)} cuts need more than {statement.queries} adaptive queries")
    if statement.mode == "set":
        _allowed(len(primal.cuts), statement.queries)
    fee = statement.price * len(primal.cuts) if statement.mode == "set" else Fraction(0)
    return layers.divided(statement, primal.cuts), fee


def leaves(tree: Any, low: int, high: int, depth: int = 0) -> Iterator[tuple[int, int, int]]:
    """The cells of a tree from the left, with how many queries lead to each."""
    if tree is None:
        yield low, high, depth
        return
    cut, below, above = tree
    if not low < cut < high:
        raise Violation(f"a query after type {cut} tells nothing about the types {low + 1} to {high}")
    yield from leaves(below, low, cut, depth + 1)
    yield from leaves(above, cut, high, depth + 1)


def asked(statement: SimulationStatement, primal: Queries) -> tuple[list[Order], Fraction]:
    """The types in each cell, and what the queries cost.

    Raises
    ------
    Violation
        If there are more queries than may be asked.
    InputError
        If the witness has not the form that belongs to the instance.
    """
    order, n = statement.order, len(statement.order.q)
    if statement.partitions is not None:
        if primal.chosen is None:
            raise InputError("the field is missing", "primal.chosen")
        _allowed(len(primal.chosen), statement.queries)
        return list(partitions.parts(statement, primal.chosen)), statement.price * len(primal.chosen)
    if statement.mode == "adaptive" and statement.price:
        if primal.cuts is not None:
            raise InputError("queries that are paid when they are asked need a tree", "primal.cuts")
        found = list(leaves(primal.tree, 0, n))
        _allowed(max(depth for _, _, depth in found), statement.queries)
        law = [sum((x for t in own for x in statement.law[t]), Fraction(0)) for own in order.members]
        fee = statement.price * sum((depth * sum(law[i:j], Fraction(0)) for i, j, depth in found), Fraction(0))
        return [order.part(slice(i, j)) for i, j, _ in found], fee
    if primal.cuts is None:
        raise InputError("the field is missing", "primal.cuts")
    cuts = primal.cuts
    if statement.mode == "adaptive":
        if len(cuts) + 1 > statement.cells:
            raise Violation(f"{len(cuts)} cuts need more than {statement.queries} adaptive queries")
        fee = Fraction(0)
    else:
        _allowed(len(cuts), statement.queries)
        fee = statement.price * len(cuts)
    if statement.noise:
        steps(2 ** min(len(cuts), 60) * 4 * n, f"the answers to {len(cuts)} noisy queries", order.longest)
        return list(noisy.answers(order, cuts, statement.noise)), fee
    ends = [0, *cuts, n]
    return [order.part(slice(i, j)) for i, j in pairwise(ends)], fee


def _allowed(count: int, most: int | None) -> None:
    if most is not None and count > most:
        raise Violation(f"{count} queries are asked, {most} are allowed")


def lower(statement: SimulationStatement, primal: Queries) -> Fraction:
    """What the sender gets from queries and experiments, after what queries cost."""
    if statement.state_count > 2:
        types, price = told_apart(statement, primal)
        if len(types) != len(primal.cells):
            raise InputError(f"{len(primal.cells)} experiments for {len(types)} cells", "primal.cells")
        messages_of = [[signal.likelihood for signal in cell.signals] for cell in primal.cells]
        return layers.attained(statement, types, messages_of) - price
    parts, fee = asked(statement, primal)
    if len(parts) != len(primal.cells):
        raise InputError(f"{len(primal.cells)} experiments for {len(parts)} cells", "primal.cells")
    total = statement.otherwise - fee
    for k, (part, cell) in enumerate(zip(parts, primal.cells, strict=True)):
        messages = [signal.likelihood for signal in cell.signals]
        for s in (0, 1):
            whole = sum((x[s] for x in messages), Fraction(0))
            if whole != 1:
                raise Violation(f"cell {k}, state {s}: the likelihoods add up to {brief(whole)}, not to 1")
        steps(4 * len(messages) * len(part.q), "replies to messages", part.longest)
        total += sum((part.worth((x[0], x[1])) for x in messages), Fraction(0)) / part.unit
    return total


def upper(statement: SimulationStatement, dual: Potentials | Intervals | Derived) -> Fraction:
    """The bound of potentials, or the one that the checker finds."""
    statement = statement.above
    if isinstance(dual, Intervals):
        return layers.bound(statement, dual)
    if isinstance(dual, Potentials):
        return bound(statement, dual)
    if dual.kind == "recomputed" and statement.mode == "adaptive" and statement.partitions is None:
        return statement.otherwise + priced.Recursion(statement).value()
    if dual.kind == "enumeration" and statement.partitions is not None:
        return statement.otherwise + partitions.Refinements(statement).best()[0]
    if dual.kind == "refinement" and statement.partitions is not None:
        return statement.otherwise + partitions.Refinements(statement).everything()
    if dual.kind == "enumeration" and statement.noise:
        return statement.otherwise + noisy.value(statement)
    raise InputError(f'"{dual.kind}" is no bound for these queries', "dual.kind")


KIND = Kind(
    "simulation",
    SimulationStatement.read,
    lower,
    upper,
    derives=lambda dual: isinstance(dual, Derived),
    primal=Queries.read,
    dual=read_dual,
)
