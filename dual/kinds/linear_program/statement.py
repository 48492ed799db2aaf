"""What a linear program states: an objective, rows with two sides, columns with two ends, and which are integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from math import gcd, lcm
from typing import Final, Self

from dual.errors import InputError
from dual.names import labels, words
from dual.numbers.choices import choice
from dual.numbers.exact import Vector, index, items, number, vector
from dual.statement import Record, Statement, stated

GOALS: Final = ("max", "min")

Entries = tuple[tuple[int, Fraction], ...]
Ends = tuple[Fraction | None, ...]
Box = tuple[Fraction | None, Fraction | None]


def read_entries(value: object, where: str) -> Entries:
    """Read the coefficients of a row, ``[[column, coefficient], ...]``, each column once."""
    found: dict[int, Fraction] = {}
    for k, item in enumerate(items(value, where, empty=True)):
        place, coefficient = items(item, f"{where}[{k}]", 2)
        column = number(place, f"{where}[{k}][0]")
        if column.denominator != 1 or column < 0:
            raise InputError("a column is named by its index, a whole number >= 0", f"{where}[{k}][0]")
        if int(column) in found:
            raise InputError(f"column {int(column)} stands already in this row", f"{where}[{k}][0]")
        found[int(column)] = number(coefficient, f"{where}[{k}][1]")
    return tuple(found.items())


@dataclass(frozen=True, repr=False)
class Row(Record):
    """``lower <= sum of entries <= upper``; a side that is left out does not bind."""

    entries: Entries = stated(read_entries, "", "[column, coefficient], ...: what is not listed is 0")
    lower: Fraction | None = stated(number, "", "the least that the sum may be", default=None)
    upper: Fraction | None = stated(
        number, "", "the most that it may be; an equation has both, and equal", default=None
    )
    name: str | None = stated(words, "", "what the row is called", default=None)

    @cached_property
    def integral(self) -> tuple[tuple[tuple[int, int], ...], int]:
        """The coefficients in integers, and their common denominator."""
        unit = lcm(*(entry.denominator for _, entry in self.entries))
        return tuple((j, entry.numerator * (unit // entry.denominator)) for j, entry in self.entries), unit


def read_rows(value: object, where: str, count: int | None = None) -> tuple[Row, ...]:
    """Read the rows; there may be none."""
    return tuple(
        row if isinstance(row, Row) else Row.within(row, f"{where}[{k}]")
        for k, row in enumerate(items(value, where, count, empty=True))
    )


def read_ends(value: object, where: str, count: int | None = None) -> Ends:
    """Read a bound for every column; null for none."""
    listed = items(value, where, count)
    return tuple(None if end is None else number(end, f"{where}[{k}]") for k, end in enumerate(listed))


def read_columns(value: object, where: str, objective: Sequence[Fraction]) -> tuple[int, ...]:
    """Read indices of columns, each once."""
    listed = items(value, where, empty=True)
    found = [index(column, f"{where}[{k}]", len(objective)) for k, column in enumerate(listed)]
    if len(set(found)) < len(found):
        raise InputError("a column stands twice in the list", where)
    return tuple(sorted(found))


@dataclass(frozen=True, kw_only=True, repr=False)
class LinearProgramStatement(Statement):
    """A linear program, some of whose variables may have to be integers."""

    kind = "linear-program"
    objective: Vector = stated(vector, "columns", "what a unit of each column is worth, or costs")
    rows: tuple[Row, ...] = stated(
        read_rows,
        "rows",
        "a list of objects with `entries`, `[[column, coefficient], ...]`, `lower` and `upper` (a side that is left "
        "out does not bind; an equation has both) and a `name`, all but the first optional; no rows by default",
        default=(),
    )
    lower: Ends | None = stated(read_ends, "columns", "lower bounds, null for none; 0 by default", default=None)
    upper: Ends | None = stated(read_ends, "columns", "upper bounds, null for none; none by default", default=None)
    integers: tuple[int, ...] = stated(
        read_columns, "", "indices of the columns that are integers", after="objective", default=()
    )
    constant: Fraction = stated(number, "", "what is added to the objective; 0 by default", default=Fraction(0))
    goal: str = stated(partial(choice, known=GOALS), "", "the sense of the objective", default="max")
    columns: tuple[str, ...] | None = stated(labels, "columns", "names of the columns", default=None)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (what is read says it all)
        """Refuse columns that do not exist, sides in the wrong order, and a row's name that stands twice."""
        seen: dict[str, int] = {}
        for i, row in enumerate(self.rows):
            for k, (column, _) in enumerate(row.entries):
                if column >= len(self.objective):
                    last = len(self.objective) - 1
                    raise InputError(f"{column} is not an index from 0 to {last}", f"rows[{i}].entries[{k}][0]")
            if row.lower is not None and row.upper is not None and row.lower > row.upper:
                raise InputError(f"the side lies below the other, lower = {row.lower}", f"rows[{i}].upper")
            if row.name is not None and seen.setdefault(row.name, i) != i:
                raise InputError(f'the name "{row.name[:60]}" is that of rows[{seen[row.name]}]', f"rows[{i}].name")
        for j in range(len(self.objective)):
            low, high = self.box(j)
            if low is not None and high is not None and low > high:
                raise InputError(f"the bound lies below the other, lower[{j}] = {low}", f"upper[{j}]")
        return self

    @property
    def minimises(self) -> bool:
        """Whether the objective is minimised."""
        return self.goal == "min"

    def lengths(self) -> dict[str, int]:
        """How many columns and rows there are."""
        return {"columns": len(self.objective), "rows": len(self.rows)}

    def box(self, column: int) -> Box:
        """The bounds of a column, None where there is none."""
        return (
            Fraction(0) if self.lower is None else self.lower[column],
            None if self.upper is None else self.upper[column],
        )

    @cached_property
    def sign(self) -> int:
        """1 if the objective is maximised, -1 if minimised."""
        return -1 if self.minimises else 1

    @cached_property
    def gains(self) -> tuple[dict[int, int], int]:
        """What is maximised, in integers over a common denominator, where it is not zero."""
        unit = lcm(*(entry.denominator for entry in self.objective))
        found = {j: self.sign * c.numerator * (unit // c.denominator) for j, c in enumerate(self.objective) if c}
        return found, unit

    @cached_property
    def step(self) -> Fraction:
        """What all values of the objective, but for the constant, are multiples of; 0 if there is no such number."""
        gains, unit = self.gains
        if not gains or not set(gains) <= set(self.integers):
            return Fraction(0)
        return Fraction(gcd(*gains.values()), unit)

    def row_name(self, i: int) -> str:
        """What row i is called; behind the rows come the sums of a tree."""
        count = len(self.rows)
        return f"sum {i - count}" if i >= count else self.rows[i].name or f"row {i}"

    def column_name(self, j: int) -> str:
        """What column j is called."""
        return self.columns[j] if self.columns is not None else f"column {j}"
