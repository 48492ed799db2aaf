"""Rectangular arrays of exact numbers, small ones inside a file and large ones beside it.

An array holds integers over one common denominator, or doubles, which are the dyadic rationals they are. Large arrays
live in ``.npz`` files next to the JSON that names them: ``{"npz": "name.npz", "array": "key", "sha256": "..."}``. They
are read with :mod:`zipfile` and :mod:`struct` alone, from the same folder only, and never unpickled.
"""

from __future__ import annotations

import ast
import hashlib
import io
import math
import os
import struct
import sys
import zipfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from dual.errors import InputError

from .exact import index, items, number, over_common_denominator

LARGEST_INLINE: Final = 20_000
"""Arrays with more entries than this are written beside a file instead of into it."""

MAX_ENTRIES: Final = 200_000_000
_FLOATS: Final = {"f": "f", "d": "d"}
_INTEGERS: Final = "bBhHiIlLqQ"
_MAGIC: Final = b"\x93NUMPY"


class Array:
    """An immutable rectangular array of exact numbers.

    Parameters
    ----------
    shape : tuple of int
        Every length is positive.
    data : array of type "q" or "d", or tuple of int
        Entries in row-major order: doubles, or integers that count ``1/denominator``.
    denominator : int
        Positive; 1 for doubles.
    reference : mapping, optional
        The file entry the array was read from.

    Examples
    --------
    >>> table = Array((2, 2), (0, 1, 2, 3), 4)
    >>> table.at(1, 1), table.line(1), table.denominator
    (Fraction(3, 4), [2, 3], 4)
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        data: array[int] | array[float] | tuple[int, ...],
        denominator: int = 1,
        reference: Mapping[str, str] | None = None,
    ) -> None:
        self.shape = shape
        self.data = data
        self._denominator = denominator
        self.reference = reference

    @property
    def is_float(self) -> bool:
        """Whether the entries are doubles."""
        return isinstance(self.data, array) and self.data.typecode == "d"

    @cached_property
    def denominator(self) -> int:
        """A common denominator of all entries."""
        if not self.is_float:
            return self._denominator
        return max(value.as_integer_ratio()[1] for value in self.data)

    def line(self, k: int, denominator: int | None = None) -> list[int]:
        """The k-th line along the last axis, as integers over a common denominator; by default the array's own."""
        width = self.shape[-1]
        part = self.data[k * width : (k + 1) * width]
        common = self.denominator if denominator is None else denominator
        if not self.is_float:
            stretch = common // self._denominator
            return list(part) if stretch == 1 else [entry * stretch for entry in part]  # type: ignore[arg-type, misc]
        if common == 1:
            return list(map(int, part))
        return [p * (common // q) for p, q in map(float.as_integer_ratio, part)]

    def at(self, *place: int) -> Fraction:
        """One entry."""
        flat = 0
        for k, length in zip(place, self.shape, strict=True):
            flat = flat * length + k
        return Fraction(self.data[flat]) / self._denominator

    def __len__(self) -> int:
        return math.prod(self.shape)

    def __iter__(self) -> Iterator[Fraction]:
        return (Fraction(value) / self._denominator for value in self.data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Array):
            return NotImplemented
        if self.shape != other.shape:
            return False
        if self.is_float == other.is_float and self._denominator == other._denominator:
            return bool(self.data == other.data)
        return all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash((self.shape, self.at(*(0 for _ in self.shape))))

    def __repr__(self) -> str:
        return f"Array(shape={self.shape})"

    def reshaped(self, shape: tuple[int, ...]) -> Array:
        """The same entries, in the same order, under another shape of as many."""
        if math.prod(shape) != len(self):
            raise ValueError(f"{_times(self.shape)} entries do not fill {_times(shape)}")
        return Array(shape, self.data, self._denominator)

    def nested(self) -> Any:
        """The entries as nested lists of fractions."""
        return _nest(list(self), self.shape)

    def plain(self) -> object:
        """The array as an in-memory document holds it: nested lists of text if small, itself if large."""
        if self.reference is not None or len(self) > LARGEST_INLINE:
            return self
        return _nest([str(value) for value in self], self.shape)


def negative(table: Array) -> Array:
    """The array with every sign changed.

    Examples
    --------
    >>> negative(Array((2,), (1, -2), 3)).nested()
    [Fraction(-1, 3), Fraction(2, 3)]
    """
    if table.is_float:
        return Array(table.shape, array("d", [-float(entry) for entry in table.data]))
    return Array(table.shape, tuple(-int(entry) for entry in table.data), table.denominator)


def _nest(flat: list[Any], shape: tuple[int, ...]) -> Any:
    if len(shape) == 1:
        return flat
    step = len(flat) // shape[0]
    return [_nest(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


def read_array(value: object, where: str, shape: Sequence[int]) -> Array:
    """Read an array of a known shape.

    Parameters
    ----------
    value : Array, mapping, nested lists, or an object with the buffer protocol
        A mapping names an ``.npz`` in the current folder (files name theirs relative to themselves). NumPy arrays of
        floats and integers are copied as they are.
    where : str
        The field named in an error.
    shape : sequence of int

    Returns
    -------
    Array

    Raises
    ------
    InputError
        If the shape is another, or an entry is not a finite number.

    Examples
    --------
    >>> read_array([[0, "1/2"], [0.25, 1]], "utility", (2, 2)).nested()
    [[Fraction(0, 1), Fraction(1, 2)], [Fraction(1, 4), Fraction(1, 1)]]
    """
    if isinstance(value, Array):
        found = value
    elif isinstance(value, Mapping):
        found = load(value, Path(), where)
    else:
        found = _from_buffer(value, where) or _from_lists(value, where, tuple(shape))
    if found.shape != tuple(shape):
        raise InputError(f"the shape is {_times(found.shape)} where {_times(shape)} is needed", where)
    if found.is_float and not all(map(math.isfinite, found.data)):
        bad = next(k for k, entry in enumerate(found.data) if not math.isfinite(entry))
        raise InputError(f"{found.data[bad]} is not a finite number", where + _place(bad, found.shape))
    return found


def _times(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape))


def _place(flat: int, shape: Sequence[int]) -> str:
    steps = []
    for length in reversed(shape):
        flat, k = divmod(flat, length)
        steps.append(f"[{k}]")
    return "".join(reversed(steps))


def _from_buffer(value: object, where: str) -> Array | None:
    """The array behind an object with the buffer protocol; None if it has none, or entries of another kind."""
    try:
        view = memoryview(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if isinstance(value, (bytes, bytearray)):
        raise InputError("bytes are not a list of numbers", where)
    code = view.format.lstrip("@=<" if sys.byteorder == "little" else "@=>")
    if not view.nbytes or (code not in _FLOATS and (len(code) != 1 or code not in _INTEGERS)):
        return None
    return Array(view.shape or (1,), _typed(code, view.tobytes()))


def _typed(code: str, raw: bytes) -> array[int] | array[float] | tuple[int, ...]:
    entries: array[Any] = array(code)
    entries.frombytes(raw)
    if code == "d" or (code == "q"):
        return entries
    if code in "QL" and max(entries) >= 2**63:
        return tuple(entries)
    return array("d" if code == "f" else "q", entries)


def _from_lists(value: object, where: str, shape: tuple[int, ...]) -> Array:
    flat: list[Fraction] = []
    _collect(value, where, shape, flat)
    numerators, denominator = over_common_denominator(flat)
    return Array(shape, tuple(numerators), denominator)


def _collect(value: object, where: str, shape: tuple[int, ...], into: list[Fraction]) -> None:
    entries = items(value, where, shape[0])
    if len(shape) == 1:
        into.extend(number(entry, f"{where}[{k}]") for k, entry in enumerate(entries))
    else:
        for k, entry in enumerate(entries):
            _collect(entry, f"{where}[{k}]", shape[1:], into)


def resolve(document: Any, folder: Path, where: str = "") -> Any:
    """A document with every ``{"npz": ...}`` in it replaced by the array it names, relative to a folder."""
    if isinstance(document, Mapping):
        if "npz" in document:
            return load(document, folder, where)
        return {
            name: resolve(item, folder, f"{where}.{name}" if where else str(name)) for name, item in document.items()
        }
    if isinstance(document, list) and document and isinstance(document[0], Mapping) and "npz" in document[0]:
        return [resolve(item, folder, f"{where}[{k}]") for k, item in enumerate(document)]
    return document


def load(raw: Mapping[str, object], folder: Path, where: str) -> Array:
    """Read ``{"npz": name, "array": key, "sha256": digest, "denominator": d}``; the denominator is optional.

    Raises
    ------
    InputError
        If the file is missing, lies elsewhere, has another digest, or holds anything but a plain array of numbers.
    """
    unknown = sorted(set(raw) - {"npz", "array", "sha256", "denominator"})
    if unknown:
        raise InputError('unknown field; known are "npz", "array", "sha256", "denominator"', f"{where}.{unknown[0]}")
    texts = {}
    for name in ("npz", "array", "sha256"):
        if not isinstance(raw.get(name), str):
            raise InputError("a text is needed here", f"{where}.{name}")
        texts[name] = str(raw[name])
    file = texts["npz"]
    if os.path.basename(file) != file or "\\" in file or file in ("", ".", ".."):
        raise InputError("the array must lie in the same folder as the file that names it", f"{where}.npz")
    try:
        content = (folder / file).read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}", f"{where}.npz") from None
    if hashlib.sha256(content).hexdigest() != texts["sha256"].lower():
        raise InputError(f"{file} is another file than the one named: its SHA-256 differs", f"{where}.sha256")
    shape, data = _member(content, texts["array"], f"{where}.array")
    denominator = 1
    if raw.get("denominator") is not None:
        if isinstance(data, array) and data.typecode == "d":
            raise InputError("only integers take a denominator", f"{where}.denominator")
        denominator = index(raw["denominator"], f"{where}.denominator", 10**4000)
        if denominator == 0:
            raise InputError("a denominator is positive", f"{where}.denominator")
        texts["denominator"] = str(denominator)
    return Array(shape, data, denominator, texts)


def _member(content: bytes, key: str, where: str) -> tuple[tuple[int, ...], Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = archive.getinfo(f"{key}.npy").file_size
            if size > 8 * MAX_ENTRIES + 65_536:
                raise InputError(f"the array has more than {MAX_ENTRIES} entries", where)
            raw = archive.read(f"{key}.npy")
    except KeyError:
        raise InputError(f'there is no array "{key}" in the file', where) from None
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise InputError(f"not an .npz file: {error}", where) from None
    try:
        return _npy(raw)
    except (struct.error, SyntaxError, ValueError, KeyError, TypeError, RecursionError, MemoryError) as error:
        raise InputError(f"not a plain array of numbers: {error}", where) from None


def _npy(raw: bytes) -> tuple[tuple[int, ...], Any]:
    """Shape and entries of a ``.npy`` file: little-endian float64 or int64, row-major."""
    if raw[:6] != _MAGIC:
        raise ValueError("the .npy header is missing")
    length, start = (
        (struct.unpack_from("<H", raw, 8)[0], 10) if raw[6] == 1 else (struct.unpack_from("<I", raw, 8)[0], 12)
    )
    if length > 65_536:
        raise ValueError("the .npy header is too long")
    header = ast.literal_eval(raw[start : start + length].decode("latin-1"))
    code = {"<f8": "d", "<i8": "q"}.get(header["descr"])
    shape = tuple(header["shape"])
    if code is None:
        raise ValueError(f"entries of type {header['descr']!r}; write float64 or int64")
    if header["fortran_order"]:
        raise ValueError("the order is column-major; write it row by row")
    if not shape or not all(isinstance(k, int) and k > 0 for k in shape):
        raise ValueError(f"the shape is {shape}")
    body = raw[start + length :]
    if len(body) != 8 * math.prod(shape):
        raise ValueError("the array is shorter or longer than its shape says")
    entries: array[Any] = array(code)
    entries.frombytes(body)
    if sys.byteorder == "big":
        entries.byteswap()
    return shape, entries


def as_json(value: object) -> object:
    """What stands for an array in JSON text that has no folder of its own; for ``json.dumps(..., default=as_json)``."""
    if not isinstance(value, Array):
        raise TypeError(f"{type(value).__name__} is not JSON")
    return dict(value.reference) if value.reference is not None else _nest([str(entry) for entry in value], value.shape)


def store(document: Any, folder: Path, name: str) -> Any:
    """A document with every array in it written to ``name`` in a folder and replaced by its reference.

    Arrays that were read from a file that lies in the folder already are left there.
    """
    found: dict[str, Array] = {}
    kept: dict[int, Mapping[str, str]] = {}
    for key, one in _arrays(document, ""):
        if one.reference is not None and _lies_in(one.reference, folder):
            kept[id(one)] = one.reference
        else:
            found[key] = one
    if found:
        content = _npz(found)
        from .files import write

        write(folder / name, content)
        digest = hashlib.sha256(content).hexdigest()
        for key, one in found.items():
            extra = {} if one._denominator == 1 else {"denominator": str(one._denominator)}
            kept[id(one)] = {"npz": name, "array": key, "sha256": digest, **extra}
    return _replaced(document, kept)


def _arrays(document: Any, path: str) -> Iterator[tuple[str, Array]]:
    if isinstance(document, Array):
        yield path, document
    elif isinstance(document, Mapping):
        for name, item in document.items():
            yield from _arrays(item, f"{path}_{name}" if path else str(name))
    elif isinstance(document, list) and document and isinstance(document[0], Array):
        for k, item in enumerate(document):
            yield from _arrays(item, f"{path}_{k}")


def _replaced(document: Any, kept: Mapping[int, Mapping[str, str]]) -> Any:
    if isinstance(document, Array):
        return dict(kept[id(document)])
    if isinstance(document, Mapping):
        return {name: _replaced(item, kept) for name, item in document.items()}
    if isinstance(document, list) and document and isinstance(document[0], Array):
        return [_replaced(item, kept) for item in document]
    return document


def _lies_in(reference: Mapping[str, str], folder: Path) -> bool:
    try:
        content = (folder / reference["npz"]).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == reference["sha256"].lower()


def _npz(arrays: Mapping[str, Array]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for key, one in arrays.items():
            data = one.data
            if not isinstance(data, array):
                if max(map(abs, data)) >= 2**63:
                    raise InputError("the numbers are too long for an array of 64-bit integers", key)
                data = array("q", data)
            if sys.byteorder == "big":
                data = data[:]
                data.byteswap()
            header = {"descr": "<f8" if data.typecode == "d" else "<i8", "fortran_order": False, "shape": one.shape}
            line = repr(header).encode("latin-1")
            line += b" " * (-(len(line) + 11) % 64) + b"\n"
            entry = zipfile.ZipInfo(f"{key}.npy", (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, _MAGIC + b"\x01\x00" + struct.pack("<H", len(line)) + line + data.tobytes())
    return out.getvalue()
