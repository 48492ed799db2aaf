"""Floats that stand for decimals: 0.1 is read as 1/10, in a list, an array or a frame.

A double that prints with at most 15 significant digits is the only decimal of so many digits that it can stand for (a
single of at most 6, a half of at most 3). The floats of one field are read by one rule: as decimals if all of them are
short ones over one power of ten up to 10^15, else as the binary fractions they are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

import numpy as np

from dual.numbers.arrays import LARGEST_INLINE, Array
from dual.numbers.given import Typed
from dual.words import brief

PLACES: Final = 15
"""Most digits of a decimal that a double holds, whatever they are (``sys.float_info.dig``)."""
_DIGITS: Final = {8: 15, 4: 6, 2: 3}
"""The same by the bytes of a float."""
_SAMPLE: Final = 256
"""How many floats of a large array are looked at first."""


def decimals(value: Any) -> Any:
    """The same with every float marked as the decimal it stands for; itself unless all floats are short decimals.

    Examples
    --------
    >>> decimals([0.1, 2])[0].exact, decimals(np.array([[0.25, 0.1]]))[0][1].exact
    (Fraction(1, 10), Fraction(1, 10))
    >>> decimals([0.1, 1 / 3])
    [0.1, 0.3333333333333333]
    """
    parts = list(_floats(value))
    if not parts:
        return value
    places = [_places(part) for part in parts]
    if any(k is None for k in places):
        return value
    most = max(k for k in places if k is not None)
    return value if all(_dyadic(part, most) for part in parts) else _typed(value, most)


def _dyadic(values: Any, places: int) -> bool:
    """Whether floats are the decimals they stand for already, as 0.25 is."""
    whole = np.rint(values.astype(np.float64) * 10.0**places)
    return bool(values.dtype.itemsize == 8 and (whole.astype(np.int64) % 5**places == 0).all())


def _floats(value: Any) -> Iterator[Any]:
    """The floats in lists, mappings and arrays, as arrays."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and value.size:
            yield value
    elif isinstance(value, (float, np.floating)):
        yield np.atleast_1d(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _floats(item)
    elif isinstance(value, (list, tuple)):
        found = [item for item in value if isinstance(item, float)]
        if found:
            yield np.array(found, dtype=np.float64)
        for item in value:
            if not isinstance(item, (float, str, int)):
                yield from _floats(item)


def _places(values: Any) -> int | None:
    """The least number of decimal places with which all of some floats can be written; None if they are no decimals."""
    digits = _DIGITS.get(values.dtype.itemsize)
    if digits is None:
        return None
    if values.size > _SAMPLE * 8:
        # What a few of them cannot be all of them cannot be: measurements are told from decimals without reading all.
        few = _places(values.ravel()[:: values.size // _SAMPLE])
        if few is None:
            return None
    if not np.isfinite(values).all():
        return None
    wide = values.astype(np.float64)
    for k in range(PLACES + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            whole = np.rint(wide * 10.0**k)
            same = (whole / 10.0**k).astype(values.dtype) == values
        # An integer needs no decimals, however long it is.
        if (same & ((np.abs(whole) <= 10.0**digits) | (wide == np.rint(wide)))).all():
            return k if (np.abs(whole) < 2.0**63).all() else None
    return None


def _typed(value: Any, places: int) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.kind != "f":
            return value
        if value.size <= LARGEST_INLINE or value.ndim == 1:
            return _typed(_as_doubles(value).tolist(), places)
        whole = np.rint(value.astype(np.float64) * 10.0**places).astype(np.int64)
        return Array(value.shape, array("q", np.ascontiguousarray(whole).tobytes()), 10**places)
    if isinstance(value, (np.float32, np.float16)):
        return Typed(float(str(value)))
    if isinstance(value, float):
        return Typed(value)
    if isinstance(value, Mapping):
        return {name: _typed(item, places) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_typed(item, places) for item in value]
    return value


def _as_doubles(values: Any) -> Any:
    """Shorter floats as the doubles that print alike."""
    if values.dtype.itemsize == 8:
        return values
    places = _places(values) or 0
    return np.rint(values.astype(np.float64) * 10.0**places) / 10.0**places


def notes(given: Any, read: Any, where: str) -> list[str]:
    """How the floats of a field were read, one line for each way; nothing where a float is the decimal it prints as."""
    if isinstance(given, Array):
        return [f"{where}: floats are read as the decimals they print as, over {given.denominator}"]
    changed: list[str] = []
    binary: list[str] = []
    count = 0
    for place, value, exact in _pairs(given, read, where):
        count += 1
        if exact != Fraction(value):
            changed.append(f"{place} = {float(value)!r} as {brief(exact)}")
        elif Fraction(repr(float(value))) != exact:
            binary.append(f"{place} = {float(value)!r} as {exact}")
    found = []
    if changed:
        found.append(f"{where}: floats are read as the numbers they stand for, {_some(changed, count)}")
    if binary:
        found.append(f"{where}: floats are read as the binary fractions they are, {_some(binary, count)}")
    return found


def _some(cases: list[str], count: int) -> str:
    return cases[0] if count == 1 else f"{cases[0]} ({len(cases)} of {count} floats)"


def _pairs(given: Any, read: Any, where: str) -> Iterator[tuple[str, float, Fraction]]:
    """Every float with what it was read as."""
    if isinstance(given, np.ndarray) and given.size > LARGEST_INLINE:
        yield from _example(given, where)
        return
    given = given.tolist() if isinstance(given, np.ndarray) else given
    if isinstance(given, float):
        if isinstance(read, (int, str, Fraction)):
            yield where, given, Fraction(read)
    elif isinstance(given, Mapping) and isinstance(read, Mapping):
        for name in given:
            if name in read:
                yield from _pairs(given[name], read[name], f"{where}.{name}")
    elif isinstance(given, (list, tuple)) and isinstance(read, (list, tuple)) and len(given) == len(read):
        for k, (item, other) in enumerate(zip(given, read, strict=True)):
            yield from _pairs(item, other, f"{where}[{k}]")


def _example(given: Any, where: str) -> Iterator[tuple[str, float, Fraction]]:
    """A float of a large array that is not the decimal it prints as: one will do, and it is among the first entries."""
    if given.dtype.kind == "f":
        for k, value in enumerate(given.flat[:1000].tolist()):
            if not (value.is_integer() and abs(value) < 2**53) and Fraction(repr(value)) != Fraction(value):
                at = "".join(f"[{i}]" for i in np.unravel_index(k, given.shape))
                yield f"{where}{at}", value, Fraction(value)
                return
