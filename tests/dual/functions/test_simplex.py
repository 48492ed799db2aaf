"""Cuts of simplices: pieces cover the whole, share only faces, and have the right vertices."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dual.errors import InputError, Violation
from dual.functions.band import Cell
from dual.functions.bands import bands
from dual.functions.cuts import chosen
from dual.functions.enclosure import prove_nonnegative
from dual.functions.expression import Expression
from dual.functions.simplex import Simplex
from transport.functions.star import barycentric, split_at


@st.composite
def simplices(draw, least=1):
    """Up to four vertices in R^3 or R^4; a triangular matrix makes them independent."""
    size, dimension = draw(st.integers(least, 4)), draw(st.integers(3, 4))
    entries = draw(st.lists(st.integers(-6, 6), min_size=12, max_size=12))
    corner = [F(x, 6) for x in entries[:dimension]]
    edges = [
        [F(entries[4 + 2 * k + j], 4) if j < k else F(1 + k, 3) * (j == k) for j in range(dimension)] for k in range(3)
    ]
    order = draw(st.permutations(range(dimension)))
    vertices = [corner, *([corner[j] + edge[j] for j in range(dimension)] for edge in edges[: size - 1])]
    return Simplex([[vertex[j] for j in order] for vertex in vertices])


def mixture(simplex, weights):
    total = sum(weights)
    return [
        sum(F(w, total) * x for w, x in zip(weights, column, strict=True))
        for column in zip(*simplex.vertices, strict=True)
    ]


def volume(simplex):
    """Squared volume up to a constant: the Gram determinant of the edges."""
    first, *rest = simplex.vertices
    edges = [[x - y for x, y in zip(vertex, first, strict=True)] for vertex in rest]
    gram = [[sum(x * y for x, y in zip(a, b, strict=True)) for b in edges] for a in edges]
    determinant = F(1)
    for k in range(len(gram)):
        determinant *= gram[k][k]
        for row in gram[k + 1 :]:
            factor = row[k] / gram[k][k]
            row[:] = [x - factor * y for x, y in zip(row, gram[k], strict=True)]
    return determinant


@settings(max_examples=40)
@given(st.data())
def test_barycentric_coordinates_are_inverse_to_mixing(data):
    simplex = data.draw(simplices())
    weights = data.draw(st.lists(st.integers(-3, 9), min_size=simplex.size, max_size=simplex.size).filter(sum))
    point = mixture(simplex, weights)
    assert barycentric(simplex, point) == tuple(F(w, sum(weights)) for w in weights)


@settings(max_examples=40)
@given(st.data(), st.fractions(0, 1).filter(lambda t: 0 < t < 1))
def test_a_cut_covers_and_shares_a_face(data, t):
    simplex = data.draw(simplices(least=2))
    i, j = data.draw(st.permutations(range(simplex.size)))[:2]
    near, far = simplex.cut((i, j, t))
    assert near.vertices[i] == simplex.vertices[i]
    assert far.vertices[j] == simplex.vertices[j]
    assert near.vertices[j] == far.vertices[i]
    assert volume(near) == t**2 * volume(simplex)
    assert volume(far) == (1 - t) ** 2 * volume(simplex)
    weights = data.draw(st.lists(st.integers(1, 9), min_size=simplex.size, max_size=simplex.size))
    point = mixture(simplex, weights)
    assert any(min(barycentric(part, point)) >= 0 for part in (near, far))


@settings(max_examples=40)
@given(st.data())
def test_star_subdivision(data):
    simplex = data.draw(simplices())
    weights = data.draw(st.lists(st.integers(0, 3), min_size=simplex.size, max_size=simplex.size).filter(any))
    point = mixture(simplex, weights)
    parts = split_at(simplex, point)
    positive = sum(w > 0 for w in weights)
    assert len(parts) == positive
    if positive > 1:
        assert all(tuple(point) in part.vertices for part in parts)
        total = sum(F(w, sum(weights)) for w in weights)
        assert total == 1
        ratios = sorted(volume(part) / volume(simplex) for part in parts)
        assert ratios == sorted(F(w, sum(weights)) ** 2 for w in weights if w)


def test_points_elsewhere_leave_a_simplex_whole():
    segment = Simplex([[0, 0], [1, 1]])
    for point in ([2, 2], [0, 1], [1, 1]):
        assert split_at(segment, [F(x) for x in point]) == [segment]


@settings(max_examples=40)
@given(st.data())
def test_keys_ignore_the_order_and_the_denominator(data):
    simplex = data.draw(simplices())
    order = data.draw(st.permutations(range(simplex.size)))
    again = Simplex([simplex.vertices[k] for k in order])
    assert again.key == simplex.key
    assert simplex.face(range(simplex.size)).key == simplex.key
    if simplex.size > 1:
        assert simplex.face([0]).key != simplex.face([1]).key
        assert simplex.face([0]).vertices == Simplex([simplex.vertices[0]]).vertices


def test_longest_edge_and_centre():
    triangle = Simplex([[0, 0], [3, 0], [0, 4]])
    assert chosen(triangle, None) == ((1, 2, F(1, 2)), 1)
    assert triangle.centre == (1, F(4, 3))
    assert [point.vertices for point in triangle.points()] == [((0, 0),), ((3, 0),), ((0, 4),)]


@pytest.mark.parametrize(
    ("vertices", "message"),
    [
        ([], "vertices of one dimension"),
        ([[0], [0, 1]], "vertices of one dimension"),
    ],
)
def test_what_is_no_simplex(vertices, message):
    with pytest.raises(InputError, match=message):
        Simplex(vertices)


@pytest.mark.parametrize("vertices", [[[0], [1], [2]], [[0], [2], [0]], [[2], [0], [2], [1]]])
def test_dependent_vertices_prove_nothing_false(vertices):
    """Their averages are the segment from 0 to 2, where x (2 - x) touches 0 and (x - 1)^2 falls to 0."""
    cell = Cell(vertices)
    assert prove_nonnegative(bands(Expression.parse("x*(2 - x)", ["x"])), cell) == 0
    assert prove_nonnegative(bands(Expression.parse("x >= 0", ["x"])), cell) >= 0
    for wrong in ("(x - 1)**2 - 1/1000", "(x > 1/3) - (x >= 1/3)", "1/3 - x"):
        with pytest.raises(Violation):
            prove_nonnegative(bands(Expression.parse(wrong, ["x"])), cell)


@pytest.mark.parametrize("cut", [(0, 1, F(0)), (0, 1, F(1)), (0, 1, F(3, 2)), (0, 1, F(-1)), (1, 1, F(1, 2))])
def test_a_cut_is_inside_an_edge(cut):
    """Otherwise the parts would not add up to the simplex."""
    with pytest.raises(InputError, match="inside an edge"):
        Simplex([[0], [1]]).cut(cut)
