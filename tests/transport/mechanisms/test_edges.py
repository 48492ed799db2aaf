"""What lies at the edge: types of no weight, equal types, values of nothing or less, empty menus. True answers all."""

from fractions import Fraction as F
from itertools import product

import pytest

import dual
from transport import Mechanism

TYPES = [{"values": [1, 2]}, {"values": [3, 1]}, {"values": [2, 2]}]
BIDS = [{"bids": [[[0, 1], 3], [[0], 1]]}, {"bids": [[[1], 2]]}]
FORMS = [
    (TYPES, {}),
    (TYPES, {"valuation": "unit-demand"}),
    (TYPES, {"deterministic": True}),
    (TYPES, {"allocation": [[1, 0], ["1/2", "1/2"]]}),
    (BIDS, {"valuation": "xor"}),
    (BIDS, {"valuation": "xor", "deterministic": True}),
    (TYPES[:2], {"bidders": 2, "incentives": "BIC"}),
    (BIDS, {"valuation": "xor", "bidders": 2, "incentives": "BIC"}),
]


def weighted(types, *weights):
    return [{**one, "weight": w} for one, w in zip(types, weights, strict=True)]


@pytest.mark.parametrize(("types", "fields"), FORMS)
def test_equal_types_are_one_type(types, fields):
    plain = Mechanism(weighted(types, *[F(1, len(types))] * len(types)), **fields).solve()
    split = [*types, types[0]]
    shares = [F(1, len(types)) / (2 if k in (0, len(types)) else 1) for k in range(len(split))]
    twice = Mechanism(weighted(split, *shares), **fields).solve()
    assert plain.grade == twice.grade == "exact"
    assert twice.lower == plain.lower


@pytest.mark.parametrize(("types", "fields"), [form for form in FORMS if "bidders" not in form[1]])
def test_a_type_of_no_weight_changes_nothing_for_a_single_buyer(types, fields):
    plain = Mechanism(weighted(types, *[F(1, len(types))] * len(types)), **fields).solve()
    ghost = {"bids": [[[0], 90]]} if "bids" in types[0] else {"values": [90, 0]}
    more = Mechanism(weighted([ghost, *types], 0, *[F(1, len(types))] * len(types)), **fields).solve()
    assert more.grade == "exact"
    assert more.lower == plain.lower
    assert more.verify().accepted


@pytest.mark.parametrize("incentives", ["DSIC", "BIC"])
@pytest.mark.parametrize(("form", "types"), [("values", [[1], [2]]), ("bids", [[[[0], 1]], [[[0], 2]]])])
def test_a_type_of_no_weight_in_auctions(incentives, form, types):
    """Only value 2 occurs: the item is sold for 2, though nobody of value 1 may be made worse off than alone."""
    valuation = "additive" if form == "values" else "xor"
    stated = weighted([{form: one} for one in types], 0, 1)
    solution = Mechanism(stated, valuation=valuation, bidders=2, incentives=incentives).solve()
    assert (solution.grade, solution.lower) == ("exact", 2)
    assert solution.verify().accepted


@pytest.mark.parametrize(
    "fields",
    [
        {"types": [{"values": [0, 0]}]},
        {"types": [{"values": [-1, -2]}, {"values": [-3, 0]}]},
        {"types": [{"values": [-1, -2]}, {"values": [-3, 0]}], "deterministic": True},
        {"types": [{"values": [-1]}], "bidders": 2},
        {"types": [{"table": [0, -1, -1, -5]}], "valuation": "table", "bidders": 2},
        {"types": [{"bids": [[[0], 0]]}], "valuation": "xor", "bidders": 3},
        {"types": [{"values": [1, 1]}], "costs": [2, 2]},
        {"types": [{"values": [1, 1]}], "costs": [2, 2], "deterministic": True},
        {"laws": [{"uniform": [-2, -1]}]},
        {"laws": [{"uniform": [0, 1]}] * 2, "costs": [1, 1]},
        {"bidder_laws": [{"uniform": [0, 1]}, {"uniform": [-1, 1]}], "costs": [1]},
        {"joint": {"corners": [[-1, -1], [0, -1], [-1, 0]]}},
    ],
)
def test_what_is_worth_nothing_earns_nothing(fields):
    solution = Mechanism(**fields).solve(rounds=1)
    assert solution.lower == 0
    assert 0 <= solution.upper <= F(1, 100)
    assert solution.verify().accepted


@pytest.mark.parametrize(
    ("fields", "primal"),
    [
        ({"types": TYPES}, {"menu": []}),
        ({"types": TYPES, "deterministic": True}, {"menu": []}),
        ({"types": BIDS, "valuation": "xor"}, {"menu": []}),
        ({"types": BIDS, "valuation": "xor", "bidders": 2}, {"assignments": [], "payment": [[[0, 0]] * 2] * 2}),
        ({"laws": [{"uniform": [0, 1]}] * 2}, {"menu": []}),
        ({"laws": [{"uniform": [0, 1]}, {"uniform": [0, 2]}, {"uniform": [0, 2]}]}, {"menu": []}),
        ({"joint": {"corners": [[0, 0], [1, 0], [0, 1]]}}, {"menu": []}),
    ],
)
def test_an_empty_menu_is_true_and_earns_nothing(fields, primal):
    document = Mechanism(**fields).solve(rounds=1).document()
    document.update(primal=primal, lower="0", value=0.0, grade="bounded")
    verdict = dual.verify(document)
    assert (verdict.accepted, verdict.lower) == (True, 0)
    document.update(lower="1/100")
    assert not dual.verify(document).accepted


def test_no_types_no_items_and_no_weight_are_refused():
    for fields, message in (
        ({"types": []}, "types: the list is empty"),
        ({"types": [{"values": []}]}, "values: the list is empty"),
        ({"types": weighted(TYPES, 0, 0, 0)}, "the weights sum to 0"),
        ({"types": weighted(TYPES, 1, 1, -1)}, "weight"),
        ({"laws": [{"uniform": [1, 1]}]}, "is empty"),
        ({"types": [{"bids": []}], "valuation": "xor"}, "bids: the list is empty"),
    ):
        with pytest.raises(dual.InputError, match=message):
            Mechanism(**fields)


def test_all_types_certain_and_alike_pay_all_they_have():
    for bidders, incentives in product((1, 2), ("DSIC", "BIC")):
        solution = Mechanism([{"values": [2]}] * 3, bidders=bidders, incentives=incentives).solve()
        assert solution.lower == solution.upper == 2
