"""An integer program in floats of order one.

Rows, columns, the objective and the right hand side are scaled by powers of two, whatever the size of the
integers, so that a solver's absolute tolerances mean the same for every program. Bases are not affected.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from transport.programs.arrays import Floats, Integers, Numbers

from .integral import IntegerProgram

_CALM = 6
"""Entries within this many binary orders of magnitude are left to row scaling alone."""


class Scaled:
    """The program as ``matrix``, ``rhs`` and ``cost``, and the way between its units and the integers'.

    ``size`` holds one exponent per variable, columns first, then one slack per row. A value in floats is the value
    in integers divided by ``2**(size + rhs_level)``; a reduced cost in floats is the one in integers times
    ``2**(size - cost_level)``.
    """

    def __init__(self, program: IntegerProgram) -> None:
        from scipy.sparse import csr_array

        mantissa, exponent = split(program.data)
        used = mantissa != 0
        owner = np.repeat(np.arange(program.rows), np.diff(program.start))
        row = np.zeros(program.rows, dtype=np.int64)
        column = np.zeros(program.columns, dtype=np.int64)
        if used.any() and int(np.ptp(exponent[used])) > _CALM:
            _equilibrate(row, column, owner[used], program.index[used], exponent[used])
        level = exponent + column[program.index]
        row = -_largest(level[used], owner[used], program.rows)
        data = np.ldexp(mantissa, level + row[owner])
        self.matrix: Any = csr_array((data, program.index, program.start), shape=(program.rows, program.columns))

        mantissa, exponent = split(program.rhs)
        self.rhs, self.rhs_level = _normalised(mantissa, exponent + row)
        self.columns = program.columns
        self.size = np.concatenate((column, -row))
        self.aim(program.cost)

    def aim(self, cost: Sequence[int]) -> None:
        """Take another objective."""
        mantissa, exponent = split(cost)
        self.cost, self.cost_level = _normalised(mantissa, exponent + self.size[: self.columns])

    def exact_values(self, x: Floats) -> dict[int, Fraction]:
        """Column values, back in the integers' units."""
        levels = self.size[: self.columns] + self.rhs_level
        return {j: Fraction(float(x[j])) * Fraction(2) ** int(levels[j]) for j in np.flatnonzero(x).tolist()}

    def exact_multipliers(self, y: Floats) -> dict[int, Fraction]:
        """Row multipliers, back in the integers' units."""
        levels = self.cost_level - self.size[self.columns :]
        return {i: Fraction(float(y[i])) * Fraction(2) ** int(levels[i]) for i in np.flatnonzero(y).tolist()}


def _equilibrate(row: Integers, column: Integers, owner: Integers, index: Integers, exponent: Integers) -> None:
    """Bring the geometric mean of the least and the largest entry of every row and column near one."""
    for _ in range(3):
        for line, scale, other, other_scale in ((owner, row, index, column), (index, column, owner, row)):
            level = exponent + other_scale[other]
            scale[:] = (_largest(-level, line, len(scale)) - _largest(level, line, len(scale))) // 2


def split(values: Numbers | Sequence[int]) -> tuple[Floats, Integers]:
    """Mantissas in [1/2, 1) and binary exponents of integers of any size."""
    if isinstance(values, np.ndarray) and values.dtype != object:
        mantissa, exponent = np.frexp(values.astype(np.float64))
        return mantissa, exponent.astype(np.int64)
    parts = [_frexp(value) for value in values]
    return np.array([m for m, _ in parts], dtype=np.float64), np.array([e for _, e in parts], dtype=np.int64)


def _frexp(value: int) -> tuple[float, int]:
    excess = max(value.bit_length() - 1000, 0)
    mantissa, exponent = math.frexp(value >> excess)
    return mantissa, exponent + excess


def _largest(level: Integers, line: Integers, lines: int) -> Integers:
    """The largest level on each line; 0 on empty lines."""
    nothing = np.iinfo(np.int64).min
    result = np.full(lines, nothing, dtype=np.int64)
    np.maximum.at(result, line, level)
    result[result == nothing] = 0
    return result


def _normalised(mantissa: Floats, level: Integers) -> tuple[Floats, int]:
    """A vector scaled by a power of two until its largest entry lies in [1/2, 1), and the exponent taken out."""
    used = mantissa != 0
    top = int(level[used].max()) if used.any() else 0
    return np.ldexp(mantissa, np.maximum(level - top, -2000)), top
