"""Few known sellers: a certificate by cases, and what becomes of it when it is changed."""

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from dual.errors import InputError, SuasionError, Undecided
from dual.kinds.trading.kind import TradingNetworkStatement, upper
from dual.kinds.trading.known_sellers import Cases

# If nobody buys from the known seller, buyer 0 has to buy from the other, who is worth less to him. If he does, buyer 1
# buys from the other at 11. If buyer 1 does, he pays 12.
NETWORK = {"kind": "trading-network", "values": [[12, 0], [12, 11]], "known": [[0, 0]]}
# In general a_1 + b_1 >= 11 and the rest is zero; that bounds the last case by 12 + 0, as buyer 1 gets nothing there.
CERTIFICATE: dict[str, Any] = {
    "kind": "known-sellers",
    "buyers": [0, 11],
    "sellers": [0, 0],
    "cases": [{"case": 0, "buyers": [-20, 0], "sellers": [0, 11]}, {"case": 2, "buyers": [0, 0], "sellers": [0, 0]}],
}


def test_cases_in_order() -> None:
    cases = list(Cases(TradingNetworkStatement.read(NETWORK)))
    assert [dict(case.owners) for case in cases] == [{}, {0: 0}, {0: 1}]
    assert [case.earned for case in cases] == [0, 0, 12]
    assert [case.outside for case in cases] == [(12, 0), (0, 0), (0, 0)]


def test_the_best_case_is_the_bound() -> None:
    assert upper(TradingNetworkStatement.read(NETWORK), CERTIFICATE) == 12


def test_a_price_follows_what_its_buyer_knows() -> None:
    # Buyer 0 knows both sellers; if one sells to him, the other must cost him at least the difference.
    network = {"kind": "trading-network", "values": [[5, 3], [0, 9]], "known": [[0, 0], [0, 1]]}
    found = {tuple(sorted(case.owners.items())): case.earned for case in Cases(TradingNetworkStatement.read(network))}
    # Alone with buyer 1, seller 1 would leave buyer 0 without a trade he wants; with both sold the price is 9.
    assert found[((0, 0), (1, 1))] == 9
    # Seller 1 cannot sell to buyer 0 while the better one is left over.
    assert ((1, 0),) not in found


CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda c: c["buyers"].__setitem__(1, 10), r"dual: buyers\[1\] \+ sellers\[1\] = 10 < 11"),
    (lambda c: c["sellers"].__setitem__(0, -1), r"dual.sellers\[0\] = -1 < 0"),
    (lambda c: c["cases"].append({**c["cases"][0], "case": 3}), r"cases\[2\].case: there is no case 3"),
    (lambda c: c["cases"].append(c["cases"][0]), r"cases\[2\].case: case 0 is listed twice"),
    (lambda c: c["cases"][0].update(case=-1), "not an index"),
    (lambda c: c["cases"][1]["buyers"].__setitem__(1, -1), r"cases\[1\].buyers\[1\] = -1 < 0"),
    (lambda c: c["cases"][0]["sellers"].__setitem__(0, "-1/2"), r"cases\[0\].sellers\[0\] = -1/2 < 0"),
    (lambda c: c["cases"][0]["sellers"].__setitem__(1, 10), r"cases\[0\]: buyers\[1\] \+ sellers\[1\] = 10 < 11"),
    (lambda c: c["cases"][0].update(known=[]), "unknown field"),
    (lambda c: c["cases"][0].pop("sellers"), "the field is missing"),
    (lambda c: c.pop("cases"), "the field is missing"),
    (lambda c: c.update(cases=3), "is not a list"),
    (lambda c: c["cases"].__setitem__(0, 3), "an object"),
]


@pytest.mark.parametrize(("change", "message"), CHANGES)
def test_a_changed_certificate_is_refused(change: Callable[[dict[str, Any]], object], message: str) -> None:
    certificate = copy.deepcopy(CERTIFICATE)
    change(certificate)
    with pytest.raises(SuasionError, match=message):
        upper(TradingNetworkStatement.read(NETWORK), certificate)


def test_common_multipliers_alone_are_a_bound() -> None:
    # Of 15, buyer 0 keeps back 12 in the first case and has 2 in the second, buyer 1 has 13 in the third, but pays 12.
    assert upper(TradingNetworkStatement.read(NETWORK), {**CERTIFICATE, "cases": []}) == 12
    assert upper(TradingNetworkStatement.read(NETWORK), {**CERTIFICATE, "buyers": [2, 13], "cases": []}) == 14


def test_a_case_of_its_own_may_be_worse() -> None:
    case = {"case": 1, "buyers": [5, 11], "sellers": [0, 0]}
    assert upper(TradingNetworkStatement.read(NETWORK), {**CERTIFICATE, "cases": [case]}) == 16


def test_bounds_are_lowered_to_a_multiple_of_the_unit() -> None:
    loose = copy.deepcopy(CERTIFICATE)
    loose["cases"][1]["buyers"][0] = "1/2"
    assert upper(TradingNetworkStatement.read(NETWORK), loose) == 12
    loose["cases"][1]["buyers"][0] = Fraction(3, 2)
    assert upper(TradingNetworkStatement.read(NETWORK), loose) == 13


def test_many_known_sellers_are_not_gone_through() -> None:
    network = {"kind": "trading-network", "values": [[1] * 4] * 4, "known": [[i, i] for i in range(4)]}
    with pytest.raises(Undecided, match="too many sellers are known"):
        upper(TradingNetworkStatement.read(network), CERTIFICATE)


def test_unknown_kinds_are_named() -> None:
    with pytest.raises(InputError, match="lp, tree, known-sellers, homogeneous"):
        upper(TradingNetworkStatement.read(NETWORK), {"kind": "guess"})
