"""The checker of trading networks: witnesses worked out by hand, and what becomes of them when they are changed."""

import copy
import random
from array import array
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from dual.errors import InputError, Violation
from dual.kinds.trading.equilibrium import Lanes
from dual.kinds.trading.kind import KIND
from dual.kinds.trading.revenue import Relaxation
from dual.kinds.trading.statement import TradingNetworkStatement
from tests.dual.kinds.reading import checks

lower, upper = checks(KIND)

# Buyers value the seller whom both know at 12, and the second values another, a stranger, at 11.
NETWORK = {"kind": "trading-network", "values": [[12, 0], [12, 11]], "known": [[0, 0]]}
INTRODUCED = {
    "introduced": [[1, 1]],
    "trades": [[0, 0], [1, 1]],
    "prices": [12, 11],
    "utilities": [0, 0],
    "support": ["root", "root"],
    "welfare": 23,
    "revenue": 11,
}


def test_an_equilibrium_is_worth_its_revenue_or_its_welfare() -> None:
    assert lower(TradingNetworkStatement.read(NETWORK), INTRODUCED) == 11
    assert lower(TradingNetworkStatement.read({**NETWORK, "objective": "welfare"}), INTRODUCED) == 23


CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda w: w["introduced"].append([0, 0]), "know each other already"),
    (lambda w: w["trades"].append([0, 1]), "buyer 0 trades twice"),
    (lambda w: w["trades"].__setitem__(0, [0, 1]), "seller 1 trades twice"),
    (lambda w: w["prices"].__setitem__(0, 11), r"utilities\[0\] \+ prices\[0\] = 11 is not 12"),
    (lambda w: w["utilities"].__setitem__(1, -1), r"utilities\[1\] = -1 < 0"),
    (lambda w: w.update(welfare=24), "welfare = 24 is stated, but it is 23"),
    (lambda w: w.update(revenue=12), "revenue = 12 is stated, but it is 11"),
    (lambda w: w["support"].__setitem__(0, 1), "buyer 0 is not indifferent"),
    (lambda w: w["trades"].pop(), r"prices\[1\] = 11 > 0 = cost of seller 1, who sells nothing"),
    (lambda w: (w["trades"].pop(), w["prices"].__setitem__(1, 0)), r"utilities\[1\] \+ prices\[1\] = 0 < 11"),
    (
        lambda w: (w["prices"].__setitem__(0, 10), w["utilities"].__setitem__(0, 2)),
        r"support\[0\] is root, but buyer 0 has utility 2 > 0",
    ),
]


@pytest.mark.parametrize(("change", "message"), CHANGES)
def test_a_changed_witness_is_refused(change: Callable[[dict[str, Any]], object], message: str) -> None:
    witness = copy.deepcopy(INTRODUCED)
    change(witness)
    with pytest.raises(Violation, match=message):
        lower(TradingNetworkStatement.read(NETWORK), witness)


def test_a_support_in_a_circle_holds_nothing() -> None:
    # Both buyers are indifferent between both sellers at any equal prices; only 5 is the largest.
    everyone = {"kind": "trading-network", "values": [[5, 5], [5, 5]], "known": "all", "objective": "equilibrium"}
    witness = {
        "introduced": [], "trades": [[0, 0], [1, 1]], "prices": [3, 3], "utilities": [2, 2], "support": [1, 0],
        "welfare": 10, "revenue": 0,
    }  # fmt: skip
    with pytest.raises(Violation, match="leads back"):
        lower(TradingNetworkStatement.read(everyone), witness)
    assert (
        lower(
            TradingNetworkStatement.read(everyone),
            {**witness, "prices": [5, 5], "utilities": [0, 0], "support": ["root", 0]},
        )
        == 10
    )
    with pytest.raises(Violation, match="leads back"):
        lower(TradingNetworkStatement.read({**everyone, "price_rule": "smallest"}), {**witness, "support": [1, 0]})


def test_smallest_prices_need_a_buyer_who_bids_them_up() -> None:
    rule = {"kind": "trading-network", "values": [[10], [7]], "known": [], "price_rule": "smallest"}
    witness = {
        "introduced": [[0, 0], [1, 0]], "trades": [[0, 0]], "prices": [7], "utilities": [3, 0], "support": [1],
        "welfare": 10, "revenue": 7,
    }  # fmt: skip
    assert lower(TradingNetworkStatement.read(rule), witness) == 7
    with pytest.raises(Violation, match="names no buyer"):
        lower(TradingNetworkStatement.read(rule), {**witness, "support": [None]})
    with pytest.raises(Violation, match="not indifferent"):
        lower(TradingNetworkStatement.read(rule), {**witness, "prices": [8], "utilities": [2, 0]})


def test_costs_are_part_of_prices() -> None:
    network = {"kind": "trading-network", "values": [[5]], "known": [], "costs": [2]}
    witness = {
        "introduced": [[0, 0]], "trades": [[0, 0]], "prices": [5], "utilities": [0], "support": ["root"],
        "welfare": 3, "revenue": 5,
    }  # fmt: skip
    assert lower(TradingNetworkStatement.read(network), witness) == 5
    idle = {**witness, "introduced": [], "trades": [], "support": [None], "welfare": 0, "revenue": 0}
    assert lower(TradingNetworkStatement.read(network), {**idle, "prices": [2]}) == 0
    with pytest.raises(Violation, match=r"prices\[0\] = 1 < 2 = cost"):
        lower(TradingNetworkStatement.read(network), {**idle, "prices": [1]})


def test_hostile_ties_need_a_proof_of_their_own() -> None:
    # Two couples and goods worth 5 and 3 to them: after the swap, staying together is as efficient.
    network = {"kind": "trading-network", "values": [[5, 5], [3, 3]], "known": [[0, 0], [1, 1]], "ties": "hostile"}
    witness = {
        "introduced": [[0, 1], [1, 0]], "trades": [[0, 1], [1, 0]], "prices": [3, 3], "utilities": [2, 0],
        "support": ["root", 0], "welfare": 8, "revenue": 0, "hostile": {"buyers": [0, 0], "sellers": [0, 0]},
    }  # fmt: skip
    assert lower(TradingNetworkStatement.read(network), witness) == 0
    with pytest.raises(Violation, match=r"hostile.buyers\[0\] \+ hostile.sellers\[0\] = 1 > 0"):
        lower(TradingNetworkStatement.read(network), {**witness, "hostile": {"buyers": [1, 0], "sellers": [0, 0]}})


def test_assignment_prices_bound_welfare() -> None:
    welfare = TradingNetworkStatement.read({**NETWORK, "objective": "welfare"})
    assert upper(welfare, {"kind": "lp", "buyers": [0, 0], "sellers": [12, 11]}) == 23
    with pytest.raises(Violation, match=r"buyers\[1\] \+ sellers\[1\] \+ cost = 10 < 11"):
        upper(welfare, {"kind": "lp", "buyers": [0, 0], "sellers": [12, 10]})
    with pytest.raises(Violation, match=r"sellers\[1\] = -1 < 0"):
        upper(welfare, {"kind": "lp", "buyers": [0, 12], "sellers": [12, -1]})


def test_revenue_is_bounded_by_multipliers_of_envy() -> None:
    network = TradingNetworkStatement.read(NETWORK)
    # Without envy the platform might sell both goods at full value: 12 to the second buyer, nothing else.
    assert upper(network, {"kind": "lp", "buyers": [0, 0], "sellers": [12, 11], "known": []}) == 23
    # The first buyer's envy of whoever has seller 0, with multiplier 1, costs 12 and pays as much: profits are
    # 12, 0 for buyer 0 and 24, 11 for buyer 1, so the bound is 24 - 12.
    assert upper(network, {"kind": "lp", "buyers": [0, 24], "sellers": [12, 0], "known": [[0, 0, 1]]}) == 24
    assert upper(network, {"kind": "lp", "buyers": [0, 11], "sellers": [13, 0], "known": [[0, 0, 1]]}) == 12
    with pytest.raises(Violation, match="do not know each other"):
        upper(network, {"kind": "lp", "buyers": [0, 0], "sellers": [0, 0], "known": [[1, 0, 1]]})
    with pytest.raises(Violation, match="multiplier -1 is negative"):
        upper(network, {"kind": "lp", "buyers": [0, 0], "sellers": [0, 0], "known": [[0, 0, -1]]})


def test_pairs_that_would_lower_the_bound_are_closed() -> None:
    # The bound 12 as above. Profits less a and b are -1 for (0, 0), 0 for all others.
    relaxation = Relaxation(TradingNetworkStatement.read(NETWORK))
    leaf: dict[str, object] = {"buyers": [0, 11], "sellers": [13, 0], "known": [[0, 0, 1]]}
    assert relaxation.bound({}, leaf, "leaf", [0]) == 11
    assert relaxation.bound({}, leaf, "leaf", [0, 2]) == 12
    assert relaxation.bound({0: (1, 1)}, leaf, "leaf", [0]) == 11
    # Where (0, 0) must trade, it costs 1 once, whether or not it is asked for.
    assert relaxation.bound({0: (1, 1)}, leaf, "leaf", [0, 2]) == 11
    # A profit above a and b is counted once.
    more = {**leaf, "buyers": [0, 10]}
    assert relaxation.bound({}, more, "leaf") == 13
    assert relaxation.bound({}, more, "leaf", [2]) == relaxation.bound({}, more, "leaf", [2, 3]) == 13
    assert relaxation.bound({}, more, "leaf", [0]) == 12
    nodes = [{"closed": [0], "by": leaf, "children": [1]}, {"buyers": [0, 12], "sellers": [0, 0], "known": []}]
    assert upper(TradingNetworkStatement.read(NETWORK), {"kind": "tree", "nodes": nodes}) == 12


def test_floors_of_gain_and_price_make_rows_stronger() -> None:
    network = TradingNetworkStatement.read(NETWORK)
    dual: dict[str, object] = {"kind": "lp", "buyers": [0, 12], "sellers": [8, 0]}
    # Gain above 4 and price must reach 8: the pair itself counts 8, buyer 1's price counts as it is, so its profit is
    # 12 + 12 and exceeds 12 + 8 by 4; capped it counts 8.
    assert upper(network, {**dual, "known": [[0, 0, 1, [], [], 4, 0]]}) == 20 + 4 - 8
    assert upper(network, {**dual, "known": [[0, 0, 1, [], [1], 4, 0]]}) == 20 - 8
    # A price above 4 counts on [0, 12] no more than two thirds of the price, so the profit is 12 + 8.
    assert upper(network, {**dual, "known": [[0, 0, 1, [], [], 0, 4]]}) == 20 - 8
    with pytest.raises(Violation, match="together no more than the pair's value"):
        upper(network, {**dual, "known": [[0, 0, 1, [], [], 6, 7]]})
    with pytest.raises(Violation, match="together no more than the pair's value"):
        upper(network, {**dual, "known": [[0, 0, 1, [], [], -1, 0]]})
    with pytest.raises(InputError, match="multiple of the values' unit 1/1"):
        upper(network, {**dual, "known": [[0, 0, 1, [], [], "1/2", 0]]})
    with pytest.raises(InputError, match="a row is"):
        upper(network, {**dual, "known": [[0, 0, 1, [], [], 1]]})


def test_bounds_are_lowered_to_a_multiple_of_the_unit() -> None:
    dual = {"kind": "lp", "buyers": ["1/3", 0], "sellers": [12, 11], "known": []}
    assert upper(TradingNetworkStatement.read(NETWORK), dual) == 23
    halves = TradingNetworkStatement.read({**NETWORK, "values": [[12, 0], [12, "21/2"]]})
    assert upper(halves, {**dual, "buyers": ["3/4", 0]}) == Fraction(47, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"known": "everyone"}, 'known: "everyone" is unknown'),
        ({"known": [[0, 0], [0, 0]]}, r"known\[1\]: the pair \(0, 0\) is listed twice"),
        ({"known": [[0, 5]]}, r"known\[0\]\[1\]: 5 is not an index from 0 to 1"),
        ({"costs": [1]}, "costs: the list has 1 entries where 2 are needed"),
        ({"costs": [1, -1]}, r"costs\[1\]: -1 is negative"),
        ({"price_rule": "middle"}, 'price_rule: "middle" is unknown; known are largest, smallest'),
        ({"ties": "none"}, "ties"),
        ({"objective": "profit"}, "objective"),
        ({"buyers": ["Ann", "Ann"]}, r'buyers\[1\]: the name "Ann" stands already at buyers\[0\]'),
        ({"sellers": ["one"]}, "sellers: the list has 1 entries"),
        ({"valeus": []}, 'valeus: unknown field; did you mean "values"'),
    ],
)
def test_wrong_fields_are_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        TradingNetworkStatement.read({**NETWORK, **change})


def test_a_document_states_the_same_question() -> None:
    statement = TradingNetworkStatement.read(
        {**NETWORK, "costs": ["1/2", 0], "ties": "hostile", "buyers": ["Ann", "Bob"]}
    )
    assert TradingNetworkStatement.read(statement.document()) == statement
    everyone = TradingNetworkStatement.read({**NETWORK, "known": "all"})
    assert TradingNetworkStatement.read(everyone.document()) == everyone
    assert everyone == TradingNetworkStatement.read({**NETWORK, "known": [[0, 0], [0, 1], [1, 0], [1, 1]]})


def test_prices_in_lanes_are_compared_one_by_one() -> None:
    rng = random.Random(1)
    seen = set()
    for _ in range(2000):
        big = rng.choice([3, 2**30, 2**62 - 1])
        prices = [rng.randint(0, big) for _ in range(rng.randint(1, 5))]
        utility = rng.randint(0, big)
        near = [max(0, min(2**63 - 1, utility + price + rng.choice([-big, -1, 0, 0, 0, 1]))) for price in prices]
        lanes = Lanes.of(prices)
        assert lanes is not None
        covered = all(utility + price >= value for price, value in zip(prices, near, strict=True))
        assert lanes.cover(utility, array("q", near)) == covered
        seen.add(covered)
    assert seen == {True, False}
    assert Lanes.of([2**62]) is None
    assert Lanes.of([-1]) is None
    assert not Lanes(0, 1).cover(0, [0])


def test_prices_over_a_denominator_cover_whole_values() -> None:
    """1/2 does not cover 1, though 1 of the halves does: rows are compared at once only over the values' own unit."""
    for width in (1, 2, 5):
        market = {"kind": "trading-network", "values": [[1] * width], "objective": "welfare"}
        statement = TradingNetworkStatement.read(market)
        assert upper(statement, {"kind": "lp", "buyers": ["3/2"], "sellers": [0] * width}) == Fraction(3, 2)
        with pytest.raises(Violation, match="= 1/2 < 1 = value of the pair"):
            upper(statement, {"kind": "lp", "buyers": ["1/2"], "sellers": [0] * width})


def test_a_pair_beyond_the_buyers_is_refused_in_one_line() -> None:
    market = {"kind": "trading-network", "values": [[5, 4, 3], [2, 1, 0]], "known": [[2, 0]]}
    with pytest.raises(InputError, match="2 is not an index from 0 to 1"):
        TradingNetworkStatement.read(market)


def test_only_who_must_trade_has_a_negative_multiplier() -> None:
    """Buyer 1 and seller 0 must; that says nothing of seller 1, who stands as far behind the buyers as buyer 1 is."""
    statement = TradingNetworkStatement.read({"kind": "trading-network", "values": [[5, 4], [3, 2]], "known": []})
    relaxation = Relaxation(statement)
    assert relaxation.bound({2: (1, 1)}, {"buyers": [5, 4], "sellers": [-1, 0], "known": []}, "leaf") is not None
    leaf: dict[str, object] = {"buyers": [5, 5], "sellers": [0, -1], "known": []}
    with pytest.raises(Violation, match=r"sellers\[1\]: the multiplier -1 is negative"):
        relaxation.bound({2: (1, 1)}, leaf, "leaf")
