"""Reading and writing JSON files: exact, strict, safe and atomic."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, NoReturn

from dual.errors import FileError, InputError

from .arrays import Array, resolve
from .exact import number, text


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
        or nests too deeply.
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
    return dict(resolve(parse(_content(source), name), folder))


def name_of(source: object) -> str:
    """The name under which a source is reported in errors."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return str(getattr(source, "name", "input"))


def _content(source: str | os.PathLike[str] | IO[str] | IO[bytes]) -> str:
    name = name_of(source)
    try:
        raw = Path(source).read_bytes() if isinstance(source, (str, os.PathLike)) else source.read()
        return raw if isinstance(raw, str) else raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{name}: not UTF-8 text (byte {error.start})") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError(f"{name}: cannot be read: {reason}") from None


def parse(content: str, name: str = "input") -> dict[str, object]:
    """Read one JSON object from its text; see :func:`read`."""
    try:
        document = json.loads(
            content,
            parse_int=_integer,
            parse_float=number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise FileError(f"{name}: the brackets are nested too deeply") from None
    except json.JSONDecodeError as error:
        raise FileError(f"{name}: not JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}") from None
    except InputError as error:
        raise InputError(str(error).removeprefix("number: "), name) from None
    if not isinstance(document, dict):
        raise FileError(f'{name}: not a JSON object; a file starts with {{"kind": ...}}')
    return document


def _integer(digits: str) -> int:
    return int(number(digits))


def _refuse_constant(word: str) -> NoReturn:
    raise InputError(f"{word} is not a finite number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise InputError(f'the key "{key[:60]}" stands twice in one object')
            seen.add(key)
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
    if isinstance(value, Array):
        return value.plain()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "document"):
        return plain(value.document())
    return value


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
