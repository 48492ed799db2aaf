"""Small exact linear systems: what is returned solves them, and ranks add up."""

import random
from fractions import Fraction as F

import pytest

from dual.numbers import elimination
from transport.programs.rational import dependency, null_space, reduced, solved


def times(rows, vector):
    return [sum((a * x for a, x in zip(row, vector, strict=True)), F(0)) for row in rows]


@pytest.mark.parametrize("seed", range(30))
def test_solutions_solve_and_null_vectors_annul(seed):
    rng = random.Random(seed)
    height, width = rng.randint(1, 4), rng.randint(1, 4)
    rows = [[F(rng.randint(-2, 2)) for _ in range(width)] for _ in range(height)]
    rank = len(reduced(rows)[1])
    basis = null_space(rows, width)
    assert rank + len(basis) == width
    for vector in basis:
        assert not any(times(rows, vector))
    assert len(reduced(basis)[1] if basis else []) == len(basis)
    secret = [F(rng.randint(-3, 3), rng.randint(1, 3)) for _ in range(width)]
    found = solved(rows, times(rows, secret))
    assert found == (tuple(secret) if rank == width else None)
    assert elimination.solved(rows, times(rows, secret)) == found
    moved = dependency(rows)
    assert (moved is None) == (rank == height)
    if moved is not None:
        assert not any(times(zip(*rows, strict=True), moved))
        assert [x for x in moved if x][-1] == 1


def test_a_contradiction_has_no_solution():
    for solve in (solved, elimination.solved):
        assert solve([[F(1)], [F(1)]], [F(0), F(1)]) is None


def test_no_equations_leave_everything_open():
    assert null_space([], 2) == [(F(1), F(0)), (F(0), F(1))]
