"""Menus of three items and more: polytopes against polymatroids, polygons and samples; searches; refusals."""

import copy
from fractions import Fraction as F
from itertools import combinations

import numpy as np
import pytest

import dual
from dual.errors import Undecided
from dual.kinds.mechanisms import alike, regions
from dual.kinds.mechanisms.alike import PricesBySize
from dual.kinds.mechanisms.axis import Axis
from dual.kinds.mechanisms.menu import Menu, Offer
from dual.kinds.mechanisms.volumes import masses, volume
from transport import Mechanism
from transport.mechanisms.continuous import separate_or_whole

UNIT = {"uniform": [0, 1]}


def test_simplices_and_cut_cubes():
    """1/d! for a simplex, and a cube less the simplices at two corners, however often a side is stated."""
    for d in range(1, 6):
        zero = [(tuple(-(j == k) for j in range(d)), F(0)) for k in range(d)]
        assert volume([*zero, ((1,) * d, F(1))]) == F(1, int(np.prod(range(1, d + 1))))
    cube = [(tuple(s * (j == k) for j in range(3)), F(s > 0)) for k in range(3) for s in (1, -1)]
    cut = [*cube, ((-1, -1, -1), F(-1, 2)), ((2, 2, 2), F(5)), ((1, 1, 1), F(5, 2)), ((3, 0, 0), F(9))]
    assert volume(cut) == 1 - 2 * F(1, 8) / 6
    assert volume([*cube, ((1, 1, 1), F(-1))]) == 0
    assert volume([*cube, ((0, 0, 0), F(-1))]) == 0


@pytest.mark.parametrize("prices", [("3/4", "1.146447", "1.225707"), ("4/5", "1.317157", "1.580565", "1.600569")])
def test_the_straight_jacket_auction_as_a_menu(prices):
    """Every set of items at the price of its size earns what polymatroids say."""
    n = len(prices)
    statement = Mechanism(laws=[UNIT] * n).statement
    offers = [Offer(tuple(F(j in chosen) for j in range(n)), F(prices[size - 1]))
              for size in range(1, n + 1) for chosen in combinations(range(n), size)]  # fmt: skip
    assert regions.lower(statement, Menu(tuple(offers))) == alike.lower(statement, PricesBySize(tuple(map(F, prices))))


@pytest.mark.parametrize("seed", range(6))
def test_random_menus_agree_with_polygons_and_samples(seed):
    rng = np.random.default_rng(seed)
    d = 2 + seed % 2
    ends = [(F(int(a), 4), F(int(a + w), 4)) for a, w in rng.integers(1, 6, (d, 2))]
    axes = [Axis(a, b, (1 / (b - a),)) for a, b in ends]
    offers = []
    for _ in range(4):
        gets = tuple(F(int(x), 3) for x in rng.integers(0, 4, d))
        offers.append((gets, sum(x * b for x, (_, b) in zip(gets, ends, strict=True)) * F(int(rng.integers(1, 9)), 9)))
    offers += [offers[0], ((F(0),) * d, F(0)), ((F(0),) * d, F(-1, 9))]
    found = masses(axes, offers)
    if d == 2:
        assert found == [regions.polygon_mass(axes, one) for one in regions.regions(regions.box(axes), offers)]
    low, high = np.array([[float(x) for x in own] for own in zip(*ends, strict=True)])
    points = low + (high - low) * rng.random((200_000, d))
    left = points @ np.array([[float(x) for x in gets] for gets, _ in offers]).T - [float(p) for _, p in offers]
    shares = np.bincount(np.c_[left, np.zeros(len(left))].argmax(axis=1), minlength=8) / len(left)
    assert np.abs(shares[:7] - [float(one) for one in found]).max() < 0.006


def test_a_menu_is_searched_for_three_unlike_items():
    problem = Mechanism(laws=[{"uniform": [0, k]} for k in (1, 2, 3)])
    simple = separate_or_whole(problem.statement)
    solution = problem.solve(rounds=1)
    assert solution.lower > dual.kinds.mechanisms.kind.lower(problem.statement, simple) * F(103, 100)
    assert solution.lower < solution.upper
    assert solution.verify().accepted
    assert sum(solution.shares) < 1


def test_three_items_for_a_buyer_who_wants_one():
    """One price p for each earns p (1 - p^3) at most, for p^3 = 1/4."""
    solution = Mechanism(laws=[UNIT] * 3, valuation="unit-demand").solve(rounds=1)
    assert 0.472 < float(solution.lower) <= float(solution.upper)
    best = F(63, 100) * (1 - F(63, 100) ** 3)
    offers = [{"lottery": [int(j == k) for j in range(3)], "price": "63/100"} for k in range(3)]
    statement = solution.problem.statement
    assert regions.lower(statement, Menu.read({"menu": offers}, statement)) == best


def test_what_a_menu_claims_is_counted():
    solution = Mechanism(laws=[{"uniform": [1, 2]}, UNIT, UNIT], costs=["1/2", 0, 0]).solve(rounds=1)
    document = copy.deepcopy(solution.document())
    assert dual.verify(document).accepted
    assert "menu" in document["primal"]
    document["primal"]["menu"][0]["price"] = 1
    assert not dual.verify(document).accepted


def test_densities_and_many_items_are_refused():
    menu = Menu((Offer((F(1),) * 3, F(1)),))
    dense = Mechanism(laws=[{"density": "2-2*x", "interval": [0, 1]}] * 3).statement
    with pytest.raises(Undecided, match="uniform values only"):
        regions.lower(dense, menu)
    many = Mechanism(laws=[UNIT] * 9, costs=[1] + [0] * 8).statement
    with pytest.raises(dual.SuasionError, match="volumes in 9 dimensions"):
        regions.lower(many, Menu((Offer((F(1),) * 9, F(1)),)))
