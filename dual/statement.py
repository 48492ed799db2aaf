"""Records: what an object in a file says, each field stated once, read strictly and kept exactly.

An instance is a :class:`Statement`, a proof a :class:`Witness`, and what either holds a :class:`Record`. A field is
declared by :func:`stated`: who reads it, what its axes count, and one sentence. Reading, writing and errors follow from
that, and so do the JSON Schemas and the tables of the documentation, which are made elsewhere.
"""

from __future__ import annotations

import dataclasses
import difflib
import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass
from typing import Any, ClassVar, Self

from .errors import InputError, WrongLength
from .numbers.exact import index, items, number
from .numbers.files import plain

DESCRIPTION = ("name", "source", "notes")
"""Optional fields that describe an instance of any kind and take no part in the mathematics."""

Reader = Callable[..., Any]
Lengths = dict[str, int]


def stated(
    reader: Reader, axes: str = "", sentence: str = "", *, default: Any = MISSING, after: str = "", compare: bool = True
) -> Any:
    """Declare a field of a record.

    Parameters
    ----------
    reader : callable or type of Record
        ``reader(value, where, *lengths)`` returns the value that is kept, or raises ``InputError`` at ``where``. A
        record reads an object, and with an axis a list of objects.
    axes : str
        What each axis counts, outermost first: ``"states actions"``. The first field that has an axis gives it its
        length, every later one has to agree; the length of an axis with a star (``"*points"``) is free.
    sentence : str
        What the field means.
    default : object, optional
        Makes the field optional.
    after : str
        Earlier fields whose values the reader takes too, after the lengths; ``statement`` in a witness is the instance.
    compare : bool
        Whether the field takes part in the mathematics, hence in equality.
    """
    declared = {"reader": reader, "axes": tuple(axes.split()), "sentence": sentence, "after": tuple(after.split())}
    return dataclasses.field(default=default, compare=compare, metadata=declared)


def stated_fields(cls: type[Record]) -> tuple[dataclasses.Field[Any], ...]:
    """The fields of a record that its file has."""
    return tuple(entry for entry in dataclasses.fields(cls) if "reader" in entry.metadata)


@dataclass(frozen=True)
class Record:
    """An object with stated fields."""

    @classmethod
    def _read(cls, raw: object, where: str, lengths: Lengths, known: Mapping[str, object] | None = None) -> Self:
        """Read an object, or the fields of a record that was made by hand."""
        if isinstance(raw, Record):
            raw = {entry.name: getattr(raw, entry.name) for entry in stated_fields(type(raw))}
        entries = stated_fields(cls)
        needed = [entry.name for entry in entries if entry.default is MISSING]
        found = fields(raw, needed, [entry.name for entry in entries if entry.name not in needed], where)
        values = dict(known or {})
        for entry in entries:
            if entry.name in found:
                place = f"{where}.{entry.name}" if where else entry.name
                values[entry.name] = _value(entry, found[entry.name], place, lengths, values)
                _measure(values[entry.name], entry.metadata["axes"], lengths)
        return cls(**{name: value for name, value in values.items() if name in found}).checked(found, where)

    @classmethod
    def within(cls, raw: object, where: str, **known: object) -> Self:
        """Read a part of a file that depends on nothing outside it but what is ``known``."""
        return cls._read(raw, where, {}, known)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (for the records that need them)
        """The record itself, once what several of its fields say together is right; ``found`` is what was read."""
        return self

    def document(self) -> dict[str, object]:
        """The record as its file holds it, exact numbers as text."""
        values = {entry.name: getattr(self, entry.name) for entry in dataclasses.fields(self)}
        return {name: plain(value) for name, value in values.items() if value is not None}

    def __repr__(self) -> str:
        shown = (f"{entry.name}={reprlib.repr(getattr(self, entry.name))}" for entry in stated_fields(type(self)))
        text = ", ".join(shown)
        return f"{type(self).__name__}({text if len(text) < 150 else text[:147] + '...'})"


@dataclass(frozen=True, repr=False)
class Witness(Record):
    """What proves a bound; each kind has its own subclasses."""

    @classmethod
    def read(cls, raw: object, statement: Statement, where: str = "") -> Self:
        """Read a witness strictly; its axes are as long as the statement's."""
        return cls._read(raw, where, statement.lengths(), {"statement": statement})


def words(value: object, where: str) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise InputError("a text is needed here", where)
    return value


@dataclass(frozen=True, kw_only=True, repr=False)
class Statement(Record):
    """What an instance says, validated and exact; each kind has its own subclass.

    Two statements are equal when they ask the same question, whatever they are called.
    """

    kind: ClassVar[str]
    name: str | None = stated(words, "", "what the instance is called", default=None, compare=False)
    source: str | None = stated(words, "", "where it comes from", default=None, compare=False)
    notes: str | None = stated(words, "", "anything else worth knowing", default=None, compare=False)

    @classmethod
    def read(cls, raw: Mapping[str, object]) -> Self:
        """Read an instance of this kind.

        Raises
        ------
        InputError
            If a field is missing, unknown or wrong; the message names it.
        """
        return cls._read({name: value for name, value in raw.items() if name != "kind"}, "", {})

    @property
    def minimises(self) -> bool:
        """Whether the objective is minimised; bounds are those of the objective itself then."""
        return False

    def document(self) -> dict[str, object]:
        """The instance as its file holds it, with exact numbers as text."""
        return {"kind": self.kind, **super().document()}

    def lengths(self) -> Lengths:
        """How many states, actions or whatever its axes count there are."""
        found: Lengths = {}
        _measure(self, (), found)
        return found


def _value(entry: dataclasses.Field[Any], raw: object, where: str, lengths: Lengths, values: Mapping[str, Any]) -> Any:
    reader, axes = entry.metadata["reader"], entry.metadata["axes"]
    try:
        if isinstance(reader, type) and issubclass(reader, Record):
            known = {name: values[name] for name in entry.metadata["after"]}
            return _records(reader, raw, where, axes, lengths, known)
        return reader(raw, where, *map(lengths.get, axes), *(values.get(name) for name in entry.metadata["after"]))
    except WrongLength as error:
        raise InputError(f"{error}; {_what(axes)}" if axes else str(error)) from None


def _records(
    cls: type[Record], raw: object, where: str, axes: Sequence[str], lengths: Lengths, known: Mapping[str, object]
) -> Any:
    if not axes:
        return cls._read(raw, where, lengths, known)
    listed = items(raw, where, lengths.get(axes[0]))
    return tuple(_records(cls, item, f"{where}[{k}]", axes[1:], lengths, known) for k, item in enumerate(listed))


def _measure(value: Any, axes: Sequence[str], lengths: Lengths) -> None:
    """Note the lengths of axes that have none yet."""
    if isinstance(value, Record):
        for entry in stated_fields(type(value)):
            _measure(getattr(value, entry.name), entry.metadata["axes"], lengths)
    elif axes and isinstance(value, tuple) and value:
        if not axes[0].startswith("*"):
            lengths.setdefault(axes[0], len(value))
        _measure(value[0], axes[1:], lengths)
    else:
        for axis, length in zip(axes, getattr(value, "shape", ()), strict=False):
            if not axis.startswith("*"):
                lengths.setdefault(axis, length)


def _what(axes: Sequence[str]) -> str:
    names = [axis.lstrip("*") for axis in axes]
    if len(names) == 1:
        return f"entries are {names[0]}"
    if len(names) == 2:
        return f"rows are {names[0]}, columns are {names[1]}"
    return f"the axes are {', '.join(names)}"


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


def labels(value: object, where: str, count: int | None) -> tuple[str, ...]:
    """Read names of states, actions or agents: as many different, nonempty texts as there are things."""
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


def listed_masses(value: object, where: str, *bounds: int) -> tuple[tuple[Any, ...], ...]:
    """Read masses that are listed by their indices, ``[[i, j, ..., mass], ...]``; what is not listed is 0."""
    read = []
    for k, item in enumerate(items(value, where, empty=True)):
        *place, amount = items(item, f"{where}[{k}]", len(bounds) + 1)
        at = [index(one, f"{where}[{k}][{r}]", bound) for r, (one, bound) in enumerate(zip(place, bounds, strict=True))]
        read.append((*at, number(amount, f"{where}[{k}][{len(bounds)}]")))
    return tuple(read)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
