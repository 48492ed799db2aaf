"""Exact linear algebra for faces of semidefinite matrices: kernels as fractions, complements, projections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from transport.programs.arrays import Floats

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
        line = [Fraction(float(v)).limit_denominator(DENOMINATOR) for v in row]
        if max(abs(float(a) - v) for a, v in zip(line, row, strict=True)) > 1e-4:
            return None
        found.append(line)
    return found


def complement(rows: Sequence[Sequence[Fraction]], width: int) -> list[list[Fraction]]:
    """A basis of what is orthogonal to some vectors."""
    from flint import fmpq, fmpq_mat

    if not rows:
        return [[Fraction(int(i == j)) for j in range(width)] for i in range(width)]
    entries = [fmpq(v.numerator, v.denominator) for row in rows for v in row]
    reduced, rank = fmpq_mat(len(rows), width, entries).rref()
    pivots = [next(j for j in range(width) if reduced[i, j] != 0) for i in range(rank)]
    found = []
    for free in (j for j in range(width) if j not in pivots):
        line = [Fraction(0)] * width
        line[free] = Fraction(1)
        for i, pivot in enumerate(pivots):
            value = reduced[i, free]
            line[pivot] = -Fraction(int(value.p), int(value.q))
        found.append(line)
    return found


def onto(
    equations: Sequence[Mapping[int, Fraction]], right: Sequence[Fraction], start: Sequence[Fraction]
) -> list[Fraction] | None:
    """The solution of linear equations nearest to a vector, exactly; None if there is none."""
    from flint import fmpq, fmpq_mat

    count = len(start)
    rows = []
    for row, value in zip(equations, right, strict=True):
        miss = value - sum((c * start[k] for k, c in row.items()), Fraction(0))
        rows.append([row.get(k, Fraction(0)) for k in range(count)] + [miss])
    entries = [fmpq(v.numerator, v.denominator) for row in rows for v in row]
    reduced, rank = fmpq_mat(len(rows), count + 1, entries).rref()
    lines = [[reduced[i, j] for j in range(count + 1)] for i in range(rank)]
    if lines and all(v == 0 for v in lines[-1][:count]):
        return None
    a = fmpq_mat(rank, count, [v for line in lines for v in line[:count]])
    b = fmpq_mat(rank, 1, [line[count] for line in lines])
    step = a.transpose() * (a * a.transpose()).solve(b)
    return [s + Fraction(int(step[k, 0].p), int(step[k, 0].q)) for k, s in enumerate(start)]
