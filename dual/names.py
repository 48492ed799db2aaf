"""Names and descriptions: read strictly, and nothing that is proven depends on them."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import InputError
from .numbers.exact import items

DESCRIPTION = ("name", "source", "notes")
"""Optional fields that describe an instance of any kind and take no part in the mathematics."""


def words(value: object, where: str) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise InputError("a text is needed here", where)
    return value


def labels_each(value: object, where: str, counts: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Read names of several agents' actions: for each agent as many as she has."""
    listed = items(value, where, len(counts))
    return tuple(labels(own, f"{where}[{i}]", counts[i]) for i, own in enumerate(listed))


def labels(value: object, where: str, count: int | None) -> tuple[str, ...]:
    """Read names of states, actions or agents: as many different, nonempty texts as there are things."""
    first: dict[str, int] = {}
    for k, name in enumerate(items(value, where, count)):
        if not isinstance(name, str) or not name.strip():
            raise InputError("a name is a nonempty text", f"{where}[{k}]")
        if first.setdefault(name, k) < k:
            raise InputError(f'the name "{name[:60]}" stands already at {where}[{first[name]}]', f"{where}[{k}]")
    return tuple(first)
