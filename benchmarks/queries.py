"""Queries to a simulator: cuts beside layers over all intervals in NumPy, partitions beside CP-SAT alone.

The peers answer in floats or with a choice, and without a proof. Layers take memory and time that grow with the square
of the types, so they stop at some thousands.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from dual.kinds.queries.partitions import Refinements
from persuasion import Simulation
from persuasion.queries.covering import chosen_by_cp_sat
from transport.programs.effort import Effort

from .peers import BUY, Row, checked, shares
from .record import Case, solved

CUTS = ((200, 10), (1000, 20), (3000, 20), (100_000, 100))
"""Types, queries."""
PARTITIONS = ((25, 20, 3), (30, 20, 5), (20, 60, 4), (20, 183, 3))
"""Types, partitions, queries; the last has 1,004,731 choices."""


def buyers(n: int, queries: int) -> Simulation:
    """Random buyers who doubt."""
    rng = random.Random(2)
    beliefs = [Fraction(k, 2_000_003) for k in rng.sample(range(1, 1_000_000), n)]
    return Simulation(beliefs, weights=shares([rng.randint(1, 9) for _ in range(n)]), queries=queries, **BUY)


def given(n: int, partitions: int, queries: int) -> Simulation:
    """Random queries with yes or no that are given."""
    rng = random.Random(3)
    return Simulation(
        [Fraction(rng.randint(3, 29), 60) for _ in range(n)],
        weights=shares([rng.randint(1, 9) for _ in range(n)]),
        queries=queries,
        partitions=[[rng.randint(0, 1) for _ in range(n)] for _ in range(partitions)],
        **BUY,
    )


MAKE = {"cuts": buyers, "partitions": given}


def ours(family: str, *size: int) -> Callable[[], Row]:
    """Reading is not inside."""
    return solved(MAKE[family](*size))


def file_checked(family: str, *size: int) -> Callable[[], Row]:
    """The file of the answer."""
    return checked(MAKE[family](*size))


def layers(n: int, queries: int) -> Callable[[], Row]:
    """Dynamic programming in layers."""
    problem = buyers(n, queries)
    return lambda: {"lower": layered(problem, queries), "grade": "claim"}


def cp_sat(*size: int) -> Callable[[], Row]:
    """What CP-SAT chooses, and what that is worth exactly."""
    problem = given(*size)
    refinements = Refinements(problem.statement)

    def work() -> Row:
        chosen = chosen_by_cp_sat(problem.statement, refinements, Effort())
        return {"lower": refinements.value_of(chosen or ()), "grade": "claim"}

    return work


def layered(problem: Simulation, queries: int) -> float:
    """Cuts by dynamic programming in layers over all intervals, vectorised in NumPy; buyers without believers."""
    order = problem.statement.order
    n = len(order.q)
    H, L = np.array(order.H, dtype=float) / order.unit, np.array(order.L, dtype=float) / order.unit
    q = np.array([g / d for g, d in order.q])
    V = np.full((n + 1, n + 1), -np.inf)
    for j in range(1, n + 1):
        gain = H[j] - H[:j] + q[:j] * (L[j] - L[:j])
        V[:j, j] = np.maximum.accumulate(gain[::-1])[::-1]
    best = V[0].copy()
    best[0] = 0.0
    for _ in range(queries):
        best = np.maximum(best, (best[:, None] + V).max(axis=0))
    return float(problem.statement.otherwise) + float(best[-1])


def cases(quick: bool) -> Iterator[Case]:
    """Cuts and partitions."""
    for n, K in CUTS[: 1 if quick else None]:
        name = f"cuts, {n:,} types, {K} queries"
        yield Case("cuts", name, n, "suasion", "ours", ("cuts", n, K))
        if n <= 3000:
            yield Case("cuts", name, n, "layers in NumPy", "layers", (n, K))
    for n, m, K in ((12, 10, 2),) if quick else PARTITIONS:
        name = f"partitions, {n} types, {K} of {m} queries"
        yield Case("partitions", name, math.comb(m, K), "suasion", "ours", ("partitions", n, m, K))
        yield Case("partitions", name, math.comb(m, K), "check of the file", "file_checked", ("partitions", n, m, K))
        yield Case("partitions", name, math.comb(m, K), "CP-SAT alone", "cp_sat", (n, m, K))
