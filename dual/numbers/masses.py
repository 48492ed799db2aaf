"""Reading masses and other numbers that are not negative."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dual.errors import InputError
from dual.words import brief

from .exact import Entry, Vector, index, items, number, probability, vector


def nonnegative(value: object, where: str = "number") -> Fraction:
    """Read a number >= 0."""
    return _at_least_zero(number(value, where), where)


def mass(value: object, where: str = "mass") -> Fraction:
    """Read a probability or weight >= 0 that need not be one of several that sum to one; a float is snapped."""
    return _at_least_zero(probability(value, where), where, "; a mass is not")


def _at_least_zero(exact: Fraction, where: str, why: str = "") -> Fraction:
    if exact < 0:
        raise InputError(f"{brief(exact)} is negative{why}", where)
    return exact


def masses(value: object, where: str, length: int | None = None) -> Vector:
    """Read a nonempty list of masses >= 0; floats are snapped."""
    return vector(value, where, length, mass)


def masses_each(value: object, where: str, count: int | None = None) -> tuple[Vector, ...]:
    """Read the masses of two measures or more."""
    listed = items(value, where, count)
    if len(listed) < 2:
        raise InputError("at least two marginals are needed", where)
    return tuple(masses(one, f"{where}[{r}]") for r, one in enumerate(listed))


def listed_masses(value: object, where: str, *bounds: int, entry: Entry = number) -> tuple[tuple[Any, ...], ...]:
    """Read masses that are listed by their indices, ``[[i, j, ..., mass], ...]``; what is not listed is 0."""
    read = []
    for k, item in enumerate(items(value, where, empty=True)):
        *place, amount = items(item, f"{where}[{k}]", len(bounds) + 1)
        at = [index(one, f"{where}[{k}][{r}]", bound) for r, (one, bound) in enumerate(zip(place, bounds, strict=True))]
        read.append((*at, entry(amount, f"{where}[{k}][{len(bounds)}]")))
    return tuple(read)
