"""Assignment markets along a parameter: the welfare against all matchings, prices as functions, proofs that hold."""

import random
from fractions import Fraction as F
from itertools import combinations, permutations

import pytest

import suasion
from tests.families import require_agreement, require_most_refused, seeds
from transport import AssignmentMarket, TradingNetwork


def best_welfare(values, costs, known):
    """The greatest gains from trade, over all matchings."""
    n, m = len(values), len(costs)
    return max(
        sum((values[i][j] - costs[j] for i, j in zip(buyers, sellers, strict=True)), F(0))
        for k in range(min(n, m) + 1)
        for buyers in combinations(range(n), k)
        for sellers in permutations(range(m), k)
        if all(known is None or (i, j) in known for i, j in zip(buyers, sellers, strict=True))
    )


def families_at_random(rng):
    n, m = rng.randint(1, 4), rng.randint(1, 4)
    values = [[F(rng.randint(0, 9), rng.choice([1, 1, 2])) for _ in range(m)] for _ in range(n)]
    end = [[rng.randint(0, 9) for _ in range(m)] for _ in range(n)]
    costs = [1, *(rng.randint(0, 3) for _ in range(m - 1))]
    rule = rng.choice(["largest", "smallest"])
    known = [(i, j) for i in range(n) for j in range(m) if rng.random() < 0.6]
    bent = [
        [f"{rng.randint(0, 4)} + {rng.randint(0, 3)}*t + {rng.randint(0, 5)}*t**2" for _ in range(m)] for _ in range(n)
    ]
    alike = {"buyers": [row[0] for row in values], "sellers": m}
    network = TradingNetwork(values, known, costs=costs, price_rule=rule, objective="welfare")
    yield AssignmentMarket(values, costs=costs, price_rule=rule).family("values", values, end)
    yield network.family("values", values, end)
    yield AssignmentMarket(values, known, costs=costs, price_rule=rule).family("costs[0]", 0, 9)
    yield AssignmentMarket(alike, costs=costs, price_rule=rule).family("values.buyers[0]", 0, 9)
    yield suasion.load({**network.family("costs[0]", 0, 1).document(), "values": bent})


@seeds(3, 100)
def test_random_markets_agree_with_all_matchings(seed):
    rng = random.Random(seed)
    for family in families_at_random(rng):
        solution = require_agreement(family, 3 if seed < 3 else 50, rng)
        for k in range(8):
            t = family.parameter.start + (family.parameter.end - family.parameter.start) * F(k, 7)
            stated = family.at(t).statement
            values = [
                [F(stated.values.amount(i, j), stated.values.denominator) for j in range(stated.values.shape[1])]
                for i in range(stated.values.shape[0])
            ]
            known = set(stated.known_pairs) if stated.objective == "equilibrium" else None
            assert solution.value(t) == best_welfare(values, stated.costs, known)


@seeds(2, 20)
def test_a_changed_number_of_a_market_proves_nothing_false(seed):
    rng = random.Random(seed)
    require_most_refused(families_at_random(rng), rng, few=5, most=5 if seed < 2 else None, share=F(1, 2))


def test_a_second_house_that_becomes_better():
    """Buyer 0 values house 0 at t: the houses change hands crosswise until t + 1 = 3 + 4."""
    market = AssignmentMarket([[5, 3], [4, 1]])
    solution = market.family("values[0][0]", 0, 9).solve()
    assert solution.formula().splitlines() == ["7        if 0 <= t <= 6", "1 + t    if 6 <= t <= 9"]
    assert solution.policy(8).trades == ((0, 0), (1, 1))
    assert solution.policy(8).prices == (6, 1)
    assert solution.policy(2).prices == (4, 3)
    # Smallest prices: buyer 1 bids house 0 up to what it is worth to him beyond house 1.
    low = market.under("smallest").family("values[0][0]", 0, 9).solve()
    assert low.policy(8).prices == (3, 0)


def test_where_the_price_is_at_cost_at_a_single_point():
    """The second buyer's bid rises from nothing: at 0 the price is the cost, and nobody has to hold it."""
    solution = AssignmentMarket([[5], [0]], price_rule="smallest").family("values[1][0]", 0, 5).solve()
    assert [solution.policy(t).prices for t in (0, 3, 5)] == [(0,), (3,), (5,)]
    assert all(solution.at(t).grade == "exact" for t in (0, 3, 5))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"objective": "revenue"}, "no families"),
        ({"objective": "welfare", "ties": "hostile"}, "no families"),
        ({"values": [["t - 1", 3], [4, 1]]}, r"values\[0\]\[0\].*negative.*t = 1/2"),
        ({"costs": ["t", "1/t"]}, r"costs\[1\].*vanishes"),
        ({"values": {"pairs": [["t", 0, 1]], "shape": [2, 2]}}, r"values.pairs\[0\]\[0\]"),
    ],
)
def test_wrong_families_of_markets_are_named_in_one_line(change, message):
    document = {
        "kind": "trading-network",
        "parameter": {"name": "t", "from": 0, "to": 1},
        "objective": "equilibrium",
        "known": "all",
        "values": [["t", 3], [4, 1]],
    }
    with pytest.raises(suasion.InputError, match=message) as error:
        suasion.load({**document, **change})
    assert "\n" not in str(error.value)


def test_long_chains_of_prices_are_followed():
    """Each buyer is indifferent to the next house; the first buyer's limit is what moves."""
    n = 40
    values = [[F(0)] * n for _ in range(n)]
    for i in range(n):
        values[i][i] = F(n)
        if i + 1 < n:
            values[i][i + 1] = F(n) + F(1, 2)
    solution = AssignmentMarket(values).family("values[0][0]", n, n + 3).solve()
    assert solution.grade == "exact"
    assert solution.value(n + 3) == n * n + 3
