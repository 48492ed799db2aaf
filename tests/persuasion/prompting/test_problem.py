"""Prompting: equilibria and relaxed benchmarks against their definitions at every tolerance that could matter."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

import dual
import suasion
from dual.errors import InputError
from persuasion import Prompting

TABLE = ([[10, 5, None], [None, None, 8]], [[9, 8, None], [None, None, 10]])


def misaligned(state: int, d: F = F(1, 10), **options: object) -> Prompting:
    """The assistant likes the good response to prompt 0 a little better (state 1) or a little worse (state 2)."""
    sign = 1 if state == 1 else -1
    return Prompting(TABLE[0], [[9 + sign * d, 9 - sign * d, None], [None, None, 10]], **options)


def at(human, ai, e, which):
    """What the definition says a benchmark is at a tolerance, before the infimum."""
    near = []
    for mine, its in zip(human, ai, strict=True):
        best = max(r for r in its if r is not None)
        near.append([h for h, r in zip(mine, its, strict=True) if h is not None and r >= best - e])
    secured = max(map(min, near))
    if which == "human":
        return secured + e
    best = [max(r for r in its if r is not None) for its in ai]
    return min(top for top, own in zip(best, near, strict=True) if max(own) >= secured - e) + e


def least(human, ai, which, tolerance):
    """The infimum over tolerances: all differences of payoffs, and what lies between and just beside them."""
    own = [[x for row in table for x in row if x is not None] for table in (human, ai)]
    steps = {F(0)} | {abs(x - y) for table in own for x, y in itertools.combinations(table, 2)}
    steps |= {F(k, 7) for k in range(7 * int(max(steps) + 2))}
    steps |= {step + F(1, 10**6) for step in steps} | ({tolerance} if tolerance is not None else set())
    return min(at(human, ai, e, which) for e in steps if tolerance is None or e <= tolerance)


@pytest.mark.parametrize("state", [1, 2])
@pytest.mark.parametrize("d", [F(1, 10), F(1, 3), F(3, 2)])
def test_misaligned_states(state, d):
    found = misaligned(state, d).benchmarks
    if state == 1:
        assert found == {"strong": 10, "weak": 10, "human": min(8 + 2 * d, F(10)), "ai": 9 + d} or d > 1
        assert (found["strong"], found["human"]) == (10, min(8 + 2 * d, F(10)))
    else:
        assert (found["strong"], found["human"], found["ai"]) == (8, 8, min(9 + 3 * d, F(10)))


def test_a_small_tolerance():
    first, second = misaligned(1, tolerance="1/20").benchmarks, misaligned(2, tolerance="1/20").benchmarks
    assert (first["human"], first["ai"]) == (10, F(91, 10))
    assert (second["human"], second["ai"]) == (8, 10)


@pytest.mark.parametrize(
    ("benchmark", "value", "tolerance"), [("strong", 10, 0), ("weak", 10, 0), ("human", 9, 1), ("ai", 9, 0)]
)
def test_the_printed_table(benchmark, value, tolerance):
    solution = Prompting(*TABLE, benchmark=benchmark).solve()
    assert (solution.lower, solution.upper, solution.grade) == (value, value, "exact")
    assert solution.answer.tolerance == tolerance
    verdict = solution.verify()
    assert verdict.accepted
    assert verdict.derived


def random_table(rng):
    shape = tuple(rng.integers(1, 5, 2))
    possible = rng.random(shape) < 0.75
    possible[np.arange(shape[0]), rng.integers(0, shape[1], shape[0])] = True
    return tuple(
        [
            [F(int(x), 4) if ok else None for x, ok in zip(*rows, strict=True)]
            for rows in zip(table, possible, strict=True)
        ]
        for table in rng.integers(-8, 9, (2, *shape))
    )


@pytest.mark.parametrize("seed", range(100))
def test_random_tables_against_the_definition(seed):
    rng = np.random.default_rng(seed)
    human, ai = random_table(rng)
    tolerance = None if seed % 3 else F(int(rng.integers(0, 9)), 4)
    found = Prompting(human, ai, tolerance=tolerance).benchmarks
    assert found["human"] == least(human, ai, "human", tolerance)
    assert found["ai"] == least(human, ai, "ai", tolerance)
    assert found["human"] <= found["weak"] <= found["strong"]
    for name, value in found.items():
        solution = Prompting(human, ai, benchmark=name, tolerance=tolerance).solve()
        assert solution.lower == solution.upper == value
        assert dual.verify(solution.document()).accepted


def test_another_answer_is_refused():
    document = Prompting(*TABLE).solve().document()
    for change, text in (
        ({"tolerance": "2"}, "shows 10"),
        ({"prompt": 0, "response": 0}, "is not 8"),
        ({"response": 1}, "has no response 1"),
        ({"tolerance": "0"}, "is not 10"),
        ({"prompt": 0, "response": 1, "tolerance": "1/2"}, "costs the assistant 1 > 1/2"),
    ):
        forged = {**document, "dual": {**document["dual"], **change}}
        verdict = dual.verify(forged)
        assert verdict.upper is None
        assert text in verdict.violation


def test_scaling_and_renaming_change_nothing_else():
    human, ai = random_table(np.random.default_rng(7))
    plain = Prompting(human, ai).benchmarks
    scale = F(10**12)
    scaled = Prompting(*([[None if x is None else x * scale for x in row] for row in own] for own in (human, ai)))
    assert scaled.benchmarks == {name: value * scale for name, value in plain.items()}
    turned = Prompting([row[::-1] for row in human[::-1]], [row[::-1] for row in ai[::-1]])
    assert turned.benchmarks == plain


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"human": [[1, None]], "ai": [[1, 2]]}, r"ai\[0\]\[1\]: a response is possible for both or for neither"),
        ({"human": [[None]], "ai": [[None]]}, r"human\[0\]: a prompt needs a possible response"),
        ({"human": [[1, 2]], "ai": [[1], [2]]}, "ai: .*rows are prompts, columns are responses"),
        ({"human": [[1]], "ai": [[1]], "tolerance": -1}, "tolerance"),
        ({"human": [[1]], "ai": [[1]], "benchmark": "best"}, "benchmark: .*known are human, ai, strong, weak"),
    ],
)
def test_bad_input(fields, message):
    with pytest.raises(InputError, match=message):
        suasion.load({"kind": "prompting", **fields})
