"""The support test against linear programs, its witnesses, and the price rules."""

from fractions import Fraction as F

import numpy as np
import pytest

from dual.kinds import KINDS
from dual.kinds.delivery.conflicts import conflict
from tests.dual.kinds.reading import checks
from tests.transport.delivery.programs import program, random_market, random_trades
from transport.delivery import DeliveryMarket
from transport.delivery.prices import Prices
from transport.delivery.support import Contradiction, support
from transport.delivery.witness import primal

lower, _ = checks(KINDS["delivery-market"])


def feasible(market, trades, tips):
    from scipy.optimize import linprog

    rows, sides, bounds = program(market, trades, tips)
    return linprog(np.zeros(len(bounds)), rows, sides, bounds=bounds, method="highs").status == 0


def against_programs(seed, count):
    rng = np.random.default_rng(seed)
    seen = set()
    for _ in range(count):
        market = random_market(rng)
        trades = random_trades(rng, market)
        for tips in (True, False):
            asked = market.replace(tips=tips)
            found = support(market.arrays, trades, tips)
            assert isinstance(found, Contradiction) != feasible(market, trades, tips), (asked.document(), trades)
            if isinstance(found, Contradiction):
                row = conflict(asked.statement, found.document, "witness")
                assert sum(map(row.touched, trades)) > row.limit
            else:
                witness = primal(asked.statement, sorted(trades), Prices.of(market.arrays, found))
                assert lower(asked.statement, witness) == market.welfare(trades)
            seen.add((tips, isinstance(found, Contradiction)))
    assert len(seen) == 4


def test_a_tenth_of_the_matchings_against_programs():
    against_programs(seed=1, count=300)


@pytest.mark.slow
def test_the_other_matchings_against_programs():
    against_programs(seed=2, count=2700)


def test_supported_and_refused_by_hand():
    costs = [[[0, 10], [10, 10]], [[10, 10], [10, 0]], [[10, 0], [0, 10]]]
    market = DeliveryMarket([[3, 4], [4, 3]], costs)
    refused = market.support([(0, 0, 0), (1, 1, 1)])
    assert not refused.supported
    assert refused.witness["deviations"] == [[0, 1, 2, 1], [1, 0, 2, 1]]
    assert refused.witness["idle"] == {"buyers": [], "stores": [], "couriers": [2]}
    assert "buyer 0 would buy at store 1 and tip courier 2 to come (a gain of 4 to share)" in str(refused)
    assert "Added up they say 0 >= 2." in str(refused)
    supported = market.replace(costs=costs[:2]).support([(0, 0, 0), (1, 1, 1)])
    assert supported.supported
    assert supported.deficit == sum(supported.compensations.values()) - sum(supported.prices)


def test_dear_couriers_are_replaced():
    market = DeliveryMarket([[4]], [[[3]], [[1]]])
    refused = market.support([(0, 0, 0)])
    assert refused.witness["takeovers"] == [[0, 0, 0, 1, 1]]
    assert "courier 1 would take over the order of buyer 0 at store 0 from courier 0 (cost 1 instead of 3)" in str(
        refused
    )
    assert market.support([(0, 0, 1)]).supported


def test_nobody_trades():
    assert DeliveryMarket([[0]], [[[1]]]).support([], tips=False).supported
    assert DeliveryMarket([[1]], [[[1]]]).support([]).supported
    assert not DeliveryMarket([[2]], [[[1]]]).support([]).supported
    assert not DeliveryMarket([[1]], [[[1]]]).support([], tips=False).supported


def test_price_rules_reach_the_best_total_of_their_side():
    from scipy.optimize import linprog

    rng = np.random.default_rng(5)
    tried = 0
    while tried < 12:
        market = random_market(rng, (5, 5, 6), 9)
        for tips in (True, False):
            asked = market.replace(tips=tips)
            solution = asked.solve()
            if solution.lower is None or not solution.transactions:
                continue
            trades = solution.transactions
            rows, sides, bounds = program(market, trades, tips)
            busy = len(trades) == market.shape[2]
            groups = np.repeat([0, 1, 2], market.shape)
            worth = sum(float(market.values[i][j]) for i, j, _ in trades)
            for rule, weights in {
                "buyers": (1, 0, 0), "stores": (0, 1, 0), "couriers": (0, 0, 1),
                "least-deficit": (-1, 0, -1), "least-tips": (1, 1, 0),
            }.items():  # fmt: skip
                if rule == "couriers" and busy:
                    continue
                found = asked.support(trades, price_rule=rule)
                best = linprog(-np.array(weights, dtype=float)[groups], rows, sides, bounds=bounds, method="highs")
                totals = [sum(side) for side in (found.buyers, found.prices, found.couriers)]
                reached = sum(weight * total for weight, total in zip(weights, totals, strict=True))
                assert float(reached) == pytest.approx(-best.fun, abs=1e-7)
                if rule == "least-tips":
                    assert sum(found.tips.values()) == pytest.approx(worth + best.fun, abs=1e-7)
                assert asked.support(trades, price_rule=rule) == found
            tried += 1


def test_the_smallest_vector_breaks_ties():
    """One trade of value 5; the idle courier would come for 4, the busy one costs 2."""
    market = DeliveryMarket([[5]], [[[2]], [[4]]])
    found = market.support([(0, 0, 0)], price_rule="stores")
    assert (found.prices, found.buyers) == ((F(5),), (F(0),))
    found = market.support([(0, 0, 0)], price_rule="least-deficit")
    # u + z is least at 0 with u + p >= 5 - 4 - 0 from the idle courier and u + p + z >= 3, hence p = 3.
    assert (found.buyers, found.prices, found.couriers) == ((F(0),), (F(3),), (F(0), F(0)))
    assert found.compensations == {(0, 0): F(0)}
    assert found.tips == {(0, 0): F(2)}
    found = market.support([(0, 0, 0)], price_rule="couriers")
    assert found.couriers == (F(2), F(0))
    found = market.replace(costs=[[[2]]]).support([(0, 0, 0)], price_rule="couriers")
    assert found.deficit == -3
