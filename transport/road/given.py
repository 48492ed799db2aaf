"""What Python objects say: the fields of a constructor in the words of an instance's file.

A vector, matrix or table may be given as lists, ranges, generators, arrays, pandas' series and frames, mappings by
label, or a function of what its axes count. Labels of frames and mappings become labels of the problem; once an axis
has labels, whatever comes later is put into their order. Booleans are 0 and 1. Nothing here is trusted: the checker's
reader sees lists and numbers, and judges them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any, Final

import numpy as np

from dual.errors import InputError
from dual.kinds import KINDS
from dual.names import labels
from dual.numbers.arrays import Array
from dual.statement import Record, Statement, stated_fields

from .callables import scope_of, table_of
from .places import UNORDERED, named, near, texts

FORMS: Final = frozenset({"npz", "pairs", "buyers", "sellers", "centre", "metric"})
"""A mapping with one of these names is a form that a file has; its other mappings are by label."""
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
    alone : mapping
        For a field that is a list of objects, the name that a number or a list has which stands in an object's place.
    """

    def __init__(
        self,
        statement: type[Record],
        fields: Mapping[str, Any],
        *,
        booleans: bool,
        points: Callable[[str, Mapping[str, Any]], list[Sequence[Any]] | None] | None = None,
        skip: frozenset[str] = frozenset(),
        alone: Mapping[str, str] | None = None,
    ) -> None:
        self.fields = {name: value for name, value in fields.items() if value is not None}
        self.notes: list[str] = []
        self.tabulated: list[str] = []
        self._booleans, self._points, self._alone = booleans, points, alone or {}
        self._lengths: dict[str, int] = {}
        self._names: dict[str, list[str]] = {}
        stated = {entry.name: entry for entry in stated_fields(statement)}
        # An axis is labelled by the field that reads labels along it.
        self._labelled = {
            entry.metadata["axes"][0]: name for name, entry in stated.items() if entry.metadata["reader"] is labels
        }
        for axis, name in self._labelled.items():
            if name in self.fields:
                self.fields[name] = self._names[axis] = texts(self.fields[name], name)
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
            if not isinstance(listed, (list, tuple, np.ndarray)):
                return listed  # no list at all, which the reader says
            if where in self._alone:
                name = self._alone[where]
                listed = [item if isinstance(item, (Mapping, Record, str)) else {name: item} for item in listed]
            return [self._records(item, reader, axes[1:], f"{where}[{k}]") for k, item in enumerate(listed)]
        if not isinstance(value, Mapping):
            return value
        inner = {entry.name: entry.metadata for entry in stated_fields(reader)}
        return {
            name: self._function_or_field(item, inner[name], f"{where}.{name}", where) if name in inner else item
            for name, item in value.items()
        }

    def _function_or_field(self, value: Any, declared: Mapping[str, Any], where: str, field: str) -> Any:
        if callable(value) and (declared["axes"] or self._places(field) is not None):
            return self._tabulated(value, where, declared["axes"], field)
        return self._field(value, declared, where)

    def _plain(self, value: Any, axes: Sequence[str], where: str, leaves: bool = True) -> Any:
        """Lists, arrays and scalars in place of whatever holds entries along some axes."""
        if isinstance(value, (Record, str, bytes, Array)) or hasattr(value, "document"):
            return value
        if isinstance(value, Mapping):
            return self._mapping(value, axes, where, leaves)
        if isinstance(value, (Set, frozenset, set)):
            raise InputError(UNORDERED, where)
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
        return self._entry(value, axes, where)

    def _entry(self, value: Any, axes: Sequence[str], where: str) -> Any:
        """An entry of a list: a number, say, or a function that stands for a table."""
        field = where.partition("[")[0]
        return self._tabulated(value, where, axes, field) if callable(value) and self._places(field) else value

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
                name: item if callable(item) else self._plain(item, named(name, axes), f"{where}.{name}", leaves)
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
        found = texts(given, where)
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

    def _places(self, field: str) -> list[Sequence[Any]] | None:
        """What the kind says that a function in this field is called with."""
        return self._points(field, self.fields) if self._points else None

    def _tabulated(self, function: Callable[..., Any], where: str, axes: Sequence[str], field: str = "") -> Any:
        """A table of a function's values at all combinations of what it is called with."""
        points = self._places(field or where)
        if points is not None:
            if not all(isinstance(point, (str, int)) for side in points for point in side):
                self.tabulated.append(where)  # a grid, between whose points there is more
        else:
            points = []
            for axis in axes:
                if axis not in self._names and axis not in self._lengths:
                    label = f"give {self._labelled[axis]}=[...]" if axis in self._labelled else "write a list"
                    raise InputError(f"nothing says how many {axis} a function is to be tabulated for; {label}", where)
                points.append(self._names.get(axis) or range(self._lengths[axis]))
        return table_of(function, points, where)


def statement_class(kind: str) -> type[Statement]:
    """The class of a kind's statements, whose ``read`` is what the kind parses with."""
    found: type[Statement] = KINDS[kind].statement.__self__  # type: ignore[attr-defined]
    return found
