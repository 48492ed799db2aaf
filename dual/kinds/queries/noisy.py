"""Answers that are wrong now and then: the checker looks at every choice of queries.

A query after the k-th type says "yes" if the type stands behind it in the order and the answer is right, or before and
it is wrong. After an answer vector the sender persuades types whose masses are weighed by how likely it is. Queries may
be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import comb

from dual.limits import steps

from .order import Order
from .statement import SimulationStatement


def answers(order: Order, cuts: Sequence[int], noise: Fraction) -> Iterator[Order]:
    """The types as they are weighed after every vector of answers, "no" before "yes", the first query foremost."""
    wrong, unit = noise.numerator, noise.denominator
    right = unit - wrong
    everyone = range(len(order.q))
    for vector in product((False, True), repeat=len(cuts)):
        shares = [1] * len(order.q)
        for cut, yes in zip(cuts, vector, strict=True):
            shares = [
                share * (right if (k >= cut) == yes else wrong) for k, share in zip(everyone, shares, strict=True)
            ]
        yield order.weighed(everyone, shares, unit ** len(cuts))


def choices(statement: SimulationStatement) -> Iterator[tuple[int, ...]]:
    """All queries worth looking at: as many as allowed where they are free, up to that where they cost something."""
    places = range(1, len(statement.order.q))
    for count in counts(statement):
        yield from combinations_with_replacement(places, count)


def counts(statement: SimulationStatement) -> Sequence[int]:
    """How many queries are chosen."""
    most = statement.most if statement.queries is not None else 0
    if len(statement.order.q) == 1:
        return [0]
    return range(most + 1) if statement.price else [most]


def work(statement: SimulationStatement) -> int:
    """Steps of looking at all choices."""
    places = len(statement.order.q) - 1
    if not places:
        return 1
    return sum(comb(places + k - 1, k) * 2**k * 60 * (places + 1) for k in counts(statement))


def value_of(statement: SimulationStatement, cuts: Sequence[int]) -> Fraction:
    """What queries are worth, less their price, beyond what the sender gets if nobody acts."""
    parts = answers(statement.order, cuts, statement.noise or Fraction(0))
    total = sum((part.best()[0] / part.unit for part in parts), Fraction(0))
    return total - statement.price * len(cuts)


def value(statement: SimulationStatement) -> Fraction:
    """What the best queries are worth."""
    most = statement.queries or 0
    steps(work(statement) if most < 64 else 10**15, f"all choices of {most} noisy queries", statement.order.longest)
    return max(value_of(statement, cuts) for cuts in choices(statement))
