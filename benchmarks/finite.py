"""One receiver, finitely many states and actions: random payoffs and market segmentation, HiGHS beside it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from persuasion import Persuasion

from .record import Case, solved


def segmentation(n):
    """Limits of price discrimination: values and prices 1 to n, equally likely, for the buyers."""
    values = range(1, n + 1)
    return Persuasion(
        [Fraction(1, n)] * n,
        sender=[[max(v - p, 0) for p in values] for v in values],
        receiver=[[p if v >= p else 0 for p in values] for v in values],
    )


def random(states, actions, seed=0):
    """Random integer payoffs of both."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 100, states)
    prior = [Fraction(int(w), int(weights.sum())) for w in weights]
    return Persuasion(prior, rng.integers(0, 100, (states, actions)), rng.integers(0, 100, (states, actions)))


MAKE = {"segmentation": segmentation, "random": random}


def ours(family, *size):
    return solved(MAKE[family](*size))


def highs(family, *size):
    """The obedience program in HiGHS through SciPy, rows in sparse form."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    problem = MAKE[family](*size)
    u = np.array(problem.sender, dtype=float)
    v = np.array(problem.receiver, dtype=float)
    states, actions = u.shape
    rows, columns, entries, count = [], [], [], 0
    for a in range(actions):
        for b in range(actions):
            if a != b:
                used = np.flatnonzero(v[:, b] != v[:, a])
                rows.append(np.full(len(used), count))
                columns.append(used * actions + a)
                entries.append(v[used, b] - v[used, a])
                count += 1
    obey = coo_array(
        (np.concatenate(entries), (np.concatenate(rows), np.concatenate(columns))), (count, u.size)
    ).tocsr()
    places = np.arange(u.size)
    total = coo_array((np.ones(u.size), (places // actions, places)), (states, u.size)).tocsr()
    prior = np.array(problem.prior, dtype=float)

    def work():
        found = linprog(-u.ravel(), obey, np.zeros(count), total, prior, method="highs")
        return {"lower": -found.fun, "grade": "claim"}

    return work


def cases(quick):
    sizes = (20, 40) if quick else (20, 40, 60, 100)
    shapes = ((30, 10),) if quick else ((50, 20), (100, 50), (100, 100))
    for n in sizes:
        for method, run in (("suasion", "ours"), ("HiGHS", "highs")):
            yield Case("segmentation", f"{n} values", n * n, method, run, ("segmentation", n))
    for shape in shapes:
        for method, run in (("suasion", "ours"), ("HiGHS", "highs")):
            yield Case("random", f"{shape[0]} x {shape[1]}", shape[0] * shape[1], method, run, ("random", *shape))
