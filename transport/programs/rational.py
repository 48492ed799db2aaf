"""Small linear systems in exact arithmetic, by FLINT: echelon forms, solutions, null spaces, dependencies.

A basis of a linear program, which is large and sparse, is solved by :mod:`transport.programs.exact_basis`; the checker,
which knows no libraries, solves the few systems that it needs in :mod:`dual.numbers.elimination`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.numbers.exact import Vector

if TYPE_CHECKING:
    from flint import fmpq, fmpq_mat

Rows = Sequence[Sequence[Fraction]]


def matrix(rows: Rows, width: int) -> fmpq_mat:
    """Rows as FLINT has them.

    Examples
    --------
    >>> matrix([[Fraction(1, 2)]], 1)[0, 0]
    1/2
    """
    from flint import fmpq, fmpq_mat

    return fmpq_mat(len(rows), width, [fmpq(x.numerator, x.denominator) for row in rows for x in row])


def fraction(value: fmpq) -> Fraction:
    """A number of FLINT's as Python's."""
    return Fraction(int(value.p), int(value.q))


def reduced(rows: Rows) -> tuple[list[list[Fraction]], list[int]]:
    """The reduced echelon form without its zero rows, and the column of each row's leading one.

    Examples
    --------
    >>> rows, pivots = reduced([[Fraction(2), Fraction(4)], [Fraction(1), Fraction(2)]])
    >>> [[str(x) for x in row] for row in rows], pivots
    ([['1', '2']], [0])
    """
    if not rows or not rows[0]:
        return [], []
    width = len(rows[0])
    echelon, rank = matrix(rows, width).rref()
    found = [[fraction(echelon[i, j]) for j in range(width)] for i in range(rank)]
    return found, [next(j for j, x in enumerate(row) if x) for row in found]


def solved(rows: Rows, right: Sequence[Fraction]) -> Vector | None:
    """The one solution of a linear system; None if there is none or more than one.

    Examples
    --------
    >>> solved([[Fraction(2)], [Fraction(4)]], [Fraction(1), Fraction(2)])
    (Fraction(1, 2),)
    """
    width = len(rows[0])
    if len(rows) == width:
        found = solved_square(matrix(rows, width), right)
        return None if found is None else tuple(map(fraction, found))
    echelon, pivots = reduced([[*row, value] for row, value in zip(rows, right, strict=True)])
    return tuple(row[width] for row in echelon) if pivots == list(range(width)) else None


def solved_square(square: fmpq_mat, right: Sequence[Fraction]) -> list[Any] | None:
    """The solution of a square system as FLINT's numbers; None if there is not exactly one."""
    try:
        return list(square.solve(matrix([[value] for value in right], 1)).entries())
    except ZeroDivisionError:
        return None


def null_space(rows: Rows, count: int) -> list[Vector]:
    """A basis of the vectors of length ``count`` that all rows annul.

    Examples
    --------
    >>> [[str(x) for x in vector] for vector in null_space([[Fraction(1), Fraction(2)]], 2)]
    [['-2', '1']]
    """
    echelon, pivots = reduced(rows)
    basis = []
    for free in range(count):
        if free not in pivots:
            vector = [Fraction(k == free) for k in range(count)]
            for row, pivot in zip(echelon, pivots, strict=True):
                vector[pivot] = -row[free]
            basis.append(tuple(vector))
    return basis


def dependency(rows: Rows) -> Vector | None:
    """Coefficients, the last nonzero one 1, with which the first dependent rows add up to zero; None if independent.

    Examples
    --------
    >>> dependency([[1, 0], [0, 1], [1, 1], [2, 1]])
    (Fraction(-1, 1), Fraction(-1, 1), Fraction(1, 1), Fraction(0, 1))
    """
    if not rows:
        return None
    enough = rows[: len(rows[0]) + 1]  # one more than there are entries is dependent
    found = null_space(list(zip(*enough, strict=True)), len(enough))
    return (*found[0], *[Fraction(0)] * (len(rows) - len(enough))) if found else None
