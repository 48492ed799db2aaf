"""Refinement adds digits that a float solver alone cannot see."""

import random
from fractions import Fraction as F
from itertools import pairwise

from tests.transport.programs.proofs import random_obedience
from transport.programs.highs import FloatSolver
from transport.programs.integral import IntegerProgram
from transport.programs.program import LinearProgram
from transport.programs.refinement import Refinement, refined
from transport.programs.tableau import Tableau


def start(program):
    integral = IntegerProgram(program)
    solver = FloatSolver(integral, None, None)
    rough = solver.solve()
    return solver, rough, Tableau(integral, rough.basis, 1000, None)


def is_optimal(tableau):
    return not tableau.violated() and not tableau.gains()


def test_every_round_adds_digits():
    # x = 1/3, y = 1/7, ... have no finite binary expansion: the error left is exactly what has not been computed yet
    denominators = (3, 7, 11, 13)
    rows = [{j: d, (j + 1) % 4: 1} for j, d in enumerate(denominators)]
    program = LinearProgram([1, -2, 3, -4], rows, ["="] * 4, [1] * 4)
    solver, rough, _ = start(program)
    refinement = Refinement(solver, rough)
    errors = []
    for _ in range(4):
        assert refinement.improve().optimal
        errors.append(refinement.error)
    assert errors[0] < -30
    assert all(later <= earlier - 10 for earlier, later in pairwise(errors))


def test_ties_broken_below_float_precision_are_mended_without_pivots():
    mended = 0
    for seed in range(6):
        solver, rough, tableau = start(random_obedience(random.Random(seed), 8, 1, F(1, 10**12)))
        if not is_optimal(tableau):
            better = refined(tableau, solver, rough)
            mended += is_optimal(better)
            assert better.pivots == 0
    assert mended >= 2


def test_an_optimal_tableau_is_left_alone():
    solver, rough, tableau = start(LinearProgram([1, 1], [{0: 1, 1: 2}], ["<="], [1]))
    assert refined(tableau, solver, rough) is tableau
