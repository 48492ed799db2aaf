"""Exact numbers: reading them strictly. A number is a :class:`fractions.Fraction`; ``"0.3"`` is 3/10."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError, WrongLength
from dual.limits import DIGITS, too_long
from dual.words import brief, shown, text

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]
Entry = Callable[[object, str], Fraction]

_NUMBER: Final = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,9})?\s*", re.ASCII)
_RATIO: Final = re.compile(r"\s*([+-]?\d+)\s*/\s*(\d+)\s*", re.ASCII)

VARYING: ContextVar[Any] = ContextVar("varying", default=None)
"""While a family is read: what reads numbers that depend on its parameter (:mod:`dual.functions.varying`)."""


def number(value: object, where: str = "number", snap: bool = False) -> Fraction:
    """Read one exact number.

    Parameters
    ----------
    value : int, Fraction, Decimal, float or str
        Strings are decimals (``"0.3"``, ``"2e-3"``) or ratios (``"7/10"``); floats are the dyadic rationals they
        are, unless they are :class:`Typed`. NumPy scalars count as the Python numbers they hold.
    where : str
        The field named in an error.
    snap : bool
        Whether a float stands for a fraction nearby, see :func:`probability`.

    Returns
    -------
    Fraction

    Raises
    ------
    InputError
        On booleans, words, NaN, infinities, zero denominators, numbers of more than 4,000 digits or with an
        exponent beyond 4,000.

    Examples
    --------
    >>> number("0.3"), number(0.5), number("7/10")
    (Fraction(3, 10), Fraction(1, 2), Fraction(7, 10))
    >>> number("7/0", "prior[1]")
    Traceback (most recent call last):
        ...
    dual.errors.InputError: prior[1]: '7/0' divides by zero
    """
    if isinstance(value, Fraction):
        return value
    if (read := VARYING.get()) is not None and (varying := read(value, where)) is not None:
        return varying  # type: ignore[no-any-return]
    if isinstance(value, str):
        return _from_text(value, where)
    if not isinstance(value, int) or isinstance(value, bool):
        from . import given

        return number(given.exactly(value, where, snap), where)
    found = Fraction(value)
    if too_long(found):
        raise InputError(f"the number has more than {DIGITS} digits", where)
    return found


def _from_text(written: str, where: str) -> Fraction:
    if len(written) > 3 * DIGITS:
        raise InputError(f"the number has more than {DIGITS} digits", where)
    ratio = _RATIO.fullmatch(written)
    plain = None if ratio else _NUMBER.fullmatch(written)
    found = ratio or plain
    if not found:
        raise InputError(f'{shown(written)} is not a number; write it as 3, 0.3, 3e-1 or "3/10"', where)
    if max(map(len, ratio.groups() if ratio else (found[1],))) > DIGITS:
        raise InputError(f"the number has more than {DIGITS} digits", where)
    if ratio and not int(ratio[2]):
        raise InputError(f"{shown(written)} divides by zero", where)
    if plain and plain[3] and abs(int(plain[3][1:])) > DIGITS:
        raise InputError(f"the exponent of {shown(written)} is beyond {DIGITS}", where)
    if ratio:
        return Fraction(int(ratio[1]), int(ratio[2]))
    return Fraction(int(written)) if plain and plain[1].isdigit() and not plain[3] else Fraction(written.strip())


def probability(value: object, where: str = "probability") -> Fraction:
    """Read a probability, belief, weight or grid point; a float is snapped to the fraction it stands for.

    A float becomes the nearest fraction with denominator at most 10^6 if that lies within 1e-12, and is read as any
    other float otherwise. Anything but a float is exact already.

    Examples
    --------
    >>> probability(0.1 + 0.2), probability("0.3")
    (Fraction(3, 10), Fraction(3, 10))
    """
    return number(value, where, snap=True)


def items(
    value: object, where: str, length: int | None = None, empty: bool = False, what: str = "entries"
) -> Sequence[object]:
    """Return the entries of a list (or tuple, or NumPy array), of the given length if one is given.

    A list of no length in particular may be empty only if ``empty`` says so.
    """
    if not isinstance(value, (list, tuple)):
        from . import given

        value = given.sequence(value, where)
    if not value and not empty:
        raise InputError("the list is empty", where)
    if length is not None and len(value) != length:
        raise WrongLength(f"the list has {len(value)} {what} where {length} are needed", where)
    return value


def vector(value: object, where: str, length: int | None = None, entry: Entry = number) -> Vector:
    """Read a nonempty list of exact numbers, of the given length if one is given."""
    return tuple(entry(item, f"{where}[{k}]") for k, item in enumerate(items(value, where, length)))


def matrix(value: object, where: str, rows: int | None = None, columns: int | None = None) -> Matrix:
    """Read a rectangular, nonempty matrix of exact numbers, given as a list of rows."""
    listed = items(value, where, rows, what="rows")
    read = tuple(vector(row, f"{where}[{k}]", columns) for k, row in enumerate(listed))
    for k, row in enumerate(read):
        if len(row) != len(read[0]):
            raise WrongLength(f"this row has {len(row)} entries, but {where}[0] has {len(read[0])}", f"{where}[{k}]")
    return read


def index(value: object, where: str, bound: int) -> int:
    """Read a 0-based index below ``bound``."""
    if type(value) is int and 0 <= value < bound:
        return value
    exact = number(value, where)
    if type(exact) is not Fraction or exact.denominator != 1 or not 0 <= exact < bound:  # functions are no indices
        raise InputError(f"{shown(value)} is not an index from 0 to {bound - 1}", where)
    return int(exact)


def distribution(value: object, where: str, length: int | None = None) -> Vector:
    """Read a probability vector: entries >= 0 that sum to one.

    Exact input must sum to one exactly. Where a float took part, a sum that misses one by at most 1e-9 is
    corrected at the largest entry.

    Examples
    --------
    >>> distribution([0.7, 0.3], "prior")
    (Fraction(7, 10), Fraction(3, 10))
    >>> distribution(["1/2", "1/3"], "prior")
    Traceback (most recent call last):
        ...
    dual.errors.WrongSum: prior: the entries sum to 5/6, not to 1
    """
    raw = items(value, where, length)
    read = vector(raw, where, length, probability)
    for k, mass in enumerate(read):
        if mass < 0:
            raise InputError(f"{brief(mass)} is negative; a probability lies in [0, 1]", f"{where}[{k}]")
    if sum(read) == 1:
        return read
    from . import given

    return given.corrected(raw, read, where)


def nearest_double(value: Fraction) -> float | str:
    """The double nearest to ``value``, or its exact text if it overflows a double."""
    try:
        return float(value)
    except OverflowError:
        return text(value)


def over_common_denominator(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """Write numbers as integers over one denominator, so that sums and products run on integers.

    Examples
    --------
    >>> over_common_denominator([Fraction(1, 2), Fraction(2, 3)])
    ([3, 4], 6)
    """
    denominator = math.lcm(*(value.denominator for value in values))
    return [value.numerator * (denominator // value.denominator) for value in values], denominator
