"""Concave envelopes over a line: hulls against all chords, minima of lines against all lines."""

import itertools
import random
from fractions import Fraction as F

import pytest

from dual.errors import InputError
from persuasion.envelope import Envelope, interpolated, lower_of_lines, upper_hull


@pytest.mark.parametrize("seed", range(20))
def test_the_hull_is_the_best_chord(seed):
    rng = random.Random(seed)
    points = [(F(rng.randint(0, 8)), F(rng.randint(-4, 4))) for _ in range(8)]
    hull = upper_hull(points)
    left, right = min(points)[0], max(points)[0]
    for k in range(17):
        at = left + (right - left) * F(k, 16)
        best = [value for x, value in points if x == at]
        for (a, u), (b, v) in itertools.permutations(points, 2):
            if a < b and a <= at <= b:
                best.append(u + (v - u) * (at - a) / (b - a))
        assert interpolated(hull, at) == max(best)
    slopes = [(v - u) / (b - a) for (a, u), (b, v) in itertools.pairwise(hull)]
    assert all(first > second for first, second in itertools.pairwise(slopes))


@pytest.mark.parametrize("seed", range(20))
def test_the_minimum_of_lines(seed):
    rng = random.Random(seed)
    lines = [(F(rng.randint(-6, 6)), F(rng.randint(-6, 6))) for _ in range(6)]
    vertices = lower_of_lines(lines, F(0), F(1))
    for k in range(33):
        at = F(k, 32)
        assert interpolated(vertices, at) == min(a + (b - a) * at for a, b in lines)
    slopes = [(v - u) / (b - a) for (a, u), (b, v) in itertools.pairwise(vertices)]
    assert all(first > second for first, second in itertools.pairwise(slopes))


def test_an_envelope_is_known_on_its_domain_only():
    hull = ((F(1, 4), F(0)), (F(1, 2), F(1)))
    envelope = Envelope(hull, hull)
    assert envelope.exact
    assert envelope("3/8") == (F(1, 2), F(1, 2))
    with pytest.raises(InputError, match="p: 1/8 lies outside"):
        envelope("1/8")
    assert not Envelope(hull, ((F(1, 4), F(1)), (F(1, 2), F(1)))).exact
