"""What lies at the edge: priors that are sure, no weight, equal types, information that helps nobody, empty menus."""

from fractions import Fraction as F

import pytest

import dual
from persuasion import ExperimentMenu

THREE = [{"prior": ["3/5", "1/5", "1/5"]}, {"prior": ["1/10", "9/20", "9/20"]}]


def weighted(types, *weights):
    return [{**one, "weight": w} for one, w in zip(types, weights, strict=True)]


def test_three_states_with_a_sure_type_an_equal_one_and_one_of_no_weight():
    """83/200 without them; half of it with as many who are sure, who pay nothing and take nothing away."""
    assert ExperimentMenu(THREE).solve().lower == F(83, 200)
    ghost = ExperimentMenu(weighted([*THREE, {"prior": ["1/3"] * 3}], "1/2", "1/2", 0)).solve()
    twice = ExperimentMenu(weighted([*THREE, THREE[0]], "1/4", "1/2", "1/4")).solve()
    sure = ExperimentMenu(weighted([*THREE, {"prior": [0, 1, 0]}], "1/4", "1/4", "1/2")).solve()
    assert ghost.lower == ghost.upper == twice.lower == twice.upper == F(83, 200)
    assert sure.lower == sure.upper == F(83, 400)
    assert sure.primal.choice[2] is None


def test_priors_on_a_side_of_the_triangle():
    """State 2 is ruled out by both: two states with beliefs 1/5 and 7/10 are left, whose value is 23/100."""
    flat = ExperimentMenu([{"prior": ["1/5", "4/5", 0]}, {"prior": ["7/10", "3/10", 0]}]).solve()
    assert flat.lower == flat.upper == F(23, 100)


def test_all_are_sure_or_no_action_depends_on_the_state():
    for types, payoff in (
        ([{"prior": [1, 0, 0]}, {"prior": [0, 0, 1]}], None),
        (THREE, [[1, 1, 1], [0, 0, 0]]),
        (THREE, [[5, 7, 9]]),
    ):
        solution = ExperimentMenu(types, payoff).solve()
        assert (solution.lower, solution.upper, solution.menu) == (0, 0, ())
        assert solution.verify().accepted


def test_a_worthless_experiment_is_bought_at_no_price():
    """Noise for a price sells to nobody; for nothing it earns nothing. The rest of the menu earns what it did."""
    problem = ExperimentMenu([{"prior": ["1/5", "4/5"]}, {"prior": ["7/10", "3/10"]}])
    best = problem.solve()
    menu = [{"experiment": offer.experiment, "price": offer.price} for offer in best.menu]
    for price in (0, "1/100", 5):
        noise = {"experiment": [["1/2", "1/2"], ["1/2", "1/2"]], "price": price}
        audit = problem.audit([*menu, noise])
        assert audit.earned == best.lower == F(23, 100)


@pytest.mark.parametrize(
    ("fields", "primal"),
    [
        ({"types": THREE}, {"menu": [], "choice": [None, None]}),
        ({"law": {"support": ["1/5", "7/10"], "prior": ["1/2", "1/2"]}}, {"menu": []}),
        ({"law": {"uniform": [0, 1]}}, {"menu": []}),
    ],
)
def test_an_empty_menu_is_true_and_earns_nothing(fields, primal):
    document = ExperimentMenu(**fields).solve().document()
    document.update(primal={**document["primal"], **primal}, lower="0", value=0.0, grade="bounded")
    verdict = dual.verify(document)
    assert verdict.violation is None
    assert (verdict.accepted, verdict.lower) == (True, 0)


def test_rivals_who_know_the_state_or_a_value_of_no_weight():
    known = {"alpha": "1/2", "theta": 1, "law": {"support": [1, 2], "prior": ["1/2", "1/2"]}}
    for obedience in ("interim", "ex-post"):
        solution = ExperimentMenu(externality={**known, "obedience": obedience}).solve()
        assert solution.lower == solution.upper == 0
    plain = {"alpha": "1/2", "theta": "1/2", "law": {"support": [1, 2], "prior": ["1/2", "1/2"]}}
    ghost = {**plain, "law": {"support": [1, 2, 9], "prior": ["1/2", "1/2", 0]}}
    assert ExperimentMenu(externality=plain).solve().lower == F(3, 2)
    assert ExperimentMenu(externality=ghost).solve().lower == F(3, 2)


def test_no_types_and_no_weight_are_refused():
    for types, message in (([], "types: the list is empty"), (weighted(THREE, 0, 0), "the weights sum to 0")):
        with pytest.raises(dual.InputError, match=message):
            ExperimentMenu(types)
    with pytest.raises(dual.InputError, match="prior"):
        ExperimentMenu([{"prior": [0, 0]}])
