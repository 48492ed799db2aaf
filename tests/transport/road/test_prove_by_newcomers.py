"""Guesses as people make them first: what they are told, and that it is so."""

from fractions import Fraction as F

import pytest

import suasion
from persuasion import Persuasion, TwoReceiverPersuasion

PRICES = {"prices": ["0", "2"], "multipliers": [["0", "0"], ["1", "0"]]}
POLICY = {"signals": [{"action": 0, "joint": ["1 - 2*t", "0"]}, {"action": 1, "joint": ["t", "t"]}]}


def court(end="1/2"):
    """Worth 2t up to 1/2, by the policy and the prices above; then 1."""
    problem = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
    return problem.family("prior", 0, end)


@pytest.mark.parametrize(
    ("end", "value", "why"),
    [
        (1, "min(2*t, 1)", "min is none"),
        (1, "(t < 1/2)*2*t + (t >= 1/2)", "< is none"),
        ("1/2", "2*t*(t - 1/7)/(t - 1/7)", "the denominator -1 + 7*t vanishes"),
    ],
)
def test_a_value_with_a_kink_or_a_hole_asks_for_pieces(end, value, why):
    found = court(end).prove(value=value)
    assert found.status == "bounded"
    assert why in found.reason
    assert "guess it by cases, in pieces" in found.reason


def test_a_value_by_cases_that_no_solve_contradicts():
    found = court(1).prove(pieces=[{"from": 0, "to": "1/2", "value": "2*t"}, {"from": "1/2", "to": 1, "value": 1}])
    assert found.status == "bounded"
    assert found.reason == "a policy that attains 2*t is missing; no solve contradicts the value"


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ([(0, "2/5", []), ("1/2", 1, [])], r"pieces\[1\] begins at 1/2, but pieces\[0\] ends at 2/5"),
        ([(0, "1/2", ["to"]), ("1/2", 1, ["from"])], r"neither pieces\[0\] nor pieces\[1\] has the end 1/2"),
        ([(0, 1, ["from"])], "an end of the interval belongs to no piece"),
    ],
)
def test_pieces_that_leave_something_out_are_no_guess(ends, message):
    pieces = [{"from": start, "to": end, "open": missing, "value": "2*t"} for start, end, missing in ends]
    with pytest.raises(suasion.InputError, match=f"guess.pieces: {message}"):
        court(1).prove(pieces=pieces)


def test_multipliers_with_a_pole_and_a_piece_that_is_the_end():
    """The multiplier 1/t of the innocent who are acquitted does no harm, but at 0 there is none."""
    poled = {"prices": ["0", "2"], "multipliers": [["0", "0"], ["1", "1/t"]]}
    found = court().prove(value="2*t", primal=POLICY, dual=poled)
    assert (found.status, found.point) == ("refuted", {"t": 0})
    assert "divides by zero" in found.reason
    end = {"from": 0, "to": 0, "value": 0, "primal": {"signals": [{"action": 0, "joint": [1, 0]}]}, "dual": PRICES}
    rest = {"from": 0, "to": "1/2", "open": ["from"], "value": "2*t", "primal": POLICY, "dual": poled}
    found = court().prove(pieces=[end, rest])
    assert str(found) == "proven:\n2*t    if 0 <= t <= 1/2"
    assert found.solution.value(0) == 0


def test_bounds_that_do_not_meet_are_told_as_bounds():
    idle = {"signals": [{"action": 0, "joint": ["1 - t", "0"]}, {"action": 1, "joint": ["0", "t"]}]}
    found = court().prove(value="2*t", primal=idle, dual=PRICES)
    assert found.reason == "a policy that attains 2*t is missing; the one given is for t"
    assert found.solution.formula() == "at least t, at most 2*t    if 0 <= t <= 1/2"
    assert r"\text{at least $t$, at most $2 t$} & \text{if } 0 \le t \le \frac{1}{2}" in found.solution.latex()
    assert court().prove(primal=POLICY).solution.formula() == "at least 2*t    if 0 <= t <= 1/2"


@pytest.mark.parametrize(("utility", "value"), [("abs(x - y)", "2*p - 2*p**2"), ("max(x, y)", "2*p - p**2")])
def test_kinks_that_touch_an_end_only(utility, value):
    """Receiver 1 learns the state, receiver 2 nothing: their distance is p in l and 1 - p in h, the maximum p and 1."""
    family = TwoReceiverPersuasion("1/2", utility, domain="square").family("prior", 0, 1, parameter="p")
    found = family.prove(primal={"plan": {"l": [["0", "p", "1 - p"]], "h": [["1", "p", "p"]]}})
    assert found.solution.formula() == f"at least {value}    if 0 <= p <= 1"


def test_what_fails_nowhere_that_was_tried_is_not_refuted():
    """Posteriors 1/4, 1/2 and 3/4 of receiver 1, beside p: the distance of the second changes its form at p = 1/2."""
    family = TwoReceiverPersuasion("1/2", "abs(x - y)", domain="square").family("prior", "3/8", "5/8", parameter="p")
    low, high = "5/4 - 2*p", "2*p - 3/4"
    shares = {"1/4": ("3/4", "1/4", low), "1/2": ("1/2", "1/2", "1/2 + 0*p"), "3/4": ("1/4", "3/4", high)}
    plan = {
        state: [[x, "p", f"{own[k]}*({own[2]})"] for x, own in shares.items()] for k, state in enumerate(("l", "h"))
    }
    whole = family.prove(primal={"plan": plan})
    assert whole.status == "undecided"
    assert "there may have to be pieces" in whole.reason
    ends = (("3/8", "1/2"), ("1/2", "5/8"))
    parts = family.prove(pieces=[{"from": start, "to": end, "primal": {"plan": plan}} for start, end in ends])
    for p in (F(3, 8), F(7, 16), F(1, 2), F(9, 16)):
        attained = (F(5, 4) - 2 * p) * (p - F(1, 4)) + abs(p - F(1, 2)) / 2 + (2 * p - F(3, 4)) * (F(3, 4) - p)
        assert parts.solution.lower(p) == attained
