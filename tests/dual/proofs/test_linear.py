"""Linear programs with names: what is attained, proven and refused, with the row or column that fails."""

import random
from fractions import Fraction as F

import pytest

from dual.errors import InputError, Violation
from dual.proofs.linear import Block, Program, Row, attained, emptied, proven, shown


def mixed():
    """max 2x + y + z: x + y <= 4, x - y >= -2, x + y + z = 5, all of x, y >= 0 and z free; 9 at (4, 0, 1)."""
    rows = [
        Row(("room",), "<=", 4, {0: 1, 1: 1}.items),
        Row(("lead",), ">=", -2, {0: 1, 1: -1}.items),
        Row(("sum", 0), "=", 5, {0: 2, 1: 2, 2: 2}.items, 2),
    ]
    return Program([Block(("x",), (2,)), Block(("z",), (), free=True)], [F(2), 1, 1], lambda: rows)


def test_an_optimum_is_proven_from_both_sides():
    assert attained(mixed(), {0: F(4), 2: F(1)}) == 9
    assert proven(mixed(), {("room",): F(1), ("sum", 0): F(1)}) == 9


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({0: F(-1), 2: F(6)}, "x[0] = -1 < 0"),
        ({0: F(5)}, "room: 5 where <= 4 is needed"),
        ({1: F(3), 2: F(2)}, "lead: -3 where >= -2 is needed"),
        ({0: F(4), 2: F(1, 2)}, "sum[0]: 9/2 where = 5 is needed"),
        ({}, "sum[0]: 0 where = 5 is needed"),
    ],
)
def test_values_that_break_a_row_are_refused(values, message):
    with pytest.raises(Violation) as error:
        attained(mixed(), values)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("multipliers", "message"),
    [
        ({("room",): F(-1)}, "the multiplier -1 of room, a row of <=, is negative"),
        ({("lead",): F(1)}, "the multiplier 1 of lead, a row of >=, is positive"),
        ({("sum", 0): F(1)}, "x[0]: the multipliers sum to 1 where at least 2 is needed"),
        ({("room",): F(2), ("sum", 0): F(2)}, "z: the multipliers sum to 2 where 1 is needed"),
        ({("room",): F(2), ("sum", 0): F(1, 2)}, "z: the multipliers sum to 1/2 where 1 is needed"),
    ],
)
def test_multipliers_that_prove_nothing_are_refused(multipliers, message):
    with pytest.raises(Violation) as error:
        proven(mixed(), multipliers)
    assert str(error.value) == message


def test_a_row_that_there_is_not_is_named():
    with pytest.raises(InputError, match=r"there is no row sum\[1\]"):
        proven(mixed(), {("sum", 1): F(1)})


def test_emptiness_needs_a_contradiction():
    rows = [Row(("low",), ">=", 2, {0: 1}.items), Row(("high",), "<=", 1, {0: 1}.items)]
    program = Program([Block(("x",), (1,))], [5], lambda: rows)
    emptied(program, {("low",): F(-1), ("high",): F(1)})
    with pytest.raises(Violation, match="no contradiction"):
        emptied(program, {})
    with pytest.raises(Violation, match=r"x\[0\]: the multipliers sum to -1"):
        emptied(program, {("low",): F(-1)})


def test_names_follow_blocks():
    program = Program([Block(("a", 7), (2, 3)), Block(("b",), ())], [0] * 7, list)
    assert [shown(program.column(k)) for k in (0, 5, 6)] == ["a[7][0][0]", "a[7][1][2]", "b"]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_accepted_is_true(seed):
    """Random programs: accepted values never exceed accepted bounds, and units are only a way of writing."""
    rng = random.Random(seed)
    columns, count = rng.randint(1, 4), rng.randint(1, 4)
    table = [[rng.randint(-2, 3) for _ in range(columns)] for _ in range(count)]
    senses = [rng.choice(["<=", "=", ">="]) for _ in range(count)]
    free = rng.random() < 0.3
    point = [F(rng.randint(-2 if free else 0, 4), 2) for _ in range(columns)]
    lefts = [sum(c * x for c, x in zip(row, point, strict=True)) for row in table]
    slack = {"<=": 1, "=": 0, ">=": -1}
    right = [left + slack[sense] * rng.randint(0, 2) for left, sense in zip(lefts, senses, strict=True)]
    weights = [{"<=": 1, "=": rng.choice([-1, 1]), ">=": -1}[sense] * F(rng.randint(0, 3), 2) for sense in senses]
    cost = [sum(w * row[k] for w, row in zip(weights, table, strict=True)) for k in range(columns)]
    cost = cost if free else [entry - rng.randint(0, 2) for entry in cost]
    for unit in (1, 6):
        rows = [
            Row(("row", r), sense, right[r], {k: c * unit for k, c in enumerate(table[r]) if c}.items, unit)
            for r, sense in enumerate(senses)
        ]
        program = Program([Block(("x",), (columns,), free)], [c * unit for c in cost], lambda rows=rows: rows, unit)
        low = attained(program, {k: x for k, x in enumerate(point) if x})
        high = proven(program, {("row", r): w for r, w in enumerate(weights)})
        assert low == sum(c * x for c, x in zip(cost, point, strict=True))
        assert high == sum(w * b for w, b in zip(weights, right, strict=True))
        assert low <= high


def test_columns_have_the_numbers_of_their_names():
    """Free and other blocks of several sizes, one after the other."""
    blocks = [
        Block(("z",), (2,), free=True),
        Block(("x",), (2, 3)),
        Block(("y", 1), (), free=True),
        Block(("w",), (1,)),
    ]
    program = Program(blocks, [0] * 10, list)
    names = [
        *(("z", 0), ("z", 1)),
        *(("x", i, j) for i in range(2) for j in range(3)),
        *(("y", 1), ("w", 0)),
    ]
    assert [program.column(k) for k in range(program.count)] == names
    assert [program.place(name) for name in names] == list(range(10))
    assert [k for k in range(10) if program.free(k)] == [0, 1, 8]
    assert [program.place(name) for name in [("x", 2, 0), ("x", 0, 3), ("x", 0), ("y", 0), ("z", -1), ("v",)]] == [
        None
    ] * 6


def test_a_listed_zero_is_as_good_as_none():
    assert attained(mixed(), {0: F(4), 1: F(0), 2: F(1)}) == 9
