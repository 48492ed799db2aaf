"""Entries of a problem, by the names that a person gives them: ``"prior"``, ``"sender[0][1]"``, ``"cost.entropy"``."""

from __future__ import annotations

import copy
import re
from typing import Any

from dual.errors import InputError


def changed(problem: Any, parameter: str, value: object) -> Any:
    """The problem with one parameter set to a value."""
    document: Any = copy.deepcopy(problem.document())
    place, last = entry_of(document, parameter, problem.kind)
    place[last] = value
    return problem.from_document(document)


def entry_of(document: Any, parameter: str, kind: str) -> tuple[Any, str | int]:
    """The object or list of a document that holds an entry, and the entry's name or index in it."""
    path = re.findall(r"\w+|\[\d+\]", parameter)
    place = document
    if not path or "".join(path) != parameter.replace(".", ""):
        raise InputError('a parameter is a field or an entry of one, such as "prior" or "sender[0][1]"', parameter)
    keys = [int(step[1:-1]) if step.startswith("[") else step for step in path]
    try:
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]]
    except (KeyError, IndexError, TypeError):
        raise InputError(f"a problem of kind {kind} has no such parameter here", parameter) from None
    return place, keys[-1]
