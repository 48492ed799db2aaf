"""The same program with columns that are nonnegative or free, as the exact solver takes it, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.kinds.linear_program.statement import LinearProgramStatement
from transport.programs.program import LinearProgram

ZERO = Fraction(0)
Amounts = dict[int, Fraction]


@dataclass(frozen=True)
class Column:
    """``x = start + turn * z``, where z is column ``place`` of the standard form; a fixed column has none."""

    start: Fraction
    turn: int
    place: int | None


def _column(low: Any, high: Any, place: int) -> Column:
    """A column that starts at its finite bound, if it has one."""
    if low is not None and low == high:
        return Column(low, 0, None)
    if low is not None:
        return Column(low, 1, place)
    return Column(ZERO, 1, place) if high is None else Column(high, -1, place)


class Standard:
    """A program in standard form.

    A column with a finite bound starts there, a row with two sides becomes two rows, a second bound a row of its own.

    Parameters
    ----------
    statement : LinearProgramStatement
    boxes : mapping, optional
        Other bounds for some columns, as a tree's nodes have them.
    gains : mapping, optional
        What is maximised, by column, in place of the objective.
    """

    def __init__(
        self,
        statement: LinearProgramStatement,
        boxes: Mapping[int, tuple[Any, Any]] | None = None,
        gains: Mapping[int, Fraction] | None = None,
    ) -> None:
        self.statement = statement
        worth = gains if gains is not None else {j: statement.sign * c for j, c in enumerate(statement.objective) if c}
        self.columns: list[Column] = []
        self._owner: list[int] = []
        """The stated row of each row here, None for that of a bound."""
        objective, free = list[Fraction](), list[int]()
        rows: list[dict[int, Fraction]] = []
        senses, right = list[str](), list[Fraction]()
        ends: list[tuple[int, Fraction]] = []
        for j in range(len(statement.objective)):
            low, high = (boxes or {}).get(j) or statement.box(j)
            column = _column(low, high, len(objective))
            self.columns.append(column)
            if column.place is None:
                continue
            if low is None and high is None:
                free.append(column.place)
            elif low is not None and high is not None:
                ends.append((column.place, high - low))
            objective.append(worth.get(j, ZERO) * column.turn)
        for i, row in enumerate(statement.rows):
            entries, fixed = dict[int, Fraction](), ZERO
            for j, entry in row.entries:
                column = self.columns[j]
                fixed += entry * column.start
                if column.place is not None and entry:
                    entries[column.place] = entry * column.turn
            equal = row.lower is not None and row.lower == row.upper
            for sense, side in (("=" if equal else "<=", row.upper), (">=", None if equal else row.lower)):
                if side is not None:
                    self._owner.append(i)
                    rows.append(entries)
                    senses.append(sense)
                    right.append(side - fixed)
        for place, width in ends:
            rows.append({place: Fraction(1)})
            senses.append("<=")
            right.append(width)
        self.program = LinearProgram(objective, rows, senses, right, tuple(free))

    def values(self, z: Sequence[Fraction]) -> Amounts:
        """A point of the stated program, without its zeros."""
        found = {}
        for j, column in enumerate(self.columns):
            value = column.start + (ZERO if column.place is None else column.turn * z[column.place])
            if value:
                found[j] = value
        return found

    def ray(self, z: Sequence[Fraction]) -> Amounts:
        """A direction of the stated program."""
        return {
            j: column.turn * z[column.place]
            for j, column in enumerate(self.columns)
            if column.place is not None and z[column.place]
        }

    def multipliers(self, y: Sequence[Fraction]) -> Amounts:
        """Prices of the stated rows of what is maximised; those of bounds follow from them."""
        found: Amounts = {}
        for i, weight in zip(self._owner, y, strict=False):
            found[i] = found.get(i, ZERO) + weight
        return {i: weight for i, weight in found.items() if weight}
