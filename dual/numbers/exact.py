"""Exact numbers: reading them, writing them, and snapping float probabilities.

A number is a :class:`fractions.Fraction`. Text is read exactly (``"0.3"`` is 3/10); a float payoff is the dyadic
rational it is; a float probability is snapped to the fraction its writer meant, see :func:`probability`.
"""

from __future__ import annotations

import math
import re
import reprlib
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError, WrongLength
from dual.limits import DIGITS

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]

_NUMBER: Final = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,9})?\s*", re.ASCII)
_RATIO: Final = re.compile(r"\s*([+-]?\d+)\s*/\s*(\d+)\s*", re.ASCII)
_SNAP_DENOMINATOR: Final = 10**6
_SNAP_DISTANCE: Final = Fraction(1, 10**12)
_SUM_DISTANCE: Final = Fraction(1, 10**9)

VARYING: ContextVar[Callable[[object, str], Any] | None] = ContextVar("varying", default=None)
"""While a family is read: what reads numbers that depend on its parameter (:mod:`dual.numbers.function`)."""


def number(value: object, where: str = "number") -> Fraction:
    """Read one exact number.

    Parameters
    ----------
    value : int, Fraction, Decimal, float or str
        Strings are decimals (``"0.3"``, ``"2e-3"``) or ratios (``"7/10"``); floats are the dyadic rationals they
        are. NumPy scalars count as the Python numbers they hold.
    where : str
        The field named in an error.

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
    varying = VARYING.get()
    if varying is not None:
        found: Fraction | None = varying(value, where)
        if found is not None:
            return found
    if hasattr(value, "item") and not isinstance(value, float):
        value = value.item()
    if isinstance(value, bool):
        raise InputError(f"{str(value).lower()} is not a number; write 0 or 1", where)
    if isinstance(value, int):
        if too_long(Fraction(value)):
            raise InputError(f"the number has more than {DIGITS} digits", where)
        return Fraction(value)
    if isinstance(value, str):
        return _from_text(value, where)
    if isinstance(value, Decimal):
        return _from_text(str(value), where)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"{value} is not a finite number", where)
        return Fraction(value)
    raise InputError(f"{_shown(value)} is not a number", where)


def _from_text(text: str, where: str) -> Fraction:
    if len(text) > 3 * DIGITS:
        raise InputError(f"the number has more than {DIGITS} digits", where)
    ratio = _RATIO.fullmatch(text)
    if ratio:
        parts = ratio.groups()
        if max(map(len, parts)) > DIGITS:
            raise InputError(f"the number has more than {DIGITS} digits", where)
        if int(parts[1]) == 0:
            raise InputError(f"{_shown(text)} divides by zero", where)
        return Fraction(int(parts[0]), int(parts[1]))
    plain = _NUMBER.fullmatch(text)
    if not plain:
        raise InputError(f'{_shown(text)} is not a number; write it as 3, 0.3, 3e-1 or "3/10"', where)
    if len(plain[1]) > DIGITS:
        raise InputError(f"the number has more than {DIGITS} digits", where)
    if plain[3] and abs(int(plain[3][1:])) > DIGITS:
        raise InputError(f"the exponent of {_shown(text)} is beyond {DIGITS}", where)
    return Fraction(text.strip())


def probability(value: object, where: str = "probability") -> Fraction:
    """Read a probability, belief, weight or grid point; a float is snapped to the fraction it stands for.

    A float becomes the nearest fraction with denominator at most 10^6 if that lies within 1e-12, and stays dyadic
    otherwise. Anything but a float is exact already.

    Examples
    --------
    >>> probability(0.1 + 0.2), probability("0.3")
    (Fraction(3, 10), Fraction(3, 10))
    """
    exact = number(value, where)
    if isinstance(value, float):
        near = exact.limit_denominator(_SNAP_DENOMINATOR)
        if abs(near - exact) <= _SNAP_DISTANCE:
            return near
    return exact


def nonnegative(value: object, where: str = "number") -> Fraction:
    """Read a number >= 0."""
    return _at_least_zero(number(value, where), where)


def mass(value: object, where: str = "mass") -> Fraction:
    """Read a probability or weight >= 0 that need not be one of several that sum to one; a float is snapped."""
    return _at_least_zero(probability(value, where), where, "; a mass is not")


def _at_least_zero(exact: Fraction, where: str, why: str = "") -> Fraction:
    if exact < 0:
        raise InputError(f"{text(exact)} is negative{why}", where)
    return exact


def choice(value: object, where: str, known: Sequence[str]) -> str:
    """Read one of a few words."""
    if not isinstance(value, str) or value not in known:
        raise InputError(f'"{str(value)[:60]}" is unknown; known are {", ".join(known)}', where)
    return value


def flag(value: object, where: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise InputError("true or false is needed here", where)
    return value


def vector(
    value: object,
    where: str,
    length: int | None = None,
    entry: Callable[[object, str], Fraction] = number,
) -> tuple[Fraction, ...]:
    """Read a nonempty list of exact numbers, of the given length if one is given."""
    return tuple(entry(item, f"{where}[{k}]") for k, item in enumerate(items(value, where, length)))


def masses(value: object, where: str, length: int | None = None) -> Vector:
    """Read a nonempty list of masses >= 0; floats are snapped."""
    return vector(value, where, length, mass)


def matrix(
    value: object,
    where: str,
    rows: int | None = None,
    columns: int | None = None,
    entry: Callable[[object, str], Fraction] = number,
) -> tuple[tuple[Fraction, ...], ...]:
    """Read a rectangular, nonempty matrix of exact numbers, given as a list of rows."""
    listed = items(value, where, rows, what="rows")
    read = tuple(vector(row, f"{where}[{k}]", columns, entry) for k, row in enumerate(listed))
    for k, row in enumerate(read):
        if len(row) != len(read[0]):
            raise WrongLength(f"this row has {len(row)} entries, but {where}[0] has {len(read[0])}", f"{where}[{k}]")
    return read


def items(
    value: object, where: str, length: int | None = None, empty: bool = False, what: str = "entries"
) -> Sequence[object]:
    """Return the entries of a list (or tuple, or NumPy array), of the given length if one is given.

    A list of no length in particular may be empty only if ``empty`` says so.
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (list, tuple)):
        raise InputError(f"{_shown(value)} is not a list", where)
    if not value and not empty:
        raise InputError("the list is empty", where)
    if length is not None and len(value) != length:
        raise WrongLength(f"the list has {len(value)} {what} where {length} are needed", where)
    return value


def index(value: object, where: str, bound: int) -> int:
    """Read a 0-based index below ``bound``."""
    exact = number(value, where)
    if varies(exact) or exact.denominator != 1 or not 0 <= exact < bound:
        raise InputError(f"{_shown(value)} is not an index from 0 to {bound - 1}", where)
    return int(exact)


def distribution(value: object, where: str, length: int | None = None) -> tuple[Fraction, ...]:
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
    dual.errors.InputError: prior: the entries sum to 5/6, not to 1
    """
    raw = items(value, where, length)
    read = list(vector(raw, where, length, probability))
    for k, mass in enumerate(read):
        if mass < 0:
            raise InputError(f"{text(mass)} is negative; a probability lies in [0, 1]", f"{where}[{k}]")
    total = sum(read, Fraction(0))
    if total != 1:
        if not any(isinstance(item, float) for item in raw) or abs(total - 1) > _SUM_DISTANCE:
            raise InputError(f"the entries sum to {brief(total)}, not to 1", where)
        largest = read.index(max(read))
        read[largest] += 1 - total
    return tuple(read)


def beliefs(
    value: object, where: str, count: int | None = None, states: int | None = None, *, empty: bool = False
) -> Matrix:
    """Read a nonempty list of beliefs about a number of states."""
    listed = items(value, where, count, empty)
    return tuple(distribution(item, f"{where}[{k}]", states) for k, item in enumerate(listed))


def points(value: object, where: str, count: int | None = None, states: int | None = None) -> Matrix:
    """Read a list, possibly empty, of beliefs about a number of states."""
    return beliefs(value, where, count, states, empty=True)


def too_long(value: Fraction) -> bool:
    """Whether numerator or denominator has more than 4,000 digits, so that the number cannot be written."""
    if varies(value):
        return False
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > 3.3219 * DIGITS


def ratio(numerator: Any, denominator: int = 1) -> Fraction:
    """A number from an integer or a double over a denominator; functions of a parameter count as integers here."""
    if isinstance(numerator, (int, float)):
        return Fraction(numerator) / denominator if isinstance(numerator, float) else Fraction(numerator, denominator)
    found: Fraction = numerator / denominator
    return found


def longest(values: Iterable[Any]) -> int:
    """The largest absolute value among integers, whatever else there is."""
    return max((abs(value) for value in values if isinstance(value, int)), default=1)


def varies(value: object) -> bool:
    """Whether a number is none, but a function of a parameter."""
    return not isinstance(value, (int, Fraction))


def outward(value: Fraction, digits: int, up: bool) -> Fraction:
    """The nearest decimal with so many digits behind the point that is not below (or not above) a number.

    Examples
    --------
    >>> outward(Fraction(2, 3), 2, up=True), outward(Fraction(2, 3), 2, up=False)
    (Fraction(67, 100), Fraction(33, 50))
    """
    scaled = value * 10**digits
    return Fraction(math.ceil(scaled) if up else math.floor(scaled), 10**digits)


def text(value: Fraction | int) -> str:
    """Write an exact number as ``"p/q"`` or ``"p"``.

    Raises
    ------
    InputError
        If numerator or denominator has more than 4,000 digits.
    """
    exact = Fraction(value)
    if too_long(exact):
        raise InputError(f"a number of more than {DIGITS} digits cannot be written")
    return str(exact)


def brief(value: Fraction) -> str:
    """Write a number for a person: exactly if short, otherwise to twelve significant digits.

    Examples
    --------
    >>> brief(Fraction(1, 3)), brief(Fraction(10**20 + 1, 3 * 10**20)), brief(Fraction(-(7**5000)))
    ('1/3', '0.333333333333', '-3.09e+4225')
    """
    if varies(value):
        return str(value)[:200]
    if max(value.numerator.bit_length(), value.denominator.bit_length()) <= 40:
        return str(value)
    try:
        return f"{float(value):.12g}"
    except OverflowError:
        # Beyond the doubles, where a decimal exponent that is off by one would mislead.
        exponent = int((value.numerator.bit_length() - value.denominator.bit_length()) * math.log10(2))
        mantissa = float(value / 10**exponent)
        shift = math.floor(math.log10(abs(mantissa)))
        return f"{mantissa / 10**shift:.3g}e+{exponent + shift}"


def nearest_double(value: Fraction) -> float | str:
    """The double nearest to ``value``, or its exact text if it overflows a double."""
    try:
        return float(value)
    except OverflowError:
        return text(value)


def _shown(value: object) -> str:
    """A short form of what stands where something else should; never the whole of a large or deep one."""
    if isinstance(value, int) and too_long(Fraction(value)):
        return "a very long integer"
    shown = repr(value[:60]) if isinstance(value, str) else reprlib.repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def over_common_denominator(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """Write numbers as integers over one denominator, so that sums and products run on integers.

    Examples
    --------
    >>> over_common_denominator([Fraction(1, 2), Fraction(2, 3)])
    ([3, 4], 6)
    """
    denominator = math.lcm(*(value.denominator for value in values))
    return [value.numerator * (denominator // value.denominator) for value in values], denominator
