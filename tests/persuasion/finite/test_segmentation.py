"""Segments of a market against the surplus triangle of Bergemann, Brooks and Morris (2015)."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from dual.kinds.finite import lower, upper
from persuasion import Persuasion
from persuasion.finite.at_once import segmented
from persuasion.finite.segmentation import equal_revenue, posted_prices


def _market(values: list[int], prior: list[Fraction], consumer: Fraction, producer: Fraction) -> dict[str, object]:
    return {
        "prior": prior,
        "sender": [[consumer * max(v - p, 0) + producer * (p if v >= p else 0) for p in values] for v in values],
        "receiver": [[p if v >= p else 0 for p in values] for v in values],
    }


def _best_of_the_triangle(values: list[int], prior: list[Fraction], consumer: Fraction, producer: Fraction) -> Fraction:
    """The corners: all surplus to the seller; her uniform profit and the rest to the buyers; her profit and no more."""
    surplus = sum((v * mass for v, mass in zip(values, prior, strict=True)), Fraction(0))
    profit = max(p * sum(mass for v, mass in zip(values, prior, strict=True) if v >= p) for p in values)
    corners = ((Fraction(0), surplus), (surplus - profit, profit), (Fraction(0), profit))
    return max(consumer * c + producer * p for c, p in corners)


@pytest.mark.parametrize("seed", range(24))
def test_the_corners_of_the_surplus_triangle_come_out_whatever_the_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 12))
    values = sorted(rng.choice(np.arange(1, 60), size=count, replace=False).tolist())
    weights = rng.integers(0, 5, size=count).tolist()
    weights[int(rng.integers(count))] += 1
    prior = [Fraction(w, sum(weights)) for w in weights]
    consumer, producer = (Fraction(int(x), 2) for x in rng.integers(-3, 4, size=2))
    expected = _best_of_the_triangle(values, prior, consumer, producer)
    market = _market(values, prior, consumer, producer)
    order, prices = rng.permutation(count), rng.permutation(count)
    shuffled = {
        "prior": [prior[s] for s in order],
        "sender": [[market["sender"][s][a] for a in prices] for s in order],
        "receiver": [[market["receiver"][s][a] for a in prices] for s in order],
    }
    problem = Persuasion(**shuffled)
    found = segmented(problem.statement)
    assert found is not None
    assert lower(problem.statement, found.primal) == upper(problem.statement, found.dual) == expected


def test_a_hundred_values_are_segmented_without_a_program() -> None:
    values, prior = list(range(1, 101)), [Fraction(1, 100)] * 100
    solution = Persuasion(**_market(values, prior, Fraction(1), Fraction(0))).solve()
    assert solution.solver["method"] == "segmentation"
    assert solution.lower == solution.upper == Fraction(101, 2) - Fraction(51 * 50, 100)


def test_costs_and_buyers_below_every_price_and_dominated_prices() -> None:
    # Cost 2: a price of 1 loses money and the price of 7, which sells to those who buy at 8, is never the better one.
    values, prices, prior = [0, 1, 4, 8], [1, 3, 7, 8], [Fraction(1, 4)] * 4
    market = Persuasion(
        prior,
        sender=[[max(v - p, 0) for p in prices] for v in values],
        receiver=[[p - 2 if v >= p else 0 for p in prices] for v in values],
    )
    assert [a for a, _ in posted_prices(market.receiver) or ()] == [1, 3]
    # By hand: the uniform price 8 earns 6/4; with the segments of Bergemann, Brooks and Morris trade is efficient
    # wherever a price above the cost allows, and its surplus is (4 - 2)/4 + (8 - 2)/4 = 2.
    found = segmented(market.statement)
    assert found is not None
    assert lower(market.statement, found.primal) == upper(market.statement, found.dual) == 2 - Fraction(6, 4)


def test_segments_are_obedient_even_if_the_sender_wants_something_else() -> None:
    rng = np.random.default_rng(5)
    values, prior = [2, 3, 5, 9], [Fraction(1, 4)] * 4
    market = Persuasion(
        prior,
        sender=rng.integers(-9, 9, size=(4, 4)),
        receiver=[[p if v >= p else 0 for p in values] for v in values],
    )
    experiment = equal_revenue(market.statement)
    assert experiment is not None
    worth = sum(
        (m * row[one.action] for one in experiment.signals for m, row in zip(one.joint, market.sender, strict=True)),
        Fraction(0),
    )
    for one in experiment.signals:
        rewards = [sum(m * row[a] for m, row in zip(one.joint, market.receiver, strict=True)) for a in range(4)]
        assert rewards[one.action] == max(rewards)
    solution = market.solve()
    assert solution.grade == "exact"
    assert solution.lower >= worth


def test_other_receivers_do_not_post_prices() -> None:
    for order in permutations(range(3)):
        rows = [(1, 0, 0), (1, 2, 0), (1, 2, 3)]
        found = posted_prices(tuple(tuple(map(Fraction, rows[s])) for s in order))
        assert [a for a, _ in found or ()] == [0, 1, 2]
    assert posted_prices(((Fraction(1), Fraction(0)), (Fraction(2), Fraction(2)))) is None  # two margins
    assert posted_prices(((Fraction(1), Fraction(0)), (Fraction(0), Fraction(2)))) is None  # not nested
    assert posted_prices(((Fraction(0), Fraction(-1)),)) is None  # nothing to earn
