"""Linear programs in floats: signs of multipliers, and what counts as no answer."""

import random

import numpy as np
import pytest
from scipy.sparse import csr_array

from dual.errors import SolverError
from transport.programs.floating import TIGHT, maximise


@pytest.mark.parametrize("method", ["highs", "highs-ds"])
@pytest.mark.parametrize("seed", range(12))
def test_multipliers_prove_the_value(seed, method):
    """Strong duality: right hand sides times multipliers are the value, and reduced costs have the right sign."""
    rng = random.Random(seed)
    columns, rows = rng.randint(2, 5), rng.randint(1, 4)
    gain = np.array([rng.randint(-3, 9) for _ in range(columns)], float)
    matrix = np.array([[rng.randint(0, 5) for _ in range(columns)] for _ in range(rows)], float)
    inside = np.array([rng.randint(1, 5) for _ in range(columns)], float)
    right = matrix @ inside / inside.sum() + np.array([rng.randint(0, 1) for _ in range(rows)])
    whole = (np.ones((1, columns)), [1.0])
    stated = csr_array(matrix) if seed % 2 else matrix
    found = maximise(gain, limits=(stated, right), equations=whole, method=method, tolerance=TIGHT)
    assert found is not None
    assert (found.limits >= -1e-9).all()
    assert found.value == pytest.approx(gain @ found.x)
    assert found.value == pytest.approx(right @ found.limits + found.equations[0])
    assert (gain - matrix.T @ found.limits - found.equations[0] <= 1e-7).all()


def test_columns_may_be_bounded_one_by_one_or_not_at_all():
    found = maximise([1.0, -1.0], limits=([[1.0, 1.0]], [1.0]), bounds=[(0, 3), (-2, None)])
    assert found is not None
    assert found.x.tolist() == [3.0, -2.0]
    assert found.value == 5.0
    free = maximise([-1.0], limits=([[-1.0]], [4.0]), bounds=(None, None))
    assert free is not None
    assert free.x.tolist() == [-4.0]


def test_an_empty_program_is_no_answer_and_an_unbounded_one_an_error():
    assert maximise([1.0], limits=([[1.0]], [-1.0])) is None
    with pytest.raises(SolverError, match=r"HiGHS through SciPy: .*unbounded"):
        maximise([1.0])
    assert maximise([1.0], guess=True) is None


def test_without_time_there_is_no_answer():
    rng = np.random.default_rng(0)
    matrix = rng.random((60, 60))
    with pytest.raises(SolverError, match=r"[Tt]ime limit"):
        maximise(np.ones(60), limits=(matrix, np.ones(60)), seconds=0.0)
