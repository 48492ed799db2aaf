"""JSON text, read strictly: exact numbers, every key once, nothing that is not JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from dual.errors import FileError, InputError
from dual.limits import require_shallow
from dual.words import Unfit, place_of

from .exact import number

Beside = Callable[[dict[str, Any]], dict[str, Any]]


def parse(content: str, name: str, beside: Beside) -> dict[str, object]:
    """Read one JSON object from its text; see :func:`dual.numbers.files.read`.

    ``beside`` makes of an object ``{"npz": ...}`` one that knows where its array stands.
    """
    unfit: list[Unfit] = []
    try:
        document = json.loads(
            content,
            parse_int=lambda digits: int(number(digits)),
            parse_float=number,
            parse_constant=partial(Unfit, unfit),
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
        raise InputError(f"{unfit[0].word} is not a finite number", f"{name}: {place_of(document, unfit[0])}")
    return document


def _object(beside: Beside, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise InputError(f'the key "{twice[:60]}" stands twice in one object')
    return beside(found) if "npz" in found else found
