"""The bound and the experiments of a receiver who only has to do as well as without information."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import dual
from dual.kinds.finite import lower, upper
from persuasion import Persuasion
from persuasion.finite.at_once import no_or_full_information, weighted
from persuasion.finite.partial import exact_weight, prices_at, weight_on_receiver
from suasion import load


def _bound(prior: np.ndarray, sender: np.ndarray, receiver: np.ndarray, t: float) -> float:
    return float(prior @ (sender + t * receiver).max(axis=1) - t * (prior @ receiver).max())


@pytest.mark.parametrize("seed", range(20))
def test_the_weight_is_the_lowest_of_all_breakpoints(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states, actions = (int(n) for n in rng.integers(2, 7, size=2))
    prior = rng.integers(1, 9, size=states).astype(float)
    prior /= prior.sum()
    sender, receiver = (rng.integers(-9, 9, size=(states, actions)).astype(float) for _ in range(2))
    triples = [(s, a, b) for s in range(states) for a in range(actions) for b in range(actions)]
    breaks = [0.0] + [
        (sender[s, b] - sender[s, a]) / (receiver[s, a] - receiver[s, b])
        for s, a, b in triples
        if receiver[s, a] > receiver[s, b]
    ]
    lowest = min(_bound(prior, sender, receiver, t) for t in breaks if t >= 0)
    found = weight_on_receiver(prior, sender, receiver)
    assert found is not None
    assert _bound(prior, sender, receiver, found[0]) == pytest.approx(lowest, abs=1e-9)
    problem = Persuasion(
        [Fraction(w).limit_denominator(100) for w in prior], sender=sender.astype(int), receiver=receiver.astype(int)
    )
    prices = prices_at(problem.statement, exact_weight(problem.statement, found))
    proven = upper(problem.statement, prices)
    assert float(proven) == pytest.approx(lowest, abs=1e-9)
    assert problem.solve().lower <= proven


def test_the_court_is_settled_by_the_bound_alone() -> None:
    court = load("kamenica-gentzkow-2011-prosecutor")
    arrays = (np.array([[float(x) for x in row] for row in table]) for table in (court.sender, court.receiver))
    found = weight_on_receiver(np.array([0.7, 0.3]), *arrays)
    assert found is not None
    assert exact_weight(court.statement, found) == 1
    assert sum(
        p * q for p, q in zip(court.prior, prices_at(court.statement, Fraction(1)).prices, strict=True)
    ) == Fraction(3, 5)


def test_a_short_limit_leaves_more_than_no_or_full_information() -> None:
    rng = np.random.default_rng(0)
    sender, receiver = rng.integers(0, 100, size=(2, 60, 8))
    problem = Persuasion([Fraction(1, 60)] * 60, sender=sender, receiver=receiver)
    first, better = no_or_full_information(problem.statement), weighted(problem.statement)

    exact = problem.solve().lower
    assert exact is not None
    assert lower(problem.statement, first.primal) < lower(problem.statement, better.primal) <= exact
    assert exact <= upper(problem.statement, better.dual) < upper(problem.statement, first.dual)
    assert dual.verify(problem.solve(time_limit=0).document()).violation is None


def test_payoffs_beyond_floats_are_left_to_others() -> None:
    huge = Persuasion(["1/2", "1/2"], sender=[[0, "1e400"], [0, 1]], receiver=[[1, 0], [0, "1e-400"]])
    assert weighted(huge.statement).method == "no-or-full-information"
