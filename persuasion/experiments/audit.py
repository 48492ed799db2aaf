"""Who gains by cheating under a given menu of experiments, or by what is told to rivals: exactly, by comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.errors import InputError
from dual.kinds.experiments.menus import Menu, lower, worth
from dual.kinds.experiments.rivals import Rivals, externality, program
from dual.kinds.experiments.statement import ExperimentMenuStatement
from dual.numbers.exact import Matrix, index, items, matrix, vector
from dual.words import brief
from transport.mechanisms.audit import Audit, Deviation, largest_first

from .offers import best_replies


@dataclass(frozen=True)
class DoubleDeviation(Deviation):
    """To take another item, and to answer its signals in the best way.

    Attributes
    ----------
    replies : tuple of int
        The action after each signal; empty for nothing.
    """

    replies: tuple[int, ...]


def audit_menu(
    statement: ExperimentMenuStatement, menu: object, choice: Sequence[object] | None, recommended: bool
) -> Audit:
    """Compare what is meant for each type with every item, whose signals she may answer as she likes, and nothing."""
    count = len(statement.gains)
    listed = Menu.read({"menu": menu, "choice": [None] * count}, statement).menu
    nets: list[dict[int | None, Fraction]] = [
        {None: outside, **{m: worth(gains, item.experiment) - item.price for m, item in enumerate(listed)}}
        for gains, outside in zip(statement.gains, statement.outside, strict=True)
    ]

    def price(m: int | None) -> Fraction:
        return Fraction(0) if m is None else listed[m].price

    # Of equally good items the dearest, and a free one rather than none.
    taken = [max(net, key=lambda m, net=net: (net[m], price(m), m is not None)) for net in nets]  # type: ignore[misc]
    meant = taken
    if choice is not None:
        meant = [
            None if one is None else index(one, f"choice[{k}]", len(listed))
            for k, one in enumerate(items(choice, "choice", count))
        ]
    found = []
    for k, (gains, net, own) in enumerate(zip(statement.gains, nets, meant, strict=True)):
        kept = net[own]
        if recommended and own is not None:
            kept = obedient(gains, listed[own].experiment, f"menu[{own}].experiment") - listed[own].price
        for m, value in net.items():
            if value > kept:
                replies = () if m is None else best_replies(gains, listed[m].experiment)
                found.append(DoubleDeviation((k,), m, value - kept, replies))
    claimed = sum((f * price(m) for f, m in zip(statement.weights, meant, strict=True)), Fraction(0))
    return Audit(claimed, lower(statement, Menu(listed, tuple(taken))), largest_first(found))


def obedient(gains: Matrix, experiment: Matrix, where: str) -> Fraction:
    """What a type gets of an experiment if she takes action s after signal s."""
    if len(experiment) > len(gains):
        raise InputError(f"recommendations are signals named after the {len(gains)} actions", where)
    pairs = zip(gains, experiment, strict=False)
    return sum((g * e for row, signal in pairs for g, e in zip(row, signal, strict=True)), Fraction(0))


def audit_rivals(statement: ExperimentMenuStatement, recommendations: object, payments: object) -> Audit:
    """Look at every row of the program of rivals: who gains by what, and what is recommended wrongly."""
    asked = externality(statement)
    if not asked.is_finite:
        raise InputError("recommendations to rivals are audited for finitely many values", "externality")
    two, written = Rivals(asked), program(statement)
    told = [matrix(one, f"recommendations[{i}]", *two.sizes) for i, one in _both(recommendations, "recommendations")]
    paid = [vector(one, f"payments[{i}]", two.sizes[i]) for i, one in _both(payments, "payments")]
    values = [*(x for table in told for row in table for x in row), *(x for row in paid for x in row)]
    found, excesses = list[Deviation](), list[str]()
    for row in written.rows():
        total = sum((entry * values[k] for k, entry in row.entries()), Fraction(0)) / row.unit
        short = row.right - total if row.sense == ">=" else total - row.right
        if short <= 0:
            continue
        rule, *at = row.name
        place = tuple(map(int, at))
        if rule == "ic":
            found.append(Deviation(place[:2], place[2], short))
        elif rule == "ir":
            found.append(Deviation(place, None, short))
        elif rule == "obey":
            excesses.append(f"buyer {place[0]} at {list(place[1:])} would rather not follow, by {brief(short)}")
        else:
            excesses.append(f"buyer {place[0]} at {list(place[1:])} has the chance {brief(total)}")
    for i, table in enumerate(told):
        excesses += [
            f"buyer {i} at {[a, b]} has the chance {brief(x)}"
            for a, row in enumerate(table)
            for b, x in enumerate(row)
            if x < 0
        ]
    pairs = zip(two.laws, paid, strict=True)
    claimed = sum((f * x for law, row in pairs for f, x in zip(law.prior, row, strict=True)), Fraction(0))
    return Audit(claimed, None if found or excesses else claimed, largest_first(found), tuple(excesses))


def _both(raw: object, where: str) -> Iterator[tuple[int, object]]:
    yield from enumerate(items(raw, where, 2))
