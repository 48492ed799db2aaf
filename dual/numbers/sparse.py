"""Square matrices, written as what is not zero."""

from __future__ import annotations

from fractions import Fraction

from dual.errors import InputError
from dual.limits import numbers

from .exact import Matrix, index, items, matrix, number


def square(value: object, where: str, size: int) -> Matrix:
    """Read a square matrix of more than three rows: these, or a list ``[[i, j, entry], ...]`` of what is not zero."""
    listed = items(value, where, empty=True)
    if not all(isinstance(row, (list, tuple)) and len(row) == 3 for row in listed):
        return matrix(listed, where, size, size)
    rows: dict[int, dict[int, Fraction]] = {}
    for k, entry in enumerate(listed):
        i, j, amount = items(entry, f"{where}[{k}]", 3)
        row = rows.setdefault(index(i, f"{where}[{k}][0]", size), {})
        column = index(j, f"{where}[{k}][1]", size)
        if column in row:
            raise InputError("the pair stands already in the list", f"{where}[{k}]")
        row[column] = number(amount, f"{where}[{k}][2]")
    numbers(len(rows) * size // 2, f"a matrix of which {len(rows):,} x {size:,} entries are listed")
    zero = Fraction(0)
    nothing = (zero,) * size  # one and the same for all rows that are not listed
    return tuple(tuple(rows[i].get(j, zero) for j in range(size)) if i in rows else nothing for i in range(size))
