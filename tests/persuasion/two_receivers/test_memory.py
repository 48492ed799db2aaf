"""Memory: large arrays are never copied, and expressions never evaluated all at once."""

import tracemalloc
from fractions import Fraction as F

import numpy as np
import pytest

from dual.functions.expression import Expression
from persuasion import TwoReceiverPersuasion
from persuasion.two_receivers.methods import scaled_client
from persuasion.two_receivers.pairs import Pairs
from persuasion.two_receivers.utilities import ExpressionSide
from transport.functions.tabulated import tabulated


def peak(work):
    """The most bytes that a piece of work holds beyond what there was."""
    tracemalloc.start()
    try:
        found = work()
        return tracemalloc.get_traced_memory()[1], found
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", ["sin(3*x)*cos(4*y)", "x*y - (x >= y)/3", "(x >= 1/2)*exp(x*y)"])
def test_an_expression_takes_its_table_and_little_more(text):
    axis = tuple(F(k, 1400) for k in range(1401))
    most, side = peak(lambda: ExpressionSide(Expression.parse(text, ["x", "y"]), axis, axis))
    assert most < 1.35 * side.floats.nbytes
    values, errors = tabulated(side.utility, [axis[::100], axis])
    known = np.isfinite(errors)
    assert (side.floats[::100][known] >= (values - errors)[known]).all()
    assert (side.floats[::100][known] <= np.nextafter(np.nextafter(values + errors, np.inf), np.inf)[known]).all()


@pytest.mark.parametrize("stretch", [1, 1000])
def test_arrays_of_any_size_of_entries_are_solved_where_they_lie(stretch):
    axis = np.linspace(0, 1, 901)
    low = stretch * (np.sin(3 * axis[:, None]) * np.cos(4 * axis) + 2)
    problem = TwoReceiverPersuasion("2/5", {"l": low, "h": stretch * np.cos(5 * axis[:, None] * axis)}, grid=axis)
    most, solution = peak(lambda: problem.solve("generated", gap=1e-9))
    assert most < 0.8 * 2 * low.nbytes
    assert 0 <= solution.upper - solution.lower < 1e-9 * stretch


@pytest.mark.parametrize("centre", [0.0, 5.0, 1e6])
def test_utilities_count_the_same_wherever_their_middle_is(centre):
    rng = np.random.default_rng(0)
    axis, utility = np.linspace(0, 1, 12), [3 * rng.random((12, 12)) + shift for shift in (centre, -centre)]
    client = Pairs(0.4, axis, axis, utility)
    scaled, unit = scaled_client(client)
    assert (unit == 1.0) == (scaled is client)
    assert max(abs(end) for own in scaled.extremes for end in own) <= (1 + 1e-12)
    duals = rng.normal(size=24)
    for state, (own, other) in enumerate(zip(client.scan(duals * unit).best, scaled.scan(duals).best, strict=True)):
        middle = np.mean(client.extremes[state]) if scaled is not client else 0.0
        assert own == pytest.approx(other * unit + middle, abs=1e-9 * (1 + centre))
    ids = client.start()
    assert np.allclose(scaled.columns(ids).coefficients, client.columns(ids).coefficients)
