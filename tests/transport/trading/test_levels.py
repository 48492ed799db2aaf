"""Bounds from levels of prices: true of small markets, tighter than the linear program, and what the checker says."""

import random
from fractions import Fraction

import numpy as np
import pytest

from dual.kinds.trading import levels
from dual.kinds.trading.witness import Levels
from tests.transport.trading import brute
from transport import TradingNetwork
from transport.programs.effort import Effort
from transport.trading.fees import fee_curve
from transport.trading.levels import LevelRows
from transport.trading.search import Search


def bound_of(network, lower=0):
    model = network.model
    assert LevelRows.applicable(model)
    found = LevelRows(model).solve(60.0, lambda: Fraction(lower), [].append)
    proven = levels.upper(model.statement, Levels.read(found.witness, model.statement, "dual"))
    assert proven == found.bound
    return found


@pytest.mark.parametrize("seed", range(12))
def test_small_markets(seed):
    rng = random.Random(seed)
    n, m = rng.randint(2, 4), rng.randint(2, 4)
    unit = rng.choice([1, 3])
    values = [[Fraction(rng.randint(1, 12), unit) for _ in range(m)] for _ in range(n)]
    known = {(i, j) for i in range(n) for j in range(m) if rng.random() < 0.4}
    costs = [Fraction(rng.choice([0, 1]), unit) for _ in range(m)]
    net = {(i, j): value - costs[j] for i, row in enumerate(values) for j, value in enumerate(row)}
    best, _ = brute.best_revenues(net, costs, known, "largest")
    found = bound_of(TradingNetwork(values, sorted(known), costs=costs), best)
    assert best <= found.bound


def share(n, part, seed):
    rng = np.random.default_rng(seed)
    return TradingNetwork(rng.integers(1, 101, (n, n)), np.argwhere(rng.random((n, n)) < part))


def test_levels_prove_more_than_the_linear_program():
    network = share(12, 0.5, 0)
    search = Search(network.model, Effort())
    search.start(fee_curve(network.model))
    search.begin()
    best = 908  # proven by a tree in benchmarks/trading.md
    bound = bound_of(network, best).bound
    assert best <= bound < search.root.value - (search.root.value - best) / 2


def test_large_units_are_not_gone_through():
    assert not LevelRows.applicable(TradingNetwork([[10**7, 1], [1, 10**7]], [(0, 0)]).model)
    assert not LevelRows.applicable(TradingNetwork([[10**30, 1], [1, 2]], [(0, 0)]).model)


@pytest.mark.slow
def test_forty_of_each_who_know_whom_they_like_best():
    rng = np.random.default_rng(0)
    values = rng.integers(1, 101, (40, 40))
    known = [(i, j) for i in range(40) for j in np.argsort(-values[i], kind="stable")[:3].tolist()]
    solution = TradingNetwork(values, known).solve(time_limit=40)
    assert solution.solver["method"] == "levels"
    assert solution.verify().proven
