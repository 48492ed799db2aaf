"""Closed forms of what is sold to rivals, against sums over fine grids."""

from fractions import Fraction as F

import pytest

from dual.kinds.experiments.rivals import _excess


@pytest.mark.parametrize(
    ("own", "other", "alpha"),
    [((0, 1), (0, 2), F(1, 2)), ((0, 2), (1, 3), F(1, 3)), ((1, 3), (0, 1), F(2)), ((1, 2), (2, 2), F(1, 2))],
)
def test_what_one_virtual_value_exceeds_the_others_by(own, other, alpha):
    """Virtual values 2 v - h are uniform on [2 l - h, h]."""
    (p, q), (r, s) = ((2 * low - high, high) for low, high in (own, other))
    count = 400
    mine = [p + (q - p) * (2 * k + 1) / (2 * count) for k in range(count)]
    theirs = [float(alpha) * (r + (s - r) * (2 * k + 1) / (2 * count)) for k in range(count)]
    mean = sum(max(0.0, a - b) for a in mine for b in theirs) / count**2
    found = _excess((F(own[0]), F(own[1])), (F(other[0]), F(other[1])), alpha)
    assert float(found) == pytest.approx(mean, abs=1e-4)
