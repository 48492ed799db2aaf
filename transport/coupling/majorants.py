"""Does ``r[i] + c[j]`` majorise a table? A float filter with an a-priori bound, and integers where it cannot tell.

With every number rounded to a double and two additions, the computed ``u - c - r`` is off by at most
``5 * 2**-53 * (max abs u + max abs r + max abs c)``; the filter allows eight.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from dual.errors import InputError
from dual.numbers.arrays import Array
from dual.numbers.exact import over_common_denominator
from transport.programs.arrays import Floats

ERROR: Final = 8 * 2.0**-53
"""Relative rounding error of three sums of doubles, with a margin: more makes more pairs be looked at exactly."""
_BLOCK: Final = 1 << 15
"""Entries looked at at once: these fit the second cache with their temporaries."""


def as_floats(table: Array) -> Floats:
    """The table in doubles, each nearest to its entry (infinite beyond); shares memory with a table of doubles."""
    if isinstance(table.data, tuple):
        common = table.denominator
        flat = np.array([_double(entry, common) for entry in table.data], dtype=np.float64)
    elif table.is_float:
        flat = np.frombuffer(table.data, dtype=np.float64)
    else:
        integers = np.frombuffer(table.data, dtype=np.int64)
        if max(int(integers.max()), -int(integers.min())) < 2**53 and table.denominator < 2**53:
            flat = integers / float(table.denominator)
        else:
            flat = np.array([_double(entry, table.denominator) for entry in integers.tolist()], dtype=np.float64)
    return flat.reshape(table.shape)


def _double(numerator: int, denominator: int) -> float:
    try:
        return numerator / denominator
    except OverflowError:
        return math.inf if numerator > 0 else -math.inf


def finite_floats(table: Array, where: str) -> Floats:
    """The table in doubles, for a solver.

    Raises
    ------
    InputError
        If an entry is beyond the range of doubles.
    """
    floats = as_floats(table)
    if not np.isfinite(floats).all():
        raise InputError("an entry is beyond the range of doubles, in which solvers work; scale it", where)
    return floats


def rounding_error(*tables: Floats) -> float:
    """The most by which sums of one entry of each are off in floats."""
    size = sum(max(float(np.max(t, initial=0.0)), -float(np.min(t, initial=0.0))) for t in tables)
    return ERROR * size + 1e-300


def excess(
    table: Array, floats: Floats, r: Sequence[Fraction], c: Sequence[Fraction], most: int = 1
) -> list[tuple[int, int]]:
    """Cells with ``table[i][j] > r[i] + c[j]``, in order; none are missed unless there are ``most`` before them.

    Parameters
    ----------
    table : Array, shape (n, m)
        Or of more axes, of which the last has length m.
    floats : array, shape (n, m)
        The same in doubles.
    r, c : sequences of Fraction, shapes (n,), (m,)
    most : int
        How many cells are enough.

    Examples
    --------
    >>> table = Array((2, 2), (0, 1, 2, 3))
    >>> excess(table, as_floats(table), [Fraction(1), Fraction(2)], [Fraction(0), Fraction(0)])
    [(1, 1)]
    """
    found: list[tuple[int, int]] = []
    columns: list[int] = []
    own = stretch = widened = side = 0
    at = -1
    for row, j in undecided(floats, r, c):
        if not columns:  # most proofs leave room, and nothing to be decided in integers
            columns, denominator = over_common_denominator(c)
            own = _denominator(table)
            common = math.lcm(denominator, own)
            stretch, widened = common // own, common // denominator
        if row != at:
            at, side = row, r[row].numerator * common // r[row].denominator
        if _entry(table.data[row * len(columns) + j], own) * stretch - columns[j] * widened > side:
            found.append((row, j))
            if len(found) == most:
                return found
    return found


def _entry(entry: int | float, denominator: int) -> int:
    """One entry over a common denominator: few cells are looked at, so that whole lines would be waste."""
    if isinstance(entry, float):
        p, q = entry.as_integer_ratio()
        return p * (denominator // q)
    return entry


def undecided(floats: Floats, r: Sequence[Fraction], c: Sequence[Fraction]) -> Iterator[tuple[int, int]]:
    """Cells of which doubles cannot say that they are at most ``r[i] + c[j]``, in order."""
    rough_r, rough_c = (np.array([_double(entry.numerator, entry.denominator) for entry in side]) for side in (r, c))
    return near(floats, rough_r, rough_c, rounding_error(rough_r, rough_c))


def near(floats: Floats, r: Floats, c: Floats, error: float) -> Iterator[tuple[int, int]]:
    """Cells whose floats are not below ``r[i] + c[j]`` by more than can be rounding, in order.

    Parameters
    ----------
    floats : array, shape (n, m)
    r, c : arrays, shapes (n,), (m,)
    error : float
        What r and c contribute to the error, in :data:`ERROR` of their size. The cells themselves need no look for it:
        one that is far below the sum is off by little beside what it is below, one near it is as large as the sum.
    """
    if not math.isfinite(error):  # no float can tell: every cell is looked at exactly
        floats, r, c, error = np.zeros(floats.shape), np.full(len(r), -1.0), np.zeros(len(c)), 0.0
    height, slack = max(1, _BLOCK // len(c)), -2 * error - 1e-300
    buffer = np.empty((height, len(c)))
    for begin in range(0, len(r), height):
        end = min(begin + height, len(r))
        work = np.subtract(floats[begin:end], c, out=buffer[: end - begin])
        work -= r[begin:end, None]
        if work.max() <= slack:
            continue
        rows, places = np.nonzero(work > slack)
        yield from zip((rows + begin).tolist(), places.tolist(), strict=True)


def _denominator(table: Array) -> int:
    """A common denominator of all entries; of doubles by their bits, which is quicker than one after the other."""
    if isinstance(table.data, tuple) or not table.is_float:
        return table.denominator
    places = 0
    entries = np.frombuffer(table.data, dtype=np.float64)
    for begin in range(0, len(entries), _BLOCK):
        mantissas, exponents = np.frexp(entries[begin : begin + _BLOCK])
        integers = np.ldexp(mantissas, 53).astype(np.int64)
        # The lowest bit that is set counts 2 ** (exponent - 53 + its place).
        _, lowest = np.frexp((integers & -integers).astype(np.float64))
        places = max(places, int(np.where(integers == 0, 0, 54 - exponents - lowest).max()))
    return 1 << places
