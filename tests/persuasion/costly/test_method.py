"""The two solvers of costly persuasion held against each other, and the instances that are hard for them."""

import random
from fractions import Fraction as F

import numpy as np
import pytest

from persuasion import CostlyPersuasion
from persuasion.costly.model import EntropyModel, QuadraticModel

MATCH = [[1, 0], [0, 1]]


def instance(seed, states, actions, cost):
    rng = random.Random(seed)
    weights = [rng.randint(1, 5) for _ in range(states)]

    def table():
        return [[rng.randint(-4, 4) for _ in range(actions)] for _ in range(states)]

    return [F(w, sum(weights)) for w in weights], table(), table(), cost


@pytest.mark.parametrize(("seed", "states", "actions"), [(0, 2, 2), (1, 2, 4), (2, 3, 2)])
def test_exchange_and_interior_point_agree(seed, states, actions):
    """A quadratic cost, named and written out: two methods, two kinds of proof, one value."""
    prior, sender, receiver, _ = instance(seed, states, actions, None)
    square = " + ".join(f"2*(q{s} - {mass})**2" for s, mass in enumerate(prior))
    named = CostlyPersuasion(prior, sender, receiver, {"quadratic": 2}).solve()
    written = CostlyPersuasion(prior, sender, receiver, square).solve()
    assert (named.solver["method"], written.solver["method"]) == ("convex", "exchange")
    for solution in (named, written):
        assert 0 <= solution.upper - solution.lower < F(1, 10**8)
    assert max(named.lower, written.lower) <= min(named.upper, written.upper)


@pytest.mark.parametrize("cost", ["entropy", "quadratic"])
def test_renumbering_states_and_actions_renumbers_the_answer(cost):
    prior, sender, receiver, _ = instance(5, 3, 3, None)
    states, actions = [2, 0, 1], [1, 2, 0]

    def moved(table):
        return [[table[s][a] for a in actions] for s in states]

    one = CostlyPersuasion(prior, sender, receiver, {cost: "1/2"}).solve()
    other = CostlyPersuasion([prior[s] for s in states], moved(sender), moved(receiver), {cost: "1/2"}).solve()
    assert (one.lower, one.upper) == (other.lower, other.upper)
    assert [one.prices[s] for s in states] == list(other.prices)
    assert sorted(tuple(signal.joint[s] for s in states) for signal in one.signals) == sorted(
        signal.joint for signal in other.signals
    )


@pytest.mark.parametrize("weight", ["1/1000", "1/10", "1", "1000"])
@pytest.mark.parametrize("cost", ["entropy", "quadratic"])
def test_an_action_obeyed_at_one_belief_only(cost, weight):
    """The sender wants action 1, which the receiver takes when certain of state 0, as good as action 0 there."""
    problem = CostlyPersuasion(["1/2", "1/2"], [[0, 1], [0, 1]], [[0, 0], [1, 0]], {cost: weight})
    solution = problem.solve()
    assert solution.verify().accepted
    assert solution.upper - solution.lower < F(1, 10**9)
    for signal in solution.signals:
        assert signal.recommendation == "0" or signal.posterior == (1, 0)


@pytest.mark.parametrize("mass", ["0", "1e-100", "1e-12", "1e-6"])
def test_unlikely_states_move_the_value_by_their_mass(mass):
    """A third state in which nothing differs: at most its mass times a few units away from the two-state value."""
    rare = F(mass)
    prior = [(1 - rare) / 2, (1 - rare) / 2, rare]
    two = CostlyPersuasion(["1/2", "1/2"], MATCH, MATCH, {"entropy": 1}).solve()
    three = CostlyPersuasion(prior, [*MATCH, [1, 1]], [*MATCH, [1, 1]], {"entropy": 1}).solve()
    assert three.upper - three.lower < F(1, 10**8)
    assert abs(three.lower - two.lower) <= 50 * rare + F(1, 10**8)


def test_an_expression_that_is_not_convex_keeps_true_bounds():
    """Cost 1 at the middle and 0 at certainty pays for information: full information is best and worth 1."""
    solution = CostlyPersuasion(["1/2", "1/2"], MATCH, MATCH, "4*q0*q1").solve()
    assert (solution.grade, solution.lower) == ("exact", 1)


def test_a_cost_with_bends():
    """Guessing with cost abs(q1 - 1/2): v - cost = max(q, 1 - q) - abs(q - 1/2) = 1/2 everywhere."""
    solution = CostlyPersuasion(["2/5", "3/5"], MATCH, MATCH, "abs(p - 1/2)").solve()
    assert (solution.grade, solution.lower) == ("exact", F(1, 2))


def test_no_time_leaves_true_bounds():
    solution = CostlyPersuasion(["1/2", "1/2"], MATCH, MATCH, {"entropy": 1}).solve(time_limit=0)
    assert solution.lower == F(1, 2)
    assert solution.upper >= F(62, 100)


@pytest.mark.parametrize("model", [EntropyModel, QuadraticModel])
def test_the_conjugates_derivatives(model):
    """The gradient of the conjugate is the posterior, and its Jacobian the curvature, by differences."""
    prior = np.array([0.5, 0.3, 0.2])
    cost = model(prior)
    excess = np.array([0.1, -0.2, 0.15])
    found = cost.conjugates(excess[None])[0]
    assert np.allclose(excess - cost.marginal(found.belief), found.value)
    for k in range(3):
        step = np.eye(3)[k] * 1e-6
        ahead, behind = (cost.conjugates((excess + sign * step)[None])[0] for sign in (1, -1))
        assert abs((ahead.value - behind.value) / 2e-6 - found.belief[k]) < 1e-8
        assert np.allclose((ahead.belief - behind.belief) / 2e-6, found.curvature[k], atol=1e-8)
