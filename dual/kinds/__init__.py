"""The kinds of problems the checker knows; a kind's module is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dual.errors import InputError
from dual.verdict import Kind
from dual.words import hint

_MODULES: Final = {
    "concavification": "concave",
    "contract": "contracts.kind",
    "costly-persuasion": "costly.kind",
    "delivery-market": "delivery.kind",
    "experiment-menu": "experiments.kind",
    "game": "games.kind",
    "informed-persuasion": "informed.kind",
    "linear-program": "linear_program.kind",
    "mean-persuasion": "means.kind",
    "mechanism": "mechanisms.kind",
    "multi-marginal-transport": "coupling.several",
    "payoff-set": "games.payoff_set",
    "persuasion": "finite",
    "private-persuasion": "private",
    "prompting": "prompting",
    "simulation": "queries.kind",
    "trading-network": "trading.kind",
    "transport": "coupling.kind",
    "two-receiver": "two_receivers.kind",
}


class _Kinds(Mapping[str, Kind]):
    """Kinds by name."""

    def __getitem__(self, name: str) -> Any:
        return importlib.import_module(f"dual.kinds.{_MODULES[name]}").KIND

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


KINDS: Mapping[str, Kind] = _Kinds()


def kind_of(raw: Mapping[str, object]) -> Kind:
    """Find the kind that an instance names."""
    name = raw.get("kind", "")
    if not isinstance(name, str) or name not in _MODULES:
        said = f'"{str(name)[:60]}" is not a kind' if name else "the field is missing"
        raise InputError(f"{said}; {hint(name, tuple(_MODULES))}", "kind")
    return KINDS[name]
