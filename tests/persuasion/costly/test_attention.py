"""Rational inattention without obedience: against closed forms, Blahut and Arimoto, and other cost weights."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import dual
from persuasion import CostlyPersuasion
from persuasion.costly.attention import attention, exact_experiment


def _blahut_arimoto(prior: np.ndarray, payoff: np.ndarray, weight: float, rounds: int) -> tuple[float, float]:
    """A lower and an upper bound of the value: what the probabilities earn, and that raised by the largest ratio."""
    tops = payoff.max(axis=1)
    likes = np.exp((payoff - tops[:, None]) / weight)
    p = np.full(payoff.shape[1], 1 / payoff.shape[1])
    for _ in range(rounds):
        p = p * ((prior / (likes @ p)) @ likes)
    level = float(prior @ (weight * np.log(likes @ p) + tops))
    return level, level + weight * math.log(((prior / (likes @ p)) @ likes).max())


@pytest.mark.parametrize("seed", range(12))
def test_random_problems_lie_between_the_bounds_of_blahut_and_arimoto(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states, actions = (int(n) for n in rng.integers(2, 9, size=2))
    weights = rng.integers(1, 20, size=states)
    prior = [Fraction(int(w), int(weights.sum())) for w in weights]
    payoff = rng.integers(-9, 10, size=(states, actions))
    weight = Fraction(int(rng.integers(1, 30)), 4)
    problem = CostlyPersuasion(prior, payoff, payoff, {"entropy": weight})
    solution = problem.solve()
    low, high = _blahut_arimoto(np.array(weights / weights.sum()), payoff.astype(float), float(weight), 4000)
    assert solution.lower is not None
    assert solution.upper is not None
    assert float(solution.upper) >= low - 1e-9
    assert float(solution.lower) <= high + 1e-9
    assert solution.upper - solution.lower <= Fraction(9, 10**10)
    assert dual.verify(solution.document()).violation is None


@pytest.mark.parametrize(("prior", "weight"), [((1, 1), 1), ((1, 3), 2), ((2, 3), Fraction(1, 2))])
def test_matching_the_state_is_the_closed_form(prior: tuple[int, int], weight: Fraction) -> None:
    # Matejka and McKay: two states, two actions, one for a match. With e = exp(1/k) both posteriors are e/(1 + e) and
    # 1/(1 + e), and the value is k (log(1 + e) - entropy of the prior) unless the prior is outside of them.
    masses = [Fraction(p, sum(prior)) for p in prior]
    e = math.exp(1 / weight)
    entropy = -sum(float(m) * math.log(m) for m in masses)
    outside = max(masses) >= e / (1 + e)
    value = float(max(masses)) if outside else float(weight) * (math.log(1 + e) - entropy)
    match = [[1, 0], [0, 1]]
    solution = CostlyPersuasion(masses, match, match, {"entropy": weight}).solve()
    assert float(solution.lower) - 1e-10 <= value <= float(solution.upper) + 1e-10
    assert solution.upper - solution.lower <= Fraction(1, 10**10)


def test_a_receiver_who_would_not_obey_takes_another_road() -> None:
    prior, sender, receiver = ["7/10", "3/10"], [[0, 1], [0, 1]], [[1, 0], [0, 1]]
    problem = CostlyPersuasion(prior, sender, receiver, {"entropy": "1/10"})
    assert attention(problem.statement) is None
    assert problem.solve().solver["method"] == "convex"


def test_a_receiver_of_her_own_who_obeys_anyway_does_not() -> None:
    # Her payoffs are the sender's up to scale and a constant in each state, so that she wants the same.
    rng = np.random.default_rng(4)
    payoff = rng.integers(-5, 6, size=(5, 4))
    problem = CostlyPersuasion(
        [Fraction(1, 5)] * 5, payoff, 3 * payoff + rng.integers(-9, 9, size=(5, 1)), {"entropy": 2}
    )
    solution = problem.solve()
    assert solution.solver["method"] == "attention"
    assert solution.upper - solution.lower <= Fraction(1, 10**10)


def test_states_without_mass_and_many_alike_actions_and_large_scales() -> None:
    rows = np.array([[5, 1, 1, 0, 0], [0, 2, 2, 9, 9], [7, 7, 7, 7, 7]])
    for scale in (Fraction(1), Fraction(10**9), Fraction(1, 10**9)):
        payoff = [[scale * int(x) for x in row] for row in rows]
        problem = CostlyPersuasion(["2/5", "3/5", 0], payoff, payoff, {"entropy": scale})
        found = attention(problem.statement)
        assert found is not None
        for _, joint in exact_experiment(problem.statement, found):
            assert joint[2] == 0
        solution = problem.solve()
        # Two states, of which each has one best payoff (5 and 9); what is equal in payoff is one action.
        merged = np.array([[5.0, 1.0, 0.0], [0.0, 2.0, 9.0]])
        low, high = _blahut_arimoto(np.array([0.4, 0.6]), merged, 1.0, 20000)
        assert float(solution.lower / scale) == pytest.approx(low, abs=1e-9)
        assert high - low < 1e-9
        assert (solution.upper - solution.lower) / scale <= Fraction(1, 10**9)
