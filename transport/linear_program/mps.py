"""Reading MPS files, fixed and free; decimals become the fractions that are typed.

Sections are ROWS (N, L, G, E), COLUMNS with integer markers, RHS, RANGES, BOUNDS (LO, UP, FX, FR, MI, PL, BV, LI,
UI), and OBJSENSE; the first N row is the objective, further ones are left out. What other readers read in different
ways is refused, not guessed: a negative UP bound of a column without a lower one, and several sets of right-hand
sides, ranges or bounds. An integer column between markers that has no bounds at all lies in [0, 1], as in CPLEX and
HiGHS. A right-hand side of the objective is its constant with the opposite sign.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError

from .draft import Draft, Line, Places, end, exact, read_text

_FIXED: Final = ((1, 3), (4, 12), (14, 22), (24, 36), (39, 47), (49, 61))
"""Where the fields of a fixed line stand; names there may hold blanks."""
_ALONE: Final = ("FR", "MI", "PL", "BV")
"""Bounds that need no number."""
_SECTIONS: Final = ("NAME", "OBJSENSE", "OBJNAME", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "ENDATA")


def read_mps(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a file into the content of an instance.

    Raises
    ------
    FileError
        If it cannot be read.
    InputError
        If it is no MPS file; the message names the line.
    """
    text = read_text(path)
    try:
        return _Reader(path, fixed=False).read(text)
    except InputError as error:
        try:
            return _Reader(path, fixed=True).read(text)
        except InputError:
            raise error from None


class _Reader:
    def __init__(self, path: str | os.PathLike[str], *, fixed: bool) -> None:
        self.fixed = fixed
        self.at = Places(path)
        self.draft = Draft()
        self.senses: dict[str, str] = {}
        self.goal_row: str | None = None
        self.wanted: str | None = None
        self.integer = False
        self.marked: set[int] = set()
        self.sets: dict[str, str] = {}
        self.right: dict[str, Fraction] = {}
        self.ranges: dict[str, Fraction] = {}
        self.bounded: set[int] = set()

    def read(self, text: str) -> dict[str, Any]:
        """Read all lines."""
        section, done = "", False
        for line in self.at.lines(text):
            if not line.strip() or line.lstrip().startswith("*"):
                continue
            if done:
                raise self.at.refuse("something stands behind ENDATA")
            if not line[0].isspace():
                word, *rest = line.split()
                section = word.upper()
                if section not in _SECTIONS:
                    raise self.at.refuse(f'"{word[:20]}" is not a section of a linear program in MPS')
                if section == "NAME":
                    self.draft.name = line[4:].strip() or None
                elif section == "OBJSENSE" and rest:
                    self._sense(rest)
                elif section == "ENDATA":
                    done = True
                continue
            fields = self._fields(line, section)
            if section not in _READ:
                raise self.at.refuse("a line of data stands in no section")
            _READ[section](self, fields)
        if not done:
            raise self.at.refuse("the file ends without ENDATA")
        return self._finished()

    def _fields(self, line: str, section: str) -> list[str]:
        if not self.fixed or "'MARKER'" in line or section in ("OBJSENSE", "OBJNAME"):
            return line.split()
        parts = [line[low:high].strip() for low, high in _FIXED]
        first = [parts[0]] if section in ("ROWS", "BOUNDS") else []
        rest = parts[1:]
        while rest and not rest[-1]:
            rest.pop()
        return first + rest

    def _sense(self, fields: Sequence[str]) -> None:
        word = fields[0].upper()
        if word[:3] not in ("MIN", "MAX"):
            raise self.at.refuse(f'"{word[:20]}" is no sense; write MIN or MAX')
        self.draft.goal = word[:3].lower()

    def _objective_name(self, fields: Sequence[str]) -> None:
        self.wanted = fields[0]

    def _row(self, fields: Sequence[str]) -> None:
        if len(fields) != 2 or fields[0].upper() not in ("N", "L", "G", "E"):
            raise self.at.refuse("a row is a sense, N, L, G or E, and a name")
        sense, name = fields[0].upper(), fields[1]
        if name in self.senses:
            raise self.at.refuse(f'the row "{name[:60]}" is stated already')
        self.senses[name] = sense
        if sense == "N":
            if self.wanted in (None, name) and self.goal_row is None:
                self.goal_row = name
        else:
            self.draft.rows[name] = Line()

    def _column(self, fields: Sequence[str]) -> None:
        if len(fields) >= 3 and fields[1] == "'MARKER'":
            word = fields[-1]
            if word not in ("'INTORG'", "'INTEND'"):
                raise self.at.refuse(f"the marker {word[:20]} is not understood; known are 'INTORG' and 'INTEND'")
            self.integer = word == "'INTORG'"
            return
        if len(fields) not in (3, 5):
            raise self.at.refuse("a column is a name and one or two pairs of a row and a number")
        name = fields[0]
        known = name in self.draft.columns
        column = self.draft.column(name)
        if known and column != len(self.draft.columns) - 1:
            raise self.at.refuse(f'the column "{name[:60]}" goes on after another one')
        if self.integer:
            self.draft.integers.add(column)
            self.marked.add(column)
        for row, value in zip(fields[1::2], fields[2::2], strict=True):
            line = self._line(row)
            if line is not None:
                if column in line.entries:
                    raise self.at.refuse(f'"{name[:60]}" has an entry in row "{row[:60]}" already')
                line.entries[column] = exact(value, str(self.at))

    def _line(self, row: str) -> Line | None:
        """The line of a row; None of those N rows that are left out."""
        if row not in self.senses:
            raise self.at.refuse(f'there is no row "{row[:60]}"')
        if self.senses[row] == "N":
            return self.draft.objective if row == self.goal_row else None
        return self.draft.rows[row]

    def _pairs(self, section: str, fields: Sequence[str], into: dict[str, Fraction]) -> None:
        pairs = list(fields)
        if len(pairs) % 2:
            self._only(section, pairs.pop(0))
        if not pairs:
            raise self.at.refuse(f"a line of {section} has pairs of a row and a number")
        for row, value in zip(pairs[::2], pairs[1::2], strict=True):
            self._line(row)
            if row in into:
                raise self.at.refuse(f'row "{row[:60]}" has a number in {section} already')
            into[row] = exact(value, str(self.at))

    def _only(self, section: str, name: str) -> None:
        if self.sets.setdefault(section, name) != name:
            raise self.at.refuse(f'"{name[:60]}" is a second set in {section}; keep one in the file')

    def _right_side(self, fields: Sequence[str]) -> None:
        self._pairs("RHS", fields, self.right)

    def _range(self, fields: Sequence[str]) -> None:
        self._pairs("RANGES", fields, self.ranges)

    def _bound(self, fields: Sequence[str]) -> None:
        kind, rest = fields[0].upper(), list(fields[1:])
        value = None
        if kind in _ALONE:
            # Some writers put a number behind these, too, and some leave out the name of the set.
            if len(rest) > 1 and rest[1] in self.draft.columns:
                self._only("BOUNDS", rest[0])
                rest = rest[1:]
            rest = rest[:1]
        else:
            if len(rest) == 3:
                self._only("BOUNDS", rest.pop(0))
            if len(rest) != 2:
                raise self.at.refuse("a bound is a type, the name of the set, a column and a number")
            value = end(rest[1], str(self.at))
        if not rest or rest[0] not in self.draft.columns:
            raise self.at.refuse(f'there is no column "{rest[0][:60] if rest else ""}"')
        self._apply(kind, self.draft.columns[rest[0]], value)

    def _apply(self, kind: str, column: int, value: Fraction | None) -> None:
        lower, upper = self.draft.lower, self.draft.upper
        self.bounded.add(column)
        if kind in ("LO", "LI"):
            lower[column] = value
        elif kind in ("UP", "UI"):
            if value is not None and value < 0 and column not in lower:
                raise self.at.refuse(
                    "a negative UP bound of a column without a lower one is read in two ways; state LO or MI before it"
                )
            upper[column] = value
        elif kind == "FX":
            if value is None:
                raise self.at.refuse("a column is fixed at a finite number")
            lower[column] = upper[column] = value
        elif kind == "FR":
            lower[column] = upper[column] = None
        elif kind == "MI":
            lower[column] = None
        elif kind == "PL":
            upper[column] = None
        elif kind == "BV":
            lower[column], upper[column] = Fraction(0), Fraction(1)
        else:
            raise self.at.refuse(f'"{kind[:20]}" is no type of bound of a linear program')
        if kind in ("BV", "LI", "UI"):
            self.draft.integers.add(column)

    def _finished(self) -> dict[str, Any]:
        if self.goal_row is None:
            raise self.at.refuse("no N row states the objective")
        self.draft.constant = -self.right.get(self.goal_row, Fraction(0))
        for column in self.marked - self.bounded:
            self.draft.upper[column] = Fraction(1)
        for name, line in self.draft.rows.items():
            sense, side, width = self.senses[name], self.right.get(name, Fraction(0)), self.ranges.get(name)
            line.lower = None if sense == "L" else side
            line.upper = None if sense == "G" else side
            if width is not None:
                if sense == "L" or (sense == "E" and width < 0):
                    line.lower = side - abs(width)
                else:
                    line.upper = side + abs(width)
        if not self.draft.columns:
            raise self.at.refuse("there are no columns")
        return self.draft.document()


_READ: Final = {
    "OBJSENSE": _Reader._sense,
    "OBJNAME": _Reader._objective_name,
    "ROWS": _Reader._row,
    "COLUMNS": _Reader._column,
    "RHS": _Reader._right_side,
    "RANGES": _Reader._range,
    "BOUNDS": _Reader._bound,
}
