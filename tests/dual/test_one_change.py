"""Honest files and one change in each: whatever a weakened checker might pass over is refused, and by its own name.

A place is a path into the file, such as ``primal.plan.l.0.2``. Most changes keep the claimed bounds attainable for a
checker that forgets one inequality, sign, index or sum; a few show which side of an inequality is meant.
"""

import copy
import json

import pytest

import dual

HALF = "1/2"


def proven(problem, bounds, primal, dual):
    """A solution file with its claims."""
    lower, upper = bounds
    grade = "exact" if lower == upper else "bounded"
    claims = {"value": lower, "lower": lower, "upper": upper, "grade": grade}
    return {"format": "suasion-solution/1", "problem": problem, **claims, "primal": primal, "dual": dual}


TRANSPORT = proven(
    {"kind": "transport", "source": [1, 2], "target": [2, 1], "gain": [[3, 0], [1, 2]]},
    (6, 6),
    {"plan": [[0, 0, 1], [1, 0, 1], [1, 1, 1]]},
    {"potentials": {"source": [2, 0], "target": [1, 2]}},
)
COST = proven(
    {"kind": "transport", "source": [1, 2], "target": [2, 1], "cost": [[-3, 0], [-1, -2]]},
    (6, 6),
    TRANSPORT["primal"],
    {"potentials": {"source": [2, 0], "target": [1, 2]}},
)
COURT = proven(
    {"kind": "persuasion", "prior": ["7/10", "3/10"], "sender": [[0, 1], [0, 1]], "receiver": [[1, 0], [0, 1]]},
    ("3/5", "3/5"),
    {"signals": [{"action": 0, "joint": ["2/5", 0]}, {"action": 1, "joint": ["3/10", "3/10"]}]},
    {"prices": [0, 2], "multipliers": [[0, 0], [1, 0]]},
)
GRID = [0, HALF, 1]
RECEIVERS = proven(
    {
        "kind": "two-receiver",
        "prior": HALF,
        "grid": {"x": GRID, "y": GRID},
        "utility": {"l": [[0, 0, 0], [0, 1, 0], [0, 0, 0]], "h": [[0, 0, 0], [0, 1, 0], [0, 0, 0]]},
    },
    (1, 1),
    {"plan": {"l": [[1, 1, HALF]], "h": [[1, 1, HALF]]}},
    {"V": [1, 1], "alpha1": [0, 0, 0], "alpha2": [0, 0, 0]},
)
REVEALED = proven(
    {
        "kind": "two-receiver",
        "prior": HALF,
        "grid": {"x": GRID, "y": GRID},
        "utility": {"l": [[1, 0, 0], [0, 0, 0], [0, 0, 0]], "h": [[0, 0, 0], [0, 0, 0], [0, 0, 1]]},
    },
    (1, 1),
    {"plan": {"l": [[0, 0, HALF]], "h": [[2, 2, HALF]]}},
    {"V": [1, 1], "alpha1": [0, 0, 0], "alpha2": [0, 0, 0]},
)
BELIEFS = [[1, 0], [HALF, HALF], [0, 1]]
PRIVATE = proven(
    {
        "kind": "private-persuasion",
        "prior": [HALF, HALF],
        "grids": [BELIEFS, BELIEFS],
        "utility": [[[0, 0, 0], [0, 1, 0], [0, 0, 0]]] * 2,
    },
    (1, 1),
    {"plan": [[[1, 1, HALF]], [[1, 1, HALF]]]},
    {"V": [1, 1], "beta": [[[0, 0]] * 3] * 2},
)
GAME = proven(
    {
        "kind": "private-persuasion",
        "prior": [HALF, HALF],
        "receivers": [{"payoff": [[1, 0], [0, 1]]}, {"payoff": [[1, 0], [0, 1]]}],
        "sender": [[[0, 0], [0, 1]], [[0, 0], [0, 1]]],
    },
    (1, 1),
    {"plan": [[[1, 1, HALF]], [[1, 1, HALF]]]},
    {"V": [1, 1], "multipliers": [[[0, 0], [0, 0]], [[0, 0], [0, 0]]]},
)
OUTSIDE = {
    "format": "suasion-solution/1",
    "problem": {
        "kind": "private-persuasion",
        "prior": [HALF, HALF],
        "grids": [[[1, 0]], [[HALF, HALF]]],
        "utility": [[[0]], [[0]]],
    },
    "grade": "infeasible",
    "dual": {"receiver": 0, "direction": [1, -2]},
}
MARKET = {"kind": "delivery-market", "values": [[5, 4], [4, 2]], "costs": [[[0, 5], [5, 5]], [[5, 5], [5, 0]]]}
TIPPED = proven(
    MARKET,
    (7, 7),
    {
        "transactions": [[0, 0, 0], [1, 1, 1]],
        "prices": [5, 2],
        "compensations": [[0, 0], [0, 0]],
        "tips": [[0, 5], [5, 0]],
        "utilities": {"buyers": [0, 0], "stores": [5, 2], "couriers": [0, 0]},
        "deficit": -7,
    },
    {"bound": {"kind": "lp", "buyers": [0, 0], "stores": [5, 2], "couriers": [0, 0]}},
)
BY_PAIRS = copy.deepcopy(TIPPED)
BY_PAIRS["primal"]["compensations"] = {"pairs": [[0, 0, 0], [1, 1, 0]], "elsewhere": "zero"}
BY_PAIRS["primal"]["tips"] = {"pairs": [[0, 0, 0], [1, 1, 0]], "elsewhere": "highest"}
PLAIN = proven(
    {"kind": "delivery-market", "values": [[3, 3]], "costs": [[[0, 1]]], "tips": False},
    (3, 3),
    {
        "transactions": [[0, 0, 0]],
        "prices": [0, 0],
        "compensations": [[0, 0]],
        "tips": [[0, 0]],
        "utilities": {"buyers": [3], "stores": [0, 0], "couriers": [0]},
        "deficit": 0,
    },
    {"bound": {"kind": "lp", "buyers": [6], "stores": [0, 0], "couriers": [0], "heaviest": [[0, 0]], "weight": 1}},
)
DEAR = proven(
    {**MARKET, "tips": False},
    (-2, -2),
    {
        "transactions": [[0, 1, 1], [1, 0, 0]],
        "prices": [1, 0],
        "compensations": {"pairs": [[0, 1, 5], [1, 0, 5]], "elsewhere": "zero"},
        "tips": {"pairs": [[0, 1, 0], [1, 0, 0]], "elsewhere": "zero"},
        "utilities": {"buyers": [4, 3], "stores": [1, 0], "couriers": [0, 0]},
        "deficit": 9,
    },
    {
        "bound": {
            "kind": "lp", "buyers": [47, 29], "stores": [18, 0], "couriers": [0, 0], "heaviest": [[0, 1], [1, 0]],
            "weight": 12,
        }
    },
)  # fmt: skip
EFFICIENT = proven(
    {**MARKET, "objective": "efficient"}, (7, 7), {"transactions": [[0, 0, 0], [1, 1, 1]]}, TIPPED["dual"]
)
BRANCHED = proven(
    {"kind": "delivery-market", "values": [[4]], "costs": [[[1]]], "objective": "efficient"},
    (3, 3),
    {"transactions": [[0, 0, 0]]},
    {
        "bound": {
            "kind": "tree", "buyers": [0], "stores": [0], "couriers": [4], "level": 0,
            "nodes": [{"split": [0, 0], "children": [1, 2]}, {"farkas": [[3, -1]]}, {"rows": []}],
        }
    },
)  # fmt: skip
BRANCHED["dual"]["bound"]["nodes"][1] = {"rows": []}
NOBODY = {
    "format": "suasion-solution/1",
    "problem": {"kind": "delivery-market", "values": [[5, 0], [0, 4]], "costs": [[[1, 1], [1, 1]]], "tips": False},
    "grade": "infeasible",
    "dual": {
        "bound": {
            "kind": "cardinality", "heaviest": [[0, 0], [1, 1]], "weight": 1, "buyers": [4, 3], "stores": [0, 0],
        }
    },
}  # fmt: skip

CHANGES = [
    # transport
    (TRANSPORT, "primal.plan.0.2", "-1", "primal.plan[0]: the mass -1 is negative"),
    (TRANSPORT, "primal.plan.0.0", -2, "primal.plan[0][0]: -2 is not an index from 0 to 1"),
    (TRANSPORT, "primal.plan.0.1", 2, "primal.plan[0][1]: 2 is not an index from 0 to 1"),
    (TRANSPORT, "primal.plan.0.0", "1/2", "primal.plan[0][0]: '1/2' is not an index"),
    (TRANSPORT, "primal.plan.0.2", "1/2", "the plan's masses at source 0 sum to 1/2, not to 1"),
    (TRANSPORT, "primal.plan.1.1", 1, "the plan's masses at target 0 sum to 1, not to 2"),
    (TRANSPORT, "primal.plan", [], "the plan's masses at source 0 sum to 0, not to 1"),
    (TRANSPORT, "dual.potentials.target.0", "99/100", "gain[0][0] = 3 > 299/100"),
    (TRANSPORT, "dual.potentials.target.1", "199/100", "gain[1][1] = 2 > 199/100"),
    (COST, "dual.potentials.source.1", "-1/100", "gain[1][0] = 1 > 99/100"),
    (COST, "upper", "5", "upper = 5 is not proven; the dual witness proves 6"),
    # persuasion
    (COURT, "primal.signals.0.joint.0", "1/5", "the signals' masses in state 0 sum to 1/2, the prior is 7/10"),
    (COURT, "primal.signals.1.joint", ["3/10", "1/10"], "the signals' masses in state 1 sum to 1/10"),
    (COURT, "primal.signals.0.joint.1", "-1/10", "primal.signals[0].joint[1] = -1/10 < 0"),
    (COURT, "primal.signals.0.action", 1, "the receiver told to take action 1 prefers action 0"),
    (COURT, "primal.signals.1.action", 0, "lower = 3/5 is not proven; the primal witness proves 0"),
    (COURT, "primal.signals.0.action", -1, "-1 is not an index from 0 to 1"),
    (COURT, "primal.signals.1.joint", ["31/100", "3/10"], "the signals' masses in state 0 sum to 71/100"),
    (COURT, "dual.multipliers.1.0", "-1", "multipliers[1][0] = -1 < 0"),
    (COURT, "dual.multipliers.0.1", "-1/100", "multipliers[0][1] = -1/100 < 0"),
    (COURT, "dual.multipliers.1.0", "99/100", "prices[0] = 0 < 1/100"),
    (COURT, "dual.multipliers.1.0", "101/100", "prices[1] = 2 < 201/100"),
    (COURT, "dual.prices.1", "199/100", "prices[1] = 199/100 < 2"),
    (COURT, "dual.prices.0", "-1/100", "prices[0] = -1/100 < 0"),
    # two receivers
    (RECEIVERS, "primal.plan.l.0.1", 2, "receiver 2 at posterior"),
    (RECEIVERS, "primal.plan.h.0.1", 2, "receiver 2 at posterior"),
    (RECEIVERS, "primal.plan.l.0.0", 2, "receiver 1 at posterior"),
    (RECEIVERS, "primal.plan.h.0.0", 0, "receiver 1 at posterior"),
    (RECEIVERS, "primal.plan.l.0.0", -2, "-2 is not an index from 0 to 2"),
    (RECEIVERS, "primal.plan.h.0.1", -2, "-2 is not an index from 0 to 2"),
    (RECEIVERS, "primal.plan.l.0.2", "1/4", "the masses in state l sum to 1/4, its probability is 1/2"),
    (RECEIVERS, "primal.plan.h.0.2", "3/4", "the masses in state h sum to 3/4, its probability is 1/2"),
    (RECEIVERS, "primal.plan.l", [[1, 1, 1], [1, 1, "-1/2"]], "the mass -1/2 is negative"),
    (RECEIVERS, "primal.plan.h", [[1, 1, 1], [0, 2, "-1/2"]], "the mass -1/2 is negative"),
    (RECEIVERS, "dual.V.0", "99/100", "u_l[1][1] = 1 > 99/100"),
    (RECEIVERS, "dual.V.1", "99/100", "u_h[1][1] = 1 > 99/100"),
    (RECEIVERS, "dual.alpha1.1", "-1/100", "u_l[1][1] = 1 > 199/200"),
    (RECEIVERS, "dual.alpha1.1", "1/100", "u_h[1][1] = 1 > 199/200"),
    (RECEIVERS, "dual.alpha2.1", "-1/100", "u_l[1][1] = 1 > 199/200"),
    (RECEIVERS, "dual.alpha2.1", "1/100", "u_h[1][1] = 1 > 199/200"),
    (RECEIVERS, "dual.alpha2", [0, 0], "dual.alpha2: the list has 2 entries where 3 are needed"),
    (REVEALED, "primal.plan.h.0", [0, 0, HALF], "receiver 1 at posterior 0 (index 0)"),
    (REVEALED, "primal.plan.l.0", [2, 2, HALF], "receiver 1 at posterior 1 (index 2)"),
    (REVEALED, "primal.plan.l.0", [0, 2, HALF], "receiver 2 at posterior"),
    # private persuasion by beliefs
    (PRIVATE, "primal.plan.0.0.0", 0, "receiver 0 at posterior 1: state 0 has mass 0"),
    (PRIVATE, "primal.plan.1.0.1", 2, "receiver 1 at posterior 1"),
    (PRIVATE, "primal.plan.0.0.1", -2, "-2 is not an index from 0 to 2"),
    (PRIVATE, "primal.plan.0.0.2", "1/4", "the masses in state 0 sum to 1/4, its probability is 1/2"),
    (PRIVATE, "primal.plan.1", [[1, 1, 1], [0, 0, "-1/2"]], "the mass -1/2 is negative"),
    (PRIVATE, "dual.V.0", "99/100", "utility[0][1][1] = 1 > 99/100"),
    (PRIVATE, "dual.V.1", "99/100", "utility[1][1][1] = 1 > 99/100"),
    (
        PRIVATE,
        "dual.beta.0.1",
        ["1/10", "1/10"],
        "dual.beta[0][1]: the mean of the potential at this posterior is",
    ),
    (PRIVATE, "dual.beta.1.1", ["1/10", 0], "dual.beta[1][1]: the mean of the potential at this posterior is 1/20"),
    (PRIVATE, "dual.beta.0.1", ["1/10", "-1/10"], "utility[1][1][1] = 1 > 9/10"),
    (PRIVATE, "dual.beta.1.1", ["-1/10", "1/10"], "utility[0][1][1] = 1 > 9/10"),
    # games
    (GAME, "primal.plan.1.0.0", 0, "receiver 0 told to take action 0 prefers action 1"),
    (GAME, "primal.plan.1.0.1", 0, "receiver 1 told to take action 0 prefers action 1"),
    (GAME, "primal.plan.1", [[1, 1, "1/4"]], "the masses in state 1 sum to 1/4, its probability is 1/2"),
    (GAME, "primal.plan.0.0.0", -1, "-1 is not an index from 0 to 1"),
    (GAME, "primal.plan.0", [[1, 1, "3/4"], [0, 0, "-1/4"]], "the mass -1/4 is negative"),
    (GAME, "dual.V.0", "99/100", "sender[0][1][1] = 1 > 99/100"),
    (GAME, "dual.multipliers.0.1.0", "-1", "dual.multipliers[0][1][0] = -1 < 0"),
    (GAME, "dual.multipliers.1.0.1", "-1", "dual.multipliers[1][0][1] = -1 < 0"),
    (GAME, "dual.multipliers.1.1.0", "1/10", "sender[1][1][1] = 1 > 9/10"),
    # posteriors that do not hold the prior
    (OUTSIDE, "dual.direction", [1, -1], "the direction is not negative at the prior"),
    (OUTSIDE, "dual.direction", [-1, 0], "the direction is negative at posterior 0 of receiver 0"),
    (OUTSIDE, "dual.receiver", 1, "the direction is negative at posterior 0 of receiver 1"),
    (OUTSIDE, "dual.receiver", -1, "-1 is not an index from 0 to 1"),
    # Delivery, equilibria.
    (TIPPED, "primal.transactions.1.0", -1, "-1 is not an index from 0 to 1"),
    (TIPPED, "primal.transactions.1.2", 0, "courier 0 trades twice"),
    (TIPPED, "primal.transactions.1.1", 0, "store 0 trades twice"),
    (TIPPED, "primal.transactions.1.0", 0, "buyer 0 trades twice"),
    (TIPPED, "primal.transactions", [[0, 0, 0]], "store 1 is unsold, but its price is 2"),
    (TIPPED, "primal.tips.0.1", -1, "tips: an entry is negative"),
    (TIPPED, "primal.compensations.1.0", -1, "compensations: an entry is negative"),
    (TIPPED, "primal.tips.0.1", 1, "buyer 0 would get 1 at pair (0, 1)"),
    (TIPPED, "primal.compensations.0.1", 1, "courier 0 would get 1 at pair (0, 1)"),
    (TIPPED, "primal.tips.0.0", 1, "buyer 0 has -1 from the own trade, not the utility 0"),
    (TIPPED, "primal.compensations.1.1", 1, "the deficit is -6"),
    (TIPPED, "primal.deficit", -6, "the deficit is -7"),
    (TIPPED, "primal.utilities.couriers.0", 1, "courier 0 has 0 from the own trade, not the utility 1"),
    (TIPPED, "primal.utilities.stores.0", 4, "the stores' utilities are not their prices"),
    (TIPPED, "problem.tips", False, "there are no tips in this market, but a tip differs from 0"),
    (BY_PAIRS, "primal.tips.elsewhere", "zero", "buyer 0 would get 2 at pair (0, 1)"),
    (BY_PAIRS, "primal.tips.pairs", [[0, 0, 0]], "primal.tips: a traded pair is missing"),
    (BY_PAIRS, "primal.tips.pairs.1", [0, 0, 0], "each traded pair is listed once, and no other"),
    (BY_PAIRS, "primal.tips.pairs.1", [1, 0, 0], "each traded pair is listed once, and no other"),
    (BY_PAIRS, "primal.compensations.elsewhere", "highest", "is unknown; known are zero"),
    (BY_PAIRS, "primal.compensations", [[0, 0], [0, 0]], "take the same form"),
    (BY_PAIRS, "problem.costs.1.0.0", "-0", None),
    (BY_PAIRS, "problem.tips", False, "there are no tips in this market, but a tip differs from 0"),
    (DEAR, "primal.compensations.pairs.0.2", 4, "the deficit is 8"),
    (DEAR, "primal.prices", [1, "1/2"], "the stores' utilities are not their prices"),
    # Delivery, bounds.
    (TIPPED, "dual.bound.stores.0", 4, "buyers[0] + stores[0] + couriers[0] = 4 < 5"),
    (TIPPED, "dual.bound.couriers.0", -1, "dual.bound.couriers[0]: -1 is negative"),
    (TIPPED, "dual.bound.buyers.1", -1, "dual.bound.buyers[1]: -1 is negative"),
    (TIPPED, "dual.bound.stores", [5, -1], "dual.bound.stores[1]: -1 is negative"),
    (TIPPED, "dual.bound.heaviest", [[0, 0]], "dual.bound.heaviest"),
    (TIPPED, "dual.bound.weight", 1, "dual.bound.weight"),
    (EFFICIENT, "dual.bound.heaviest", [[0, 0]], "dual.bound.heaviest"),
    (EFFICIENT, "primal.transactions.1.1", 0, "store 0 trades twice"),
    (PLAIN, "dual.bound.heaviest", [[0, 0], [0, 1]], "buyer 0 trades twice"),
    (PLAIN, "dual.bound.heaviest", [[0, 0], [-1, 1]], "-1 is not an index from 0 to 0"),
    (PLAIN, "dual.bound.weight", -1, "weight = -1 < 0"),
    (PLAIN, "dual.bound.weight", 2, "buyers[0] + stores[0] + couriers[0] = 6 < 9"),
    (PLAIN, "dual.bound.heaviest", [], "upper = 3 is not proven; the dual witness proves 6"),
    (DEAR, "dual.bound.weight", 13, "buyers[0] + stores[0] + couriers[0] = 65 < 70"),
    (DEAR, "dual.bound.stores.0", 17, "buyers[0] + stores[0] + couriers[0] = 64 < 65"),
    # Delivery, trees.
    (BRANCHED, "dual.bound.level", 4, "dual.bound.nodes[0].split[0]: 0 is not an index from 0 to -1"),
    (BRANCHED, "dual.bound.nodes.0.children", [1, 1], "has a parent already"),
    (BRANCHED, "dual.bound.nodes.0.split", [2, 0], "2 is not an index from 0 to 1"),
    (BRANCHED, "dual.bound.nodes.0.split", [0, "1/2"], "a variable is split at an integer"),
    (BRANCHED, "dual.bound.nodes.2", {"rows": [[0, -1]]}, "the multiplier -1 of row 0 (<=) has the wrong sign"),
    (BRANCHED, "dual.bound.nodes.2", {"farkas": [[0, 1]]}, "do not prove the leaf empty"),
    (BRANCHED, "dual.bound.nodes.2", {"rows": [[-1, 1]]}, "-1 is not an index from 0 to 3"),
    (BRANCHED, "dual.bound.nodes", [{"rows": [[0, 1]]}, {"rows": []}], "is reached by no split"),
    # Delivery with too few couriers for any heaviest matching.
    (NOBODY, "problem.costs", [[[1, 1], [1, 1]]] * 2, "heaviest matchings need 2 couriers or more; there are 2"),
    (NOBODY, "dual.bound.buyers.0", 3, "buyers[0] + stores[0] = 3 < 4 = weight values[0][0] - 1"),
    (NOBODY, "dual.bound.buyers.1", -1, "dual.bound.buyers[1]: -1 is negative"),
    (NOBODY, "dual.bound.stores.0", -1, "dual.bound.stores[0]: -1 is negative"),
    (NOBODY, "dual.bound.weight", -1, "weight = -1 < 0"),
    (NOBODY, "dual.bound.heaviest", [[0, 0], [0, 1]], "buyer 0 trades twice"),
    (NOBODY, "dual.bound.heaviest", [[0, 0]], "heaviest matchings need -2 couriers or more"),
    (NOBODY, "dual.bound.kind", "lp", "dual.bound"),
    (NOBODY, "problem.tips", True, "with tips, and without prices, a market always has a solution"),
    (NOBODY, "problem.objective", "efficient", "with tips, and without prices, a market always has a solution"),
]


def changed(document, path, value):
    document = json.loads(json.dumps(document))
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place = document
    for step in steps:
        place = place[step]
    place[last] = value
    return document


def test_the_files_are_honest():
    for document in (
        TRANSPORT, COST, COURT, RECEIVERS, REVEALED, PRIVATE, GAME, OUTSIDE, TIPPED, BY_PAIRS, PLAIN, DEAR, EFFICIENT,
        BRANCHED, NOBODY,
    ):  # fmt: skip
        verdict = dual.verify(document)
        assert verdict.accepted, verdict
        assert verdict.grade == document["grade"]


@pytest.mark.parametrize(
    ("document", "path", "value", "refusal"), CHANGES, ids=lambda x: x if isinstance(x, str) else ""
)
def test_one_change_is_refused_by_name(document, path, value, refusal):
    verdict = dual.verify(changed(document, path, value))
    assert verdict.accepted is (refusal is None), verdict
    assert refusal is None or refusal in verdict.violation
