"""The kinds of problems the checker knows."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from dual.errors import InputError
from dual.statement import Statement
from dual.verdict import Kind

from . import concave, coupling, finite, private
from .costly import kind as costly
from .delivery import kind as delivery
from .games import kind as games
from .means import kind as means
from .trading import kind as trading
from .two_receivers import kind as two_receivers

_MODULES = (concave, costly, coupling, delivery, games, means, finite, private, trading, two_receivers)
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
