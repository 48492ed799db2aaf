"""Writing files: JSON text, large arrays beside it, each whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import sys
import tempfile
import zipfile
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dual.errors import FileError, InputError
from dual.numbers.arrays import Array
from dual.words import plain


def dump(document: Mapping[str, object]) -> str:
    """The file's text of a document: one field a line, long lists on one line, exact numbers as text."""
    return _layout(plain(document), 0) + "\n"


def _layout(value: object, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(flat) + depth <= 110 or not isinstance(value, (dict, list)):
        return flat
    pad = " " * (depth + 1)
    if isinstance(value, dict):
        rows = [f"{json.dumps(key, ensure_ascii=False)}: {_layout(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + pad + (",\n" + pad).join(rows) + "}"
    if not any(isinstance(item, (dict, list)) for item in value):
        return flat
    return "[" + (",\n" + pad).join(_layout(item, depth + 1) for item in value) + "]"


def save(document: Mapping[str, object], path: str | os.PathLike[str]) -> None:
    """Write a document, atomically; large arrays go into an ``.npz`` of the same name beside it.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    where = Path(path)
    write(path, dump(store(document, where.parent, f"{where.stem}.npz")))


def write(target: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file atomically: after an interruption the old file or the new one is there, never a part.

    Raises
    ------
    FileError
        If the file cannot be written; nothing is left behind then.
    """
    path = Path(target)
    data = content.encode() if isinstance(content, str) else content
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, _mode(path))
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise FileError(f"{os.fspath(target)}: cannot be written: {error.strerror or error}") from None


def _mode(path: Path) -> int:
    """Permissions of the file that is replaced, else what the process's umask grants a new file."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def as_json(value: object) -> object:
    """What stands for an array in JSON text that has no folder of its own; for ``json.dumps(..., default=as_json)``."""
    if not isinstance(value, Array):
        raise TypeError(f"{type(value).__name__} is not JSON")
    return dict(value.reference) if value.reference is not None else value.nested()


def store(document: Any, folder: Path, name: str) -> Any:
    """A document with every array in it written to ``name`` in a folder and replaced by its reference.

    Arrays that were read from a file that lies in the folder already are left there.
    """
    found: dict[str, Array] = {}
    kept: dict[int, Mapping[str, str]] = {}
    for key, one in _named_arrays(document, ""):
        if one.reference is not None and _lies_in(one.reference, folder):
            kept[id(one)] = one.reference
        else:
            while key in found:  # two fields whose joined names are the same: a.b_c and a_b.c
                key += "_"
            found[key] = one
    if found:
        content = _npz(found)
        write(folder / name, content)
        digest = hashlib.sha256(content).hexdigest()
        for key, one in found.items():
            extra = {} if one._denominator == 1 else {"denominator": str(one._denominator)}
            kept[id(one)] = {"npz": name, "array": key, "sha256": digest, **extra}
    return _replaced(document, kept)


def _named_arrays(document: Any, path: str) -> Iterator[tuple[str, Array]]:
    """Every array in a document, with the names on the way to it joined."""
    if isinstance(document, Array):
        yield path, document
    elif isinstance(document, Mapping):
        for name, item in document.items():
            yield from _named_arrays(item, f"{path}_{name}" if path else str(name))
    elif isinstance(document, list) and document and isinstance(document[0], Array):
        for k, item in enumerate(document):
            yield from _named_arrays(item, f"{path}_{k}")


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
            archive.writestr(entry, b"\x93NUMPY\x01\x00" + struct.pack("<H", len(line)) + line + data.tobytes())
    return out.getvalue()
