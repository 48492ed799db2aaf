"""Linear programs with exact data, and what can be said of them: an optimum, or a proof that there is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from dual.errors import InputError, SuasionError

Exact: TypeAlias = int | Fraction
Values: TypeAlias = Sequence[Exact] | npt.NDArray[np.integer[Any]]
Columns: TypeAlias = Sequence[int] | npt.NDArray[np.integer[Any]]
Row: TypeAlias = Mapping[int, Exact] | tuple[Columns, Values]

SENSES = ("=", "<=", ">=")


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """Maximise ``objective . x`` subject to ``rows[i] . x  (senses[i])  rhs[i]`` and ``x >= 0``.

    Parameters
    ----------
    objective : sequence of int or Fraction, or integer array, shape (columns,)
    rows : sequence of rows, length m
        A row is a mapping from column to coefficient, or a pair ``(columns, coefficients)`` of sequences or integer
        arrays of equal length in which no column appears twice. Large programs are read fastest from arrays.
    senses : sequence of str, length m
        ``"="``, ``"<="`` or ``">="``.
    rhs : sequence of int or Fraction, or integer array, shape (m,)
    free : collection of int
        The columns that may be negative.

    Raises
    ------
    InputError
        If lengths disagree, a sense is unknown, a column is out of range or appears twice in a row, or a number is
        not exact (an ``int``, a ``Fraction`` or a NumPy integer).

    Notes
    -----
    The dual is ``min y . rhs`` subject to ``y A >= objective`` (with equality at free columns), where ``y[i]`` is
    nonnegative for ``"<="``, nonpositive for ``">="`` and of any sign for ``"="``.
    """

    objective: Values
    rows: Sequence[Row]
    senses: Sequence[str]
    rhs: Values
    free: Collection[int] = field(default=())

    def __post_init__(self) -> None:
        for name, count in (("senses", len(self.senses)), ("rhs", len(self.rhs))):
            if count != len(self.rows):
                raise InputError(f"there are {count} entries, but {len(self.rows)} rows", name)
        for i, sense in enumerate(self.senses):
            if sense not in SENSES:
                raise InputError(f'{sense!r} is not a sense; write "=", "<=" or ">="', f"senses[{i}]")
        for column in self.free:
            if not 0 <= column < len(self.objective):
                raise InputError(f"there is no column {column}; there are {len(self.objective)} columns", "free")


@dataclass(frozen=True)
class Basis:
    """A vertex, named by the columns that may be nonzero and the rows that hold with equality.

    All other columns are zero. Adding columns or rows to a program leaves its bases meaningful: the new columns are
    zero, the new rows slack.
    """

    columns: tuple[int, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Optimum:
    """A solved linear program.

    Attributes
    ----------
    primal : tuple of Fraction, shape (columns,)
    dual : tuple of Fraction, shape (rows,)
        With the signs stated in :class:`LinearProgram`.
    value : Fraction
        ``objective . primal``.
    exact : bool
        True if both vectors are proven optimal in exact arithmetic. If False they are a solver's floats, written as
        the dyadic rationals they are: neither feasible nor optimal for certain, to be rounded and repaired.
    basis : Basis
        Where to start a similar program.
    iterations : int
        Simplex iterations in floating point.
    pivots : int
        Exact pivots that were needed after them.
    reason : str
        Why the optimum is not exact; empty if it is.
    """

    primal: tuple[Fraction, ...]
    dual: tuple[Fraction, ...]
    value: Fraction
    exact: bool
    basis: Basis
    iterations: int
    pivots: int
    reason: str = ""


class Infeasible(SuasionError):
    """No ``x`` satisfies the rows.

    ``farkas`` proves it: with the signs of a dual vector, ``farkas A >= 0`` (zero at free columns) and
    ``farkas . rhs < 0``.
    """

    def __init__(self, farkas: tuple[Fraction, ...]) -> None:
        super().__init__("the linear program is infeasible")
        self.farkas = farkas


class Unbounded(SuasionError):
    """The objective grows without bound.

    ``point`` is feasible, and so is ``point + t ray`` for every ``t >= 0``, with ``objective . ray > 0``.
    """

    def __init__(self, point: tuple[Fraction, ...], ray: tuple[Fraction, ...]) -> None:
        super().__init__("the linear program is unbounded")
        self.point = point
        self.ray = ray
