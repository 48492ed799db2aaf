"""Small linear systems in exact arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dual.numbers.exact import Vector


def reduced(rows: Sequence[Sequence[Fraction]]) -> tuple[list[list[Fraction]], list[int]]:
    """The reduced echelon form without its zero rows, and the column of each row's leading one.

    Examples
    --------
    >>> rows, pivots = reduced([[Fraction(2), Fraction(4)], [Fraction(1), Fraction(2)]])
    >>> [[str(x) for x in row] for row in rows], pivots
    ([['1', '2']], [0])
    """
    found = [list(row) for row in rows]
    pivots: list[int] = []
    for column in range(len(found[0]) if found else 0):
        rank = len(pivots)
        pivot = next((r for r in range(rank, len(found)) if found[r][column]), None)
        if pivot is None:
            continue
        found[rank], found[pivot] = found[pivot], found[rank]
        leading = found[rank][column]
        found[rank] = [x / leading for x in found[rank]]
        for r, row in enumerate(found):
            if r != rank and row[column]:
                factor = row[column]
                found[r] = [x - factor * y for x, y in zip(row, found[rank], strict=True)]
        pivots.append(column)
    return found[: len(pivots)], pivots


def solved(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> Vector | None:
    """The one solution of a linear system; None if there is none or more than one.

    Examples
    --------
    >>> solved([[Fraction(2)], [Fraction(4)]], [Fraction(1), Fraction(2)])
    (Fraction(1, 2),)
    """
    count = len(rows[0])
    echelon, pivots = reduced([[*row, value] for row, value in zip(rows, right, strict=True)])
    return tuple(row[count] for row in echelon) if pivots == list(range(count)) else None


def null_space(rows: Sequence[Sequence[Fraction]], count: int) -> list[Vector]:
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
