"""States that follow each other: values of theory, induction by another solver, fixed points, and traps."""

import random
import re
from fractions import Fraction as F

import numpy as np
import pytest
from scipy.optimize import linprog

import dual
import suasion
from dual.checker import proven
from dual.kinds import KINDS
from dual.kinds.contracts.absence import Candidates, corners
from transport import Contract

TWO = [
    {"outcomes": [["3/5", "2/5"], [1, 0]], "costs": [0, "4/5"], "rewards": [3, 0], "next": [1, 0]},
    {"outcomes": [["1/5", "4/5"], [1, 0]], "costs": [0, "3/5"], "rewards": [4, 0], "next": [1, 0]},
]


def random_states(seed, count=3):
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        A, outcomes = rng.randint(1, 3), rng.randint(1, 3)
        table = []
        for _ in range(A):
            masses = [rng.randint(0, 3) for _ in range(outcomes)]
            masses[rng.randrange(outcomes)] += 1
            table.append([F(m, sum(masses)) for m in masses])
        following = [rng.randrange(count) if rng.random() < 0.7 else [F(1, count)] * count for _ in range(outcomes)]
        costs = [F(rng.randint(0, 97), 31) for _ in range(A)]
        rewards = [F(rng.randint(0, 977), 101) for _ in range(outcomes)]
        found.append({"outcomes": table, "costs": costs, "rewards": rewards, "next": following})
    return found


def by_hand(states, horizon, factor=1.0, values=None):
    """Backward induction with float programs; with values, one step from them."""
    n = len(states)
    V, U = (np.zeros(n), np.zeros(n)) if values is None else values
    for _ in range(horizon):
        fresh = []
        for s, stage in enumerate(states):
            P, c, r = (np.array(stage[k], dtype=float) for k in ("outcomes", "costs", "rewards"))
            follow = np.array(
                [np.eye(n)[x] if isinstance(x, int) else np.array(x, float) for x in stage.get("next", [s] * len(r))]
            )
            R, d = r + factor * follow @ V, c - factor * P @ follow @ U
            best = None
            for a in range(len(c)):
                found = linprog(P[a], P - P[a], d - d[a], bounds=(0, None), method="highs")
                if found.status == 0:
                    pair = (P[a] @ R - found.fun, found.fun - d[a])
                    if best is None or pair[0] > best[0] + 1e-9:
                        best = pair
            fresh.append(best)
        V, U = np.array([v for v, _ in fresh]), np.array([u for _, u in fresh])
    return V, U


@pytest.mark.parametrize("seed", [pytest.param(s, marks=() if s % 10 == 0 else pytest.mark.slow) for s in range(100)])
def test_random_horizons(seed):
    states, horizon = random_states(seed), 1 + seed % 4
    V, U = by_hand(states, horizon)
    for s in range(3):
        solution = Contract(states=states, horizon=horizon, start=s).solve()
        assert solution.grade == "exact"
        assert float(solution.lower) == pytest.approx(V[s], abs=1e-7)
        assert float(solution.agent) == pytest.approx(U[s], abs=1e-7)
        assert dual.verify(solution.document()).accepted


@pytest.mark.parametrize("seed", [pytest.param(s, marks=() if s % 10 == 0 else pytest.mark.slow) for s in range(100)])
def test_random_discounts(seed):
    states, discount = random_states(seed, 2), F(1 + seed % 8, 10)
    solution = Contract(states=states, discount=discount).solve()
    if solution.grade == "exact":
        values = [np.array(x, dtype=float) for x in (solution.primal.principal, solution.primal.agent)]
        V, U = by_hand(states, 1, float(discount), values)
        assert values[0] == pytest.approx(V, abs=1e-7)
        assert values[1] == pytest.approx(U, abs=1e-7)
        assert dual.verify(solution.document()).accepted
    else:
        assert solution.grade == "infeasible"
        assert dual.verify(solution.document()).accepted
    bracket = Contract(states=states, discount=discount, commitment=True).solve()
    assert bracket.grade in ("exact", "bounded")
    assert dual.verify(bracket.document()).accepted
    if solution.grade == "exact":
        # What is an equilibrium stage by stage can be committed to.
        assert bracket.lower >= solution.lower


def test_most_random_discounts_have_a_stationary_equilibrium():
    grades = [Contract(states=random_states(s, 2), discount=F(1 + s % 8, 10)).solve().grade for s in range(0, 100, 5)]
    assert grades.count("exact") >= 15


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_all_candidates_hold_what_value_iteration_finds(seed):
    problem = Contract(states=random_states(seed, 2), discount=F(1 + seed % 8, 10))
    found = problem.solve()
    candidates = Candidates(problem.statement)
    equal = [one for one in candidates if candidates.is_equilibrium(one)]
    assert (found.primal.principal, found.primal.agent) in {(one.principal, one.agent) for one in equal}
    claim = {"format": "suasion-solution/1", "problem": problem.document(), "grade": "infeasible"}
    violation = dual.verify({**claim, "dual": {"rule": "enumeration"}}).violation
    assert "are those of a stationary equilibrium" in violation


@pytest.mark.parametrize("seed", range(20))
def test_vertices_of_multipliers_give_the_least_pay(seed):
    """Least pay is the largest over vertices, and an action is out of reach if a ray gains: against linear programs."""
    rng = random.Random(seed)
    A, outcomes = rng.randint(1, 4), rng.randint(1, 3)
    table = []
    for _ in range(A):
        masses = [rng.randint(0, 3) for _ in range(outcomes)]
        masses[rng.randrange(outcomes)] += 1
        table.append([F(m, sum(masses)) for m in masses])
    costs = [F(rng.randint(0, 9), 4) for _ in range(A)]
    for a, one in enumerate(Contract(table, costs, [0] * outcomes).least_pays):
        gains = [sum(w * (costs[a] - costs[k]) for k, w in mu) for mu in corners(table, a, rays=True)]
        if one.pay is None:
            assert max(gains) > 0
            continue
        assert max(gains, default=0) <= 0
        assert one.pay == max(sum(w * (costs[a] - costs[k]) for k, w in mu) for mu in corners(table, a, rays=False))


def test_two_states_lose_their_equilibrium_at_high_discounts():
    for discount, grade in (("1/2", "exact"), ("7/10", "exact"), ("4/5", "infeasible"), ("9/10", "infeasible")):
        solution = Contract(states=TWO, discount=discount).solve()
        assert solution.grade == grade
        assert dual.verify(solution.document()).accepted
        assert bool(solution.why) == (grade == "infeasible")
    half = Contract(states=TWO, discount="1/2").solve()
    assert half.primal.principal == (F(123, 26), F(86, 13))
    assert half.primal.agent == (F(9, 130), F(12, 65))
    bracket = Contract(states=TWO, discount="4/5", commitment=True).solve()
    assert bracket.grade == "bounded"


def test_commitment_is_bounded_by_welfare_less_what_the_agent_has_alone():
    solution = Contract(states=TWO, discount="1/2", commitment=True).solve()
    assert solution.dual.welfare == (F(28, 5), F(34, 5))
    assert solution.dual.alone == (0, 0)
    assert (solution.lower, solution.upper) == (F(123, 26), F(28, 5))


def test_an_indifferent_principal_decides_what_the_agent_had_before():
    high = suasion.load("contract-ties-agent-high").solve()
    low = suasion.load("contract-ties-agent-low").solve()
    assert (high.lower, low.lower) == (F(5, 4), F(1))
    mixed = {**high.document(), "problem": low.problem.document()}
    assert "leaves the principal as much" in dual.verify({**mixed, "lower": "1", "upper": "1", "value": 1}).violation


def test_scaling_and_renaming_states():
    states = random_states(8)
    plain = Contract(states=states, horizon=3).solve()
    scale = F(10**9)
    scaled = [
        {**s, "costs": [c * scale for c in s["costs"]], "rewards": [r * scale for r in s["rewards"]]} for s in states
    ]
    assert Contract(states=scaled, horizon=3).solve().lower == plain.lower * scale
    order = [2, 0, 1]

    def moved(x):
        return order.index(x) if isinstance(x, int) else [x[s] for s in order]

    turned = [{**states[s], "next": [moved(x) for x in states[s]["next"]]} for s in order]
    assert Contract(states=turned, horizon=3, start=order.index(0)).solve().lower == plain.lower


def test_no_time_is_an_honest_answer():
    solution = Contract(states=TWO, horizon=3).solve(time_limit=0)
    assert (solution.grade, solution.agent) == ("bounded", None)
    assert Contract(states=TWO, discount="1/2", commitment=True).solve(time_limit=0).upper == F(28, 5)


@pytest.mark.parametrize(
    ("slug", "change", "message"),
    [
        ("contract-machine-good-horizon-2", lambda d: d["stages"].pop(), "upper = 3 is not proven"),
        ("contract-machine-good-horizon-2", lambda d: d["stages"][1][0].pop("proofs"), "there is no proof"),
        (
            "contract-machine-good-horizon-2",
            lambda d: d["stages"][1][0].update(contract=[1, 1]),
            "may leave the principal",
        ),
        ("contract-machine-good-horizon-2", lambda d: d["stages"][0][0].update(action=0), "leaves the agent"),
        ("contract-two-states-1-2-from-0", lambda d: d["principal"].__setitem__(0, "5"), "the principal's value is"),
        ("contract-two-states-1-2-from-0", lambda d: d["agent"].__setitem__(1, "0"), "value is"),
        ("contract-two-states-1-2-from-0", lambda d: d["plays"].pop(), "has 1 entries where 2 are needed"),
    ],
)
def test_a_forged_file_is_refused(slug, change, message):
    document = suasion.load(slug).solve().document()
    change(document["dual"])
    violation = dual.verify(document).violation
    assert violation is not None
    assert re.search(message, violation)


@pytest.mark.parametrize(("alone", "bound"), [(0, 2), ("-1/2", "5/2"), ("1/97", None)])
def test_an_agent_who_idles_for_nothing_has_nothing(alone, bound):
    """One state: work costs 1 and brings 2, so that 1 a stage is shared, twice that with a discount of a half."""
    state = {"outcomes": [[1, 0], [0, 1]], "costs": [0, 1], "rewards": [0, 2], "next": [0, 0]}
    statement = Contract(states=[state], discount="1/2", commitment=True).statement
    verdict = proven(KINDS["contract"], statement, None, {"welfare": [2], "alone": [alone]})
    assert verdict.upper == (None if bound is None else F(bound))


def test_forged_bounds_of_commitment_are_refused():
    document = Contract(states=TWO, discount="1/2", commitment=True).solve().document()
    for witness, message in (
        ({"welfare": ["5", "34/5"]}, r"welfare\[0\] = 5 <"),
        ({"alone": ["1", "0"]}, r"alone\[0\] = 1 >"),
    ):
        verdict = dual.verify({**document, "dual": {**document["dual"], **witness}})
        assert re.search(message, verdict.violation)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, 'horizon: exactly one of "horizon" and "discount"'),
        ({"horizon": 2, "discount": "1/2"}, 'horizon: exactly one of "horizon" and "discount"'),
        ({"horizon": 0}, "horizon: a horizon has at least one stage"),
        ({"discount": 1}, "discount: 1 is not a discount"),
        ({"discount": "1/2", "start": 2}, "start: 2 is not an index from 0 to 1"),
        ({"horizon": 2, "commitment": True}, "commitment: a policy that the principal commits to needs a discount"),
        ({"horizon": 2, "ties": "agent"}, 'ties: "agent" is unknown'),
        ({"horizon": 2, "states": [{**TWO[0], "next": [1, 2]}, TWO[1]]}, r"states\[0\].next\[1\]: there are 2 states"),
        ({"horizon": 2, "states": [{**TWO[0], "costs": [0]}, TWO[1]]}, r"states\[0\].costs: the list has 1 entries"),
        (
            {"horizon": 2, "states": [{**TWO[0], "next": [[1], 0]}, TWO[1]]},
            r"states\[0\].next\[0\]: there are 2 states",
        ),
    ],
)
def test_bad_input(fields, message):
    with pytest.raises(dual.InputError, match=message):
        suasion.load({"kind": "contract", "states": TWO, **fields})


# The last stages only, and what bounds the rest


JOB = {"outcomes": [[1, 0], ["1/2", "1/2"]], "costs": [0, "1/10"], "rewards": [0, 1]}


def claimed(problem, **sides):
    return {"format": "suasion-solution/1", "problem": problem.document(), "value": None, **sides}


@pytest.mark.parametrize("horizon", [1, 2, 5])
def test_without_any_stage_the_rest_is_bounded_by_hand(horizon):
    """Nobody need be paid, which may bring nothing; together they have 1/2 - 1/10 a stage, and he has nothing alone."""
    nothing = {"stages": []}
    verdict = proven(KINDS["contract"], Contract(states=[JOB], horizon=horizon).statement, nothing, nothing)
    assert verdict.violation is None
    assert (verdict.lower, verdict.upper) == (0, F(2, 5) * horizon)


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_the_last_stages_bound_the_whole(seed):
    """With every stage more the bounds come closer, around the value that another solver finds."""
    states, horizon = random_states(seed), 2 + seed % 4
    value = by_hand(states, horizon)[0][0]
    solution = Contract(states=states, horizon=horizon).solve()
    stages = solution.document()["primal"]["stages"]
    before = None
    for h in range(horizon + 1):
        part = {"stages": stages[:h]}
        verdict = proven(KINDS["contract"], solution.problem.statement, part, part)
        assert verdict.violation is None
        assert verdict.lower - F(1, 10**7) <= value <= verdict.upper + F(1, 10**7)
        assert before is None or before[0] <= verdict.lower <= verdict.upper <= before[1]
        before = verdict.lower, verdict.upper
    assert before == (solution.lower, solution.lower)


def test_stages_beyond_the_horizon_and_false_last_stages_are_refused():
    problem = Contract(states=[JOB], horizon=2)
    stages = problem.solve().document()["primal"]["stages"]
    verdict = dual.verify(claimed(problem, primal={"stages": [*stages, stages[0]]}, dual=None, grade="unproven"))
    assert "there are 3 stages where the horizon is 2" in verdict.violation
    false = [[{**stages[0][0], "contract": ["0", "1/10"]}]]  # for that nobody works
    verdict = dual.verify(claimed(problem, primal={"stages": false}, dual=None, grade="unproven"))
    assert "stages[0][0]" in verdict.violation


def test_shares_bound_every_stationary_equilibrium():
    """W = T W and A = T A by hand: 28/5 and 34/5 for both together, nothing alone; the equilibrium leaves 123/26."""
    problem = Contract(states=TWO, discount="1/2")
    bound = {"welfare": ["28/5", "34/5"], "alone": [0, 0]}
    verdict = proven(KINDS["contract"], problem.statement, None, bound)
    assert (verdict.lower, verdict.upper, verdict.violation) == (None, F(28, 5), None)
    for false in ({**bound, "welfare": ["28/5", "67/10"]}, {**bound, "alone": ["1/100", "1/100"]}):
        assert proven(KINDS["contract"], problem.statement, None, false).violation is not None


def test_without_time_there_is_a_bracket():
    states = random_states(3)
    value = by_hand(states, 40)[0][0]
    solution = Contract(states=states, horizon=40).solve(time_limit=0)
    assert solution.grade == "bounded"
    assert solution.lower <= value <= solution.upper
    assert solution.agent is None
    assert "value" in solution.summary()
    with pytest.raises(dual.SuasionError, match="no contract to draw"):
        solution.plot()
    policy = Contract(states=TWO, discount="1/2", commitment=True).solve(time_limit=0)
    assert policy.lower <= Contract(states=TWO, discount="1/2", commitment=True).solve().lower <= policy.upper
    repeated = Contract(states=TWO, discount="1/2").solve(time_limit=0)
    assert (repeated.grade, repeated.lower) == ("unproven", None)
    assert repeated.upper >= F(123, 26)
    for one in (solution, policy, repeated):
        assert dual.verify(one.document()).accepted
