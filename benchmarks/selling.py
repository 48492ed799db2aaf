"""Menus of experiments and contracts: seconds to a proven answer, the whole program in HiGHS beside it.

Run ``python benchmarks/selling.py [--large]`` from the project's folder; the recorded run is in
``benchmarks/selling.md``. Times are processor time of this process (``time.process_time``), the solver's single
thread included. HiGHS is given the same problem at once, every row of it, and answers in floats without a proof; the
whole program of a menu grows with the square of the types.
"""

import argparse
import random
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from dual.numbers.arrays import Array
from persuasion import ExperimentMenu
from transport import Contract

Timed = tuple[float, Any]


def timed(work: Callable[[], Any]) -> Timed:
    """Processor seconds, and what came out."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def market(n: int, states: int, own: bool, seed: int = 1) -> ExperimentMenu:
    """Types with random beliefs, and payoffs of their own or for matching the state."""
    rng = random.Random(seed)
    types: list[dict[str, object]] = []
    for _ in range(n):
        masses = [rng.randint(1, 1000) for _ in range(states)]
        one: dict[str, object] = {"prior": [Fraction(m, sum(masses)) for m in masses]}
        if own:
            one["payoff"] = [[rng.randint(0, 20) for _ in range(states)] for _ in range(states)]
        types.append(one)
    return ExperimentMenu(types)


def whole_menu(problem: ExperimentMenu) -> float:
    """The whole program of a menu in HiGHS: a column for what each signal of each item is worth to each type."""
    statement = problem.statement
    g = np.array([[[float(x) for x in row] for row in table] for table in statement.gains])
    f, outside = np.array(statement.weights, dtype=float), np.array(statement.outside, dtype=float)
    n, A, W = g.shape
    E = np.arange(n * A * W).reshape(n, A, W)
    price, value = n * A * W, n * A * W + n
    rows: list[tuple[int, int, float]] = []
    right: list[float] = []
    for k in range(n):
        own = [(int(E[k, s, w]), -g[k, s, w]) for s in range(A) for w in range(W)] + [(price + k, 1.0)]
        rows += [(len(right), c, v) for c, v in own]
        right.append(-outside[k])
        for s, a in product(range(A), repeat=2):
            rows += [(len(right), int(E[k, s, w]), g[k, a, w] - g[k, s, w]) for w in range(W)]
            right.append(0.0)
        for j in range(n):
            at = value + (k * n + j) * A
            rows += [(len(right), c, v) for c, v in [*own, *((at + s, 1.0) for s in range(A)), (price + j, -1.0)]]
            right.append(0.0)
            for s, a in product(range(A), repeat=2):
                rows += [(len(right), at + s, -1.0)]
                rows += [(len(right), int(E[j, s, w]), g[k, a, w]) for w in range(W)]
                right.append(0.0)
    total = value + n * n * A
    i, c, v = zip(*rows, strict=True)
    upper = coo_array((v, (i, c)), shape=(len(right), total)).tocsr()
    equal = coo_array(
        (np.ones(n * A * W), (np.repeat(np.arange(n * W), A), E.transpose(0, 2, 1).ravel())), shape=(n * W, total)
    ).tocsr()
    goal = np.zeros(total)
    goal[price:value] = -f
    bounds = [(0, None)] * price + [(None, None)] * (total - price)
    found = linprog(goal, upper, right, equal, np.ones(n * W), bounds, method="highs")
    return float(-found.fun)


def menus(large: bool) -> None:
    """Finitely many types."""
    print("types  states  payoffs   suasion s  grade   HiGHS s  relative difference")
    asked = [(10, 3, False), (20, 3, False), (20, 3, True), (50, 3, True), (100, 3, True)]
    for n, states, own in asked if large else asked[:2]:
        problem = market(n, states, own)
        seconds, solution = timed(problem.solve)
        peer, value = timed(lambda problem=problem: whole_menu(problem))
        apart = abs(value - float(solution.lower)) / float(solution.lower)
        payoffs = "own" if own else "matching"
        print(f"{n:5}  {states:6}  {payoffs:8}  {seconds:9.2f}  {solution.grade:6}  {peer:7.2f}  {apart:.1e}")


def laws(large: bool) -> None:
    """Listed beliefs about two states: solving, and checking, without reading the list."""
    from dual.kinds.experiments import two_states
    from persuasion.experiments.two_states import solve_two_states
    from transport.programs.effort import Effort

    print("\nbeliefs    sort s  solve s  check s  exact")
    for n in (10_000, 100_000, 1_000_000)[: 3 if large else 2]:
        rng = np.random.default_rng(1)
        beliefs, counts = rng.integers(0, 10**9, n), rng.integers(1, 1000, n)
        law = {
            "support": Array((n,), tuple(beliefs.tolist()), 10**9),
            "prior": Array((n,), tuple(counts.tolist()), int(counts.sum())),
        }
        statement = ExperimentMenu(law=law).statement
        sort, _ = timed(lambda statement=statement: statement.law.sorted)
        solve, found = timed(lambda statement=statement: solve_two_states(statement, Effort()))
        check, bounds = timed(
            lambda statement=statement, found=found: (
                two_states.lower(statement, found.primal),
                two_states.upper(statement, found.dual),
            )
        )
        print(f"{n:9}  {sort:6.2f}  {solve:7.2f}  {check:7.2f}  {bounds[0] == bounds[1]}")


def table(actions: int, outcomes: int, seed: int = 0) -> Contract:
    """A job with random laws of outcomes; costs and rewards increase."""
    rng = np.random.default_rng(seed)
    masses = rng.integers(0, 50, (actions, outcomes))
    masses[np.arange(actions), np.arange(actions) % outcomes] += 100
    laws = [[Fraction(int(m), int(row.sum())) for m in row] for row in masses]
    costs = [Fraction(k, 7) for k in range(actions)]
    return Contract(laws, costs, [Fraction(3 * k, 2) for k in range(outcomes)])


def whole_contract(problem: Contract) -> float:
    """A float program for each action."""
    statement = problem.statement
    P, c, r = (np.array(x, dtype=float) for x in (statement.outcomes, statement.costs, statement.rewards))
    found = [linprog(P[a], P - P[a], c - c[a], bounds=(0, None), method="highs") for a in range(len(c))]
    return max(float(P[a] @ r - one.fun) for a, one in enumerate(found) if one.status == 0)


def contracts(large: bool) -> None:
    """One stage, states, and sets."""
    print("\nactions  outcomes  suasion s  grade  HiGHS s  relative difference")
    for actions, outcomes in [(10, 10), (20, 20), (50, 50)][: 3 if large else 2]:
        problem = table(actions, outcomes)
        seconds, solution = timed(problem.solve)
        peer, value = timed(lambda problem=problem: whole_contract(problem))
        apart = abs(value - float(solution.lower)) / float(solution.lower)
        print(f"{actions:7}  {outcomes:8}  {seconds:9.2f}  {solution.grade:5}  {peer:7.2f}  {apart:.1e}")
    print("\nhorizon  states  actions  suasion s  grade  digits")
    for horizon, count in [(10, 5), (30, 10), (100, 20)][: 3 if large else 2]:
        rng = random.Random(1)
        states = []
        for _ in range(count):
            masses = [[rng.randint(1, 9) for _ in range(3)] for _ in range(3)]
            laws = [[Fraction(m, sum(row)) for m in row] for row in masses]
            costs, rewards = [rng.randint(0, 3) for _ in range(3)], [rng.randint(0, 9) for _ in range(3)]
            following = [rng.randrange(count) for _ in range(3)]
            states.append({"outcomes": laws, "costs": costs, "rewards": rewards, "next": following})
        problem = Contract(states=states, horizon=horizon)
        seconds, solution = timed(problem.solve)
        digits = 0 if solution.lower is None else len(str(solution.lower.denominator))
        print(f"{horizon:7}  {count:6}  {3:7}  {seconds:9.2f}  {solution.grade:5}  {digits:6}")
    print("\nactions  elements  suasion s  grade  pieces  tree nodes")
    for n, elements in [(12, 16), (16, 20), (24, 30), (40, 50)][: 4 if large else 2]:
        rng = random.Random(3)
        sets = {
            "coverage": [rng.sample(range(elements), elements // 6) for _ in range(n)],
            "element_weights": [Fraction(rng.randint(1, 9), 10 * elements) for _ in range(elements)],
            "costs": [Fraction(rng.randint(1, 30), 1000) for _ in range(n)],
        }
        seconds, solution = timed(lambda sets=sets: Contract(combinatorial=sets).solve())
        pieces = () if solution.dual is None else solution.dual.pieces
        nodes = sum(len(piece.nodes or ()) for piece in pieces)
        print(f"{n:7}  {elements:8}  {seconds:9.2f}  {solution.grade:5}  {len(pieces):6}  {nodes:10}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--large", action="store_true", help="the large instances of the recorded run, too")
    asked = parser.parse_args().large
    menus(asked)
    laws(asked)
    contracts(asked)
