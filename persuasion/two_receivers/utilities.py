"""Utilities on a grid, as solvers and the accelerated check want them: doubles from above, exact numbers on demand.

An array is exact, and its doubles are the nearest. An expression is evaluated in doubles with a bound of their error;
exactly only at the cells where something depends on it, since a grid has a million cells and a plan a few hundred.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, Protocol

import numpy as np

from dual.errors import InputError
from dual.functions.expression import Expression
from dual.functions.step import SMOOTH
from dual.kinds.two_receivers.statement import TwoReceiverStatement, ends
from dual.numbers.arrays import Array
from dual.numbers.exact import Vector
from transport.coupling.majorants import as_floats, excess, undecided
from transport.functions.tabulated import blocks
from transport.programs.arrays import Floats

_SURE: Final = 1e-9
"""Where doubles may be off by more than this, relative to the largest value, the cell is evaluated exactly: rough
doubles would loosen every bound."""
_SAMPLED: Final = 16
"""Every so manyth block of the grid says first how large values are, about."""


class Side(Protocol):
    """One state's utility on the grid.

    Attributes
    ----------
    floats : array, shape (n, m)
        Doubles; for an expression none below the true value.
    exact : bool
        Whether :meth:`at` is the utility itself, not a bound from above.
    """

    floats: Floats
    exact: bool

    def at(self, i: int, j: int) -> Fraction:
        """The utility at a cell, from above."""
        ...

    def excess(self, r: Sequence[Fraction], c: Sequence[Fraction], most: int = 1) -> list[tuple[int, int]]:
        """Cells whose utility exceeds ``r[i] + c[j]``; none are missed unless there are ``most`` before them."""
        ...


class ArraySide:
    """A utility given by an array."""

    exact = True

    def __init__(self, table: Array) -> None:
        self.table = table
        self.floats = as_floats(table)

    def at(self, i: int, j: int) -> Fraction:
        """The entry."""
        return self.table.at(i, j)

    def excess(self, r: Sequence[Fraction], c: Sequence[Fraction], most: int = 1) -> list[tuple[int, int]]:
        """Cells whose utility exceeds ``r[i] + c[j]``."""
        return excess(self.table, self.floats, r, c, most)


class ExpressionSide:
    """A utility given by an expression."""

    def __init__(self, utility: Expression, x: Vector, y: Vector) -> None:
        self.utility, self.x, self.y = utility, x, y
        self.exact = not any(step.op in SMOOTH for step in utility.steps)
        self._known: dict[tuple[int, int], Fraction] = {}
        self.floats = np.empty((len(x), len(y)))
        size, rough = 0.0, []
        for _, values, errors in blocks(utility, [x, y], _SAMPLED):
            size = max(size, float(np.abs(values).max(initial=0.0, where=np.isfinite(errors))))
        for part, values, errors in blocks(utility, [x, y]):
            sure = np.isfinite(errors)
            size = max(size, float(np.abs(values).max(initial=0.0, where=sure)))
            # The error of a sum of two doubles is one more unit in the last place.
            np.nextafter(values + errors, np.inf, out=self.floats[part])
            i, j = np.nonzero(~sure | (errors > _SURE * size))
            rough.append((i + part.start, j, errors[i, j]))
        for i, j, errors in rough:
            for row, column in zip(*(k[errors > _SURE * size].tolist() for k in (i, j)), strict=True):
                self.floats[row, column] = _above(self.at(row, column))

    def at(self, i: int, j: int) -> Fraction:
        """The value at a cell, from above where it is irrational."""
        if (i, j) not in self._known:
            self._known[i, j] = ends(self.utility, self.x[i], self.y[j])[1]
        return self._known[i, j]

    def excess(self, r: Sequence[Fraction], c: Sequence[Fraction], most: int = 1) -> list[tuple[int, int]]:
        """Cells whose utility exceeds ``r[i] + c[j]``."""
        found = []
        for i, j in undecided(self.floats, r, c):
            if self.at(i, j) > r[i] + c[j]:
                found.append((i, j))
                if len(found) == most:
                    break
        return found


def _above(value: Fraction) -> float:
    try:
        rough = float(value)
    except OverflowError:  # rounding upward takes what is below all doubles to the least of them
        return math.inf if value > 0 else -1.7976931348623157e308
    return rough if Fraction(rough) >= value else math.nextafter(rough, math.inf)


@lru_cache(maxsize=2)
def _expression_side(utility: Expression, x: Vector, y: Vector) -> ExpressionSide:
    return ExpressionSide(utility, x, y)


def sides(statement: TwoReceiverStatement) -> tuple[Side, Side]:
    """The utilities in the states l and h; the same object if they are equal."""

    def side(utility: Array | Expression) -> Side:
        if isinstance(utility, Expression):
            # Solver and check ask one after the other for the same grid.
            return _expression_side(utility, statement.x, statement.y)
        return ArraySide(utility)

    low = side(statement.low)
    return low, low if statement.high == statement.low else side(statement.high)


def finite(side: Side, where: str) -> Floats:
    """The utility in doubles, for a solver.

    Raises
    ------
    InputError
        If an entry is beyond the range of doubles.
    """
    # A sum is finite only if every entry is, and takes no array of answers.
    if not np.isfinite(side.floats.sum()) and not np.isfinite(side.floats).all():
        raise InputError("an entry is beyond the range of doubles, in which solvers work; scale it", where)
    return side.floats
