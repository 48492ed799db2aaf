"""What several suites share: random numbers that sum to one, and a linear program of the checker's given to HiGHS."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

import dual
from dual.proofs.linear import Program

BUY: dict[str, Any] = {"receiver": [[0, -1], [0, 1]], "sender": [[0, 1], [0, 1]]}
"""Buyers who want state 1, and a seller who wants them to buy."""
PATIENCE = 200.0
"""Seconds on the clock after which HiGHS gives up."""
Row = dict[str, Any]


def shares(masses: list[int]) -> list[Fraction]:
    """Integers divided by their sum."""
    total = sum(masses)
    return [Fraction(m, total) for m in masses]


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


def checked(problem: Any) -> Callable[[], Row]:
    """What it takes to check the file of an answer; no bound of its own, as it is none."""
    with tempfile.NamedTemporaryFile(suffix=".json", delete=False) as file:
        path = Path(file.name)
    problem.solve().save(path)

    def work() -> Row:
        verdict = dual.verify(path)
        path.unlink()
        return {"grade": verdict.grade}

    return work
