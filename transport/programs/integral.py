"""A linear program over the integers: what the exact and the float phase both read.

Every row and the objective are multiplied by rationals until their coefficients are integers and every inequality
reads ``<=``; the right hand sides share one denominator. Vertices are the same, and values map back exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from fractions import Fraction
from functools import cached_property

import numpy as np

from dual.errors import InputError
from dual.numbers.exact import over_common_denominator
from transport.programs.arrays import Integers, Numbers

from .program import LinearProgram, Values

ZERO = Fraction(0)
_INT64 = 2**63
"""Numerators below this are kept in machine words."""


class IntegerProgram:
    """Maximise ``cost . z`` subject to ``A z = rhs`` or ``A z <= rhs``, with ``z >= 0`` unless free; all integers.

    ``A`` is stored by rows: ``data[start[i]:start[i+1]]`` at the columns ``index[...]``, as int64 if everything
    fits, as Python integers otherwise. ``x = z / scale`` solves the program that was stated.
    """

    def __init__(self, stated: LinearProgram) -> None:
        self.columns = len(stated.objective)
        self.rows = len(stated.rows)
        cost, self.cost_factor = _integers(stated.objective, "objective")
        self.cost: list[int] = cost.tolist()
        self.equality = np.array([sense == "=" for sense in stated.senses], dtype=bool)
        self.free = np.zeros(self.columns, dtype=bool)
        self.free[list(stated.free)] = True

        columns: list[Integers] = []
        coefficients: list[Numbers] = []
        self._row_factor: list[Fraction] = []
        for i, (row, sense) in enumerate(zip(stated.rows, stated.senses, strict=True)):
            where, values = _entries(row, f"rows[{i}]")
            integers, factor = _integers(values, f"rows[{i}]")
            if len(where) != len(integers):
                raise InputError(f"there are {len(where)} columns, but {len(integers)} coefficients", f"rows[{i}]")
            if sense == ">=":
                integers, factor = -integers, -factor
            columns.append(where)
            coefficients.append(integers)
            self._row_factor.append(factor)
        lengths = [len(where) for where in columns]
        self.start = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int64)
        self.index = np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64)
        self.data: Numbers = np.concatenate(coefficients) if columns else np.zeros(0, dtype=np.int64)
        self._check_columns()

        given = zip(self._row_factor, _exact(stated.rhs, "rhs"), strict=True)
        sides = [factor * side for factor, side in given]
        self.scale = math.lcm(*(side.denominator for side in sides))
        self.rhs = [side.numerator * (self.scale // side.denominator) for side in sides]

    def aimed(self, objective: Values) -> IntegerProgram:
        """The same rows with another objective."""
        found = copy(self)
        cost, found.cost_factor = _integers(objective, "objective")
        found.cost = cost.tolist()
        return found

    def _check_columns(self) -> None:
        if not len(self.index):
            return
        owner = np.repeat(np.arange(self.rows), np.diff(self.start))
        outside = (self.index < 0) | (self.index >= self.columns)
        if outside.any():
            at = int(np.argmax(outside))
            raise InputError(
                f"there is no column {self.index[at]}; there are {self.columns} columns", f"rows[{owner[at]}]"
            )
        place = owner * self.columns + self.index
        steps = np.diff(place)
        if (steps <= 0).any():
            place.sort()
            twice = np.flatnonzero(np.diff(place) == 0)
            if len(twice):
                row, column = divmod(int(place[twice[0]]), self.columns)
                raise InputError(f"column {column} appears twice", f"rows[{row}]")

    @cached_property
    def _by_column(self) -> tuple[Integers, Integers, Numbers]:
        owner = np.repeat(np.arange(self.rows), np.diff(self.start))
        order = np.argsort(self.index, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(self.index, minlength=self.columns)))).astype(np.int64)
        return start, owner[order], self.data[order]

    def row(self, i: int) -> Iterable[tuple[int, int]]:
        """The pairs (column, coefficient) of a row."""
        part = slice(self.start[i], self.start[i + 1])
        return zip(self.index[part].tolist(), self.data[part].tolist(), strict=True)

    def column(self, j: int) -> Iterable[tuple[int, int]]:
        """The pairs (row, coefficient) of a column."""
        start, owner, data = self._by_column
        part = slice(start[j], start[j + 1])
        return zip(owner[part].tolist(), data[part].tolist(), strict=True)

    def stated_primal(self, z: Mapping[int, Fraction], homogeneous: bool = False) -> tuple[Fraction, ...]:
        """Map a point (or, if homogeneous, a ray) to the program that was stated."""
        scale = 1 if homogeneous else self.scale
        x = [ZERO] * self.columns
        for j, value in z.items():
            x[j] = value / scale
        return tuple(x)

    def stated_dual(self, w: Mapping[int, Fraction], homogeneous: bool = False) -> tuple[Fraction, ...]:
        """Map row multipliers (or, if homogeneous, a Farkas vector) to the program that was stated."""
        scale = 1 if homogeneous else self.cost_factor
        y = [ZERO] * self.rows
        for i, value in w.items():
            factor = self._row_factor[i]
            y[i] = Fraction(
                value.numerator * factor.numerator * scale.denominator,
                value.denominator * factor.denominator * scale.numerator,
            )
        return tuple(y)

    def stated_value(self, z: Mapping[int, Fraction]) -> Fraction:
        """The objective at ``z``, in the units of the program that was stated."""
        numerators, unit = over_common_denominator(list(z.values()))
        total = sum(self.cost[j] * numerator for j, numerator in zip(z, numerators, strict=True))
        return Fraction(total, unit) / (self.cost_factor * self.scale)


def _entries(row: object, where: str) -> tuple[Integers, Values]:
    if isinstance(row, Mapping):
        return np.fromiter(row.keys(), dtype=np.int64, count=len(row)), list(row.values())
    if isinstance(row, tuple) and len(row) == 2:
        columns = np.asarray(row[0])
        if columns.ndim != 1 or (len(columns) and columns.dtype.kind not in "iu"):
            raise InputError("the columns are not a list of integers", where)
        return columns.astype(np.int64), row[1]
    raise InputError("a row is a mapping from columns to numbers, or a pair (columns, numbers)", where)


def _exact(values: Values, where: str) -> list[int] | list[Fraction] | list[int | Fraction]:
    if isinstance(values, np.ndarray):
        if values.dtype.kind not in "iuO" or values.ndim != 1:
            raise InputError("an array must be one-dimensional and hold integers; state fractions as a list", where)
        values = values.tolist()
    plain: list[int | Fraction] = []
    for k, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, (int, Fraction, np.integer)):
            raise InputError(f"{value!r} is not an int or a Fraction", f"{where}[{k}]")
        plain.append(int(value) if isinstance(value, np.integer) else value)
    return plain


def _integers(values: Values, where: str) -> tuple[Numbers, Fraction]:
    """The values times a positive factor that makes them coprime integers, and that factor."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "i" and values.ndim == 1:
        small = values.astype(np.int64)
        if not len(small) or int(small.min()) > -_INT64:
            common = max(int(np.gcd.reduce(small)), 1)
            return (small // common if common > 1 else small), Fraction(1, common)
    exact = _exact(values, where)
    denominator = math.lcm(*(value.denominator for value in exact))
    whole = [value.numerator * (denominator // value.denominator) for value in exact]
    common = math.gcd(*whole) or 1
    if common > 1:
        whole = [value // common for value in whole]
    return _array(whole), Fraction(denominator, common)


def _array(whole: Sequence[int]) -> Numbers:
    if all(-_INT64 < value < _INT64 for value in whole):
        return np.array(whole, dtype=np.int64)
    array = np.empty(len(whole), dtype=object)
    array[:] = whole
    return array
