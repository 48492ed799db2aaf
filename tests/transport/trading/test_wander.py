"""A walk through introductions: never above the best of all sets, mostly there, and further than single exchanges."""

import random

import pytest

from tests.transport.trading import brute
from transport import TradingNetwork
from transport.trading.arrays import Model
from transport.trading.fees import fee_curve
from transport.trading.outcome import State
from transport.trading.wander import Walk


def best_of_a_walk(market, tries, seed=0):
    model = Model(market.statement)
    start = State(model, fee_curve(model).best.introduced)
    walk = Walk(model, start, seed)
    found = []
    for pairs in walk.improvements(tries):
        if pairs is not None:
            found.append(State(model, pairs).revenue)
            assert found[-1] >= walk.revenue - 1e-9  # ties are broken for the platform: it may earn more
    return start.revenue, max([start.revenue, *found])


def test_a_walk_in_small_markets():
    rng, reached = random.Random(2), 0
    for _ in range(12):
        n, m = rng.randint(2, 4), rng.randint(2, 4)
        values = [[rng.randint(1, 20) for _ in range(m)] for _ in range(n)]
        known = {(i, j) for i in range(n) for j in range(m) if rng.random() < 0.4}
        if len(known) == n * m:
            continue
        net = {(i, j): value for i, row in enumerate(values) for j, value in enumerate(row)}
        best, _ = brute.best_revenues(net, [0] * m, known, "largest")
        _, found = best_of_a_walk(TradingNetwork(values, sorted(known)), 600)
        assert found <= best
        reached += found == best
    assert reached > 8


def liked_best(n, seed):
    """Everybody knows the three sellers liked best, so that introductions earn something only together."""
    rng = random.Random(seed)
    values = [[rng.randint(1, 100) for _ in range(n)] for _ in range(n)]
    known = [(i, j) for i, row in enumerate(values) for j in sorted(range(n), key=lambda j, row=row: -row[j])[:3]]
    return TradingNetwork(values, known)


def test_a_walk_goes_further_than_entry_fees():
    fees, found = best_of_a_walk(liked_best(25, 1), 20_000)
    assert found > 1.2 * fees


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_walk_through_a_hundred_of_each(seed):
    fees, found = best_of_a_walk(liked_best(100, seed), 100_000)
    assert found > 1.5 * fees


def test_nothing_to_walk_through():
    model = Model(TradingNetwork([[1, 2]], "all").statement)
    assert list(Walk(model, State(model, ())).improvements(100)) == []
