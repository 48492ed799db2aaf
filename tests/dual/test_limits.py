"""Work is counted before it is done: small files that ask for much are refused in one line that says what is too large.

The limits are lowered here, so that little is much; that the counts are of the right order is for those who set them.
"""

import json
from array import array
from fractions import Fraction as F

import pytest

import dual
from dual import limits
from dual.errors import Undecided
from dual.functions.expression import Expression
from dual.limits import budget, numbers, steps
from dual.numbers.arrays import Array
from dual.numbers.interval import interval


def solution(problem, primal=None, dual=None):
    return {
        "format": "suasion-solution/1",
        "grade": "unproven",
        "problem": problem,
        **({} if primal is None else {"primal": primal}),
        **({} if dual is None else {"dual": dual}),
    }


N = 12
LONG = [f"1/{10**30 + k}" for k in range(N)]
MARKET = {
    "kind": "delivery-market",
    "values": [[5] * N] * N,
    "costs": {"centre": "store", "courier_store": [[1] * N] * (N + 1), "buyer_store": [[1] * N] * N},
}
ODD = {"centre": "courier", "courier_buyer": [[1] * N] * N, "courier_store": [[1] * N] * N}
POTENTIALS = {"buyers": [5] * N, "stores": [0] * N, "couriers": [0] * (N + 1)}
TREE = {"kind": "tree", **POTENTIALS, "level": -100, "nodes": [{"rows": []}]}
CONFLICT = {
    "deviations": [[0, 0, 0, 1]],
    "trades": [],
    "takeovers": [],
    "idle": {"buyers": [0], "stores": [0], "couriers": [0]},
}
CHAIN = [
    {"closed": list(range(1000)), "by": {"rows": []}, "children": [1]},
    *({"split": [1500, k], "children": [2 * k + 2, 2 * k + 3]} if not k % 2 else {"rows": []} for k in range(2)),
    {"rows": []},
]
PERSUASION = {"kind": "persuasion", "prior": [1], "sender": [[0] * N], "receiver": [[0] * N]}
GAME = {"kind": "private-persuasion", "prior": [1], "receivers": [{"payoff": [[0] * N]}], "sender": [[0] * N]}
GRIDS = {"kind": "private-persuasion", "prior": [1], "grids": [[[1]] * N] * 2, "utility": [[[0] * N] * N]}
PAIRS = {"kind": "transport", "source": [1] * N, "target": [1] * N, "gain": [[0] * N] * N}
POINTS = [f"{k}/{N - 1}" for k in range(N)]
EXPRESSION = {
    "kind": "two-receiver",
    "prior": "1/2",
    "grid": {"x": POINTS, "y": POINTS},
    "utility": {"l": "x*y", "h": "exp(x)"},
}

LARGE = {
    "the cells of a transport": (
        solution(PAIRS, dual={"potentials": {"source": [1] * N, "target": [0] * N}}),
        "comparing 12 x 12 cells takes 408 steps",
    ),
    "the denominators of a transport": (
        solution(PAIRS, dual={"potentials": {"source": [1] * N, "target": LONG}}),
        "comparing 12 x 12 cells takes",
    ),
    "the actions after every signal": (
        solution(PERSUASION, {"signals": [{"action": 0, "joint": ["1/40"]}] * 40}),
        "looking at every action after every signal takes 480 steps",
    ),
    "the gains from obedience": (
        solution(PERSUASION, dual={"prices": [0], "multipliers": [[1] * N] * N}),
        "weighing all gains from obedience takes 156 steps",
    ),
    "the actions of a game": (
        solution(GAME, {"plan": [[[k, "1/12"] for k in range(N)]]}),
        "looking at every action after every recommendation takes 144 steps",
    ),
    "the gains from obedience in a game": (
        solution(GAME, dual={"V": [0], "multipliers": [[[1] * N] * N]}),
        "weighing all gains from obedience takes 156 steps",
    ),
    "the lines of a table": (
        solution(GRIDS, dual={"V": [0], "beta": [[[0]] * N] * 2}),
        "summing the receivers' terms on 12 lines takes 2,400 steps",
    ),
    "the points of an expression": (
        solution(EXPRESSION, dual={"V": [3, 3], "alpha1": [0] * N, "alpha2": [0] * N}),
        "evaluating a utility at 12 x 12 points takes",
    ),
    "the triples of a market": (
        solution({**MARKET, "costs": ODD, "values": [[(i * j) % 5 for j in range(N)] for i in range(N)]},
                 dual={"bound": {"kind": "lp", **POTENTIALS, "couriers": [0] * N}}),
        "comparing all triples takes 1,728 steps",
    ),
    "the triples of a tree": (
        solution(MARKET, dual={"bound": TREE}),
        "looking for the triples that are left takes 1,872 steps",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_work_is_counted_before_it_is_done(name, monkeypatch):
    document, complaint = LARGE[name]
    assert len(json.dumps(document)) < 100_000
    verdict = dual.verify(document)
    assert verdict.accepted
    monkeypatch.setattr(limits, "STEPS", 100)
    verdict = dual.verify(document)
    assert verdict.violation.startswith(complaint)
    assert verdict.violation.endswith("steps; at most 100 are taken")
    assert "\n" not in verdict.violation


@pytest.mark.parametrize(
    ("bound", "allowed", "complaint"),
    [
        ({**TREE, "conflicts": [CONFLICT] * 5}, 2000, "holding 5 conflicts against 1,872 triples"),
        ({**TREE, "nodes": CHAIN}, 10_000, "dual.bound.nodes[0].by: combining rows"),
        ({**TREE, "nodes": CHAIN[3:]}, 2000, "dual.bound.nodes[0]: combining rows"),
    ],
)
def test_trees_are_counted_as_they_are_walked(bound, allowed, complaint, monkeypatch):
    document = solution(MARKET, dual={"bound": bound})
    assert dual.verify(document).accepted
    monkeypatch.setattr(limits, "STEPS", allowed)
    assert dual.verify(document).violation.startswith(complaint)


def test_numbers_are_counted_before_they_are_made(monkeypatch):
    tree = solution(MARKET, dual={"bound": TREE})
    boxes = solution(MARKET, dual={"bound": {**TREE, "nodes": CHAIN}})
    rows = solution({**PERSUASION, "receiver": [LONG]}, dual={"prices": [9], "multipliers": [[0] * N] * N})
    monkeypatch.setattr(limits, "NUMBERS", 40)
    assert dual.verify(rows).violation.startswith("payoffs over one long denominator takes")
    long = solution({**MARKET, "values": [LONG] * N}, dual={"bound": {"kind": "lp", **POTENTIALS}})
    assert dual.verify(long).violation.startswith("values and costs over one long denominator takes")
    monkeypatch.setattr(limits, "NUMBERS", 1900)
    assert dual.verify(tree).violation.startswith("a tree over the triples that are left takes")
    monkeypatch.setattr(limits, "NUMBERS", 20_000)
    assert dual.verify(boxes).accepted


def test_what_nodes_hold_is_counted(monkeypatch):
    document = solution(MARKET, dual={"bound": {**TREE, "nodes": CHAIN}})
    monkeypatch.setattr("dual.proofs.tree.numbers", lambda count, what: numbers(count * 20, what))
    monkeypatch.setattr(limits, "NUMBERS", 20_000)
    assert "restricting variables in all nodes" in dual.verify(document).violation


def test_long_numbers_count_as_many_steps_as_they_have_words():
    steps(limits.STEPS, "this")
    steps(limits.STEPS // 2, "this", 2**64)
    numbers(limits.NUMBERS, "this")
    with pytest.raises(Undecided, match=r"^this takes 150,000,001 steps; at most 150,000,000 are taken$"):
        steps(limits.STEPS + 1, "this")
    with pytest.raises(Undecided, match="300,000,000 steps"):
        steps(limits.STEPS, "this", 2**64)
    with pytest.raises(Undecided, match="20,000,000 numbers; at most 10,000,000 are held"):
        numbers(2 * limits.NUMBERS, "this")
    with pytest.raises(Undecided, match=r"more than 10\^15 steps"):
        steps(10**5000, "this")


def test_work_adds_up_over_a_whole_verdict(monkeypatch):
    """Each of the two witnesses would be checked alone; both together take more than is allowed."""
    primal, prices = {"signals": [{"action": 0, "joint": [1]}]}, {"prices": [0], "multipliers": [[1] * N] * N}
    alone = [dual.verify(solution(PERSUASION, primal)), dual.verify(solution(PERSUASION, dual=prices))]
    assert all(verdict.accepted for verdict in alone)
    monkeypatch.setattr(limits, "STEPS", 160)
    assert dual.verify(solution(PERSUASION, dual=prices)).accepted
    together = dual.verify(solution(PERSUASION, primal, prices))
    assert together.lower == 0
    assert (
        together.violation == "weighing all gains from obedience and what came before take more than 160 steps in all"
    )


def test_long_files_may_take_more_steps(monkeypatch):
    document = solution(PERSUASION, dual={"prices": [0], "multipliers": [[1] * N] * N})
    monkeypatch.setattr(limits, "STEPS", 100)
    assert not dual.verify(document).accepted
    monkeypatch.setattr(limits, "SHORT", 100)
    assert dual.verify(document).accepted
    with budget(Array((2000,), array("d", [0.0] * 2000))), pytest.raises(Undecided, match="at most 100 are taken"):
        steps(101, "an array of eighty numbers' length")
    with budget(Array((2525,), array("d", [0.0] * 2525))):
        steps(100 + limits.PER_NUMBER, "an array of a hundred and one numbers' length")


def test_a_smooth_utility_on_a_grid_of_201_by_201_is_within_the_budget():
    """A hundred of its points take no more than their share."""
    wave = Expression.parse("sin(7*x*y)*cos(9*x - 4*y)", ["x", "y"])
    with budget():
        for k in range(100):
            wave.enclose([interval(F(37 * k % 201, 200)), interval(F(91 * k % 201, 200))])
        steps(limits.STEPS - limits.STEPS * 100 // 201**2, "what is left for all others")


def test_an_honest_unproven_file_is_no_lie():
    """Grade unproven with a bound of one side is accepted, whatever else is too large."""
    verdict = dual.verify(solution(PERSUASION, {"signals": [{"action": 0, "joint": [1]}]}))
    assert (verdict.accepted, verdict.lower, verdict.upper) == (True, F(0), None)
