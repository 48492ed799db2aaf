"""Sums that majorise a table: ``table[i][j] <= r[i] + c[j]`` everywhere, one integer comparison each."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import repeat
from math import lcm
from operator import mul, sub

from dual.limits import steps
from dual.numbers.arrays import Array
from dual.numbers.exact import VARYING, over_common_denominator


def first_excess(table: Array, r: Sequence[Fraction], c: Sequence[Fraction]) -> tuple[int, int] | None:
    """The first cell with ``table[i][j] > r[i] + c[j]``, or None.

    Examples
    --------
    >>> first_excess(Array((2, 2), (0, 1, 2, 3)), [Fraction(1), Fraction(2)], [Fraction(0), Fraction(0)])
    (1, 1)
    """
    if VARYING.get() is not None:  # the largest of some functions may be another one at each parameter
        for i, side in enumerate(r):
            for j, entry in enumerate(table.line(i)):
                if entry / Fraction(table.denominator) > side + c[j]:
                    return i, j
        return None
    columns, denominator = over_common_denominator(c)
    common = lcm(denominator, table.denominator)
    stretch = common // table.denominator
    columns = [entry * (common // denominator) for entry in columns]
    # A cell takes about two steps, a line some ten besides.
    steps(len(r) * (2 * len(c) + 10), f"comparing {len(r):,} x {len(c):,} cells", common)
    for i in range(len(r)):
        line = table.line(i)
        scaled = line if stretch == 1 else map(mul, line, repeat(stretch))
        if max(map(sub, scaled, columns)) * r[i].denominator > r[i].numerator * common:
            return i, next(j for j, entry in enumerate(line) if Fraction(entry, table.denominator) > r[i] + c[j])
    return None
