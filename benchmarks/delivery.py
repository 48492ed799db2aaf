"""Delivery markets against their peers, as times to a proven (ours) or claimed (theirs) optimum.

    python benchmarks/delivery.py [--families uniform,planted,geometric,store] [--largest N] [--mdrp FOLDER] [-o FILE]

Families, all from stated seeds:

* ``uniform``: values and costs uniform integers from 0 to 100, n buyers and stores, 11 n / 10 couriers;
* ``planted``: all values 1, costs 0 for a hidden perfect matching and twice as many other triples, else 1
  (three-dimensional matching);
* ``geometric``: the town of :func:`transport.datasets.town`, round trips (no centre);
* ``store``: separable costs that meet at the store, values to 100 and legs to 50;
* ``mdrp``: the busiest half hour of each meal-delivery instance in a folder, with and without the couriers' way back.

Peers are HiGHS through SciPy and CP-SAT alone, on all triples, for the efficient assignment, which is the easier
question; and HiGHS on one mixed-integer program for matching and prices, for the best equilibrium with tips.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import time
from pathlib import Path

import numpy as np

from transport.datasets import load_mdrp, town
from transport.delivery import DeliveryMarket, DeliverySolution
from transport.road.versions import versions

PEER_TRIPLES = 100_000
MONOLITHIC_TRIPLES = 20_000


def uniform(n: int, seed: int = 0) -> DeliveryMarket:
    rng = np.random.default_rng(seed)
    return DeliveryMarket(rng.integers(0, 101, (n, n)), rng.integers(0, 101, (11 * n // 10, n, n)))


def planted(n: int, seed: int = 0) -> DeliveryMarket:
    rng = np.random.default_rng(seed)
    costs = np.ones((n, n, n), dtype=int)
    costs.ravel()[rng.choice(n**3, 2 * n, replace=False)] = 0
    costs[np.arange(n), rng.permutation(n), rng.permutation(n)] = 0
    return DeliveryMarket(np.ones((n, n), dtype=int), costs)


def geometric(n: int, seed: int = 0) -> DeliveryMarket:
    return town(n, n, n + n // 5, side=30, rng=seed).market


def store(n: int, seed: int = 0) -> DeliveryMarket:
    rng = np.random.default_rng(seed)
    legs = {"courier_store": rng.integers(0, 51, (n, n)), "buyer_store": rng.integers(0, 51, (n, n))}
    return DeliveryMarket(rng.integers(0, 101, (n, n)), {"centre": "store", **legs})


FAMILIES = {
    "uniform": (uniform, (10, 20, 40, 100)),
    "planted": (planted, (8, 10, 12)),
    "geometric": (geometric, (10, 20, 30)),
    "store": (store, (50, 200, 1000)),
}


def by_highs(market: DeliveryMarket, limit: float) -> tuple[float, str]:
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csr_array

    gains = np.asarray(market.arrays.gains, dtype=float)
    shape, columns = gains.shape, np.arange(gains.size)
    agents = np.unravel_index(columns, shape)
    first = np.cumsum([0, *shape])
    rows = np.concatenate([first[side] + agents[side] for side in range(3)])
    matrix = csr_array((np.ones(3 * gains.size), (rows, np.tile(columns, 3))), shape=(first[-1], gains.size))
    found = milp(-gains.ravel(), constraints=LinearConstraint(matrix, -np.inf, 1), integrality=np.ones(gains.size),
                 bounds=(0, 1), options={"time_limit": limit, "mip_rel_gap": 0})  # fmt: skip
    return (float("nan") if found.x is None else -found.fun), f"status {found.status}"


def by_cp_sat(market: DeliveryMarket, limit: float) -> tuple[float, str]:
    from ortools.sat.python import cp_model

    from transport.programs.cp_sat import run

    gains = market.arrays.gains
    model = cp_model.CpModel()
    picked = np.array([model.new_bool_var("") for _ in range(gains.size)], dtype=object).reshape(gains.shape)
    for side in range(3):
        for agent in range(gains.shape[side]):
            model.add_at_most_one(np.take(picked, agent, axis=side).ravel().tolist())
    model.maximize(cp_model.LinearExpr.weighted_sum(picked.ravel().tolist(), gains.ravel().tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.relative_gap_limit = solver.parameters.absolute_gap_limit = 0.0
    status = run(solver, model)
    return solver.objective_value, solver.status_name(status)


def by_suasion(question: str, solution: DeliverySolution, seconds: float) -> dict[str, object]:
    lower, upper = (None if bound is None else str(bound) for bound in (solution.lower, solution.upper))
    return {"question": question, "by": "suasion", "seconds": round(seconds, 3), "lower": lower, "upper": upper,
            "said": solution.grade, "prices": solution.solver.get("rule"), "peak_MB": peak_megabytes()}  # fmt: skip


def peak_megabytes() -> int:
    """The most memory that this process has held so far."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def measure(market: DeliveryMarket, limit: float) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for name, asked in (
        ("best with tips", market),
        ("best without tips", market.replace(tips=False)),
        ("efficient", market.replace(objective="efficient")),
    ):
        began = time.perf_counter()
        solution = asked.solve(time_limit=limit)
        rows.append(by_suasion(name, solution, time.perf_counter() - began))
    if np.prod(market.shape) <= MONOLITHIC_TRIPLES:
        began = time.perf_counter()
        solution = market.solve("monolithic", time_limit=limit)
        rows.append({**by_suasion("best with tips", solution, time.perf_counter() - began), "by": "HiGHS, one program"})
    if np.prod(market.shape) <= PEER_TRIPLES:
        for name, peer in (("HiGHS", by_highs), ("CP-SAT", by_cp_sat)):
            began = time.perf_counter()
            value, said = peer(market, limit)
            rows.append({"question": "efficient", "by": name, "seconds": round(time.perf_counter() - began, 3),
                         "lower": str(value), "upper": None, "said": said})  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--largest", type=int, default=1000, help="skip larger sizes")
    parser.add_argument("--time-limit", type=float, default=60)
    parser.add_argument("--mdrp", type=Path, help="folder of meal-delivery instances")
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    results = []

    def record(family: str, size: str, market: DeliveryMarket) -> None:
        for row in measure(market, given.time_limit):
            results.append({"family": family, "size": size, **row})
            print(*results[-1].values(), sep="\t", file=sys.stdout, flush=True)

    for family in filter(None, given.families.split(",")):
        make, sizes = FAMILIES[family]
        for n in (n for n in sizes if n <= given.largest):
            record(family, str(n), make(n))
    if given.mdrp is not None:
        for folder in sorted(path for path in given.mdrp.iterdir() if (path / "orders.txt").exists()):
            for way_back in (False, True):
                market = load_mdrp(folder, way_back=way_back).market
                size = f"{folder.name} {'x'.join(map(str, market.shape))}"
                record("mdrp, way back" if way_back else "mdrp", size, market)
    if given.output is not None:
        machine = {"cores": os.cpu_count(), "system": platform.platform(), "versions": versions()}
        document = {"machine": machine, "load": os.getloadavg(), "measurements": results}
        given.output.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
