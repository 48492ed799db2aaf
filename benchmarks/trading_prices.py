"""Competitive prices: time to a proven answer, beside peers that compute the matching or the linear program alone.

Run ``python benchmarks/trading_prices.py [--large]``; the recorded run is in ``benchmarks/trading.md``.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_array, csr_array

from transport import AssignmentMarket
from transport.trading.prices import equilibrium


def timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall and processor seconds of a call, and what it returns."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def show(name: str, wall: float, cpu: float, note: str = "") -> None:
    print(f"  {name:<42} {wall:8.2f} s wall {cpu:8.2f} s processor  {note}", flush=True)


def linear_program(values: np.ndarray) -> Any:
    """The assignment program, whose duals are competitive prices, by HiGHS."""
    n, m = values.shape
    pairs = np.arange(n * m)
    rows = np.concatenate([pairs // m, n + pairs % m])
    matrix = csr_array((np.ones(2 * n * m), (rows, np.concatenate([pairs, pairs]))), shape=(n + m, n * m))
    return linprog(-values.ravel(), A_ub=matrix, b_ub=np.ones(n + m), method="highs")


def dense(n: int, with_program: bool) -> None:
    values = np.random.default_rng(0).random((n, n))
    print(f"dense {n} x {n}, uniform")
    *times, market = timed(lambda: AssignmentMarket(values))
    show("read exactly", *times)
    graph = market.model.graph()
    *times, found = timed(lambda: equilibrium(graph))
    show("matching and largest prices", *times, f"welfare {found.welfare() * float(market.model.unit):.6f}")
    *times, solution = timed(market.solve)
    show("the same, certified and checked", *times, solution.grade)
    *times, _ = timed(lambda: linear_sum_assignment(values, maximize=True))
    show("SciPy linear_sum_assignment, no prices", *times)
    if with_program:
        *times, program = timed(lambda: linear_program(values))
        show("linear program, HiGHS", *times, f"value {-program.fun:.6f}" if program.success else program.message)


def sparse(n: int, degree: int) -> None:
    rng = np.random.default_rng(0)
    places = np.unique(np.repeat(np.arange(n), degree) * n + rng.integers(0, n, degree * n))
    values = coo_array((rng.random(len(places)), (places // n, places % n)), shape=(n, n))
    print(f"sparse {n} buyers, degree {degree}, uniform")
    *times, market = timed(lambda: AssignmentMarket(values))
    show("read exactly", *times)
    graph = market.model.graph()
    *times, found = timed(lambda: equilibrium(graph))
    show("matching and largest prices", *times, f"welfare {found.welfare() * float(market.model.unit):.6f}")
    *times, solution = timed(market.solve)
    show("the same, certified and checked", *times, solution.grade)
    if n <= 2000:
        import networkx

        network = networkx.Graph()
        network.add_weighted_edges_from(
            (("b", int(p) // n), ("s", int(p) % n), float(v)) for p, v in zip(places, values.data, strict=True)
        )
        *times, _ = timed(lambda: networkx.max_weight_matching(network))
        show("networkx max_weight_matching, no prices", *times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="dense 5000 and sparse 100,000 as well")
    large = parser.parse_args().large
    dense(300, with_program=True)
    dense(1000, with_program=True)
    sparse(5000, 20)
    if large:
        dense(5000, with_program=False)
        sparse(100_000, 5)
