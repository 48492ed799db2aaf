"""Two receivers on the square by sums of squares: values of theory, random polynomials, proofs nobody bends."""

import copy
import json
import math
import random
from fractions import Fraction as F

import pytest

import dual
import suasion
from persuasion import TwoReceiverPersuasion
from tests.tampering import leaves


def problem(prior, low, high=None):
    return TwoReceiverPersuasion(prior=prior, utility={"l": low, "h": high or low}, domain="square")


@pytest.mark.parametrize("prior", [F(1, 3), F(2, 5), F(1, 2), F(37, 100)])
@pytest.mark.parametrize(
    ("low", "high", "value"),
    [
        ("-(x - {p})*(y - {p})", None, lambda p: p * (1 - p) / 8),
        ("(x - y)**2", None, lambda p: p * (1 - p)),
        ("x*y", None, lambda p: p),
        ("x*y", "(1 - x)*(1 - y)", lambda p: p * (1 - p)),
        ("(1 - x)*y", "x*(1 - y)", lambda p: 2 * p * (1 - p)),
    ],
)
def test_values_of_theory_are_exact(prior, low, high, value):
    solution = problem(prior, low.format(p=prior), high).solve("squares")
    assert solution.grade == "exact"
    assert solution.lower == value(prior)
    assert solution.verify().accepted


def test_the_example_that_subdivision_leaves_open():
    """Between 0.17753526 and 0.17753967 by subdivision."""
    solution = problem("37/100", "x**3*y - 2*x*y**2 + y/2", "x*y - x**4").solve()
    assert solution.solver["method"] == "squares"
    assert F("0.17753526") <= solution.lower <= solution.upper <= F("0.17753967")
    assert solution.upper - solution.lower <= F(1, 10**7)


def random_pair(seed):
    rng = random.Random(seed)
    degree = rng.randint(2, 6)

    def utility():
        terms = [(a, b) for a in range(degree + 1) for b in range(degree + 1 - a)]
        return " + ".join(f"({rng.randint(-5, 5)})*x**{a}*y**{b}" for a, b in terms)

    return F(rng.randint(1, 9), 10), utility(), utility()


@pytest.mark.parametrize("seed", [pytest.param(s, marks=() if s in (0, 4, 7) else pytest.mark.slow) for s in range(30)])
def test_random_polynomials_are_proven_closely(seed):
    prior, low, high = random_pair(seed)
    solution = problem(prior, low, high).solve("squares")
    assert solution.upper - solution.lower <= F(1, 10**8)
    # An independent bound: the exact optimum on a grid, which is a policy.
    grid = sorted({prior, *(F(k, 8) for k in range(9))})
    coarse = TwoReceiverPersuasion(prior=prior, grid={"x": grid, "y": grid}, utility={"l": low, "h": high}).solve()
    assert coarse.lower <= solution.upper


@pytest.mark.parametrize(
    ("prior", "utility", "value"),
    [
        ("3/10", "abs(x - y)", F(21, 50)),
        ("7/10", "abs(x - y)", F(21, 50)),
        ("2/5", "max(x, y)", F(16, 25)),
        ("2/5", "min(x, y)", F(2, 5)),
    ],
)
def test_polynomials_on_pieces_are_exact(prior, utility, value):
    solution = problem(prior, utility).solve()
    assert solution.grade == "exact"
    assert solution.lower == value
    assert solution.verify().accepted


def test_the_cube_of_the_distance():
    """0.171199109 by column generation; subdivision leaves 4e-5 open."""
    solution = problem("1/2", "abs(x - y)**3").solve()
    assert abs(solution.lower - F("0.171199109")) < F(1, 10**9)
    assert solution.upper - solution.lower < F(1, 10**6)
    assert solution.verify().accepted


@pytest.mark.slow
def test_sines_through_polynomials_near_them():
    """Nested grids: .42221 .53702 .56930 .57988 .58207 .58269 .58276 .58280."""
    solution = problem("2/5", "sin(3*x)*cos(4*y)", "cos(5*x*y)").solve()
    assert F("0.58280") < solution.lower <= solution.upper < F("0.583949")
    assert solution.upper - solution.lower < F(1, 10**7)


def test_functions_near_polynomials():
    """Without interaction the value is that of both parts: convex ones reveal everything, concave ones nothing."""
    solution = problem("1/2", "exp(x) + sin(y)").solve()
    assert solution.solver["method"] == "squares"
    assert solution.verify().accepted
    assert solution.upper - solution.lower < F(1, 10**7)
    assert abs(float(solution.lower) - (1 + math.e) / 2 - math.sin(0.5)) < 1e-7


def test_pieces_near_polynomials():
    """A quotient on triangles: x reveals all for the sake of u_h, and y = 1/2 keeps apart from x = 0 in state l."""
    solution = problem("1/2", "abs(x - y)/(4 + x)", "x").solve("squares")
    assert solution.verify().accepted
    assert solution.upper - solution.lower < F(1, 10**7)
    assert solution.lower >= F(1, 2) * F(1, 8) + F(1, 2)


def test_every_number_of_a_proof_counts():
    document = json.loads(json.dumps(problem("3/10", "x*y", "(1 - x)*(1 - y)").solve("squares").document()))
    assert dual.verify(document).accepted
    for path, text in leaves(document["dual"]):
        bent = copy.deepcopy(document)
        place = bent["dual"]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = str(F(text) + F(1, 10**9))
        assert not dual.verify(bent).accepted, path


def test_what_is_no_polynomial_or_no_square_is_named():
    with pytest.raises(suasion.InputError, match="not smooth"):
        problem("1/2", "sqrt(abs(x - y))").solve("squares")
    with pytest.raises(suasion.InputError, match="square"):
        TwoReceiverPersuasion("1/2", "(x - y)**2", grid=["0", "1/2", "1"]).solve("squares")


def test_no_time_gives_a_true_answer():
    solution = problem("1/2", "x**3*y - 2*x*y**2", "x*y - x**4").solve(time_limit=0)
    assert solution.verify().accepted or solution.grade == "unproven"
