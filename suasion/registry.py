"""Where each kind of problem lives; rooms are entered only when one of their kinds is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dual.errors import InputError
from dual.kinds import KINDS, kind_of
from dual.verdict import Kind
from transport.road.hints import hinted
from transport.road.problem import Problem
from transport.road.table import Table

CLASSES = {
    "contract": "transport:Contract",
    "delivery-market": "transport:DeliveryMarket",
    "payoff-set": "persuasion:PayoffSet",
    "persuasion": "persuasion:Persuasion",
    "concavification": "persuasion:Concavification",
    "costly-persuasion": "persuasion:CostlyPersuasion",
    "experiment-menu": "persuasion:ExperimentMenu",
    "game": "persuasion:Game",
    "informed-persuasion": "persuasion:InformedPersuasion",
    "linear-program": "transport:LinearProgram",
    "mean-persuasion": "persuasion:MeanPersuasion",
    "mechanism": "transport:Mechanism",
    "multi-marginal-transport": "transport:MultiMarginalTransport",
    "prompting": "persuasion:Prompting",
    "simulation": "persuasion:Simulation",
    "trading-network": "transport.trading.market:TradingNetwork",
    "two-receiver": "persuasion:TwoReceiverPersuasion",
    "private-persuasion": "persuasion:PrivatePersuasion",
    "transport": "transport:Transport",
}


def kinds() -> list[str]:
    """The kinds of problems there are, by the names that instance files give them.

    Examples
    --------
    >>> "persuasion" in kinds()
    True
    """
    return sorted(CLASSES)


def methods(kind: str) -> dict[str, str]:
    """The methods of a kind of problem, the default first, each with what it does.

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> list(methods("game"))
    ['columns', 'direct']
    """
    return {name: method.sentence for name, method in class_of(kind_of({"kind": kind}).name).methods.items()}


def roads(kind: str) -> dict[str, str]:
    """The further names that ``solver["method"]`` of a kind's solutions may carry, each with what it means.

    Raises
    ------
    InputError
        If there is no such kind.
    """
    return dict(class_of(kind_of({"kind": kind}).name).roads)


def methods_table(chosen: Iterable[str]) -> Table:
    """The methods of some kinds, and below each kind's the names that its solutions can carry beside them."""
    rows = [
        [kind, name, what, sentence]
        for kind in chosen
        for what, listed in (("method", methods(kind)), ("name in a solution", roads(kind)))
        for name, sentence in listed.items()
    ]
    return Table("methods", ["kind", "name", "is a", "what it does"], rows)


def class_of(kind: str) -> type[Problem[Any, Any]]:
    """The problem class of a kind."""
    room, name = CLASSES[kind].split(":")
    found: type[Problem[Any, Any]] = getattr(importlib.import_module(room), name)
    return found


def problem_of(document: Mapping[str, object], *, exact: bool = False) -> Any:
    """Make the problem that an instance's content states, or the family if it has a parameter.

    A file's content is exact and holds lists alone, so that nothing in it needs to be understood.
    """
    kind = kind_of(document)
    found = class_of(kind.name)
    if "parameter" in document:
        from transport.road.families import Family

        return Family.from_document(found, document)
    if exact:
        found.mind_former_names(document)
    if not exact:
        return found.from_document(document)
    try:
        return found.from_statement(kind.statement(document))
    except InputError as error:
        raise hinted(error, document) from None


class Faster(Mapping[str, Kind]):
    """The kinds that have a faster check; a kind's room is entered when it is asked for."""

    def __getitem__(self, name: str) -> Kind:
        found = class_of(name).accelerated if name in CLASSES else None
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in CLASSES if name in KINDS and class_of(name).accelerated is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
