"""The checker's front: what it says beside the kinds' own checks."""

import json
from dataclasses import replace
from fractions import Fraction as F

import pytest

import dual
from dual import checker, command, kinds
from dual.errors import InputError, Undecided, Violation
from dual.numbers.decimals import spelled
from dual.statement import Statement
from dual.verdict import Kind
from dual.words import brief


def giving(lower=F(0), upper=F(1), infeasible=None, derives=None):
    """A kind whose checks end in given bounds, whatever the witnesses say."""
    return Kind("toy", lambda raw: raw, lambda *_: lower, lambda *_: upper, infeasible, derives)


def test_a_lower_bound_above_the_upper_one_proves_nothing():
    verdict = checker.proven(giving(F(3), F(2)), Statement(), {}, {})
    assert (verdict.lower, verdict.upper, verdict.grade) == (None, None, "unproven")
    assert verdict.violation.startswith("contradiction: the witnesses seem to prove value >= 3 and value <= 2")
    assert str(verdict).startswith("refused: contradiction")
    assert command.report(verdict, as_json=False) == 1


def test_a_contradiction_in_a_file_is_refused_whatever_it_claims():
    """As if the check of the upper bound were wrong."""
    kind = dual.KINDS["transport"]
    document = {
        "format": "suasion-solution/1",
        "problem": {"kind": "transport", "source": [1], "target": [1], "gain": [[1]]},
        "primal": {"plan": [[0, 0, 1]]},
        "dual": {"potentials": {"source": [0], "target": [0]}},
    }
    wrong = {"transport": replace(kind, upper=lambda *_: F(0))}
    for claims in (
        {"value": 1, "lower": 1, "upper": 0, "grade": "bounded"},
        {"value": 1, "lower": 1, "upper": 1, "grade": "exact"},
        {"grade": "unproven"},
    ):
        verdict = checker.verify({**document, **claims}, faster=wrong)
        assert not verdict.accepted
        assert "contradiction" in verdict.violation


@pytest.mark.parametrize(
    ("bound", "up", "low", "high"),
    [
        (F(1, 7**120_000), True, F(1, 7**120_000), F(1, 10**1000)),
        (F(1, 7**120_000), False, F(0), F(1, 7**120_000)),
        (-F(2**340_000 + 1, 2**340_000), True, -F(2**340_000 + 1, 2**340_000), -1),
        (-F(2**340_000 + 1, 2**340_000), False, -1 - F(1, 10**999), -F(2**340_000 + 1, 2**340_000)),
    ],
)
def test_a_bound_too_long_to_be_written_is_rounded_outward(bound, up, low, high):
    kind = giving(upper=bound) if up else giving(lower=bound)
    verdict = checker.proven(kind, Statement(), None if up else {}, {} if up else None)
    found = verdict.upper if up else verdict.lower
    assert low <= found <= high
    assert command.report(verdict, as_json=True) == 1
    assert str(found)


LONG = F(3, 5) - F(2, 5**6000)  # 4,194 digits


@pytest.mark.parametrize(
    ("claimed", "refusal"),
    [
        ({}, None),
        ({"lower": spelled(LONG + F(1, 5**6000))}, "lower = 0.6 is not proven; the primal witness proves 0.6"),
        ({"upper": spelled(LONG - F(1, 5**6000))}, "upper = 0.6 is not proven; the dual witness proves 0.6"),
        ({"lower": spelled(LONG - F(1, 5**6000))}, 'grade "exact" is claimed, but the claimed bounds are bounded'),
        ({"grade": "bounded"}, 'grade "bounded" is claimed, but the claimed bounds are exact'),
        ({"lower": "0x3/0x0"}, "lower: '0x3/0x0' is not a number; write it as 3, 0.3, 3e-1 or \"3/10\""),
        ({"lower": "0x" + "1" * 200_000 + "/0x1"}, "lower: the number has more than 4000 digits"),
    ],
)
def test_a_long_bound_that_both_sides_prove_is_exact(claimed, refusal):
    transport = {"kind": "transport", "source": [1], "target": [1], "gain": [[1]]}
    document = {
        "format": "suasion-solution/1",
        "problem": transport,
        "primal": {"plan": [[0, 0, 1]]},
        "dual": {"potentials": {"source": [1], "target": [0]}},
        "value": 0.6,
        "lower": spelled(LONG),
        "upper": spelled(LONG),
        "grade": "exact",
    }
    proving = replace(dual.KINDS["transport"], lower=lambda *_: LONG, upper=lambda *_: LONG)
    verdict = checker.verify(document | claimed, faster={"transport": proving})
    assert verdict.violation == refusal
    assert (verdict.lower, verdict.upper, verdict.grade) == (LONG, LONG, "exact")
    assert command.report(verdict, as_json=True) == (refusal is not None)


def test_a_bound_beyond_all_that_can_be_written_is_refused(capsys):
    verdict = checker.proven(giving(lower=F(10**9000)), Statement(), {}, None)
    assert verdict.violation == "the bound 1e+9000 has more than 4000 digits"
    for as_json in (False, True):
        assert command.report(verdict, as_json) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[1])["lower"] is None


@pytest.mark.parametrize("value", [F(10) ** 400, -F(7, 3) * 10**5000, F(10**5000, 3), F(10**9001 - 1, 7)])
def test_long_numbers_are_shown_briefly_and_nearly_right(value):
    shown = brief(value)
    assert len(shown) < 20
    mantissa, exponent = shown.split("e+")
    assert abs(F(mantissa) * 10 ** int(exponent) / value - 1) < F(1, 100)


def test_what_the_checker_finds_itself_is_labelled():
    asked = giving(derives=lambda dual: dual == {"kind": "enumeration"})
    verdict = checker.proven(asked, Statement(), {}, {"kind": "enumeration"})
    assert verdict.derived
    assert str(verdict) == "proven (derived): 0 <= value <= 1"
    assert str(replace(verdict, accelerated=True)) == "proven (accelerated, derived): 0 <= value <= 1"
    assert not checker.proven(asked, Statement(), {}, {"kind": "lp"}).derived
    assert not checker.proven(asked, Statement(), {}, None).derived
    assert not checker.proven(
        replace(asked, upper=refusing(Violation("no"))), Statement(), {}, {"kind": "enumeration"}
    ).derived


def refusing(error):
    def check(*_):
        raise error

    return check


@pytest.mark.parametrize("error", [Violation("x < y"), Undecided("too hard"), dual.InputError("a list", "dual")])
def test_a_refusal_is_passed_on(error):
    kind = replace(giving(), lower=refusing(error))
    verdict = checker.proven(kind, Statement(), {}, {})
    assert (verdict.lower, verdict.upper, verdict.grade, verdict.violation) == (None, 1, "unproven", str(error))


@pytest.mark.parametrize(
    ("check", "primal", "refusal"),
    [
        (None, None, "a problem of kind toy is never infeasible"),
        (refusing(Violation("not so")), None, "not so"),
        (lambda *_: None, {}, "a primal witness stands beside the claim that nothing is feasible"),
        (lambda *_: None, None, None),
    ],
)
def test_that_nothing_is_feasible_takes_a_proof(check, primal, refusal):
    verdict = checker.proven(giving(infeasible=check), Statement(), primal, {}, infeasible=True)
    assert (verdict.grade, verdict.violation) == ("unproven" if refusal else "infeasible", refusal)


HONEST = {
    "format": "suasion-solution/1",
    "problem": {"kind": "transport", "source": [1], "target": [1], "gain": [["1/3"]]},
    "value": 1 / 3,
    "lower": "1/3",
    "upper": "1/2",
    "grade": "bounded",
    "primal": {"plan": [[0, 0, 1]]},
    "dual": {"potentials": {"source": ["1/2"], "target": [0]}},
}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"lower": "0.34", "value": 0.34}, "lower = 17/50 is not proven; the primal witness proves 1/3"),
        ({"upper": "0.4"}, "upper = 2/5 is not proven; the dual witness proves 1/2"),
        ({"lower": "0.3", "value": 0.3}, None),
        ({"upper": "7"}, None),
        ({"grade": "exact"}, 'grade "exact" is claimed, but the claimed bounds are bounded'),
        ({"grade": "unproven"}, 'grade "unproven" is claimed, but the claimed bounds are bounded'),
        ({"upper": None}, 'grade "bounded" is claimed, but the claimed bounds are unproven'),
        ({"upper": None, "grade": "unproven"}, None),
        ({"lower": None, "value": None, "grade": "unproven"}, None),
        ({"lower": None, "grade": "unproven"}, "a value is claimed without a lower bound"),
        ({"value": None}, "the value is missing beside a lower bound"),
        ({"value": 0.3333333333333333}, None),
        ({"value": 0.33333333333333337}, "is not the double nearest to lower"),
        ({"value": "x"}, "value: 'x' is not a number"),
        ({"lower": "x"}, "lower: 'x' is not a number"),
        ({"primal": None}, "lower = 1/3 is not proven; the primal witness proves none"),
        ({"dual": None}, "upper = 1/2 is not proven; the dual witness proves none"),
        ({"grade": 5}, 'grade "5" is claimed'),
        ({"grade": [[]]}, 'grade "[[]]" is claimed'),
        ({"grade": "infeasible"}, "a primal witness stands beside the claim that nothing is feasible"),
        ({"grade": "exact\x1b[2J\x00"}, 'grade "exact\\x1b[2J\\x00" is claimed'),
    ],
)
def test_claims_are_held_against_what_is_proven(change, refusal):
    verdict = dual.verify({**HONEST, **change})
    assert (verdict.violation is None) is (refusal is None)
    assert refusal is None or refusal in verdict.violation
    assert (verdict.lower, verdict.upper) == (
        None if verdict.grade == "infeasible" or "primal" in change or change.get("grade") == "infeasible" else F(1, 3),
        None if "dual" in change or change.get("grade") == "infeasible" else F(1, 2),
    )


def test_another_instance_is_another_question():
    assert dual.verify(HONEST, HONEST["problem"]).accepted
    assert dual.verify(HONEST, {**HONEST["problem"], "name": "of another name"}).accepted
    assert not dual.verify(HONEST, {**HONEST["problem"], "gain": [["1/2"]]}).accepted
    assert not dual.verify(HONEST, {"kind": "transport", "source": [1], "target": [1], "cost": [["-1/3"]]}).accepted


def test_another_kind_than_the_one_that_is_named_is_not_read(monkeypatch):
    """The table that finds a kind's module is not trusted: statements know their own name."""
    monkeypatch.setitem(kinds._MODULES, "persuasion", "costly.kind")
    with pytest.raises(InputError, match='this is read as "costly-persuasion"'):
        dual.parse({"kind": "persuasion", "prior": [1], "sender": [[1]], "receiver": [[1]]})
