"""Exact pivots from any start, without a float solver."""

import random
from fractions import Fraction as F

import pytest

from tests.transport.programs.proofs import outcome, prove, random_obedience, random_program
from transport.programs.exact_simplex import ExactSimplex
from transport.programs.integral import IntegerProgram
from transport.programs.program import Basis, LinearProgram, Optimum
from transport.programs.tableau import Tableau


def pivot(program, start=Basis((), ())):  # noqa: B008 - frozen
    integral = IntegerProgram(program)
    tableau = Tableau(integral, start, 1000, None)
    z, y = ExactSimplex(tableau).solve()
    primal, dual = integral.stated_primal(z), integral.stated_dual(y)
    return Optimum(primal, dual, integral.stated_value(z), True, tableau.basis, 0, tableau.pivots)


@pytest.mark.parametrize(
    ("objective", "rows", "bounded", "value"),
    [
        # Beale 1955; optimum 1/20
        ([F(3, 4), -150, F(1, 50), -6], [[F(1, 4), -60, F(-1, 25), 9], [F(1, 2), -90, F(-1, 50), 3]], 2, F(1, 20)),
        # its second form; optimum 5/4
        ([F(3, 4), -20, F(1, 2), -6], [[F(1, 4), -8, -1, 9], [F(1, 2), -12, F(-1, 2), 3]], 2, F(5, 4)),
        # Chvatal 1983, chapter 3; optimum 1
        ([10, -57, -9, -24], [[F(1, 2), F(-11, 2), F(-5, 2), 9], [F(1, 2), F(-3, 2), F(-1, 2), 1]], 0, 1),
    ],
)
def test_programs_that_cycle_are_solved(objective, rows, bounded, value):
    # The largest gain enters, the lowest index leaves: with slacks as columns of their own, all three cycle.
    rows = [{**dict(enumerate(row)), 4 + i: 1} for i, row in enumerate(rows)] + [{bounded: 1, 6: 1}]
    program = LinearProgram([*objective, 0, 0, 0], rows, ["="] * 3, [0, 0, 1])
    found = pivot(program, Basis((4, 5, 6), (0, 1, 2)))
    prove(program, found)
    assert found.value == value


def test_dual_pivots_keep_a_dual_feasible_basis_so():
    # with no gain anywhere the slack basis is dual feasible, and the first feasible basis is optimal
    rng = random.Random(6)
    for _ in range(10):
        rows = [{j: rng.randint(-2, 9) for j in range(8)} for _ in range(8)]
        cost = [-rng.randint(0, 9) for _ in range(8)]
        program = LinearProgram(cost, rows, [">="] * 8, [rng.randint(0, 9) for _ in range(8)])
        tableau = Tableau(IntegerProgram(program), Basis((), ()), 1000, None)
        ExactSimplex(tableau).seek_feasibility()
        assert tableau.pivots > 1
        assert not tableau.violated()
        assert not tableau.gains()


def test_klee_minty_from_the_first_corner():
    rows = [{**{j: 2 ** (i - j + 1) for j in range(i)}, i: 1} for i in range(6)]
    program = LinearProgram([2 ** (5 - j) for j in range(6)], rows, ["<="] * 6, [5 ** (i + 1) for i in range(6)])
    found = pivot(program)
    prove(program, found)
    assert found.value == 5**6


def check_random(seed, count):
    rng, moved = random.Random(seed), 0
    for _ in range(count):
        program = random_program(rng)
        n, m = len(program.objective), len(program.rows)
        starts = [Basis((), ()), Basis(tuple(range(n)), tuple(range(m)))]
        starts += [
            Basis(tuple(rng.sample(range(n), rng.randint(0, n))), tuple(rng.sample(range(m), rng.randint(0, m))))
            for _ in range(2)
        ]
        found = [outcome(lambda program=program, start=start: pivot(program, start)) for start in starts]
        for result in found:
            prove(program, result)
        assert len({type(result) for result in found}) == 1
        if isinstance(found[0], Optimum):
            assert len({result.value for result in found}) == 1
            moved += found[0].pivots
            assert pivot(program, found[0].basis).pivots == 0
    assert moved > count / 10


def test_any_start_leads_to_the_same_outcome():
    check_random(1, 150)


@pytest.mark.slow
def test_any_start_leads_to_the_same_outcome_at_length():
    check_random(2, 1500)


def test_degenerate_persuasion_from_nothing():
    # equal payoffs nearly everywhere: most pivots make no progress, so that Bland's rule has to step in
    for seed in range(5):
        program = random_obedience(random.Random(seed), 5, 1)
        prove(program, pivot(program))
