"""Markets whose numbers are floats, at all scales: exact answers, against brute force that shares nothing with ours."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from transport.delivery import DeliveryMarket


def least_delivery(costs, pairs, couriers):
    """The least cost of delivering some pairs; None if there are too few couriers."""
    tried = itertools.permutations(range(couriers), len(pairs))
    return min((sum(costs[k][i][j] for k, (i, j) in zip(who, pairs, strict=True)) for who in tried), default=None)


def pairings(buyers, stores):
    """All buyer-store matchings."""
    for count in range(min(buyers, stores) + 1):
        for chosen in itertools.combinations(range(buyers), count):
            for shops in itertools.permutations(range(stores), count):
                yield tuple(zip(chosen, shops, strict=True))


def best_by_force(values, costs, tips):
    """The best welfare: of any matching (tips None), of those that prices support with tips or without.

    A matching is supported if its couriers deliver its pairs at the least cost C, and the pairs are a heaviest matching
    for the values, with tips less ``C(pairs and (i, j)) - C(pairs)`` off the pairs where a courier is idle.
    """
    buyers, stores, couriers = len(values), len(values[0]), len(costs)
    every = list(pairings(buyers, stores))
    least = {pairs: least_delivery(costs, pairs, couriers) for pairs in every}

    def weight(pairs, table):
        return sum(table[i][j] for i, j in pairs)

    best = None
    for pairs in every:
        if least[pairs] is None:
            continue
        table = [list(row) for row in values]
        if tips:
            for i, j in itertools.product(range(buyers), range(stores)):
                if (i, j) not in pairs:
                    table[i][j] = F(0) if len(pairs) == couriers else table[i][j] - extra(costs, pairs, (i, j))
        if tips is not None and any(weight(other, table) > weight(pairs, table) for other in every):
            continue
        welfare = weight(pairs, values) - least[pairs]
        best = welfare if best is None else max(best, welfare)
    return best


def extra(costs, pairs, pair):
    """What it costs besides to deliver one more pair (which need not be disjoint from the others)."""
    both = least_delivery(costs, (*pairs, pair), len(costs))
    return both - least_delivery(costs, pairs, len(costs))


def held(solution, expected):
    """The answer is exact and expected, and its file is accepted."""
    assert solution.verify().accepted
    if expected is None:
        assert solution.grade == "infeasible"
    else:
        assert (solution.grade, solution.lower, solution.upper) == ("exact", expected, expected)


def draw(rng, shape):
    """Values and costs in one of several tempers: plain, one large value, equal values, scales side by side."""
    buyers, stores, couriers = shape
    values, costs = rng.random((buyers, stores)) * 50, rng.random((couriers, buyers, stores)) * 15
    temper = rng.integers(0, 6)
    if temper == 0:
        values[rng.integers(buyers), rng.integers(stores)] = 1e7
    elif temper == 1:
        values[:] = values[0, 0]
    elif temper == 2:
        values, costs = values * 10.0 ** rng.integers(-9, 10), costs * 10.0 ** rng.integers(-9, 10)
    elif temper == 3:
        values *= 10.0 ** rng.integers(-9, 10, values.shape)
        costs *= 10.0 ** rng.integers(-9, 10, costs.shape)
    elif temper == 4:
        values, costs = np.round(values), np.round(costs) + rng.random(costs.shape) * 1e-9
    return values, costs


def exact(table):
    return [exact(row) for row in table] if isinstance(table, list) else F(table)


def against_force(seed, count):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        values, costs = draw(rng, rng.integers(1, 4, 3))
        # As numbers with 53 bits, whatever floats are read as.
        values, costs = exact(values.tolist()), exact(costs.tolist())
        market = DeliveryMarket(values, costs)
        held(market.replace(objective="efficient").solve(), best_by_force(values, costs, None))
        held(market.solve(), best_by_force(values, costs, True))
        held(market.replace(tips=False).solve(), best_by_force(values, costs, False))


def test_a_tenth_of_the_float_markets_by_brute_force():
    against_force(seed=3, count=40)


@pytest.mark.slow
def test_the_other_float_markets_by_brute_force():
    against_force(seed=4, count=360)


def test_one_trade_in_floats_is_exact():
    """One buyer, store and courier: without tips the heaviest matching trades, whatever it costs."""
    value, cost = F("805898042694697/17592186044416"), F("636661212947415/8796093022208")
    held(DeliveryMarket([[value]], [[[cost]]], tips=False).solve(), value - cost)


@pytest.mark.parametrize("method", ["best", "decomposition", "monolithic"])
def test_one_large_value_does_not_blur_the_others(method):
    """The heaviest matching is not told from others by a sum in floats."""
    values = [
        ["2050545205337129/140737488355328", "1261007895663739/18014398509481984"],
        ["10000000", "1342635638909829/281474976710656"],
    ]
    costs = [
        [
            ["2820379266640773/562949953421312", "3242591731706757/281474976710656"],
            ["783907810139177/70368744177664", "3915316926045225/281474976710656"],
        ],
        [
            ["6789176438261023/1125899906842624", "7081910414040105/1125899906842624"],
            ["2386907802506363/1125899906842624", "7554788374914007/562949953421312"],
        ],
        [
            ["3794282686059643/281474976710656", "4036351166030807/281474976710656"],
            ["6198078987168645/562949953421312", "3723913941881979/281474976710656"],
        ],
    ]
    solution = DeliveryMarket(values, costs, tips=False).solve(method)
    assert solution.verify().accepted
    assert solution.lower == F("180143740639432066329483/18014398509481984")
    assert method == "monolithic" or solution.grade == "exact"
