"""Exponentials, logarithms, roots, trigonometric functions, the error function and pi times values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dual.limits import spend
from dual.numbers import elementary
from dual.numbers.interval import Value, interval, length

from .step import SMOOTH


def operations(bits: int, short: Callable[[Value], Value]) -> dict[str, Callable[..., Value]]:
    """What the steps of an expression do to values, enclosed to a number of bits."""

    def applied(function: Callable[..., Any]) -> Callable[[Value], Value]:
        def apply(x: Value) -> Value:
            spend(bits * bits // 64 + (length(x) // 16) ** 2, "evaluating the expression")
            return short(function(interval(x), bits))

        return apply

    return {name: applied(getattr(elementary, name)) for name in SMOOTH}
