"""The kinds of problems the checker knows; a kind's module is imported when it is asked for."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterator, Mapping
from typing import Final

from dual.errors import InputError
from dual.statement import Statement
from dual.verdict import Kind

_MODULES: Final = {
    "concavification": "concave",
    "costly-persuasion": "costly.kind",
    "delivery-market": "delivery.kind",
    "experiment-menu": "experiments.kind",
    "game": "games.kind",
    "mean-persuasion": "means.kind",
    "payoff-set": "games.payoff_set",
    "persuasion": "finite",
    "private-persuasion": "private",
    "prompting": "prompting",
    "trading-network": "trading.kind",
    "transport": "coupling",
    "two-receiver": "two_receivers.kind",
}


class _Kinds(Mapping[str, Kind]):
    """Kinds by name."""

    def __getitem__(self, name: str) -> Kind:
        found: Kind = importlib.import_module(f"dual.kinds.{_MODULES[name]}").KIND
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


KINDS: Mapping[str, Kind] = _Kinds()


def kind_of(raw: Mapping[str, object]) -> Kind:
    """Find the kind that an instance names."""
    if "kind" not in raw:
        raise InputError(f"the field is missing; known kinds are {', '.join(KINDS)}", "kind")
    name = raw["kind"]
    if not isinstance(name, str) or name not in _MODULES:
        near = difflib.get_close_matches(str(name)[:60], _MODULES, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(KINDS)}"
        raise InputError(f'"{str(name)[:60]}" is not a kind; {hint}', "kind")
    return KINDS[name]


def parse(raw: Mapping[str, object]) -> Statement:
    """Read an instance of any kind.

    Raises
    ------
    InputError
        If a field is missing, unknown or not what its kind asks for; the message names the field.
    """
    return kind_of(raw).statement(raw)
