"""Corners of the shadow of a program, against one solve for each direction."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from transport.programs.integral import IntegerProgram
from transport.programs.linear import solve
from transport.programs.program import LinearProgram
from transport.programs.shadow import Shadow

F = Fraction


def around(rng: random.Random, columns: int, rows: int) -> tuple[LinearProgram, list[list[Fraction]]]:
    """A bounded program around the origin with a free column, and two objectives."""
    free = columns - 1
    table = [{k: F(rng.randint(-5, 5), rng.randint(1, 3)) for k in range(columns)} for _ in range(rows)]
    table += [{k: F(1)} for k in range(columns)] + [{free: F(-1)}]
    right = [F(rng.randint(1, 9), rng.randint(1, 4)) for _ in table]
    objectives = [[F(rng.randint(-6, 6), rng.randint(1, 5)) for _ in range(columns)] for _ in range(2)]
    return LinearProgram([0] * columns, table, ["<="] * len(table), right, [free]), objectives


@pytest.mark.parametrize("seed", range(12))
def test_corners_are_optima_and_cones_prove_exactly_where_they_are(seed: int) -> None:
    rng = random.Random(seed)
    program, (first, second) = around(rng, 4, 5)
    shadow = Shadow(IntegerProgram(program), (first, second), 100)
    for _ in range(8):
        direction = (rng.randint(-50, 50), rng.randint(1, 50))
        values, cone = shadow.corner(direction)
        for x, y in (direction, *((rng.randint(-50, 50), rng.randint(-50, 50)) for _ in range(8))):
            goal = [x * a + y * b for a, b in zip(first, second, strict=True)]
            best = solve(LinearProgram(goal, program.rows, program.senses, program.rhs, program.free)).value
            reached = sum(g * value for g, value in zip(goal, values, strict=True))
            bound = sum(program.rhs[i] * weight for i, weight in cone.weights((x, y)).items())
            assert reached == bound  # both are of one basis
            assert not cone.proves((x, y)) or reached == best
            assert reached <= best
        assert cone.proves(direction)
