"""Competitive prices: time to a proven answer, beside peers that compute the matching or the linear program alone.

Run ``python benchmarks/trading_prices.py [--large | --small]``; the recorded run is in ``benchmarks/trading.md``.
Peers: SciPy's and OR-Tools' assignment and networkx's matching (left out if it is not installed), which give no prices,
and the linear program by HiGHS, which does.
"""

import argparse
import importlib.util
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_array, csr_array

from transport import AssignmentMarket
from transport.trading.prices import efficient_with_extreme_prices


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


def assignment(values: Any) -> float:
    """OR-Tools' cost-scaling assignment, on values in integers; everyone may stay alone.

    A perfect matching is what it looks for, so each buyer and each seller has a shadow on the other side: the shadows
    of a pair may have each other, at no value, when the two trade.
    """
    from ortools.graph.python.linear_sum_assignment import SimpleLinearSumAssignment

    n, m = values.shape
    buyers, sellers, worth = values.row, values.col, np.rint(values.data * 2**30).astype(np.int64)
    if len(worth) == n * m and n == m:
        left, right, cost = buyers, sellers, -worth
    else:
        none = np.zeros(len(worth) + n + m, dtype=np.int64)
        left = np.concatenate([buyers, n + sellers, np.arange(n), n + np.arange(m)])
        right = np.concatenate([sellers, m + buyers, m + np.arange(n), np.arange(m)])
        cost = np.concatenate([-worth, none])
    solver = SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(left.astype(np.int32), right.astype(np.int32), cost)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"OR-Tools ended with status {status}")
    return -float(solver.optimal_cost()) / 2**30


def general_matching(values: Any) -> float:
    """networkx's greatest matching of a general graph."""
    import networkx

    network = networkx.Graph()
    network.add_weighted_edges_from(
        (("b", i), ("s", j), v)
        for i, j, v in zip(values.row.tolist(), values.col.tolist(), values.data.tolist(), strict=True)
    )
    return sum(network.edges[pair]["weight"] for pair in networkx.max_weight_matching(network))


def peers(values: Any) -> None:
    """Matchings alone: OR-Tools where its arcs fit in memory, networkx where it ends."""
    if values.nnz <= 2_000_000:
        try:
            *times, welfare = timed(lambda: assignment(values))
            show("OR-Tools linear assignment, no prices", *times, f"welfare {welfare:.6f}")
        except RuntimeError as failure:
            print(f"  {failure}", flush=True)
    if values.nnz > 6_000:
        return
    if importlib.util.find_spec("networkx") is None:
        print("  networkx is not installed, so it is left out", flush=True)
        return
    *times, welfare = timed(lambda: general_matching(values))
    show("networkx max_weight_matching, no prices", *times, f"welfare {welfare:.6f}")


def dense(n: int, with_program: bool) -> None:
    values = np.random.default_rng(0).random((n, n))
    print(f"dense {n} x {n}, uniform")
    *times, market = timed(lambda: AssignmentMarket(values))
    show("read exactly", *times)
    graph = market.model.graph()
    *times, found = timed(lambda: efficient_with_extreme_prices(graph))
    show("matching and largest prices", *times, f"welfare {found.welfare() * float(market.model.unit):.6f}")
    *times, solution = timed(market.solve)
    show("the same, certified and checked", *times, solution.grade)
    *times, _ = timed(lambda: linear_sum_assignment(values, maximize=True))
    show("SciPy linear_sum_assignment, no prices", *times)
    peers(coo_array(values))
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
    *times, found = timed(lambda: efficient_with_extreme_prices(graph))
    show("matching and largest prices", *times, f"welfare {found.welfare() * float(market.model.unit):.6f}")
    *times, solution = timed(market.solve)
    show("the same, certified and checked", *times, solution.grade)
    peers(values)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="dense 5000 and sparse 100,000 as well")
    parser.add_argument("--small", action="store_true", help="small markets alone")
    given = parser.parse_args()
    if given.small:
        dense(60, with_program=True)
        sparse(200, 5)
        raise SystemExit
    large = given.large
    dense(300, with_program=True)
    sparse(1000, 5)
    dense(1000, with_program=True)
    sparse(5000, 20)
    if large:
        dense(5000, with_program=False)
        sparse(100_000, 5)
