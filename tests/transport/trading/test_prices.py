"""Efficient matchings and extreme prices against enumeration, in every representation and at every scale."""

import importlib.util
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from transport.trading.auction import auction
from transport.trading.graph import SAFE, Dense, Graph, Sparse, integers
from transport.trading.prices import FREE, Equilibrium, efficient_with_extreme_prices, suggestion

_spec = importlib.util.spec_from_file_location("brute", Path(__file__).with_name("brute.py"))
assert _spec is not None
assert _spec.loader is not None
brute = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(brute)


def graphs(weights: np.ndarray, absent: np.ndarray) -> list[Graph]:
    rows, columns = np.nonzero(~absent)
    return [
        Dense(integers(weights), absent),
        Sparse(weights.shape, rows, columns, integers(weights[rows, columns])),
    ]


def check(weights: np.ndarray, absent: np.ndarray) -> None:
    net = {(i, j): Fraction(weights[i, j]) for i, j in np.argwhere(~absent).tolist()}
    nothing = Equilibrium(np.full(len(weights), FREE), np.full(weights.shape[1], FREE), *[np.zeros(0, int)] * 3)
    for graph in graphs(weights, absent):
        for rule in ("largest", "smallest"):
            for start in (None, nothing):
                found = efficient_with_extreme_prices(graph, rule, start)
                assert found.welfare() == brute.welfare(net)
                assert found.prices.tolist() == brute.prices(net, weights.shape[1], rule)


def family(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    for trial in range(count):
        shape = tuple(rng.integers(1, 4 + (trial % 5 == 0), 2))
        weights = rng.integers(-2, 6, shape)
        if trial % 3 == 0:
            weights = weights.astype(object) * 2**70 + rng.integers(0, 3, shape)
        absent = rng.random(shape) < 0.3
        if not absent.all():
            check(weights, absent)


def test_prices_are_differences_of_welfare() -> None:
    family(1, 100)


@pytest.mark.slow
def test_prices_are_differences_of_welfare_at_length() -> None:
    family(2, 1000)


def test_a_difference_that_floats_cannot_see_decides() -> None:
    big = 2**59
    weights = np.array([[big + 1, big], [big, big]], dtype=np.int64)
    for graph in graphs(weights, np.zeros((2, 2), bool)):
        assert list(efficient_with_extreme_prices(graph).trades) == [(0, 0), (1, 1)]
    beyond = np.array([[2**100 + 1, 2**100], [2**100, 2**100]], dtype=object)
    assert integers(beyond).dtype == object
    for graph in graphs(beyond, np.zeros((2, 2), bool)):
        assert efficient_with_extreme_prices(graph, "smallest").prices.tolist() == [0, 0]
        assert efficient_with_extreme_prices(graph).prices.tolist() == [2**100 + 1, 2**100]


def test_integers_are_kept_small_only_where_they_can_be_added() -> None:
    assert integers([SAFE, -SAFE]).dtype == np.int64
    assert integers([SAFE + 1]).dtype == object
    assert integers(np.array([2**62], dtype=np.int64)).dtype == object


def test_large_random_markets_are_supported_by_their_prices() -> None:
    rng = np.random.default_rng(5)
    weights = rng.integers(0, 1000, (60, 50))
    low, high = efficient_with_extreme_prices(Dense(weights), "smallest"), efficient_with_extreme_prices(Dense(weights))
    for found in (low, high):
        slack = found.utilities[:, None] + found.prices[None, :] - weights
        assert slack.min() == 0
        assert all(slack[i, j] == 0 for i, j in found.trades)
    assert (low.prices <= high.prices).all()
    assert low.welfare() == high.welfare()


def test_an_auction_nearly_reaches_efficiency() -> None:
    rng = np.random.default_rng(6)
    keys = np.unique(rng.integers(0, 80 * 80, 400))
    rows, columns, weights = keys // 80, keys % 80, rng.integers(1, 10**6, len(keys))
    graph = Sparse((80, 80), rows, columns, weights)
    partner = auction(graph)
    worth = dict(zip(zip(rows.tolist(), columns.tolist(), strict=True), weights.tolist(), strict=True))
    sold = [(i, j) for i, j in enumerate(partner.tolist()) if j != FREE]
    assert len({j for _, j in sold}) == len(sold)
    found = efficient_with_extreme_prices(graph)
    best = found.welfare()
    repaired = efficient_with_extreme_prices(graph, start=replace(found, seller_of=partner))
    assert (repaired.welfare(), repaired.prices.tolist()) == (best, found.prices.tolist())
    assert best - 80 * 10**6 / 300_000 - 1 <= sum(worth[pair] for pair in sold) <= best


def test_small_sparse_graphs_are_matched_at_once() -> None:
    # Five buyers, all for the same two sellers at the same value: an auction would raise prices by tiny steps.
    rows, columns = np.repeat(np.arange(5), 2), np.tile(np.arange(2), 5)
    graph = Sparse((5, 5), rows, columns, np.full(10, 4))
    partner = suggestion(graph)
    assert sorted(j for j in partner.tolist() if j != FREE) == [0, 1]
    start = replace(efficient_with_extreme_prices(graph), seller_of=partner)
    assert efficient_with_extreme_prices(graph, start=start).welfare() == 8
