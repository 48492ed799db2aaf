"""The identities that define a tableau, and the limits of the exact phase."""

import random
import time

import pytest

from dual import SolverError
from tests.transport.programs.proofs import random_obedience, random_program
from transport.programs.integral import IntegerProgram
from transport.programs.program import Basis, LinearProgram
from transport.programs.tableau import GaveUp, Tableau, insist


def tableaus(seed, count):
    rng = random.Random(seed)
    while count:
        program = IntegerProgram(random_program(rng))
        n, m = program.columns, program.rows
        start = Basis(tuple(rng.sample(range(n), rng.randint(0, n))), tuple(rng.sample(range(m), rng.randint(0, m))))
        tableau = Tableau(program, start, 1000, None)
        if tableau.basis.columns:
            count -= 1
            yield program, tableau


def left(program, values):
    """``A z + slack`` row by row, for values of columns and slacks."""
    n = program.columns
    return [
        sum(coefficient * values.get(j, 0) for j, coefficient in program.row(i)) + values.get(n + i, 0)
        for i in range(program.rows)
    ]


def test_points_and_directions_satisfy_the_equations():
    for program, tableau in tableaus(1, 30):
        values, scale = tableau.point()
        assert scale > 0
        assert len(values) == program.rows
        assert left(program, values) == [scale * side for side in program.rhs]
        for entering in set(range(program.columns + program.rows)) - set(values):
            change, scale = tableau.direction(entering)
            assert scale > 0
            assert set(change) == set(values)
            assert left(program, change | {entering: scale}) == [0] * program.rows


def test_rows_isolate_a_basic_variable():
    for program, tableau in tableaus(2, 30):
        values, common = tableau.point()
        for variable in values:
            weights, scale = tableau.row(variable)
            alpha = tableau.coefficients(weights)
            assert {v: alpha.get(v, 0) for v in values} == {v: scale * (v == variable) for v in values}
            side = sum(weight * program.rhs[i] for i, weight in weights.items())
            assert side * common == scale * values[variable]


def test_reduced_costs_price_the_directions():
    for program, tableau in tableaus(3, 30):
        gains, common = tableau.reduced_costs()
        assert not set(gains) & set(tableau.point()[0])
        for entering, gain in gains.items():
            change, scale = tableau.direction(entering)
            change[entering] = scale
            earned = sum(program.cost[j] * value for j, value in change.items() if j < program.columns)
            assert earned * common == gain * scale


def test_exchange_agrees_with_a_fresh_tableau():
    for program, tableau in tableaus(4, 20):
        for entering in sorted(set(range(program.columns + program.rows)) - set(tableau.point()[0])):
            change, _ = tableau.direction(entering)
            leaving = next((v for v in sorted(change) if change[v]), None)
            if leaving is not None:
                tableau.exchange(entering, leaving)
                break
        fresh = tableau.at(tableau.basis)
        assert fresh.basis == tableau.basis
        assert sorted(fresh.point()[0]) == sorted(tableau.point()[0])
        assert fresh.gains().keys() == tableau.gains().keys()
        assert sorted(fresh.violated()) == sorted(tableau.violated())


def test_singular_starts_are_cut_down():
    program = IntegerProgram(LinearProgram([1, 1], [{0: 1, 1: 2}, {0: 2, 1: 4}], ["=", "="], [1, 2]))
    assert Tableau(program, Basis((0, 1), (0, 1)), 1000, None).basis == Basis((0,), (0,))
    assert Tableau(program, Basis((1, 1), (1,)), 1000, None).basis == Basis((1,), (1,))
    assert Tableau(program, Basis((), (0,)), 1000, None).basis == Basis((), ())


def test_limits_are_named():
    program = IntegerProgram(random_obedience(random.Random(5), 6))
    whole = Basis(tuple(range(program.columns)), tuple(range(10)))
    with pytest.raises(GaveUp, match="singular and has more than 5 rows"):
        Tableau(program, whole, 5, None)
    with pytest.raises(GaveUp, match="time limit"):
        Tableau(program, Basis((), ()), 5, time.monotonic() - 1)
    cycle = LinearProgram([1] * 3, [{0: 1, 1: 1}, {1: 1, 2: 1}, {0: 1, 2: 1}], ["="] * 3, [1] * 3)
    with pytest.raises(GaveUp, match="has 3 rows, more than 2"):
        Tableau(IntegerProgram(cycle), Basis((0, 1, 2), (0, 1, 2)), 2, None)


def test_a_failed_identity_stops():
    with pytest.raises(SolverError, match="failed its own check"):
        insist(False)
