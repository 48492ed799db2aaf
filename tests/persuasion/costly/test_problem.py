"""Costly persuasion: closed forms, grids, weak duality, scaling, and what is refused."""

import math
import random
from fractions import Fraction as F

import pytest
from scipy.optimize import minimize

import dual
from persuasion import Concavification, CostlyPersuasion, Persuasion

MATCH = [[1, 0], [0, 1]]
CONVICT = [[0, 1], [0, 1]]


def test_the_prosecutor_with_a_quadratic_cost_by_hand():
    """v - 16 (q - 3/10)^2 touches its envelope at 1/4 and 1/2: worth 4/5 (-1/25) + 1/5 (1 - 16/25) = 1/25."""
    solution = CostlyPersuasion(["7/10", "3/10"], CONVICT, MATCH, {"quadratic": 8}).solve()
    assert (solution.grade, solution.lower) == ("exact", F(1, 25))
    assert [(s.posterior[1], s.probability) for s in solution.signals] == [(F(1, 4), F(4, 5)), (F(1, 2), F(1, 5))]
    assert solution.information_cost.lower == solution.information_cost.upper == F(4, 25)
    assert solution.gross == F(1, 5)
    assert solution.mutual_information is None


@pytest.mark.parametrize("k", ["1/10", "1/2", "1", "10"])
def test_rational_inattention_has_the_logit_form(k):
    """Symmetric guessing with two states: value k log((1 + exp(1/k)) / 2), posterior 1 / (1 + exp(-1/k))."""
    size = float(F(k))
    solution = CostlyPersuasion(["1/2", "1/2"], MATCH, MATCH, {"entropy": k}).solve()
    value = size * math.log((1 + math.exp(1 / size)) / 2)
    assert solution.grade == "bounded"
    assert abs(float(solution.lower) - value) < 1e-12
    assert abs(float(solution.upper) - value) < 1e-12
    assert solution.upper - solution.lower < F(1, 10**9)
    assert abs(float(solution.signals[0].posterior[0]) - 1 / (1 + math.exp(-1 / size))) < 1e-6
    assert solution.verify().accepted


def test_without_a_cost_it_is_persuasion():
    problem = CostlyPersuasion(["7/10", "3/10"], CONVICT, MATCH, {"entropy": 0})
    assert problem.solve().lower == Persuasion(["7/10", "3/10"], CONVICT, MATCH).solve().lower == F(3, 5)


def test_a_prohibitive_cost_leaves_no_information():
    for cost in ({"entropy": 1000}, {"quadratic": 1000}):
        solution = CostlyPersuasion(["7/10", "3/10"], CONVICT, MATCH, cost).solve()
        assert solution.lower == 0
        assert solution.upper < F(1, 10**9)
        assert len(solution.signals) == 1


def test_an_expression_states_the_same_cost():
    stated = CostlyPersuasion(["7/10", "3/10"], CONVICT, MATCH, "8*(q0**2 + q1**2 - 29/50)").solve()
    assert stated.lower <= F(1, 25) <= stated.upper <= stated.lower + F(1, 10**7)
    concave = Concavification(["7/10", "3/10"], value="(p >= 1/2) - 8*(q0**2 + q1**2 - 29/50)").solve()
    assert concave.lower == F(1, 25)


def random_problem(seed, cost):
    rng = random.Random(seed)
    states, actions = rng.randint(2, 3), rng.randint(2, 4)
    weights = [rng.randint(1, 4) for _ in range(states)]

    def table():
        return [[rng.randint(-3, 3) for _ in range(actions)] for _ in range(states)]

    return CostlyPersuasion([F(w, sum(weights)) for w in weights], table(), table(), {cost: F(rng.randint(1, 8), 4)})


@pytest.mark.parametrize("cost", ["entropy", "quadratic"])
@pytest.mark.parametrize("seed", range(4))
def test_bounds_meet_and_enclose_every_grid(seed, cost):
    """Splittings on a grid of beliefs, by an exact linear program over it, earn no more than the upper bound."""
    problem = random_problem(seed, cost)
    solution = problem.solve()
    assert solution.verify().accepted
    assert solution.upper - solution.lower < F(1, 10**7)
    size = 12
    states = len(problem.prior)
    grid = [*lattice(states, size), problem.prior]
    values = [problem.payoffs_at(q)[0] - problem.statement.cost.at(q, problem.prior).upper for q in grid]
    on_grid = Concavification(problem.prior, beliefs=grid, values=values).solve()
    assert on_grid.lower <= solution.upper
    assert float(solution.lower) - float(on_grid.lower) < 0.5


def lattice(states, size):
    if states == 1:
        return [(F(1),)]
    points = []
    for first in range(size + 1):
        rest = size - first
        if states == 2:
            points.append((F(first, size), F(rest, size)))
        else:
            points += [(F(first, size), F(second, size), F(rest - second, size)) for second in range(rest + 1)]
    return points


@pytest.mark.parametrize("scale", [F(1, 10**12), F(10**12)])
def test_scaling_payoffs_and_cost_scales_the_value(scale):
    problem = random_problem(1, "entropy")
    weight = problem.statement.cost.weight
    scaled = problem.replace(
        sender=[[scale * x for x in row] for row in problem.sender], cost={"entropy": scale * weight}
    ).solve()
    solution = problem.solve()
    assert abs(scaled.lower / scale - solution.lower) < F(1, 10**8)
    assert scaled.upper - scaled.lower < scale * F(1, 10**8)


@pytest.mark.parametrize(
    ("cost", "complaint"),
    [
        ({"entropy": -1}, "cost"),
        ({"entropy": 1, "quadratic": 1}, "cost"),
        ({"entrpy": 1}, "cost"),
        ({}, "cost"),
        (3, "cost"),
        ("q2**2", "cost: .*unknown name 'q2'"),
        ({"entropy": "much"}, "cost.entropy: 'much' is not a number"),
    ],
)
def test_bad_costs_are_refused(cost, complaint):
    with pytest.raises(dual.InputError, match=complaint):
        CostlyPersuasion(["1/2", "1/2"], MATCH, MATCH, cost)


def test_the_picture_needs_two_states():
    ax = CostlyPersuasion(["7/10", "3/10"], CONVICT, MATCH, {"entropy": "1/10"}).solve().plot()
    assert ax.get_ylabel() == "payoff minus cost"
    three = CostlyPersuasion(["1/3"] * 3, [[1], [1], [1]], [[0], [0], [0]], {"entropy": 1}).solve()
    with pytest.raises(dual.SuasionError, match="two states"):
        three.plot()


GUESS = [[1, 0], [0, 1]]
"""Sender and receiver both want the action to be the state."""


@pytest.mark.parametrize(
    ("cost", "function"),
    [
        # Pomatto, Strack and Tamuz (2023): expected log-likelihood ratios, infinite at certainty.
        ("(2*p - 1)*log(p/(1 - p))/20", lambda p: (2 * p - 1) * math.log(p / (1 - p)) / 20),
        ("1/(q0*q1)/100", lambda p: 1 / (p * (1 - p)) / 100),
        ("(1/q0 + 1/q1)/50 - log(q0)/9", lambda p: (1 / (1 - p) + 1 / p) / 50 - math.log(1 - p) / 9),
    ],
)
def test_costs_that_are_infinite_at_certainty(cost, function):
    solution = CostlyPersuasion(["1/2", "1/2"], GUESS, GUESS, cost=cost).solve()

    # With two actions at most two posteriors x < 1/2 < y are needed, with weights that average to 1/2.
    def negated(at):
        x, y = at
        weight = (y - 0.5) / (y - x)
        return -(weight * (1 - x - function(x)) + (1 - weight) * (y - function(y)))

    inside = [(1e-9, 0.4999), (0.5001, 1 - 1e-9)]
    best = -min(minimize(negated, start, bounds=inside, tol=1e-14).fun for start in [(0.1, 0.9), (0.3, 0.6)])
    assert float(solution.lower) >= best - 1e-8
    assert float(solution.upper) <= best + 1e-7
    assert solution.verify().accepted
    assert "cost infinite" in solution.summary()
    assert set(solution.references()) == {"no information"}
    solution.plot()


def test_an_infinite_cost_is_never_paid_and_never_proven_small():
    problem = CostlyPersuasion(["1/2", "1/2"], GUESS, GUESS, cost="-log(q0*q1)/100")
    certain = {"signals": [{"action": s, "joint": [F(s == k, 2) for k in (0, 1)]} for s in (0, 1)]}
    solution = problem.certify(primal=certain)
    assert solution.primal is None
    assert "costs infinitely much" in str(solution.solver["refused"])
    honest = problem.solve()
    lowered = {**honest.dual.document(), "prices": [price - F(1, 1000) for price in honest.dual.prices]}
    assert problem.certify(primal=honest.primal, dual=lowered).upper is None


@pytest.mark.parametrize("cost", ["log(q0)", "-1/q0", "log(q0)*q1 - 1/q1", "log(q0 - 1/4)"])
def test_costs_without_a_bound_from_below_are_refused(cost):
    with pytest.raises(dual.InputError, match=r"^cost: "):
        CostlyPersuasion(["1/2", "1/2"], GUESS, GUESS, cost=cost)
