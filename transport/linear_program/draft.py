"""A program in the making, as readers of files fill it in, line by line and by names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from dual.errors import FileError, InputError
from dual.limits import FILE_BYTES
from dual.numbers.exact import number

INFINITE: Final = Fraction(10**30)
"""Files write 1e30 where a bound is meant to be infinite."""


@dataclass
class Line:
    """A row: its coefficients by column, and its sides."""

    entries: dict[int, Fraction] = field(default_factory=dict)
    lower: Fraction | None = None
    upper: Fraction | None = None


@dataclass
class Draft:
    """Columns and rows by name.

    Attributes
    ----------
    columns, rows : dict
        Places by name, and rows by name.
    objective : Line
    lower, upper : dict
        Bounds by column, where they are not 0 and none.
    integers : set of int
    constant : Fraction
    goal : str
    name : str or None
    """

    columns: dict[str, int] = field(default_factory=dict)
    rows: dict[str, Line] = field(default_factory=dict)
    objective: Line = field(default_factory=Line)
    lower: dict[int, Fraction | None] = field(default_factory=dict)
    upper: dict[int, Fraction | None] = field(default_factory=dict)
    integers: set[int] = field(default_factory=set)
    constant: Fraction = Fraction(0)
    goal: str = "min"
    name: str | None = None

    def column(self, name: str) -> int:
        """The place of a column; a new name gets the next one."""
        return self.columns.setdefault(name, len(self.columns))

    def document(self) -> dict[str, Any]:
        """The program as an instance."""
        places = range(len(self.columns))
        found: dict[str, Any] = {
            "kind": "linear-program",
            "objective": [self.objective.entries.get(j, Fraction(0)) for j in places],
            "rows": [
                {
                    "entries": [[j, a] for j, a in row.entries.items() if a],
                    "name": name,
                    **{side: end for side, end in (("lower", row.lower), ("upper", row.upper)) if end is not None},
                }
                for name, row in self.rows.items()
            ],
            "goal": self.goal,
            "columns": list(self.columns),
        }
        if self.lower:
            found["lower"] = [self.lower.get(j, Fraction(0)) for j in places]
        if any(end is not None for end in self.upper.values()):
            found["upper"] = [self.upper.get(j) for j in places]
        if self.integers:
            found["integers"] = sorted(self.integers)
        if self.constant:
            found["constant"] = self.constant
        if self.name:
            found["name"] = self.name
        return found


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a file, of any of the encodings that names come in.

    Raises
    ------
    FileError
        If it cannot be read, or is too long.
    """
    try:
        with open(path, "rb") as stream:
            raw = stream.read(FILE_BYTES + 1)
    except OSError as error:
        raise FileError(f"{os.fspath(path)}: cannot be read: {error.strerror or error}") from None
    if len(raw) > FILE_BYTES:
        raise FileError(f"{os.fspath(path)}: the file is longer than {FILE_BYTES:,} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def exact(text: str, where: str) -> Fraction:
    """A decimal as the fraction that is typed; the exponents of Fortran are understood."""
    return number(text.replace("D", "e").replace("d", "e"), where)


def end(text: str, where: str) -> Fraction | None:
    """A bound; None if it is infinite, by a word or by convention."""
    if text.lower().lstrip("+-") in ("inf", "infinity"):
        return None
    found = exact(text, where)
    return None if abs(found) >= INFINITE else found


class Places:
    """Where a reader is, for its errors."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self.line = 0

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}"

    def lines(self, text: str) -> Iterator[str]:
        """The lines of a text, counted."""
        for self.line, line in enumerate(text.splitlines(), 1):
            yield line

    def refuse(self, reason: str) -> InputError:
        """The error at this place."""
        return InputError(reason, str(self))
