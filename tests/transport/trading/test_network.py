"""Trading networks: known optima, enumeration, guarantees, and rules that differ."""

import importlib.util
import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dual
from dual.errors import InputError, SuasionError
from tests.dual.kinds.reading import checks
from transport import TradingNetwork
from transport.datasets import hubs
from transport.trading.arrays import Model
from transport.trading.listing import listed
from transport.trading.report import harmonic

lower, upper = checks(dual.KINDS["trading-network"])

_spec = importlib.util.spec_from_file_location("brute", Path(__file__).with_name("brute.py"))
assert _spec is not None
assert _spec.loader is not None
brute = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(brute)

Pair = tuple[int, int]


def random_network(rng: np.random.Generator, most: int, **rules: object) -> tuple[TradingNetwork, dict[Pair, Fraction]]:
    """Small integer values, so that ties are common; some with costs or with pairs that can never trade."""
    n, m = rng.integers(1, most + 1, 2).tolist()
    pairs = [pair for pair in itertools.product(range(n), range(m)) if rng.random() < 0.85] or [(0, 0)]
    costs = rng.integers(0, 3, m).tolist() if rng.random() < 0.3 else [0] * m
    values = {pair: int(rng.integers(0, 6)) for pair in pairs}
    network = TradingNetwork(
        {"pairs": [[i, j, v] for (i, j), v in values.items()], "shape": [n, m]},
        [pair for pair in pairs if rng.random() < 0.5],
        costs=costs,
        **rules,  # type: ignore[arg-type]
    )
    return network, {(i, j): Fraction(v - costs[j]) for (i, j), v in values.items()}


RULES = list(itertools.product(("largest", "smallest"), ("platform", "hostile")))


def outcomes_agree(seed: int, count: int) -> None:
    """Any introductions lead to what enumeration says, and the checker agrees."""
    rng = np.random.default_rng(seed)
    for trial in range(count):
        rule, ties = RULES[trial % 4]
        network, net = random_network(rng, 4 if trial % 10 == 0 else 3, price_rule=rule, ties=ties)
        known = set(network.statement.known_pairs)
        introduced = [pair for pair in net if pair not in known and rng.random() < 0.5]
        found = network.evaluate(introduced)
        part = {pair: worth for pair, worth in net.items() if pair in known or pair in introduced}
        costs = list(network.statement.costs)
        most, least = brute.revenues(part, costs, set(introduced), rule)
        assert found.welfare == brute.welfare(part)
        assert found.revenue == (most if ties == "platform" else least)
        assert [p - c for p, c in zip(found.prices, costs, strict=True)] == brute.prices(part, len(costs), rule)
        assert lower(network.statement, found) == found.revenue


def optima_agree(seed: int, count: int) -> None:
    """Every objective under every rule, against all sets of introductions and all matchings up to 3 x 3."""
    rng = np.random.default_rng(seed)
    for trial in range(count):
        network, net = random_network(rng, 3)
        known, costs = set(network.statement.known_pairs), list(network.statement.costs)
        tables = {rule: brute.Everything(net, costs, known, rule) for rule in ("largest", "smallest")}
        for rule, ties in RULES:
            ruled = network.replace(price_rule=rule, ties=ties)
            earned = tables[rule].most if ties == "platform" else tables[rule].least
            best = int(earned.max())
            for method in ("exact", "branching") if (rule, ties) == RULES[0] else ("exact",):
                solution = ruled.solve(method)
                assert (solution.lower, solution.upper, solution.grade) == (best, best, "exact")
                # The checker enumerates as well under rules that have no other proof, which takes a while.
                if trial % 4 == 0 or (rule, ties) == RULES[0]:
                    assert solution.verify().accepted
            for k in rng.choice(len(earned), 2).tolist():
                found = ruled.evaluate(tables[rule].sets[k])
                assert found.revenue == earned[k]
                assert [p - c for p, c in zip(found.prices, costs, strict=True)] == tables[rule].prices[k].tolist()
        for objective, pairs in (("welfare", set(net)), ("equilibrium", known)):
            other = network.replace(objective=objective).solve()
            assert other.grade == "exact"
            assert other.lower == brute.welfare({p: w for p, w in net.items() if p in pairs})


def matchings_suffice(seed: int, count: int) -> None:
    """At largest prices the best part of a matching is best, up to 4 x 4; any part earns what enumeration says."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        network, net = random_network(rng, 4)
        known, costs = set(network.statement.known_pairs), list(network.statement.costs)
        for rule in ("largest", "smallest"):
            table = brute.Everything(net, costs, known, rule, matched=True)
            for ties, earned in (("platform", table.most), ("hostile", table.least)):
                ruled = network.replace(price_rule=rule, ties=ties)
                for k in rng.choice(len(earned), 4).tolist():
                    assert ruled.evaluate(table.sets[k]).revenue == earned[k]
            if rule == "largest":
                solution = network.solve()
                best = int(table.most.max())
                assert (solution.lower, solution.upper, solution.grade) == (best, best, "exact")
                assert solution.verify().accepted


def test_tables_of_all_sets_agree_with_one_at_a_time() -> None:
    rng = np.random.default_rng(15)
    for trial in range(12):
        rule = ("largest", "smallest")[trial % 2]
        network, net = random_network(rng, 3)
        known, costs = set(network.statement.known_pairs), list(network.statement.costs)
        table = brute.Everything(net, costs, known, rule)
        for k in rng.choice(len(table.sets), 6).tolist():
            part = {pair: worth for pair, worth in net.items() if pair in known or pair in table.sets[k]}
            assert (table.most[k], table.least[k]) == brute.revenues(part, costs, set(table.sets[k]), rule)
        assert len(table.sets) == 2 ** len(set(net) - known)


def fees_keep_their_promise(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    for trial in range(count):
        n, m = rng.integers(1, 9, 2).tolist()
        values = rng.integers(0, (3, 10, 10**6)[trial % 3], (n, m))
        known = [pair for pair in itertools.product(range(n), range(m)) if rng.random() < (trial % 4) / 4]
        network = TradingNetwork(values, known)
        curve = network.fee_curve()
        assert curve.best.revenue >= curve.guarantee
        assert curve.solves <= 2 * len(network.efficient().introduced) + 4
        for point in curve.points:
            outcome = network.evaluate(point.introduced)
            assert (outcome.revenue, outcome.welfare) == (point.revenue, point.welfare)
            assert point.revenue >= point.fee * len(point.introduced)


def any_multipliers_bound_revenue(seed: int, count: int) -> None:
    """Weak duality of the rows: whatever the multipliers, the caps and the floors, no revenue exceeds the bound."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        network, net = random_network(rng, 3)
        n, m = network.sides
        known = [pair for pair in network.statement.known_pairs if net[pair] >= 0]
        rows = []
        for i, j in (pair for pair in known for _ in range(int(rng.integers(0, 3)))):
            floor = int(rng.integers(0, net[i, j] + 1))
            floors = [floor, int(rng.integers(0, net[i, j] - floor + 1))] if rng.random() < 0.6 else []
            caps = [[k for k in range(size) if rng.random() < 0.4] for size in (m, n)]
            rows.append([i, j, Fraction(int(rng.integers(0, 5)), 2), *caps, *floors])
        sides = {"buyers": rng.integers(0, 6, n).tolist(), "sellers": rng.integers(0, 6, m).tolist()}
        leaf = {**sides, "known": rows}
        best = brute.best_revenues(net, list(network.statement.costs), set(network.statement.known_pairs), "largest")[0]
        assert upper(network.statement, {"kind": "lp", **leaf}) >= best
        closed = [k for k in range(n * m) if rng.random() < 0.5] or [0]
        nodes = [{"closed": closed, "by": leaf, "children": [1]}, leaf]
        assert upper(network.statement, {"kind": "tree", "nodes": nodes}) >= best


def test_any_multipliers_bound_revenue() -> None:
    any_multipliers_bound_revenue(14, 25)


@pytest.mark.slow
def test_any_multipliers_bound_revenue_at_length() -> None:
    any_multipliers_bound_revenue(24, 250)


def test_outcomes_agree_with_enumeration() -> None:
    outcomes_agree(11, 150)


def test_optima_agree_with_enumeration() -> None:
    optima_agree(12, 100)


def test_matchings_suffice() -> None:
    matchings_suffice(16, 100)


def test_entry_fees_keep_their_promise() -> None:
    fees_keep_their_promise(13, 60)


@pytest.mark.slow
def test_outcomes_agree_with_enumeration_at_length() -> None:
    outcomes_agree(21, 1000)


@pytest.mark.slow
def test_optima_agree_with_enumeration_at_length() -> None:
    optima_agree(22, 1000)


@pytest.mark.slow
def test_matchings_suffice_at_length() -> None:
    matchings_suffice(26, 1000)


@pytest.mark.slow
def test_entry_fees_keep_their_promise_at_length() -> None:
    fees_keep_their_promise(23, 2000)


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 7, 8])
def test_on_hubs_an_entry_fee_earns_exactly_its_guarantee(size: int) -> None:
    network = hubs(size)
    curve = network.fee_curve()
    gain = network.efficient().welfare - network.evaluate([]).welfare
    assert curve.guarantee == gain / sum(Fraction(1, k) for k in range(1, size + 1))
    assert curve.best.revenue == curve.guarantee


@pytest.mark.parametrize(
    ("size", "before", "best", "revenue"), [(1, 1, 2, 1), (2, 4, 7, 2), (3, 18, 29, 6), (4, 48, 73, 12)]
)
def test_on_hubs_nothing_earns_more(size: int, before: int, best: int, revenue: int) -> None:
    network = hubs(size)
    solution = network.solve()
    assert (solution.lower, solution.grade) == (revenue, "exact")
    assert (network.evaluate([]).welfare, network.efficient().welfare) == (before, best)


@pytest.mark.parametrize("size", [0, -1, 2.5, 41])
def test_hubs_have_a_size(size: object) -> None:
    with pytest.raises(InputError, match="size: the size is an integer from 1 to 40"):
        hubs(size)  # type: ignore[arg-type]


def test_the_best_introduction_need_not_be_efficient() -> None:
    solution = TradingNetwork([[12, 0], [12, 11]], [(0, 0)], buyers=["Ann", "Bob"]).solve()
    report = solution.report
    assert (solution.lower, solution.grade, solution.introduced) == (12, "exact", ((1, 0),))
    assert (report.world_welfare, report.platform_welfare, report.best_welfare) == (12, 12, 23)
    assert (report.efficient_introductions, report.efficient_revenue, report.guarantee) == (((1, 1),), 11, 11)
    assert report.price_of_revenue_maximisation == Fraction(23, 12)
    assert "Bob" in solution.summary()
    assert harmonic(0) == 0


def test_a_swap_earns_nothing_under_hostile_ties() -> None:
    network = TradingNetwork([[5, 5], [3, 3]], [(0, 0), (1, 1)])
    assert network.solve().lower == 6
    assert network.solve().report.hostile_revenue == 0
    assert network.replace(ties="hostile").solve().grade == "exact"


def test_smallest_prices_can_need_introductions_that_do_not_trade() -> None:
    network = TradingNetwork([[10], [7]], price_rule="smallest")
    assert [network.evaluate(p).revenue for p in ([(0, 0)], [(1, 0)], [(0, 0), (1, 0)])] == [0, 0, 7]
    assert (network.solve().lower, network.solve().grade) == (7, "exact")


def test_homogeneous_optima_are_efficient() -> None:
    rng = np.random.default_rng(3)
    for _ in range(12):
        n, m = rng.integers(2, 5, 2).tolist()
        worth = rng.integers(1, 9, n)
        known = [pair for pair in itertools.product(range(n), range(m)) if rng.random() < 0.4]
        solution = TradingNetwork(np.repeat(worth[:, None], m, axis=1), known).solve("branching")
        best = sum(sorted(worth.tolist(), reverse=True)[:m])
        assert solution.grade == "exact"
        assert solution.welfare == best
        assert solution.lower >= best - solution.report.world_welfare


def test_a_known_trade_worth_nothing_saves_no_introduction() -> None:
    # Buyers 2 and 3 trade with whom they know; buyer 1 knows seller 0 as well, but nothing is gained by that.
    network = TradingNetwork([[0] * 3, [0] * 3, [1] * 3, [1] * 3, [0] * 3], [(0, 1), (1, 0), (2, 1), (3, 0), (4, 1)])
    assert network.efficient().introduced == ()
    assert network.fee_curve().guarantee == 0


def test_more_knowledge_than_a_tiny_market_has_is_proven_by_branching() -> None:
    rng = np.random.default_rng(8)
    values = rng.integers(1, 50, (7, 7))
    known = [pair for pair in itertools.product(range(7), range(7)) if rng.random() < 0.5]
    solution = TradingNetwork(values, known).solve()
    assert solution.grade == "exact"
    assert solution.dual is not None
    broken: Any = solution.document()
    broken["upper"] = str(Fraction(broken["upper"]) - 1)
    broken["lower"], broken["value"], broken["primal"] = None, None, None
    broken["grade"] = "unproven"
    assert "is not proven" in str(dual.verify(broken).violation)


def test_rows_with_floors_prove_what_plain_rows_do_not() -> None:
    """Half of the pairs known, 12 by 12: without caps and floors the same multipliers prove less."""
    rng = np.random.default_rng(0)
    values = rng.integers(1, 101, (12, 12))
    solution = TradingNetwork(values, np.argwhere(rng.random((12, 12)) < 0.5)).solve()
    assert solution.grade == "exact"
    found: Any = solution.document()
    leaves = [node.get("by", node) for node in found["dual"]["nodes"] if "known" in node or "by" in node]
    shared = found["dual"]["rows"]
    assert any(len(row) == 6 for row in shared)
    for leaf in leaves:
        leaf["known"] = [row[:3] for row in leaf["known"]]
    found["dual"]["rows"] = [row[:2] for row in shared]
    assert "is not proven" in str(dual.verify(found).violation)


def test_pairs_are_closed_by_multipliers_and_no_others_can_be() -> None:
    """A tree closes pairs; once a pair that trades is among them, its multipliers no longer prove the bound."""
    rng = np.random.default_rng(0)
    values = rng.integers(1, 101, (12, 12))
    solution = TradingNetwork(values, np.argwhere(rng.random((12, 12)) < 0.5)).solve()
    found: Any = solution.document()
    root = found["dual"]["nodes"][0]
    assert len(root["closed"]) > 12
    open_pairs = [k for k in range(144) if k not in root["closed"]]
    assert all(12 * i + j in open_pairs for i, j in found["primal"]["trades"])
    i, j = found["primal"]["trades"][0]
    model = solution.problem.model
    for closed in ([*root["closed"], 12 * i + j], open_pairs):
        assert "is not proven" in str(dual.verify({**found, "dual": _with_root(found, closed, model)}).violation)
    assert dual.verify({**found, "dual": _with_root(found, root["closed"], model)}).accepted


def _with_root(found: Any, closed: list[int], model: Model) -> dict[str, object]:
    """The tree with other pairs closed at its root, and what then follows."""
    bare = [{name: value for name, value in node.items() if name != "bounds"} for node in found["dual"]["nodes"]]
    return {**found["dual"], "nodes": listed(model, [{**bare[0], "closed": closed}, *bare[1:]])}


def test_without_time_the_bounds_are_true_and_wide() -> None:
    rng = np.random.default_rng(9)
    values = rng.integers(1, 50, (12, 12))
    known = [pair for pair in itertools.product(range(12), range(12)) if rng.random() < 0.5]
    solution = TradingNetwork(values, known).solve(time_limit=0)
    assert solution.grade in ("bounded", "exact")
    assert solution.verify().accepted


@pytest.mark.parametrize(
    ("introduced", "message"),
    [
        ([(0, 0)], "knows each other already"),
        ([(1, 1), (1, 1)], "listed twice"),
        ([(0, 2)], "not an index"),
        ([(0,)], "2 are needed"),
    ],
)
def test_wrong_introductions_are_named(introduced: list[Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        TradingNetwork([[12, 0], [12, 11]], [(0, 0)]).evaluate(introduced)


def test_arrays_are_read_exactly() -> None:
    values = np.array([[0.1, 0.0], [1e-3, 7.5]])
    exact = [[Fraction(str(v)) for v in row] for row in values.tolist()]  # short decimals are what was typed
    assert TradingNetwork(values).statement == TradingNetwork(exact).statement
    assert (
        TradingNetwork(values * 2.0**900).statement
        == TradingNetwork([[Fraction(v) * 2**900 for v in row] for row in values.tolist()]).statement
    )
    assert TradingNetwork(np.array([[3, 0]])).statement == TradingNetwork([[3, 0]]).statement
    for wrong, message in ((np.nan, "not a finite number"), (-1.0, "negative"), (np.inf, "not a finite number")):
        with pytest.raises(InputError, match=rf"values\[0\]\[1\].*{message}"):
            TradingNetwork(np.array([[1.0, wrong]]))


def test_pictures_show_trades_and_fees() -> None:
    solution = hubs(2).solve()
    drawn = solution.plot()
    assert "revenue 2" in drawn.get_title()
    labels = {f"buyer {i}\nutility {u}" for i, u in enumerate(solution.utilities)}
    labels |= {f"seller {j}\nprice {p}" for j, p in enumerate(solution.prices)}
    assert labels <= {text.get_text() for text in drawn.texts}
    curve = hubs(3).fee_curve().plot()
    assert len(curve.patches) == 2
    with pytest.raises(SuasionError, match="at most 60"):
        TradingNetwork(np.ones((61, 1)), objective="equilibrium").solve().plot()
