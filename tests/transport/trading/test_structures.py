"""Markets solved without branching: against enumeration, against the general road, and at sizes only they reach."""

import importlib.util
import itertools
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dual
from dual.errors import InputError, Undecided
from tests.dual.kinds.reading import checks
from transport import AssignmentMarket, TradingNetwork
from transport.road.solution import Solution

_, upper = checks(dual.KINDS["trading-network"])

_spec = importlib.util.spec_from_file_location("brute", Path(__file__).with_name("brute.py"))
assert _spec is not None
assert _spec.loader is not None
brute = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(brute)

Rng = np.random.Generator


def proven(solution: Solution[Any], value: Fraction | int, *methods: str) -> None:
    """The value, proven from both sides, by one of these roads, and again from the file."""
    assert (solution.lower, solution.upper, solution.grade) == (value, value, "exact")
    assert solution.solver["method"] in methods
    assert "refused" not in solution.solver
    assert dual.verify(json.loads(json.dumps(solution.document()))).accepted


def homogeneous(rng: Rng, most: int) -> tuple[list[int], tuple[int | None, ...], int]:
    """Few different values, so that ties are common; often several buyers know one seller."""
    n, m = rng.integers(2, most + 1, 2).tolist()
    values = rng.integers(0, rng.choice([2, 4, 9, 30]), n).tolist()
    popular = int(rng.integers(1, m + 1))
    share = rng.choice([0.5, 0.8, 1.0])
    knows = tuple(int(rng.integers(popular)) if rng.random() < share else None for _ in range(n))
    return values, knows, m


Choice = tuple[int | None, ...]
"""The seller each buyer buys from."""


def ways_to_trade(buyers: int, sellers: tuple[int, ...]) -> Iterator[Choice]:
    """All matchings of some buyers to some sellers."""
    if not buyers:
        yield ()
        return
    for rest in ways_to_trade(buyers - 1, sellers):
        yield (*rest, None)
    for j in sellers:
        for rest in ways_to_trade(buyers - 1, tuple(k for k in sellers if k != j)):
            yield (*rest, j)


def least_on_the_way(values: list[int], knows: Choice, owner: dict[int, int], buyer: int) -> int:
    """The least value from a buyer to the buyer of whom he knows and so on; 0 if a seller left over is reached."""
    least, seen = values[buyer], set[int]()
    while buyer not in seen:
        seen.add(buyer)
        least = min(least, values[buyer])
        known = knows[buyer]
        if known is None:
            return least
        if known not in owner:
            return 0
        buyer = owner[known]
    return least


def homogeneous_revenue(values: list[int], knows: Choice, sellers: int) -> int:
    """The best revenue if buyers value all sellers alike and know at most one, over all ways to trade.

    Trades are introduced unless known, at the least value on the way; they are an equilibrium if nobody left over would
    pay more for the seller he knows.
    """
    best = 0
    for chosen in ways_to_trade(len(values), tuple(range(sellers))):
        owner = {j: i for i, j in enumerate(chosen) if j is not None}
        paid = {j: least_on_the_way(values, knows, owner, i) for j, i in owner.items()}
        left = [(values[i], paid.get(j, 0)) for i, j in enumerate(knows) if j is not None and chosen[i] is None]
        if all(value <= price for value, price in left):
            best = max(best, sum(price for j, price in paid.items() if knows[owner[j]] != j))
    return best


def network_of(values: list[int], knows: tuple[int | None, ...], m: int) -> TradingNetwork:
    return TradingNetwork({"buyers": values, "sellers": m}, [(i, j) for i, j in enumerate(knows) if j is not None])


def homogeneous_markets_agree(seed: int, count: int) -> None:
    """All ways to trade; for the smallest also all sets of introductions; for some the general road as well."""
    rng = np.random.default_rng(seed)
    for trial in range(count):
        values, knows, m = homogeneous(rng, 6 if trial % 10 == 0 else 5)
        network = network_of(values, knows, m)
        best = homogeneous_revenue(values, knows, m)
        proven(network.solve(), best, "homogeneous", "empty-world")
        if len(values) * m <= 6:
            net = {(i, j): Fraction(v) for i, v in enumerate(values) for j in range(m)}
            known = set(network.statement.known_pairs)
            assert brute.best_revenues(net, [Fraction(0)] * m, known, "largest")[0] == best
        if trial % 4 == 0:
            assert network.replace(values=[[v] * m for v in values]).solve("branching").lower == best


def larger_homogeneous_markets_agree(seed: int, count: int) -> None:
    """Beyond enumeration: the general road, where it closes."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        values, knows, m = homogeneous(rng, 9)
        network = network_of(values, knows, m)
        general = network.solve("branching", time_limit=20)
        found = network.solve()
        assert found.grade == "exact"
        assert found.lower is not None
        assert general.lower is not None
        assert general.upper is not None
        assert general.lower <= found.lower <= general.upper


def small_markets_agree(seed: int, count: int) -> None:
    """One side of one, nobody known, and what is left to branching: all sets of introductions, costs, absent pairs."""
    rng = np.random.default_rng(seed)
    for trial in range(count):
        n, m = rng.integers(1, 4, 2).tolist()
        if trial % 4 == 0:
            n, m = (n + 2, 1) if trial % 8 else (1, m + 2)
        pairs = [pair for pair in itertools.product(range(n), range(m)) if rng.random() < 0.85] or [(0, 0)]
        costs = rng.integers(0, 3, m).tolist() if rng.random() < 0.3 else [0] * m
        values = {pair: int(rng.integers(0, 7)) for pair in pairs}
        known = {pair for pair in pairs if rng.random() < (0.5, 0.0, 0.3, 0.7)[trial % 4]}
        if len(pairs) - len(known) > 6:
            continue
        listed = {"pairs": [[i, j, v] for (i, j), v in values.items()], "shape": [n, m]}
        net = {(i, j): Fraction(v - costs[j]) for (i, j), v in values.items()}
        best = brute.best_revenues(net, list(map(Fraction, costs)), known, "largest")[0]
        roads = {"branching", "homogeneous", "empty-world"}
        if 1 in (n, m):
            roads = {"one-seller"} if m == 1 else roads if any(costs) else {"one-buyer"}
        proven(TradingNetwork(listed, known, costs=costs).solve(), best, *roads)


def auctions_agree(seed: int, count: int) -> None:
    """One seller, smallest prices: all sets of introductions."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        n, cost = int(rng.integers(1, 7)), int(rng.choice([0, 0, 2]))
        values = {(i, 0): int(v) for i, v in enumerate(rng.integers(0, 7, n)) if rng.random() < 0.9} or {(0, 0): 3}
        known = {pair for pair in values if rng.random() < 0.4}
        listed = {"pairs": [[i, 0, v] for (i, _), v in values.items()], "shape": [n, 1]}
        net = {pair: Fraction(v - cost) for pair, v in values.items()}
        best = brute.best_revenues(net, [Fraction(cost)], known, "smallest")[0]
        network = TradingNetwork(listed, known, costs=[cost], price_rule="smallest")
        proven(network.solve(), best, "one-seller")


def test_auctions_agree() -> None:
    auctions_agree(37, 60)


@pytest.mark.slow
def test_auctions_agree_at_length() -> None:
    auctions_agree(47, 600)


def test_homogeneous_markets_agree() -> None:
    homogeneous_markets_agree(31, 80)


def test_larger_homogeneous_markets_agree() -> None:
    larger_homogeneous_markets_agree(32, 8)


def test_small_markets_agree() -> None:
    small_markets_agree(33, 120)


@pytest.mark.slow
def test_homogeneous_markets_agree_at_length() -> None:
    homogeneous_markets_agree(41, 800)


@pytest.mark.slow
def test_larger_homogeneous_markets_agree_at_length() -> None:
    larger_homogeneous_markets_agree(42, 200)


@pytest.mark.slow
def test_small_markets_agree_at_length() -> None:
    small_markets_agree(43, 1200)


@pytest.mark.parametrize(
    ("values", "known", "revenue", "method"),
    [
        ([[5, 3], [4, 1]], [], 7, "empty-world"),
        ([[12, 0], [12, 11]], [(0, 0)], 12, "branching"),
        ([[5, 5], [3, 3]], [(0, 0), (1, 1)], 6, "homogeneous"),
        ([[5] * 3, [4] * 3, [3] * 3], [(0, 0), (1, 1), (2, 2)], 9, "homogeneous"),
        ([[10] * 3, [9] * 3, [1] * 3], [(0, 0), (1, 1), (2, 2)], 18, "homogeneous"),
        ([[10], [1]], [(1, 0)], 10, "one-seller"),
        ([[10], [1]], [(0, 0)], 0, "one-seller"),
        ([[7, 9, 4]], [(0, 0), (0, 2)], 2, "one-buyer"),
        ([[7, 9, 4]], [(0, 1)], 0, "one-buyer"),
    ],
)
def test_reference_markets(values: list[list[int]], known: list[tuple[int, int]], revenue: int, method: str) -> None:
    proven(TradingNetwork(values, known).solve(), revenue, method)


def few_known_sellers_agree(seed: int, count: int) -> None:
    """Up to three known sellers, where linear multipliers alone need not close a market; larger than other oracles."""
    rng = np.random.default_rng(seed)
    for trial in range(count):
        n, m = rng.integers(2, 6, 2).tolist()
        pairs = [pair for pair in itertools.product(range(n), range(m)) if rng.random() < 0.9] or [(0, 0)]
        costs = rng.integers(0, 4, m).tolist() if rng.random() < 0.4 else [0] * m
        values = {pair: int(rng.integers(0, (5, 30)[trial % 2])) for pair in pairs}
        friends = {pair for pair in pairs if pair[1] < 3 and rng.random() < 0.6}
        listed = {"pairs": [[i, j, v] for (i, j), v in values.items()], "shape": [n, m]}
        net = {(i, j): Fraction(v - costs[j]) for (i, j), v in values.items()}
        best = brute.Everything(net, list(map(Fraction, costs)), friends, "largest", matched=True).most.max()
        found = TradingNetwork(listed, friends, costs=costs).solve()
        assert (found.lower, found.grade) == (int(best), "exact")


def test_few_known_sellers_agree() -> None:
    few_known_sellers_agree(34, 25)


@pytest.mark.slow
def test_few_known_sellers_agree_at_length() -> None:
    few_known_sellers_agree(44, 250)


def test_in_a_world_of_strangers_ties_do_not_matter() -> None:
    rng = np.random.default_rng(38)
    for _ in range(30):
        n, m = rng.integers(2, 4, 2).tolist()
        values = rng.integers(0, 4, (n, m))
        if n * m > 6:
            continue
        net = {(i, j): Fraction(int(values[i, j])) for i in range(n) for j in range(m)}
        most, least = brute.best_revenues(net, [Fraction(0)] * m, set(), "largest")
        assert most == least
        proven(TradingNetwork(values, ties="hostile").solve(), least, "empty-world")
    with_costs = TradingNetwork([[2, 1], [1, 2]], costs=[2, 2], ties="hostile").solve()
    assert with_costs.solver["method"] != "empty-world"
    assert (with_costs.lower, with_costs.upper) == (0, 0)


def test_multipliers_prove_what_a_structure_or_all_sets_of_introductions_find() -> None:
    """No verdict of a small market is derived: inequalities in the file say the same."""
    rng = np.random.default_rng(61)
    for _ in range(25):
        values, knows, m = homogeneous(rng, 7)
        solution = network_of(values, knows, m).solve()
        verdict = dual.verify(solution.document())
        assert (verdict.grade, verdict.derived) == ("exact", False)
        assert verdict.upper == homogeneous_revenue(values, knows, m)
    values = rng.integers(1, 100, 60).tolist()
    larger = network_of(values, tuple(rng.integers(0, 60, 60).tolist()), 60).solve().document()
    assert (dual.verify(larger).derived, larger["grade"]) == (False, "exact")
    assert dual.verify({**larger, "dual": {"kind": "homogeneous"}}).upper == Fraction(larger["upper"])
    for _ in range(20):
        n, m = rng.integers(2, 4, 2).tolist()
        table = rng.integers(0, 30, (n, m)).tolist()
        known = [(i, j) for i in range(n) for j in range(m) if rng.random() < 0.3]
        network = TradingNetwork(table, known, ties="hostile")
        verdict = dual.verify(network.solve().document())
        net = {(i, j): Fraction(table[i][j]) for i in range(n) for j in range(m)}
        assert verdict.lower == verdict.upper == brute.best_revenues(net, [Fraction(0)] * m, set(known), "largest")[1]
        assert not verdict.derived


@pytest.mark.parametrize("rules", [{"price_rule": "smallest"}, {"ties": "hostile"}])
def test_other_rules_take_the_general_road(rules: dict[str, str]) -> None:
    solution = TradingNetwork([[5, 5], [3, 3]], [(0, 0), (1, 1)], **rules).solve()  # type: ignore[arg-type]
    assert solution.solver["method"] != "homogeneous"
    assert solution.grade == "exact"


def test_a_claim_beyond_the_structure_is_refused() -> None:
    document = network_of([10, 9, 3], (0, 0, 1), 3).solve().document()
    assert document["lower"] == "12"
    named = {"kind": "homogeneous"}
    alone: dict[str, Any] = {
        **document,
        "dual": named,
        "lower": None,
        "value": None,
        "primal": None,
        "grade": "unproven",
    }
    alone = {name: value for name, value in alone.items() if value is not None}
    assert dual.verify(alone).upper == 12
    assert "upper = 11 is not proven" in str(dual.verify({**alone, "upper": "11"}).violation)
    changed = {**alone, "problem": {**alone["problem"], "known": [[0, 0], [1, 0], [1, 1]]}}
    assert "knows two sellers" in str(dual.verify(changed).violation)


def test_values_by_buyer_are_the_same_market() -> None:
    compact = {"buyers": ["1/2", 2, 0, 2], "sellers": 3}
    known = [(0, 1), (1, 1), (3, 0)]
    one, other = TradingNetwork(compact, known), TradingNetwork([[v] * 3 for v in ("1/2", 2, 0, 2)], known)
    assert one.statement == other.statement
    assert one.document()["values"] == {"buyers": ["1/2", "2", "0", "2"], "sellers": 3}
    assert TradingNetwork.from_document(json.loads(json.dumps(one.document()))).statement == one.statement
    assert one.evaluate([(1, 2)]) == other.evaluate([(1, 2)])
    assert one.fee_curve().guarantee == other.fee_curve().guarantee
    assert one.solve().lower == other.solve().lower == other.solve("branching").lower
    for objective in ("welfare", "equilibrium"):
        assert one.replace(objective=objective).solve().lower == other.replace(objective=objective).solve().lower
    first, second = one.solve().report, other.solve("branching").report
    for name in ("world_welfare", "platform_welfare", "best_welfare", "revenue", "guarantee", "buyer_gains"):
        assert getattr(first, name) == getattr(second, name)
    assert len(first.efficient_introductions) == len(second.efficient_introductions)
    assert (
        AssignmentMarket(compact).solve().lower == AssignmentMarket([[v] * 3 for v in ("1/2", 2, 0, 2)]).solve().lower
    )


def test_the_fewest_efficient_introductions_of_homogeneous_markets() -> None:
    rng = np.random.default_rng(35)
    for _ in range(60):
        values, knows, m = homogeneous(rng, 6)
        one = network_of(values, knows, m)
        other = one.replace(values=[[v] * m for v in values])
        found, expected = one.efficient(), other.efficient()
        assert found.welfare == expected.welfare
        assert len(found.introduced) == len(expected.introduced)


def test_markets_too_large_to_write_out() -> None:
    rng = np.random.default_rng(36)
    n = 5500
    values = rng.integers(1, 10**6, n)
    network = TradingNetwork({"buyers": values, "sellers": n}, list(enumerate(rng.integers(0, n, n).tolist())))
    solution = network.solve()
    assert (solution.grade, solution.solver["method"]) == ("exact", "homogeneous")
    assert solution.verify().accepted
    assert solution.welfare == int(values.sum())
    assert network.evaluate(solution.introduced).revenue == solution.lower
    assert network.replace(objective="welfare").solve().lower == int(values.sum())
    assert "revenue" in solution.summary()
    for general in (network.fee_curve, lambda: network.solve("branching")):
        with pytest.raises(Undecided, match="5500 x 5500 pairs; at most"):
            general()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"buyers": [], "sellers": 2}, "values.buyers: the list is empty"),
        ({"buyers": [1, -1], "sellers": 2}, r"values.buyers\[1\]: -1 is negative"),
        ({"buyers": [1, float("nan")], "sellers": 2}, r"values.buyers\[1\]: nan is not a finite number"),
        ({"buyers": [1]}, "values.sellers: the field is missing"),
        ({"buyers": [1], "sellers": 0}, "values.sellers: the number of sellers is an integer from 1 to 1,000,000"),
        ({"buyers": [1], "sellers": 10**12}, "values.sellers: the number of sellers is an integer from 1"),
        ({"buyers": [1], "sellers": 2, "shape": [1, 2]}, "values.shape: unknown field"),
        ({"buyers": [[1]], "sellers": 2}, r"values.buyers\[0\]: \[1\] is not a number"),
    ],
)
def test_wrong_values_by_buyer_are_named(values: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        TradingNetwork(values)
