"""Comparisons of values; where one is open, its truth value is enclosed by [0, 1]."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from dual.errors import Undecided
from dual.limits import spend
from dual.numbers.interval import Interval, Value, interval

from .conditions import conditions

_SHORT: Final = 200
"""Steps of comparing short numbers."""

Relation = Callable[[Interval, Interval], bool | None]


def operations(strict: bool) -> dict[str, Callable[..., Value]]:
    """What the steps of an expression do to values; an open comparison raises if ``strict``."""

    def truth(relation: Relation) -> Callable[..., Value]:
        def compare(x: Value, y: Value) -> Value:
            spend(_SHORT, "evaluating the expression")
            found = relation(interval(x), interval(y))
            if found is None and strict:
                raise Undecided("a comparison of irrational numbers cannot be decided")
            return Interval(Fraction(0), Fraction(1)) if found is None else Fraction(found)

        return compare

    return conditions(truth(_less), truth(_equal))


def _less(x: Interval, y: Interval) -> bool | None:
    return True if x.upper < y.lower else False if x.lower >= y.upper else None


def _equal(x: Interval, y: Interval) -> bool | None:
    if x.is_point and x == y:
        return True
    return False if x.upper < y.lower or y.upper < x.lower else None
