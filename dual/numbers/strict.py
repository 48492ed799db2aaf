"""JSON text, read strictly: exact numbers, every key once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from dual.errors import InputError

from .exact import number

_FEW: Final = 1000
"""Integers of fewer digits are far from the limit, and the sign among them does not matter."""
Beside = Callable[[dict[str, Any]], dict[str, Any]]


def parse(content: str, beside: Beside, unfit: Callable[[str], object]) -> object:
    """Read JSON.

    ``beside`` makes of an object ``{"npz": ...}`` one that knows where its array stands, and ``unfit`` of the words
    NaN, Infinity and -Infinity something that is no number.
    """
    return json.loads(
        content,
        parse_int=_whole,
        parse_float=number,
        parse_constant=unfit,
        object_pairs_hook=partial(_object, beside),
    )


def _whole(digits: str) -> int:
    """An integer as JSON writes it: nothing but digits and a sign, of which the longest are looked at more closely."""
    return int(digits) if len(digits) < _FEW else int(number(digits))


def _object(beside: Beside, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise InputError(f'the key "{twice[:60]}" stands twice in one object')
    return beside(found) if "npz" in found else found
