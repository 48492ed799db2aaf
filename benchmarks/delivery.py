"""Delivery markets against their peers, as times to a proven (ours) or claimed (theirs) optimum.

Families, all from stated seeds:

* ``uniform``: values and costs uniform integers from 0 to 100, n buyers and stores, 11 n / 10 couriers;
* ``planted``: all values 1, costs 0 for a hidden perfect matching and twice as many other triples, else 1
  (three-dimensional matching);
* ``geometric``: the town of :func:`transport.datasets.town`, round trips (no centre);
* ``store``: separable costs that meet at the store, values to 100 and legs to 50;
* ``idle``: copies of the market in which an idle courier costs eight, beside each other.

Peers are HiGHS through SciPy and CP-SAT alone, on all triples, for the efficient assignment, which is the easier
question; and HiGHS on one mixed-integer program for matching and prices, for the best equilibrium with tips.
"""

from __future__ import annotations

import numpy as np

from transport.datasets import town
from transport.delivery import DeliveryMarket

from .record import Case, solved

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


def idle(count: int) -> DeliveryMarket:
    values, costs = [[3, 4], [4, 3]], [[[0, 10], [10, 10]], [[10, 10], [10, 0]], [[10, 0], [0, 10]]]
    all_values, all_costs = np.zeros((2 * count,) * 2, dtype=int), np.full((3 * count, 2 * count, 2 * count), 10)
    for n in range(count):
        side = slice(2 * n, 2 * n + 2)
        all_values[side, side], all_costs[3 * n : 3 * n + 3, side, side] = values, costs
    return DeliveryMarket(all_values, all_costs)


FAMILIES = {
    "uniform": (uniform, (10, 20, 40, 100)),
    "planted": (planted, (8, 10, 12)),
    "geometric": (geometric, (10, 20, 30)),
    "store": (store, (50, 200, 1000)),
    "idle": (idle, (3, 6, 10)),
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


LIMIT = 60.0
QUESTIONS = {
    "best with tips": {},
    "best without tips": {"tips": False},
    "efficient": {"objective": "efficient"},
}


def ours(family, n, question):
    return solved(FAMILIES[family][0](n).replace(**QUESTIONS[question]), time_limit=LIMIT)


def monolithic(family, n):
    return solved(FAMILIES[family][0](n), "monolithic", time_limit=LIMIT)


def peer(family, n, name):
    """The efficient matching on all triples, which is the easier question."""
    market = FAMILIES[family][0](n)

    def work():
        value, said = {"HiGHS": by_highs, "CP-SAT": by_cp_sat}[name](market, LIMIT)
        return {"lower": value, "grade": "claim", "note": said}

    return work


def cases(quick):
    for family, (make, sizes) in FAMILIES.items():
        for n in sizes[: 1 if quick else None]:
            name, triples = f"{family} {n}", int(np.prod(make(n).shape))
            for question in QUESTIONS:
                yield Case(family, name, triples, question, "ours", (family, n, question))
            if triples <= MONOLITHIC_TRIPLES:
                yield Case(family, name, triples, "one program in HiGHS", "monolithic", (family, n))
            if triples <= PEER_TRIPLES:
                for one in ("HiGHS", "CP-SAT"):
                    yield Case(family, name, triples, f"{one}, efficient", "peer", (family, n, one))
