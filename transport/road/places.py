"""Labels and places: what an entry, a pair or a trade is called, by name, index, boolean matrix or mapping."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, Final

import numpy as np

from dual.errors import InputError
from dual.numbers.arrays import Array

UNORDERED: Final = "a set has no order; write a list"


def named(part: Any, axes: Sequence[str]) -> list[str]:
    """The axes that a part of a form is named after: ``courier_store`` those of couriers and stores."""
    words = str(part).split("_")
    found = [axis for word in words for axis in axes if axis in (word, f"{word}s")]
    return found if len(found) == len(words) else []


def texts(value: Any, where: str) -> list[str]:
    """Labels as texts; numbers are labels too."""
    if isinstance(value, (Set, frozenset, set)):
        raise InputError(UNORDERED, where)
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InputError(f"{value!r} is not a list of labels", where)
    return [label if isinstance(label, str) else str(label) for label in value]


def near(label: str, known: Sequence[str]) -> str:
    """What a label may have meant, as the end of a sentence."""
    close = difflib.get_close_matches(label, known, n=1)
    if close:
        return f'; did you mean "{close[0]}"?'
    shown = ", ".join(f'"{name}"' for name in known[:5])
    return f"; they are {shown}{', ...' if len(known) > 5 else ''}"


def place_of(value: object, names: Sequence[str] | None, what: str, where: str) -> object:
    """The index of a label; anything but a text is returned as it is."""
    if not isinstance(value, str):
        return value
    if names is None:
        raise InputError(f'"{value[:60]}" is a name, but the {what}s have none; name them, or write indices', where)
    if value not in names:
        raise InputError(f'no {what} is called "{value[:60]}"{near(value, names)}', where)
    return list(names).index(value)


def places(raw: Any, sides: Sequence[tuple[str, Sequence[str] | None]], where: str) -> Any:
    """Tuples of indices from tuples of labels or indices, from a boolean table, or from lists by label.

    Parameters
    ----------
    raw : iterable, array or mapping
        ``[("Ann", "baker"), (0, 1)]``; a boolean array or frame with an axis for each side; for two sides also
        ``{"Ann": ["baker"]}``.
    sides : sequence of (what, names)
        What each entry of a tuple names, and the names there are.
    """
    if raw is None or isinstance(raw, str):
        return raw
    if isinstance(raw, Mapping):
        lists = {one: [others] if isinstance(others, (str, int)) else others for one, others in raw.items()}
        raw = [(one, other) for one, others in lists.items() for other in others]
    if hasattr(raw, "columns") and hasattr(raw, "to_numpy"):
        named = [
            [place_of(label if isinstance(label, str) else int(label), names, what, where) for label in side]
            for side, (what, names) in zip((raw.index, raw.columns), sides, strict=True)
        ]
        chosen = np.argwhere(_flags(raw.to_numpy(), where))
        return [[named[0][i], named[1][j]] for i, j in chosen.tolist()]
    if isinstance(raw, np.ndarray) and raw.dtype.kind == "b":
        return _true_places(raw, sides, where)
    listed = sorted(raw) if isinstance(raw, (Set, frozenset, set)) else list(raw)
    if listed and all(_row_of_flags(row) for row in listed):
        return _true_places(np.array([list(row) for row in listed]), sides, where)
    found = []
    for k, entry in enumerate(listed):
        if isinstance(entry, str) or not isinstance(entry, Iterable):
            found.append(entry)  # the reader says what is wrong with it
            continue
        parts = list(entry)
        if len(parts) < len(sides):
            found.append(parts)
            continue
        at = [place_of(part, names, what, f"{where}[{k}]") for part, (what, names) in zip(parts, sides, strict=False)]
        found.append([*at, *parts[len(sides) :]])
    return found


def _row_of_flags(row: Any) -> bool:
    return (
        isinstance(row, (list, tuple, np.ndarray))
        and len(row) > 0
        and all(isinstance(entry, (bool, np.bool_)) for entry in row)
    )


def _true_places(table: Any, sides: Sequence[tuple[str, Sequence[str] | None]], where: str) -> list[list[int]]:
    if table.ndim != len(sides):
        raise InputError(f"a boolean table has an axis for each of {', '.join(what for what, _ in sides)}", where)
    for axis, ((what, names), length) in enumerate(zip(sides, table.shape, strict=True)):
        if names is not None and len(names) != length:
            raise InputError(f"axis {axis} of the boolean table has {length} entries for {len(names)} {what}s", where)
    return np.argwhere(table).tolist()


def _flags(entries: Any, where: str) -> Any:
    if entries.dtype.kind != "b" and not np.isin(entries, (0, 1)).all():
        raise InputError("a frame of pairs holds True and False", where)
    return entries.astype(bool)


def nothing_for_nan(table: Any) -> Any:
    """Nested lists in which None stands for NaN."""
    if isinstance(table, float):
        return None if table != table else table
    if isinstance(table, (str, Mapping, Array)) or not hasattr(table, "__len__"):
        return table
    return [nothing_for_nan(entry) for entry in entries_of(table)]


def entries_of(value: Any) -> list[Any]:
    """The entries of a list or an array."""
    return value.tolist() if hasattr(value, "tolist") else list(value)
