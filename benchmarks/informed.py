"""Informed receivers, queries and games with an AI: seconds to a proven answer, peers in the same run.

Run ``python benchmarks/informed.py [--large] [part ...]`` from the project's folder; parts are ``public``, ``menus``,
``queries``, ``partitions`` and ``games``, all of them if none is named. The recorded run is in
``benchmarks/informed.md``. Times are processor time of this process (``time.process_time``), solvers' threads included;
reading an instance and the proof are inside the seconds of suasion. Peers answer in floats and without a proof: HiGHS
on the program over all profiles, on the integer program that looks for a missing message, on the whole program of a
menu or a game; CP-SAT alone on partitions; dynamic programming in layers, vectorised in NumPy, on cuts.
"""

import argparse
import math
import random
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array

import dual
from dual.kinds.games.program import GameProgram
from dual.kinds.informed.menu import MenuProgram
from dual.kinds.queries.partitions import Refinements
from dual.proofs.linear import Program
from persuasion import Game, InformedPersuasion, Simulation
from persuasion.informed.profiles import Floating, all_profiles, cell_rows
from persuasion.queries.covering import chosen_by_cp_sat
from transport.programs.effort import Effort

BUY: dict[str, Any] = {"receiver": [[0, -1], [0, 1]], "sender": [[0, 1], [0, 1]]}
PATIENCE = 200.0
"""Seconds on the clock after which HiGHS gives up."""


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds, and what came out."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def shares(masses: list[int]) -> list[Fraction]:
    """Integers divided by their sum."""
    total = sum(masses)
    return [Fraction(m, total) for m in masses]


def types(T: int, S: int, A: int, seed: int, disclosure: str = "public") -> InformedPersuasion:
    """Types with random beliefs and payoffs of their own; the sender's gains are not negative."""
    rng = random.Random(seed)
    beliefs = [shares([rng.randint(1, 9) for _ in range(S)]) for _ in range(T)]
    receiver = [[[rng.randint(-5, 5) for _ in range(A)] for _ in range(S)] for _ in range(T)]
    sender = [[[rng.randint(0, 5) for _ in range(A)] for _ in range(S)] for _ in range(T)]
    return InformedPersuasion(beliefs, receiver, sender, disclosure=disclosure)


def by_profiles(problem: InformedPersuasion) -> float:
    """The program over all profiles of replies, whole, in HiGHS."""
    statement = problem.statement
    (gains, unit), (own, _), S = statement.gains, statement.own, statement.state_count
    profiles = all_profiles(statement)
    cost = [sum(gains[t][a][s] for t, a in enumerate(p)) / unit for p in profiles for s in range(S)]
    count = 0
    rows: list[tuple[int, int, float]] = []
    for m, profile in enumerate(profiles):
        for d in cell_rows(own, profile):
            rows += [(count, m * S + s, -float(x)) for s, x in enumerate(d) if x]
            count += 1
    i, k, v = zip(*rows, strict=True)
    equal = coo_array((np.ones(len(cost)), (np.tile(np.arange(S), len(profiles)), np.arange(len(cost))))).tocsr()
    found = linprog(
        -np.array(cost),
        coo_array((v, (i, k)), shape=(count, len(cost))).tocsr(),
        np.zeros(count),
        equal,
        np.ones(S),
        method="highs",
    )
    return -float(found.fun)


def missing_message(problem: InformedPersuasion, prices: Any) -> float:
    """What a message is worth beyond its price at most, by the integer program in HiGHS; relative to all gains."""
    tables = Floating(problem.statement)
    T, A, S = tables.own.shape
    costs = tables.prices(prices)
    x, y, z = np.arange(S), S + np.arange(T * A * S).reshape(T, A, S), S + T * A * S + np.arange(T * A).reshape(T, A)
    count = S + T * A * S + T * A
    goal = np.zeros(count)
    goal[x], goal[y] = costs, -tables.gains
    rows: list[tuple[list[int], list[float], float, float]] = [([*map(int, x)], [1.0] * S, 1.0, 1.0)]
    for t in range(T):
        rows.append(([*map(int, z[t])], [1.0] * A, 1.0, 1.0))
        rows += [([*map(int, y[t, :, s]), s], [1.0] * A + [-1.0], 0.0, 0.0) for s in range(S)]
        for a in range(A):
            rows.append(([*map(int, y[t, a]), int(z[t, a])], [1.0] * S + [-1.0], 0.0, 0.0))
            for b in range(A):
                if b != a:
                    d = tables.own[t, a] - tables.own[t, b]
                    rows.append(([*map(int, y[t, a])], d.tolist(), 0.0, np.inf))
    i = [r for r, (columns, *_) in enumerate(rows) for _ in columns]
    matrix = coo_array(
        ([v for _, values, *_ in rows for v in values], (i, [k for columns, *_ in rows for k in columns])),
        shape=(len(rows), count),
    ).tocsr()
    found = milp(
        goal,
        constraints=LinearConstraint(matrix, [r[2] for r in rows], [r[3] for r in rows]),
        bounds=Bounds(0, 1),
        integrality=np.isin(np.arange(count), z),
        options={"time_limit": PATIENCE},
    )
    return math.nan if found.x is None or found.status else -float(found.fun)


def whole(program: Program) -> float:
    """A named linear program, whole, in HiGHS."""
    rows = list(program.rows())
    i: list[np.ndarray[Any, Any]] = []
    k: list[np.ndarray[Any, Any]] = []
    v: list[np.ndarray[Any, Any]] = []
    for r, row in enumerate(rows):
        pairs = np.array([(c, float(x)) for c, x in row.entries() if x], dtype=float).reshape(-1, 2)
        i.append(np.full(len(pairs), r))
        k.append(pairs[:, 0].astype(int))
        v.append(pairs[:, 1] / row.unit)
    matrix = coo_array((np.concatenate(v), (np.concatenate(i), np.concatenate(k))), shape=(len(rows), program.count))
    equal = np.array([row.sense == "=" for row in rows])
    right = np.array([float(row.right) for row in rows])
    matrix = matrix.tocsr()
    free = [(None, None) if block.free else (0, None) for _, block in program.starts() for _ in range(block.size)]
    found = linprog(
        -np.array([float(x) for x in program.objective]) / program.unit,
        -matrix[~equal],
        -right[~equal],
        matrix[equal],
        right[equal],
        free,
        method="highs",
        options={"time_limit": PATIENCE},
    )
    return math.nan if found.status else -float(found.fun)


def public(large: bool) -> None:
    """One experiment for all."""
    print("two states   types   read s   solve s   check of the file s   grade")
    for count in (10_000, 100_000)[: 2 if large else 1]:
        rng = random.Random(1)
        beliefs = [Fraction(rng.randint(1, 999), 1000) for _ in range(count)]
        weights = shares([rng.randint(1, 9) for _ in range(count)])
        for name, believed, weighed in (
            ("fractions", beliefs, weights),
            ("floats", [rng.random() for _ in range(count)], None),
        ):
            reading, problem = timed(lambda b=believed, w=weighed: InformedPersuasion(b, weights=w, **BUY))
            solving, solution = timed(problem.solve)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "solution.json"
                solution.save(path)
                checking, verdict = timed(lambda p=path: dual.verify(p))
            assert verdict.accepted
            gap = "" if solution.grade == "exact" else f" (gap {float(solution.upper - solution.lower):.0e})"
            print(f"{name:10}  {count:6}  {reading:7.2f}  {solving:8.2f}  {checking:20.2f}   {solution.grade}{gap}")
    print("\ntypes  states  actions  suasion s  grade  nodes   all profiles in HiGHS s   integer program in HiGHS s")
    sizes = [(10, 4, 2), (8, 4, 3), (100, 3, 2), (25, 6, 2), (40, 5, 2)]
    for T, S, A in sizes if large else sizes[:2]:
        problem = types(T, S, A, seed=1)
        seconds, solution = timed(problem.solve)
        nodes = 0 if solution.dual is None or solution.dual.nodes is None else len(solution.dual.nodes)
        peers = ["-", "-"]
        if A**T <= 7000:
            peer, value = timed(lambda p=problem: by_profiles(p))
            peers[0] = f"{peer:.2f} (apart {abs(value - solution.value) / abs(solution.value):.0e})"
        if T < 100:
            peer, value = timed(lambda p=problem, s=solution: missing_message(p, s.prices))
            peers[1] = f"{peer:.2f} (finds {value:.0e})" if value == value else f"{peer:.2f}, none in {PATIENCE:g} s"
        print(f"{T:5}  {S:6}  {A:7}  {seconds:9.2f}  {solution.grade}  {nodes:5}   {peers[0]:>24}   {peers[1]}")


def menus(large: bool) -> None:
    """Types who report themselves."""
    print("types  actions  states   suasion s  grade  rows of the whole program   HiGHS s   apart")
    sizes = [(20, 3, 4), (30, 3, 4), (50, 2, 4), (100, 2, 5), (83, 3, 4), (25, 10, 4), (250, 2, 2)]
    for T, A, S in sizes if large else sizes[:2]:
        problem = types(T, S, A, seed=1, disclosure="menu")
        seconds, solution = timed(problem.solve)
        program = MenuProgram(problem.statement).program()
        rows = T * S + T * T * (1 + A * A)
        peer, value = timed(lambda p=program: whole(p)) if T <= 50 else (math.nan, math.nan)
        apart = abs(value - solution.value) / abs(solution.value)
        print(f"{T:5}  {A:7}  {S:6}   {seconds:9.2f}  {solution.grade}  {rows:25}   {peer:7.2f}   {apart:.0e}")


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


def queries(large: bool) -> None:
    """Cuts of the order."""
    print(" types  queries   suasion s  grade     relative gap   layers in NumPy s   apart")
    for n, K in [(200, 10), (1000, 20), (3000, 20), (100_000, 100)][: 4 if large else 2]:
        rng = random.Random(2)
        buyers = [Fraction(k, 2_000_003) for k in rng.sample(range(1, 1_000_000), n)]
        problem = Simulation(buyers, weights=shares([rng.randint(1, 9) for _ in range(n)]), queries=K, **BUY)
        seconds, solution = timed(problem.solve)
        gap = float((solution.upper - solution.lower) / solution.lower)
        peer, value = timed(lambda p=problem, k=K: layered(p, k)) if n <= 3000 else (math.nan, math.nan)
        apart = abs(value - solution.value) / solution.value
        print(f"{n:6}  {K:7}   {seconds:9.2f}  {solution.grade:8}  {gap:12.1e}   {peer:17.2f}   {apart:.0e}")


def partitions(large: bool) -> None:
    """Queries that are given."""
    print("types  partitions  queries  subsets   suasion s   check s   grade   CP-SAT alone s   of the best")
    sizes = [(25, 20, 3), (30, 20, 5), (20, 60, 4), (20, 183, 3)]
    for n, m, K in sizes if large else sizes[:1]:
        rng = random.Random(3)
        problem = Simulation(
            [Fraction(rng.randint(3, 29), 60) for _ in range(n)],
            weights=shares([rng.randint(1, 9) for _ in range(n)]),
            queries=K,
            partitions=[[rng.randint(0, 1) for _ in range(n)] for _ in range(m)],
            **BUY,
        )
        seconds, solution = timed(problem.solve)
        checking, _ = timed(solution.verify)
        refinements = Refinements(problem.statement)
        peer, chosen = timed(lambda p=problem, r=refinements: chosen_by_cp_sat(p.statement, r, Effort()))
        share = float(refinements.value_of(chosen or ()) / refinements.value_of(solution.chosen))
        print(
            f"{n:5}  {m:10}  {K:7}  {math.comb(m, K):7}   {seconds:9.2f}   {checking:7.2f}   {solution.grade}   "
            f"{peer:14.2f}   {share:.6f}"
        )


def nested(rng: random.Random, shape: list[int]) -> Any:
    """A table of small integers."""
    return [nested(rng, shape[1:]) for _ in range(shape[0])] if shape else rng.randint(-4, 4)


def games(large: bool) -> None:
    """Many players with two actions, and payoff sets."""
    print("players  states    plays   suasion s  grade   HiGHS s   apart")
    for players in (10, 14, 16, 18)[: 4 if large else 2]:
        rng = np.random.default_rng(players)
        payoffs = [rng.integers(-4, 5, (4, *[2] * players)) for _ in range(players)]
        game = Game(["1/4"] * 4, payoffs, {"weights": [1] * players})
        seconds, solution = timed(game.solve)
        asked = GameProgram(game.statement)
        program = asked.program(game.statement.sought)
        peer, value = timed(lambda p=program: whole(p)) if players <= 16 else (math.nan, math.nan)
        apart = abs(value - solution.value) / abs(solution.value)
        print(f"{players:7}  {4:6}  {4 * 2**players:7}   {seconds:9.2f}  {solution.grade}   {peer:7.2f}   {apart:.0e}")
    print(
        "\npayoff sets: 2 players, 3x3 actions, 3 states, 3x3 types\n"
        "types      seed   seconds  grade    vertices  every edge proven"
    )
    for mode, seed in product(("known", "elicited"), range(2 if large else 1)):
        draw = random.Random(seed)
        law = []
        for _ in range(3):
            masses = [draw.randint(1, 5) for _ in range(9)]
            law.append([shares(masses)[k : k + 3] for k in (0, 3, 6)])
        payoffs = [nested(draw, [3, 3, 3]) for _ in range(2)]
        problem = Game(["1/2", "1/4", "1/4"], payoffs, law=law, types=mode).payoff_set()
        seconds, solution = timed(problem.solve)
        print(f"{mode:9}  {seed:4}  {seconds:8.1f}  {solution.grade:8} {len(solution.vertices):8}  {solution.complete}")


if __name__ == "__main__":
    PARTS = {"public": public, "menus": menus, "queries": queries, "partitions": partitions, "games": games}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--large", action="store_true", help="the large instances of the recorded run, too")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    asked = parser.parse_args()
    for part in asked.parts or PARTS:
        PARTS[part](asked.large)
        print()
