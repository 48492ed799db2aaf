"""Conditions, in any arithmetic: 0 or 1, and a number is true where it is not zero."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

Operation = Callable[..., Any]


def conditions(less: Operation, equal: Operation) -> dict[str, Operation]:
    """What the steps of an expression do, given ``<`` and ``==``; a product of truth values is their conjunction."""

    def false(x: Any) -> Any:
        return equal(x, Fraction(0))

    return {
        "<": less,
        ">": lambda x, y: less(y, x),
        "<=": lambda x, y: 1 - less(y, x),
        ">=": lambda x, y: 1 - less(x, y),
        "==": equal,
        "!=": lambda x, y: 1 - equal(x, y),
        "not": false,
        "and": lambda x, y: (1 - false(x)) * (1 - false(y)),
        "or": lambda x, y: 1 - false(x) * false(y),
    }
