"""Transport between two measures with a full table of costs, POT's network simplex beside it."""

from __future__ import annotations

import numpy as np

from transport import Transport

from .record import Case, solved


def clouds(n, seed=0):
    """Equal masses at random points of the unit square, squared distances."""
    rng = np.random.default_rng(seed)
    x, y = rng.random((n, 2)), rng.random((n, 2))
    return np.ones(n) / n, np.ones(n) / n, ((x[:, None] - y) ** 2).sum(axis=2)


def masses(n, seed=0):
    """The same with masses that are any floats."""
    rng = np.random.default_rng(seed + 1)
    a, b = rng.random(n), rng.random(n)
    return a / a.sum(), b / b.sum(), clouds(n, seed)[2]


def histograms(n, seed=0):  # noqa: ARG001 (as the others)
    """Two bumps on a square lattice of about n cells."""
    k = round(n**0.5)
    cells = np.stack(np.meshgrid(np.arange(k), np.arange(k), indexing="ij"), axis=-1).reshape(-1, 2)
    a = np.exp(-((cells - k / 3) ** 2).sum(axis=1) / k)
    b = np.exp(-((cells - 2 * k / 3) ** 2).sum(axis=1) / k) + 0.1
    return a / a.sum(), b / b.sum(), ((cells[:, None] - cells) ** 2).sum(axis=2).astype(float)


FAMILIES = {"clouds": clouds, "masses": masses, "histograms": histograms}


def ours(family, n):
    """Reading the arrays, solving, proving."""
    import ot  # noqa: F401 (imported before the time is taken, as it is for the peer)

    a, b, cost = FAMILIES[family](n)

    def work():
        return solved(Transport(a, b, cost=cost, normalise=True))()

    work()
    return work


def pot(family, n):
    import ot

    a, b, cost = FAMILIES[family](n)

    def work():
        return {"lower": -float((ot.emd(a, b, cost, numItermax=10**7) * cost).sum()), "grade": "claim"}

    work()
    return work


def cases(quick):
    for family in FAMILIES:
        for n in (100, 225) if quick else (225, 484, 625, 1024):
            for method, run in (("suasion", "ours"), ("POT", "pot")):
                yield Case(family, f"{n} x {n}", n * n, method, run, (family, n), 3)
