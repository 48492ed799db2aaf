"""The checker of kind ``concavification``: lists and expressions, what it accepts and what it has to refuse."""

import re
from fractions import Fraction as F

import pytest

import dual
from dual import concavification
from dual.errors import InputError, Undecided, Violation

LISTED = {
    "kind": "concavification",
    "prior": ["7/10", "3/10"],
    "beliefs": [[1, 0], ["1/2", "1/2"], [0, 1]],
    "values": [0, 1, 1],
}
TANGENT = {"kind": "concavification", "prior": ["7/10", "3/10"], "value": "p**2*(3 - 2*p)"}


def lower(instance, *splitting):
    witness = {"splitting": [{"belief": belief, "weight": weight} for belief, weight in splitting]}
    return concavification.lower(dual.parse(instance), witness)


def upper(instance, *prices, **more):
    return concavification.upper(dual.parse(instance), {"prices": list(prices), **more})


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
    concavification.infeasible(outside, {"separating": [-1, 1]})
    with pytest.raises(Violation):
        concavification.infeasible(outside, {"separating": [1, -1]})
    with pytest.raises(Violation):
        concavification.infeasible(dual.parse(LISTED), {"separating": [-1, 1]})


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


def test_expressions_are_read_for_two_to_four_states():
    with pytest.raises(InputError, match="2 to 4 states, not 5"):
        dual.parse({"kind": "concavification", "prior": ["1/5"] * 5, "value": "q0"})
