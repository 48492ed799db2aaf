"""One false step each: small files, right in all but one respect, that claim too much.

For every one there is a checker that would believe it: one that forgot this one condition.
"""

from typing import Any

import pytest

import dual
from tests.campaign.judge import judge
from tests.campaign.linear import claimed

Document = dict[str, Any]

TWO_STORES = {"kind": "delivery-market", "values": [[5, 5]], "costs": [[[0, 0]], [[0, 0]]]}
CORNERS = {
    "kind": "delivery-market",
    "values": [[5, 4], [4, 2]],
    "costs": [[[0, 5], [5, 5]], [[5, 5], [5, 0]]],
    "tips": False,
}
ONE_ACTION = {"sender": [[0], [0]], "receiver": [[0], [0]], "prior": ["1/2", "1/2"]}
PAIRS = {"pairs": [[0, 0, 0], [1, 1, 0]]}
FLAT = {"knots": [0, 1], "points": [0, 0], "pieces": [[0, 0]]}
ROOT_2 = "985563009712146479288458332068352233173463/696898287454081973172991196020261297061888"
HALF = "1/2"


def no_prices(*prices: object) -> Document:
    return {"prices": list(prices), "multipliers": [[0]]}


MISSES: dict[str, tuple[Document, object, object, Document, Document]] = {
    "a store of index -1 is the last one": (
        {**TWO_STORES, "objective": "efficient"}, 10, 10,
        {"transactions": [[0, 0, 0], [-1, 1, 1]]},
        {"bound": {"kind": "lp", "buyers": [10], "stores": [0, 0], "couriers": [0, 0]}},
    ),
    "half of the mass is nowhere": (
        {"kind": "persuasion", "prior": [1], "sender": [[-1]], "receiver": [[0]]}, "-1/2", "-1/2",
        {"signals": [{"action": 0, "joint": [HALF]}]},
        no_prices("-1/2"),
    ),
    "a lower bound of exp(1/2) from above": (
        {"kind": "concavification", "prior": [HALF, HALF], "value": "exp(p)"},
        "1148991030040037204031104727085220306456499/696898287454081973172991196020261297061888", "5/2",
        {"splitting": [{"belief": [HALF, HALF], "weight": 1}]},
        {"prices": [2, 3]},
    ),
    "a cost of log 2 from below": (
        {"kind": "costly-persuasion", **ONE_ACTION, "cost": {"entropy": 1}},
        "-966106166171702452789019208761976768099343/1393796574908163946345982392040522594123776", 0,
        {"signals": [{"action": 0, "joint": [HALF, 0]}, {"action": 0, "joint": [0, HALF]}]},
        no_prices(0, 0),
    ),
    "the second receiver is told nothing and believes 1": (
        {
            "kind": "two-receiver", "prior": HALF, "grid": {"x": [0, HALF, 1], "y": [0, HALF, 1]},
            "utility": {s: [[0, HALF, 1]] * 3 for s in "lh"},
        }, 1, 1,
        {"plan": {s: [[1, 2, HALF]] for s in "lh"}},
        {"V": [1, 1], "alpha1": [0] * 3, "alpha2": [0] * 3},
    ),
    "the first receiver is told nothing and believes 1": (
        {
            "kind": "two-receiver", "prior": HALF, "grid": {"x": [0, HALF, 1], "y": [0, HALF, 1]},
            "utility": {s: [[0] * 3, [HALF] * 3, [1] * 3] for s in "lh"},
        }, 1, 1,
        {"plan": {s: [[2, 1, HALF]] for s in "lh"}},
        {"V": [1, 1], "alpha1": [0] * 3, "alpha2": [0] * 3},
    ),
    "an irrational utility is rounded to one number": (
        {
            "kind": "two-receiver", "prior": HALF, "grid": {"x": [HALF], "y": [HALF]},
            "utility": dict.fromkeys("lh", "sqrt(2)+0*x"),
        },
        ROOT_2, ROOT_2,
        {"plan": {s: [[0, 0, HALF]] for s in "lh"}},
        {"V": [ROOT_2, ROOT_2], "alpha1": [0], "alpha2": [0]},
    ),
    "a potential without a pole where it needs one": (
        {"kind": "two-receiver", "prior": HALF, "domain": "square", "utility": {"l": "0", "h": "(x < 1)"}}, 0, 0,
        {"plan": {"l": [[0, 0, HALF]], "h": [[1, 1, HALF]]}},
        {"V": [0, 0], "alpha1": {**FLAT, "pieces": [[0, -1]]}, "alpha2": FLAT},
    ),
    "a negative multiplier of obedience": (
        {"kind": "private-persuasion", "prior": [1], "receivers": [{"payoff": [[1, 0]]}], "sender": [[3, 0]]}, 0, 0,
        {"plan": [[[0, 1]]]},
        {"V": [0], "multipliers": [[[0, -3], [0, 0]]]},
    ),
    "the platform picks the tie although ties are hostile": (
        {"kind": "trading-network", "values": [[5], [5]], "known": [[0, 0]], "ties": "hostile"}, 5, 5,
        {
            "introduced": [[1, 0]], "trades": [[1, 0]], "prices": [5], "utilities": [0, 0], "support": ["root"],
            "welfare": 5, "revenue": 5, "hostile": {"buyers": [0, 5], "sellers": [0]},
        },
        {"kind": "lp", "buyers": [0, 0], "sellers": [5], "known": []},
    ),
    "a seller who may sell at her cost is not counted": (
        {"kind": "trading-network", "values": [[3]], "known": [], "costs": [3]}, 0, 0,
        {
            "introduced": [], "trades": [], "prices": [3], "utilities": [0], "support": [None],
            "welfare": 0, "revenue": 0,
        },
        {"kind": "lp", "buyers": [0], "sellers": [0], "known": []},
    ),
    "a heaviest matching that uses a buyer twice": (
        {"kind": "delivery-market", "values": [[3, 3]], "costs": [[[0, 0]]], "tips": False}, 0, 0,
        {
            "transactions": [[0, 0, 0]], "prices": [0, 0], "compensations": {"pairs": [[0, 0, 0]], "elsewhere": "zero"},
            "tips": {"pairs": [[0, 0, 0]], "elsewhere": "zero"},
            "utilities": {"buyers": [3], "stores": [0, 0], "couriers": [0]}, "deficit": 0,
        },
        {
            "bound": {
                "kind": "lp", "buyers": [6], "stores": [0, 0], "couriers": [0],
                "heaviest": [[0, 0], [0, 1]], "weight": 1,
            }
        },
    ),
    "tips elsewhere in a market without tips": (
        CORNERS, 7, 7,
        {
            "transactions": [[0, 0, 0], [1, 1, 1]], "prices": [5, 2], "compensations": {**PAIRS, "elsewhere": "zero"},
            "tips": {**PAIRS, "elsewhere": "highest"},
            "utilities": {"buyers": [0, 0], "stores": [5, 2], "couriers": [0, 0]}, "deficit": -7,
        },
        {"bound": {"kind": "lp", "buyers": [0, 0], "stores": [5, 2], "couriers": [0, 0]}},
    ),
}  # fmt: skip
"""A problem, the lower and the upper bound that are claimed, and the two witnesses."""


@pytest.mark.parametrize("name", MISSES)
def test_one_false_step_is_one_too_many(name):
    problem, lower, upper, primal, bound = MISSES[name]
    document = claimed(problem, dual_number(lower), dual_number(upper), primal, bound)
    assert judge(document) == "refused"


def dual_number(value: object) -> Any:
    return dual.numbers.exact.number(value, "claim")


def test_a_game_is_never_infeasible():
    game = MISSES["a negative multiplier of obedience"][0]
    lie = {**claimed(game, None, None, None, {"receiver": 0, "direction": [-1]}), "grade": "infeasible"}
    assert "obedient plan" in str(dual.verify(lie).violation)
