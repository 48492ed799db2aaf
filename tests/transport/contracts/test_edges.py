"""What lies at the edge: equal actions, outcomes that never come, worthless outcomes, discounts of 0 and 1, no pay."""

from fractions import Fraction as F

import pytest

import dual
import suasion
from transport import Contract

OUTCOMES, COSTS, REWARDS = [["3/4", "1/4"], ["1/4", "3/4"]], [0, "1/2"], [0, 4]


def test_equal_actions_are_one_action():
    plain = Contract(OUTCOMES, COSTS, REWARDS).solve()
    twice = Contract([*OUTCOMES, OUTCOMES[1]], [*COSTS, COSTS[1]], REWARDS).solve()
    dearer = Contract([*OUTCOMES, OUTCOMES[1]], [*COSTS, 1], REWARDS).solve()
    # 1/4 + 3/4 b >= b/4 + 1/2 at b = 1: 3/4 (4 - 1).
    assert plain.lower == twice.lower == dearer.lower == F(9, 4)


def test_of_two_equal_actions_the_dearer_is_out_of_reach():
    solution = Contract([*OUTCOMES, OUTCOMES[1]], [*COSTS, 1], REWARDS, action=2).solve()
    assert (solution.grade, solution.lower, solution.upper) == ("infeasible", None, None)
    assert "1 with 1" in solution.why
    assert dual.verify(solution.document()).accepted


def test_outcomes_that_never_come_and_worthless_ones():
    never = Contract([[*row, 0] for row in OUTCOMES], COSTS, [*REWARDS, 1000]).solve()
    assert never.lower == F(9, 4)
    nothing = Contract(OUTCOMES, COSTS, [0, 0]).solve()
    assert (nothing.grade, nothing.lower, nothing.contract) == ("exact", 0, (0, 0))


def test_a_discount_of_nothing_is_a_single_stage_and_one_is_refused():
    stage = {"outcomes": OUTCOMES, "costs": COSTS, "rewards": REWARDS}
    once = Contract(states=[stage], discount=0).solve()
    assert (once.grade, once.lower) == ("exact", F(9, 4))
    assert Contract(states=[stage], horizon=1).solve().lower == F(9, 4)
    for discount in (1, "1", 1.0, "3/2", -1):
        with pytest.raises(dual.InputError, match="discount"):
            Contract(states=[stage], discount=discount)


def test_a_state_that_is_never_reached_changes_nothing():
    stage = {"outcomes": OUTCOMES, "costs": COSTS, "rewards": REWARDS, "next": [0, 0]}
    ghost = {"outcomes": [[1]], "costs": [0], "rewards": [1000], "next": [1]}
    plain = Contract(states=[stage], discount="1/2").solve()
    more = Contract(states=[stage, ghost], discount="1/2").solve()
    assert plain.lower == more.lower == 2 * F(9, 4)


def test_no_pay_is_true_and_earns_what_comes_by_itself():
    document = Contract(OUTCOMES, COSTS, REWARDS).solve().document()
    document["primal"].update(contract=[0, 0], action=0)
    document.update(lower="1", value=1.0, grade="bounded")
    verdict = dual.verify(document)
    assert (verdict.accepted, verdict.lower, verdict.upper) == (True, 1, F(9, 4))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"outcomes": [], "costs": [], "rewards": [1]}, "outcomes: the list is empty"),
        ({"outcomes": [[]], "costs": [0], "rewards": []}, "the list is empty"),
        ({"states": [], "horizon": 1}, "states: the list is empty"),
        ({"outcomes": [[0, 0]], "costs": [0], "rewards": [1, 1]}, "sum"),
        ({"outcomes": OUTCOMES, "costs": COSTS, "rewards": REWARDS, "action": 2}, "action: 2 is not an index"),
    ],
)
def test_what_has_no_answer_says_so(fields, message):
    with pytest.raises(dual.InputError, match=message):
        suasion.load({"kind": "contract", **fields})
