"""The checker of kind ``persuasion``: what it accepts, and what it has to refuse."""

import copy
import re
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dual
from dual.errors import InputError, Violation
from dual.kinds import finite as persuasion
from dual.proofs.lagrangian import obedient_payoffs
from tests.tampering import accepted, with_every_other_digit

COURT = {
    "format": "suasion-solution/1",
    "problem": {
        "kind": "persuasion", "prior": ["7/10", "3/10"], "sender": [[0, 1], [0, 1]], "receiver": [[1, 0], [0, 1]],
    },
    "value": 0.6,
    "lower": "3/5",
    "upper": "3/5",
    "grade": "exact",
    "primal": {"signals": [{"action": 0, "joint": ["2/5", 0]}, {"action": 1, "joint": ["3/10", "3/10"]}]},
    "dual": {"prices": [0, 2], "multipliers": [[0, 0], [1, 0]]},
    "solver": {"method": "by hand"},
}  # fmt: skip


def changed(path, value):
    document = copy.deepcopy(COURT)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


def test_the_prosecutor_by_hand():
    assert dual.verify(COURT) == dual.Verdict(F(3, 5), F(3, 5), "exact")


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("lower",), "4/5", "lower = 4/5 is not proven; the primal witness proves 3/5"),
        (("upper",), "1/2", "upper = 1/2 is not proven"),
        (("value",), 0.61, "value = 0.61 is not the double nearest to lower = 3/5"),
        (("value",), None, "the value is missing"),
        (("grade",), "bounded", 'grade "bounded" is claimed'),
        (("grade",), "infeasible", "never infeasible"),
        (("primal", "signals", 1, "joint"), ["4/10", "3/10"], "state 0 sum to 4/5, the prior is 7/10"),
        (("primal", "signals"), [{"action": 1, "joint": ["7/10", "3/10"]}],
         r"signals\[0\]: the receiver told to take action 1 prefers action 0"),
        (("primal", "signals", 0, "joint"), ["-2/5", 0], r"joint\[0\] = -2/5 < 0"),
        (("primal", "signals", 0, "action"), 2, "not an index from 0 to 1"),
        (("primal", "extra"), 1, "unknown field"),
        (("dual", "prices"), [0, 1], r"prices\[1\] = 1 < 2 = sender\[1\]\[1\]"),
        (("dual", "multipliers"), [[0, 0], [-1, 0]], r"multipliers\[1\]\[0\] = -1 < 0"),
        (("dual", "multipliers"), [[0, 0]], "1 rows where 2 are needed"),
        (("primal",), None, "the primal witness proves none"),
        (("dual",), None, "the dual witness proves none"),
    ],
)  # fmt: skip
def test_what_is_not_proven_is_refused_by_name(path, value, complaint):
    verdict = dual.verify(changed(path, value))
    assert verdict.violation is not None
    assert re.search(complaint, verdict.violation)


def test_an_honest_file_may_be_unproven():
    document = changed(("dual",), None) | {"upper": None, "grade": "unproven"}
    verdict = dual.verify(document)
    assert verdict.accepted
    assert verdict == dual.Verdict(F(3, 5), None, "unproven")


def test_a_weaker_true_statement_is_accepted():
    document = COURT | {"lower": "1/2", "value": 0.5, "grade": "bounded"}
    assert dual.verify(document).accepted


def test_the_instance_has_to_be_the_one_that_was_asked():
    other = {**COURT["problem"], "prior": ["1/2", "1/2"]}
    assert dual.verify(COURT, COURT["problem"]).accepted
    assert "another question" in str(dual.verify(COURT, other))
    renamed = {**COURT["problem"], "name": "the same question under a name", "prior": ["0.7", "0.3"]}
    assert dual.verify(COURT, renamed).accepted


def test_every_changed_digit_is_refused_or_leaves_a_true_statement():
    document = {**COURT, "solver": {}}
    kept = [accepted(changed, F(3, 5), F(3, 5)) for changed in with_every_other_digit(document)]
    assert kept.count(False) > 100


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"prior": [0.7, 0.2]}, "prior: the entries sum to"),
        ({"prior": []}, "prior: the list is empty"),
        ({"prior": [True, False]}, r"prior\[0\]: true is not a number"),
        ({"prior": None}, "prior: the field is missing"),
        ({"sender": [[0, 1]]}, "sender: the list has 1 rows where 2 are needed; rows are states, columns are actions"),
        ({"receiver": [[1, 0, 0], [0, 1, 0]]}, r"receiver\[0\]: the list has 3 entries where 2 are needed"),
        ({"sender": [[0, "many"], [0, 1]]}, r"sender\[0\]\[1\]: 'many' is not a number"),
        ({"sender": [[0, "7/0"], [0, 1]]}, r"sender\[0\]\[1\]: '7/0' divides by zero"),
        ({"states": ["a", "a"]}, r'states\[1\]: the name "a" stands already at states\[0\]'),
        ({"states": ["a"]}, "states: the list has 1 entries where 2 are needed"),
        ({"actions": ["a", 3]}, r"actions\[1\]: a name is a nonempty text"),
        ({"recevier": [[1, 0], [0, 1]]}, 'recevier: unknown field; did you mean "receiver"?'),
        ({"name": 3}, "name: a text is needed"),
        ({"kind": "persuasoin"}, 'kind: "persuasoin" is not a kind; did you mean "persuasion"?'),
        ({"kind": None}, "kind: "),
    ],
)
def test_bad_instances_are_refused_with_their_field(change, complaint):
    with pytest.raises(InputError) as caught:
        dual.parse({**COURT["problem"], **change})
    assert re.search(complaint, str(caught.value))


@settings(max_examples=200)
@given(st.data())
def test_weak_duality_for_every_feasible_pair(data):
    """Any obedient experiment is worth at most what any majorising prices ask for."""
    states, actions = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    small = st.integers(-3, 3)

    def table(rows: int, columns: int, entries: st.SearchStrategy[int]) -> list[list[int]]:
        return data.draw(st.lists(st.lists(entries, min_size=columns, max_size=columns), min_size=rows, max_size=rows))

    weights = data.draw(st.lists(st.integers(1, 5), min_size=states, max_size=states))
    prior = [F(w, sum(weights)) for w in weights]
    statement = persuasion.PersuasionStatement.read(
        {"prior": prior, "sender": table(states, actions, small), "receiver": table(states, actions, small)}
    )
    shares = table(3, states, st.integers(0, 3))
    shares[2] = [max(1, share) for share in shares[2]]
    joints = [[prior[s] * F(row[s], sum(r[s] for r in shares)) for s in range(states)] for row in shares]
    signals = []
    for joint in joints:
        rewards = [sum(m * statement.receiver[s][a] for s, m in enumerate(joint)) for a in range(actions)]
        signals.append({"action": rewards.index(max(rewards)), "joint": joint})
    multipliers = table(actions, actions, st.integers(0, 3))
    payoffs = obedient_payoffs(statement.sender, statement.receiver, multipliers)
    prices = [max(row[s] for row in payoffs) + data.draw(st.integers(0, 1)) for s in range(states)]
    low = persuasion.lower(statement, persuasion.Experiment.read({"signals": signals}, statement))
    high = persuasion.upper(statement, persuasion.Prices(prices, multipliers))
    assert low <= high
    lowered = [price - 2 for price in prices]
    with pytest.raises(Violation):
        persuasion.upper(statement, persuasion.Prices(lowered, multipliers))
