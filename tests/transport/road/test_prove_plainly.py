"""Guesses about problems without a parameter: proven, refuted at a point, or short of what was guessed."""

import json
from fractions import Fraction as F

import pytest

import dual
import suasion
from dual.functions.expression import Expression
from persuasion import Concavification, ExperimentMenu, Persuasion, TwoReceiverPersuasion
from suasion.command import main
from transport import AssignmentMarket, LinearProgram

UTILITY = "-(x - 2/5)*(y - 2/5)"
POTENTIALS = {"V": ["1/50", "9/200"], "alpha1": "(x - 2/5)/2", "alpha2": "(y - 2/5)/2"}
POLICY = {
    "plan": {
        "l": [["3/5", 0, "6/25"], ["1/10", "1/2", "9/25"]],
        "h": [["1/10", 1, "1/25"], ["3/5", "1/2", "9/25"]],
    }
}


def covariance():
    """At p = 2/5: V = p^2/8, (1-p)^2/8, alpha half of what a posterior is above the prior, worth p(1-p)/8."""
    return TwoReceiverPersuasion("2/5", UTILITY, domain="square")


def court():
    return Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])


def test_potentials_and_a_policy_on_the_square_are_proven():
    found = covariance().prove(value="3/100", primal=POLICY, dual=POTENTIALS)
    assert found.proven
    assert str(found) == "proven:\nvalue = 3/100"
    assert found.solution.grade == "exact"
    document = json.loads(json.dumps(found.solution.document()))
    assert dual.verify(document, covariance()).accepted
    assert "squares" in document["dual"]


def test_a_wrong_potential_is_refuted_at_posteriors():
    found = covariance().prove(dual={**POTENTIALS, "alpha1": "(x - 2/5)/3"})
    assert found.status == "refuted"
    x, y = found.point["x"], found.point["y"]
    u = Expression.parse(UTILITY, ["x", "y"]).at([x, y])
    a, b = (x - F(2, 5)) / 3, (y - F(2, 5)) / 2
    assert min(F(1, 50) + x * a + y * b - u, F(9, 200) - (1 - x) * a - (1 - y) * b - u) < 0


@pytest.mark.slow
def test_a_utility_near_a_polynomial_is_proven():
    """For xy the potentials x/2, y/2 with V = 0, 1 are right; sin(x)/100 more is at most 1/100 more."""
    near = TwoReceiverPersuasion("1/2", "x*y + sin(x)/100", domain="square")
    assert near.prove(dual={"V": ["1/100", "101/100"], "alpha1": "x/2", "alpha2": "y/2"}).proven


def test_a_utility_near_a_polynomial_is_refuted():
    near = TwoReceiverPersuasion("1/2", "x*y + sin(x)/100", domain="square")
    short = near.prove(dual={"V": ["0", "1"], "alpha1": "x/2", "alpha2": "y/2"})
    assert short.status == "refuted"
    assert set(short.point) == {"x", "y"}


def test_values_alone_are_held_against_a_solve():
    assert covariance().prove(value=F(3, 100), dual=POTENTIALS).proven
    assert court().prove(value="3/5").proven
    assert "a policy is worth 3/5" in court().prove(value="59/100").reason
    assert "no policy is worth more than 3/5" in court().prove(value="61/100").reason
    assert court().prove(value="sqrt(2)/2").status == "refuted"


def test_what_is_true_but_less_than_guessed_is_bounded():
    silent = {"plan": {"l": [["2/5", "2/5", "3/5"]], "h": [["2/5", "2/5", "2/5"]]}}
    found = covariance().prove(primal=silent, dual=POTENTIALS)
    assert (found.status, found.solution.lower, found.solution.upper) == ("bounded", 0, F(3, 100))
    assert "0 <= value <= 3/100" in found.reason
    loose = court().prove(value="3/5", dual={"prices": [1, 1], "multipliers": [[0, 0], [0, 0]]})
    assert loose.proven  # the dual holds, and so does the value, by a solve
    assert court().prove(value="sqrt(9/25)").proven
    near = court().prove(value="3/5 + sqrt(2) - sqrt(2)")
    assert (near.status, near.reason) == ("bounded", "an irrational value can be refuted, but not proven")


def test_finite_kinds_name_the_inequality():
    assert court().prove(value="3/5", dual={"prices": [0, 2], "multipliers": [[0, 0], [1, 0]]}).proven
    wrong = court().prove(dual={"prices": [0, 1], "multipliers": [[0, 0], [1, 0]]})
    assert wrong.status == "refuted"
    assert "prices" in wrong.reason
    listed = Concavification(["1/2", "1/2"], beliefs=[["1/4", "3/4"], ["1/2", "1/2"], ["3/4", "1/4"]], values=[1, 0, 2])
    assert listed.prove(value="3/2", dual={"prices": ["5/2", "1/2"]}).proven
    assert "prices . beliefs[0] = 7/8 < 1" in listed.prove(dual={"prices": ["5/2", "1/3"]}).reason
    market = AssignmentMarket([[5, 3], [4, 1]])
    assert market.prove(value=7, dual={"kind": "lp", "buyers": [1, 0], "sellers": [4, 2]}).proven
    menu = ExperimentMenu([{"prior": ["1/5", "4/5"]}, {"prior": ["7/10", "3/10"]}])
    assert menu.prove(value="23/100").proven
    diet = LinearProgram([3, 2], [{"entries": [[0, 2], [1, 1]], "upper": 4}], goal="max")
    assert diet.prove(value=8, primal={"values": [[1, 4]]}, dual={"multipliers": [[0, 2]]}).proven


def test_a_problem_without_a_value_has_none():
    beyond = Concavification(["9/10", "1/10"], beliefs=[["1/4", "3/4"], ["3/4", "1/4"]], values=[1, 2])
    assert "infeasible" in beyond.prove(value=1).reason
    assert "unbounded" in LinearProgram([1]).prove(value=1).reason


@pytest.mark.parametrize(
    ("guess", "message"),
    [
        ({}, "guess: a policy, a dual or a value is needed"),
        ({"dual": {**POTENTIALS, "alpha1": "1/(x + y)"}}, r"dual.alpha1: .*unknown name 'y'"),
        ({"dual": {**POTENTIALS, "alpha1": "1/(x + 1)"}}, r"dual.alpha1: a polynomial is needed"),
        ({"dual": {**POTENTIALS, "V": ["1/(x + y)", 1]}}, r"dual.V\[0\]: '1/\(x \+ y\)' is not a number"),
        ({"dual": {**POTENTIALS, "gamma": 1}}, r"dual.gamma: unknown field"),
        ({"primal": {"plan": {"l": [["1/(x + y)", 0, 1]], "h": []}}}, r"primal.plan.l\[0\]\[0\]"),
        ({"value": "1/(x + y)"}, r"value: .*unknown name 'x'"),
    ],
)
def test_what_is_no_guess_names_the_field(guess, message):
    with pytest.raises(suasion.InputError, match=message) as error:
        covariance().prove(**guess)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"problem": {"utility": {"l": "1/(x + y + 1)", "h": "x"}}}, "utility.l: a utility of a family is polynomial"),
        ({"primal": {"plan": {"l": [["1/(x + y)", "p", "1 - p"]], "h": []}}}, r"primal.plan.l\[0\]\[0\]"),
        ({"primal": {"plan": 3}}, "primal.plan: an object"),
        ({"dual": 3}, "dual: an object"),
    ],
)
def test_what_is_no_guess_about_a_family_names_the_field(change, message):
    guess = dict(suasion.catalog.theorem("arieli-et-al-2023-negative-covariance-formula"))
    problem = {**guess["problem"], **change.get("problem", {})}
    with pytest.raises(suasion.InputError, match=message) as error:
        suasion.prove({**guess, **change, "problem": problem})
    assert "\n" not in str(error.value)


def test_that_there_is_no_value_is_proven_or_refuted():
    lists = {"beliefs": [["1/4", "3/4"], ["3/4", "1/4"]], "values": [1, 2]}
    beyond, within = (Concavification([p, 1 - p], **lists) for p in (F(9, 10), F(1, 2)))
    # 3 q1 - q0 is 0 at the second belief, above at the first, and negative where q1 is below 1/4.
    assert str(beyond.prove(value="infeasible", dual={"separating": [-1, 3]})) == "proven:\ninfeasible"
    assert beyond.prove(value="infeasible").proven
    assert beyond.prove(value="infeasible", dual={"separating": [1, 3]}).status == "refuted"
    assert "not infeasible: value = 3/2" in within.prove(value="infeasible").reason
    assert LinearProgram([1]).prove(value="unbounded", primal={"values": [], "ray": [[0, 1]]}).proven
    family = within.family("prior", 0, 1)
    first = {"from": 0, "to": "1/4", "open": ["to"], "value": "infeasible", "dual": {"separating": [-1, 3]}}
    rest = {"from": "1/4", "to": "3/4", "value": "5/2 - 2*t", "dual": {"prices": ["5/2", "1/2"]}}
    weights = [
        {"belief": one, "weight": w} for one, w in zip(lists["beliefs"], ("2*t - 1/2", "3/2 - 2*t"), strict=True)
    ]
    rest["primal"] = {"splitting": weights}
    last = {"from": "3/4", "to": 1, "open": ["from"], "value": "infeasible", "dual": {"separating": [3, -1]}}
    found = family.prove(pieces=[first, rest, last])
    assert found.proven
    assert found.solution.formula() == family.solve().formula()
    assert family.prove(pieces=[first, rest, {**last, "dual": {"separating": [-1, 3]}}]).status == "refuted"
    closed = family.prove(pieces=[{**first, "open": [], "to": "1/3"}, {**rest, "from": "1/3"}, last])
    assert closed.status == "refuted"
    with pytest.raises(suasion.InputError, match=r"guess.pieces\[0\].dual: a proof of that is needed"):
        family.prove(pieces=[{**first, "dual": None}, rest, last])


def test_a_value_where_there_is_none_is_refuted_but_an_open_end_is_no_part_of_a_guess():
    """Worth 8/t for t in (0, 1], unbounded at 0."""
    rows = [{"entries": [[0, 2], [1, 1]], "upper": 4}, {"entries": [[0, 1]], "upper": "3/2"}]
    family = LinearProgram([3, 2], rows).family("rows[0].entries[1][1]", 0, 1)
    right = {"from": 0, "to": 1, "open": ["from"], "value": "8/t", "dual": {"multipliers": [[0, "2/t"]]}}
    with pytest.raises(suasion.SuasionError, match="an end of the interval belongs to no piece"):
        family.prove(pieces=[right])
    # Nothing is wrong in the piece itself; with its end it is.
    closed = family.prove(pieces=[{**right, "open": [], "value": "8", "dual": None}])
    assert closed.status == "refuted"
    assert "unbounded" in closed.reason or "more than 8" in closed.reason


def test_a_negative_mass_for_some_values_is_refuted_at_one():
    guess = dict(suasion.catalog.theorem("arieli-et-al-2023-negative-covariance-formula"))
    plan = {"l": [["p", "p", "1 - p"]], "h": [["p", "p", "1/2 - p"], ["p", "p", "2*p - 1/2"]]}
    found = suasion.prove({**guess, "primal": {"plan": plan}})
    assert found.status == "refuted"
    assert found.point["p"] > F(1, 2)


def test_the_command_takes_a_guess_without_a_parameter(tmp_path, capsys):
    guess = {"problem": covariance().document(), "value": "3/100", "primal": POLICY, "dual": POTENTIALS}
    (tmp_path / "guess.json").write_text(json.dumps(guess))
    assert main(["prove", str(tmp_path / "guess.json"), "-o", str(tmp_path / "s.json")]) == 0
    assert capsys.readouterr().out == "proven:\nvalue = 3/100\n"
    assert main(["verify", str(tmp_path / "s.json")]) == 0
    (tmp_path / "guess.json").write_text(json.dumps({**guess, "value": "3/101"}))
    assert main(["prove", str(tmp_path / "guess.json"), "--json"]) == 1
    assert '"status": "refuted"' in capsys.readouterr().out
    (tmp_path / "guess.json").write_text(json.dumps({**guess, "pieces": []}))
    assert main(["prove", str(tmp_path / "guess.json")]) == 2
    assert "guess.pieces" in capsys.readouterr().err
