"""One item and any number of bidders with one law: Myerson's optimum by integrals, samples, and what is refused."""

import copy
import re
from fractions import Fraction as F

import numpy as np
import pytest

import dual
from dual.kinds.mechanisms import virtual
from dual.kinds.mechanisms.virtual import Virtual, increasing
from transport import Mechanism

UNIT = {"uniform": [0, 1]}


@pytest.mark.parametrize("bidders", range(1, 8))
def test_uniform_values_earn_what_textbooks_say(bidders):
    """With reserve 1/2: the expectation of max(0, 2 max - 1), (n - 1 + 2^-n) / (n + 1)."""
    for incentives in ("DSIC", "BIC"):
        solution = Mechanism(laws=[UNIT], bidders=bidders, incentives=incentives).solve()
        assert solution.lower == solution.upper == F(bidders - 1, bidders + 1) + F(1, 2**bidders * (bidders + 1))
        assert solution.primal.reserves == (F(1, 2),)


@pytest.mark.parametrize(
    ("law", "density", "bidders", "cost"),
    [
        (UNIT, lambda x: 1 + 0 * x, 3, "1/3"),
        ({"uniform": [1, 3]}, lambda x: 1 + 0 * x, 2, 0),
        ({"uniform": [-1, 2]}, lambda x: 1 + 0 * x, 2, 0),
        ({"density": "2 - 2*x", "interval": [0, 1]}, lambda x: 2 - 2 * x, 4, "1/10"),
        ({"density": "x*(1-x)", "interval": [0, 1]}, lambda x: x * (1 - x), 2, 0),
        ({"density": "x", "interval": [2, 5]}, lambda x: x, 3, 3),
    ],
)
def test_the_value_is_the_mean_of_the_largest_virtual_value(law, density, bidders, cost):
    solution = Mechanism(laws=[law], bidders=bidders, costs=[cost]).solve()
    assert 0 <= solution.upper - solution.lower < F(1, 10**12)
    low, high = (float(F(x)) for x in law.get("interval", law.get("uniform")))
    v = low + (high - low) * (np.arange(200_000) + 0.5) / 200_000
    f = density(v)
    f = f / f.mean() / (high - low)
    share = np.cumsum(f) / f.sum()
    virtual_values = v - (1 - share) / f - float(F(cost))
    weight = bidders * share ** (bidders - 1) * f * (high - low) / len(v)
    assert float(solution.lower) == pytest.approx(float((weight * np.maximum(virtual_values, 0)).sum()), abs=2e-5)


def test_any_knots_are_bounds():
    statement = Mechanism(laws=[UNIT], bidders=2).statement
    bounds = [virtual.upper(statement, Virtual(tuple(F(k, n) for k in range(n + 1)))) for n in (1, 3, 5, 15, 2)]
    assert bounds[:-1] == sorted(bounds[:-1], reverse=True)
    assert bounds[-1] == F(5, 12)


def test_units_and_signs():
    for unit in (F(1, 10**12), F(10**12)):
        solution = Mechanism(laws=[{"uniform": [0, unit]}], bidders=2).solve()
        assert solution.lower == solution.upper == F(5, 12) * unit
    assert Mechanism(laws=[{"uniform": [-2, -1]}], bidders=3).solve().upper == 0
    assert increasing(dual.kinds.mechanisms.axis.Axis(F(0), F(1), (F(1),)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["dual"].update(knots=["1/4", 1]), "knots increase from 0 to 1"),
        (lambda d: d["primal"].update(reserves=["3/4"]), "is not proven"),
        (lambda d: d["primal"].update(reserves=[2]), "is no value of the item"),
        (lambda d: d["problem"].update(laws=[{"density": "(x-1/2)**4", "interval": [0, 1]}]), "not shown to increase"),
    ],
)
def test_tampering_is_refused(change, message):
    document = copy.deepcopy(Mechanism(laws=[UNIT], bidders=2).solve().document())
    change(document)
    violation = dual.verify(document).violation
    assert violation is not None
    assert re.search(message, violation)


def test_what_is_not_covered_says_so():
    for fields in ({"laws": [UNIT] * 3, "bidders": 2}, {"laws": [UNIT], "bidders": 2, "valuation": "unit-demand"}):
        with pytest.raises(dual.InputError, match="bidders: with laws there is one buyer, there is one item"):
            Mechanism(**fields)
