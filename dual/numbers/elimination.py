"""Linear systems by elimination, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .exact import Vector


def solved(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> Vector | None:
    """Return the one solution of ``rows . x = right``; None if there is none or more than one.

    Examples
    --------
    >>> solved([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(1)]], [Fraction(3), Fraction(2)])
    (Fraction(1, 1), Fraction(1, 1))
    """
    left = [[*row, value] for row, value in zip(rows, right, strict=True)]
    count = len(rows[0]) if rows else 0
    for k in range(count):
        pivot = next((r for r in range(k, len(left)) if left[r][k]), None)
        if pivot is None:
            return None
        left[k], left[pivot] = left[pivot], left[k]
        left[k] = [x / left[k][k] for x in left[k]]
        for r in range(len(left)):
            if r != k and left[r][k]:
                factor = left[r][k]
                left[r] = [x - factor * y for x, y in zip(left[r], left[k], strict=True)]
    return None if any(row[-1] for row in left[count:]) else tuple(row[-1] for row in left[:count])
