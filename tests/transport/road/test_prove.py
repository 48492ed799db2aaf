"""From a guess to a theorem: closed forms that hold for every prior, and guesses that fail, with a point where."""

import copy
import json
from fractions import Fraction as F

import pytest

import dual
import suasion
from dual.functions.expression import Expression
from persuasion import Persuasion, TwoReceiverPersuasion
from suasion import catalog
from suasion.command import main


def covariance(start, end):
    guess = copy.deepcopy(catalog.theorem("arieli-et-al-2023-negative-covariance-formula"))
    guess["problem"]["parameter"].update({"from": start, "to": end})
    return guess


@pytest.mark.parametrize("slug", catalog.theorems())
def test_every_theorem_of_the_catalog_is_proven(slug):
    guess = catalog.theorem(slug)
    assert guess["problem"]["name"]
    assert guess["problem"]["source"]
    found = suasion.prove(slug)
    assert found.proven, str(found)
    verdict = dual.verify(json.loads(json.dumps(found.solution.document())))
    assert verdict.accepted
    if "primal" in guess or "pieces" in guess:
        assert verdict.grade == "exact"
        # The problem alone, solved at values of the parameter.
        for k in (4,):
            parameter = found.solution.family.parameter
            t = parameter.start + (parameter.end - parameter.start) * F(k, 9)
            alone = found.solution.family.at(t).solve()
            assert alone.lower <= found.solution.upper(t)
            assert found.solution.lower(t) <= alone.upper


def test_a_formula_beyond_its_region_is_refused_with_a_prior_where_it_fails():
    found = suasion.prove(covariance("1/3", "3/4"))
    assert found.status == "refuted"
    assert F(2, 3) < found.point["p"] <= F(3, 4)
    found = suasion.prove(covariance("1/4", "2/3"))
    assert found.status == "refuted"
    assert F(1, 4) <= found.point["p"] < F(1, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"V": ["p**2/9", "(1 - p)**2/8"]},
        {"alpha1": "(x - p)/3"},
        {"alpha1": "(x - p)/2 + p*x/50"},
        {"V": ["p**2/8", "(1 - p)**2/8 - p/1000"]},
    ],
)
def test_a_wrong_dual_is_refuted_at_a_point_where_it_is_wrong(change):
    guess = covariance("1/3", "2/3")
    guess["dual"] = {**guess["dual"], **change}
    found = suasion.prove(guess)
    assert found.status == "refuted"
    at = found.point
    x, y, p = at["x"], at["y"], at["p"]
    V = [Expression.parse(str(one), ["p"]).at([p]) for one in guess["dual"]["V"]]
    alpha = [
        Expression.parse(guess["dual"][name], [letter, "p"]).at([at[letter], p])
        for name, letter in (("alpha1", "x"), ("alpha2", "y"))
    ]
    utility = -(x - p) * (y - p)
    slacks = [V[0] + x * alpha[0] + y * alpha[1] - utility, V[1] - (1 - x) * alpha[0] - (1 - y) * alpha[1] - utility]
    assert min(slacks) < 0


def test_a_wrong_policy_or_value_is_refuted():
    guess = covariance("1/3", "2/3")
    guess["primal"]["plan"]["l"][0][2] = "(2 - 3*p)*(1 - p)/2 + 1/100"
    found = suasion.prove(guess)
    assert found.status == "refuted"
    assert "probability" in found.reason
    found = suasion.prove({**covariance("1/3", "2/3"), "value": "p*(1 - p)/7"})
    assert found.status == "refuted"
    assert "the value is" in found.reason


def test_a_policy_that_is_not_the_best_is_only_a_bound():
    guess = covariance("1/3", "2/3")
    guess["primal"] = {"plan": {"l": [["p", "p", "1 - p"]], "h": [["p", "p", "p"]]}}
    found = suasion.prove({name: part for name, part in guess.items() if name != "value"})
    assert found.status == "bounded"
    assert not found
    assert found.solution.grade == "bounded"
    assert dual.verify(found.solution).accepted


def test_the_trap_of_a_closed_form_that_holds_for_small_priors_only():
    """1 + r - sqrt(1 + r^2), r = p/c, for the chance that posteriors are c apart: .279241 at p = .2, c = .6."""
    grid = [F(k, 20) for k in range(21)]
    apart = TwoReceiverPersuasion("1/5", "abs(x - y) >= 3/5", grid={"x": grid, "y": grid})
    found = apart.family("prior", "1/5", "1/4", parameter="p").prove(value="1 + p/(3/5) - sqrt(1 + (p/(3/5))**2)")
    assert found.status == "refuted"
    assert "a policy is worth" in found.reason
    p = found.point["p"]
    better = apart.replace(prior=p).solve().lower
    assert float(better) > 1 + float(p) / 0.6 - (1 + (float(p) / 0.6) ** 2) ** 0.5 + 1e-9


def test_guesses_of_linear_kinds_and_what_is_missing():
    court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
    family = court.family("prior", 0, "1/2")
    half = family.prove(value="2*t", dual={"prices": [0, 2], "multipliers": [[0, 0], [1, 0]]})
    assert half.status == "bounded"
    assert "policy" in half.reason
    assert family.prove(value="3*t").status == "refuted"
    stretched = court.family("prior", 0, 1).prove(dual={"prices": [0, 1], "multipliers": [[0, 0], [1, 0]]})
    assert stretched.status == "refuted"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"problem": {"kind": "persuasion"}}, "prior: the field is missing"),
        ({"gess": 1}, "gess: unknown field"),
        ({"value": None, "dual": None, "primal": None}, "needed"),
        ({"value": "p +"}, "value"),
        ({"pieces": []}, "pieces"),
    ],
)
def test_wrong_guesses_are_named_in_one_line(change, message):
    guess = {**covariance("1/3", "2/3"), **change}
    with pytest.raises(suasion.InputError, match=message) as error:
        suasion.prove(guess)
    assert "\n" not in str(error.value)


def test_the_command(tmp_path, capsys):
    assert main(["prove", "arieli-et-al-2023-product-formula", "-o", str(tmp_path / "s.json")]) == 0
    assert "proven" in capsys.readouterr().out
    assert main(["verify", str(tmp_path / "s.json")]) == 0
    (tmp_path / "g.json").write_text(json.dumps(covariance("0", "1")))
    capsys.readouterr()
    assert main(["prove", str(tmp_path / "g.json")]) == 1
    assert "refuted: at p = " in capsys.readouterr().out
    assert main(["prove", str(tmp_path / "g.json"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "refuted"
    assert main(["prove", str(tmp_path / "missing.json")]) == 2
