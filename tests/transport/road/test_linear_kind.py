"""Programs with names, solved: exactly, by repair where exact arithmetic is out of reach, and without time."""

import random
from dataclasses import dataclass
from fractions import Fraction as F

import pytest

from dual.checker import proven
from dual.numbers.exact import number
from dual.proofs import linear, named
from dual.proofs.linear import Block, Program, Row
from dual.statement import Statement, stated
from transport.road import linear_kind
from transport.road.linear_kind import method_of, solve_program
from transport.road.problem import Effort


def shares(seed, tight=False):
    """Masses on two simplices with random inequalities that an interior point satisfies with room."""
    rng = random.Random(seed)
    columns = 8
    inside = [F(1, 4)] * columns
    rows = [Row(("total", b), "=", 1, {4 * b + k: 1 for k in range(4)}.items) for b in range(2)]
    for r in range(5):
        entries = {k: F(rng.randint(-9, 9), rng.randint(1, 7)) for k in range(columns)}
        left = sum(entries[k] * inside[k] for k in entries)
        slack = 0 if tight else F(1, 8)
        sense = rng.choice(["<=", ">="])
        rows.append(Row(("limit", r), sense, left + (slack if sense == "<=" else -slack), entries.items))
    cost = [F(rng.randint(-9, 9), rng.randint(1, 7)) for _ in range(columns)]
    return Program([Block(("mass",), (2, 4))], cost, lambda: rows)


def bounds(program, answer):
    return linear.attained(program, answer.values), linear.proven(program, answer.multipliers)


@pytest.mark.parametrize("seed", range(20))
def test_small_programs_are_exact(seed):
    program = shares(seed)
    low, high = bounds(program, solve_program(program, Effort()))
    assert low == high


@pytest.mark.parametrize("seed", range(20))
def test_beyond_exact_arithmetic_witnesses_are_repaired(seed, monkeypatch):
    program = shares(seed)
    exact, _ = bounds(program, solve_program(program, Effort()))
    monkeypatch.setattr(linear_kind, "EXACT_ROWS", 0)
    answer = solve_program(program, Effort())
    low, high = bounds(program, answer)
    assert low <= exact <= high
    assert high - low < F(1, 10**9)


def test_without_room_there_is_a_bound_and_an_honest_word(monkeypatch):
    monkeypatch.setattr(linear_kind, "EXACT_ROWS", 0)
    for seed in range(10):
        program = shares(seed, tight=True)
        answer = solve_program(program, Effort())
        assert linear.proven(program, answer.multipliers) >= 0 or answer.claim is not None
        if answer.values is not None:
            assert linear.attained(program, answer.values) <= linear.proven(program, answer.multipliers)


def test_without_time_any_multipliers_bound():
    program = shares(0)
    answer = solve_program(program, Effort(time_limit=0.0))
    assert answer.values is None
    assert "time" in answer.claim
    assert linear.proven(program, answer.multipliers) == sum(
        max(program.objective[4 * b : 4 * b + 4]) for b in range(2)
    )


def test_free_columns_are_balanced(monkeypatch):
    """max z: z <= x1, z <= x2, x1 + x2 = 1, where z may be anything; the bound is restored through the rows of z."""
    rows = [
        Row(("total",), "=", 1, {0: 1, 1: 1}.items),
        Row(("first",), "<=", 0, {0: -1, 2: 1}.items),
        Row(("second",), "<=", 0, {1: -1, 2: 1}.items),
    ]
    program = Program([Block(("x",), (2,)), Block(("z",), (), free=True)], [0, 0, 1], lambda: rows)
    assert bounds(program, solve_program(program, Effort())) == (F(1, 2), F(1, 2))
    monkeypatch.setattr(linear_kind, "EXACT_ROWS", 0)
    answer = solve_program(program, Effort())
    assert linear.proven(program, answer.multipliers) - F(1, 2) < F(1, 10**9)


@dataclass(frozen=True, kw_only=True, repr=False)
class SharesStatement(Statement):
    """Masses on two simplices, by the seed of their numbers, and what they have to be worth."""

    kind = "shares"
    seed: int = stated(lambda raw, _: int(raw), "", "the seed")
    least: F = stated(number, "", "the least value", default=F(-1000))


def priced(statement):
    program = shares(statement.seed)
    worth = Row(("worth",), ">=", statement.least, dict(enumerate(program.objective)).items)
    return Program(program.blocks, program.objective, lambda: [*program.rows(), worth])


def test_a_kind_with_names_is_solved_whole():
    kind, solve_by_program = named.linear_kind(SharesStatement, priced), method_of(priced)
    for seed in range(5):
        statement = kind.statement({"seed": seed})
        found = solve_by_program(statement, Effort())
        verdict = proven(kind, statement, found.primal, found.dual)
        assert verdict.grade == "exact"
        more = kind.statement({"seed": seed, "least": verdict.upper + 1})
        found = solve_by_program(more, Effort())
        assert found.infeasible
        assert proven(kind, more, None, found.dual, infeasible=True).grade == "infeasible"


def test_nothing_feasible_is_proven():
    rows = [Row(("total",), "=", 1, {0: 1}.items), Row(("more",), ">=", F(3, 2), {0: F(1, 3)}.items)]
    program = Program([Block(("x",), (1,))], [1], lambda: rows)
    answer = solve_program(program, Effort())
    assert answer.infeasible
    linear.emptied(program, answer.multipliers)
