"""Price rules: the ends of the supporting prices and chains of programs, against two other formulations."""

from fractions import Fraction as F

import numpy as np
import pytest

from dual.kinds import KINDS
from dual.kinds.delivery.statement import PRICE_RULES
from tests.dual.kinds.reading import checks
from tests.transport.delivery.programs import program, random_market, random_trades
from transport.delivery import DeliveryMarket
from transport.delivery.extremes import Extremes
from transport.delivery.lexicographic import Chain, chained
from transport.delivery.polytope import objectives, picked
from transport.delivery.prices import Prices
from transport.delivery.rules import ruled
from transport.delivery.support import Contradiction, support
from transport.programs.effort import Effort

lower, _ = checks(KINDS["delivery-market"])


def supported(rng, largest, high):
    """Random markets with random transactions that prices support, with or without tips."""
    while True:
        market = random_market(rng, largest, high)
        trades = sorted(random_trades(rng, market))
        for tips in (True, False):
            if trades and not isinstance(support(market.arrays, trades, tips), Contradiction):
                yield market.replace(tips=tips), trades


def smallest(market, trades, rule):
    """The rule by floats: minimise objectives in turn, each kept at its optimum from then on."""
    from scipy.optimize import linprog

    rows, sides, bounds = program(market, trades, market.statement.tips)
    first = np.cumsum([0, *market.shape])
    worth = sum(float(market.values[i][j]) for i, j, _ in trades)
    busy = len(trades) == market.shape[2]

    def total(u=0, p=0, z=0):
        return np.repeat(np.array([u, p, z], dtype=float), market.shape)

    deficit = total(u=1, z=1)
    turns = {
        "least-deficit": [deficit], "buyers": [total(u=-1)], "stores": [total(p=-1)], "least-tips": [total(-1, -1)],
        "couriers": [deficit, total(z=-1)] if busy else [total(z=-1)],
    }[rule]  # fmt: skip

    def entry(i=None, j=None, k=None, sign=1.0):
        found = np.zeros(first[-1])
        for side, agent in enumerate((i, j, k)):
            if agent is not None:
                found[first[side] + agent] = sign
        return found

    turns = [*turns, *(entry(j=j) for j in sorted(j for _, j, _ in trades))]
    turns += [entry(i, j, k) for i, j, k in trades] + [entry(i, j, sign=-1.0) for i, j, _ in trades]
    for turn in turns:
        found = linprog(turn, rows, sides, bounds=bounds, method="highs")
        assert found.status == 0, worth
        rows, sides = np.vstack([rows, turn]), np.append(sides, found.fun + 1e-9)
    return found.x


@pytest.mark.parametrize("rule", PRICE_RULES)
def test_rules_against_programs_in_floats(rule):
    cases = supported(np.random.default_rng(11), (4, 4, 5), 8)
    for _ in range(16):
        market, trades = next(cases)
        found = market.support(trades, price_rule=rule)
        assert found.rule == f"prices by the rule {rule}, then the smallest in order"
        numbers = [float(x) for side in (found.buyers, found.prices, found.couriers) for x in side]
        assert numbers == pytest.approx(smallest(market, trades, rule), abs=1e-6)


def against_exact_programs(seed, count):
    """Ends and chains, where they apply, are what exact programs pick."""
    rng = np.random.default_rng(seed)
    cases = supported(rng, (5, 5, 6), 7)
    seen = set()
    for _ in range(count):
        market, trades = next(cases)
        tips = market.statement.tips
        ends = Extremes.of(market.arrays, trades, tips)
        for rule in PRICE_RULES:
            expected = picked(market.arrays, trades, tips, rule)
            end = ends.potentials_of(rule)
            if end is not None:
                assert Prices.of(market.arrays, end) == expected
            if tips:
                turns = objectives(rule, trades, ends.busy)
                assert chained(market.arrays, trades, turns, Effort()) == expected
            seen.add((rule, tips, ends.busy, end is None))
    assert ("least-deficit", True, False, True) in seen
    assert ("couriers", True, True, True) in seen
    assert len(seen) == 20


def test_a_tenth_of_the_rules_against_exact_programs():
    against_exact_programs(seed=1, count=40)


@pytest.mark.slow
def test_the_other_rules_against_exact_programs():
    against_exact_programs(seed=2, count=360)


@pytest.mark.parametrize("rule", PRICE_RULES)
def test_rules_hold_in_larger_markets(rule):
    """More than twenty trades around a centre: totals as in floats, prices of an equilibrium."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    rng = np.random.default_rng(7)
    n = 24
    legs = {"courier_store": rng.integers(0, 30, (n + 2, n)), "buyer_store": rng.integers(0, 30, (n, n))}
    market = DeliveryMarket(rng.integers(40, 100, (n, n)), {"centre": "store", **legs}, price_rule=rule)
    solution = market.solve()
    assert len(solution.transactions) > 20
    assert solution.verify().accepted
    rows, sides, bounds = program(market, solution.transactions, True)
    weights = {"buyers": (1, 0, 0), "stores": (0, 1, 0), "couriers": (0, 0, 1), "least-deficit": (-1, 0, -1),
               "least-tips": (1, 1, 0)}[rule]  # fmt: skip
    best = linprog(-np.repeat(np.array(weights, dtype=float), market.shape), csr_array(rows), sides, bounds=bounds)
    totals = map(sum, (solution.buyer_utilities, solution.prices, solution.courier_utilities))
    assert float(sum(w * total for w, total in zip(weights, totals, strict=True))) == pytest.approx(-best.fun)


def test_prices_below_the_solver_s_precision_are_exact():
    """Far outside 64 bits, in units of nothing."""
    rng = np.random.default_rng(8)
    values, costs = rng.integers(3, 9, (3, 3)), rng.integers(0, 9, (4, 3, 3))
    market = DeliveryMarket(values, costs)
    trades = market.solve().transactions
    tiny = F(1, 10**30)
    scaled = DeliveryMarket(
        [[F(int(v)) * tiny for v in row] for row in values], [[[int(c) * tiny for c in r] for r in t] for t in costs]
    )
    # Scaled back, with noise that doubles do not hold, the rules still pick the same point.
    noisy = DeliveryMarket([[F(int(v)) + tiny for v in row] for row in values], costs)
    for rule in PRICE_RULES:
        plain, found = market.support(trades, price_rule=rule), scaled.support(trades, price_rule=rule)
        assert [x * tiny for x in plain.prices] == list(found.prices)
        assert all(abs(a - b) <= 10 * tiny for a, b in zip(
            plain.prices, noisy.support(trades, price_rule=rule).prices, strict=True))  # fmt: skip


def test_a_rule_that_time_did_not_allow_is_not_claimed():
    rng = np.random.default_rng(9)
    market = DeliveryMarket(rng.integers(5, 9, (4, 4)), rng.integers(0, 5, (6, 4, 4)))
    trades = market.solve().transactions
    prices, words, proven = ruled(market.arrays, trades, True, "least-deficit", Effort(0.0))
    assert not proven
    assert words == "prices are the greatest, not by the rule least-deficit: the time was over"
    assert prices.stores == market.support(trades, price_rule="stores").prices
    assert "by the rule stores," in ruled(market.arrays, trades, True, "stores", Effort(0.0))[1]


def test_a_chain_that_is_off_is_not_believed():
    """One trade of value 5, cost 2 and an idle courier at 4: u + z >= 0 and u + p >= 1, u + p + z >= 3."""
    market = DeliveryMarket([[5]], [[[2]], [[4]]])
    trades = [(0, 0, 0)]

    def chain():
        made = Chain(market.arrays, trades, Effort())
        for turn in objectives("least-deficit", trades, False):
            assert made.minimise({column: -weight for column, weight in turn.items()})
        return made

    assert chain().proven() == Prices((F(0),), (F(3),), (F(0), F(0)))
    moved = chain()
    moved.point = moved.point + np.array([0.0, 1.0, 0.0])
    assert moved.proven() is None
    outside = chain()
    outside.point = outside.point - np.array([0.0, 1.0, 0.0])
    assert outside.proven() is None
    dull = chain()
    dull.steps[0].columns[0] = (dull.steps[0].columns[0][0], 2.0)
    assert dull.proven() is None
    # A row may be tight at the point, but without a multiplier nothing says that it is tight on the face.
    loose = chain()
    loose.rows.append(loose.rows[next(iter(loose.tight))])
    assert loose.proven() is not None
    loose.tight[len(loose.rows) - 1] = 1
    assert loose.proven() is None
    loose.steps[0].rows.append((len(loose.rows) - 1, -1e-9))
    assert loose.proven() is None
    assert lower(market.statement, market.support(trades).witness) == 3
