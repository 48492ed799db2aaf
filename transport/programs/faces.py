"""Exact linear algebra for faces of semidefinite matrices: kernels as fractions, complements, projections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from transport.programs.arrays import Floats
from transport.programs.rational import fraction, matrix, reduced
from transport.programs.rounding import simple_near

DENOMINATOR: Final = 2000
"""Kernels are read as fractions with denominators up to this."""


def congruent(inner: Sequence[Sequence[Fraction]], rows: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """``T' G T``."""
    from flint import fmpq, fmpq_mat

    def matrix(entries: Sequence[Sequence[Fraction]]) -> fmpq_mat:
        flat = [fmpq(v.numerator, v.denominator) for row in entries for v in row]
        return fmpq_mat(len(entries), len(entries[0]), flat)

    change = matrix(rows)
    found = change.transpose() * matrix(inner) * change
    width = len(rows[0])
    return [[Fraction(int(found[i, j].p), int(found[i, j].q)) for j in range(width)] for i in range(width)]


def rational_rows(rows: Floats) -> list[list[Fraction]] | None:
    """Vectors that span the same space, in reduced echelon form, as simple fractions; None if they are none."""
    work = np.array(rows)
    free = np.ones(work.shape[1])
    for i in range(len(work)):
        rest = np.abs(work[i:]) * free
        r, c = np.unravel_index(int(np.argmax(rest)), rest.shape)
        # Rows that depend on the others up to rounding span nothing of their own.
        if rest[r, c] < 1e-6:
            return None
        other_row = i + int(r)
        work[[i, other_row]] = work[[other_row, i]]
        work[i] /= work[i, c]
        for other in range(len(work)):
            if other != i:
                work[other] -= work[other, c] * work[i]
        free[c] = 0
    found = []
    for row in work:
        line = [simple_near(float(v), DENOMINATOR, 1e-4) for v in row]
        known = [entry for entry in line if entry is not None]
        if len(known) < len(line):
            return None
        found.append(known)
    return found


def onto(
    equations: Sequence[Mapping[int, Fraction]], right: Sequence[Fraction], start: Sequence[Fraction]
) -> list[Fraction] | None:
    """The solution of linear equations nearest to a vector, exactly; None if there is none."""
    count = len(start)
    rows = []
    for row, value in zip(equations, right, strict=True):
        miss = value - sum((c * start[k] for k, c in row.items()), Fraction(0))
        rows.append([row.get(k, Fraction(0)) for k in range(count)] + [miss])
    lines, pivots = reduced(rows)
    if count in pivots:
        return None
    a, b = matrix([line[:count] for line in lines], count), matrix([line[count:] for line in lines], 1)
    step = a.transpose() * (a * a.transpose()).solve(b)
    return [s + fraction(step[k, 0]) for k, s in enumerate(start)]
