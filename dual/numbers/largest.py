"""The largest of several numbers, which may be functions of a parameter."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any


def largest(values: Iterable[Any]) -> Any:
    """The largest of numbers; of functions one that none exceeds anywhere, or a refusal that names points.

    Only that is asked of functions, and not in which order the others are.
    """
    listed = list(values)
    varying = next((value for value in listed if not isinstance(value, (int, Fraction))), None)
    return max(listed) if varying is None else varying.largest(listed)
