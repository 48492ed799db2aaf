"""The integer form keeps every row, side and value of what was stated."""

import random
from fractions import Fraction as F

import numpy as np

from tests.transport.programs.proofs import dense, dot, random_program
from transport.programs.integral import IntegerProgram
from transport.programs.program import LinearProgram


def test_rows_are_proportional_to_the_stated_ones():
    rng = random.Random(1)
    for _ in range(50):
        stated = random_program(rng)
        program = IntegerProgram(stated)
        point = [rng.randint(-3, 3) for _ in stated.objective]
        z = {j: F(value * program.scale) for j, value in enumerate(point)}
        assert program.stated_primal(z) == tuple(point)
        assert program.stated_value(z) == dot(stated.objective, point)
        for i, (row, sense) in enumerate(zip(dense(stated), stated.senses, strict=True)):
            slack = stated.rhs[i] - dot(row, point)
            mine = program.rhs[i] - sum(coefficient * z[j] for j, coefficient in program.row(i))
            if sense == "=":
                assert bool(program.equality[i])
                assert (mine == 0) == (slack == 0)
            else:
                signed = slack if sense == "<=" else -slack
                assert (mine > 0, mine < 0) == (signed > 0, signed < 0)


def test_columns_are_the_rows_turned():
    program = IntegerProgram(random_program(random.Random(4)))
    by_row = {(i, j): value for i in range(program.rows) for j, value in program.row(i)}
    by_column = {(i, j): value for j in range(program.columns) for i, value in program.column(j)}
    assert by_row == by_column
    assert by_row


def test_multipliers_keep_their_meaning():
    # max x/2 subject to -x/3 >= -1: x = 3, and the multiplier is -3/2
    program = IntegerProgram(LinearProgram([F(1, 2)], [{0: F(-1, 3)}], [">="], [-1]))
    assert (program.cost, list(program.row(0)), program.rhs) == ([1], [(0, 1)], [3])
    assert program.stated_dual({0: F(1)}) == (F(-3, 2),)
    assert program.stated_dual({0: F(1)}, homogeneous=True) == (-3,)
    assert program.stated_primal({0: F(3)}, homogeneous=True) == (3,)


def test_integers_of_any_size():
    huge = IntegerProgram(LinearProgram([1, 0], [{0: 2**70 + 1, 1: 1}], ["<="], [F(1, 2**70)]))
    assert huge.data.dtype == object
    assert (list(huge.row(0)), huge.rhs, huge.scale) == ([(0, 2**70 + 1), (1, 1)], [1], 2**70)
    common = IntegerProgram(LinearProgram([0], [{0: 6 * 10**40}, ([0], np.array([4]))], ["<=", "="], [1, 1]))
    assert common.data.dtype == np.int64
    assert [list(common.row(i)) for i in range(2)] == [[(0, 1)], [(0, 1)]]
