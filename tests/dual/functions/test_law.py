"""Laws of a real-valued state against closed forms."""

import math
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dual import InputError
from dual.functions.read_law import parse_law
from dual.kinds.means.prices import Prices
from dual.numbers.elementary import exp
from dual.numbers.interval import interval
from persuasion.means.between import between

EXPONENTIAL = {"density": "exp(-x)", "interval": [0, 1]}
small = st.fractions(min_value=0, max_value=1, max_denominator=30)


def test_uniform_and_polynomial_densities_are_exact():
    uniform = parse_law({"uniform": ["1/2", 3]})
    assert uniform.mass(F(1), F(2)) == interval(1)
    assert uniform.moment(F(1), F(2)) == interval(F(3, 2))
    rising = parse_law({"density": "2*x", "interval": [0, 1]})
    assert rising.total == interval(1)
    assert rising.moment(F(0), F(1)) == interval(F(2, 3))
    tent = parse_law({"density": "abs(x - 1/3)", "interval": [0, 1]})
    assert tent.total == interval(F(5, 18))


@pytest.mark.parametrize("shift", [0, 1000000])
def test_an_exponential_density_is_enclosed_tightly_also_far_from_zero(shift):
    law = parse_law({"density": f"exp(-(x - {shift}))", "interval": [shift, shift + 1]})
    inverse = exp(interval(-1))
    mass, moment = law.total, law.moment(law.lower, law.upper)
    assert mass.lower <= 1 - inverse.upper <= 1 - inverse.lower <= mass.upper
    # The integral of (x - shift) exp(-(x - shift)) from shift to shift + 1 is 1 - 2/e.
    centred = moment - mass * shift
    assert centred.lower <= 1 - 2 * inverse.upper <= 1 - 2 * inverse.lower <= centred.upper
    assert mass.width < F(1, 10**15)
    assert moment.width < F(1, 10**12)


@given(cuts=st.lists(small, min_size=1, max_size=5), start=small, slope=small)
def test_expectations_do_not_depend_on_knots_that_bend_nothing(cuts, start, slope):
    law = parse_law({"density": "1 + 3*x**2", "interval": [0, 1]})
    mean = F(1, 2) * (F(1, 2) + F(3, 4))  # (int x + 3 x^3) / (int 1 + 3 x^2)
    knots = sorted({F(0), F(1), *cuts})
    line = Prices(tuple(knots), tuple(start + slope * x for x in knots))
    assert law.expected(line) == interval(start + slope * mean)


def test_the_expectation_of_a_bent_function_under_a_density_that_is_no_polynomial():
    law = parse_law(EXPONENTIAL)
    found = law.expected(Prices((F(0), F(1, 2), F(1)), (F(1), F(0), F(1))))
    # 2 int |x - 1/2| exp(-x) = 4 exp(-1/2) - 1 - 3/e, by parts
    wanted = (4 * math.exp(-0.5) - 1 - 3 / math.e) / (1 - 1 / math.e)
    assert float(found.lower) == pytest.approx(wanted, abs=1e-15)
    assert 0 <= found.width < F(1, 10**15)


def test_a_large_constant_costs_no_accuracy():
    law = parse_law(EXPONENTIAL)
    low = law.expected(Prices((F(0), F(1)), (F(0), F(1))))
    high = law.expected(Prices((F(0), F(1)), (F(10**15), F(10**15 + 1))))
    assert high == low + 10**15


def test_finite_laws_range_over_the_points_with_mass():
    law = parse_law({"support": [3, 0, 7], "prior": ["1/2", "1/2", 0]})
    assert law.range == (0, 3)
    assert law.expected(Prices((F(0), F(3)), (F(0), F(1)))) == interval(F(1, 2))


def test_floats_in_laws_are_snapped():
    assert parse_law({"uniform": [0.1, 0.30000000000000004]}).range == (F(1, 10), F(3, 10))
    assert parse_law({"support": [0.1, 0.2], "prior": [0.7, 0.3]}).prior == (F(7, 10), F(3, 10))


def test_the_value_between_knots():
    knots, values = [F(0), F(1), F(3)], [F(0), F(2), F(1)]
    assert [between(knots, values, F(x, 2)) for x in range(7)] == [0, 1, 2, F(7, 4), F(3, 2), F(5, 4), 1]


@pytest.mark.parametrize(
    ("law", "message"),
    [
        ([], "law: an object with the fields"),
        ({}, "law: a law is .* not empty"),
        ({"support": [0, 1]}, 'law: a law is .* not the fields "support"'),
        ({"support": [0, 1], "prior": [1, 0], "uniform": [0, 1]}, "law: a law is"),
        (
            {"support": [0, 0], "prior": ["1/2", "1/2"]},
            r"law.support\[1\]: the point 0 stands already at law.support\[0\]",
        ),
        ({"support": [0, 1], "prior": ["1/2", "1/3"]}, "law.prior: the entries sum to 5/6"),
        ({"support": [0, 1], "prior": [1]}, "law.prior: the list has 1 entries where 2 are needed"),
        ({"uniform": [1, 0]}, "law.uniform: the interval from 1 to 0 is empty"),
        ({"uniform": [0, 1, 2]}, "law.uniform: the list has 3 entries"),
        ({"uniform": [0, float("inf")]}, r"law.uniform\[1\]: inf is not a finite number"),
        ({"density": "x", "interval": [1, 1]}, "law.interval: the interval from 1 to 1 is empty"),
        ({"density": "m", "interval": [0, 1]}, "law.density: column 1: unknown name 'm'"),
        ({"density": "x - 1/2", "interval": [0, 1]}, "law.density: a density has to be nonnegative"),
        ({"density": "0*x", "interval": [0, 1]}, "law.density: a density needs a positive integral"),
        ({"density": "1/x", "interval": [0, 1]}, "law.density: "),
        ({"density": 3, "interval": [0, 1]}, "law.density: 3 is not an expression"),
        ({"unifrom": [0, 1]}, 'law.unifrom: unknown field; did you mean "uniform"'),
    ],
)
def test_bad_laws_are_named(law, message):
    with pytest.raises(InputError, match=message) as found:
        parse_law(law)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    "density", ["(x - 1/3)**2", "(x**2 - 1/2)**2", "1 + sin(10*x)", "sqrt(x)", "abs(x - 1/7)", "x > 1/2"]
)
def test_densities_may_touch_zero(density):
    assert parse_law({"density": density, "interval": [0, 1]}).total.lower > 0


def test_a_density_that_is_negative_at_one_end_is_refused():
    with pytest.raises(InputError, match=r"the density at \(0\) is -28/165, below zero"):
        parse_law({"density": "1/(max(x, 2*x - 1/2) + 33/100) - (16/5 - 60*x)", "interval": [0, 1]})


@pytest.mark.parametrize(
    "density",
    [
        "+".join(f"sqrt(abs(sin({k}*x)))*exp(cos({k}*x))" for k in range(3, 30)),
        "+".join(f"1/(x**3 + 1/{k})" for k in range(1, 99)),
        "+".join(f"(x + 1/{10**9 + k})**64" for k in range(99)),
        "2 + max(" + ", ".join(f"sin({k}*x)" for k in range(1, 99)) + ")",
        "+".join(f"log(1 + x*1e-39{k})" for k in range(10, 99)),
        "+".join(f"2 + sin(1e39{k} + x)" for k in range(10, 99)),
    ],
)
def test_densities_that_are_too_much_work_are_refused(monkeypatch, density):
    monkeypatch.setattr("dual.limits.STEPS", 500_000)
    with pytest.raises(InputError, match=r"law.density: .* takes more than 500,000 steps"):
        parse_law({"density": density, "interval": [0, 1]})
