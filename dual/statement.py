"""Records: what an object in a file says, each field stated once, read strictly and kept exactly.

An instance is a :class:`Statement`, a proof a :class:`Witness`, and what either holds a :class:`Record`. A field is
declared by :func:`stated`: who reads it, what its axes count, and one sentence. Reading, writing and errors follow from
that, and so do the JSON Schemas and the tables of the documentation, which are made elsewhere.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass
from typing import Any, ClassVar, Self

from .errors import InputError, WrongLength
from .names import words
from .numbers.exact import items
from .words import entries_of, hint, listed
from .written import Written

Lengths = dict[str, int]
Reader = Callable[..., Any]


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


@dataclass(frozen=True, repr=False)
class Record(Written):
    """An object with stated fields."""

    @classmethod
    def within(
        cls, raw: object, where: str, lengths: Lengths | None = None, known: Mapping[str, object] | None = None
    ) -> Self:
        """Read a part of a file, or the fields of a record that was made by hand.

        ``lengths`` are those of axes that are known from outside, and ``known`` fields that stand there.
        """
        lengths = {} if lengths is None else lengths
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

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (for the records that need them)
        """The record itself, once what several of its fields say together is right; ``found`` is what was read."""
        return self


@dataclass(frozen=True, repr=False)
class Witness(Record):
    """What proves a bound; each kind has its own subclasses."""

    @classmethod
    def read(cls, raw: object, statement: Statement, where: str = "") -> Self:
        """Read a witness strictly; its axes are as long as the statement's."""
        return cls.within(raw, where, statement.lengths(), {"statement": statement})


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
        if raw.get("kind", cls.kind) != cls.kind:
            raise InputError(f'this is read as "{cls.kind}"', "kind")
        return cls.within({name: value for name, value in raw.items() if name != "kind"}, "")

    @property
    def minimises(self) -> bool:
        """Whether the objective is minimised; bounds are those of the objective itself then."""
        return False

    def document(self) -> dict[str, object]:
        """The instance as its file holds it, with exact numbers as text."""
        return {"kind": self.kind, **super().document()}

    def lengths(self) -> Lengths:
        """How many states, actions or whatever its axes count there are."""
        return _measure(self, (), {})


def _value(entry: dataclasses.Field[Any], raw: object, where: str, lengths: Lengths, values: Mapping[str, Any]) -> Any:
    reader, axes = entry.metadata["reader"], entry.metadata["axes"]
    known = {name: values.get(name) for name in entry.metadata["after"]}
    try:
        if not hasattr(reader, "within"):
            return reader(raw, where, *map(lengths.get, axes), *known.values())
        if not axes:
            return reader.within(raw, where, lengths, known)
        listed = items(raw, where, lengths.get(axes[0]))
        return tuple(reader.within(item, f"{where}[{k}]", lengths, known) for k, item in enumerate(listed))
    except WrongLength as error:
        raise InputError(f"{error}; {entries_of(axes)}" if axes else str(error)) from None


def _measure(value: Any, axes: Sequence[str], lengths: Lengths) -> Lengths:
    """Note the lengths of axes that have none yet."""
    if isinstance(value, Record):
        for entry in stated_fields(type(value)):
            _measure(getattr(value, entry.name), entry.metadata["axes"], lengths)
    shape = getattr(value, "shape", ())
    if axes and isinstance(value, tuple) and value:
        shape = (len(value),)
        _measure(value[0], axes[1:], lengths)
    for axis, length in zip(axes, shape, strict=False):
        if not axis.startswith("*"):
            lengths.setdefault(axis, length)
    return lengths


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
        raise InputError(f"an object with the fields {listed([*required, *optional])} is needed here", where)
    known = [*required, *optional]
    for name in raw:
        if name not in known:
            raise InputError(f"unknown field; {hint(name, known)}", f"{prefix}{str(name)[:60]}")
    for name in required:
        if name not in raw or raw[name] is None:
            raise InputError("the field is missing", f"{prefix}{name}")
    return {name: value for name, value in raw.items() if value is not None}
