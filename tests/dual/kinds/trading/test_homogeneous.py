"""Homogeneous goods, at most one known seller: losses worked out by hand, one for each kind of source."""

from fractions import Fraction

import pytest

from dual.errors import InputError
from dual.kinds.trading.kind import KIND
from dual.kinds.trading.statement import TradingNetworkStatement
from tests.dual.kinds.reading import checks
from transport.trading.plans import best

_, upper = checks(KIND)


def market(groups: list[list[int]], free: list[int] = [], sellers: int | None = None) -> dict[str, object]:  # noqa: B006
    """Buyers by the seller they know, then those who know nobody."""
    known = [[i, j] for i, j in enumerate(j for j, group in enumerate(groups) for _ in group)]
    values = [*(v for group in groups for v in group), *free]
    return {
        "kind": "trading-network",
        "values": {"buyers": values, "sellers": sellers or len(values)},
        "known": known,
    }


@pytest.mark.parametrize(
    ("groups", "free", "loss"),
    [
        # Ten pays nine, whom nothing binds; all below nine pay in full.
        ([[10], [5], [4]], [9], 1),
        # Nobody else is near ten, who keeps whom he knows; his friend at nine then covers three.
        ([[10, 9], [3]], [], 10),
        # Ten and nine change sellers, and five, whose seller gets nine, covers four.
        ([[10, 5], [9], [4]], [], 1),
        # Three hundreds change sellers; one's friend at nine covers eleven and ten, at a loss of two and one.
        ([[11, 10], [100], [100], [100, 9]], [], 3),
        # Ten and seven change sellers, so that ten and eight pay seven; eight covers six.
        ([[10, 8], [7], [6]], [], 4),
        # Two triples lose nothing, three pairs would lose nine.
        ([[10], [10], [10], [1], [1], [1]], [], 0),
        # Two pairs lose one, and the last one keeps whom he knows; a triple with him would lose eight.
        ([[9], [8], [5], [5], [1]], [], 2),
        # A pair and a triple lose one each; two pairs would leave five, who loses five.
        ([[9], [8], [6], [5], [5]], [], 2),
    ],
)
def test_losses_by_hand(groups: list[list[int]], free: list[int], loss: int) -> None:
    statement = TradingNetworkStatement.read(market(groups, free))
    assert best(statement).loss == loss  # the solver's plan
    total = sum(map(sum, groups)) + sum(free)
    assert upper(statement, {"kind": "homogeneous"}) == total - loss


@pytest.mark.parametrize(
    ("groups", "sellers", "revenue"),
    [
        # One of the threes trades: the one who can change sellers with ten (both pay three).
        ([[10, 3], [3]], 2, 6),
        # Ten and nine change sellers; the three who knows ten's seller loses nothing, the other one would.
        ([[10, 3], [9], [3]], 3, 21),
        # Two threes change sellers with each other, and ten pays three with them.
        ([[10], [3], [3, 3]], 3, 9),
    ],
)
def test_among_equal_values_the_right_ones_trade(groups: list[list[int]], sellers: int, revenue: int) -> None:
    assert upper(TradingNetworkStatement.read(market(groups, sellers=sellers)), {"kind": "homogeneous"}) == revenue


def test_a_free_buyer_among_equals_is_taken() -> None:
    assert upper(TradingNetworkStatement.read(market([[10], [3]], [3], sellers=2)), {"kind": "homogeneous"}) == 6


def test_fractions_keep_their_denominator() -> None:
    network = {"kind": "trading-network", "values": {"buyers": ["1/2", "1/3"], "sellers": 2}, "known": [[0, 0], [1, 1]]}
    assert upper(TradingNetworkStatement.read(network), {"kind": "homogeneous"}) == Fraction(2, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"known": [[0, 0], [0, 1]]},
        {"costs": [1, 1]},
        {"values": [[5, 5], [3, 4]]},
        {"values": {"pairs": [[0, 0, 5], [1, 0, 3], [1, 1, 3]], "shape": [2, 2]}, "known": [[0, 0]]},
        {"known": "all"},
    ],
)
def test_other_markets_are_refused(change: dict[str, object]) -> None:
    network = {"kind": "trading-network", "values": [[5, 5], [3, 3]], "known": [[0, 0], [1, 1]]}
    assert upper(TradingNetworkStatement.read(network), {"kind": "homogeneous"}) == 6
    with pytest.raises(InputError, match="not homogeneous without costs, or a buyer knows two"):
        upper(TradingNetworkStatement.read({**network, **change}), {"kind": "homogeneous"})


def test_the_certificate_has_no_other_field() -> None:
    with pytest.raises(InputError, match="unknown field"):
        upper(TradingNetworkStatement.read(market([[7]])), {"kind": "homogeneous", "loss": 0})
