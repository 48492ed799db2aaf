"""Branching trees with thousands of nodes: how long they take, and the plain check of their files.

* ``split``: rows of random integers from 0 to 99 over binary columns, each to be halved as nearly as possible
  (Cornuejols and Dawande 1999), which only enumeration settles;
* ``market``: trading networks whose buyers know half of the sellers, as in the suite of revenues.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

import dual
from transport import LinearProgram

from .record import Case
from .trading_revenue import share


def split(rows, columns):
    """The least distance of all rows from half of their sums, together."""
    entries = np.random.default_rng(0).integers(0, 100, (rows, columns))
    lines = []
    for k, line in enumerate(entries.tolist()):
        beyond = [[columns + 2 * k, 1], [columns + 2 * k + 1, -1]]
        half = sum(line) // 2
        lines.append({"entries": [*map(list, enumerate(line)), *beyond], "lower": half, "upper": half})
    objective, upper = [0] * columns + [1] * (2 * rows), [1] * columns + [None] * (2 * rows)
    return LinearProgram(objective, lines, upper=upper, integers=list(range(columns)), goal="min")


def market(n, seed):
    return share(n, 0.5)(np.random.default_rng(seed))


FAMILIES = {"split": split, "market": market}


def described(solution):
    nodes = getattr(solution.dual, "nodes", None) or ()
    return {"grade": solution.grade, "note": f"{len(nodes):,} nodes"}


def ours(family, *size):
    problem = FAMILIES[family](*size)

    def work():
        solution = problem.solve()
        return {"lower": solution.lower, "upper": solution.upper, **described(solution)}

    return work


def check(family, *size):
    solution = FAMILIES[family](*size).solve()
    with tempfile.NamedTemporaryFile(suffix=".json", delete=False) as file:
        path = Path(file.name)
    solution.save(path)

    def work():
        verdict = dual.verify(path)
        found = {**described(solution), "grade": verdict.grade, "megabytes of text": path.stat().st_size / 1e6}
        path.unlink()
        return found

    return work


def cases(quick):
    sizes = [("split", 2, 9), ("split", 3, 16), ("split", 4, 20), ("market", 12, 1), ("market", 14, 2)]
    for family, *size in sizes[:1] if quick else sizes:
        name = f"{family} {size[0]}, {size[1]}" if family == "split" else f"know 50 %, n={size[0]}, seed {size[1]}"
        for method, run in (("suasion", "ours"), ("check of the file", "check")):
            yield Case(family, name, size[0] * size[1], method, run, (family, *size))
