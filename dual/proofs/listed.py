"""Inequalities between prices and listed beliefs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from operator import mul

from dual.errors import Violation
from dual.numbers.exact import Vector, over_common_denominator
from dual.words import brief


def worths(beliefs: Iterable[Vector], prices: Vector) -> Iterator[Fraction]:
    """``prices . belief`` for every belief."""
    weights, denominator = over_common_denominator(prices)
    for belief in beliefs:
        masses, common = over_common_denominator(belief)
        yield sum(map(mul, weights, masses)) / Fraction(denominator * common)


def require_majorant(beliefs: Sequence[Vector], values: Vector, prices: Vector) -> None:
    """Refuse prices that are below the value of a belief."""
    for k, (worth, value) in enumerate(zip(worths(beliefs, prices), values, strict=True)):
        if worth < value:
            raise Violation(f"prices . beliefs[{k}] = {brief(worth)} < {brief(value)} = values[{k}]")


def require_separation(beliefs: Sequence[Vector], prior: Vector, separating: Vector) -> None:
    """Refuse unless a vector is nonnegative at every belief and negative at the prior."""
    for k, worth in enumerate(worths(beliefs, separating)):
        if worth < 0:
            raise Violation(f"separating . beliefs[{k}] = {brief(worth)} < 0")
    at_prior = sum(map(mul, separating, prior), Fraction(0))
    if at_prior >= 0:
        raise Violation(f"separating . prior = {brief(at_prior)} is not negative")
