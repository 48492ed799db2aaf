"""Exact solution of sparse square systems, from both sides."""

import random
from fractions import Fraction as F

import pytest

from transport.programs.exact_basis import ExactBasis, Singular, independent


def random_rows(rng, size, density, most=9):
    """A sparse matrix with a permuted nonzero diagonal; usually regular."""
    diagonal = rng.sample(range(size), size)
    rows = [{j: rng.randint(-most, most) for j in range(size) if rng.random() < density} for _ in range(size)]
    for row, j in zip(rows, diagonal, strict=True):
        row[j] = rng.choice([-2, 1, 3])
    return [{j: value for j, value in row.items() if value} for row in rows]


def rank(rows, columns):
    """By elimination in fractions."""
    work = [[F(row.get(j, 0)) for j in range(columns)] for row in rows]
    found = 0
    for j in range(columns):
        pivot = next((i for i in range(found, len(work)) if work[i][j]), None)
        if pivot is None:
            continue
        work[found], work[pivot] = work[pivot], work[found]
        for i in range(found + 1, len(work)):
            factor = work[i][j] / work[found][j]
            work[i] = [a - factor * b for a, b in zip(work[i], work[found], strict=True)]
        found += 1
    return found


@pytest.mark.parametrize("density", [0.0, 0.1, 0.3, 1.0])
def test_solutions_satisfy_the_system(density):
    rng, regular = random.Random(1), 0
    for size in (1, 2, 5, 9, 14):
        rows = random_rows(rng, size, density)
        side = [rng.randint(-20, 20) for _ in range(size)]
        try:
            basis = ExactBasis(rows)
            x, scale = basis.solve(side)
            y, left_scale = basis.solve_left(side)
        except Singular:
            assert rank(rows, size) < size
            continue
        regular += 1
        assert scale > 0
        assert left_scale > 0
        for row, right in zip(rows, side, strict=True):
            assert sum(value * x[j] for j, value in row.items()) == right * scale
        for j in range(size):
            assert sum(y[i] * row.get(j, 0) for i, row in enumerate(rows)) == side[j] * left_scale
    assert regular >= 3


def test_a_forest_needs_no_dense_work():
    # the incidence matrix of a path, one end grounded, rows and columns shuffled
    rng = random.Random(2)
    size = 40
    place = rng.sample(range(size), size)
    rows = [{place[k]: 1, **({place[k - 1]: -1} if k else {})} for k in range(size)]
    rng.shuffle(rows)
    basis = ExactBasis(rows)
    assert basis.core == 0
    x, scale = basis.solve([1] * size)
    assert sorted(x) == [scale * k for k in range(1, size + 1)]


def test_a_cycle_is_all_core():
    rows = [{k: 1, (k + 1) % 5: 1} for k in range(5)]
    basis = ExactBasis(rows)
    assert basis.core == 5
    assert basis.solve([1] * 5) == ([1] * 5, 2)


@pytest.mark.parametrize(
    "rows",
    [
        [{}],
        [{0: 1}, {0: 1}],
        [{0: 1, 1: 1}, {}],
        [{0: 1, 1: 2}, {0: 2, 1: 4}],
        [{0: 1, 1: 1}, {1: 1, 2: 1}, {0: 1, 2: -1}],
    ],
)
def test_singular_matrices_are_refused(rows):
    with pytest.raises(Singular):
        ExactBasis(rows).solve([1] * len(rows))


def test_the_empty_system():
    assert ExactBasis([]).solve([]) == ([], 1)


def test_independent_rows_and_columns():
    rng = random.Random(3)
    for _ in range(20):
        m, n = rng.randint(1, 7), rng.randint(1, 7)
        rows = [{j: value for j in range(n) if (value := rng.randint(-1, 1))} for _ in range(m)]
        kept_rows, kept_columns = independent(rows, n)
        size = rank(rows, n)
        assert len(kept_rows) == len(kept_columns) == size
        cut = [{k: rows[i][j] for k, j in enumerate(kept_columns) if j in rows[i]} for i in kept_rows]
        assert rank(cut, size) == size
    assert independent([], 3) == ([], [])
    assert independent([{}, {}], 2) == ([], [])
