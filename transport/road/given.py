"""What Python objects say: the fields of a constructor in the words of an instance's file.

A vector, matrix or table may be given as lists, ranges, generators, arrays, pandas' series and frames, mappings by
label, or a function of what its axes count. Labels of frames and mappings become labels of the problem; once an axis
has labels, whatever comes later is put into their order. Booleans are 0 and 1. Nothing here is trusted: the checker's
reader sees lists and numbers, and judges them.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from fractions import Fraction
from typing import Any, Final

import numpy as np

from dual.errors import InputError
from dual.kinds import KINDS
from dual.names import labels
from dual.numbers.arrays import Array
from dual.numbers.beliefs import beliefs
from dual.numbers.exact import distribution, number
from dual.numbers.masses import masses
from dual.statement import Record, Statement, stated_fields
from dual.words import brief

from .decimals import decimals

FORMS: Final = frozenset({"npz", "pairs", "buyers", "sellers", "centre", "metric"})
"""A mapping with one of these names is a form that a file has; its other mappings are by label."""
_UNORDERED: Final = "a set has no order; write a list"
_NOT_NAMED: Final = "a mapping by label is read where the entries have names"


class Given:
    """The fields of one constructor while they are read.

    Parameters
    ----------
    statement : type of Record
        What the fields are to become.
    fields : mapping
        As they were given; None stands for nothing.
    booleans : bool
        Whether True and False are 1 and 0; a file's are not.
    points : callable, optional
        ``points(name, fields)`` gives what a function in the field ``name`` is called with, a list for each argument;
        by default it is called with the labels of the field's axes, or with indices.
    skip : set of str
        Fields that are left as they are.
    """

    def __init__(
        self,
        statement: type[Record],
        fields: Mapping[str, Any],
        *,
        booleans: bool,
        points: Callable[[str, Mapping[str, Any]], list[Sequence[Any]] | None] | None = None,
        skip: frozenset[str] = frozenset(),
    ) -> None:
        self.fields = {name: value for name, value in fields.items() if value is not None}
        self.notes: list[str] = []
        self.tabulated: list[str] = []
        self._booleans, self._points = booleans, points
        self._lengths: dict[str, int] = {}
        self._names: dict[str, list[str]] = {}
        stated = {entry.name: entry for entry in stated_fields(statement)}
        # An axis is labelled by the field that reads labels along it.
        self._labelled = {
            entry.metadata["axes"][0]: name for name, entry in stated.items() if entry.metadata["reader"] is labels
        }
        for axis, name in self._labelled.items():
            if name in self.fields:
                self.fields[name] = self._names[axis] = _texts(self.fields[name], name)
                self._lengths[axis] = len(self._names[axis])
        functions = []
        for name, entry in stated.items():
            if name in self.fields and entry.metadata["reader"] is not labels and name not in skip:
                if callable(self.fields[name]) and entry.metadata["axes"]:
                    functions.append((name, entry.metadata["axes"]))
                else:
                    self.fields[name] = self._field(self.fields[name], entry.metadata, name)
        for name, axes in functions:
            self.fields[name] = self._tabulated(self.fields[name], name, axes)
        for axis, name in self._labelled.items():
            if name not in self.fields and axis in self._names:
                self.fields[name] = self._names[axis]
        if self.tabulated:
            self.fields["notes"] = "\n".join(filter(None, [self.fields.get("notes"), scope_of(self.tabulated)]))

    # Containers

    def _field(self, value: Any, declared: Mapping[str, Any], where: str) -> Any:
        reader, axes = declared["reader"], declared["axes"]
        if isinstance(reader, type) and issubclass(reader, Record):
            return self._records(value, reader, axes, where)
        if not axes and not isinstance(value, Mapping) and not hasattr(value, "__len__"):
            return value  # a number, a word, a flag
        return self._plain(value, axes, where)

    def _records(self, value: Any, reader: type[Record], axes: Sequence[str], where: str) -> Any:
        if axes:
            listed = self._plain(value, axes[:1], where, leaves=False)
            if not isinstance(listed, (list, tuple)):
                return listed  # no list at all, which the reader says
            return [self._records(item, reader, axes[1:], f"{where}[{k}]") for k, item in enumerate(listed)]
        if not isinstance(value, Mapping):
            return value
        inner = {entry.name: entry.metadata for entry in stated_fields(reader)}
        return {
            name: self._function_or_field(item, inner[name], f"{where}.{name}", where) if name in inner else item
            for name, item in value.items()
        }

    def _function_or_field(self, value: Any, declared: Mapping[str, Any], where: str, field: str) -> Any:
        if callable(value) and declared["axes"]:
            return self._tabulated(value, where, declared["axes"], field)
        return self._field(value, declared, where)

    def _plain(self, value: Any, axes: Sequence[str], where: str, leaves: bool = True) -> Any:
        """Lists, arrays and scalars in place of whatever holds entries along some axes."""
        if isinstance(value, (Record, str, bytes, Array)) or hasattr(value, "document"):
            return value
        if isinstance(value, Mapping):
            return self._mapping(value, axes, where, leaves)
        if isinstance(value, (Set, frozenset, set)):
            raise InputError(_UNORDERED, where)
        if hasattr(value, "to_numpy") and hasattr(value, "index") and not callable(value.index):
            return self._frame(value, axes, where, leaves)
        if hasattr(value, "tocoo"):
            return value  # a sparse array, which the kinds that take one read themselves
        if not isinstance(value, (np.ndarray, np.generic)) and hasattr(value, "__array__"):
            value = np.asarray(value.to_numpy() if hasattr(value, "to_numpy") else value)
        if isinstance(value, np.ndarray) and value.ndim:
            return self._array(value, axes, where)
        if isinstance(value, (np.float32, np.float16)):
            return value  # a shorter float, which prints with fewer digits
        if isinstance(value, (np.generic, np.ndarray)):
            value = value.item()
        if isinstance(value, bool):
            return int(value) if self._booleans and leaves else value
        if isinstance(value, Iterable):
            listed = list(value)
            self._measure(axes, len(listed))
            return [self._plain(item, axes[1:], f"{where}[{k}]", leaves) for k, item in enumerate(listed)]
        return value

    def _array(self, value: Any, axes: Sequence[str], where: str) -> Any:
        for axis, length in zip(axes, value.shape, strict=False):
            self._measure([axis], length)
        if value.dtype.kind == "b":
            return value.astype(np.int64) if self._booleans else value.tolist()
        if value.dtype.kind in "fiu":
            return value
        return self._plain(value.tolist(), axes, where)

    def _frame(self, value: Any, axes: Sequence[str], where: str, leaves: bool) -> Any:
        """A series or frame of pandas: its labels, and the entries in the order of the axis's labels."""
        if getattr(value.index, "nlevels", 1) == 2 and not hasattr(value, "columns"):
            value = value.unstack()  # a series by two labels is a matrix
        sides = [value.index, value.columns] if hasattr(value, "columns") else [value.index]
        if len(sides) == 2 and len(axes) == 1:
            if value.shape[1] != 1:
                raise InputError(f"a frame of {value.shape[1]} columns stands where a list is needed", where)
            value, sides = value.iloc[:, 0], sides[:1]
        order = []
        for axis, side in zip(axes, sides, strict=False):
            given = list(side)
            order.append(None if given == list(range(len(given))) else self._order(axis, given, where))
            self._measure([axis], len(given))
        entries = value.to_numpy()
        for place, chosen in enumerate(order):
            if chosen is not None:
                entries = np.take(entries, chosen, axis=place)
        return self._plain(entries, axes, where, leaves)

    def _mapping(self, value: Mapping[Any, Any], axes: Sequence[str], where: str, leaves: bool) -> Any:
        if not axes or FORMS & set(value):
            return {
                name: item if callable(item) else self._plain(item, _named(name, axes), f"{where}.{name}", leaves)
                for name, item in value.items()
            }
        given = list(value)
        if sorted(map(str, given)) == sorted(map(str, range(len(given)))) and axes[0] not in self._names:
            chosen: Sequence[int] = sorted(range(len(given)), key=lambda k: int(given[k]))
        elif axes[0].startswith("*"):
            raise InputError(f"{_NOT_NAMED}; write a list here", where)
        else:
            chosen = self._order(axes[0], given, where)
        entries = list(value.values())
        return self._plain([entries[k] for k in chosen], axes, where, leaves)

    def _order(self, axis: str, given: Sequence[Any], where: str) -> Sequence[int]:
        """Where the axis's labels stand among those that were given; the first ones given are the axis's."""
        found = _texts(given, where)
        if axis.startswith("*"):
            return range(len(found))
        known = self._names.setdefault(axis, found)
        places: dict[str, int] = {}
        for k, label in enumerate(found):
            if label not in known:
                raise InputError(f'"{label[:60]}" is none of the {axis}{near(label, known)}', where)
            if label in places:
                raise InputError(f'the label "{label[:60]}" stands twice', where)
            places[label] = k
        for label in known:
            if label not in places:
                raise InputError(f'"{label[:60]}", one of the {axis}, has no entry', where)
        return [places[label] for label in known]

    def _measure(self, axes: Sequence[str], length: int) -> None:
        if axes and not axes[0].startswith("*"):
            self._lengths.setdefault(axes[0], length)

    # Functions

    def _tabulated(self, function: Callable[..., Any], where: str, axes: Sequence[str], field: str = "") -> Any:
        """A table of a function's values at all combinations of what it is called with."""
        points = self._points(field or where, self.fields) if self._points else None
        if points is not None:
            self.tabulated.append(where)
        else:
            points = []
            for axis in axes:
                if axis not in self._names and axis not in self._lengths:
                    label = f"give {self._labelled[axis]}=[...]" if axis in self._labelled else "write a list"
                    raise InputError(f"nothing says how many {axis} a function is to be tabulated for; {label}", where)
                points.append(self._names.get(axis) or range(self._lengths[axis]))
        return table_of(function, points, where)


def scope_of(fields: Sequence[str]) -> str:
    """What the certificate of a tabulated function covers."""
    what = " and ".join(fields)
    return (
        f"Tabulated from a Python function on the grid: {what}. The certificate covers this table only, and any claim "
        "beyond it is unproven."
    )


def table_of(function: Callable[..., Any], points: Sequence[Sequence[Any]], where: str) -> Any:
    """The values of a function at all combinations of some points, as nested lists.

    Fractions are handed over as they are, so that a function that only calculates gives exact values; if it takes
    none, as NumPy's functions do not, the whole table is made from floats.
    """
    try:
        values = [called(function, place, where) for place in itertools.product(*points)]
    except TypeError:
        rough = [[_float(point) for point in side] for side in points]
        try:
            values = [called(function, place, where) for place in itertools.product(*rough)]
        except TypeError as error:
            takes = f"it is called with {len(points)} argument{'s' * (len(points) != 1)}"
            raise InputError(f"the function cannot be tabulated, {takes}: {error}", where) from None
    for side in reversed(points[1:]):
        values = [values[k : k + len(side)] for k in range(0, len(values), len(side))]
    return values


def called(function: Callable[..., Any], place: Sequence[Any], where: str) -> Any:
    """One value of a function, a number."""
    try:
        value = function(*place)
    except (TypeError, InputError):
        raise
    except Exception as error:  # noqa: BLE001 (a function of the user's may raise anything)
        shown = ", ".join(map(_shown, place))
        raise InputError(f"the function fails at ({shown}): {type(error).__name__}: {error}", where) from None
    if hasattr(value, "item"):
        try:
            value = value.item()
        except ValueError:
            shape = getattr(value, "shape", ())
            raise InputError(f"the function gives an array of shape {shape} where a number is needed", where) from None
    return int(value) if isinstance(value, bool) else value


def _shown(point: Any) -> str:
    return brief(point) if isinstance(point, Fraction) else str(point)


def _float(point: Any) -> Any:
    if isinstance(point, tuple):
        return np.array([float(x) for x in point])
    return float(point) if isinstance(point, Fraction) else point


# Labels


def _named(part: Any, axes: Sequence[str]) -> list[str]:
    """The axes that a part of a form is named after: ``courier_store`` those of couriers and stores."""
    words = str(part).split("_")
    found = [axis for word in words for axis in axes if axis in (word, f"{word}s")]
    return found if len(found) == len(words) else []


def _texts(value: Any, where: str) -> list[str]:
    """Labels as texts; numbers are labels too."""
    if isinstance(value, (Set, frozenset, set)):
        raise InputError(_UNORDERED, where)
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
    """A matrix, by rows, in which None stands for NaN."""
    if isinstance(table, (Mapping, Array)) or not hasattr(table, "__len__"):
        return table
    return [[None if isinstance(x, float) and x != x else x for x in row] for row in _listed(table)]


# Statements


def statement_class(kind: str) -> type[Statement]:
    """The class of a kind's statements, whose ``read`` is what the kind parses with."""
    found: type[Statement] = KINDS[kind].statement.__self__  # type: ignore[attr-defined]
    return found


# Probabilities


def normalised(fields: Mapping[str, Any], statement: type[Record], notes: list[str], where: str = "") -> dict[str, Any]:
    """Divide whatever is to sum to one by its sum, exactly, and note it: in records, too, and over their weights."""
    found = dict(fields)
    for entry in stated_fields(statement):
        value, at, reader = fields.get(entry.name), f"{where}{entry.name}", entry.metadata["reader"]
        if value is None:
            continue
        if reader in (distribution, masses):
            found[entry.name] = _shares(value, at, notes)
        elif reader is beliefs:
            found[entry.name] = [_shares(row, f"{at}[{k}]", notes) for k, row in enumerate(_listed(value))]
        elif isinstance(reader, type) and issubclass(reader, Record):
            found[entry.name] = _normalised_records(value, reader, notes, at)
        elif isinstance(value, Mapping) and "support" in value and "prior" in value:
            found[entry.name] = {**value, "prior": _shares(value["prior"], f"{at}.prior", notes)}
    return found


def _normalised_records(value: Any, reader: type[Record], notes: list[str], where: str) -> Any:
    """Records of a list share one by their weights, if each has one."""
    if isinstance(value, Mapping):
        return normalised(value, reader, notes, f"{where}.")
    if not isinstance(value, (list, tuple)):
        return value
    found = [_normalised_records(item, reader, notes, f"{where}[{k}]") for k, item in enumerate(value)]
    if found and all(isinstance(item, Mapping) and item.get("weight") is not None for item in found):
        places = [f"{where}[{k}].weight" for k in range(len(found))]
        shares = _shares([item["weight"] for item in found], f"{where}.weight", notes, places)
        found = [{**item, "weight": share} for item, share in zip(found, shares, strict=True)]
    return found


def _listed(value: Any) -> list[Any]:
    return value.tolist() if hasattr(value, "tolist") else list(value)


def _shares(value: Any, where: str, notes: list[str], places: Sequence[str] | None = None) -> list[Fraction]:
    listed = _listed(decimals(value))
    places = [f"{where}[{k}]" for k in range(len(listed))] if places is None else places
    read = [number(item, place) for item, place in zip(listed, places, strict=True)]
    for share, place in zip(read, places, strict=True):
        if share < 0:
            raise InputError(f"{brief(share)} is negative; a probability lies in [0, 1]", place)
    total = sum(read, Fraction(0))
    if not total:
        raise InputError("the entries sum to 0, so they cannot be normalised", where)
    if total != 1:
        notes.append(f"{where}: divided by its sum, {brief(total)}")
    return [share / total for share in read]
