"""Two receivers with any posteriors: thresholds exactly, smooth utilities within a proven gap, refusals."""

import json
from fractions import Fraction as F

import pytest

import dual
from dual.errors import InputError
from persuasion import TwoReceiverPersuasion


def square(prior, low, high=None):
    return TwoReceiverPersuasion(prior, {"l": low, "h": high or low}, domain="square")


@pytest.mark.parametrize("prior", [F(1, 7), F(3, 10), F(1, 2)])
@pytest.mark.parametrize(("a", "b"), [(F(3, 5), F(1, 2)), (F(2, 3), F(5, 7))])
def test_threshold_combinations_are_exact(prior, a, b):
    both = square(prior, f"x >= {a} and y >= {b}").solve()
    assert (both.lower, both.grade) == (min(1, prior / max(a, b)), "exact")
    either = square(prior, f"x >= {a} or y >= {b}").solve()
    assert (either.lower, either.grade) == (min(1, prior * (1 / a + 1 / b - 1)), "exact")
    assert both.verify().accepted
    assert either.verify().accepted


def test_exactly_one_acts_is_worth_three_fifths_also_off_every_grid():
    solution = square("3/10", "(x >= 1/2) != (y >= 1/2)").solve()
    assert (solution.lower, solution.upper) == (F(3, 5), F(3, 5))


def test_a_value_that_is_approached_but_not_attained_is_bracketed():
    solution = square("3/10", "x > 1/2").solve()
    assert solution.grade == "bounded"
    assert solution.lower < F(3, 5) == solution.upper
    assert solution.upper - solution.lower < F(1, 10**8)


@pytest.mark.parametrize(
    ("prior", "low", "high", "value"),
    [
        ("2/5", "-(x - 2/5)*(y - 2/5)", None, F(3, 100)),
        ("2/5", "abs(x - y)", None, F(12, 25)),
        ("2/5", "(x - y)**2", None, F(6, 25)),
    ],
)
def test_smooth_utilities_are_bracketed_within_a_hundred_thousandth(prior, low, high, value):
    solution = square(prior, low, high).solve()
    assert solution.lower <= value <= solution.upper
    assert solution.upper - solution.lower <= F(1, 10**5)


@pytest.mark.slow
def test_waves_are_bracketed_within_a_hundred_thousandth():
    solution = square("2/5", "sin(3*x)*cos(4*y)", "cos(5*x*y)").solve()
    assert F("0.582800") <= solution.lower
    assert solution.upper <= F("0.583949")
    assert solution.upper - solution.lower <= F(1, 10**5)


@pytest.mark.slow
def test_the_cubed_distance_lies_in_its_known_bracket():
    solution = square("1/2", "abs(x - y)**3").solve()
    assert solution.lower <= F("0.171238")
    assert solution.upper >= F("0.171199109")


def test_wrong_potentials_are_refused():
    solution = square("3/10", "x >= 3/5 or y >= 1/2").solve()
    document = json.loads(json.dumps(solution.document()))
    for path in (("alpha1", "pieces", -1), ("alpha2", "pieces", -1)):
        broken = json.loads(json.dumps(document))
        piece = broken["dual"][path[0]][path[1]][path[2]]
        piece[0] = str(F(piece[0]) - F(1, 1000))
        assert dual.verify(broken).violation is not None
    lower = json.loads(json.dumps(document))
    lower["dual"]["V"][0] = str(F(lower["dual"]["V"][0]) - F(1, 1000))
    assert ">" in dual.verify(lower).violation


def test_smooth_potentials_that_dip_below_are_refused():
    p = F(1, 2)
    alpha = {"knots": [0, 1], "polynomials": [[-2 * p, 2]]}
    document = square(p, "(x - y)**2").solve().document() | {"lower": None, "value": None, "primal": None}
    for V, fine in (([p * p + F(1, 10**5), (1 - p) ** 2 + F(1, 10**5)], True), ([p * p, F(1, 5)], False)):
        made = document | {"dual": {"V": list(map(str, V)), "alpha1": alpha, "alpha2": alpha}}
        made |= {"upper": str((V[0] + V[1]) / 2), "grade": "unproven"}
        made["dual"] = json.loads(json.dumps(made["dual"], default=str))
        assert (dual.verify(made).violation is None) is fine


def test_plans_on_the_square_must_be_admissible():
    document = json.loads(json.dumps(square("3/10", "x >= 3/5 or y >= 1/2").solve().document()))
    document["primal"]["plan"]["l"][0][0] = "1/77"
    assert "receiver 1" in dual.verify(document).violation


def test_methods_for_grids_say_so():
    with pytest.raises(InputError, match="works on a grid"):
        square("1/2", "x*y").solve("direct")
