"""A platform's revenue: the proven bracket by family, and how near entry fees and local search come.

Run ``python benchmarks/trading_revenue.py [--seconds S] [--families "A;B"]``; the recorded run is in
``benchmarks/trading.md``. Values are integers from 1 to 100, seeds are fixed.
"""

import argparse
import time
from collections.abc import Callable, Mapping

import numpy as np

from transport import TradingNetwork

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
    "know 2, n=50": degree(50, 2),
    "know 2, n=100": degree(100, 2),
    "sparse, n=60": sparse(60, 6),
    "homogeneous, know 1, n=12": homogeneous(12, 1),
}


def run(name: str, seconds: float) -> None:
    network = FAMILIES[name](np.random.default_rng(0))
    wall, cpu = time.perf_counter(), time.process_time()
    curve = network.fee_curve()
    solution = network.solve(time_limit=seconds)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    lower, upper = float(solution.lower or 0), float(solution.upper or 0)
    print(
        f"{name:<26} {solution.grade:<8} [{lower:g}, {upper:g}] gap {100 * (upper / lower - 1):.2f} %"
        f"  fees {100 * float(curve.best.revenue) / lower:.0f} %  nodes {solution.solver['iterations']}"
        f"  {wall:.0f} s wall, {cpu:.0f} s processor",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--families", default=";".join(FAMILIES), help="names, separated by ;")
    given = parser.parse_args()
    chosen = [name.strip() for name in given.families.split(";")]
    for name in chosen:
        run(name, given.seconds)
