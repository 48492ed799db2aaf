"""Assignment markets: the lattice of prices, exact at any scale."""

import copy
import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array

import suasion
from transport import AssignmentMarket, TradingNetwork


def test_the_houses_of_shapley_and_shubik() -> None:
    """Their gains from trade are 16, in thousands of dollars."""
    market = AssignmentMarket([[23, 22, 21], [26, 24, 22], [20, 21, 17]], costs=[18, 15, 19])
    lattice = market.lattice()
    assert lattice.largest.lower == lattice.smallest.lower == 16
    assert lattice.largest.grade == lattice.smallest.grade == "exact"
    assert set(lattice.largest.trades) == {(0, 2), (1, 0), (2, 1)}


@settings(max_examples=25)
@given(
    st.integers(1, 4).flatmap(
        lambda m: st.lists(st.lists(st.fractions(0, 5), min_size=m, max_size=m), min_size=1, max_size=4)
    )
)
def test_every_price_between_the_extremes_is_competitive(values: list[list[Fraction]]) -> None:
    lattice = AssignmentMarket(values).lattice()
    low, high = lattice.smallest, lattice.largest
    assert low.grade == high.grade == "exact"
    assert all(a <= b for a, b in lattice.range)
    for i, j in itertools.product(range(len(values)), range(len(values[0]))):
        assert lattice.median_utilities[i] + lattice.median[j] >= values[i][j]
    assert sum(lattice.median_utilities) + sum(lattice.median) == high.lower


def test_integers_beyond_doubles_are_exact() -> None:
    big = 10**40
    solution = AssignmentMarket([[big + 1, big], [big, big]]).solve()
    assert (solution.lower, solution.trades) == (2 * big + 1, ((0, 0), (1, 1)))
    assert solution.grade == "exact"
    assert solution.prices == (big + 1, big)


def test_a_sparse_market_is_what_its_pairs_say() -> None:
    rng = np.random.default_rng(4)
    places = np.unique(rng.integers(0, 400, 60))
    values = rng.random(len(places))
    sparse = AssignmentMarket(coo_array((values, (places // 20, places % 20)), shape=(20, 20)))
    dense = np.zeros((20, 20))
    dense[places // 20, places % 20] = values
    same = AssignmentMarket(dense, [(int(p) // 20, int(p) % 20) for p in places])
    assert sparse.solve().lower == same.solve().lower
    assert sparse.lattice().range == same.lattice().range


def test_a_market_is_a_network_without_a_platform() -> None:
    market = AssignmentMarket([[5, 3], [4, 1]], name="two by two")
    again = suasion.load(market.document())
    assert isinstance(again, TradingNetwork)
    assert again.statement == market.statement
    assert again.solve().document()["primal"] == market.solve().document()["primal"]
    assert [row[0] for row in market.lattice().table().rows] == ["seller 0", "seller 1"]


@pytest.mark.slow
def test_a_large_sparse_market_is_proven() -> None:
    rng = np.random.default_rng(0)
    n = 20_000
    places = np.unique(np.repeat(np.arange(n), 5) * n + rng.integers(0, n, 5 * n))
    market = AssignmentMarket(coo_array((rng.random(len(places)), (places // n, places % n)), shape=(n, n)))
    assert market.solve().grade == "exact"


def test_a_market_without_a_platform_keeps_its_class(tmp_path):
    market = AssignmentMarket([[5, 3], [4, 1]], costs=[1, 0], name="kept")
    network = TradingNetwork([[5, 3], [4, 1]], "all", costs=[1, 0], objective="equilibrium")
    market.save(tmp_path / "market.json")
    solution = market.solve()
    solution.save(tmp_path / "solution.json")
    read, back = suasion.load(tmp_path / "market.json"), suasion.load_solution(tmp_path / "solution.json")
    for one in (read, back.problem, market.replace(price_rule="smallest"), copy.deepcopy(market)):
        assert type(one) is AssignmentMarket
    assert back.problem.lattice().range == market.lattice().range
    assert (read, back) == (market, solution)
    assert network == market == TradingNetwork.from_document(network.document())
    assert hash(network) == hash(market)
    assert network != market.replace(price_rule="smallest")
    assert type(suasion.load(TradingNetwork([[5, 3], [4, 1]]))) is TradingNetwork
