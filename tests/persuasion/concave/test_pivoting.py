"""The simplex method on few rows: against SciPy, on degenerate programs, with columns next to each other."""

import numpy as np
import pytest

from persuasion.concave.pivoting import simplex


@pytest.mark.parametrize("seed", range(30))
def test_random_splittings_against_scipy(seed):
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    states, count = int(rng.integers(2, 6)), 60
    columns = np.vstack([np.eye(states), rng.dirichlet(np.ones(states), count).round(int(rng.integers(1, 8)))])
    columns /= columns.sum(axis=1, keepdims=True)
    objective, right = rng.normal(size=len(columns)), rng.dirichlet(np.ones(states))
    basis = list(range(states))
    weights, prices, _ = simplex(columns, objective, right, basis, 1e-13)
    assert weights @ columns[basis] == pytest.approx(right, abs=1e-12)
    assert (weights >= 0).all()
    assert (columns @ prices >= objective - 1e-12).all()
    known = linprog(-objective, A_eq=columns.T, b_eq=right, bounds=(0, None))
    assert weights @ objective[basis] == pytest.approx(-known.fun, abs=1e-8)
    assert right @ prices == pytest.approx(-known.fun, abs=1e-8)


def test_a_degenerate_program_ends():
    """Every column on a coarse grid and the right side at a vertex of many simplices."""
    grid = np.array([[i, j, 4 - i - j] for i in range(5) for j in range(5 - i)]) / 4
    columns = np.vstack([np.eye(3), grid])
    objective = -((columns - 1 / 4) ** 2).sum(axis=1)
    basis = [0, 1, 2]
    weights, prices, pivots = simplex(columns, objective, np.array([0.5, 0.25, 0.25]), basis)
    assert weights @ objective[basis] == pytest.approx(-1 / 16)  # the value at the belief itself, v being concave
    assert (columns @ prices >= objective - 1e-12).all()
    assert pivots < 50


def test_columns_next_to_each_other_do_not_ruin_the_prices():
    near = 0.5 + np.array([-1e-9, -1e-12, 0, 1e-12, 1e-9])
    columns = np.vstack([np.eye(2), np.column_stack([1 - near, near])])
    objective = -((columns[:, 1] - 0.5) ** 2)
    basis = [0, 1]
    weights, prices, _ = simplex(columns, objective, np.array([0.5, 0.5]), basis, 1e-13)
    assert weights @ objective[basis] == pytest.approx(0, abs=1e-15)
    assert np.abs(prices).max() < 1e-6
