"""Budgets, which the model does not have: against programs in floats, by hand, and what they imply."""

from fractions import Fraction as F

import numpy as np
import pytest

from dual.errors import InputError, Violation
from dual.kinds.delivery.conflicts import conflict
from dual.kinds.delivery.statement import BUDGETS, PRICE_RULES
from tests.transport.delivery.programs import program, random_market, random_trades
from transport.delivery import DeliveryMarket
from transport.delivery.budget import inequalities
from transport.delivery.polytope import picked
from transport.delivery.prices import Prices
from transport.delivery.supported import contradiction

FORCED = DeliveryMarket([[3, 4], [4, 3]], [[[0, 10], [10, 10]], [[10, 10], [10, 0]], [[10, 0], [0, 10]]])
"""The best equilibrium has welfare -2: one of two orders costs ten."""


def affordable(market, trades, tips, budget):
    """Whether some supporting prices are within a budget, in the words of prices: sums of w - p."""
    from scipy.optimize import linprog

    rows, sides, bounds = program(market, trades, tips)
    first = np.cumsum([0, *market.shape])
    # w - p on a trade is z + c - (v - u - p) - p = u + z + c - v.
    loss = np.zeros((len(trades), first[-1]))
    fixed = np.zeros(len(trades))
    for at, (i, j, k) in enumerate(trades):
        loss[at, i] = loss[at, first[2] + k] = 1
        fixed[at] = float(market.costs.at(k, i, j) - market.values[i][j])
    if budget == "total":
        loss, fixed = loss.sum(axis=0, keepdims=True), fixed.sum(keepdims=True)
    found = linprog(np.zeros(first[-1]), np.vstack([rows, loss]), np.append(sides, -fixed), bounds=bounds)
    return found.status == 0


def against_programs(seed, count):
    rng = np.random.default_rng(seed)
    seen = set()
    while count:
        market, tips = random_market(rng, (4, 4, 5), 7), bool(rng.integers(2))
        trades = sorted(random_trades(rng, market))
        if not trades or not market.support(trades, tips=tips).supported:
            continue
        count -= 1
        said = {}
        for budget in ("order", "total"):
            rule = PRICE_RULES[count % len(PRICE_RULES)]
            found = market.support(trades, tips=tips, budget=budget, price_rule=rule)
            assert found.supported == affordable(market, trades, tips, budget)
            said[budget] = found.supported
            seen.add((budget, tips, found.supported))
            if not found.supported:
                row = contradiction(market.replace(tips=tips).statement, found.witness, budget)
                assert sum(map(row.touched, trades)) > row.limit
                continue
            extra = inequalities(market.arrays, trades, budget)
            assert Prices(found.buyers, found.prices, found.couriers) == picked(
                market.arrays, trades, tips, rule, extra
            )
            losses = [found.compensations[i, j] - found.prices[j] for i, j, _ in trades]
            assert max(losses) <= 0 if budget == "order" else sum(losses) <= 0
        assert said["order"] <= said["total"]
    assert len(seen) == 8


def test_a_tenth_of_the_budgets_against_programs():
    against_programs(seed=1, count=60)


@pytest.mark.slow
def test_the_other_budgets_against_programs():
    against_programs(seed=2, count=540)


def relaxed(market):
    """The optimum of the assignment program over triples, in floats."""
    from scipy.optimize import linprog

    gains = np.array(market.arrays.gains, dtype=float)
    agents = np.indices(gains.shape).reshape(3, -1)
    rows = np.vstack([agents[side] == a for side in range(3) for a in range(gains.shape[side])]).astype(float)
    return -linprog(-gains.ravel(), rows, np.ones(len(rows))).fun / market.arrays.denominator


def test_compensations_cover_what_the_relaxed_assignment_promises():
    """In every equilibrium compensations sum to at least the relaxed optimum minus the welfare."""
    rng = np.random.default_rng(4)
    paid = 0
    for trial in range(40):
        market = random_market(rng, (4, 4, 5), 9)
        trades = sorted(random_trades(rng, market))
        missing = relaxed(market) - float(market.welfare(trades))
        for budget in BUDGETS:
            found = market.support(trades, price_rule=PRICE_RULES[trial % 5], budget=budget)
            if found.supported:
                assert float(sum(found.compensations.values())) >= missing - 1e-7
                paid += missing > 0.5
                if budget != "none":
                    assert float(sum(found.prices)) >= missing - 1e-7
    assert paid


def test_integral_relaxations_need_no_budget():
    """With a centre the efficient matching is supported without compensations, so any budget will do."""
    legs = {
        "courier_store": [[1, 4, 3], [2, 0, 5], [4, 3, 1], [5, 2, 2]],
        "buyer_store": [[1, 2, 3], [2, 1, 2], [3, 3, 1]],
    }
    market = DeliveryMarket([[9, 6, 4], [7, 8, 3], [5, 5, 6]], {"centre": "store", **legs})
    trades = market.solve().transactions
    for budget in BUDGETS:
        assert market.support(trades, budget=budget).supported


def test_a_budget_by_hand():
    """The only trade is worth 4 and costs 10 without tips: u + p = 4 and w >= 10, so the platform loses 6 or more."""
    market = DeliveryMarket([[4]], [[[10]]], tips=False)
    assert market.support([(0, 0, 0)]).deficit == 6
    for budget in ("order", "total"):
        refused = market.support([(0, 0, 0)], budget=budget)
        assert refused.witness["budgets"] == [[0, 0, 0, 1]]
        assert "u[buyer 0] + z[courier 0] <= -6" in str(refused)
        assert "Added up they say 0 >= 6." in str(refused)
    assert "is paid at most the price of store 0" in str(market.support([(0, 0, 0)], budget="order"))
    with pytest.raises(InputError, match='budget: "daily" is unknown; known are none, order, total'):
        market.support([(0, 0, 0)], budget="daily")


def test_best_equilibria_may_be_beyond_any_budget():
    """Welfare of -2 leaves buyers and couriers, who have at least 0, nothing within a budget."""
    trades = FORCED.solve().transactions
    assert FORCED.welfare(trades) == -2
    assert FORCED.support(trades).supported
    refused = FORCED.support(trades, budget="total")
    assert not refused.supported
    assert "compensations are at most the prices in sum" in str(refused)


def test_a_trade_s_loss_can_be_another_s_gain():
    """Two markets apart: one loses six, the other earns up to nine. In sum that will do, order by order it will not."""
    far = 30
    market = DeliveryMarket([[4, 0], [0, 10]], [[[10, far], [far, far]], [[far, far], [far, 1]]], tips=False)
    trades = [(0, 0, 0), (1, 1, 1)]
    assert not market.support(trades, budget="order").supported
    found = market.support(trades, budget="total")
    assert found.supported
    assert found.deficit <= 0
    assert found.rule == "prices by the rule least-deficit within the budget (total), then the smallest in order"


def test_conflicts_of_a_budget_are_no_conflicts_of_the_model():
    market = DeliveryMarket([[4]], [[[10]]], tips=False)
    witness = market.support([(0, 0, 0)], budget="order").witness
    with pytest.raises(InputError, match="budgets: unknown field"):
        conflict(market.statement, witness, "witness")
    apart = DeliveryMarket([[4, 0], [0, 4]], [[[10, 30], [30, 30]], [[30, 30], [30, 10]]], tips=False)
    uneven = {**witness, "budgets": [[0, 0, 0, 1], [1, 1, 1, 2]]}
    with pytest.raises(Violation, match="one multiplier for all trades"):
        contradiction(apart.statement, uneven, "total")
    assert contradiction(apart.statement, uneven, "order").triples == {(0, 0, 0), (1, 1, 1)}
    assert F(6) == market.support([(0, 0, 0)], tips=True).deficit


def test_budgets_take_from_buyers_and_couriers_what_trades_leave():
    """u_0 + p_1 + z_2 >= 4 and u_0 + z_0 <= 3, so that p_1 + z_2 >= 1 + z_0; with costs of 10 nothing follows."""
    rivals = FORCED.statement
    raw = {
        "deviations": [[0, 1, 2, 1]],
        "trades": [],
        "takeovers": [],
        "idle": {"buyers": [], "stores": [1], "couriers": [2]},
        "budgets": [[0, 0, 0, 1]],
    }
    found = contradiction(rivals, raw, "order")
    assert (found.pairs, found.triples) == (frozenset(), {(0, 0, 0)})
    for missing in ({"stores": []}, {"couriers": []}):
        with pytest.raises(Violation, match="left over"):
            contradiction(rivals, {**raw, "idle": {**raw["idle"], **missing}}, "order")
    with pytest.raises(Violation, match="do not contradict"):
        contradiction(rivals, {**raw, "deviations": [[0, 1, 0, 1]]}, "order")
