"""The kinds of problems the checker knows."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from . import (
    concavification,
    costly_persuasion,
    coupling,
    delivery,
    mean_persuasion,
    persuasion,
    private_persuasion,
    trading_network,
    two_receiver,
)
from .errors import InputError
from .statement import Statement
from .verdict import Kind

_MODULES = (
    concavification,
    costly_persuasion,
    coupling,
    delivery,
    mean_persuasion,
    persuasion,
    private_persuasion,
    trading_network,
    two_receiver,
)
KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in _MODULES}


def kind_of(raw: Mapping[str, object]) -> Kind:
    """Find the kind that an instance names."""
    if "kind" not in raw:
        raise InputError(f"the field is missing; known kinds are {', '.join(sorted(KINDS))}", "kind")
    name = raw["kind"]
    if not isinstance(name, str) or name not in KINDS:
        near = difflib.get_close_matches(str(name), KINDS, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(sorted(KINDS))}"
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
