"""Bands contain the function, are exact for polynomials, and name the faces on which a jump makes them wrong."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dual.errors import InputError, Undecided
from dual.functions import kinks, near, series, taylor
from dual.functions.band import Cell
from dual.functions.bands import bands
from dual.functions.expression import Expression
from dual.functions.integral import mean
from dual.numbers.interval import Interval, interval
from tests.dual.functions.points import band_at

NAMES = ("x", "y", "z")
HALF = F(1, 2)


@st.composite
def cells(draw):
    """Simplices in the cube [1/10, 3]^3, some of them tiny; a triangular matrix makes them independent."""
    size = draw(st.integers(2, 4))
    scale = F(1, 2 ** draw(st.integers(0, 20)))
    corner = [F(x, 20) for x in draw(st.lists(st.integers(2, 20), min_size=3, max_size=3))]
    slant = draw(st.lists(st.integers(0, 8), min_size=3, max_size=3))
    edges = [(8, 0, 0), (slant[0], 8, 0), (slant[1], slant[2], 8)]
    return Cell(
        [corner, *([c + scale * F(e, 8) for c, e in zip(corner, edge, strict=True)] for edge in edges[: size - 1])]
    )


@st.composite
def inner_points(draw, cell):
    weights = draw(st.lists(st.integers(1, 9), min_size=cell.size, max_size=cell.size))
    at = [F(weight, sum(weights)) for weight in weights]
    return at, [sum(w * x for w, x in zip(at, column, strict=True)) for column in zip(*cell.vertices, strict=True)]


def parse(text):
    return Expression.parse(text, NAMES, "value")


LEAVES = ["x", "y", "z", "2", "(1/3)", "(x - y)", "(x + 2*z)"]
POLYNOMIAL = ["({a} + {b})", "({a} - {b})", "{a}*{b}", "(-{a})", "({a})**2", "({a})**3", "({a})/7", "3*{a}"]
OTHER = [
    *("exp({a}/4)", "sin({a})", "cos({a})", "1/(5 + abs({a}))", "sqrt(abs({a}))", "log(1 + abs({a}))", "({a})**11"),
    *("min({a}, {b})", "max({a}, {b})", "abs({a})", "(3 + abs({a}))**-2", "({a} >= {b})", "({a} < {b})", "(not {a})"),
    *("({a} and {b})", "({a} <= 1 or {b} > 1)", "(1/2 < {a} <= 3/2)", "({a} == {b})", "({a} != {b})"),
]


def texts(forms, depth=2):
    inner = st.sampled_from(LEAVES)
    for _ in range(depth):
        inner = st.one_of(
            inner, st.builds(lambda form, a, b: form.format(a=a, b=b), st.sampled_from(forms), inner, inner)
        )
    return inner


@settings(max_examples=60)
@given(st.data(), texts(POLYNOMIAL, 3))
def test_polynomials_are_exact(data, text):
    cell = data.draw(cells())
    band = bands(parse(text))(cell)
    at, point = data.draw(inner_points(cell))
    value = parse(text).at(point)
    assert value in band_at(band, at)
    assert value in band.hull
    if band.degree <= 8 and "**3" not in text:
        assert band.remainder is None
        assert band_at(band, at) == interval(value)


@settings(max_examples=200)
@given(st.data(), texts(POLYNOMIAL + OTHER))
def test_bands_contain_the_function(data, text):
    cell = data.draw(cells())
    try:
        band = bands(parse(text))(cell)
    except Undecided:
        return
    at, point = data.draw(inner_points(cell))
    try:
        value = parse(text).enclose([interval(x) for x in point], 300)
    except Undecided:
        return
    found = band_at(band, at)
    assert found.lower <= value.upper
    assert value.lower <= found.upper
    assert band.hull.lower <= value.upper
    assert value.lower <= band.hull.upper


@settings(max_examples=60)
@given(st.data(), texts(["({a} + {b})", "({a} - {b})", "{a}*{b}", "({a} >= {b})", "min({a}, {b})"], 2))
def test_a_band_holds_on_all_faces_but_those_it_lists(data, text):
    cell = Cell(
        data.draw(st.permutations([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]))[: data.draw(st.integers(2, 4))]
    )
    band = bands(parse(text))(cell)
    weights = data.draw(st.lists(st.integers(0, 3), min_size=cell.size, max_size=cell.size).filter(any))
    used = {k for k, weight in enumerate(weights) if weight}
    if any(used <= set(face) for face in band.faces):
        return
    at = [F(weight, sum(weights)) for weight in weights]
    point = [sum(w * x for w, x in zip(at, column, strict=True)) for column in zip(*cell.vertices, strict=True)]
    assert parse(text).at(point) in band_at(band, at)


def segment(low, high):
    return Cell([[F(low)], [F(high)]])


def line(text):
    return bands(Expression.parse(text, ["p"], "value"))


def test_a_jump_at_an_end_is_decided_inside_and_noted():
    jump = line("p >= 1/2")
    left, right = jump(segment(0, HALF)), jump(segment(HALF, 1))
    assert (left.hull, left.faces) == (interval(0), {(1,)})
    assert (right.hull, right.faces) == (interval(1), frozenset())
    assert line("p > 1/2")(segment(HALF, 1)).faces == {(0,)}
    assert line("p != 1/2")(segment(HALF, 1)).hull == interval(1)
    assert line("p == 1/2")(segment(HALF, 1)).faces == {(0,)}
    assert line("p**2 >= 1/4")(segment(0, HALF)).faces == {(1,)}


def test_a_jump_on_a_face_of_a_triangle():
    triangle = Cell([[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    band = bands(parse("x*y > 0"))(triangle)
    assert band.hull == interval(1)
    assert band.faces == {(0, 1), (0, 2)}
    band = bands(parse("x + y >= 1"))(triangle)
    assert (band.hull, band.faces) == (interval(0), {(1, 2)})
    band = bands(parse("(x > 0) * (y == 0)"))(triangle)
    assert (band.hull, band.faces) == (interval(0), {(0, 1), (0, 2)})


def test_an_undecided_comparison_is_open_and_says_where_to_cut():
    band = line("p >= 1/3")(segment(0, 1))
    assert band.hull == Interval(F(0), F(1))
    assert band.cut == (0, 1, F(1, 3))
    assert line("abs(p - 1/3)")(segment(0, 1)).cut == (0, 1, F(1, 3))
    assert line("p**2 >= 1/9")(segment(0, 1)).cut == (0, 1, F(1, 3))
    assert line("p**2 >= 1/2")(segment(0, 1)).cut is None
    band = bands(parse("x - y > 1/4"))(Cell([[0, 0, 0], [1, 0, 0], [0, 1, 0]]))
    assert band.cut == (0, 1, F(1, 4))


def test_both_sides_of_a_jump_that_is_cut_off_are_polynomials():
    for low, high, text in ((0, HALF, "-16*(p - 3/10)**2"), (HALF, 1, "1 - 16*(p - 3/10)**2")):
        hat, plain = line("(p >= 1/2) - 16*(p - 3/10)**2")(segment(low, high)), line(text)(segment(low, high))
        assert hat.remainder is None
        assert (hat - plain).hull == interval(0)


def test_positive_part_uses_the_chord():
    """max(f, 0) on a segment where f goes from -1 to 1: between f/2 and f/2 + 1/2."""
    band = kinks.positive_part(segment(-1, 1).coordinate(0))
    assert band.remainder.width == HALF
    assert kinks.absolute(segment(-1, 1).coordinate(0)).hull.upper == 1


@pytest.mark.parametrize(
    "text", ["exp(p)", "log(1 + p)", "sqrt(1 + p)", "sin(p)", "cos(p)", "1/(1 + p)", "exp(p**2)/(2 + sin(p))"]
)
def test_remainders_shrink_quickly(text):
    """At least like h^2: a hundredth of the width, less than a ten-thousandth of the remainder."""
    wide = line(text)(segment(F(1, 3), F(1, 3) + HALF)).remainder
    narrow = line(text)(segment(F(1, 3), F(1, 3) + HALF / 100)).remainder
    assert 0 < narrow.width < wide.width / 10**4


def test_constants_are_exact_whatever_their_length():
    third = F(1, 3**300)
    cell = segment(0, 1)
    assert taylor.composed(taylor.reciprocal, cell.constant(third)).hull == interval(1 / third)
    assert (cell.coordinate(0) * taylor.composed(taylor.reciprocal, cell.constant(third))).remainder is None
    assert line("sqrt(1/4) + exp(p - p)")(cell).hull == interval(F(3, 2))


def test_numbers_stay_within_reach():
    with pytest.raises(Undecided, match="a number of more than 262144 bits arises"):
        line("1e4000**64 * p")(segment(0, 1))


def test_points_are_evaluated_as_expressions_are():
    point = Cell([[HALF]])
    assert line("(p >= 1/2) - 16*(p - 3/10)**2")(point).hull == interval(F(9, 25))
    assert line("exp(p) > 1.6487212707")(point).hull == interval(1)
    with pytest.raises(InputError, match="value: division by zero at p = 1/2"):
        line("1/(p - 1/2)")(point)


def test_where_a_function_is_undefined():
    for text in ("1/(p - 1/3)", "1/(p - 1/3)**2", "(p - 1/3)**-2", "1/sin(p - 1/3)", "p/p"):
        with pytest.raises(Undecided, match="may be zero"):
            line(text)(segment(0, 1))
    with pytest.raises(InputError, match="value: the logarithm of a number that is not positive, -3/2 at p = 1/2"):
        line("log(p - 2)")(segment(0, 1))
    with pytest.raises(Undecided, match="cannot be excluded"):
        line("log(p)")(segment(0, 1))


def test_the_cell_has_as_many_coordinates_as_the_expression():
    with pytest.raises(InputError, match="value: the cell needs 1 coordinates"):
        line("p")(Cell([[0, 0], [1, 1]]))


def test_roots_reach_zero():
    cell = segment(0, F(1, 100))
    assert 0 in band_at(line("sqrt(p)")(cell), (F(1), F(0)))
    assert line("sqrt(p)")(cell).hull == Interval(F(0), F(1, 10))


@settings(max_examples=60)
@given(st.data())
def test_affine_functions(data):
    cell = data.draw(cells())
    values = data.draw(st.lists(st.fractions(-5, 5), min_size=cell.size, max_size=cell.size))
    band = cell.affine(values)
    assert band.hull == Interval(min(values), max(values))
    assert mean(band) == interval(sum(values) / cell.size)
    at, _ = data.draw(inner_points(cell))
    assert band_at(band, at) == interval(sum(w * v for w, v in zip(at, values, strict=True)))
    with pytest.raises(InputError, match="needs as many values"):
        cell.affine([*values, F(0)])


def test_remainders_multiply_too():
    """Two unknown constants in [-1, 1]: their product, square and cube reach -1 or 1."""
    unknown = segment(0, 1).constant(Interval(F(-1), F(1)))
    for product in (unknown * unknown, unknown**3, unknown**2 * unknown):
        assert product.hull.lower <= -1
        assert product.hull.upper >= 1
    assert (unknown**2).hull.upper == 1
    assert (unknown * 3 - unknown).hull == Interval(F(-4), F(4))


def test_the_mean_of_a_polynomial():
    """Over a triangle the mean of l0^2 is 2!2!/4! = 1/6 and that of l0 l1 is 2!/4! = 1/12."""
    triangle = Cell([[1, 0], [0, 1], [0, 0]])
    x, y = triangle.coordinate(0), triangle.coordinate(1)
    assert mean(x * x) == interval(F(1, 6))
    assert mean(x * y) == interval(F(1, 12))
    assert mean(series.OPERATIONS["exp"](segment(1, 3).coordinate(0))).width < F(1, 10**7)


def test_images_bound_functions_on_large_cells():
    """Where the Taylor polynomial is useless, the image still holds: positive, at most one, nonnegative."""
    large = segment(-1, 1)
    assert line("exp(-5000*p)")(large).hull.lower > 0
    assert line("1/(1 + exp(-2000*p))")(large).hull.lower >= 0
    assert line("1/(1 + exp(-2000*p))")(large).hull.upper <= 1
    assert line("2 + sin(1000*p)*cos(900*p)")(large).hull.lower >= 1
    assert line("abs(p**3 - p/2)")(large).hull.lower == 0


def test_high_powers_beyond_the_kept_degree():
    triangle = Cell([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    for text in ("(x - y)**40", "(x*x - y*y)**15", "x**40 * y**40"):
        band = bands(parse(text))(triangle)
        assert band.hull.lower <= 0
        assert band.hull.upper >= F(1, 2**80)
        assert band.hull.width < 100
    narrow = Cell([[HALF, HALF, 0], [HALF - F(1, 100), HALF, F(1, 100)], [HALF, HALF - F(1, 100), F(1, 100)]])
    found = bands(parse("(x + y)**40"))(narrow)
    assert band_at(found, (1, 0, 0)).width < F(1, 100)


@pytest.mark.parametrize("scale", [F(1, 10**12), F(1), F(10**12), F(1, 10**300)])
def test_scale_does_not_matter(scale):
    cell = segment(0, min(scale, F(1)))
    band = series.OPERATIONS["sin"](cell.coordinate(0)) * scale
    assert 0 < band.remainder.width < scale * cell.vertices[1][0] / 10**9


MANY = (
    "q0*q1 - q2*q3 + q4**3",
    "(q0 + q1 - q2)**5",
    "max(q0, q1, q2 + q3)*q4",
    "abs(q0 - q1) - min(q2, 1/4)",
    "(q0 >= 1/3)*(q1 + q2) + (q3 < q4)",
    "exp(q0 - q1) + 1/(1 + q2*q3)",
    "sqrt(1/9 + q0)*sin(3*q1) - q4*log(q4)",
)


@pytest.mark.parametrize("text", MANY)
@settings(max_examples=12)
@given(st.data())
def test_bands_contain_the_function_where_cells_have_many_vertices(text, data):
    states = data.draw(st.integers(5, 8))
    cell = Cell([[F(s == k) for s in range(states)] for k in range(states)])
    for _ in range(data.draw(st.integers(0, 6))):
        i, j = sorted(data.draw(st.lists(st.integers(0, states - 1), min_size=2, max_size=2, unique=True)))
        cell = cell.cut((i, j, F(data.draw(st.integers(1, 3)), 4)))[data.draw(st.integers(0, 1))]
    parsed = Expression.parse(text, [f"q{k}" for k in range(states)])
    try:
        band = bands(parsed)(cell)
    except Undecided:
        return
    at, point = data.draw(inner_points(cell))
    value = parsed.enclose([interval(x) for x in point], 300)
    found = band_at(band, at)
    assert found.lower <= value.upper
    assert value.lower <= found.upper
    assert band.hull.lower <= value.upper
    assert value.lower <= band.hull.upper


@settings(max_examples=60)
@given(st.data(), texts([*POLYNOMIAL, "abs({a})", "min({a}, {b})", "exp({a}/4)"], 1), st.lists(st.integers(-3, 3)))
def test_whatever_polynomial_is_thought_to_be_near_a_reciprocal(data, text, numbers):
    """Any one leads to a band that contains 1/f: a bad one to a wide band."""

    def wild(x):
        found = x.constant(F(0))
        for number in numbers[:5]:
            found = found * x.band(F(number, 2)) + (x if number % 2 else F(number, 3))
        return found

    cell = data.draw(cells())
    at, point = data.draw(inner_points(cell))
    with pytest.MonkeyPatch.context() as patch:
        if data.draw(st.booleans()):
            patch.setattr(near, "reciprocal", wild)
        try:
            band = bands(parse(f"1/(abs({text}) + 1/7)"))(cell)
        except Undecided:
            return
    value = parse(f"1/(abs({text}) + 1/7)").enclose([interval(x) for x in point], 300)
    found = band_at(band, at)
    assert found.lower <= value.upper
    assert value.lower <= found.upper
    assert band.hull.lower <= value.upper
    assert value.lower <= band.hull.upper
