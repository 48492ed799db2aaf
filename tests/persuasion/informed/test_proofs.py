"""Trees over replies, time limits, and proofs that are wrong."""

import copy
from fractions import Fraction as F
from functools import cache

import numpy as np
import pytest

import dual
from persuasion import InformedPersuasion
from tests.persuasion.informed import naive


def sellers(seed, T=6, S=4):
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 13, (T, S))
    beliefs = [[F(int(k), int(row.sum())) for k in row] for row in x]
    v = rng.integers(-6, 5, S).tolist()
    v[0], v[-1] = -6, 4
    return InformedPersuasion(beliefs, [[0, k] for k in v], [[0, 1]] * S)


@pytest.mark.parametrize("seed", range(2))
def test_a_tree_proves_the_value(seed):
    problem = sellers(seed)
    solution = problem.solve()
    assert solution.grade == "exact"
    assert solution.dual.nodes
    assert solution.verify().accepted
    assert solution.lower == naive.by_profiles(problem.document())


def test_every_price_that_is_lower_is_refused():
    document = sellers(1).solve().document()
    for s in range(4):
        wrong = copy.deepcopy(document)
        wrong["dual"]["prices"][s] = str(F(wrong["dual"]["prices"][s]) - F(1, 10**6))
        assert not dual.verify(wrong).accepted


def test_a_tree_without_its_multipliers_proves_less():
    document = sellers(1).solve().document()
    claim = F(document["upper"])
    proven = []
    for k, node in enumerate(document["dual"]["nodes"]):
        if node.get("multipliers"):
            weaker = copy.deepcopy(document)
            weaker["dual"]["nodes"][k]["multipliers"] = []
            fields = {name: value for name, value in weaker.items() if name in ("format", "problem", "primal", "dual")}
            proven.append(dual.verify({**fields, "grade": "bounded"}).upper)
    assert proven
    assert any(bound is None or bound > claim for bound in proven)
    assert all(bound is None or bound >= claim for bound in proven)


@pytest.mark.parametrize(
    ("leaf", "named"),
    [
        ({"multipliers": [[0, 0, 1, -1]]}, "negative"),
        ({"multipliers": [[9, 0, 1, 1]]}, "index from 0 to 5"),
        ({"multipliers": [[0, 0, 2, 1]]}, "index from 0 to 1"),
        ({"rows": []}, "unknown field"),
        ({"split": [12, 0], "children": [1, 2]}, "index from 0 to 11"),
        ({"closed": [0], "by": {"multipliers": []}, "children": [1]}, "split, not closed"),
    ],
)
def test_what_is_no_leaf_is_refused(leaf, named):
    problem = sellers(1)
    document = problem.solve().document()
    document["dual"]["nodes"] = [leaf, {"multipliers": []}, {"multipliers": []}]
    verdict = dual.verify(document)
    assert not verdict.accepted
    assert named in verdict.violation


def test_more_than_three_states_need_a_tree():
    document = sellers(1).solve().document()
    del document["dual"]["nodes"]
    verdict = dual.verify(document)
    assert not verdict.accepted
    assert "more than 3 states needs a tree" in verdict.violation


def test_three_states_may_have_one():
    problem = sellers(3, T=4, S=3)
    solution = problem.solve()
    crude = {"prices": [1, 1, 1], "nodes": [{"multipliers": []}]}
    assert solution.grade == "exact"
    assert dual.verify({**solution.document(), "upper": "3", "grade": "bounded", "dual": crude}).upper == 3


def test_the_search_for_messages_is_along_every_line():
    """With prices a little too low at the message that matters the checker names one that beats them."""
    problem = sellers(3, T=4, S=3)
    document = problem.solve().document()
    document["dual"]["prices"] = [str(F(p) * F(999, 1000)) for p in document["dual"]["prices"]]
    verdict = dual.verify(document)
    assert not verdict.accepted
    assert "is worth" in verdict.violation
    assert "but costs" in verdict.violation


@pytest.mark.parametrize("wrong", [["1/2", "1/2"], [1, "3/4"], [1, "-1/4"]])
def test_messages_add_up_to_one(wrong):
    solution = InformedPersuasion(["2/5", "1/5"], [[0, -1], [0, 1]], [[0, 1], [0, 1]]).solve()
    document = solution.document()
    document["primal"]["signals"] = [{"likelihood": wrong}, {"likelihood": [0, 0]}]
    verdict = dual.verify(document)
    assert not verdict.accepted
    assert "add up to" in verdict.violation or "negative" in verdict.violation


@cache
def solved(T, S):
    problem = sellers(5, T, S)
    return problem, problem.solve().lower


@pytest.mark.parametrize("limit", [0, 0.05, 0.5])
@pytest.mark.parametrize("shape", [(12, 3), (10, 5)])
def test_a_time_limit_costs_tightness_and_no_truth(limit, shape):
    problem, exact = solved(*shape)
    found = problem.solve(time_limit=limit)
    assert found.verify().accepted
    assert found.lower <= exact <= found.upper


def test_a_reply_that_is_never_best():
    """An empty part of a tree: no message makes a type take an action that is worse in every state."""
    beliefs = [["1/4"] * 4, ["2/5", "1/5", "1/5", "1/5"], ["1/10", "3/10", "3/10", "3/10"]]
    receiver = [[0, -1, -9], [0, 1, -9], [0, 1, -9], [0, -2, -9]]
    problem = InformedPersuasion(beliefs, receiver, [[0, 1, 5]] * 4)
    solution = problem.solve()
    assert solution.grade == "exact"
    assert solution.lower == naive.by_profiles(problem.document())


def test_menus_mend_any_multipliers():
    rng = np.random.default_rng(0)
    beliefs = [[F(int(k), int(row.sum())) for k in row] for row in rng.integers(1, 9, (4, 3))]
    problem = InformedPersuasion(
        beliefs, rng.integers(-3, 4, (4, 3, 2)).tolist(), rng.integers(0, 3, (3, 2)).tolist(), disclosure="menu"
    )
    quick, exact = problem.solve(time_limit=0), problem.solve()
    assert exact.grade == "exact"
    assert quick.lower <= exact.lower <= quick.upper
    assert quick.verify().accepted
