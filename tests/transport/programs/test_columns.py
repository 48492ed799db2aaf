"""Column generation and what turns its floats into exact plans."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from dual.errors import SolverError
from dual.numbers.arrays import Array, read_array
from persuasion.private.marginals import Marginals
from persuasion.two_receivers.near import coarse_to_fine
from persuasion.two_receivers.pairs import Pairs
from transport.coupling.admissible import admissible_weights, completed
from transport.coupling.forest import flows, potentials, spanning_tree
from transport.coupling.majorants import _denominator, as_floats, excess
from transport.programs.columns import Stop, generate
from transport.programs.effort import Effort


def whole_program(client, cells):
    """The value by all columns at once, from the columns' definition."""
    columns = client.columns(cells)
    matrix = np.zeros((len(client.masses) + client.rows, len(cells)))
    matrix[columns.block, np.arange(len(cells))] = 1
    for k in range(len(cells)):
        here = slice(columns.start[k], columns.start[k + 1])
        np.add.at(matrix[len(client.masses) :, k], columns.rows[here], columns.coefficients[here])
    right = np.concatenate([client.masses, np.zeros(client.rows)])
    return -linprog(-columns.cost, A_eq=matrix, b_eq=right, method="highs").fun


@pytest.mark.parametrize("seed", range(6))
def test_generation_reaches_the_whole_program_s_value(seed):
    rng = np.random.default_rng(seed)
    x, y = (np.linspace(0, 1, int(n)) for n in rng.integers(4, 15, size=2))
    prior = float(rng.uniform(0.05, 0.95))
    utility = [rng.normal(size=(len(x), len(y))) for _ in range(2)]
    client = Pairs(prior, x, y, utility)
    found = generate(client, Stop(1e-10))
    cells = np.concatenate([client.allowed(s, *(k.ravel() for k in np.indices(client.shape))) for s in (0, 1)])
    assert found.value == pytest.approx(whole_program(client, cells), abs=1e-8)
    assert found.bound == pytest.approx(found.value, abs=1e-8)
    assert coarse_to_fine(Pairs(prior, x, y, utility), Stop(1e-10), floor=4).value == pytest.approx(
        found.value, abs=1e-8
    )
    points = [np.stack([1 - axis, axis], axis=1) for axis in (x, y)]
    other = Marginals(client.masses, points, utility, client.start())
    assert generate(other, Stop(1e-10)).value == pytest.approx(found.value, abs=1e-8)


def test_every_round_proves_a_bound_and_rounds_can_be_limited():
    rng = np.random.default_rng(1)
    x = np.linspace(0, 1, 40)
    client = Pairs(0.4, x, x, [rng.random((40, 40)) for _ in range(2)])
    best = generate(client, Stop(1e-12)).value
    news = []
    for rounds in (1, 2, 4):
        stopped = generate(client, Stop(0.0, rounds), Effort(progress=news.append))
        assert stopped.rounds <= rounds
        assert stopped.value <= best + 1e-9 <= stopped.bound + 2e-9
    assert all("round" in line for line in news)


def test_no_time_at_all_still_gives_a_plan():
    x = np.linspace(0, 1, 9)
    client = Pairs(0.5, x, x, [np.outer(x, x)] * 2)
    found = generate(client, Stop(), Effort(time_limit=0.0))
    assert found.masses.sum() == pytest.approx(1)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=7), st.randoms(use_true_random=False))
def test_weights_average_to_the_prior(rough, random):
    points = [(1 - F(k, 6), F(k, 6)) for k in range(len(rough))]
    top = points[-1][1]
    prior = top * F(random.randint(1, 9), 10)
    total = sum(rough) or 1
    weights = admissible_weights(points, (1 - prior, prior), [w / total for w in rough], [0, len(points) - 1])
    assert min(weights) >= 0
    assert sum(weights) == 1
    assert sum(w * x[1] for w, x in zip(weights, points, strict=True)) == prior


def test_weights_that_are_nearly_right_hardly_move():
    points = [(1 - F(k, 10), F(k, 10)) for k in range(11)]
    rough = [0.1, 0, 0, 0.3, 0, 0.2, 0, 0.4, 0, 0, 0]
    prior = F(9 + 10 + 28, 100)
    weights = admissible_weights(points, (1 - prior, prior), rough, [0, 10])
    assert max(abs(float(w) - r) for w, r in zip(weights, rough, strict=True)) < 1e-12


def test_a_prior_beyond_the_corners_is_an_error():
    with pytest.raises(SolverError, match="corners"):
        admissible_weights([(1, 0), (F(1, 2), F(1, 2))], (F(1, 4), F(3, 4)), [0.5, 0.5], [0, 1])
    with pytest.raises(SolverError, match="corners"):  # and where the corners are the same
        admissible_weights([(1, 0), (1, 0)], (1, 0), [0.5, 0.5], [0, 1])


@given(st.integers(1, 3), st.randoms(use_true_random=False))
def test_completed_plans_have_the_marginals(axes, random):
    counts = [random.randint(1, 4) for _ in range(axes)]
    shares = [[F(random.randint(0, 5)) for _ in range(count)] for count in counts]
    for side in shares:
        side[0] += 1
    marginals = [[mass / sum(side) for mass in side] for side in shares]
    rough = {tuple(random.randrange(count) for count in counts): random.random() for _ in range(5)}
    plan = completed(rough, marginals)
    assert all(mass > 0 for mass in plan.values())
    for axis, side in enumerate(marginals):
        for k, mass in enumerate(side):
            assert sum((m for cell, m in plan.items() if cell[axis] == k), F(0)) == mass


@pytest.mark.parametrize("seed", range(5))
def test_trees_carry_flows_and_potentials(seed):
    rng = np.random.default_rng(seed)
    n, m = (int(k) for k in rng.integers(1, 6, size=2))
    cells = [(i, j) for i in range(n) for j in range(m)]
    rng.shuffle(cells)
    cells = [tuple(int(k) for k in cell) for cell in cells]
    tree = spanning_tree(n, m, cells)
    assert len(tree) == n + m - 1
    gain = read_array(rng.integers(-5, 6, size=(n, m)), "gain", (n, m))
    f, g = potentials(tree, gain)
    assert all(f[i] + g[j] == gain.at(i, j) for i, j in tree)
    amounts = {cell: F(int(rng.integers(0, 9))) for cell in tree}
    source = [sum((a for (i, _), a in amounts.items() if i == k), F(0)) for k in range(n)]
    target = [sum((a for (_, j), a in amounts.items() if j == k), F(0)) for k in range(m)]
    assert flows(tree, source, target) == amounts


@pytest.mark.parametrize("scale", [F(1), F(1, 10**300), F(10**300), F(10**400)])
def test_the_filter_finds_exactly_the_cells_in_excess(scale):
    rng = np.random.default_rng(3)
    table = rng.integers(-9, 10, size=(12, 9))
    r, c = ([scale * int(k) for k in rng.integers(-4, 9, size=size)] for size in (12, 9))
    exact = Array((12, 9), tuple(int(k) * scale.numerator for k in table.ravel()), scale.denominator)
    expected = [(i, j) for i in range(12) for j in range(9) if scale * int(table[i, j]) > r[i] + c[j]]
    assert excess(exact, as_floats(exact), r, c, most=1000) == expected


def test_ties_are_not_excess_and_the_least_excess_is_found():
    table = read_array([[0.1 + 0.2]], "u", (1, 1))
    side = F(0.1 + 0.2)
    assert excess(table, as_floats(table), [side], [F(0)]) == []
    assert excess(table, as_floats(table), [side - F(1, 10**40)], [F(0)]) == [(0, 0)]


def test_denominators_of_doubles_are_the_exact_ones():
    rng = np.random.default_rng(5)
    for values in (
        [0.0, 1.0, -3.0],
        [0.1, -0.3, 1e-9],
        [5e-324, 1.0],
        [-5e-324, 2.0**-1074 * 6],
        [2.0**60, 0.5],
        [1e308, 2.0**-30 * 3],
        (rng.normal(size=60) * 10.0 ** rng.integers(-30, 30, size=60)).tolist(),
    ):
        table = read_array(np.array([values]), "u", (1, len(values)))
        assert _denominator(table) == max(F(value).denominator for value in values)
