"""Exponentials, logarithms, roots, trigonometric functions, the error function and pi times values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from dual.limits import spend
from dual.numbers import elementary
from dual.numbers.interval import Value, interval, length

from .step import SMOOTH

_SHORT: Final = 500
"""Steps of a function at 64 bits; the dearest, a logarithm of many bits, takes as many as the cube of its words."""


def operations(bits: int, short: Callable[[Value], Value]) -> dict[str, Callable[..., Value]]:
    """What the steps of an expression do to values, enclosed to a number of bits."""

    def applied(function: Callable[..., Any]) -> Callable[[Value], Value]:
        def apply(x: Value) -> Value:
            words, ends = 1 + bits // 64, interval(x)
            each = _SHORT + 60 * words**2 + 6 * words**3 + (length(x) // 32) ** 2
            spend(each if ends.is_point else 2 * each, "evaluating the expression")
            return short(function(ends, bits))

        return apply

    return {name: applied(getattr(elementary, name)) for name in SMOOTH}
