"""One-sided limits and slopes of expressions."""

import math
from fractions import Fraction as F

import pytest

from dual.functions.expression import Expression
from transport.functions.jet import Jet, one_sided


def sides(text, at):
    expression = Expression.parse(text, ["m"])
    return one_sided(expression, F(at), -1), one_sided(expression, F(at), 1)


@pytest.mark.parametrize(
    ("text", "at", "left", "right"),
    [
        ("m**3 - 2*m", 2, (4, 10), (4, 10)),
        ("1/m", 2, (F(1, 2), F(-1, 4)), (F(1, 2), F(-1, 4))),
        ("abs(m - 1)", 1, (0, -1), (0, 1)),
        ("min(m, 1 - m)", "1/2", (F(1, 2), 1), (F(1, 2), -1)),
        ("max(m, 2*m)", 0, (0, 1), (0, 2)),
        ("(m >= 1/2)*m", "1/2", (0, 0), (F(1, 2), 1)),
        ("(m > 1/2)*m", "1/2", (0, 0), (F(1, 2), 1)),
        ("m == 1/2", "1/2", (0, 0), (0, 0)),
        ("m != 1/2", "1/2", (1, 0), (1, 0)),
        ("m < 1/2 or m > 3/4", "1/2", (1, 0), (0, 0)),
        ("not (m < 1/2 and m > 0)", "1/2", (0, 0), (1, 0)),
        ("exp(m) + sin(m) + cos(m)", 0, (2, 2), (2, 2)),
        ("log(m) + sqrt(m)", 1, (1, F(3, 2)), (1, F(3, 2))),
        ("m**0", 0, (1, 0), (1, 0)),
        ("m**-2", 2, (F(1, 4), F(-1, 4)), (F(1, 4), F(-1, 4))),
    ],
)
def test_exact_jets(text, at, left, right):
    found = sides(text, at)
    assert found == (Jet(F(left[0]), F(left[1])), Jet(F(right[0]), F(right[1])))
    assert all(isinstance(number, F) for jet in found for number in (jet.value, jet.slope))


def test_irrational_jets_are_floats():
    left, right = sides("exp(m)*sin(m) + sqrt(m)*log(m)*cos(m)", 2)
    assert left == right
    slope = math.exp(2) * (math.sin(2) + math.cos(2)) + math.log(2) * (
        math.cos(2) / (2 * math.sqrt(2)) - math.sqrt(2) * math.sin(2)
    )
    assert right.slope == pytest.approx(slope + math.cos(2) / math.sqrt(2), rel=1e-14)


def test_there_is_no_jet_where_the_function_or_its_slope_is_not_defined():
    assert sides("1/m", 0) == (None, None)
    assert sides("log(m)", 0) == (None, None)
    assert sides("sqrt(m)", 0) == (None, None)
