"""Rectangular arrays of exact numbers, small ones inside a file and large ones beside it.

An array holds integers over one common denominator, or doubles, which are the dyadic rationals they are. Large arrays
live in ``.npz`` files next to the JSON that names them: ``{"npz": "name.npz", "array": "key", "sha256": "..."}``. They
are read with :mod:`zipfile` and :mod:`struct` alone, from the same folder only, and never unpickled. An array is read
where a shape is asked of it, so its size is known before a byte of it is.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import re
import struct
import sys
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Final

from dual.errors import InputError, WrongLength
from dual.limits import ARRAY_BYTES, INFLATED_BYTES

from .exact import index, items, number, over_common_denominator

LARGEST_INLINE: Final = 20_000
"""Arrays with more entries than this are written beside a file instead of into it: their text would be longer."""

_SHORT: Final = 10**1000
"""Integers of lists below this are numbers as they are; longer ones are looked at."""

_HEADER: Final = re.compile(
    r"\{'descr': '(<f8|<i8)', 'fortran_order': False, 'shape': \((\d{1,9}(?:, \d{1,9})*),?\),? ?\}\s*", re.ASCII
)
_TYPES: Final = {"<f8": "d", "<i8": "q"}


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
        entry: Any = self.data[flat]  # or a function of a parameter
        if isinstance(entry, float):
            return Fraction(entry)
        found: Fraction = Fraction(entry, self._denominator) if isinstance(entry, int) else entry / self._denominator
        return found

    def __len__(self) -> int:
        return math.prod(self.shape)

    def __iter__(self) -> Iterator[Fraction]:
        return (_number(value) / self._denominator for value in self.data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Array):
            return NotImplemented
        if self.shape != other.shape:
            return False
        if type(self.data) is type(other.data) and (self.is_float, self._denominator) == (
            other.is_float,
            other._denominator,
        ):
            return bool(memoryview(self.data) == memoryview(other.data) if self.is_float else self.data == other.data)  # type: ignore[arg-type]
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

    def plain(self) -> object:
        """The array as an in-memory document holds it: nested lists of text if small, itself if large."""
        if self.reference is not None or len(self) > LARGEST_INLINE:
            return self
        return self.nested()

    def nested(self) -> Any:
        """The entries as nested lists of text."""
        return _nest([str(value) for value in self], self.shape)

    def tolist(self) -> Any:
        """The entries as nested lists of exact numbers."""
        return _nest(list(self), self.shape)

    def parts(self) -> list[Array]:
        """One array for each index of the first axis."""
        step = len(self) // self.shape[0]
        return [
            Array(self.shape[1:], self.data[k * step : (k + 1) * step], self._denominator) for k in range(self.shape[0])
        ]


def _number(entry: Any) -> Fraction:
    """An entry, which may also be a function of a parameter, as a number."""
    return Fraction(entry) if isinstance(entry, (int, float)) else entry


def _nest(flat: list[Any], shape: tuple[int, ...]) -> Any:
    step = len(flat) // shape[0]
    return flat if len(shape) == 1 else [_nest(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


_OPPOSITE: Final = bytes(byte ^ 0x80 for byte in range(256))
"""Turns the sign of a double around, byte by byte."""


def negative(table: Array) -> Array:
    """The array with every sign changed.

    Examples
    --------
    >>> negative(Array((2,), (1, -2), 3)).nested()
    ['-1/3', '2/3']
    """
    if table.is_float:
        # The sign of a double is the highest bit of one of its eight bytes: the last one where the lowest comes first.
        raw = bytearray(table.data.tobytes())  # type: ignore[union-attr]
        sign = slice(7 if sys.byteorder == "little" else 0, None, 8)
        raw[sign] = raw[sign].translate(_OPPOSITE)
        return Array(table.shape, array("d", bytes(raw)))
    numerators: tuple[Any, ...] = tuple(-entry for entry in table.data)
    return Array(table.shape, numerators, table.denominator)


def table(value: object, where: str, *shape: int) -> Array:
    """Read an array; see :func:`read_array`."""
    return read_array(value, where, shape)


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
    [['0', '1/2'], ['1/4', '1']]
    """
    if isinstance(value, Array):
        found = value
    elif isinstance(value, Mapping):
        found = stored(value, where, tuple(shape))
    else:
        found = _from_buffer(value, where) or _from_lists(value, where, tuple(shape))
    if found.shape != tuple(shape):
        raise WrongLength(f"the shape is {_times(found.shape)} where {_times(shape)} is needed", where)
    # A sum is finite only if every entry is; where it is not, it may also be too large.
    if found.is_float and not math.isfinite(sum(found.data)) and not all(map(math.isfinite, found.data)):
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
    if not view.nbytes or code not in tuple("fdbBhHiIlLqQ"):
        return None
    entries = array(code, view.tobytes())
    if code in "QL" and max(entries) >= 2**63:
        return Array(view.shape or (1,), tuple(entries))
    return Array(view.shape or (1,), entries if code in "dq" else array("d" if code == "f" else "q", entries))


def _from_lists(value: object, where: str, shape: tuple[int, ...]) -> Array:
    flat: list[Any] = []
    _collect(value, where, shape, flat)
    if set(map(type, flat)) == {int}:
        return Array(shape, tuple(flat))
    numerators, denominator = over_common_denominator(flat)
    return Array(shape, tuple(numerators), denominator)


def _collect(value: object, where: str, shape: tuple[int, ...], into: list[Any]) -> None:
    entries: Any = items(value, where, shape[0])
    if len(shape) == 1 and set(map(type, entries)) == {int} and max(map(abs, entries)) < _SHORT:
        into.extend(entries)  # they are their own numerators
    elif len(shape) == 1:
        into.extend(number(entry, f"{where}[{k}]") for k, entry in enumerate(entries))
    else:
        for k, entry in enumerate(entries):
            _collect(entry, f"{where}[{k}]", shape[1:], into)


def stored(raw: Mapping[str, object], where: str, shape: tuple[int, ...] | None = None) -> Array:
    """Read ``{"npz": name, "array": key, "sha256": digest, "denominator": d}``; the denominator is optional.

    Without a shape that is asked, the array may have any.
    """
    unknown = sorted(set(raw) - {"npz", "array", "sha256", "denominator"})
    if unknown:
        raise InputError('unknown field; known are "npz", "array", "sha256", "denominator"', f"{where}.{unknown[0]}")
    texts = {}
    for name in ("npz", "array", "sha256"):
        if not isinstance(raw.get(name), str):
            raise InputError("a text is needed here", f"{where}.{name}")
        texts[name] = str(raw[name])
    try:
        archive = _archive(texts, getattr(raw, "folder", Path()), getattr(raw, "opened", {}), where)
        shape, data = _member(archive, f"{texts['array']}.npy", where, shape)
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"{texts['npz']} cannot be read: {error.strerror or error}", f"{where}.npz") from None
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError) as error:
        raise InputError(f"not an .npz file: {error}", f"{where}.npz") from None
    denominator = 1
    if raw.get("denominator") is not None:
        if data.typecode == "d":
            raise InputError("only integers take a denominator", f"{where}.denominator")
        denominator = index(raw["denominator"], f"{where}.denominator", 10**4000)
        if denominator == 0:
            raise InputError("a denominator is positive", f"{where}.denominator")
        texts["denominator"] = str(denominator)
    return Array(shape, data, denominator, texts)


def _archive(
    texts: Mapping[str, str], folder: Path, opened: dict[str, tuple[zipfile.ZipFile, str]], where: str
) -> zipfile.ZipFile:
    """The file that is named, if it is that file; read once for all arrays of a document."""
    name = texts["npz"]
    if name not in opened:
        if os.path.basename(name) != name or "\\" in name or name in ("", ".", ".."):
            raise InputError("the array must lie in the same folder as the file that names it", f"{where}.npz")
        if not (folder / name).is_file():
            raise InputError(f"{name} cannot be read: there is no such file in the folder", f"{where}.npz")
        with open(folder / name, "rb") as stream:
            content = stream.read(ARRAY_BYTES + 1)
        if len(content) > ARRAY_BYTES:
            raise InputError(f"{name} is longer than {ARRAY_BYTES:,} bytes", f"{where}.npz")
        opened[name] = zipfile.ZipFile(io.BytesIO(content)), hashlib.sha256(content).hexdigest()
    archive, digest = opened[name]
    if digest != texts["sha256"].lower():
        raise InputError(f"{name} is another file than the one named: its SHA-256 differs", f"{where}.sha256")
    return archive


def _member(
    archive: zipfile.ZipFile, name: str, where: str, shape: tuple[int, ...] | None
) -> tuple[tuple[int, ...], array[Any]]:
    """Shape and entries of one array of an ``.npz`` file: stored or deflated, of the shape that is asked."""
    entries = [entry for entry in archive.infolist() if entry.filename == name]
    if len(entries) != 1:
        raise InputError(f'the file has {len(entries)} arrays of the name "{name[:-4]}"', f"{where}.array")
    entry = entries[0]
    if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError("an array is stored or deflated, not encrypted or compressed in another way", f"{where}.array")
    limit = ARRAY_BYTES if entry.compress_type == zipfile.ZIP_STORED else INFLATED_BYTES
    with archive.open(entry) as stream:
        code, shape = _header(stream, where, shape)
        size = 8 * math.prod(shape)
        if size > limit:
            raise InputError(f"the array has {size:,} bytes; at most {limit:,} are read", where)
        held = entry.file_size - stream.tell()
        body = stream.read(size)
        if held != size or len(body) != size or stream.read(1):
            raise InputError("the array is shorter or longer than its shape says", f"{where}.array")
    found: array[Any] = array(code, body)
    if sys.byteorder == "big":
        found.byteswap()
    return shape, found


def _header(stream: IO[bytes], where: str, shape: tuple[int, ...] | None) -> tuple[str, tuple[int, ...]]:
    """Type and shape of a ``.npy`` file whose header gives the shape that is asked."""
    start = stream.read(10)
    if start[:7] != b"\x93NUMPY\x01" or len(start) < 10:
        raise InputError("not an array as NumPy writes it (version 1.0)", f"{where}.array")
    header = stream.read(struct.unpack("<H", start[8:])[0]).decode("latin-1")
    found = _HEADER.fullmatch(header)
    if not found:
        raise InputError(
            f"a plain array is needed: float64 or int64, row by row; this one says {header.strip()[:100]}",
            f"{where}.array",
        )
    held = tuple(map(int, found[2].split(", ")))
    if shape is not None and held != shape:
        raise WrongLength(f"the shape is {_times(held)} where {_times(shape)} is needed", where)
    return _TYPES[found[1]], held
