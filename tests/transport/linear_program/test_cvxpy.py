"""Programs stated in CVXPY, with their names."""

import cvxpy as cp
import numpy as np
import pytest

import suasion
from suasion import LinearProgram


def test_names_and_the_optimum():
    x, y = cp.Variable(3, name="x", nonneg=True), cp.Variable((2, 2), name="y")
    limit, fixed = cp.sum(x) <= 4, x[1] == 2
    limit.set_label("limit")
    problem = cp.Problem(cp.Maximize(cp.sum(x) + x[0] + cp.sum(y) - 5), [limit, fixed, y <= 1, y >= -1])
    ours = LinearProgram.from_cvxpy(problem)
    solution = ours.solve()
    # 4 of x with 2 at x[1], the other 2 at x[0]: 4 + 2 + 4 - 5
    assert solution.lower == solution.upper == 5
    assert solution.problem.statement.goal == "max"
    assert solution.x == {"x[0]": 2, "x[1]": 2, "y[0,0]": 1, "y[1,0]": 1, "y[0,1]": 1, "y[1,1]": 1}
    assert solution.prices["limit"] == 2
    assert solution.prices["constraint 1"] == -1
    assert set(solution.prices) == {
        "limit",
        "constraint 1",
        *(f"constraint 2[{i},{j}]" for i in (0, 1) for j in (0, 1)),
    }


@pytest.mark.parametrize("seed", range(6))
def test_what_canonicalisation_brings_in(seed):
    rng = np.random.default_rng(seed)
    matrix, side = rng.integers(-5, 6, (6, 4)), rng.integers(-5, 6, 6)
    x, b = cp.Variable(4, name="x"), cp.Variable(2, name="b", boolean=True)
    problem = cp.Problem(
        cp.Minimize(cp.norm1(matrix @ x - side) + cp.max(x) - 2 * cp.sum(b)), [cp.abs(x) <= 3, b[0] + x[0] <= 1]
    )
    solution = LinearProgram.from_cvxpy(problem).solve()
    assert solution.grade == "exact"
    assert float(solution.value) == pytest.approx(problem.solve(solver=cp.HIGHS), abs=1e-6)
    assert suasion.verify(solution).accepted


def test_cvxpy_duals_are_certified():
    x = cp.Variable(2, name="x", nonneg=True)
    problem = cp.Problem(cp.Minimize(2 * x[0] + 3 * x[1]), [x[0] + x[1] >= 4, x[0] + 3 * x[1] >= 6])
    problem.solve(solver=cp.CLARABEL)
    ours = LinearProgram.from_cvxpy(problem)
    proven = ours.certify(x.value, np.concatenate([np.atleast_1d(c.dual_value) for c in problem.constraints]))
    assert proven.lower <= 9 <= proven.upper
    assert proven.upper - proven.lower < 1e-4


def test_what_is_no_linear_program():
    x = cp.Variable()
    with pytest.raises(suasion.InputError, match="no linear program"):
        LinearProgram.from_cvxpy(cp.Problem(cp.Minimize(cp.square(x))))
    with pytest.raises(suasion.InputError, match="CVXPY refuses it"):
        LinearProgram.from_cvxpy(cp.Problem(cp.Minimize(-cp.square(x))))
    with pytest.raises(suasion.InputError, match="has no value"):
        LinearProgram.from_cvxpy(cp.Problem(cp.Minimize(x * cp.Parameter()), [x >= 1]))
    with pytest.raises(suasion.InputError, match=r"cvxpy\.Problem"):
        LinearProgram.from_cvxpy(3)
