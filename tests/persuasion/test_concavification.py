"""Concavification: theory values, random lists against exact hulls, expressions against grids, what is refused."""

import itertools
import random
from fractions import Fraction as F

import pytest

import dual
from persuasion import Concavification, Persuasion

DUEL = ["7/10", "3/10"]


@pytest.mark.parametrize(
    ("prior", "value", "known"),
    [
        (DUEL, "p**2*(3 - 2*p)", "27/80"),
        (["1/4", "3/4"], "p**2*(3 - 2*p)", "27/32"),
        (["1/5", "4/5"], "p**2*(3 - 2*p)", "112/125"),
        (["1/2", "1/2"], "-16*(p - 1/4)**2*(p - 3/4)**2", "0"),
        (["9/10", "1/10"], "-16*(p - 1/4)**2*(p - 3/4)**2", "-1521/10000"),
        (DUEL, "(p >= 1/2) - 16*(p - 3/10)**2", "1/25"),
        (["1/2", "1/4", "1/4"], "-(q0**2 + q1**2 + q2**2)", "-3/8"),
        (["1/4"] * 4, "(q1 + q3)*(q2 + q3)", "3/8"),
        (DUEL, "abs(p - 1/2)", "1/2"),
        (["1/2", "3/10", "1/5"], "max(q0, q1, q2)", "1"),
        (["1", "0"], "p**2", "0"),
    ],
)
def test_values_known_from_theory_are_exact(prior, value, known):
    solution = Concavification(prior, value=value).solve()
    assert solution.grade == "exact"
    assert solution.lower == F(known)
    assert solution.verify().accepted


def test_posteriors_of_the_net_payoff():
    solution = Concavification(DUEL, value="(p >= 1/2) - 16*(p - 3/10)**2").solve()
    split = sorted((signal.posterior[1], signal.probability) for signal in solution.signals)
    assert split == [(F(1, 4), F(4, 5)), (F(1, 2), F(1, 5))]


def hull(points, prior):
    """The upper hull of (belief, value) pairs of two states at a prior, by all chords."""
    best = [value for p, value in points if p == prior]
    for (a, low), (b, high) in itertools.combinations(points, 2):
        if min(a, b) <= prior <= max(a, b) and a != b:
            weight = (prior - a) / (b - a)
            best.append((1 - weight) * low + weight * high)
    return max(best)


@pytest.mark.parametrize("seed", range(40))
def test_random_lists_of_two_states_against_all_chords(seed):
    rng = random.Random(seed)
    points = [(F(rng.randint(0, 12), 12), F(rng.randint(-3, 3))) for _ in range(rng.randint(1, 9))]
    points += [(F(0), F(rng.randint(-3, 3))), (F(1), F(rng.randint(-3, 3)))]
    prior = F(rng.randint(0, 24), 24)
    problem = Concavification(
        [1 - prior, prior], beliefs=[[1 - p, p] for p, _ in points], values=[value for _, value in points]
    )
    solution = problem.solve()
    assert solution.grade == "exact"
    assert solution.lower == hull(points, prior)
    envelope = solution.envelope()
    assert dict(envelope.lower).get(prior, solution.lower) == solution.lower


@pytest.mark.parametrize("seed", range(10))
def test_lists_say_what_finite_persuasion_says(seed):
    """Three states and an action for each: the list of the vertices of all reply regions gives the same value."""
    rng = random.Random(seed)
    receiver = [[rng.randint(-3, 3) for _ in range(2)] for _ in range(3)]
    sender = [[rng.randint(-3, 3) for _ in range(2)] for _ in range(3)]
    problem = Persuasion(["1/2", "1/3", "1/6"], sender, receiver)
    gains = [row[0] - row[1] for row in receiver]
    beliefs = [tuple(F(s == k) for s in range(3)) for k in range(3)]
    for i, j in itertools.combinations(range(3), 2):
        if gains[i] * gains[j] < 0:
            share = F(abs(gains[j]), abs(gains[i]) + abs(gains[j]))
            beliefs.append(tuple(share if s == i else 1 - share if s == j else F(0) for s in range(3)))
    listed = Concavification(problem.prior, beliefs=beliefs, values=[problem.payoffs_at(q)[0] for q in beliefs])
    assert listed.solve().lower == problem.solve().lower


def test_a_prior_outside_the_list_is_proven_infeasible():
    solution = Concavification(DUEL, beliefs=[["1/2", "1/2"], [0, 1]], values=[0, 1]).solve()
    assert solution.grade == "infeasible"
    assert solution.value is None
    assert solution.verify().accepted
    assert "nothing satisfies" in solution.summary()
    assert "the prior is no average of listed beliefs" in solution.why


@pytest.mark.parametrize(
    ("prior", "value"),
    [
        (DUEL, "exp(-p)*sin(6*p)"),
        (["1/3", "1/3", "1/3"], "sqrt(q0) + q1**2"),
        (["1/2", "3/10", "1/5"], "exp(q0*q1) - q2**3"),
        (["1/2", "1/2"], "p**2 >= 1/3"),
        (["2/5", "3/5"], "min(p, 1 - p)*cos(5*p)"),
    ],
)
def test_bounds_are_tight_and_no_grid_beats_them(prior, value):
    problem = Concavification(prior, value=value)
    solution = problem.solve()
    assert solution.verify().accepted
    assert solution.upper - solution.lower <= F(1, 10**6) * abs(solution.upper)
    size = 30
    states = len(prior)
    grid = [q for q in itertools.product([F(k, size) for k in range(size + 1)], repeat=states) if sum(q) == 1]
    values = [problem.statement.payoff(q).lower for q in [*grid, problem.prior]]
    on_grid = Concavification(prior, beliefs=[*grid, problem.prior], values=values).solve()
    assert on_grid.lower <= solution.upper


@pytest.mark.parametrize("scale", ["1/1000000000000", "1000000000000"])
def test_scaling_the_payoff_scales_the_value(scale):
    solution = Concavification(DUEL, value=f"{scale}*(p**2*(3 - 2*p))").solve()
    assert (solution.grade, solution.lower) == ("exact", F(scale) * F(27, 80))


def test_renumbering_the_states_changes_nothing():
    one = Concavification(["1/2", "3/10", "1/5"], value="max(q0 - 1/4, 0)**2 + q1*q2").solve()
    other = Concavification(["1/5", "1/2", "3/10"], value="max(q1 - 1/4, 0)**2 + q2*q0").solve()
    assert abs(one.lower - other.lower) <= F(1, 10**9)


def test_a_supremum_that_is_not_attained_is_enclosed():
    solution = Concavification(DUEL, value="p > 1/2").solve()
    assert solution.grade == "bounded"
    assert solution.lower < F(3, 5) <= solution.upper
    assert solution.upper - solution.lower < F(1, 10**6)


def test_a_function_is_tabulated_and_says_so():
    problem = Concavification(DUEL, value=lambda q: float(q[1] >= 0.5), resolution=10)
    solution = problem.solve()
    assert (solution.grade, solution.lower) == ("exact", F(3, 5))
    assert "certificate covers this table only" in problem.statement.notes
    assert "covers the 11 listed beliefs" in solution.summary()


def test_the_envelope_of_an_expression_is_enclosed():
    envelope = Concavification(DUEL, value="p**2*(3 - 2*p)").solve().envelope(9)
    for p, low in envelope.lower:
        exact = F(9, 8) * p if p <= F(3, 4) else p**2 * (3 - 2 * p)
        assert low <= exact


def test_no_time_still_gives_a_true_answer():
    solution = Concavification(DUEL, value="p**2*(3 - 2*p)").solve(time_limit=0)
    assert solution.verify().violation is None
    assert solution.lower is None or solution.lower <= F(27, 80)
    assert solution.upper is None or solution.upper >= F(27, 80)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"value": lambda q: q[0], "values": [1]}, "values"),
        ({"value": "p", "resolution": 3}, "resolution"),
        ({"value": lambda q: q[0], "resolution": 0}, "resolution"),
        ({"value": lambda _: "much"}, "'much' is not a number"),
        ({}, "beliefs: the field is missing"),
    ],
)
def test_bad_input_is_refused(arguments, complaint):
    with pytest.raises(dual.InputError, match=complaint):
        Concavification(DUEL, **arguments)
