"""Mappings that do not change, and so can be hashed, copied and sent to another process."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from dual.limits import too_long
from dual.numbers.choices import as_written
from dual.statement import Record, stated_fields
from dual.words import text


class Frozen(Mapping[str, Any]):
    """An immutable mapping; lists in it become tuples, mappings in it are frozen too.

    Examples
    --------
    >>> report = Frozen({"method": "obedience", "versions": {"python": "3.11"}, "snapped": ["prior"]})
    >>> report["snapped"], report == {"method": "obedience", "versions": {"python": "3.11"}, "snapped": ("prior",)}
    (('prior',), True)
    """

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._entries = {name: frozen(value) for name, value in entries.items()}

    def __getitem__(self, name: str) -> Any:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={reprlib.repr(value)}" for name, value in self._entries.items())
        return f"Frozen({shown if len(shown) < 150 else shown[:147] + '...'})"


def frozen(value: Any) -> Any:
    """A value with every mapping and list in it made immutable, and exact numbers as a file has them.

    A record is immutable already, but for the parts that are as they were written.
    """
    if isinstance(value, Record):
        parts = {entry.name: (entry, getattr(value, entry.name)) for entry in stated_fields(type(value))}
        loose = [n for n, (e, part) in parts.items() if e.metadata["reader"] is as_written or isinstance(part, Record)]
        return replace(value, **{name: frozen(parts[name][1]) for name in loose}) if loose else value
    if isinstance(value, Mapping):
        return value if isinstance(value, Frozen) else Frozen(value)
    if isinstance(value, (list, tuple)):
        return tuple(frozen(item) for item in value)
    return text(value) if isinstance(value, Fraction) and not too_long(value) else value
