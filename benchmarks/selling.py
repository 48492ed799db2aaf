"""Menus of experiments and contracts, the whole program in HiGHS beside them.

HiGHS is given the same problem at once, every row of it, and answers in floats without a proof; the whole program of a
menu grows with the square of the types.
"""

import random
from fractions import Fraction
from itertools import product

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from dual.numbers.arrays import Array
from persuasion import ExperimentMenu
from transport import Contract

from .record import Case, solved


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


def process(horizon, count):
    """A contract of several stages with random laws, costs, rewards and moves between states."""
    rng = random.Random(1)
    states = []
    for _ in range(count):
        masses = [[rng.randint(1, 9) for _ in range(3)] for _ in range(3)]
        laws = [[Fraction(m, sum(row)) for m in row] for row in masses]
        costs, rewards = [rng.randint(0, 3) for _ in range(3)], [rng.randint(0, 9) for _ in range(3)]
        following = [rng.randrange(count) for _ in range(3)]
        states.append({"outcomes": laws, "costs": costs, "rewards": rewards, "next": following})
    return Contract(states=states, horizon=horizon)


def covering(n, elements):
    """Actions that cover random sets of elements, at random costs."""
    rng = random.Random(3)
    sets = {
        "coverage": [rng.sample(range(elements), elements // 6) for _ in range(n)],
        "element_weights": [Fraction(rng.randint(1, 9), 10 * elements) for _ in range(elements)],
        "costs": [Fraction(rng.randint(1, 30), 1000) for _ in range(n)],
    }
    return Contract(combinatorial=sets)


def listed(n):
    """A law of n beliefs about two states."""
    rng = np.random.default_rng(1)
    beliefs, counts = rng.integers(0, 10**9, n), rng.integers(1, 1000, n)
    law = {
        "support": Array((n,), tuple(beliefs.tolist()), 10**9),
        "prior": Array((n,), tuple(counts.tolist()), int(counts.sum())),
    }
    return ExperimentMenu(law=law)


MAKE = {"menu": market, "beliefs": listed, "contract": table, "stages": process, "covering": covering}
WHOLE = {"menu": whole_menu, "contract": whole_contract}


def ours(family, *arguments):
    return solved(MAKE[family](*arguments))


def highs(family, *arguments):
    """The whole program, every row of it, in floats and without a proof."""
    problem = MAKE[family](*arguments)
    return lambda: {"lower": WHOLE[family](problem), "grade": "claim"}


def cases(quick):
    menus = [(10, 3, False), (20, 3, False), (20, 3, True), (50, 3, True), (100, 3, True)]
    for n, states, own in menus[: 2 if quick else None]:
        name = f"{n} types, {states} states{', own payoffs' if own else ''}"
        yield Case("menu", name, n, "suasion", "ours", ("menu", n, states, own))
        if n <= 50:  # the whole program of a hundred types takes more than a minute
            yield Case("menu", name, n, "HiGHS", "highs", ("menu", n, states, own))
    for n in (10_000, 100_000, 1_000_000)[: 1 if quick else None]:
        yield Case("beliefs", f"{n:,} beliefs, two states", n, "suasion", "ours", ("beliefs", n))
    for actions, outcomes in [(10, 10), (20, 20), (50, 50)][: 1 if quick else None]:
        for method, run in (("suasion", "ours"), ("HiGHS", "highs")):
            arguments = ("contract", actions, outcomes)
            yield Case(
                "contract", f"{actions} actions, {outcomes} outcomes", actions * outcomes, method, run, arguments
            )
    for horizon, count in [(10, 5), (30, 10), (100, 20)][: 1 if quick else None]:
        name = f"{horizon} stages, {count} states, 3 actions"
        yield Case("stages", name, horizon * count, "suasion", "ours", ("stages", horizon, count))
    for n, elements in [(12, 16), (16, 20), (24, 30)][: 1 if quick else None]:
        name = f"{n} actions cover {elements} elements"
        yield Case("covering", name, n * elements, "suasion", "ours", ("covering", n, elements))
