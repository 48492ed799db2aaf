"""What only Python programs hand over: floats, decimals, NumPy's numbers and arrays. A file holds none of them.

A float payoff is the dyadic rational it is, or the decimal it prints as if it is :class:`Typed`; a float probability is
snapped to the fraction its writer meant.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError, WrongSum
from dual.words import brief, shown

_SNAP_DENOMINATOR: Final = 10**6
"""A float probability is meant to be a fraction with such a denominator, ..."""
_SNAP_DISTANCE: Final = Fraction(1, 10**12)
"""... if one is so near: far nearer than what anybody means by two different probabilities."""
_SUM_DISTANCE: Final = Fraction(1, 10**9)
"""How far float probabilities may miss 1 and be corrected: rounding errors of many entries, but no wrong entry."""


class Typed(float):
    """A float that stands for the decimal it prints as: what was typed.

    Examples
    --------
    >>> Typed(0.1).exact
    Fraction(1, 10)
    """

    @property
    def exact(self) -> Fraction:
        """The decimal."""
        return Fraction(repr(float(self)))


def exactly(value: Any, where: str, snap: bool) -> int | str | Fraction:
    """A number that no file holds, as one that files hold.

    With ``snap`` a float becomes the nearest fraction of denominator at most 10^6, if that lies within 1e-12.
    """
    snap = snap and isinstance(value, float)
    if hasattr(value, "item") and not isinstance(value, float):
        value = value.item()
    if isinstance(value, bool):
        raise InputError(f"{str(value).lower()} is not a number; write 0 or 1", where)
    if isinstance(value, (int, Decimal)):
        return value if isinstance(value, int) else str(value)
    if not isinstance(value, float):
        raise InputError(f"{shown(value)} is not a number", where)
    if not math.isfinite(value):
        raise InputError(f"{value} is not a finite number", where)
    exact = value.exact if isinstance(value, Typed) else Fraction(value)
    if not snap:
        return exact
    near = exact.limit_denominator(_SNAP_DENOMINATOR)
    return near if abs(near - exact) <= _SNAP_DISTANCE else exact


def sequence(value: Any, where: str) -> Sequence[object]:
    """The entries of an array."""
    listed = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(listed, (list, tuple)):
        raise InputError(f"{shown(listed)} is not a list", where)
    return listed


def corrected(raw: Sequence[object], read: tuple[Fraction, ...], where: str) -> tuple[Fraction, ...]:
    """Probabilities that miss one by at most 1e-9, floats among them, with the largest entry corrected."""
    excess = sum(read, Fraction(-1))
    if not any(isinstance(item, float) for item in raw) or abs(excess) > _SUM_DISTANCE:
        raise WrongSum(f"the entries sum to {brief(excess + 1)}, not to 1", where)
    largest = read.index(max(read))
    return (*read[:largest], read[largest] - excess, *read[largest + 1 :])
