"""Plans and potentials of other solvers: repaired, proven, and where column generation starts."""

from fractions import Fraction as F

import numpy as np
import pytest

import suasion
from dual.errors import InputError
from persuasion import TwoReceiverPersuasion
from persuasion.two_receivers.methods import scaled_client
from persuasion.two_receivers.prices import client_of


def problem_of(seed, n=9, m=11):
    rng = np.random.default_rng(seed)
    grid = {"x": [F(i, n - 1) for i in range(n)], "y": [F(j, m - 1) for j in range(m)]}
    low, high = rng.integers(-50, 50, size=(2, n, m))
    return TwoReceiverPersuasion("2/5", {"l": low, "h": high}, grid=grid), rng


def floats_of(solution):
    duals = [np.array([float(a) for a in side]) for side in (solution.alpha1, solution.alpha2)]
    plans = np.zeros((2, len(solution.problem.x), len(solution.problem.y)))
    for state, atoms in enumerate((solution.primal.plan.l, solution.primal.plan.h)):
        for i, j, mass in atoms:
            plans[state, i, j] = mass
    return plans, duals


@pytest.mark.parametrize("seed", range(5))
def test_rough_floats_prove_bounds_near_the_optimum_whatever_the_sign(seed):
    problem, rng = problem_of(seed)
    best = problem.solve()
    plans, duals = floats_of(best)
    for sign in (1, -1):
        rough = [sign * a + 1e-6 * rng.normal(size=len(a)) for a in duals]
        proven = suasion.certify(problem, plans * (1 + 1e-7 * rng.normal(size=plans.shape)), rough)
        assert proven.lower <= best.lower <= best.upper <= proven.upper
        assert proven.upper - proven.lower < F(1, 1000)
        assert proven.verify().accepted
    flat = problem.certify(dual=np.concatenate(duals))
    assert flat.lower is None
    assert best.upper <= flat.upper


def test_nonsense_proves_something_true():
    problem, rng = problem_of(7)
    best = problem.solve()
    proven = problem.certify({"l": rng.random((9, 11)), "h": rng.random((9, 11))}, rng.normal(size=20))
    assert proven.lower <= best.lower
    assert best.upper <= proven.upper


def test_a_solve_starts_at_what_was_given():
    problem, _ = problem_of(3)
    best = problem.solve("generated")
    plans, duals = floats_of(best)
    start = problem.certify(list(plans), duals)
    again = problem.solve("generated", start=start)
    assert (again.lower, again.upper) == (best.lower, best.upper)
    once = problem.solve("generated", start=start, rounds=1, gap=1e-9)
    assert once.upper - once.lower < F(1, 10**6)


def test_duals_of_pdlp_are_repaired_into_a_bound():
    pytest.importorskip("ortools")
    problem, _ = problem_of(2)
    best = problem.solve()
    rough = problem.solve("pdlp", gap=1e-3)
    proven = problem.certify(dual=(list(map(float, rough.alpha1)), list(map(float, rough.alpha2))))
    assert best.upper <= proven.upper <= best.upper + 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dual": ([0.0] * 9, [0.0] * 9)}, r"dual\[1\]: the shape is 9 where 11 is needed"),
        ({"primal": [np.zeros((9, 11))]}, "primal: a plan for either state"),
        ({"primal": [np.zeros((9, 11)), np.full((9, 11), np.inf)]}, "primal.h: an entry is not a finite number"),
    ],
)
def test_wrong_shapes_and_entries_are_named(given, message):
    with pytest.raises(InputError, match=message):
        problem_of(0)[0].certify(**given)


def test_the_scaled_client_and_the_plain_one_have_the_same_extremes():
    problem, _ = problem_of(1)
    client = client_of(problem.statement)
    scaled, unit = scaled_client(client)
    for (low, high), (least, largest) in zip(client.extremes, scaled.extremes, strict=True):
        assert np.isclose((high - low) / unit, largest - least)
