"""Cases of introductions: bounds under any rule, worked out by hand, changed, and against all sets of introductions."""

import copy
import itertools
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from dual.errors import InputError, Violation
from dual.kinds.trading.introductions import Introductions
from dual.kinds.trading.kind import KIND
from dual.kinds.trading.statement import TradingNetworkStatement
from tests.dual.kinds.reading import checks
from tests.transport.trading import brute
from transport import TradingNetwork

_, upper = checks(KIND)

# Two couples and goods worth 5 and 3 to them: staying together is efficient, whoever is introduced.
COUPLES = {"kind": "trading-network", "values": [[5, 5], [3, 3]], "known": [[0, 0], [1, 1]], "ties": "hostile"}
TOGETHER = {"trades": [[0, 0], [1, 1]], "prices": [0, 0], "utilities": [5, 3]}

# Two strangers bid 10 and 7 for one good. If the first is not introduced, no more than 7 is paid; if she is, the second
# bids her up to 7 or is not there.
BIDDERS = {"kind": "trading-network", "values": [[10], [7]], "known": [], "price_rule": "smallest"}
BIDS: list[dict[str, Any]] = [
    {"split": [0, 0], "children": [1, 2]},
    {"buyers": [0, 0], "sellers": [7]},
    {"trades": [[0, 0]], "prices": [7], "utilities": [3, 0], "ties": {"buyers": [0, 0], "sellers": [7]}},
]

# Only buyer 0 knows anybody. Introducing (1, 1) earns 11; (1, 0) earns 12 or, against hostile ties, nothing.
NETWORK = {"kind": "trading-network", "values": [[12, 0], [12, 11]], "known": [[0, 0]], "ties": "hostile"}
CASES: list[dict[str, Any]] = [
    {"split": [3, 0], "children": [1, 2]},
    {"trades": [[0, 0]], "prices": [12, 0], "utilities": [0, 0]},
    {"trades": [[0, 0], [1, 1]], "prices": [12, 11], "utilities": [0, 0], "support": ["root", "root"]},
]


def bound(market: dict[str, Any], *nodes: dict[str, Any]) -> Fraction:
    return upper(TradingNetworkStatement.read(market), {"kind": "introductions", "nodes": list(nodes)})


def test_one_equilibrium_speaks_for_all_sets_of_introductions() -> None:
    assert bound(COUPLES, TOGETHER) == 0
    with pytest.raises(Violation, match=r"the pair \(0, 1\) trades, but need not be introduced"):
        bound(COUPLES, {**TOGETHER, "trades": [[0, 1], [1, 0]]})
    with pytest.raises(Violation, match=r"utilities\[1\] = 3 > 0, but buyer 1 buys nothing"):
        bound(COUPLES, {**TOGETHER, "trades": [[0, 0]]})


def test_friendly_ties_between_couples_are_worth_six() -> None:
    """Both swap and pay 3 at the prices of the swap; staying as they are is efficient, too, but earns nothing."""
    friendly = {**COUPLES, "ties": "platform", "price_rule": "smallest"}
    # At prices of zero all four pairs are tight, and what is unknown earns nothing.
    assert bound(friendly, {**TOGETHER, "ties": {"buyers": [0, 0], "sellers": [0, 0]}}) == 0
    dear = {**TOGETHER, "prices": [2, 2], "utilities": [3, 1]}
    assert bound(friendly, {**dear, "ties": {"buyers": [0, 0], "sellers": [2, 2]}}) == 4
    with pytest.raises(Violation, match=r"ties.buyers\[0\] \+ .*ties.sellers\[1\] = 1 < 2 = what the platform earns"):
        bound(friendly, {**dear, "ties": {"buyers": [0, 0], "sellers": [2, 1]}})


def test_a_bid_is_bounded_by_the_next() -> None:
    assert bound(BIDDERS, *BIDS) == 7
    # The same numbers do not do where the first may still be introduced.
    assert bound(BIDDERS, {"buyers": [3, 0], "sellers": [7]}) == 10
    for nodes in ([BIDS[1]], [BIDS[0], BIDS[1], BIDS[1]], [{**BIDS[0], "split": [0, 5]}, BIDS[1], BIDS[1]]):
        with pytest.raises(Violation, match=r"buyers\[0\] \+ sellers\[0\] \+ cost = 7 < 10"):
            bound(BIDDERS, *nodes)
    # Prices include costs.
    with pytest.raises(Violation, match="= 5 < 7"):
        bound({**BIDDERS, "costs": [2], "known": [[0, 0]]}, {"buyers": [0, 0], "sellers": [5]})
    # Whoever knows each other pays nothing to the platform.
    assert bound({**BIDDERS, "known": [[0, 0]]}, BIDS[1]) == 7


def test_the_largest_prices_are_held_by_what_is_introduced() -> None:
    assert bound(NETWORK, *CASES) == 11


CHANGES: list[tuple[str, Callable[[list[dict[str, Any]]], object], str]] = [
    ("bids", lambda n: n[0].update(children=[2, 1]), r"buyers\[0\] \+ sellers\[0\] \+ cost = 7 < 10"),
    ("bids", lambda n: n.__setitem__(1, n[2]), "buyer 0 trades with seller 0, but the two do not know each other"),
    ("bids", lambda n: n[2].update(prices=[6], utilities=[4, 0]), r"utilities\[1\] \+ prices\[0\] = 6 < 7"),
    ("bids", lambda n: n[2]["ties"].update(sellers=[6]), r"= 6 < 7 = what the platform earns"),
    ("bids", lambda n: n[2]["ties"].update(buyers=[-1, -1], sellers=[8]), "that one may stay without trade"),
    ("bids", lambda n: n[1].update(buyers=[-1, 0]), r"nodes\[1\].buyers\[0\] = -1 < 0"),
    ("bids", lambda n: n[1].update(known=[]), "known: unknown field"),
    ("bids", lambda n: n[2].pop("ties"), "ties: the field is missing"),
    ("bids", lambda n: n[2].update(bounds=[0]), "nothing follows from introductions"),
    ("bids", lambda n: n.__setitem__(0, {"either": [[0], [1]], "children": [1, 2]}), "both be one"),
    ("cases", lambda n: n[2].pop("support"), "support: the field is missing"),
    ("cases", lambda n: n[2].update(support=["root", 0]), "buyer 1 is not indifferent"),
    ("cases", lambda n: n[2].update(prices=[11, 10], utilities=[1, 1]), "is root, but buyer 0 has utility 1 > 0"),
    ("cases", lambda n: n[0].update(split=[0, 0]), r"the pair \(0, 0\) cannot be introduced"),
    ("cases", lambda n: n[1].update(prices=[10, 0], utilities=[2, 0]), r"utilities\[1\] \+ prices\[0\] = 10 < 12"),
    ("cases", lambda n: n[0].update(split=[2, 0]), r"utilities\[1\] \+ prices\[1\] = 0 < 11"),
]


@pytest.mark.parametrize(("which", "change", "message"), CHANGES)
def test_changed_cases_are_refused(which: str, change: Callable[[list[dict[str, Any]]], object], message: str) -> None:
    market, nodes = (BIDDERS, copy.deepcopy(BIDS)) if which == "bids" else (NETWORK, copy.deepcopy(CASES))
    change(nodes)
    with pytest.raises((Violation, InputError), match=message):
        bound(market, *nodes)


def test_a_pair_that_can_never_trade_is_not_split() -> None:
    absent = {**NETWORK, "values": {"pairs": [[0, 0, 12], [1, 0, 12], [1, 1, 11]], "shape": [2, 2]}}
    assert bound(absent, *CASES) == 11
    with pytest.raises(InputError, match=r"the pair \(0, 1\) cannot be introduced"):
        bound(absent, {"split": [1, 0], "children": [1, 2]}, *CASES[1:])


@pytest.mark.parametrize("old", ["enumeration", "autarky", "one-seller", "known-sellers"])
def test_older_certificates_are_refused_with_what_writes_them_anew(old: str) -> None:
    with pytest.raises(InputError, match=r"python -m transport\.trading\.convert"):
        upper(TradingNetworkStatement.read(COUPLES), {"kind": old})


def leaves_hold(seed: int, count: int) -> int:
    """Every leaf of a solution's tree holds for every set of introductions in its case; how many leaves that were."""
    rng = random.Random(seed)
    seen = 0
    for _ in range(count):
        n, m = rng.choice([(2, 2), (3, 2), (2, 3), (4, 1), (3, 3)])
        value = {(i, j): rng.randint(0, rng.choice([3, 20])) for i in range(n) for j in range(m) if rng.random() < 0.9}
        known = {pair for pair in value if rng.random() < 0.4}
        if not value or len(value) - len(known) > 5:
            continue
        costs = [rng.choice([0, 0, 2]) for _ in range(m)]
        rule, ties = rng.choice([("smallest", "platform"), ("smallest", "hostile"), ("largest", "hostile")])
        values = {"pairs": [[i, j, v] for (i, j), v in value.items()], "shape": [n, m]}
        network = TradingNetwork(values, known, costs=costs, price_rule=rule, ties=ties)
        document = network.solve().document()
        net = {(i, j): Fraction(v - costs[j]) for (i, j), v in value.items()}
        best = brute.best_revenues(net, list(map(Fraction, costs)), known, rule)[ties == "hostile"]
        assert document["grade"] == "exact"
        assert Fraction(document["lower"]) == best
        certificate: Any = document["dual"]
        if certificate["kind"] != "introductions":
            continue
        checker = Introductions(network.statement)
        for box, leaf in cases(certificate["nodes"]):
            most = checker.bound(box, leaf, "leaf")
            free = [pair for pair in net if pair not in known and pair[0] * m + pair[1] not in box]
            chosen = {divmod(k, m) for k, (low, _) in box.items() if low}
            for size in range(len(free) + 1):
                for more in itertools.combinations(free, size):
                    introduced = {*chosen, *more}
                    part = {p: w for p, w in net.items() if p in known or p in introduced}
                    earned = brute.revenues(part, list(map(Fraction, costs)), introduced, rule)[ties == "hostile"]
                    assert most is not None
                    assert earned <= most <= best
            seen += 1
    return seen


def cases(nodes: list[dict[str, Any]]) -> list[tuple[dict[int, tuple[int, int]], dict[str, Any]]]:
    """The leaves of a tree, with what its splits say."""
    found, boxes = [], {0: dict[int, tuple[int, int]]()}
    for k, node in enumerate(nodes):
        if "children" not in node:
            found.append((boxes[k], node))
            continue
        for child, value in zip(node["children"], (0, 1), strict=True):
            boxes[child] = {**boxes[k], node["split"][0]: (value, value)}
    return found


def test_leaves_hold_for_every_set_of_introductions() -> None:
    assert leaves_hold(71, 60) > 60


@pytest.mark.slow
def test_leaves_hold_for_every_set_of_introductions_at_length() -> None:
    assert leaves_hold(72, 1500) > 1500
