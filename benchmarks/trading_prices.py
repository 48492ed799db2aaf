"""Competitive prices: time to a proven answer, beside peers that compute the matching or the linear program alone.

Peers: SciPy's and OR-Tools' assignment and networkx's matching (left out if it is not installed), which give no prices,
and the linear program by HiGHS, which does.
"""

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_array, csr_array

from transport import AssignmentMarket

from .record import Case, solved


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


def dense(n):
    return coo_array(np.random.default_rng(0).random((n, n)))


def sparse(n, degree):
    rng = np.random.default_rng(0)
    places = np.unique(np.repeat(np.arange(n), degree) * n + rng.integers(0, n, degree * n))
    return coo_array((rng.random(len(places)), (places // n, places % n)), shape=(n, n))


MAKE = {"dense": dense, "sparse": sparse}


def ours(family, *size):
    """Reading, matching, largest prices, certificate and check."""
    values = MAKE[family](*size)
    given = values.toarray() if family == "dense" else values

    def work():
        return solved(AssignmentMarket(given))()

    return work


def peer(family, name, *size):
    values = MAKE[family](*size)
    table = values.toarray() if family == "dense" else None

    def by_scipy():
        return float(table[linear_sum_assignment(table, maximize=True)].sum())

    ways = {
        "SciPy, no prices": by_scipy,
        "OR-Tools, no prices": lambda: assignment(values),
        "networkx, no prices": lambda: general_matching(values),
        "program in HiGHS": lambda: -linear_program(table).fun,
    }
    return lambda: {"lower": ways[name](), "grade": "claim"}


def cases(quick):
    for n in (100,) if quick else (300, 1000):
        for name in ("suasion", "SciPy, no prices", "OR-Tools, no prices", "program in HiGHS"):
            run, arguments = ("ours", ("dense", n)) if name == "suasion" else ("peer", ("dense", name, n))
            yield Case("dense", f"dense {n}", n * n, name, run, arguments)
    for n, degree in ((200, 5),) if quick else ((1000, 5), (5000, 20), (100_000, 5)):
        names = [
            "suasion",
            *(["OR-Tools, no prices"] if n < 50_000 else []),
            *(["networkx, no prices"] if quick else []),
        ]
        for name in names:
            run, arguments = (
                ("ours", ("sparse", n, degree)) if name == "suasion" else ("peer", ("sparse", name, n, degree))
            )
            yield Case("sparse", f"sparse {n}, degree {degree}", n * degree, name, run, arguments)
