"""Records as files hold them, and as people see them; nothing that is proven depends on it."""

from __future__ import annotations

import dataclasses
from typing import Any

from .words import plain, summary


class Written:
    """What a dataclass of stated fields looks like."""

    def document(self) -> dict[str, object]:
        """The record as its file holds it, exact numbers as text."""
        values = {entry.name: getattr(self, entry.name) for entry in _fields(self)}
        return {name: plain(value) for name, value in values.items() if value is not None}

    def __repr__(self) -> str:
        return summary(self, [entry.name for entry in _fields(self) if "reader" in entry.metadata])


def _fields(record: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(record)
