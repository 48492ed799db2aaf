"""Statements: an instance's fields, read strictly and kept exactly."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from .errors import InputError
from .numbers.exact import items
from .numbers.files import plain

DESCRIPTION = ("name", "source", "notes")
"""Optional fields that describe an instance of any kind and take no part in the mathematics."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What an instance says, validated and exact; each kind has its own subclass.

    Two statements are equal when they ask the same question, whatever they are called.
    """

    kind: ClassVar[str]
    name: str | None = field(default=None, compare=False)
    source: str | None = field(default=None, compare=False)
    notes: str | None = field(default=None, compare=False)

    @property
    def minimises(self) -> bool:
        """Whether the objective is minimised; bounds are those of the objective itself then."""
        return False

    def document(self) -> dict[str, object]:
        """The instance as its file holds it, with exact numbers as text."""
        found: dict[str, object] = {"kind": self.kind}
        for entry in dataclasses.fields(self):
            value = getattr(self, entry.name)
            if value is not None:
                found[entry.name] = plain(value)
        return found


def fields(raw: object, required: Sequence[str], optional: Sequence[str] = (), where: str = "") -> Mapping[str, object]:
    """Check that an object has its required fields and no unknown ones; return it.

    Examples
    --------
    >>> fields({"prior": [1], "recevier": []}, ["prior", "receiver"])
    Traceback (most recent call last):
        ...
    dual.errors.InputError: recevier: unknown field; did you mean "receiver"?
    """
    prefix = f"{where}." if where else ""
    if not isinstance(raw, Mapping):
        raise InputError("an object with the fields " + _listed([*required, *optional]) + " is needed here", where)
    known = [*required, *optional]
    for name in raw:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"known are {_listed(known)}"
            raise InputError(f"unknown field; {hint}", f"{prefix}{str(name)[:60]}")
    for name in required:
        if name not in raw or raw[name] is None:
            raise InputError("the field is missing", f"{prefix}{name}")
    return {name: value for name, value in raw.items() if value is not None}


def instance_fields(
    raw: Mapping[str, object], required: Sequence[str], optional: Sequence[str] = ()
) -> tuple[Mapping[str, object], dict[str, str | None]]:
    """Check an instance's fields; return them, and the describing ones read as text."""
    found = fields(raw, required, [*optional, "kind", *DESCRIPTION])
    return found, {name: words(found.get(name), name) for name in DESCRIPTION}


def words(value: object, where: str) -> str | None:
    """Read an optional text."""
    if value is not None and not isinstance(value, str):
        raise InputError("a text is needed here", where)
    return value


def labels(value: object, where: str, count: int) -> tuple[str, ...] | None:
    """Read optional names of states, actions or agents: as many different, nonempty texts as there are things."""
    if value is None:
        return None
    read = items(value, where, count)
    seen: dict[str, int] = {}
    names: list[str] = []
    for k, name in enumerate(read):
        if not isinstance(name, str) or not name.strip():
            raise InputError("a name is a nonempty text", f"{where}[{k}]")
        if name in seen:
            raise InputError(f'the name "{name[:60]}" stands already at {where}[{seen[name]}]', f"{where}[{k}]")
        seen[name] = k
        names.append(name)
    return tuple(names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
