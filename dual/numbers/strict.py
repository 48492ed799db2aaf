"""JSON text, read strictly: exact numbers, every key once, nothing that is not JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from dual.errors import FileError, InputError
from dual.limits import require_shallow

from .exact import number

Beside = Callable[[dict[str, Any]], dict[str, Any]]


def parse(content: str, name: str, beside: Beside) -> dict[str, object]:
    """Read one JSON object from its text; see :func:`dual.numbers.files.read`.

    ``beside`` makes of an object ``{"npz": ...}`` one that knows where its array stands.
    """
    unfit: list[_Unfit] = []
    try:
        document = json.loads(
            content,
            parse_int=lambda digits: int(number(digits)),
            parse_float=number,
            parse_constant=partial(_constant, unfit),
            object_pairs_hook=partial(_object, beside),
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
    if unfit:
        raise InputError(f"{unfit[0].word} is not a finite number", f"{name}: {_place(document, unfit[0])}")
    return document


class _Unfit:
    """What stands for NaN or an infinity until its place is known."""

    def __init__(self, word: str) -> None:
        self.word = word


def _constant(unfit: list[_Unfit], word: str) -> _Unfit:
    unfit.append(_Unfit(word))
    return unfit[-1]


def _place(value: object, unfit: _Unfit) -> str | None:
    """The way to something in a document, as errors write it."""
    if value is unfit:
        return ""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        rest = _place(item, unfit)
        if rest is not None:
            step = f"[{key}]" if isinstance(key, int) else str(key)[:60]
            return step + ("." if rest and rest[0] != "[" else "") + rest
    return None


def _object(beside: Beside, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise InputError(f'the key "{twice[:60]}" stands twice in one object')
    return beside(found) if "npz" in found else found
