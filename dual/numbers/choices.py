"""Reading words and truth values, and leaving parts to whoever checks them."""

from __future__ import annotations

from collections.abc import Sequence

from dual.errors import InputError


def choice(value: object, where: str, known: Sequence[str]) -> str:
    """Read one of a few words."""
    if not isinstance(value, str) or value not in known:
        raise InputError(f'"{str(value)[:60]}" is unknown; known are {", ".join(known)}', where)
    return value


def flag(value: object, where: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise InputError("true or false is needed here", where)
    return value


def as_written(value: object, where: str) -> object:  # noqa: ARG001 (a reader takes it)
    """Leave a part as it is; whoever checks it reads it."""
    return value
