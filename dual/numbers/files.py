"""Opening files; what they say is read by :mod:`dual.numbers.strict`."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import IO, Any

from dual.errors import FileError, InputError
from dual.limits import FILE_BYTES, require_shallow
from dual.words import Unfit, place_of

from . import strict


class Beside(dict[str, Any]):
    """An object ``{"npz": ...}`` of a file, which stands for an array in that file's folder.

    Those of one file share ``opened``, where the archives stand that were read already.
    """

    def __init__(self, found: dict[str, Any], folder: Path, opened: dict[str, Any]) -> None:
        super().__init__(found)
        self.folder, self.opened = folder, opened


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
    if not isinstance(source, (str, os.PathLike)) and not hasattr(source, "read"):
        raise FileError(f"a path, an open file or a mapping is needed, not an object of class {type(source).__name__}")
    name = name_of(source)
    folder = Path(name).parent if isinstance(source, (str, os.PathLike)) or os.path.exists(name) else Path()
    try:
        with open(source, "rb") if isinstance(source, (str, os.PathLike)) else nullcontext(source) as stream:
            raw: str | bytes = stream.read(FILE_BYTES + 1)
        if len(raw) > FILE_BYTES:
            raise FileError(f"{name}: the file is longer than {FILE_BYTES:,} bytes")
        content = raw if isinstance(raw, str) else raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{name}: not UTF-8 text (byte {error.start})") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError(f"{name}: cannot be read: {reason}") from None
    return parse(content, name, folder)


def parse(content: str, name: str = "input", folder: Path | None = None) -> dict[str, object]:
    """Read one JSON object from its text, whose arrays stand in a folder; see :func:`read`."""
    archives: dict[str, Any] = {}
    unfit: list[Unfit] = []
    try:
        document = strict.parse(content, lambda found: Beside(found, folder or Path(), archives), partial(Unfit, unfit))
    except RecursionError:
        raise FileError(f"{name}: the brackets are nested too deeply") from None
    except json.JSONDecodeError as error:
        raise FileError(f"{name}: not JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}") from None
    except InputError as error:
        raise InputError(str(error).removeprefix("number: "), name) from None
    if not isinstance(document, dict):
        raise FileError(f'{name}: not a JSON object; a file starts with {{"kind": ...}}')
    require_shallow(document, name)
    if unfit:
        raise InputError(f"{unfit[0].word} is not a finite number", f"{name}: {place_of(document, unfit[0])}")
    return document


def name_of(source: object) -> str:
    """The name under which a source is reported in errors."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return str(getattr(source, "name", "input"))
