"""Contracts along a parameter: costs, rewards and chances, against solves at points and closed forms."""

import random
from fractions import Fraction as F

import pytest

import suasion
from tests.families import along, require_agreement, require_most_refused, require_refusals, seeds, spread
from transport import Contract


def families_at_random(rng):
    """One of three to four actions, or one that is asked for, which may be out of reach for a part of the range."""
    A, R = rng.randint(2, 4), rng.randint(2, 3)
    outcomes = [spread(rng, R) for _ in range(A)]
    costs, rewards = [F(rng.randint(0, 6), 6) for _ in range(A)], [rng.randint(-1, 5) for _ in range(R)]
    stage = Contract(outcomes, costs, rewards)
    asked = stage.replace(action=rng.randrange(A))
    document = {**stage.document(), "parameter": {"name": "t", "from": 0, "to": 1}}
    moved = [along(row, spread(rng, R)) for row in outcomes]
    yield stage.family("costs", costs, [F(rng.randint(0, 6), 6) for _ in range(A)])
    yield stage.family("rewards", rewards, [rng.randint(-1, 5) for _ in range(R)])
    yield suasion.load({**document, "outcomes": moved})
    yield asked.family("costs[0]", 0, 2)
    if R == 2:  # with more outcomes an action may be out of reach at a single irrational value, which is refused
        yield suasion.load({**document, "outcomes": moved, "action": rng.randrange(A)})


@seeds(6, 100)
def test_random_contracts_agree_with_solves_at_points(seed):
    rng = random.Random(seed)
    for family in families_at_random(rng):
        require_agreement(family, 3 if seed < 6 else 50, rng)


@seeds(2, 20)
def test_a_changed_number_of_a_contract_proves_nothing_false(seed):
    rng = random.Random(seed)
    require_most_refused(families_at_random(rng), rng, few=10, most=10 if seed < 2 else None, share=F(1, 10))


def test_every_number_of_the_effort_that_is_paid_for_counts():
    total, refused = require_refusals(suasion.load("contract-effort-every-precision").solve(), random.Random(0))
    assert refused > total * F(2, 3)


def effort(**change):
    """Success has chance 1/4 for nothing, or t by an effort that costs 1/4; it is worth 2."""
    document = {
        "kind": "contract",
        "parameter": {"name": "t", "from": "1/4", "to": 1},
        "outcomes": [["3/4", "1/4"], ["1 - t", "t"]],
        "costs": [0, "1/4"],
        "rewards": [0, 2],
    }
    return suasion.load({**document, **change})


def test_effort_is_paid_for_where_it_tells():
    """By hand: pay (1/4)/(t - 1/4) for success keeps the agent at work, t/(4t - 1) on average; 1/2 is had for nothing.

    2t - t/(4t - 1) = 1/2 is 16t^2 - 10t + 1 = 0, whose roots are 1/8 and 1/2.
    """
    solution = suasion.load("contract-effort-every-precision").solve()
    assert solution.breakpoints == (F(1, 2),)
    for k in range(1, 5):
        low, high = F(1, 4) + F(k, 16), F(1, 2) + F(k, 8)
        assert solution.value(low) == F(1, 2)
        assert solution.value(high) == 2 * high - high / (4 * high - 1)
        assert (solution.policy(low).action, solution.policy(high).action) == (0, 1)
        assert solution.policy(high).contract == (0, F(1, 4) / (high - F(1, 4)))
    assert solution.grade == "exact"


def test_an_action_that_tells_nothing_is_out_of_reach():
    """Where effort changes nothing no pay brings it about; where it makes success rarer, failure is paid for."""
    solution = effort(parameter={"name": "t", "from": 0, "to": 1}, action=1).solve()
    assert solution.value("1/4") == "infeasible"
    assert solution.at("1/4").grade == "infeasible"
    for t in (F(1, 8), F(1, 2), F(3, 4)):
        pay = t / (4 * t - 1) if t > F(1, 4) else (1 - t) * F(1, 4) / (F(1, 4) - t)
        assert solution.value(t) == 2 * t - pay
    assert "infeasible" in solution.formula()
    assert "t = 1/4" in solution.formula()
    assert r"\text{infeasible} & \text{if } t = \frac{1}{4}" in solution.latex()
    assert solution.breakpoints == (F(1, 4),)


def test_the_least_pay_as_a_cost_rises():
    """Chances 1/4 and 3/4, worth 2: pay is 3/2 of the cost, worth it up to 2/3."""
    solution = Contract([["3/4", "1/4"], ["1/4", "3/4"]], [0, "1/4"], [0, 2]).family("costs[1]", 0, 2).solve()
    assert solution.formula().splitlines() == ["3/2 - 3/2*t    if 0 <= t <= 2/3", "1/2            if 2/3 <= t <= 2"]


@pytest.mark.parametrize(
    ("slug", "field"),
    [
        ("contract-machine-bad-horizon-2", "states[0].costs[0]"),
        ("contract-two-states-commitment", "discount"),
        ("contract-machine-bad-for-ever-1-2", "states[0].rewards[0]"),
        ("duetting-et-al-2021-additive", "combinatorial.costs[0]"),
        ("duetting-et-al-2023-additive-team", "team.costs[0]"),
    ],
)
def test_other_forms_of_contracts_name_what_is_possible(slug, field):
    with pytest.raises(suasion.InputError, match='one table of "outcomes"') as error:
        suasion.load(slug).family(field, "1/10", "1/5")
    assert "\n" not in str(error.value)
