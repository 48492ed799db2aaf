"""Reading JSON files: exact, strict and bounded."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import IO, Any, NoReturn

from dual.errors import FileError, InputError
from dual.limits import DEPTH, FILE_BYTES

from .exact import number, text


class Beside(dict[str, Any]):
    """An object ``{"npz": ...}`` of a file, which stands for an array in that file's folder.

    Those of one file share ``opened``, where the archives stand that were read already.
    """

    folder = Path()
    opened: Mapping[str, object] = {}


def read(source: str | os.PathLike[str] | IO[str] | IO[bytes]) -> dict[str, object]:
    """Read one JSON object whose numbers are exact.

    Parameters
    ----------
    source : path or open file
        UTF-8 text.

    Returns
    -------
    dict
        Integers are ``int``, other numbers :class:`~fractions.Fraction`, read from their text.

    Raises
    ------
    FileError
        If the source cannot be read, is not UTF-8 or not one JSON object, repeats a key, holds NaN or infinity,
        is too long or nests too deeply.
    InputError
        If a number is longer than the format allows.

    Examples
    --------
    >>> import io
    >>> read(io.StringIO('{"prior": [0.7, 0.3]}'))
    {'prior': [Fraction(7, 10), Fraction(3, 10)]}
    """
    name = name_of(source)
    folder = Path(name).parent if isinstance(source, (str, os.PathLike)) or os.path.exists(name) else Path()
    return parse(_content(source, name), name, folder)


def name_of(source: object) -> str:
    """The name under which a source is reported in errors."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return str(getattr(source, "name", "input"))


def _content(source: str | os.PathLike[str] | IO[str] | IO[bytes], name: str) -> str:
    try:
        if isinstance(source, (str, os.PathLike)):
            with open(source, "rb") as stream:
                raw: str | bytes = stream.read(FILE_BYTES + 1)
        else:
            raw = source.read(FILE_BYTES + 1)
        if len(raw) > FILE_BYTES:
            raise FileError(f"{name}: the file is longer than {FILE_BYTES:,} bytes")
        return raw if isinstance(raw, str) else raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{name}: not UTF-8 text (byte {error.start})") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError(f"{name}: cannot be read: {reason}") from None


def parse(content: str, name: str = "input", folder: Path | None = None) -> dict[str, object]:
    """Read one JSON object from its text; see :func:`read`."""
    try:
        document = json.loads(
            content,
            parse_int=_integer,
            parse_float=number,
            parse_constant=_refuse_constant,
            object_pairs_hook=partial(_object, folder or Path(), {}),
        )
    except RecursionError:
        raise FileError(f"{name}: the brackets are nested too deeply") from None
    except json.JSONDecodeError as error:
        raise FileError(f"{name}: not JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}") from None
    except InputError as error:
        raise InputError(str(error).removeprefix("number: "), name) from None
    if not isinstance(document, dict):
        raise FileError(f'{name}: not a JSON object; a file starts with {{"kind": ...}}')
    require_shallow(document, name)
    return document


def require_shallow(document: Mapping[str, object], name: str) -> None:
    """Refuse a document that nests too deeply, or holds text that cannot be written.

    Raises
    ------
    FileError
    """
    for field, value in document.items():
        level: list[Any] = [[field, value]]
        for _ in range(DEPTH):
            entries = [item for one in level for item in ([*one, *one.values()] if isinstance(one, Mapping) else one)]
            for item in entries:
                if isinstance(item, str) and not item.isascii() and any("\ud800" <= c <= "\udfff" for c in item):
                    raise FileError(f"{name}: {field}: the text {item[:20]!r} holds half a character")
            level = list({id(item): item for item in entries if isinstance(item, (dict, list, tuple))}.values())
            if not level:
                break
        else:
            raise FileError(f"{name}: {field}: the brackets are nested too deeply; at most {DEPTH} levels are read")


def _integer(digits: str) -> int:
    return int(number(digits))


def _refuse_constant(word: str) -> NoReturn:
    raise InputError(f"{word} is not a finite number")


def _object(folder: Path, opened: Mapping[str, object], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise InputError(f'the key "{key[:60]}" stands twice in one object')
            seen.add(key)
    if "npz" in found:
        found = Beside(found)
        found.folder, found.opened = folder, opened
    return found


def plain(value: object) -> object:
    """Turn exact numbers into what JSON holds: a rational becomes the text ``"p/q"``, anything else stays.

    Examples
    --------
    >>> plain({"prices": (Fraction(0), Fraction(5, 2))})
    {'prices': ['0', '5/2']}
    """
    if isinstance(value, Fraction):
        return text(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "document"):
        return plain(value.document())
    return value.plain() if hasattr(value, "plain") else value
