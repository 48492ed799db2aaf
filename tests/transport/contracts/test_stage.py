"""One stage: papers' values, linear programs by another solver and all vertices by brute force, rays, and traps."""

import random
import re
from fractions import Fraction as F
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

import dual
import suasion
from dual.checker import proven
from dual.kinds import KINDS
from transport import Contract

SIX = [["3/8", "3/8", "1/4", 0, 0, 0], [0, "3/8", "3/8", "1/4", 0, 0]]
SIX += [[0, 0, "3/8", "3/8", "1/4", 0], [0, 0, 0, "3/8", "3/8", "1/4"]]


def six():
    return Contract(SIX, [0, 1, 2, "11/5"], [1, "11/10", "49/10", 5, "51/10", "26/5"])


def random_job(seed):
    rng = random.Random(seed)
    A, n = rng.randint(1, 5), rng.randint(1, 4)
    table = []
    for _ in range(A):
        masses = [rng.choice((0, 0, 1, 2, 3)) for _ in range(n)]
        masses[rng.randrange(n)] += 1
        table.append([F(m, sum(masses)) for m in masses])
    costs = [F(rng.randint(0, 12), 4) for _ in range(A)]
    rewards = [F(rng.randint(-4, 30), 2) for _ in range(n)]
    return Contract(table, costs, rewards)


def by_programs(problem):
    """The principal's value by one float program for each action."""
    statement = problem.statement
    P, c, r = (np.array(x, dtype=float) for x in (statement.outcomes, statement.costs, statement.rewards))
    best = -np.inf
    for a in range(len(c)):
        found = linprog(P[a], P - P[a], c - c[a], bounds=(0, None), method="highs")
        assert found.status in (0, 2)
        if found.status == 0:
            best = max(best, P[a] @ r - found.fun)
    return best


def by_vertices(problem):
    """The principal's value over all vertices of the contracts' arrangement, exactly, for at most two outcomes."""
    statement = problem.statement
    P, c, r = statement.outcomes, statement.costs, statement.rewards
    n = len(r)
    lines = [([F(o == q) for q in range(n)], F(0)) for o in range(n)]
    lines += [
        ([p - q for p, q in zip(P[a], P[k], strict=True)], c[a] - c[k]) for a, k in combinations(range(len(c)), 2)
    ]
    points = [[F(0)] * n]
    if n == 1:
        points += [[d / a[0]] for a, d in lines if a[0]]
    else:
        for (a, d), (m, e) in combinations(lines, 2):
            det = a[0] * m[1] - a[1] * m[0]
            if det:
                points.append([(d * m[1] - a[1] * e) / det, (a[0] * e - d * m[0]) / det])
    best = None
    for b in points:
        if min(b) < 0:
            continue
        kept = [sum(p * x for p, x in zip(row, b, strict=True)) - cost for row, cost in zip(P, c, strict=True)]
        for a, k in enumerate(kept):
            if k == max(kept):
                value = sum(p * (reward - x) for p, reward, x in zip(P[a], r, b, strict=True))
                best = value if best is None else max(best, value)
    return best


@pytest.mark.parametrize("seed", [pytest.param(s, marks=() if s % 10 == 0 else pytest.mark.slow) for s in range(300)])
def test_random_jobs(seed):
    problem = random_job(seed)
    solution = problem.solve()
    assert solution.grade == "exact"
    assert float(solution.lower) == pytest.approx(by_programs(problem), abs=1e-7)
    if len(problem.statement.rewards) <= 2:
        assert solution.lower == by_vertices(problem)
    assert dual.verify(solution.document()).accepted
    assert solution.lower + solution.agent <= problem.first_best
    assert solution.agent >= -min(problem.statement.costs)
    if min(problem.statement.rewards) >= 0:
        assert problem.best_linear.principal <= solution.lower
    for one in problem.least_pays:
        forced = problem.replace(action=one.action).solve()
        assert forced.grade == ("infeasible" if one.pay is None else "exact")
        assert dual.verify(forced.document()).accepted
        if one.pay is not None:
            assert forced.lower <= solution.lower


def test_six_outcomes():
    problem = six()
    solution = problem.solve()
    assert (solution.lower, solution.action, solution.agent) == (F(2597, 880), 2, F(2, 55))
    assert solution.contract == (0, 0, F(8, 55), F(216, 55), F(112, 55), 0)
    own = [problem.replace(action=a).solve().lower for a in range(4)]
    assert own == [F(161, 80), F(5, 2), F(2597, 880), F(231, 80)]
    assert (problem.best_linear.principal, problem.first_best) == (F(161, 80), F(239, 80))
    assert "239/80" in solution.summary()


def test_permutations_and_units():
    problem, rng = six(), random.Random(3)
    statement = problem.statement
    for scale in (F(1), F(10**12), F(1, 10**12)):
        actions, outcomes = rng.sample(range(4), 4), rng.sample(range(6), 6)
        moved = Contract(
            [[statement.outcomes[a][o] for o in outcomes] for a in actions],
            [statement.costs[a] * scale for a in actions],
            [statement.rewards[o] * scale for o in outcomes],
        ).solve()
        assert moved.lower == moved.upper == F(2597, 880) * scale
        assert actions[moved.action] == 2
    dearer = problem.replace(costs=[c + 7 for c in statement.costs])
    assert dearer.solve().lower == F(2597, 880)


def test_an_action_that_a_mixture_imitates_is_out_of_reach():
    solution = suasion.load("contract-out-of-reach").solve()
    assert (solution.grade, solution.lower, solution.upper) == ("infeasible", None, None)
    assert "0 with 1/2, 2 with 1/2" in solution.why
    assert dual.verify(solution.document()).accepted
    document = solution.document()
    document["dual"]["actions"][1] = {"ray": [[0, 1]]}
    assert "the ray gains" in dual.verify(document).violation or "weights sum to" in dual.verify(document).violation
    free = solution.problem.replace(action=None).solve()
    assert (free.grade, free.action) == ("exact", 2)


def test_one_action_and_free_effort():
    assert Contract([[1]], [5], [3]).solve().lower == 3
    free = Contract([[1, 0], [0, 1]], [0, 0], [0, 4]).solve()
    assert (free.lower, free.agent, free.contract) == (4, 0, (0, 0))
    same = Contract([["1/2", "1/2"]] * 2, [1, 0], [0, 4]).solve()
    assert (same.lower, same.action) == (2, 1)


def test_no_time_gives_no_pay_and_a_bound_by_pairs():
    solution = six().solve(time_limit=0)
    assert solution.lower is not None
    assert solution.upper is not None
    assert solution.lower <= F(2597, 880) <= solution.upper


def test_large_tables():
    rng = np.random.default_rng(0)
    masses = rng.integers(0, 50, (20, 20)) + np.eye(20, dtype=int) * 100
    table = [[F(int(m), int(row.sum())) for m in row] for row in masses]
    problem = Contract(table, [F(k, 7) for k in range(20)], [F(3 * k, 2) for k in range(20)])
    solution = problem.solve()
    assert solution.grade == "exact"
    assert float(solution.lower) == pytest.approx(by_programs(problem), rel=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["primal"].update(contract=[0, 0, 0, 0, 0, 0]), "action 2 leaves the agent -2, action 0 0"),
        (lambda d: d["primal"].update(contract=[0, 0, -1, 4, 2, 0]), r"contract\[2\] = -1 < 0"),
        (lambda d: d["primal"].update(action=4), "not an index from 0 to 3"),
        (lambda d: d["dual"]["actions"].__setitem__(2, {"multipliers": [[1, 5]]}), "the weights sum to"),
        (lambda d: d["dual"]["actions"].__setitem__(2, {"multipliers": [[1, "-1/2"]]}), "is negative"),
        (lambda d: d["dual"]["actions"].__setitem__(2, {"multipliers": []}), "upper = .* is not proven"),
        (lambda d: d["dual"]["actions"].__setitem__(2, {}), 'exactly one of "multipliers" and "ray"'),
        (lambda d: d["dual"]["actions"].__setitem__(2, {"ray": [[0, 1]]}), "the weights sum to"),
        (lambda d: d["dual"]["actions"].pop(), "has 3 entries where 4 are needed"),
    ],
)
def test_a_forged_file_is_refused(change, message):
    document = six().solve().document()
    change(document)
    violation = dual.verify(document).violation
    assert violation is not None
    assert re.search(message, violation)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, 'outcomes: exactly one of "outcomes", "states", "combinatorial", "team"'),
        ({"outcomes": [[1, 0]], "costs": [0]}, "rewards: the field is missing"),
        ({"outcomes": [["1/2", "1/3"]], "costs": [0], "rewards": [0, 1]}, r"outcomes\[0\]: the entries sum to 5/6"),
        ({"outcomes": [[1, 0], [1]], "costs": [0, 0], "rewards": [0, 1]}, r"outcomes\[1\]: the list has 1 entries"),
        ({"outcomes": [[1, 0]], "costs": [0, 1], "rewards": [0, 1]}, "costs: the list has 2 entries"),
        ({"outcomes": [[1, 0]], "costs": [0], "rewards": [0, 1], "action": 1}, "action: .* is not an index"),
        (
            {"outcomes": [[1, 0]], "costs": [0], "rewards": [0, 1], "horizon": 2},
            'horizon: the field belongs to .*"states"',
        ),
        (
            {"outcomes": [[1, 0]], "costs": [0], "rewards": [0, 1], "team": {"costs": [1], "additive": [1]}},
            "team: exactly",
        ),
    ],
)
def test_bad_input(fields, message):
    with pytest.raises(dual.InputError, match=message):
        suasion.load({"kind": "contract", **fields})


def test_linear_contracts_need_rewards_that_are_not_negative():
    with pytest.raises(dual.InputError, match="rewards: a linear contract needs rewards >= 0"):
        _ = Contract([[1, 0]], [0], [-1, 1]).best_linear


@pytest.mark.parametrize(("ray", "out"), [([], False), ([[0, 1]], False), ([[0, 1], [2, 1]], True), ([[2, 1]], False)])
def test_a_ray_has_to_gain(ray, out):
    """The middle one of three actions looks as the others' even mixture does: if it is dearer, it is out of reach."""
    for cost, dear in (("3/5", True), ("2/5", False), ("1/2", False)):
        table = [[1, 0], ["1/2", "1/2"], [0, 1]]
        statement = Contract(table, [0, cost, 1], [0, 1], action=1).statement
        none = {"multipliers": []}
        verdict = proven(KINDS["contract"], statement, None, {"actions": [none, {"ray": ray}, none]}, infeasible=True)
        assert (verdict.grade == "infeasible") == (out and dear)
