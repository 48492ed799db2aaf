"""Exact witnesses from a solver's floats, for programs too large to solve their basis exactly.

Multipliers are rounded, columns that are then worth more than they cost are paid for by rows that cover them. Values
are rounded, and mixed with a point inside the inequalities so that none fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from dual.errors import SolverError
from dual.numbers.exact import over_common_denominator
from transport.programs.arrays import Floats

from .linear import solve
from .program import LinearProgram
from .rounding import round_dyadic

_BITS: Final = 50
"""Bits kept of multipliers and values: fewer make shorter files and a larger gap, about 2**-_BITS of the size."""
_LEAST: Final = 1e-7
"""Room inside the inequalities, relative to their coefficients, that a float solver can be trusted to have found."""


@dataclass(frozen=True)
class Table:
    """A program's rows and columns in integers, for work that is linear in its entries.

    Attributes
    ----------
    rows : sequence of mappings
        Integer coefficients by column.
    senses, right : sequences
    cost : sequence of int
    free : set of int
    """

    rows: Sequence[Mapping[int, int]]
    senses: Sequence[str]
    right: Sequence[Fraction]
    cost: Sequence[int]
    free: frozenset[int]

    def program(self) -> LinearProgram:
        """As the exact solver takes it."""
        return LinearProgram(self.cost, self.rows, self.senses, self.right, self.free)

    def gains(self, multipliers: Sequence[Fraction], goal: Sequence[int] | None = None) -> tuple[list[int], int]:
        """What each column is worth beyond ``y A``, over a common denominator."""
        weights, unit = over_common_denominator(multipliers)
        left = [entry * unit for entry in (self.cost if goal is None else goal)]
        for weight, row in zip(weights, self.rows, strict=True):
            if weight:
                for k, entry in row.items():
                    left[k] -= weight * entry
        return left, unit


def signed(multipliers: Sequence[float] | Sequence[Fraction], senses: Sequence[str]) -> list[Fraction]:
    """Multipliers rounded, those of the wrong sign to zero."""
    rough = round_dyadic([float(value) for value in multipliers], _BITS)
    return [
        max(value, Fraction(0)) if sense == "<=" else min(value, Fraction(0)) if sense == ">=" else value
        for value, sense in zip(rough, senses, strict=True)
    ]


def raised(table: Table, multipliers: Sequence[Fraction]) -> list[Fraction] | None:
    """Multipliers that bound the objective, made from some of the right signs; None if no way is seen.

    Equations at free columns are restored first, by rows that hold no other free column; then each row that only
    takes (``=`` or ``<=`` with positive coefficients) pays for the columns it covers.
    """
    found = list(multipliers)
    _balance(table, found)
    gains, unit = table.gains(found)
    if any(gains[k] for k in table.free):
        return None
    for r, row in enumerate(table.rows):
        if table.senses[r] == ">=" or not row or min(row.values()) <= 0:
            continue
        dearest = max(Fraction(gains[k], entry) for k, entry in row.items())
        if table.senses[r] == "<=" or table.right[r] < 0:
            dearest = max(dearest, Fraction(0))
        if dearest:
            found[r] += dearest / unit
            for k, entry in row.items():
                gains[k] = gains[k] - dearest * entry  # type: ignore[call-overload]
    return None if any(gain > 0 for k, gain in enumerate(gains) if k not in table.free) else found


def _balance(table: Table, multipliers: list[Fraction]) -> None:
    """Restore ``y A = c`` at free columns through rows in which they are the only free one."""
    gains, unit = table.gains(multipliers)
    alone: dict[int, list[int]] = {k: [] for k in table.free if gains[k]}
    if not alone:
        return
    for r, row in enumerate(table.rows):
        met = [k for k in row if k in table.free]
        if len(met) == 1 and met[0] in alone:
            alone[met[0]].append(r)
    for k, rows in alone.items():
        # The row of the largest multiplier is the likeliest to keep its sign.
        for r in sorted(rows, key=lambda r: -abs(multipliers[r])):
            changed = multipliers[r] + Fraction(gains[k], unit * table.rows[r][k])
            sense = table.senses[r]
            if not ((sense == "<=" and changed < 0) or (sense == ">=" and changed > 0)):
                multipliers[r] = changed
                break


def feasible(table: Table, values: npt.ArrayLike, time_limit: float | None) -> list[Fraction] | None:
    """Exact values near a solver's floats that satisfy every row; None if no way is seen.

    Equations are taken to be sums of masses that share no column; they are restored by scaling. Inequalities then fail
    by rounding errors only, which a mixture with a point that has room in all of them absorbs.
    """
    if table.free or not _apart(table):
        return None
    near = _scaled(table, np.asarray(values, dtype=np.float64))
    if near is None:
        return None
    room = _slacks(table, near)
    if min(room, default=Fraction(0)) >= 0:
        return near
    inside = _interior(table, time_limit)
    if inside is None:
        return None
    slack = _slacks(table, inside)
    share = max(
        (-have / (more - have) for have, more in zip(room, slack, strict=True) if have < 0), default=Fraction(0)
    )
    if any(have < 0 and more <= 0 for have, more in zip(room, slack, strict=True)) or share > 1:
        return None
    return [(1 - share) * a + share * b for a, b in zip(near, inside, strict=True)]


def _apart(table: Table) -> bool:
    """Whether the equations are sums of masses that share no column."""
    seen: set[int] = set()
    for row, sense, right in zip(table.rows, table.senses, table.right, strict=True):
        if sense == "=":
            if right < 0 or any(entry <= 0 for entry in row.values()) or seen & row.keys():
                return False
            seen |= row.keys()
    return True


def _scaled(table: Table, values: Floats) -> list[Fraction] | None:
    found = list(round_dyadic(np.maximum(values, 0.0), _BITS))
    for row, sense, right in zip(table.rows, table.senses, table.right, strict=True):
        if sense == "=":
            total = sum((entry * found[k] for k, entry in row.items()), Fraction(0))
            if not total and right:
                return None
            for k in row:
                found[k] *= right / total if total else 0
    return found


def _slacks(table: Table, values: Sequence[Fraction]) -> list[Fraction]:
    """How far each inequality is from failing; equations hold."""
    counts, unit = over_common_denominator(values)
    found = []
    for row, sense, right in zip(table.rows, table.senses, table.right, strict=True):
        left = Fraction(sum(entry * counts[k] for k, entry in row.items()), unit)
        found.append(left - right if sense == ">=" else right - left if sense == "<=" else Fraction(0))
    return found


def _interior(table: Table, time_limit: float | None) -> list[Fraction] | None:
    """Values with room in every inequality that has any, the largest relative to its coefficients."""
    count = len(table.cost)
    rows: list[Mapping[int, int]] = []
    for row, sense in zip(table.rows, table.senses, strict=True):
        size = max(map(abs, row.values()), default=0)
        extra = {} if sense == "=" or not size else {count: size if sense == "<=" else -size}
        rows.append({**row, **extra})
    # Room beyond the size of the coefficients is of no use, and would make the program unbounded.
    rows.append({count: 1})
    program = LinearProgram([0] * count + [1], rows, [*table.senses, "<="], [*table.right, Fraction(1)])
    try:
        optimum = solve(program, time_limit=time_limit, exact_rows=0)
    except SolverError:  # no interior point in time: the caller repairs without one
        return None
    if optimum.primal[count] < _LEAST:
        return None
    return _scaled(table, np.array([float(value) for value in optimum.primal[:count]]))
