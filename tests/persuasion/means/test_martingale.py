"""The left-curtain coupling: marginals, means, and refusals."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dual import SolverError
from persuasion.means.martingale import left_curtain


@st.composite
def splittings(draw):
    """A law on increasing points and signals made of arbitrary parts of it: a contraction by construction."""
    points = [F(x) for x in sorted(draw(st.sets(st.integers(0, 40), min_size=1, max_size=6)))]
    parts = draw(
        st.lists(
            st.lists(st.integers(0, 5), min_size=len(points), max_size=len(points)).filter(any), min_size=1, max_size=5
        )
    )
    law = [F(sum(column)) for column in zip(*parts, strict=True)]
    kept = [i for i, mass in enumerate(law) if mass]
    masses: dict[F, F] = {}
    for part in parts:
        mean = sum(points[i] * part[i] for i in kept) / sum(part)
        masses[mean] = masses.get(mean, F(0)) + sum(part)
    return sorted(masses.items()), [points[i] for i in kept], [law[i] for i in kept]


@given(splittings())
def test_rows_have_the_means_and_columns_the_law(case):
    signals, points, law = case
    means, masses = [mean for mean, _ in signals], [mass for _, mass in signals]
    joint = left_curtain(means, masses, points, law)
    assert [sum(column) for column in zip(*joint, strict=True)] == law
    for mean, mass, row in zip(means, masses, joint, strict=True):
        assert min(row) >= 0
        assert sum(row) == mass
        assert sum(x * m for x, m in zip(points, row, strict=True)) == mass * mean
    floats = [[float(x) for x in numbers] for numbers in (means, masses, points, law)]
    for row, rough in zip(joint, left_curtain(*floats), strict=True):
        assert rough == pytest.approx([float(m) for m in row], abs=1e-9)


def test_the_first_mean_takes_an_interval_of_the_law():
    quarter = F(1, 4)
    rows = left_curtain([F(1), F(2)], [F(1, 2)] * 2, [F(x) for x in range(4)], [quarter] * 4)
    assert rows[0] == [F(1, 8), quarter, F(1, 8), 0]


def test_means_that_are_too_spread_out_are_refused():
    with pytest.raises(SolverError):
        left_curtain([F(0), F(3)], [F(1, 2)] * 2, [F(0), F(1), F(2), F(3)], [F(1, 4)] * 4)
    with pytest.raises(SolverError, match="more mass"):
        left_curtain([F(0), F(1)], [F(2), F(1)], [F(0), F(1)], [F(1, 2)] * 2)
