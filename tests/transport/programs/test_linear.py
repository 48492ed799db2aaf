"""Solving linear programs exactly: every outcome is proven from the statement alone."""

import random
import subprocess
import sys
from fractions import Fraction as F

import numpy as np
import pytest

from dual import InputError, SolverError
from tests.transport.programs.proofs import (
    best_vertex,
    dense,
    obedience,
    outcome,
    prove,
    random_obedience,
    random_program,
)
from transport.programs import highs, linear
from transport.programs.linear import Basis, Infeasible, LinearProgram, Optimum, Unbounded, solve


def test_optimum_of_a_textbook_program():
    # Chvatal, Linear Programming, 1983, chapter 1: 13 at (2, 0, 1).
    program = LinearProgram(
        [5, 4, 3], [{0: 2, 1: 3, 2: 1}, {0: 4, 1: 1, 2: 2}, {0: 3, 1: 4, 2: 2}], ["<="] * 3, [5, 11, 8]
    )
    found = solve(program)
    prove(program, found)
    assert (found.value, found.primal, found.dual) == (13, (2, 0, 1), (1, 0, 1))
    assert all(isinstance(value, F) for value in (found.value, *found.primal, *found.dual))


@pytest.mark.parametrize(
    ("prior", "sender", "receiver", "value"),
    [
        # prosecutor and judge, Kamenica and Gentzkow 2011
        (["7/10", "3/10"], [[0, 1], [0, 1]], [[1, 0], [0, 1]], F(3, 5)),
        # three states -2, -1, 3: buys iff the expected state is at least zero
        (["3/10", "2/5", "3/10"], [[0, 1]] * 3, [[0, -2], [0, -1], [0, 3]], F(19, 20)),
        # the receiver rounds the expected state in {0, 1, 2}; the sender gets the action
        (["1/2", "3/10", "1/5"], [[0, 1, 2]] * 3, [[-((s - a) ** 2) for a in range(3)] for s in range(3)], F(6, 5)),
        (["1/3", "1/3", "1/3"], [[0, 1, 2]] * 3, [[-((s - a) ** 2) for a in range(3)] for s in range(3)], F(3, 2)),
        # same receiver, the sender gets (0, 1, 4)
        (["1/3", "1/3", "1/3"], [[0, 1, 4]] * 3, [[-((s - a) ** 2) for a in range(3)] for s in range(3)], F(8, 3)),
    ],
)
def test_persuasion_values_from_the_literature(prior, sender, receiver, value):
    program = obedience([F(mass) for mass in prior], sender, receiver)
    found = solve(program)
    prove(program, found)
    assert found.value == value


def check_random(seed, count):
    rng = random.Random(seed)
    kinds = set()
    for _ in range(count):
        program = random_program(rng)
        found = outcome(lambda program=program: solve(program))
        prove(program, found)
        kinds.add(type(found))
        n, m = len(program.objective), len(program.rows)
        start = Basis(
            tuple(j for j in range(n) if rng.random() < 0.5), tuple(i for i in range(m) if rng.random() < 0.5)
        )
        again = outcome(lambda program=program, start=start: solve(program, start=start))
        prove(program, again)
        assert type(again) is type(found)
    assert kinds == {Optimum, Infeasible, Unbounded}


def test_random_programs_are_proven():
    check_random(1, 100)


@pytest.mark.slow
def test_random_programs_are_proven_at_length():
    check_random(2, 1000)


def test_value_is_the_best_of_all_vertices():
    rng, seen = random.Random(5), 0
    while seen < 25:
        program = random_program(rng, 4, 4)
        found = outcome(lambda program=program: solve(program))
        vertex = best_vertex(program)
        assert (vertex is None) == isinstance(found, Infeasible)
        if isinstance(found, Optimum):
            assert found.value == vertex
            seen += 1


def test_medium_programs_agree_with_scipy():
    from scipy.optimize import linprog

    rng = random.Random(3)
    for _ in range(5):
        rows = [{j: rng.randint(-3, 9) for j in range(30)} for _ in range(20)]
        program = LinearProgram(
            [rng.randint(0, 20) for _ in range(30)], rows, ["<="] * 20, [rng.randint(1, 50) for _ in range(20)]
        )
        found = outcome(lambda program=program: solve(program))
        prove(program, found)
        matrix = np.array(dense(program), dtype=float)
        other = linprog(-np.array(program.objective), A_ub=matrix, b_ub=program.rhs, method="highs-ipm")
        if isinstance(found, Optimum):
            assert float(found.value) == pytest.approx(-other.fun, rel=1e-6)
        else:
            assert isinstance(found, Unbounded)
            assert other.status == 3


def test_assignment_agrees_with_the_hungarian_method():
    from scipy.optimize import linear_sum_assignment

    gain = np.random.default_rng(4).integers(0, 100, (15, 15))
    index = np.arange(225).reshape(15, 15)
    one = np.ones(15, dtype=np.int64)
    program = LinearProgram(gain.ravel(), [(view, one) for view in (*index, *index.T)], ["="] * 30, [1] * 30)
    found = solve(program)
    assert found.exact
    assert found.value == gain[linear_sum_assignment(gain, maximize=True)].sum()
    assert set(found.primal) == {0, 1}


@pytest.mark.parametrize("power", [-12, 12, -400, 400])
def test_scale_of_the_data_does_not_matter(power):
    rng, factor = random.Random(power), F(10) ** power
    for _ in range(3):
        plain = random_obedience(rng, 5)
        rows = [{j: factor * value for j, value in row.items()} for row in plain.rows]
        value = solve(plain).value
        payoffs = LinearProgram([factor * gain for gain in plain.objective], plain.rows, plain.senses, plain.rhs)
        assert solve(payoffs).value == factor * value
        scaled = LinearProgram(plain.objective, rows, plain.senses, plain.rhs)
        assert solve(scaled).value == value / factor
        masses = LinearProgram(plain.objective, plain.rows, plain.senses, [factor * side for side in plain.rhs])
        assert solve(masses).value == factor * value


def test_scales_that_differ_between_columns():
    # max x + y: x <= 1e-12 and 1e12 y <= 1, and both tied by a third row that does not bind
    tiny, huge = F(1, 10**12), F(10**12)
    program = LinearProgram([1, 1], [{0: 1}, {1: huge}, {0: huge, 1: tiny}], ["<="] * 3, [tiny, 1, 2])
    found = solve(program)
    prove(program, found)
    assert found.value == 2 * tiny


@pytest.mark.parametrize("n", [3, 12])
def test_klee_minty_cube(n):
    # Klee and Minty 1972: the optimum of the n-cube so twisted is 5^n, at its last corner.
    rows = [{**{j: 2 ** (i - j + 1) for j in range(i)}, i: 1} for i in range(n)]
    program = LinearProgram([2 ** (n - 1 - j) for j in range(n)], rows, ["<="] * n, [5 ** (i + 1) for i in range(n)])
    found = solve(program)
    prove(program, found)
    assert found.value == 5**n


def test_redundant_equations():
    # the third equation is the sum of the others, the fourth is one of them doubled
    rows = [{0: 1, 1: 1}, {2: 1, 3: 1}, {0: 1, 1: 1, 2: 1, 3: 1}, {0: 2, 1: 2}, {}]
    program = LinearProgram([3, 1, F(1, 2), 2], rows, ["="] * 5, [F(1, 3), F(2, 3), 1, F(2, 3), 0])
    found = solve(program)
    prove(program, found)
    assert found.value == F(7, 3)


@pytest.mark.parametrize(
    ("rows", "senses", "rhs", "free"),
    [
        ([{0: 1}, {0: 1}], ["<=", ">="], [1, 2], []),
        ([{0: 1, 1: 1}], ["="], [-1], []),
        ([{0: 1, 1: 1}, {0: 2, 1: 2}], ["=", "="], [1, 3], [0, 1]),
        ([{}], [">="], [F(1, 10**12)], []),
        ([{0: 1, 1: -1}, {0: -1, 1: 1}], ["<=", "<="], [0, F(-1, 10**13)], [0, 1]),
    ],
)
def test_infeasible_programs_come_with_a_farkas_vector(rows, senses, rhs, free):
    program = LinearProgram([1, -1], rows, senses, rhs, free)
    with pytest.raises(Infeasible, match="infeasible") as refusal:
        solve(program)
    prove(program, refusal.value)


@pytest.mark.parametrize(
    ("objective", "rows", "senses", "rhs", "free"),
    [
        ([1], [], [], [], []),
        ([-1], [], [], [], [0]),
        ([1, 0], [{0: 1, 1: -1}], ["<="], [1], []),
        ([F(1, 10**12), -1], [{0: 1, 1: -(10**13)}], ["="], [7], []),
    ],
)
def test_unbounded_programs_come_with_a_ray(objective, rows, senses, rhs, free):
    program = LinearProgram(objective, rows, senses, rhs, free)
    with pytest.raises(Unbounded, match="unbounded") as refusal:
        solve(program)
    prove(program, refusal.value)


@pytest.mark.parametrize(
    "program",
    [
        LinearProgram([], [], [], []),
        LinearProgram([], [{}], ["<="], [1]),
        LinearProgram([-1, 0], [], [], []),
        LinearProgram([0, 0], [{0: 0, 1: 0}], ["="], [0]),
        LinearProgram([0], [{0: 1}], ["="], [5], [0]),
    ],
)
def test_degenerate_shapes(program):
    found = solve(program)
    prove(program, found)
    assert found.value == 0


def test_obedience_programs_are_always_exact():
    rng = random.Random(12)
    for most in (1, 5):
        for _ in range(3):
            program = random_obedience(rng, 12, most)
            prove(program, solve(program))


def test_differences_below_float_precision_decide(monkeypatch):
    # without the noise of size 1e-12 these programs are full of ties
    programs = [random_obedience(random.Random(seed), 8, 1, F(1, 10**12)) for seed in range(5)]
    pivots = []
    for program in programs:
        found = solve(program)
        prove(program, found)
        pivots.append(found.pivots)
    monkeypatch.setattr(linear, "refined", lambda tableau, *_: tableau)
    unrefined = [solve(program).pivots for program in programs]
    assert sum(pivots) < sum(unrefined)


def test_a_difference_far_below_float_precision_decides():
    program = LinearProgram([1, 1 + F(1, 10**30)], [{0: 1, 1: 1}], ["="], [1])
    assert solve(program).primal == (0, 1)


def test_many_rows_enter_only_as_needed():
    # a polygon of 400 tangents to the circle, rational points of it from Pythagorean triples
    tangents = [(F(1 - t * t, 1 + t * t), F(2 * t, 1 + t * t)) for t in (F(k, 200) for k in range(-200, 200))]
    program = LinearProgram(
        [3, 4], [{0: x, 1: y} for x, y in tangents], ["<="] * len(tangents), [1] * len(tangents), free=[0, 1]
    )
    found = solve(program)
    prove(program, found)
    # the optimum touches the tangent at (3/5, 4/5), t = 1/2
    assert found.value == 5


def test_a_start_is_used_and_any_start_will_do():
    program = random_obedience(random.Random(8), 8)
    first = solve(program)
    assert first.iterations > 0
    again = solve(program, start=first.basis)
    assert (again.primal, again.iterations, again.pivots) == (first.primal, 0, 0)
    for start in (Basis((), ()), Basis((0, 0, 999), (0, -1, 1, 1)), Basis(tuple(range(64)), tuple(range(64)))):
        found = solve(program, start=start)
        prove(program, found)
        assert found.value == first.value


def test_same_input_same_output():
    program = random_obedience(random.Random(9), 10, 1)
    first, second = solve(program), solve(program)
    assert (first.primal, first.dual, first.basis) == (second.primal, second.dual, second.basis)


def test_rows_may_be_mappings_sequences_or_arrays():
    plain = LinearProgram([1, 4], [{0: 1, 1: 3}, {1: 1}], ["<=", "<="], [4, 1])
    pairs = LinearProgram(
        np.array([1, 4]),
        [(np.array([1, 0]), np.array([3, 1], dtype=np.int8)), ([1], [F(1)])],
        ["<=", "<="],
        np.array([4, 1], dtype=np.uint64),
    )
    assert solve(plain).value == solve(pairs).value == 5
    big = LinearProgram([1], [([0], np.array([-(2**63)]))], [">="], [-(2**64)])
    assert solve(big).value == 2


def test_too_large_for_exact_arithmetic_is_said():
    rng = random.Random(10)
    program = random_obedience(rng, 6)
    exact = solve(program)
    rough = solve(program, exact_rows=1)
    assert exact.exact
    assert not rough.exact
    assert "more than 1" in rough.reason
    assert float(rough.value) == pytest.approx(float(exact.value), abs=1e-7)
    assert sum(map(float, rough.dual[:6])) == pytest.approx(float(sum(exact.dual[:6])), abs=5.0)
    covered = [
        sum(rough.dual[i] * row.get(j, 0) for i, row in enumerate(program.rows)) - gain
        for j, gain in enumerate(program.objective)
    ]
    assert min(map(float, covered)) > -1e-7
    assert all(value.denominator & (value.denominator - 1) == 0 for value in rough.dual)


def test_numbers_too_long_for_a_file_are_said():
    found = solve(LinearProgram([1], [{0: 1}], ["<="], [F(1, 10**5000)]))
    assert not found.exact
    assert "4000 digits" in found.reason
    assert abs(found.value * 10**5000 - 1) < F(1, 10**12)


def claim(monkeypatch, columns, rows, optimal, basis):
    """Let the float solver say something of no value."""
    word = highs.FloatOptimum(basis, optimal, np.zeros(columns), np.zeros(rows), "Infeasible")
    monkeypatch.setattr(highs.FloatSolver, "solve", lambda _: word)


def test_out_of_reach_without_a_float_optimum_is_an_error(monkeypatch):
    triangle = LinearProgram([1] * 3, [{0: 1, 1: 1}, {1: 1, 2: 1}, {0: 1, 2: 1}], ["="] * 3, [1] * 3)
    assert solve(triangle).value == F(3, 2)
    claim(monkeypatch, 3, 3, False, Basis((0, 1, 2), (0, 1, 2)))
    assert solve(triangle).value == F(3, 2)
    with pytest.raises(SolverError, match=r"'Infeasible', which could not be checked: .* 3 rows, more than 2"):
        solve(triangle, exact_rows=2)


@pytest.mark.parametrize("optimal", [True, False])
@pytest.mark.parametrize("basis", [Basis((), ()), Basis((0, 1, 2), (0, 1, 2)), Basis((5, 7), (9, 11))])
def test_the_solver_is_not_trusted(monkeypatch, optimal, basis):
    program = random_obedience(random.Random(11), 4)
    truth = solve(program)

    claim(monkeypatch, 16, 16, optimal, basis)
    found = solve(program)
    prove(program, found)
    assert found.value == truth.value


def test_nothing_is_printed(capfd):
    solve(random_obedience(random.Random(13), 12))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], [{0: 1}], ["=="], [1]), r"senses\[0\]: '==' is not a sense"),
        (([1], [{0: 1}], [], [1]), "senses: there are 0 entries, but 1 rows"),
        (([1], [{0: 1}], ["="], [1, 2]), "rhs: there are 2 entries, but 1 rows"),
        (([1], [{1: 1}], ["="], [1]), r"rows\[0\]: there is no column 1; there are 1 columns"),
        (([1], [{0: 1}, {-1: 1}], ["=", "="], [1, 1]), r"rows\[1\]: there is no column -1"),
        (([1], [{0: 1}], ["="], [1], [1]), "free: there is no column 1"),
        (([0.5], [{0: 1}], ["="], [1]), r"objective\[0\]: 0.5 is not an int or a Fraction"),
        (([1], [{0: True}], ["="], [1]), r"rows\[0\]\[0\]: True is not"),
        (([1], [{0: 1}], ["="], [0.5]), r"rhs\[0\]: 0.5 is not"),
        (([1, 1], [([1, 1], [1, 2])], ["="], [1]), r"rows\[0\]: column 1 appears twice"),
        (([1, 1], [([0, 1, 0], [1, 2, 3])], ["="], [1]), r"rows\[0\]: column 0 appears twice"),
        (([1, 1], [([0, 1], [1])], ["="], [1]), r"rows\[0\]: there are 2 columns, but 1 coefficients"),
        (([1], [([0.0], [1])], ["="], [1]), r"rows\[0\]: the columns are not a list of integers"),
        (([1], [{0, 1}], ["="], [1]), r"rows\[0\]: a row is a mapping"),
        ((np.array([0.5]), [{0: 1}], ["="], [1]), "objective: an array must be"),
        ((np.array([[1]]), [{0: 1}], ["="], [1]), "objective: an array must be"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(InputError, match=message):
        solve(LinearProgram(*arguments))


@pytest.mark.parametrize(
    ("module", "banned"),
    [
        ("transport.road", {"scipy", "highspy", "flint"}),
        ("transport.programs.linear", {"scipy", "highspy", "flint"}),
        ("transport.programs.rounding", {"scipy", "highspy", "flint"}),
    ],
)
def test_imports_are_light(module, banned):
    script = f"import sys, {module}; print(*(sys.modules.keys() & {banned!r}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
