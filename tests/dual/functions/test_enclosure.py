"""Proofs, bounds and integrals: touching functions are proven exactly, wrong ones refuted, jumps respected."""

from __future__ import annotations

import itertools
import random
import re
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dual.errors import InputError, Undecided, Violation
from dual.functions import cuts, integral, kinks
from dual.functions.band import Cell
from dual.functions.bands import bands
from dual.functions.enclosure import prove_nonnegative
from dual.functions.expression import Expression
from dual.functions.integral import integrate
from dual.numbers.interval import interval
from transport.functions.infimum import lower_bound

HALF, QUARTER = F(1, 2), F(1, 4)
LINE = Cell([[0], [1]])
SLACK = F(1, 10**7)


def simplex(states):
    return Cell([[int(k == j) for j in range(states)] for k in range(states)])


def rule(text, states=1):
    names = ["p"] if states == 1 else [f"q{k}" for k in range(states)]
    return bands(Expression.parse(text, names, "value"))


def shifted(function, amount):
    return lambda cell: function(cell) + amount


TOUCHING = {
    # name: (price minus payoff, cell, contact points); each is zero at the contacts and nonnegative elsewhere
    "smoothstep": (rule("9*p/8 - p**2*(3 - 2*p)"), LINE, [[F(3, 4)]]),
    "prosecutor": (rule("2*p - (p >= 1/2)"), LINE, [[HALF]]),
    "hat at 3/10": (rule("(8*p - 2)/5 - 1/25 - ((p >= 1/2) - 16*(p - 3/10)**2)"), LINE, [[QUARTER], [HALF]]),
    "full information": (rule("1/2 - abs(p - 1/2)"), LINE, []),
    "double well": (rule("16*(p - 1/4)**2*(p - 3/4)**2"), LINE, [[QUARTER], [F(3, 4)]]),
    "norm": (rule("q0**2 + q1**2 + q2**2 - q0 - q1/2 - q2/2 + 3/8", 3), simplex(3), [[HALF, QUARTER, QUARTER]]),
    "buys": (rule("q1/2 + 5*q2/2 - (-2*q0 - q1 + 3*q2 >= 0)", 3), simplex(3), [[F(3, 5), 0, F(2, 5)]]),
    "two bits": (rule("q1/4 + q2/4 + q3 - (q1 + q3)*(q2 + q3)", 4), simplex(4), [[0, HALF, HALF, 0]]),
    "centre of four": (rule("q0**2 + q1**2 + q2**2 + q3**2 - 1/4", 4), simplex(4), [[QUARTER] * 4]),
}


@pytest.mark.parametrize("name", TOUCHING)
def test_touching_functions_are_proven_without_slack(name):
    function, cell, points = TOUCHING[name]
    assert prove_nonnegative(function, cell, points=points, cells=100) == 0
    bound = lower_bound(function, cell, points=points)
    assert bound.lower == bound.upper == 0


@pytest.mark.parametrize("name", TOUCHING)
@pytest.mark.parametrize(("amount", "shown"), [(F(1, 10**30), "-1e-30"), (F(1, 10**6), "-1/1000000")])
def test_the_smallest_violation_is_found(name, amount, shown):
    function, cell, points = TOUCHING[name]
    with pytest.raises(Violation, match=rf"price - value at \(.*\) is {shown}, below zero"):
        prove_nonnegative(shifted(function, -amount), cell, points=points, name="price - value")


@pytest.mark.parametrize("name", TOUCHING)
def test_contacts_need_not_be_known_with_slack(name):
    function, cell, _ = TOUCHING[name]
    assert 0 <= prove_nonnegative(shifted(function, SLACK), cell) <= SLACK


@pytest.mark.parametrize("name", TOUCHING)
@pytest.mark.parametrize("scale", [F(1, 10**12), F(10**12)])
def test_proofs_do_not_depend_on_the_scale(name, scale):
    function, cell, points = TOUCHING[name]
    assert prove_nonnegative(lambda part: function(part) * scale, cell, points=points) == 0
    small = Cell([[scale * x for x in vertex] for vertex in cell.vertices])
    stretched = [[scale * x for x in point] for point in points]

    def moved(part):
        return function(Cell([[x / scale for x in vertex] for vertex in part.vertices]))

    assert prove_nonnegative(moved, small, points=stretched) == 0


IRRATIONAL = {
    "exponentials": ("exp(q0) + exp(q1) + exp(q2) - 3*exp(1/3)", 3),
    "roots": ("3*sqrt(1/3) - sqrt(q0) - sqrt(q1) - sqrt(q2)", 3),
    "waves": ("3*sin(1/3) - sin(q0) - sin(q1) - sin(q2)", 3),
    "exponentials of four": ("exp(q0) + exp(q1) + exp(q2) + exp(q3) - 4*exp(1/4)", 4),
    "cosines of four": ("4*cos(1/4) - cos(q0) - cos(q1) - cos(q2) - cos(q3)", 4),
}


@pytest.mark.parametrize("name", IRRATIONAL)
@pytest.mark.parametrize("known", [True, False])
def test_irrational_functions_with_slack(name, known):
    """Each touches zero at the centre of the simplex only, by convexity."""
    text, states = IRRATIONAL[name]
    points = [[F(1, states)] * states] if known else []
    function = rule(text, states)
    assert prove_nonnegative(shifted(function, SLACK), simplex(states), points=points, cells=2000) >= 0
    with pytest.raises(Violation):
        prove_nonnegative(shifted(function, -SLACK), simplex(states), points=[[F(1, states)] * states])


JUMPS = [
    # text, whether it is nonnegative on all of [0, 1]; the closed cell counts, jump point included
    ("(p >= 1/2) - (p > 1/2)", True),
    ("(p > 1/2) - (p >= 1/2)", False),
    ("1 - (p == 1/3)", True),
    ("1/2 - (p == 1/3)", False),
    ("1 - 2*(p == 0)", False),
    ("(p != 1) - 1/2", False),
    ("p - (p**2 >= 1/4)/2", True),
    ("p - (p**2 > 1/4)/2", True),
    ("p - (p**3 >= 1/8)*(1/2 + 1/10**9)", False),
    ("(0 <= p < 1/3) + (1/3 <= p <= 1) - 1", True),
    ("(0 <= p < 1/3) + (1/3 < p <= 1) - 1", False),
    ("(p < 1/3 or p >= 1/3) - 1", True),
    ("(p <= 2/3 and p >= 2/3) - 1 + 3*abs(p - 2/3)*(p < 0) + (p != 2/3)", True),
    ("min(p, 1 - p)", True),
    ("max(p, 1 - p) - 1/2", True),
    ("abs(abs(p - 1/2) - 1/4) - abs(p - 1/4)*abs(p - 3/4)", True),
]


@pytest.mark.parametrize(("text", "truth"), JUMPS)
def test_jumps(text, truth):
    function = rule(text)
    bound = lower_bound(function, LINE)
    assert (bound.lower >= 0) == truth
    if truth:
        prove_nonnegative(function, LINE)
    else:
        assert bound.upper < 0
        with pytest.raises(Violation):
            prove_nonnegative(function, LINE)


def test_a_jump_on_an_edge_of_a_triangle():
    """Zero inside, negative only on one edge, or only at one corner."""
    for text in ("-(q0 == 0)", "-(q0 <= 0 and q1 <= q2 and q2 <= q1)", "-(q2 >= 1)", "(q0 + q1 < 1) - 1"):
        with pytest.raises(Violation):
            prove_nonnegative(rule(text, 3), simplex(3))
        assert lower_bound(rule(text, 3), simplex(3)).lower == -1


@settings(max_examples=30)
@given(st.lists(st.integers(-4, 4), min_size=4, max_size=5), st.integers(0, 8))
def test_random_cubics_against_their_values(coefficients, jump):
    """With the sampled minimum as slack: proven, bounded by, or refuted, as the samples say."""
    terms = "+".join(f"({c})*p**{k}" for k, c in enumerate(coefficients[:-1]))
    text = f"{terms} + ({coefficients[-1]})*(p >= {jump}/8)"
    expression, function = Expression.parse(text, ["p"]), rule(text)
    sampled = min(expression.at([F(k, 64)]) for k in range(65))
    bound = lower_bound(function, LINE, F(1, 10**6))
    assert bound.lower <= sampled
    assert bound.upper - bound.lower <= F(1, 10**6)
    assert bound.upper == expression.at(bound.point)
    assert prove_nonnegative(shifted(function, -bound.lower), LINE) >= 0
    with pytest.raises(Violation):
        prove_nonnegative(shifted(function, -bound.upper - F(1, 1000)), LINE)


def brute(text, states, steps):
    """Least value on a grid of the simplex, in floats."""
    grid = [np.array(c) / steps for c in itertools.product(range(steps + 1), repeat=states) if sum(c) == steps]
    columns = np.array(grid).T
    names = {f"q{k}": columns[k] for k in range(states)}
    return eval(text, {"cos": np.cos, "exp": np.exp, "sin": np.sin}, names).min()  # noqa: S307


@pytest.mark.parametrize(
    ("text", "states", "steps"),
    [("cos(5*q0)*sin(3*q1) - q2**2*exp(q0)", 3, 60), ("cos(5*q0)*sin(3*q1) - q2**2*exp(q3) + q0*q3", 4, 24)],
)
def test_bounds_against_a_grid(text, states, steps):
    bound = lower_bound(rule(text, states), simplex(states), F(1, 10**5), cells=3000)
    assert bound.upper - bound.lower <= F(1, 10**5)
    assert float(bound.lower) <= brute(text, states, steps) + 1e-12
    value = Expression.parse(text, [f"q{k}" for k in range(states)]).enclose([interval(x) for x in bound.point])
    assert value.upper <= bound.upper
    assert bound.lower <= value.upper


def test_what_cannot_be_decided_is_said_with_its_place():
    with pytest.raises(Undecided, match=r"gap could not be shown .* near \(0\.3333333333\d*\) after \d+ cells"):
        prove_nonnegative(rule("exp(p - 1/3) - 1 - (p - 1/3)"), LINE, name="gap")
    with pytest.raises(Undecided, match=r"after [1-5] cells"):
        prove_nonnegative(rule("(p - 1/3)**2*(p - 1/7)**2 + 1e-9"), LINE, cells=5)
    with pytest.raises(
        Undecided, match=r"near \(0\.577.*\) after .* cells \(division by a number in .*, which may be zero\)"
    ):
        prove_nonnegative(rule("1/(p**2 - 1/3)**2"), LINE)
    with pytest.raises(Undecided, match=r"no lower bound was found near \(0\.577"):
        lower_bound(rule("1/(p**2 - 1/3)**2"), LINE)


def test_a_wide_range_is_subdivided():
    """The exponent's Bernstein bound is twice its maximum, and beyond what exp takes."""
    assert prove_nonnegative(rule("exp(36000*p*(1 - p))"), LINE) >= 0


def test_undefined_points_are_named():
    for text, message in (("1/p", "value: division by zero at p = 0"), ("-log(1 - p)", "not positive, 0 at p = 1")):
        with pytest.raises(InputError, match=message):
            prove_nonnegative(rule(text), LINE)


def test_points_and_single_points():
    """Points outside are ignored, a cell may be one point, and the order of points does not matter."""
    function = rule("9*p/8 - p**2*(3 - 2*p)")
    assert prove_nonnegative(function, LINE, points=[[F(2)], [F(3, 4)], [F(0)], [F(-1)]]) == 0
    assert prove_nonnegative(function, Cell([[F(3, 4)]])) == 0
    assert lower_bound(function, Cell([[F(1)]])).lower == F(1, 8)
    with pytest.raises(Violation, match=r"\(1\) is -1"):
        prove_nonnegative(rule("-p"), Cell([[F(1)]]))


def test_many_jumps():
    """Sixty kinks and jumps, each cut exactly: such cuts do not count as halvings."""
    kinks, jumps = range(1, 61, 2), range(2, 61, 2)
    text = "+".join(f"abs(p-{k}/61)" for k in kinks) + "".join(f"-(p>={k}/61)" for k in jumps)
    total = sum((F(k, 61) ** 2 + F(61 - k, 61) ** 2) / 2 for k in kinks) - sum(F(61 - k, 61) for k in jumps)
    assert integrate(rule(text), LINE) == interval(total)
    least = min(Expression.parse(text, ["p"]).at([F(k, 61)]) for k in range(62))
    assert prove_nonnegative(rule(f"{text}-({least})"), LINE) == 0


def test_same_input_same_output():
    function, cell, _ = TOUCHING["two bits"]
    runs = [prove_nonnegative(shifted(function, SLACK), cell) for _ in range(2)]
    assert runs[0] == runs[1]
    assert lower_bound(function, cell, F(1, 100)) == lower_bound(function, cell, F(1, 100))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("abs(p - 1/2)", QUARTER),
        ("p**2*(3 - 2*p)", HALF),
        ("(p >= 1/3)", F(2, 3)),
        ("(p > 1/3)", F(2, 3)),
        ("(p == 1/3)", 0),
        ("(p**2 >= 1/9)*p", F(4, 9)),
        ("min(p, 1/4) + max(p, 3/4)", F(7, 32) + F(25, 32)),
        ("((p >= 1/2) - 16*(p - 3/10)**2)", HALF - F(16, 3) * (F(7, 10) ** 3 + F(3, 10) ** 3)),
        ("(1/4 <= p < 3/4)*(p - 1/2)**2", F(1, 96)),
    ],
)
def test_piecewise_polynomials_integrate_exactly(text, value):
    assert integrate(rule(text), LINE) == interval(value)
    assert integrate(rule(text), Cell([[1], [0]])) == interval(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("exp(p)", "exp(1) - 1"),
        ("sin(10*p)", "(1 - cos(10))/10"),
        ("1/(1 + p)", "log(2)"),
        ("(p**2 >= 1/2)", "1 - sqrt(1/2)"),
        ("sqrt(p)", "2/3"),
        ("abs(sin(6*p))", "(3 + cos(6))/6"),
    ],
)
def test_integrals_contain_the_truth(text, value):
    tolerance = F(1, 10**7)
    found = integrate(rule(text), LINE, tolerance)
    truth = Expression.parse(value, []).enclose([])
    assert found.width <= tolerance
    assert found.lower <= truth.upper
    assert truth.lower <= found.upper


def test_integrals_scale_with_the_segment():
    for scale in (F(1, 10**12), F(10**6)):
        found = integrate(lambda cell: cell.coordinate(0) ** 2, Cell([[0], [scale]]))
        assert found == interval(scale**3 / 3)


def test_unbounded_integrands():
    with pytest.raises(Undecided, match="no bound of the integrand was found near"):
        integrate(rule("1/p"), LINE)


def test_points_are_looked_at_even_where_a_band_claims_to_know_better():
    """The second line of defence: this rule says that the function is one on cells, but at points it is x - 1/4."""

    def false(cell):
        return cell.coordinate(0) - QUARTER if cell.size == 1 else cell.constant(1)

    with pytest.raises(Violation, match=re.escape("the function at (0) is -1/4, below zero")):
        prove_nonnegative(false, LINE)
    with pytest.raises(Violation, match=re.escape("the function at (1/8) is -1/8, below zero")):
        prove_nonnegative(false, Cell([[F(1, 8)], [F(1, 2)]]))
    with pytest.raises(Violation, match=re.escape("the function at (1/2) is -1/8, below zero")):
        prove_nonnegative(
            lambda cell: kinks.absolute(cell.coordinate(0) - HALF) - F(1, 8) if cell.size == 1 else LINE.constant(1),
            LINE,
        )


@pytest.mark.parametrize("seed", range(3))
def test_where_cells_are_cut_proves_nothing(seed, monkeypatch):
    """At random points of random edges: what is true is proven or left open, and what is false never passes."""
    rng = random.Random(seed)

    def anywhere(part, _band):
        i, j = rng.sample(range(part.size), 2)
        return (i, j, F(rng.randint(1, 19), 20)), 1

    monkeypatch.setattr(cuts, "chosen", anywhere)
    triangle = Cell([[0, 0], [1, 0], [0, 1]])
    names = ["x", "y"]
    for text, true in (
        ("(x - y)**2 + 1/50 - x*y*(x < 1/3)/100", True),
        ("x**2 + y**2 - x - y + 51/100", True),
        ("x**2 + y**2 - x - y + 49/100", False),
        ("(x >= 1/2) - (x > 1/2) - (y < 1)*(x == 1/2)*2 + 1/2", False),
        ("abs(x - 1/3) + abs(y - 1/3) - 1/10000", False),
    ):
        rule = bands(Expression.parse(text, names))
        try:
            assert prove_nonnegative(rule, triangle, cells=300) >= 0
            assert true
        except Undecided:
            continue
        except Violation:
            assert not true
    monkeypatch.setattr(integral, "partition", lambda *_: [F(rng.randint(0, 20), 20) for _ in range(40)])
    found = integral.integrate(bands(Expression.parse("abs(m - 1/3)", ["m"])), Cell([[0], [1]]))
    assert found.width > 0
    assert found.lower <= F(5, 18) <= found.upper
