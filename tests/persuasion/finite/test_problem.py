"""Finite persuasion: theory values, random problems against other formulations, scaling and renumbering."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from scipy.optimize import linprog

import dual
from dual.kinds.finite import Experiment, Signal
from persuasion import Persuasion
from persuasion.finite.repair import obedient_experiment
from transport.programs.effort import Effort

COURT = Persuasion(
    ["7/10", "3/10"],
    sender=[[0, 1], [0, 1]],
    receiver=[[1, 0], [0, 1]],
    states=["innocent", "guilty"],
    actions=["acquit", "convict"],
)


def guesser(prior, reward):
    """States 0, 1, 2; the receiver rounds the mean (a quadratic loss), the sender is paid by the action."""
    return Persuasion(prior, [reward] * 3, [[-((w - a) ** 2) for a in range(3)] for w in range(3)])


def buyer(prior, theta):
    """The receiver buys iff the mean of theta is at least zero; the sender wants a sale."""
    return Persuasion(prior, [[0, 1]] * len(theta), [[0, t] for t in theta])


@pytest.mark.parametrize(
    ("problem", "value"),
    [
        (COURT, "3/5"),
        (buyer(["3/5", "2/5"], [-1, 1]), "4/5"),
        (buyer(["4/5", "1/5"], [-1, 1]), "2/5"),
        (buyer(["3/10", "2/5", "3/10"], [-2, -1, 3]), "19/20"),
        (guesser(["1/2", "3/10", "1/5"], [0, 1, 2]), "6/5"),
        (guesser(["1/3", "1/3", "1/3"], [0, 1, 2]), "3/2"),
        (guesser(["3/5", "3/10", "1/10"], [0, 1, 2]), "1"),
        (guesser(["7/10", "1/5", "1/10"], [0, 1, 2]), "4/5"),
        (guesser(["1/2", "3/10", "1/5"], [0, 1, 4]), "9/5"),
        (guesser(["3/5", "3/10", "1/10"], [0, 1, 4]), "6/5"),
        (guesser(["1/3", "1/3", "1/3"], [0, 1, 4]), "8/3"),
    ],
)
def test_theory_values(problem, value):
    solution = problem.solve()
    assert solution.grade == "exact"
    assert solution.lower == solution.upper == F(value)
    assert solution.verify() == dual.Verdict(F(value), F(value), "exact")


def test_the_prosecutor_whole():
    solution = COURT.solve()
    assert [(s.recommendation, s.probability, s.posterior) for s in solution.signals] == [
        ("acquit", F(2, 5), (F(1), F(0))),
        ("convict", F(3, 5), (F(1, 2), F(1, 2))),
    ]
    assert solution.prices == (0, 2)
    assert solution.value == 0.6
    assert solution.comparison.no_information == (0, F(7, 10))
    assert solution.comparison.full_information == (F(3, 10), 1)
    assert solution.comparison.optimal == (F(3, 5), F(7, 10))


def test_prices_of_three_states():
    assert buyer(["3/10", "2/5", "3/10"], [-2, -1, 3]).solve().prices == (0, F(1, 2), F(5, 2))


def test_a_bad_product_is_recommended_with_the_known_probability():
    for prior, known in ((F(2, 5), F(2, 3)), (F(1, 5), F(1, 4))):
        solution = buyer([1 - prior, prior], [-1, 1]).solve()
        recommended = next(s for s in solution.signals if s.recommendation == "1")
        assert recommended.joint[0] / (1 - prior) == known


def obedience_in_floats(problem):
    """The value by another road: the obedience program in floats, written without the package."""
    prior, sender, receiver = (np.array(x, dtype=float) for x in (problem.prior, problem.sender, problem.receiver))
    states, actions = sender.shape
    marginal = np.kron(np.eye(states), np.ones(actions))
    pairs = list(itertools.permutations(range(actions), 2))
    gains = np.zeros((len(pairs), states, actions))
    for k, (a, b) in enumerate(pairs):
        gains[k, :, a] = receiver[:, b] - receiver[:, a]
    found = linprog(
        -sender.ravel(),
        A_ub=gains.reshape(len(pairs), -1) if pairs else None,
        b_ub=np.zeros(len(pairs)) if pairs else None,
        A_eq=marginal,
        b_eq=prior,
    )
    return -found.fun


def hull_of_two_states(problem):
    """The exact value for two states: the upper hull, at the prior, over all beliefs where the reply can change."""
    beliefs = {F(0), F(1)}
    for a, b in itertools.combinations(range(len(problem.sender[0])), 2):
        at_zero, at_one = (problem.receiver[s][a] - problem.receiver[s][b] for s in range(2))
        if at_zero != at_one and 0 <= at_zero / (at_zero - at_one) <= 1:
            beliefs.add(at_zero / (at_zero - at_one))

    def payoff(p):
        def worth(table, a):
            return (1 - p) * table[0][a] + p * table[1][a]

        actions = range(len(problem.sender[0]))
        best = max(worth(problem.receiver, a) for a in actions)
        return max(worth(problem.sender, a) for a in actions if worth(problem.receiver, a) == best)

    prior = problem.prior[1]
    chords = [payoff(prior)]
    for low, high in itertools.combinations(sorted(beliefs), 2):
        if low <= prior <= high:
            weight = (prior - low) / (high - low)
            chords.append((1 - weight) * payoff(low) + weight * payoff(high))
    return max(chords)


def random_problem(rng, states=None, actions=None):
    states, actions = states or rng.randint(2, 12), actions or rng.randint(2, 12)
    size = rng.choice([1, 2, 5])
    weights = [rng.randint(0, 3) for _ in range(states)]
    weights[rng.randrange(states)] += 1

    def table():
        return [[rng.randint(-size, size) for _ in range(actions)] for _ in range(states)]

    return Persuasion([F(w, sum(weights)) for w in weights], table(), table())


def check(problem):
    solution = problem.solve()
    assert solution.grade == "exact"
    assert solution.verify().accepted
    assert len(solution.signals) <= min(len(problem.prior), len(problem.sender[0]))
    assert abs(float(solution.lower) - obedience_in_floats(problem)) < 1e-7
    if len(problem.prior) == 2:
        assert solution.lower == hull_of_two_states(problem)
    return solution


@pytest.mark.parametrize("seed", range(50))
def test_random_problems(seed):
    check(random_problem(random.Random(seed)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50, 500))
def test_many_random_problems(seed):
    check(random_problem(random.Random(seed)))


@pytest.mark.parametrize("seed", range(30))
def test_two_states_against_the_exact_hull(seed):
    check(random_problem(random.Random(seed), states=2))


@pytest.mark.parametrize("scale", [F(1, 10**12), F(1, 10**5), F(7, 3), F(10**12)])
@pytest.mark.parametrize("seed", range(5))
def test_scaling_payoffs_scales_the_value(seed, scale):
    problem = random_problem(random.Random(seed))
    solution = problem.solve()
    scaled = problem.replace(
        sender=[[scale * x for x in row] for row in problem.sender],
        receiver=[[x / scale for x in row] for row in problem.receiver],
    ).solve()
    assert scaled.grade == "exact"
    assert scaled.lower == scale * solution.lower
    assert [s.joint for s in scaled.signals] == [s.joint for s in solution.signals]


@pytest.mark.parametrize("seed", range(10))
def test_renumbering_renumbers_the_answer(seed):
    rng = random.Random(seed)
    states, actions = rng.randint(2, 7), rng.randint(2, 7)
    numbers = rng.sample(range(10**6), states * actions)
    sender = [[rng.randint(0, 2) for _ in range(actions)] for _ in range(states)]
    receiver = [[numbers.pop() for _ in range(actions)] for _ in range(states)]
    problem = Persuasion([F(1, states)] * states, sender, receiver)
    s_order, a_order = rng.sample(range(states), states), rng.sample(range(actions), actions)
    shuffled = problem.replace(
        sender=[[problem.sender[s][a] for a in a_order] for s in s_order],
        receiver=[[problem.receiver[s][a] for a in a_order] for s in s_order],
    )
    one, other = problem.solve(), shuffled.solve()
    assert one.lower == other.lower
    experiment = {(s.recommendation, s.joint) for s in one.signals}
    back = {
        (str(a_order[int(s.recommendation)]), tuple(s.joint[s_order.index(k)] for k in range(states)))
        for s in other.signals
    }
    assert experiment == back


def test_repair_makes_floats_obedient():
    """Rounded masses become an exactly obedient experiment that loses next to nothing."""
    for seed in range(20):
        problem = random_problem(random.Random(seed))
        solution = problem.solve()
        noise = random.Random(seed)
        rough = [
            (int(s.recommendation), [m + F(noise.randint(-1000, 1000), 10**16) for m in s.joint])
            for s in solution.signals
        ]
        repaired = obedient_experiment(problem.statement, rough)
        kind = dual.KINDS["persuasion"]
        value = kind.lower(problem.statement, Experiment(tuple(Signal(a, j) for a, j in repaired)))
        assert value <= solution.lower


def test_repair_is_tight_where_every_action_can_be_strictly_best():
    rough = [(0, [F(2, 5), F(1, 10**14)]), (1, [F(3, 10) + F(1, 10**13), F(3, 10)])]
    repaired = obedient_experiment(COURT.statement, rough)
    value = dual.KINDS["persuasion"].lower(
        COURT.statement, Experiment(tuple(Signal(a, joint) for a, joint in repaired))
    )
    assert F(3, 5) - F(1, 10**9) < value <= F(3, 5)


def test_an_inexact_optimum_is_repaired_and_graded_bounded(monkeypatch):
    """A solver's floats, dual feasible only up to their last digits, still end in a proven interval."""
    from transport.programs import linear

    exact_solve = linear.solve
    values = []

    def in_floats(program, **options):
        optimum = exact_solve(program, **options)
        values.append(optimum.value)
        return replace(
            optimum,
            primal=tuple(F(float(x)) for x in optimum.primal),
            dual=tuple(F(float(y)) for y in optimum.dual),
            exact=False,
            reason="floats",
        )

    monkeypatch.setattr(linear, "solve", in_floats)
    for seed in range(12):
        solution = random_problem(random.Random(seed), 6, 6).solve()
        assert (solution.solver["method"], solution.solver["claim"]) == ("obedience-rounded", "floats")
        assert solution.verify().accepted
        assert solution.lower <= values[-1] <= solution.upper
        assert solution.upper - values[-1] < F(1, 10**12)


def test_no_time_still_gives_a_true_answer():
    problem = guesser(["1/2", "3/10", "1/5"], [0, 1, 4])
    solution = problem.solve(time_limit=0)
    assert solution.verify().accepted
    assert solution.solver["method"] == "weight-on-receiver"  # better than no and full information here
    assert solution.lower <= F(9, 5) <= solution.upper


def test_value_curve_of_the_prosecutor():
    curve = COURT.solve().value_curve()
    assert [s.lower for s in curve.solutions] == [min(F(1), 2 * F(k, 20)) for k in range(21)]
    curve = COURT.solve().value_curve("receiver[1][1]", [1, 2, 4])
    assert [s.lower for s in curve.solutions] == [F(3, 5), F(9, 10), 1]


@pytest.mark.parametrize(
    ("parameter", "values", "complaint"),
    [
        ("prior[0]", None, "the values it takes are needed"),
        ("sender[7][0]", [1], "no such parameter"),
        ("luck", [1], "no such parameter"),
        ("", [1], "a parameter is a field"),
        ("prior", [2], "negative"),
        ("sender[0][0]", ["much"], r"sender\[0\]\[0\]: 'much' is not a number"),
    ],
)
def test_bad_parameters_are_refused(parameter, values, complaint):
    with pytest.raises(dual.InputError, match=complaint):
        COURT.solve().value_curve(parameter, values)


def test_problems_are_frozen_values():
    assert COURT.replace(name="another name") == COURT
    assert COURT.replace(prior=["1/2", "1/2"]) != COURT
    with pytest.raises(AttributeError):
        COURT.statement = None
    with pytest.raises(dual.InputError, match="unknown for kind persuasion; known: obedience"):
        COURT.solve(method="magic")
    with pytest.raises(dual.InputError, match="time limit"):
        COURT.solve(time_limit=-1)
    assert Effort(time_limit=0).exhausted()


def test_snapped_floats_are_recorded():
    solution = Persuasion(np.array([0.7, 0.3]), [[0, 0.1], [0, 0.1]], np.eye(2)).solve()
    assert solution.solver["snapped"] == (
        "prior: floats are read as the numbers they stand for, prior[0] = 0.7 as 7/10 (2 of 2 floats)",
        "sender: floats are read as the numbers they stand for, sender[0][1] = 0.1 as 1/10 (2 of 2 floats)",
    )
    assert solution.lower == F(3, 50)


def test_hundred_states_and_actions():
    rng = random.Random(7)
    size = range(100)
    weights = [rng.randint(1, 9) for _ in size]
    problem = Persuasion(
        [F(w, sum(weights)) for w in weights],
        [[rng.randint(-9, 9) for _ in size] for _ in size],
        [[rng.randint(-9, 9) for _ in size] for _ in size],
    )
    solution = problem.solve()
    assert solution.upper - solution.lower <= abs(solution.upper) / 10**9
