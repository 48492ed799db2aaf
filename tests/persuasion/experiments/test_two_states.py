"""A law of beliefs about two states: the one-number bound against the program over types, and against midpoints."""

import hashlib
import json
import random
from fractions import Fraction as F

import numpy as np
import pytest

import dual
import suasion
from dual.numbers.arrays import Array
from persuasion import ExperimentMenu


def random_law(seed):
    rng = random.Random(seed)
    beliefs = rng.sample(range(41), rng.randint(1, 7))
    weights = [rng.randint(1, 9) for _ in beliefs]
    law = {"support": [F(x, 40) for x in beliefs], "prior": [F(w, sum(weights)) for w in weights]}
    stakes = [F(rng.randint(1, 5)), F(rng.randint(1, 5), 2)]
    return law, stakes


def as_types(law, stakes=(1, 1)):
    types = [{"prior": [x, 1 - x], "weight": f} for x, f in zip(law["support"], law["prior"], strict=True)]
    return ExperimentMenu(types, [[stakes[0], 0], [0, stakes[1]]])


@pytest.mark.parametrize("seed", [pytest.param(s, marks=() if s % 10 == 0 else pytest.mark.slow) for s in range(300)])
def test_a_list_of_beliefs_is_a_list_of_types(seed):
    law, stakes = random_law(seed)
    solution = ExperimentMenu(law=law, stakes=stakes).solve()
    assert solution.grade == "exact"
    assert solution.lower == as_types(law, stakes).solve().lower
    assert dual.verify(solution.document()).accepted


@pytest.mark.parametrize("payoff", [[[1, 0], [0, 1]], [[0, 3], [1, -2]], [[5, 1], [2, 2]]])
def test_many_types_are_solved_as_their_law(payoff):
    rng = random.Random(2)
    weights = [rng.randint(0, 5) for _ in range(25)]
    beliefs = [F(x, 60) for x in rng.sample(range(61), 25)]
    types = [{"prior": [x, 1 - x], "weight": F(w, sum(weights))} for x, w in zip(beliefs, weights, strict=True)]
    solution = ExperimentMenu(types, payoff).solve()
    assert (solution.solver["method"], solution.grade) == ("split", "exact")
    own = [{**one, "payoff": payoff} for one in types[:20]]
    rest = sum((one["weight"] for one in own), F(0))
    few = [{**one, "weight": one["weight"] / rest} for one in own]
    # The same types as a program, and with the split of their law as its dual witness.
    program = ExperimentMenu(few).solve()
    assert program.solver["method"] == "rows"
    law = {"support": [one["prior"][0] for one in few], "prior": [one["weight"] for one in few]}
    stakes = [abs(payoff[0][0] - payoff[1][0]), abs(payoff[1][1] - payoff[0][1])]
    split = ExperimentMenu(law=law, stakes=stakes).solve()
    assert split.lower == program.lower
    assert dual.verify({**program.document(), "dual": {"split": split.dual.split}}).accepted


def test_a_split_is_no_proof_where_types_differ_in_more_than_beliefs():
    types = [{"prior": ["1/5", "4/5"], "payoff": [[2, 0], [0, 2]]}, {"prior": ["7/10", "3/10"]}]
    solution = ExperimentMenu(types, [[1, 0], [0, 1]]).solve()
    assert "split: unknown field" in dual.verify({**solution.document(), "dual": {"split": "7/10"}}).violation


@pytest.mark.parametrize("seed", range(5))
def test_swapping_the_states_and_scaling_the_stakes(seed):
    law, stakes = random_law(seed)
    value = ExperimentMenu(law=law, stakes=stakes).solve().lower
    mirrored = {**law, "support": [1 - x for x in law["support"]]}
    assert ExperimentMenu(law=mirrored, stakes=stakes[::-1]).solve().lower == value
    assert ExperimentMenu(law=law, stakes=[s * 10**9 for s in stakes]).solve().lower == value * 10**9


@pytest.mark.parametrize(
    ("support", "prior", "value"),
    [
        ([0, 1], ["1/2", "1/2"], 0),
        (["1/2"], [1], F(1, 2)),
        (["1/5", "2/5"], ["1/2", "1/2"], F(1, 5)),
        (["3/5", "4/5"], ["1/2", "1/2"], F(1, 5)),
        (["0", "1/2", "1"], ["1/4", "1/2", "1/4"], F(1, 4)),
        (["1/5", "7/10", "1/10"], ["1/2", "1/2", 0], F(23, 100)),
    ],
)
def test_atoms_at_the_ends_on_one_side_and_of_no_weight(support, prior, value):
    solution = ExperimentMenu(law={"support": support, "prior": prior}).solve()
    assert solution.lower == solution.upper == value


def test_uniform_beliefs():
    solution = suasion.load("bergemann-bonatti-smolin-2018-uniform-beliefs").solve()
    assert (solution.lower, solution.upper, solution.dual.split) == (F(1, 8), F(1, 8), F(1, 2))
    (offer,) = solution.menu
    assert (offer.name, offer.price, offer.share) == ("full information", F(1, 4), F(1, 2))
    assert offer.buyers == ((F(1, 4), F(3, 4)),)


def test_the_beta_mixture_to_nine_digits():
    solution = suasion.load("ravindranath-et-al-2023-beta-mixture").solve()
    assert F("0.16732339373") <= solution.lower <= solution.upper <= F("0.16732339394")
    assert solution.upper - solution.lower < F(1, 10**9)
    partial, full = solution.menu
    assert [float(x) for x in (partial.experiment[0][0], partial.price, full.price)] == pytest.approx(
        [0.785943, 0.137297, 0.255214], abs=2e-6
    )


@pytest.mark.parametrize(
    "law",
    [
        pytest.param({"density": "exp(-3*x)", "interval": [0, 1]}, marks=pytest.mark.slow),
        {"density": "1 + x", "interval": ["1/10", "2/5"]},
        {"uniform": ["2/5", "9/10"]},
        pytest.param({"density": "abs(x - 1/2)", "interval": [0, 1]}, marks=pytest.mark.slow),
    ],
)
def test_densities_of_other_sorts(law):
    solution = ExperimentMenu(law=law, stakes=[2, 1]).solve()
    assert solution.grade in ("exact", "bounded")
    assert solution.upper - solution.lower < F(1, 10**8)
    assert dual.verify(solution.document()).accepted


def test_midpoints_are_no_bound():
    """A grid of midpoints overstates what uniform beliefs pay; the proven bound of the law is below it."""
    n = 5
    grid = ExperimentMenu(law={"support": [F(2 * k + 1, 2 * n) for k in range(n)], "prior": [F(1, n)] * n}).solve()
    assert grid.lower > F(1, 8)


def test_any_split_and_any_menu_are_bounds():
    for law in ({"uniform": [0, 1]}, {"density": "x**2*(1-x)", "interval": [0, 1]}, random_law(3)[0]):
        problem = ExperimentMenu(law=law)
        best = problem.solve()
        for split in (F(0), F(1, 3), F(2, 3), F(1)):
            for knots in ([], ["1/7", "1/2", "6/7"]):
                document = {**best.document(), "dual": {"split": split, "left": knots, "right": knots}}
                bound = dual.verify({**document, "upper": None, "grade": "unproven"}).upper
                assert bound is not None
                assert bound >= best.lower
        items = [{"diagonal": [1, 1], "price": "1/5"}, {"diagonal": [1, "1/2"], "price": "1/10"}]
        for menu in ([], items[:1], items, items * 2, [{"diagonal": [0, 0], "price": "1/2"}]):
            document = {**best.document(), "primal": {"menu": menu}, "lower": None, "value": None, "grade": "unproven"}
            found = dual.verify({name: value for name, value in document.items() if value is not None})
            assert found.lower <= best.upper


def test_an_item_that_stands_twice_is_sold_once():
    best = ExperimentMenu(law={"uniform": [0, 1]}).solve().document()
    best["primal"]["menu"] *= 2
    assert dual.verify(best).accepted


def test_many_beliefs_in_an_array(tmp_path):
    n = 30_000
    rng = np.random.default_rng(5)
    beliefs, counts = rng.integers(0, 10**6 + 1, n), rng.integers(0, 50, n)
    support = Array((n,), tuple(beliefs.tolist()), 10**6)
    prior = Array((n,), tuple(counts.tolist()), int(counts.sum()))
    solution = ExperimentMenu(law={"support": support, "prior": prior}).solve()
    assert solution.grade == "exact"
    # One price for the state: x sells to all between x and 1 - x; the menu earns at least that.
    prices = np.arange(1, 500) / 1000
    share = [counts[(beliefs >= 1000 * k) & (beliefs <= 10**6 - 1000 * k)].sum() / counts.sum() for k in range(1, 500)]
    assert float(solution.lower) >= (prices * share).max() - 1e-12
    solution.save(tmp_path / "many.json")
    assert suasion.load_solution(tmp_path / "many.json").lower == solution.lower


@pytest.mark.parametrize(
    ("support", "prior", "message"),
    [
        ([np.nan, 0.5], [0.5, 0.5], "law.support.*nan is not a finite number"),
        ([0.25, 0.5], [np.inf, 0.5], "law.prior.*inf is not a finite number"),
        ([[0.25, 0.5]], [0.5, 0.5], "law.support: one number a buyer is needed"),
        ([2, 1], [0.5, 0.5], "law.support: beliefs lie in"),
        ([0.25, 0.5], [0.5, 0.25], "law.prior: weights are nonnegative and sum to one"),
        ([0.25, 0.5], [1.0], "law.prior: there are 2 beliefs, but 1 weights"),
    ],
)
def test_arrays_that_are_no_law(tmp_path, monkeypatch, support, prior, message):
    monkeypatch.chdir(tmp_path)
    np.savez("a.npz", support=np.array(support), prior=np.array(prior))
    digest = hashlib.sha256((tmp_path / "a.npz").read_bytes()).hexdigest()
    law = {name: {"npz": "a.npz", "array": name, "sha256": digest} for name in ("support", "prior")}
    (tmp_path / "i.json").write_text(json.dumps({"kind": "experiment-menu", "law": law}), "utf-8")
    with pytest.raises(dual.InputError, match=message):
        suasion.load("i.json")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"law": {"uniform": [0, 2]}}, "law: beliefs lie in"),
        ({"law": {"support": [2], "prior": [1]}}, "law: beliefs lie in"),
        ({"law": {"uniform": [0, 1]}, "stakes": [1, 0]}, r"stakes\[1\]: a stake is positive"),
        ({"law": {"uniform": [0, 1]}, "stakes": [1]}, "stakes: the list has 1 entries"),
        (
            {"law": {"uniform": [0, 1]}, "payoff": [[1, 0], [0, 1]]},
            'payoff: the field belongs to instances with "types"',
        ),
        ({"law": {"uniform": [0, 1]}, "states": ["a", "b", "c"]}, "states: there are two states here"),
        ({"law": {"density": "x - 1/2", "interval": [0, 1]}}, "law.density: a density has to be nonnegative"),
    ],
)
def test_bad_input(fields, message):
    with pytest.raises(dual.InputError, match=message):
        suasion.load({"kind": "experiment-menu", **fields})


@pytest.mark.parametrize(
    ("witness", "message"),
    [
        ({"dual": {"split": "3/2"}}, "split = 3/2 > 1"),
        ({"dual": {"split": "-1/2"}}, "negative"),
        ({"dual": {"split": "1/2", "left": ["1/2", "1/4"]}}, "the knots increase"),
        ({"dual": {"split": "2/5"}}, "is not proven"),
        ({"primal": {"menu": [{"diagonal": [2, 1], "price": "1/4"}]}}, "2 is not a probability"),
        ({"primal": {"menu": [{"diagonal": [1, 1], "price": "2/5"}]}}, "is not proven"),
    ],
)
def test_a_forged_file_is_refused(witness, message):
    document = ExperimentMenu(law={"uniform": [0, 1]}).solve().document()
    verdict = dual.verify({**document, **witness})
    assert verdict.violation is not None
    assert message in verdict.violation
