"""Plans and potentials of other solvers: repaired, proven, and where a solve starts."""

from fractions import Fraction as F

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

import suasion
from dual.errors import InputError
from transport import Transport


def rows_of(n, m):
    """The equality rows of a transport program over an n x m plan, row by row."""
    return np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])


def random_problem(seed, n=7, m=9):
    rng = np.random.default_rng(seed)
    source = rng.integers(1, 20, size=n)
    target = rng.multinomial(source.sum(), np.ones(m) / m)
    return Transport(source.tolist(), target.tolist(), cost=rng.integers(0, 100, size=(n, m))), rng


@pytest.mark.parametrize("seed", range(8))
def test_floats_of_highs_are_the_exact_optimum(seed):
    problem, _ = random_problem(seed)
    cost = np.array([[float(c) for c in problem.statement.cost.line(i)] for i in range(7)])
    right = [float(x) for x in (*problem.statement.source, *problem.statement.target)]
    found = linprog(cost.ravel(), A_eq=rows_of(7, 9), b_eq=right)
    solution = problem.certify(found.x.reshape(7, 9), found.eqlin.marginals)
    assert solution.grade == "exact"
    assert solution.lower == problem.solve().lower == -F(round(found.fun))
    again = problem.solve(start=solution)
    assert (again.lower, again.upper) == (solution.lower, solution.upper)


@pytest.mark.parametrize("seed", range(6))
def test_rough_potentials_of_either_sign_and_side_prove_bounds(seed):
    problem, rng = random_problem(seed)
    best = problem.solve()
    f, g = (np.array([float(x) for x in side]) for side in (best.dual.potentials.source, best.dual.potentials.target))
    noise = 1e-3
    for sign in (1, -1):
        rough = (sign * f + noise * rng.normal(size=7), sign * g + noise * rng.normal(size=9))
        proven = problem.certify(dual=rough)
        assert proven.lower is None
        total = float(sum(problem.statement.source))
        assert best.upper <= proven.upper <= best.upper + F(6 * noise * total)
    # One side alone is enough.
    assert problem.certify(dual=(np.zeros(7), g)).upper <= best.upper + F(1, 10**6)
    assert problem.certify(dual=np.concatenate([f, np.zeros(9)])).upper <= best.upper + F(1, 10**6)


def test_a_rough_plan_gets_the_marginals_and_keeps_its_worth():
    problem, rng = random_problem(3)
    best = problem.solve()
    plan = np.zeros((7, 9))
    for (i, j), mass in best.plan.items():
        plan[i, j] = mass
    rough = plan * (1 + 1e-4 * rng.normal(size=plan.shape)) - 1e-9
    for given in (rough, csr_array(np.maximum(rough, 0))):
        proven = suasion.certify(problem, primal=given)
        assert proven.upper is None
        assert best.lower - 30 <= proven.lower <= best.lower
        assert proven.verify().accepted
    assert problem.certify(primal=np.zeros((7, 9))).lower is not None


def test_pdlp_duals_are_repaired_into_a_bound():
    pytest.importorskip("ortools")
    from ortools.pdlp import solve_log_pb2, solvers_pb2  # noqa: F401
    from ortools.pdlp.python import pdlp

    problem, _ = random_problem(5)
    cost = np.array([[float(c) for c in problem.statement.cost.line(i)] for i in range(7)])
    program = pdlp.QuadraticProgram()
    program.objective_vector = cost.ravel()
    program.constraint_matrix = csr_array(rows_of(7, 9)).tocsc()
    right = np.array([float(x) for x in (*problem.statement.source, *problem.statement.target)])
    program.constraint_lower_bounds = program.constraint_upper_bounds = right
    program.variable_lower_bounds = np.zeros(63)
    program.variable_upper_bounds = np.full(63, np.inf)
    parameters = solvers_pb2.PrimalDualHybridGradientParams()
    parameters.termination_criteria.iteration_limit = 2000
    found = pdlp.primal_dual_hybrid_gradient(program, parameters)
    exact = problem.solve().lower
    proven = problem.certify(np.asarray(found.primal_solution).reshape(7, 9), np.asarray(found.dual_solution))
    assert proven.lower <= exact <= proven.upper
    assert proven.upper - proven.lower <= abs(exact) / 100


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dual": [1.0, 2.0]}, r"dual\[0\]: the shape"),
        ({"dual": np.zeros(5)}, "dual: the shape is 5 where 16 is needed"),
        ({"dual": np.full(16, np.nan)}, "dual: an entry is not a finite number"),
        ({"primal": [["x"]]}, "primal: numbers are needed"),
        ({"primal": np.zeros((9, 7))}, "primal: the shape is 9 x 7 where 7 x 9 is needed"),
    ],
)
def test_wrong_shapes_and_entries_are_named(given, message):
    with pytest.raises(InputError, match=message):
        random_problem(0)[0].certify(**given)


def test_floats_for_another_form_are_refused_with_the_reason():
    with pytest.raises(InputError, match="full table with equal totals"):
        Transport([2, 1], [1, 1], cost=[[0, 1], [1, 0]]).certify(dual=np.zeros(4))


def test_potentials_of_another_problem_are_only_a_start():
    first, _ = random_problem(1)
    second, rng = random_problem(2)
    start = first.certify(dual=(rng.normal(size=7), rng.normal(size=9)))
    assert second.solve(start=start).lower == second.solve().lower
    other = Transport([1], [1], cost=[[3]])
    assert other.solve(start=start).cost_bounds == (3, 3)
