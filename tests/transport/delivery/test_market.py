"""Delivery markets: the reference instances, brute force over all matchings, and answers to hard or odd questions."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

import dual
from dual.errors import InputError
from dual.kinds.delivery.conflicts import conflict
from suasion import catalog
from transport.delivery import DeliveryMarket
from transport.delivery.search import Search
from transport.delivery.support import Contradiction, support
from transport.programs.effort import Effort

REFERENCES = {
    "one-courier": (4, 4, None),
    "second-courier-is-free": (2, 2, 2),
    "one-dear-courier": (0, 0, -6),
    "couriers-at-corners": (7, 7, -2),
    "tips-cannot-help": (2, 1, 1),
    "idle-courier-forces-loss": (6, -2, -2),
    "without-the-idle-courier": (6, 6, -12),
    "perfect-planting": (3, 3, 3),
    "imperfect-planting": (2, 2, 2),
    "store-centre": (18, 18, 18),
}
"""Efficient welfare, the best with tips, the best without (None: there is no equilibrium)."""


def matchings(shape):
    """All sets of disjoint triples."""
    buyers, stores, couriers = shape
    for count in range(min(shape) + 1):
        for chosen in itertools.combinations(range(buyers), count):
            for shops in itertools.permutations(range(stores), count):
                for drivers in itertools.permutations(range(couriers), count):
                    yield tuple(zip(chosen, shops, drivers, strict=True))


def best_by_force(market, tips):
    """The greatest welfare of a supported matching (of any, if tips is None); None if there is none."""
    tried = sorted(((market.welfare(m), m) for m in matchings(market.shape)), reverse=True)
    for welfare, trades in tried:
        if tips is None or not isinstance(support(market.arrays, trades, tips), Contradiction):
            return welfare
    return None


def held(solution, expected):
    """The answer is exact and expected, and its file is accepted."""
    assert solution.verify().accepted
    if expected is None:
        assert solution.grade == "infeasible"
    else:
        assert (solution.grade, solution.lower, solution.upper) == ("exact", expected, expected)


@pytest.mark.parametrize("method", ["best", "decomposition"])
@pytest.mark.parametrize("slug", REFERENCES)
def test_the_reference_instances(slug, method):
    market = DeliveryMarket.from_document(catalog.entry(f"gonczarowski-ma-parkes-2025-{slug}").instance)
    efficient, tipped, untipped = REFERENCES[slug]
    held(market.replace(objective="efficient").solve(method), efficient)
    held(market.solve(method), tipped)
    held(market.replace(tips=False).solve(method), untipped)


@pytest.mark.parametrize("slug", REFERENCES)
def test_the_monolithic_program_agrees(slug):
    market = DeliveryMarket.from_document(catalog.entry(f"gonczarowski-ma-parkes-2025-{slug}").instance)
    efficient, tipped, untipped = REFERENCES[slug]
    assert market.replace(objective="efficient").solve("monolithic").lower == efficient
    assert market.solve("monolithic").lower == tipped
    assert market.replace(tips=False).solve("monolithic").lower == untipped


def against_force(seed, count):
    rng = np.random.default_rng(seed)
    for trial in range(count):
        shape = rng.integers(1, 4), rng.integers(1, 4), rng.integers(1, 5)
        high = (2, 4, 9)[trial % 3]
        values = rng.integers(0, high, shape[:2])
        market = DeliveryMarket(values, rng.integers(0, high, (shape[2], *shape[:2])))
        held(market.replace(objective="efficient").solve(), best_by_force(market, None))
        held(market.solve(), best_by_force(market, True))
        held(market.replace(tips=False).solve(), best_by_force(market, False))


def test_a_tenth_of_the_markets_by_brute_force():
    against_force(seed=1, count=50)


@pytest.mark.slow
def test_the_other_markets_by_brute_force():
    against_force(seed=2, count=450)


def against_conflicts(seed, count):
    """No matching that prices support is excluded by the row of another's conflict; those that name it are."""
    rng = np.random.default_rng(seed)
    rows = 0
    for trial in range(count):
        shape = (2 + trial % 2, 2 + trial // 2 % 2, 3 + trial % 3 // 2)
        high = (3, 6, 11)[trial % 3]
        market = DeliveryMarket(rng.integers(0, high, shape[:2]), rng.integers(0, high, (shape[2], *shape[:2])))
        asked = [(trades, support(market.arrays, trades, True)) for trades in matchings(shape)]
        accepted = [trades for trades, found in asked if not isinstance(found, Contradiction)]
        documents = {}
        for trades, found in asked:
            if isinstance(found, Contradiction):
                row = conflict(market.statement, found.document, "conflict")
                assert sum(map(row.touched, trades)) > row.limit
                documents[str(found.document)] = row
        for row in documents.values():
            assert all(sum(map(row.touched, trades)) <= row.limit for trades in accepted)
        rows += len(documents)
    assert rows > 10 * count


def test_a_tenth_of_the_conflicts_against_all_matchings():
    against_conflicts(seed=1, count=12)


@pytest.mark.slow
def test_the_other_conflicts_against_all_matchings():
    against_conflicts(seed=2, count=108)


def beside(count, far):
    """Copies of the market with the idle courier, beside each other: costs between them are far."""
    values, costs = [[3, 4], [4, 3]], [[[0, 10], [10, 10]], [[10, 10], [10, 0]], [[10, 0], [0, 10]]]
    all_values, all_costs = np.zeros((2 * count,) * 2, dtype=int), np.full((3 * count, 2 * count, 2 * count), far)
    for n in range(count):
        side = slice(2 * n, 2 * n + 2)
        all_values[side, side] = values
        all_costs[3 * n : 3 * n + 3, side, side] = costs
    return DeliveryMarket(all_values, all_costs)


@pytest.mark.parametrize(
    ("count", "far"), [(2, 10), (2, 100), (3, 10), *(pytest.param(n, 10, marks=pytest.mark.slow) for n in (6, 10))]
)
def test_conflicts_beside_each_other(count, far):
    """What is far adds nothing, so the copies' best welfares of -2 add up; the certificate stays small."""
    solution = beside(count, far).solve()
    held(solution, -2 * count)
    assert len(solution.dual.bound.nodes) < 100
    assert len(solution.dual.bound.conflicts) < 10 * count


@pytest.mark.parametrize("tips", [True, False])
def test_each_part_of_a_market_has_its_own_contradiction(tips):
    """Each copy alone is refused; one master finds all of them, none with a trade of another."""
    market = beside(3, 10).replace(tips=tips)
    found = Search(market.statement, market.arrays, Effort(), lambda *_: None)
    trades = [trade for n in range(3) for trade in ((2 * n, 2 * n, 3 * n), (2 * n + 1, 2 * n + 1, 3 * n + 1))]
    refused = found.refusals(trades)
    if not tips:
        assert refused == []
        return
    assert [sorted(each.pairs) for _, each in refused] == [[(2 * n, 2 * n), (2 * n + 1, 2 * n + 1)] for n in range(3)]
    assert [document["idle"]["couriers"] for document, _ in refused] == [[2], [5], [8]]
    assert all(sum(map(each.touched, trades)) > each.limit for _, each in refused)
    assert found.refusals(trades[:1]) != []


@pytest.mark.parametrize("method", DeliveryMarket.methods)
@pytest.mark.parametrize("tips", [True, False])
def test_no_time_still_leaves_a_true_answer(tips, method):
    rng = np.random.default_rng(3)
    market = DeliveryMarket(rng.integers(0, 20, (6, 6)), rng.integers(0, 20, (7, 6, 6)), tips=tips)
    hurried, patient = market.solve(method, time_limit=0), market.solve()
    assert hurried.verify().accepted
    assert hurried.lower <= patient.lower == patient.upper <= hurried.upper


def test_a_flow_needs_no_time_but_a_rule_may():
    rng = np.random.default_rng(5)
    legs = {"courier_store": rng.integers(0, 9, (9, 8)), "buyer_store": rng.integers(0, 9, (8, 8))}
    market = DeliveryMarket(rng.integers(5, 20, (8, 8)), {"centre": "store", **legs})
    hurried = market.solve(time_limit=0)
    held(hurried, market.solve().lower)
    assert (
        hurried.solver["rule"] == "prices are the flow's potentials, not by the rule least-deficit: the time was over"
    )
    assert sum(hurried.compensations.values()) == 0
    by_stores = market.replace(price_rule="stores")
    assert by_stores.solve(time_limit=0).prices == by_stores.solve().prices


@pytest.mark.parametrize("scale", [F(1, 10**40), F(10**30, 7)])
@pytest.mark.parametrize(
    "slug", ["tips-cannot-help", "idle-courier-forces-loss", "store-centre", "couriers-at-corners"]
)
def test_units_do_not_matter(slug, scale):
    """Far outside 64 bits, after adding noise that only exact integers can hold."""
    market = DeliveryMarket.from_document(catalog.entry(f"gonczarowski-ma-parkes-2025-{slug}").instance)
    values = [[scale * (value + F(1, 10**30)) for value in row] for row in market.values]
    shape = market.shape
    costs = [
        [[scale * market.costs.at(k, i, j) for j in range(shape[1])] for i in range(shape[0])] for k in range(shape[2])
    ]
    trades = len(market.solve().transactions)
    scaled = DeliveryMarket(values, costs)
    efficient, tipped, untipped = REFERENCES[slug]
    held(scaled.solve(), scale * (tipped + F(trades, 10**30)))
    found = scaled.replace(tips=False).solve()
    held(found, scale * (untipped + F(len(found.transactions), 10**30)))
    found = scaled.replace(objective="efficient").solve()
    held(found, scale * (efficient + F(len(found.transactions), 10**30)))


def test_numbers_beyond_all_range_are_refused_but_can_be_tested():
    market = DeliveryMarket([["1e400", 4], [4, 3]], [[["1/7", 10], [10, 10]]])
    with pytest.raises(InputError, match=r"values: over their common denominator.*more than 900 bits"):
        market.solve()
    assert market.support([(0, 0, 0)]).supported
    assert not market.support([(1, 1, 0)], tips=False).supported


def test_adding_a_courier_can_lower_welfare():
    costs = [[[0, 10], [10, 10]], [[10, 10], [10, 0]], [[10, 0], [0, 10]]]
    without, with_courier = (DeliveryMarket([[3, 4], [4, 3]], costs[:n]).solve().lower for n in (2, 3))
    assert (without, with_courier) == (6, -2)


@pytest.mark.parametrize("centre", ["store", "buyer", "courier"])
def test_a_centre_is_solved_by_a_flow_as_it_is_by_decomposition(centre):
    rng = np.random.default_rng(4)
    for _ in range(4):
        buyers, stores, couriers = (int(n) for n in rng.integers(2, 5, 3))
        values = rng.integers(0, 9, (buyers, 1)) + rng.integers(0, 9, (1, stores))
        legs = {
            "courier_store": rng.integers(0, 5, (couriers, stores)),
            "courier_buyer": rng.integers(0, 5, (couriers, buyers)),
            "buyer_store": rng.integers(0, 5, (buyers, stores)),
        }
        unused = {"store": "courier_buyer", "buyer": "courier_store", "courier": "buyer_store"}[centre]
        market = DeliveryMarket(values, {"centre": centre, **{n: leg for n, leg in legs.items() if n != unused}})
        costs = [[[market.costs.at(k, i, j) for j in range(stores)] for i in range(buyers)] for k in range(couriers)]
        written_out = DeliveryMarket(values, costs)
        for tips in (True, False):
            general = market.replace(tips=tips).solve("decomposition")
            for each in (market, written_out):
                found = each.replace(tips=tips).solve()
                assert found.solver["method"] in ("flow", "fewest-couriers")
                held(found, general.lower)
            if tips:
                # Fact: with integral potentials there is an efficient equilibrium without compensations.
                assert found.verify().accepted
                assert general.lower == market.replace(objective="efficient").solve().lower


def test_names_show_in_summary_and_errors():
    market = DeliveryMarket([[5, 2], [3, 4]], [[[1, 1], [1, 1]]], buyers=["Ann", "Bob"], couriers=["Kim"])
    text = market.solve().summary()
    assert "Ann" in text
    assert "Kim" in text
    with pytest.raises(InputError, match=r"transactions\[0\]"):
        market.support([(0, 0, 1)])
    with pytest.raises(InputError, match="trades twice"):
        market.support([(0, 0, 0), (1, 1, 0)])
    with pytest.raises(InputError, match='price_rule: "cheapest" is unknown'):
        market.support([(0, 0, 0)], price_rule="cheapest")
    with pytest.raises(InputError, match="monolithic"):
        market.solve("guess")


def test_conflicts_end_in_a_tree_that_the_checker_accepts():
    """An idle courier costs this market eight, with two stores or three."""
    values, costs = [[3, 4], [4, 3]], [[[0, 10], [10, 10]], [[10, 10], [10, 0]], [[10, 0], [0, 10]]]
    wider = DeliveryMarket([[*row, 0] for row in values], [[[*row, 9] for row in table] for table in costs])
    for market in (DeliveryMarket(values, costs), wider):
        solution = market.solve()
        held(solution, best_by_force(market, True))
        assert solution.dual.bound.kind == "tree"
        assert solution.dual.bound.conflicts
        less = solution.document()
        less["dual"]["bound"]["conflicts"] = less["dual"]["bound"]["conflicts"][1:]
        assert not dual.verify(less).accepted


@pytest.mark.parametrize("seed", range(6))
def test_two_formulations_agree(seed):
    rng = np.random.default_rng(seed)
    market = DeliveryMarket(rng.integers(0, 9, (4, 4)), rng.integers(0, 12, (5 + seed % 2, 4, 4)))
    for asked in (market, market.replace(tips=False)):
        assert asked.solve().lower == asked.solve("monolithic").lower


def test_large_markets_list_traded_pairs_alone():
    rng = np.random.default_rng(6)
    legs = {"courier_store": rng.integers(0, 9, (26, 25)), "buyer_store": rng.integers(0, 9, (24, 25))}
    market = DeliveryMarket(rng.integers(0, 30, (24, 25)), {"centre": "store", **legs})
    for tips, rule in ((True, "highest"), (False, "zero")):
        solution = market.replace(tips=tips).solve()
        assert solution.grade == "exact"
        assert solution.primal.tips.elsewhere == rule
        assert len(solution.primal.tips.pairs) == len(solution.transactions)
        assert solution.verify().accepted


def test_a_search_that_is_stopped_leaves_its_best_matching_and_a_bound(monkeypatch):
    """Whatever stops it once it has begun, as Ctrl-C does, is answered by what was offered until then."""
    from transport.delivery import search

    rng = np.random.default_rng(3)
    market = DeliveryMarket(rng.integers(0, 100, (5, 5)), rng.integers(0, 100, (6, 5, 5)))
    best = market.solve().lower

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "relax", stopped)
    solution = market.solve(method="decomposition")
    assert solution.grade == "bounded"
    assert solution.lower <= best <= solution.upper
    assert solution.solver["stopped"] == "interrupted"
    assert solution.verify().accepted
