"""The float phase: a basis near an optimal one, in few rows, within its limits."""

import random
import time

import numpy as np
import pytest

from dual import SolverError
from tests.transport.programs.proofs import random_obedience
from transport.programs.highs import FloatSolver
from transport.programs.integral import IntegerProgram
from transport.programs.program import Basis, LinearProgram


def test_signs_of_values_and_multipliers():
    # max 2x - y with x <= 1 and y >= 1 (as -y <= -1): value 1 at (1, 1), multipliers 2 and 1
    program = IntegerProgram(LinearProgram([2, -1], [{0: 1}, {1: 1}], ["<=", ">="], [1, 1]))
    solver = FloatSolver(program, None, None)
    found = solver.solve()
    assert found.optimal
    assert {j: float(v) for j, v in solver.scaled.exact_values(found.x).items()} == {0: 1, 1: 1}
    assert {i: float(v) for i, v in solver.scaled.exact_multipliers(found.y).items()} == {0: 2, 1: 1}
    assert found.basis == Basis((0, 1), (0, 1))


def test_slack_rows_need_not_enter():
    program = IntegerProgram(random_obedience(random.Random(2), 25))
    solver = FloatSolver(program, None, None)
    found = solver.solve()
    assert found.optimal
    assert len(solver.present) < program.rows
    excess = solver.scaled.matrix @ found.x - solver.scaled.rhs
    assert excess.max() < 1e-8


def test_a_ray_of_the_first_rows_brings_in_the_rest():
    # without its 150 inequalities the program is unbounded
    rows = [{0: 1, 1: -1}] + [{0: 1, 1: k} for k in range(1, 151)]
    program = IntegerProgram(LinearProgram([1, 0], rows, ["="] + ["<="] * 150, [0] + [151] * 150))
    found = FloatSolver(program, None, None).solve()
    assert found.optimal
    assert np.isfinite(found.x).all()
    assert found.basis.columns == (0, 1)


def test_claims_of_infeasibility_come_with_a_basis():
    rows = [{0: 1, 1: 1}, {0: 1, 1: 1}]
    program = IntegerProgram(LinearProgram([1, 1], rows, ["=", "="], [1, 2]))
    found = FloatSolver(program, None, None).solve()
    assert not found.optimal
    assert found.status == "Infeasible"
    assert found.basis.rows


def test_restated_at_zero_it_is_the_same_program():
    program = IntegerProgram(random_obedience(random.Random(3), 12))
    solver = FloatSolver(program, None, None)
    first = solver.solve()
    values = np.concatenate((np.zeros(program.columns), solver.scaled.rhs))
    gains = np.concatenate((solver.scaled.cost, np.zeros(program.rows)))
    second = solver.restate(values, gains)
    assert second.optimal
    assert solver.scaled.cost @ second.x == pytest.approx(solver.scaled.cost @ first.x, abs=1e-7)


def test_the_time_limit_is_an_error():
    program = IntegerProgram(random_obedience(random.Random(4), 12))
    with pytest.raises(SolverError, match="time limit"):
        FloatSolver(program, None, time.monotonic() - 1).solve()
