"""The parts of a revenue's tree: bounds that lose nothing, programs and multipliers that bound everything in a part."""

import itertools
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from dual.kinds import KINDS
from dual.kinds.trading import revenue
from dual.kinds.trading.witness import Outcome
from tests.dual.kinds.reading import checks
from transport import TradingNetwork
from transport.programs.branching import Fixing
from transport.programs.effort import Effort
from transport.trading.bounds import Bounds
from transport.trading.branching import Branching
from transport.trading.envy import Row
from transport.trading.integer import IntegerProgram
from transport.trading.leaves import Multipliers
from transport.trading.listing import listed
from transport.trading.maximise import Search
from transport.trading.node import Nodes, Point
from transport.trading.splits import Candidate, Splits, candidates
from transport.trading.tighten import Tightening

_, upper = checks(KINDS["trading-network"])

Part = dict[int, tuple[int, int]]


def market(seed: int, n: int, m: int, known: float = 0.4) -> TradingNetwork:
    rng = np.random.default_rng(seed)
    pairs = [pair for pair in itertools.product(range(n), range(m)) if rng.random() < known]
    costs = rng.integers(0, 4, m).tolist() if seed % 3 == 0 else [0] * m
    return TradingNetwork(rng.integers(0, 20, (n, m)), pairs, costs=costs)


def outcomes(network: TradingNetwork, rng: np.random.Generator, count: int) -> Iterator[Outcome]:
    """Equilibria after introductions that all trade."""
    n, m = network.sides
    unknown = sorted({*itertools.product(range(n), range(m))} - {*network.statement.known_pairs})
    for _ in range(count):
        chosen = [pair for pair in unknown if rng.random() < 0.4]
        found = network.evaluate(chosen)
        yield network.evaluate([pair for pair in chosen if pair in found.trades])


def numbers(network: TradingNetwork, found: Outcome) -> dict[int, int]:
    """Every variable of the checker at an equilibrium, in units."""
    n, m = network.sides
    unit = network.model.unit
    values = {i * m + j: int((i, j) in found.trades) for i in range(n) for j in range(m)}
    values |= {n * m + i: int(u / unit) for i, u in enumerate(found.utilities)}
    net = [p - c for p, c in zip(found.prices, network.statement.costs, strict=True)]
    return values | {n * m + n + j: int(p / unit) for j, p in enumerate(net)}


def part_around(values: dict[int, int], rng: np.random.Generator, size: int, pairs: int) -> Part:
    """A box that holds a point."""
    chosen = rng.choice(len(values), size, replace=False).tolist()
    spread = rng.integers(0, 6, (size, 2)).tolist()
    return {
        k: (values[k], values[k]) if k < pairs else (max(values[k] - low, 0), values[k] + high)
        for k, (low, high) in zip(chosen, spread, strict=True)
    }


def holds(network: TradingNetwork, bounds: Bounds, values: dict[int, int]) -> bool:
    n, m = network.sides
    pairs = all(bounds.may[k] for k in range(n * m) if values[k])
    u, p = (np.array([values[k] for k in range(*ends)]) for ends in ((n * m, n * m + n), (n * m + n, n * m + n + m)))
    levels = (bounds.utility_low <= u) & (u <= bounds.utility_high)
    prices = (bounds.price_low <= p) & (p <= bounds.price_high)
    trading = {k // m for k in range(n * m) if values[k]}, {k % m for k in range(n * m) if values[k]}
    flags = bounds.buyer_must, bounds.seller_must
    must = all({*np.flatnonzero(flag).tolist()} <= busy for flag, busy in zip(flags, trading, strict=True))
    return pairs and must and bool(levels.all()) and bool(prices.all())


@pytest.mark.parametrize("seed", range(6))
def test_bounds_keep_every_equilibrium_of_a_part(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = market(seed, 5, 4)
    n, m = network.sides
    whole = Bounds.of(network.model).propagated(network.model)
    assert whole is not None
    for found in outcomes(network, rng, 6):
        values = numbers(network, found)
        for _ in range(6):
            bounds = whole.within(network.model, part_around(values, rng, int(rng.integers(1, 6)), n * m))
            assert bounds is not None
            assert holds(network, bounds, values)
            again = bounds.propagated(network.model)
            assert again is not None
            assert all((getattr(again, name) == value).all() for name, value in vars(bounds).items())


def test_bounds_find_what_a_price_entails() -> None:
    """Buyer 0 knows seller 0 at 12. If she gains at most 2, the price is at least 10, and buyer 1 pays 10 or more."""
    network = TradingNetwork([[12, 0], [12, 11]], [(0, 0)])
    whole = Bounds.of(network.model).propagated(network.model)
    assert whole is not None
    bounds = whole.within(network.model, {4: (0, 2)})
    assert bounds is not None
    assert bounds.price_low.tolist() == [10, 0]
    assert bounds.seller_must.tolist() == [True, False]
    assert bounds.utility_high.tolist() == [2, 11]
    # Without seller 0's trades her price is zero, and buyer 0 would gain all.
    assert whole.within(network.model, {4: (0, 2), 0: (0, 0), 2: (0, 0)}) is None


@pytest.mark.parametrize("seed", range(6))
def test_programs_and_multipliers_bound_what_a_part_earns(seed: int) -> None:
    """A linear program, its multipliers and any others bound every equilibrium in a part; the checker agrees."""
    rng = np.random.default_rng(seed)
    network = market(seed, 5, 4)
    n, m = network.sides
    model, nodes = network.model, Nodes(network.model)
    unit = float(model.unit)
    whole = Bounds.of(model).propagated(model)
    assert whole is not None
    known = np.flatnonzero(model.known & (model.net > 0)).tolist()
    root = nodes.solve(whole, [], None, math.inf, rounds=20)
    assert isinstance(root, Point)
    for found in outcomes(network, rng, 5):
        box = part_around(numbers(network, found), rng, 3, n * m)
        bounds = whole.within(model, box)
        assert bounds is not None
        point = nodes.solve(bounds, root.rows, root.basis, math.inf, rounds=5)
        assert isinstance(point, Point)
        cold = nodes.solve(bounds, root.rows, None, math.inf, rounds=5)
        assert isinstance(cold, Point)
        others = [
            (Row(place, frozenset(), frozenset(), (floor, 0)), float(rng.random()))
            for place in known
            for floor in (0, int(model.net[place]) // 2)
        ]
        assert point.value * unit >= float(found.revenue) - 1e-6
        assert cold.value * unit >= float(found.revenue) - 1e-6
        for envy in (point.envy, others):
            multipliers = Multipliers(model, envy, nodes.pairs)
            quick, exact = multipliers.leaf(bounds), multipliers.leaf(bounds, exact=True)
            assert quick.bound == pytest.approx(float(exact.bound), abs=1e-4)
            for leaf in (quick, exact):
                steps: list[object] = []
                whole.within(model, box, steps)
                relaxation = revenue.Relaxation(network.statement)
                follows = relaxation.follow({}, listed(model, [{}])[0].get("bounds", []), "root")
                follows = {**follows, **within(box, follows)}
                follows = {**follows, **relaxation.follow(follows, steps, "dual")}
                claimed = relaxation.bound(follows, multipliers.witness(leaf), "dual")
                assert claimed is not None
                assert found.revenue <= claimed <= (Fraction(leaf.bound) + Fraction(1, 1000)) * model.unit
        assert Multipliers(model, point.envy).leaf(bounds).bound <= point.value + 1e-2


def within(box: Part, other: Mapping[int, tuple[int, int]]) -> Part:
    """What a box leaves of another one, for its own variables."""
    both = {k: (ends, other.get(k, ends)) for k, ends in box.items()}
    return {k: (max(one[0], two[0]), min(one[1], two[1])) for k, (one, two) in both.items()}


def proofs(fixings: list[Fixing]) -> list[Any]:
    """The nodes that fixings make, with what is left as an open leaf that earns anything."""
    nodes: list[Any] = []
    for fixing in fixings:
        following = len(nodes) + 1
        if fixing.leaf is None:
            nodes.append({**fixing.entry, "children": [following]})
        else:
            rest = following + 1
            children = [following, rest] if fixing.first else [rest, following]
            nodes += [{**fixing.entry, "children": children}, fixing.leaf]
    return nodes


@pytest.mark.parametrize("seed", range(6))
def test_tightening_keeps_what_is_good_enough(seed: int) -> None:
    """Whatever earns more than is attained stays; if that is out of reach, the steps are the proof."""
    network = market(seed + 20, 5, 5)
    model = network.model
    solution = network.solve("milp")
    assert solution.grade == "exact"
    best, values = int(solution.revenue / model.unit), numbers(network, solution.outcome)
    nodes = Nodes(model)
    whole = Bounds.of(model).propagated(model)
    assert whole is not None
    root = nodes.solve(whole, [], None, math.inf, rounds=20)
    assert isinstance(root, Point)
    multipliers = Multipliers(model, root.envy)

    def better(bounds: Bounds) -> Multipliers | None:
        point = nodes.solve(bounds, root.rows, root.basis, math.inf, cutoff=float(best))
        return Multipliers(model, point.envy) if isinstance(point, Point) and point.value < best else None

    steps = Tightening(model, multipliers, best - 1, math.inf, whole)
    moved = steps.pairs_by_excess() + steps.levels() + steps.pairs() + steps.levels(better)
    assert steps.bounds is not None
    assert holds(network, steps.bounds, values)
    assert moved >= len(steps.fixings) > 0
    everything = {"buyers": [10**6] * 5, "sellers": [10**6] * 5, "known": []}
    bound = upper(network.statement, {"kind": "tree", "nodes": listed(model, [*proofs(steps.fixings), everything])})
    assert bound >= solution.revenue
    # Without what is left, the largest bound is that of what the steps have closed.
    dominated = Tightening(model, multipliers, int(4 * root.value), math.inf, whole)
    assert dominated.pairs() > 0
    assert dominated.bounds is None
    nodes_of_proof = listed(model, [*proofs(dominated.fixings), {"empty": True}])
    closed = upper(network.statement, {"kind": "tree", "nodes": nodes_of_proof})
    assert solution.revenue <= closed <= int(4 * root.value) * model.unit


@pytest.mark.parametrize("thorough", [False, True])
def test_roots_bound_the_optimum(thorough: bool) -> None:
    for seed in range(4):
        network = market(seed + 40, 6, 6, 0.5)
        proven = network.solve("milp")
        effort = Effort()
        search = Search(network.model, effort)
        search.start(network.fee_curve())
        search.begin()
        branching = Branching(search, effort, thorough=thorough)
        root = branching.relax(None, {})
        assert root is not None
        leaf = branching.leaf(root)
        attained = max(search.lower, leaf.bound or Fraction(0))
        assert search.lower <= proven.revenue <= attained
        if root.split is not None:
            children = [branching.relax(root, part) for part in root.split.parts]
            bounds = [search.lower, *(branching.leaf(child).bound or Fraction(0) for child in children if child)]
            assert max(bounds) >= proven.revenue


def test_splits_prefer_what_gains_on_both_sides() -> None:
    pair = Candidate(3, 0, 0, 1, 0.5, 0.5, "pair")
    price = Candidate(30, 4, 0, 9, 2.0, 1.0, "price")
    gains = {3: (8.0, 0.0), 30: (3.0, 3.0)}
    asked: list[int] = []

    def attempt(number: int, part: tuple[int, int]) -> float:
        asked.append(number)
        return 100.0 - gains[number][0 if part[0] == 0 else 1]

    splits = Splits()
    assert splits.choose([pair, price], 100.0, 50.0, attempt) == price
    assert sorted(asked) == [3, 3, 30, 30]
    for _ in range(3):
        splits.choose([pair, price], 100.0, 50.0, attempt)
    # Gains that have been seen often enough are not tried any more.
    asked.clear()
    assert splits.choose([pair, price], 100.0, 50.0, attempt) == price
    assert asked == []
    # One dominated side is as good as a split can be.
    assert splits.choose([Candidate(7, 0, 0, 1, 0.5, 0.5, "pair")], 100.0, 99.0, lambda *_: 90.0) is not None
    assert splits.choose([], 100.0, 50.0, attempt) is None


def test_candidates_are_what_a_point_leaves_open() -> None:
    """Half of seller 0 goes at 10 and half at 4: pairs and her price may be split, at 7; nobody else's number."""
    network = TradingNetwork([[10, 1], [10, 4]], [(1, 1)])
    model = network.model
    bounds = Bounds.of(model).propagated(model)
    assert bounds is not None
    nodes = Nodes(model)
    root = nodes.solve(bounds, [], None, math.inf)
    assert isinstance(root, Point)
    x, prices = np.array([0.5, 0.0, 0.5, 0.5]), np.array([5.0, 0.0, 2.0, 1.0])
    point = Point(8.0, np.arange(4), x, prices, [], [], root.basis)
    found = {c.number: c for c in candidates(model, bounds, point)}
    assert {c.sort for c in found.values()} == {"pair", "utility", "price"}
    assert sorted(k for k in found if k < 4) == [0, 2, 3]
    assert (found[6].at, found[6].below, found[6].above) == (7, 1.5, 2.0)


def test_a_part_without_pairs_earns_nothing() -> None:
    network = TradingNetwork([[3, 5]], [(0, 0)])
    model = network.model
    whole = Bounds.of(model).propagated(model)
    assert whole is not None
    bounds = whole.within(model, {0: (0, 0), 1: (0, 0)})
    # She could buy from seller 0, who would be without a buyer.
    assert bounds is None
    strangers = TradingNetwork([[3, 5]], [])
    bounds = Bounds.of(strangers.model).within(strangers.model, {0: (0, 0), 1: (0, 0)})
    assert bounds is not None
    point = Nodes(strangers.model).solve(bounds, [], None, math.inf)
    assert isinstance(point, Point)
    assert point.value == 0
    assert Multipliers(strangers.model, ()).leaf(bounds).bound == 0


@pytest.mark.parametrize("scale", [Fraction(1, 10**12), Fraction(1), Fraction(10**12)])
def test_trees_of_any_scale_prove_the_same(scale: Fraction) -> None:
    """Multiplying all values multiplies the revenue, though exact multipliers may not fit 64 bits any more."""
    network = market(7, 7, 7, 0.5)
    values = [[Fraction(v) * scale for v in row] for row in network.model.net.reshape(7, 7).tolist()]
    scaled = TradingNetwork(values, network.statement.known_pairs)
    plain = scaled.replace(values=network.model.net.reshape(7, 7))
    best = plain.solve("branching")
    found = scaled.solve("branching")
    assert best.grade == found.grade == "exact"
    assert found.lower == best.lower * scale
    assert found.verify().accepted


def test_doubles_are_bounded_as_closely_as_floats_allow() -> None:
    rng = np.random.default_rng(4)
    known = [pair for pair in itertools.product(range(9), range(9)) if rng.random() < 0.5]
    network = TradingNetwork(rng.random((9, 9)), known)
    solution = network.solve()
    assert solution.lower is not None
    assert solution.upper is not None
    assert 0 <= solution.upper - solution.lower <= Fraction(1, 10**5)
    found = integer_optimum(network)
    assert float(solution.lower) >= found - 1e-6
    assert float(solution.upper) >= found - 1e-6


def integer_optimum(network: TradingNetwork) -> float:
    """What HiGHS makes of the integer program."""
    chosen = IntegerProgram(network.model).solve(None, 60.0)
    return float(network.evaluate(chosen or ()).revenue)
