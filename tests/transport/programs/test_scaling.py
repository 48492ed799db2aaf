"""Floats of order one, and the way back to integers."""

import random
from fractions import Fraction as F

import numpy as np
import pytest

from tests.transport.programs.proofs import random_obedience
from transport.programs.integral import IntegerProgram
from transport.programs.program import LinearProgram
from transport.programs.scaling import Scaled, split


@pytest.mark.parametrize("power", [0, -12, 12, 500])
def test_entries_are_of_order_one(power):
    plain = random_obedience(random.Random(1), 5)
    factors = [F(10) ** (power * (i % 3 - 1)) for i in range(len(plain.rows))]
    rows = [{j: factor * value for j, value in row.items()} for factor, row in zip(factors, plain.rows, strict=True)]
    program = LinearProgram(
        [gain * F(10) ** power for gain in plain.objective],
        rows,
        plain.senses,
        [f * b for f, b in zip(factors, plain.rhs, strict=True)],
    )
    scaled = Scaled(IntegerProgram(program))
    largest = abs(scaled.matrix).max(axis=1).toarray().ravel()
    assert ((largest >= 0.5) & (largest < 1)).all()
    assert 0.5 <= abs(scaled.cost).max() < 1
    assert 0.5 <= abs(scaled.rhs).max() < 1


def test_columns_of_different_sizes_are_balanced():
    program = LinearProgram([1, 1], [{0: 1, 1: 10**12}, {0: 2, 1: 3 * 10**12}], ["<=", "<="], [1, 1])
    assert abs(Scaled(IntegerProgram(program)).matrix).min() > 0.1


def test_the_way_back_is_exact():
    # max 3 x subject to 5 * 2^90 x <= 7: x = 7 / (5 * 2^90), multiplier 3 / (5 * 2^90)
    integral = IntegerProgram(LinearProgram([3, 0], [{0: 5 * 2**90, 1: 1}], ["<="], [7]))
    scaled = Scaled(integral)
    entry = float(scaled.matrix[0, 0])
    x = np.array([float(scaled.rhs[0]) / entry, 0.0])
    y = np.array([float(scaled.cost[0]) / entry])
    primal = integral.stated_primal(scaled.exact_values(x))
    dual = integral.stated_dual(scaled.exact_multipliers(y))
    assert float(primal[0] * 5 * 2**90) == pytest.approx(7, rel=1e-14)
    assert float(dual[0] * 5 * 2**90) == pytest.approx(3, rel=1e-14)


@pytest.mark.parametrize("value", [0, 1, -3, 2**62, 10**30, -(10**400), 7**3000])
def test_split_keeps_the_leading_digits(value):
    for values in ([value], np.array([value], dtype=object)):
        mantissa, exponent = split(values)
        if not value:
            assert mantissa[0] == 0
            continue
        assert 0.5 <= abs(mantissa[0]) <= 1
        assert abs(F(float(mantissa[0])) * F(2) ** int(exponent[0]) / value - 1) < F(1, 2**50)
