"""What evaluating expressions and enclosing them on cells costs, counted; nothing that is proven depends on it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError, Undecided
from dual.limits import spend
from dual.numbers.interval import Value, length

STEP: Final = 1000
"""What a product of two bands costs in :func:`dual.limits.spend` beside its terms."""

WORK: Final = "enclosing the expression on a cell"

MAX_BITS: Final = 1 << 18
"""Longest exact number, in bits, that is computed."""


_STEP: Final = 100
"""What an operation on a short number costs; on an interval twice as much."""


def evaluate(value: Value) -> None:
    """Count a step of an expression; long fractions are not rounded, and most time goes into their common divisors."""
    exact = isinstance(value, Fraction)
    spend(_STEP if exact else 2 * _STEP, "evaluating the expression")
    if exact:
        power(value, 1)


def power(value: Value, exponent: int) -> None:
    """Count a power."""
    bits = abs(exponent) * length(value)
    spend((bits // 100) ** 2, "evaluating the expression")
    if bits > MAX_BITS:
        raise InputError(f"a number of more than {MAX_BITS} bits arises")


def add(x: Any, y: Any, degree: int) -> None:
    """Count a sum of a degree."""
    from .bernstein import multinomials

    bits = _longest(x) + _longest(y)
    _require_short(bits)
    terms = sum(len(one.terms) * len(multinomials(x.size, degree - one.degree)) for one in (x, y))
    spend(STEP // 2 + terms * (2 + bits // 64) + (bits // 100) ** 2, WORK)


def multiply(x: Any, y: Any) -> None:
    """Count a product."""
    bits = _longest(x), _longest(y)
    _require_short(sum(bits))
    spend(STEP + 2 * len(x.terms) * len(y.terms) * (1 + bits[0] * bits[1] // 2**16), WORK)


def bound(x: Any) -> None:
    """Every coefficient is multiplied by factorials of the degree's size, which have up to eight bits for each."""
    bits, factorials = _longest(x), 8 * x.degree
    spend(len(x.terms) * (3 + bits * factorials // 2**14) + ((bits + factorials) // 100) ** 2, WORK)


def _longest(x: Any) -> int:
    """The bits of the longest number."""
    longest: int = max([x.denominator, *map(abs, x.terms.values())])
    return longest.bit_length()


def _require_short(bits: int) -> None:
    if bits > MAX_BITS:
        raise Undecided(f"a number of more than {MAX_BITS} bits arises")
