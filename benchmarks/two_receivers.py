"""Two receivers: column generation and its peers, over sizes and families of utilities.

Peers solve the same program with all its columns: HiGHS through SciPy (``direct``) and through CVXPY, and PDLP. All
stop at a relative gap of 1e-9 and get the same exact certificates. ``generated`` is column generation without the short
ways for special structure, so that the engine itself is measured.
"""

from __future__ import annotations

import resource
import tempfile
import time
from fractions import Fraction

import numpy as np

from dual.checker import load, verify
from dual.kinds import KINDS
from persuasion import TwoReceiverPersuasion
from persuasion.two_receivers.prices import client_of
from suasion.registry import Faster

from .record import Case

PRIOR = "2/5"
GAP = 1e-9
PEER_LIMIT = 40.0
"""Seconds for a peer."""


def smooth(x, y, _rng):
    return np.sin(3 * x) * np.cos(4 * y), np.cos(5 * x * y)


def rough(x, y, _rng):
    return np.sin(37 * x * y) + 0.3 * np.sin(90 * x - 40 * y), np.cos(55 * (x - y) ** 2)


def thresholds(x, y, _rng):
    act = ((x >= 0.6) | (y >= 0.3)).astype(float)
    return act, act + (x >= 0.8) * (y < 0.55)


def noise(x, y, rng):
    return rng.random((len(x), y.shape[1])), rng.random((len(x), y.shape[1]))


def cosines(x, y, rng):
    """Sums of thirty cosines with random directions, phases and heights."""

    def one():
        a, b = 12 * rng.normal(size=(2, 30))
        phase, height = 3 * rng.normal(size=30), rng.normal(size=30)
        return sum(h * np.cos(p * x + q * y + s) for h, p, q, s in zip(height, a, b, phase, strict=True))

    return one(), one()


FAMILIES = {"smooth": smooth, "rough": rough, "thresholds": thresholds, "noise": noise, "cosines": cosines}


def instance(family, n):
    axis = np.linspace(0, 1, n)
    low, high = FAMILIES[family](axis[:, None], axis[None, :], np.random.default_rng(n))
    return TwoReceiverPersuasion(PRIOR, {"l": low, "h": high}, grid=axis, name=f"{family}-{n}")


BLOCK = 1 << 15
"""Cells of a pass that stay in a core's cache."""


def one_pass(problem, repeat=5):
    """Processor seconds of reading both utility arrays once (their maxima), and of one pricing pass over them.

    A pricing pass takes the maximum of utility less two potentials, in blocks: what any method has to do at least once
    to know a bound.
    """
    tables = client_of(problem.statement).utility
    reading, pricing = [], []
    for _ in range(repeat):
        began = time.process_time()
        for table in tables:
            table.max()
        reading.append(time.process_time() - began)
        began = time.process_time()
        for table in tables:
            priced(table, np.zeros(len(table)), np.zeros(table.shape[1]))
        pricing.append(time.process_time() - began)
    return min(reading), min(pricing)


def priced(table, r, c):
    """The largest ``table[i, j] - r[i] - c[j]``."""
    height = max(1, BLOCK // len(c))
    buffer = np.empty((height, len(c)))
    most = -np.inf
    for begin in range(0, len(r), height):
        end = min(begin + height, len(r))
        work = np.subtract(table[begin:end], c, out=buffer[: end - begin])
        work -= r[begin:end, None]
        most = max(most, float(work.max()))
    return most


def ours(family, n, method):
    """A solve to the gap; beside the bounds what it takes in pricing passes."""
    instance(family, 21).solve(method, gap=GAP)  # what has to be imported is
    problem = instance(family, n)
    _, pricing = one_pass(problem)
    arrays = 2 * 8 * n * n / 1e6

    def work():
        began = time.process_time()
        limit = None if method == "generated" else PEER_LIMIT
        solution = problem.solve(method, gap=GAP, time_limit=limit)
        passes = (time.process_time() - began) / pricing
        return {"lower": solution.lower, "upper": solution.upper, "grade": solution.grade,
                "passes": round(passes), "arrays": arrays}  # fmt: skip

    return work


def checked(family, n):
    """``verify --fast`` of a file; ``beyond`` is what it takes beyond reading it, in pricing passes."""
    problem = instance(family, n)
    solution = problem.solve("generated", gap=GAP)
    path = f"{tempfile.mkdtemp()}/solution.json"
    solution.save(path)
    pricing = min(one_pass(problem)[1] for _ in range(3))
    kind = KINDS["two-receiver"]

    times = []
    for _ in range(5):
        began = time.process_time()
        document = load(path)
        statement = kind.statement(document["problem"])
        kind.primal(document["primal"], statement, "primal")
        kind.dual(document["dual"], statement, "dual")
        reading = time.process_time() - began
        verify(path, faster=Faster())
        times.append((time.process_time() - began - 2 * reading) / pricing)

    def work():
        verdict = verify(path, faster=Faster())
        return {"lower": verdict.lower, "upper": verdict.upper, "grade": verdict.grade,
                "beyond": round(sorted(times)[2], 1)}  # fmt: skip

    return work


def large(family, n):
    """A solve in which everything is made, rows of the arrays one after the other, and the peak of the whole process.

    ``peak`` counts arrays' sizes for arrays, which the caller goes on holding, and gigabytes for expressions.
    """

    def work():
        axis = np.linspace(0, 1, n)
        if family == "expressions":
            grid = [Fraction(k, n - 1) for k in range(n)]
            problem = TwoReceiverPersuasion(PRIOR, {"l": "sin(3*x)*cos(4*y)", "h": "7*cos(5*x*y) + 2"}, grid=grid)
            size, unit = 1e9, "GB"
        else:
            tables = np.empty((2, n, n))
            for k, x in enumerate(axis):
                rows = FAMILIES[family](np.array([[x]]), axis[None, :], np.random.default_rng(n))
                tables[0, k], tables[1, k] = rows[0][0], rows[1][0]
            problem = TwoReceiverPersuasion(PRIOR, {"l": tables[0], "h": tables[1]}, grid=axis)
            size, unit = tables.nbytes, "times its arrays"
        solution = problem.solve("generated", gap=GAP)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / size
        return {"lower": solution.lower, "upper": solution.upper, "grade": solution.grade,
                "peak": round(peak, 2), "unit": unit}  # fmt: skip

    return work


def cases(quick):
    if not quick:
        for family, n in (("smooth", 5001), ("cosines", 5001), ("expressions", 10001)):
            yield Case("memory", f"{family}, {n} x {n}", n * n, "generated", "large", (family, n))
    sizes = (51, 101) if quick else (51, 101, 201, 501, 1001, 2001)
    for family in FAMILIES:
        for n in sizes:
            yield Case(family, f"{n} x {n}", n * n, "generated", "ours", (family, n, "generated"), 3)
            if n == 1001:
                yield Case(family, f"{n} x {n}", n * n, "verify --fast", "checked", (family, n))
            if n <= 201:
                yield Case(family, f"{n} x {n}", n * n, "direct", "ours", (family, n, "direct"))
            if n <= 51 and not quick:
                yield Case(family, f"{n} x {n}", n * n, "cvxpy", "ours", (family, n, "cvxpy"))
                yield Case(family, f"{n} x {n}", n * n, "pdlp", "ours", (family, n, "pdlp"))
