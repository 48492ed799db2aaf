"""Refusing expressions of too high a degree, whose values would be too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dual.errors import InputError

from .step import SMOOTH, Step

MAX_DEGREE: Final = 4096
"""Values of a higher degree would be longer than any that are needed: each power multiplies the digits of its base."""


def require_modest(steps: Sequence[Step], where: str) -> None:
    """Refuse steps that reach a higher degree; that of a power is at least its exponent."""
    degrees: list[int] = []
    for op, operands, value in steps:
        inner = [degrees[k] for k in operands]
        if op == "**":
            degrees.append(max(1, *inner) * abs(int(value or 0)))
        elif op in ("*", "/"):
            degrees.append(sum(inner))
        elif op in ("+", "-", "neg", "not", "abs", "min", "max", "sqrt", "pi"):
            degrees.append(max(inner))
        else:
            degrees.append(int(op in ("variable", *SMOOTH)))
        if degrees[-1] > MAX_DEGREE:
            raise InputError(f"powers and products reach degree {degrees[-1]}; at most {MAX_DEGREE} is allowed", where)
