"""A platform's revenue: the proven bracket by family, how near entry fees and local search come, HiGHS beside it.

Run ``python benchmarks/trading_revenue.py [--seconds S] [--seeds N] [--families "A;B"] [--large]``; the recorded run is
in ``benchmarks/trading.md``. Values are integers from 1 to 100. HiGHS solves the single-level integer program of all
pairs from the best entry fee's trades; what its trades earn is computed exactly, its bound is a claim and not shown.
"""

import argparse
import time
from collections.abc import Callable, Mapping

import numpy as np

from transport import TradingNetwork
from transport.programs.effort import Effort
from transport.trading.integer import IntegerProgram
from transport.trading.maximise import Search
from transport.trading.outcome import State

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


def local_search(network: TradingNetwork, seconds: float) -> float:
    """What single exchanges make of the best entry fee's introductions."""
    search = Search(network.model, Effort(time_limit=seconds))
    search.start(network.fee_curve())
    search.improve()
    return float(search.lower)


def integer_program(network: TradingNetwork, seconds: float) -> tuple[float, float]:
    """What HiGHS's trades earn, and its seconds."""
    start = State(network.model, network.fee_curve().best.introduced)
    began = time.perf_counter()
    found = IntegerProgram(network.model).solve(start, seconds)
    return float(network.evaluate(found or ()).revenue), time.perf_counter() - began


def run(name: str, seed: int, seconds: float) -> None:
    network = FAMILIES[name](np.random.default_rng(seed))
    wall, cpu = time.perf_counter(), time.process_time()
    curve = network.fee_curve()
    solution = network.solve(time_limit=seconds)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    lower, upper = float(solution.lower or 0), float(solution.upper or 0)
    fees, exchanged = float(curve.best.revenue), local_search(network, seconds)
    earned, claimed = integer_program(network, seconds)
    print(
        f"{name:<26} seed {seed}  {solution.grade:<8} [{lower:g}, {upper:g}] gap {100 * (upper / lower - 1):.2f} %"
        f"  fees {100 * fees / lower:.0f} %, exchanges {100 * exchanged / lower:.0f} %"
        f"  nodes {solution.solver['iterations']}  {wall:.0f} s wall, {cpu:.0f} s processor"
        f"  HiGHS {earned:g} in {claimed:.0f} s",
        flush=True,
    )


def curve_alone(n: int) -> None:
    """Entry fees with their guarantee and a proven upper bound, at a size that no tree closes."""
    rng = np.random.default_rng(0)
    network = TradingNetwork(rng.random((n, n)), np.argwhere(rng.random((n, n)) < 0.2))
    wall, cpu = time.perf_counter(), time.process_time()
    curve = network.fee_curve()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"fee curve, know 20 %, n={n}  {len(curve.points)} points, best {float(curve.best.revenue):.4f}, guarantee"
        f" {float(curve.guarantee):.4f}  {wall:.1f} s wall, {cpu:.1f} s processor",
        flush=True,
    )
    wall, cpu = time.perf_counter(), time.process_time()
    solution = network.solve(method="entry-fee")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    lower, upper = float(solution.lower or 0), float(solution.upper or 0)
    print(
        f"  solved and checked: {solution.grade} [{lower:.4f}, {upper:.4f}]  {wall:.1f} s wall, {cpu:.1f} s processor"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=1, help="how many markets of each family")
    parser.add_argument("--families", default=";".join(FAMILIES), help="names, separated by ;")
    parser.add_argument("--large", action="store_true", help="the curve of entry fees at n=1000 as well")
    given = parser.parse_args()
    for name in (name.strip() for name in given.families.split(";")):
        for seed in range(given.seeds):
            run(name, seed, given.seconds)
    if given.large:
        curve_alone(1000)
