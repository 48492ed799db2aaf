"""The checker of kind ``concavification``: lists and expressions, what it accepts and what it has to refuse."""

import json
import re
from fractions import Fraction as F

import pytest

import dual
from dual.errors import InputError, Undecided, Violation
from dual.kinds import concave as concavification

LISTED = {
    "kind": "concavification",
    "prior": ["7/10", "3/10"],
    "beliefs": [[1, 0], ["1/2", "1/2"], [0, 1]],
    "values": [0, 1, 1],
}
TANGENT = {"kind": "concavification", "prior": ["7/10", "3/10"], "value": "p**2*(3 - 2*p)"}


def lower(instance, *splitting):
    witness = {"splitting": [{"belief": belief, "weight": weight} for belief, weight in splitting]}
    statement = dual.parse(instance)
    return concavification.lower(statement, concavification.Splitting.read(witness, statement))


def upper(instance, *prices, **more):
    statement = dual.parse(instance)
    return concavification.upper(
        statement, concavification.read_dual({"prices": list(prices), **more}, statement, "dual")
    )


def test_a_list_by_hand():
    assert lower(LISTED, ([1, 0], "2/5"), (["1/2", "1/2"], "3/5")) == F(3, 5)
    assert upper(LISTED, 0, 2) == F(3, 5)


def test_a_tangent_by_hand():
    """The line 9p/8 touches p^2 (3 - 2p) at 0 and 3/4 and lies above it everywhere."""
    assert lower(TANGENT, ([1, 0], "3/5"), (["1/4", "3/4"], "2/5")) == F(27, 80)
    assert upper(TANGENT, 0, "9/8", points=[["1/4", "3/4"]]) == F(27, 80)


@pytest.mark.parametrize(
    ("splitting", "complaint"),
    [
        ([([1, 0], "2/5"), (["1/2", "1/2"], "1/2")], "mean belief in state 0 is 13/20, the prior is 7/10"),
        ([([1, 0], "7/5"), ([0, 1], "-2/5")], r"splitting\[1\]\.weight = -2/5 < 0"),
        ([(["7/10", "3/10"], 1)], "is not listed"),
    ],
)
def test_splittings_are_refused(splitting, complaint):
    with pytest.raises(Violation, match=complaint):
        lower(LISTED, *splitting)


def test_prices_below_the_payoff_are_refused():
    with pytest.raises(Violation, match=re.escape("prices . beliefs[1] = 3/4 < 1 = values[1]")):
        upper(LISTED, 0, "3/2")
    with pytest.raises(Violation):
        upper(TANGENT, 0, 1)
    with pytest.raises((Violation, Undecided)):
        upper(TANGENT, "-1/1000000000", "9/8")


def test_points_may_not_help_a_false_claim():
    with pytest.raises((Violation, Undecided)):
        upper(TANGENT, 0, "1124999999/1000000000", points=[["1/4", "3/4"]])


def test_a_jump_counts_as_it_is_written():
    closed = {**TANGENT, "value": "p >= 1/2"}
    half_open = {**TANGENT, "value": "p > 1/2"}
    assert lower(closed, ([1, 0], "2/5"), (["1/2", "1/2"], "3/5")) == F(3, 5)
    assert lower(half_open, ([1, 0], "2/5"), (["1/2", "1/2"], "3/5")) == 0
    assert upper(closed, 0, 2) == F(3, 5)
    with pytest.raises((Violation, Undecided)):
        upper(closed, 0, "19999/10000")


def test_a_prior_outside_the_listed_beliefs_is_infeasible():
    outside = dual.parse({**LISTED, "beliefs": [["1/2", "1/2"], [0, 1]], "values": [0, 1]})
    concavification.infeasible(outside, concavification.Separation([-1, 1]))
    with pytest.raises(Violation):
        concavification.infeasible(outside, concavification.Separation([1, -1]))
    with pytest.raises(Violation):
        concavification.infeasible(dual.parse(LISTED), concavification.Separation([-1, 1]))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"beliefs": None}, "beliefs: the field is missing"),
        ({"values": [0, 1]}, "values: the list has 2 entries where 3 are needed"),
        ({"beliefs": [[1, 0], [0, 1], [1, 1]]}, r"beliefs\[2\]: the entries sum to 2"),
        ({"value": "p"}, '"value" is for all beliefs'),
        ({"beliefs": None, "values": None, "value": "x"}, "value: .*unknown name 'x'"),
        ({"beliefs": None, "values": None, "value": "1/p"}, "division by zero"),
        ({"beliefs": None, "values": None, "value": "log(p)"}, "value"),
        ({"beliefs": None, "values": None, "value": ""}, "value"),
    ],
)
def test_bad_instances_are_refused(change, complaint):
    with pytest.raises(InputError, match=complaint):
        dual.parse({key: value for key, value in {**LISTED, **change}.items() if value is not None})


def test_expressions_are_read_for_two_to_eight_states():
    with pytest.raises(InputError, match="2 to 8 states, not 9"):
        dual.parse({"kind": "concavification", "prior": ["1/9"] * 9, "value": "q0"})


def test_a_belief_listed_twice_has_the_larger_value():
    twice = {**LISTED, "beliefs": [*LISTED["beliefs"], [1, 0]], "values": [0, 1, 1, "1/2"]}
    assert lower(twice, ([1, 0], "7/10"), ([0, 1], "3/10")) == F(7, 20) + F(3, 10)
    with pytest.raises(Violation, match=re.escape("beliefs[3] = 0 < 1/2")):
        upper(twice, 0, 2)


def test_an_instance_reads_back_as_it_is():
    for instance in (LISTED, {**TANGENT, "states": ["bad", "good"], "name": "tangent"}):
        statement = dual.parse(instance)
        assert dual.parse(statement.document()) == statement


def test_an_irrational_payoff_is_rounded_down():
    """e lies between 2.718281828459045 and 2.718281828459046."""
    found = lower({**TANGENT, "value": "exp(2*p)"}, (["1/2", "1/2"], "3/5"), ([1, 0], "2/5"))
    assert F("2.718281828459045") * F(3, 5) + F(2, 5) < found < F("2.718281828459046") * F(3, 5) + F(2, 5)


def test_p_is_the_second_state():
    for value in ("p", "q1", "1 - q0"):
        assert lower({**TANGENT, "value": value}, (["7/10", "3/10"], 1)) == F(3, 10)


@pytest.mark.parametrize("witness", [{"prices": [0, 2], "points": [[0, 1]]}, {"prices": [0]}, {"prices": 3}, {}, None])
def test_malformed_prices_of_a_list_are_refused(witness):
    with pytest.raises(InputError):
        concavification.read_dual(witness, dual.parse(LISTED), "dual")


@pytest.mark.parametrize("point", [["1/2", "1/3"], [2, -1], ["1/3", "1/3", "1/3"], "p"])
def test_points_are_beliefs(point):
    with pytest.raises(InputError, match=r"dual\.points\[0\]"):
        upper(TANGENT, 0, "9/8", points=[point])


def test_no_expression_is_infeasible():
    with pytest.raises(Violation, match="every belief is allowed"):
        concavification.infeasible(dual.parse(TANGENT), concavification.Separation([-1, 1]))


LIST_SOLUTION = {
    "problem": LISTED,
    "value": 0.6,
    "lower": "3/5",
    "upper": "3/5",
    "grade": "exact",
    "primal": {"splitting": [{"belief": ["1", "0"], "weight": "2/5"}, {"belief": ["1/2", "1/2"], "weight": "3/5"}]},
    "dual": {"prices": ["0", "2"]},
}
TANGENT_SOLUTION = {
    "problem": TANGENT,
    "value": 0.3375,
    "lower": "27/80",
    "upper": "27/80",
    "grade": "exact",
    "primal": {"splitting": [{"belief": ["1", "0"], "weight": "3/5"}, {"belief": ["1/4", "3/4"], "weight": "2/5"}]},
    "dual": {"prices": ["0", "9/8"]},
}
OUTSIDE_SOLUTION = {
    "problem": {**LISTED, "prior": ["9/10", "1/10"], "beliefs": [["4/5", "1/5"], [0, 1]], "values": [0, 1]},
    "grade": "infeasible",
    "dual": {"separating": ["-2", "9"]},
}


@pytest.mark.parametrize("solution", [LIST_SOLUTION, TANGENT_SOLUTION])
def test_every_changed_digit_of_an_exact_witness_is_refused(solution):
    document = {"format": "suasion-solution/1", **solution}
    assert dual.verify(document).accepted
    for side in ("primal", "dual"):
        text = json.dumps(document[side])
        for place in re.finditer(r"\d", text):
            for digit in set("0123456789") - {place[0]}:
                changed = json.loads(text[: place.start()] + digit + text[place.end() :])
                assert not dual.verify({**document, side: changed}).accepted, changed


def test_a_changed_digit_of_a_separation_is_refused_where_it_matters():
    """-2 and 9 separate 9/10, 1/10 from 4/5, 1/5 and 0, 1; so do -a and b with 4a <= b < 9a, and no others."""
    document = {"format": "suasion-solution/1", **OUTSIDE_SOLUTION}
    assert dual.verify(document) == dual.Verdict(None, None, "infeasible")
    for a in range(10):
        for b in range(10):
            verdict = dual.verify({**document, "dual": {"separating": [str(-a), str(b)]}})
            assert verdict.accepted == (4 * a <= b < 9 * a)


SPIKES = [
    # Each is positive somewhere though an enclosure of the whole segment or triangle once said that it is not.
    ("(p > 1/2)*(7100*(2*p - 1)**8 - 7000 - sin(22*p - 139/10)**10)", 2),
    ("(16/5 - 60*p) - 1/(max(p, 2*p - 1/2) + 33/100)", 2),
    ("(16/5 - 60*q1 - 60*q2) - 1/(max(q1 + q2, 2*q1 + 2*q2 - 1/2) + 33/100)", 3),
    ("(q1 > 1/2)*(7100*(2*q1 - 1)**8 - 7000 - sin(22*q1 - 139/10)**10)", 3),
]


@pytest.mark.parametrize(("value", "states"), SPIKES)
def test_prices_below_a_spike_are_refused(value, states):
    instance = {"kind": "concavification", "prior": [f"1/{states}"] * states, "value": value}
    middle = [["1/2", "1/2", *[0] * (states - 2)]]
    for points in ([], middle):
        with pytest.raises((Violation, Undecided)):
            upper(instance, *[0] * states, points=points)
