"""Square matrices, written as what is not zero."""

from __future__ import annotations

from fractions import Fraction

from dual.errors import InputError

from .exact import Matrix, index, items, matrix, number


def square(value: object, where: str, size: int) -> Matrix:
    """Read a square matrix of more than three rows: these, or a list ``[[i, j, entry], ...]`` of what is not zero."""
    listed = items(value, where, empty=True)
    if not all(isinstance(row, (list, tuple)) and len(row) == 3 for row in listed):
        return matrix(listed, where, size, size)
    zero = Fraction(0)
    rows: list[list[Fraction]] = [[zero] * size for _ in range(size)]
    for k, entry in enumerate(listed):
        i, j, amount = items(entry, f"{where}[{k}]", 3)
        row, column = index(i, f"{where}[{k}][0]", size), index(j, f"{where}[{k}][1]", size)
        if rows[row][column]:
            raise InputError("the pair stands already in the list", f"{where}[{k}]")
        rows[row][column] = number(amount, f"{where}[{k}][2]")
    return tuple(map(tuple, rows))
