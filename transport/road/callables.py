"""Python functions as tables of their values: a convenience, whose claims end with the table."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from dual.errors import InputError
from dual.words import brief


def scope_of(fields: Sequence[str]) -> str:
    """What the certificate of a tabulated function covers."""
    what = " and ".join(fields)
    return (
        f"Tabulated from a Python function on the grid: {what}. The certificate covers this table only, and any claim "
        "beyond it is unproven."
    )


def table_of(function: Callable[..., Any], points: Sequence[Sequence[Any]], where: str) -> Any:
    """The values of a function at all combinations of some points, as nested lists.

    Fractions are handed over as they are, so that a function that only calculates gives exact values; if it takes
    none, as NumPy's functions do not, the whole table is made from floats.
    """
    try:
        values = [called(function, place, where) for place in itertools.product(*points)]
    except TypeError:
        rough = [[_float(point) for point in side] for side in points]
        try:
            values = [called(function, place, where) for place in itertools.product(*rough)]
        except TypeError as error:
            takes = f"it is called with {len(points)} argument{'s' * (len(points) != 1)}"
            raise InputError(f"the function cannot be tabulated, {takes}: {error}", where) from None
    for side in reversed(points[1:]):
        values = [values[k : k + len(side)] for k in range(0, len(values), len(side))]
    return values


def called(function: Callable[..., Any], place: Sequence[Any], where: str) -> Any:
    """One value of a function, a number."""
    try:
        value = function(*place)
    except (TypeError, InputError):
        raise
    except Exception as error:  # noqa: BLE001 (a function of the user's may raise anything)
        shown = ", ".join(map(_shown, place))
        raise InputError(f"the function fails at ({shown}): {type(error).__name__}: {error}", where) from None
    if hasattr(value, "item"):
        try:
            value = value.item()
        except ValueError:
            shape = getattr(value, "shape", ())
            raise InputError(f"the function gives an array of shape {shape} where a number is needed", where) from None
    return int(value) if isinstance(value, bool) else value


def _shown(point: Any) -> str:
    return brief(point) if isinstance(point, Fraction) else str(point)


def _float(point: Any) -> Any:
    if isinstance(point, tuple):
        return np.array([float(x) for x in point])
    return float(point) if isinstance(point, Fraction) else point
