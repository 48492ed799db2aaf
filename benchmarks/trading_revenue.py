"""A platform's revenue: the proven bracket by family, how near entry fees and local search come, HiGHS beside it.

Values are integers from 1 to 100. HiGHS solves the single-level integer program of all
pairs from the best entry fee's trades; what its trades earn is computed exactly, its bound is a claim and not shown.
"""

from collections.abc import Callable, Mapping

import numpy as np

from transport import TradingNetwork
from transport.programs.effort import Effort
from transport.trading.integer import IntegerProgram
from transport.trading.maximise import Search
from transport.trading.outcome import State

from .record import Case, solved

Rng = np.random.Generator


def share(n: int, part: float) -> Callable[[Rng], TradingNetwork]:
    """Every pair has a value, and a share of the pairs know each other."""
    return lambda rng: TradingNetwork(rng.integers(1, 101, (n, n)), np.argwhere(rng.random((n, n)) < part))


def degree(n: int, friends: int) -> Callable[[Rng], TradingNetwork]:
    """Every pair has a value, and each buyer knows a few sellers."""

    def make(rng: Rng) -> TradingNetwork:
        values = rng.integers(1, 101, (n, n))
        known = [(i, j) for i in range(n) for j in rng.choice(n, friends, replace=False).tolist()]
        return TradingNetwork(values, known)

    return make


def sparse(n: int, wanted: int) -> Callable[[Rng], TradingNetwork]:
    """Each buyer wants a few sellers, of whom she knows a fifth."""

    def make(rng: Rng) -> TradingNetwork:
        pairs = [(i, j) for i in range(n) for j in sorted(rng.choice(n, wanted, replace=False).tolist())]
        values = {"pairs": [[i, j, int(rng.integers(1, 101))] for i, j in pairs], "shape": [n, n]}
        return TradingNetwork(values, [pair for pair in pairs if rng.random() < 0.2])

    return make


def homogeneous(n: int, friends: int) -> Callable[[Rng], TradingNetwork]:
    """A buyer values all sellers alike, and knows a few."""

    def make(rng: Rng) -> TradingNetwork:
        values = np.repeat(rng.integers(1, 101, (n, 1)), n, axis=1)
        known = [(i, j) for i in range(n) for j in rng.choice(n, friends, replace=False).tolist()]
        return TradingNetwork(values, known)

    return make


FAMILIES: Mapping[str, Callable[[Rng], TradingNetwork]] = {
    "know 20 %, n=20": share(20, 0.2),
    "know 20 %, n=50": share(50, 0.2),
    "know 50 %, n=12": share(12, 0.5),
    "know 50 %, n=20": share(20, 0.5),
    "know 50 %, n=24": share(24, 0.5),
    "know 2, n=50": degree(50, 2),
    "know 2, n=100": degree(100, 2),
    "know 2, n=200": degree(200, 2),
    "sparse, n=60": sparse(60, 6),
    "sparse, n=120": sparse(120, 6),
    "homogeneous, know 1, n=12": homogeneous(12, 1),
    "homogeneous, know 2, n=14": homogeneous(14, 2),
}


LIMIT = 60.0
ENDING = ("know 20 %, n=20", "know 50 %, n=12", "know 2, n=50", "know 2, n=100", "know 2, n=200", "sparse, n=60")
"""Families that end in a minute; the others stand in ``benchmarks/trading.md``."""


def ours(name, seed):
    return solved(FAMILIES[name](np.random.default_rng(seed)), time_limit=LIMIT)


def local_search(name, seed):
    """What single exchanges make of the best entry fee's introductions."""
    network = FAMILIES[name](np.random.default_rng(seed))

    def work():
        search = Search(network.model, Effort(time_limit=LIMIT))
        search.start(network.fee_curve())
        search.improve()
        return {"lower": search.lower, "grade": "claim"}

    return work


def highs(name, seed):
    """The single-level integer program of all pairs; what its trades earn is computed exactly, its bound not shown."""
    network = FAMILIES[name](np.random.default_rng(seed))

    def work():
        start = State(network.model, network.fee_curve().best.introduced)
        found = IntegerProgram(network.model).solve(start, LIMIT)
        return {"lower": network.evaluate(found or ()).revenue, "grade": "claim"}

    return work


def cases(quick):
    for name in ("know 20 %, n=20",) if quick else ENDING:
        size = int(name.rsplit("n=", 1)[1]) ** 2
        for method, run in (("suasion", "ours"), ("exchanges", "local_search"), ("HiGHS", "highs")):
            yield Case("markets", name, size, method, run, (name, 0))
