"""Bands and polynomials at points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from dual.functions.band import Band
from dual.functions.bernstein import Terms, unpacked
from dual.numbers.interval import Interval, interval


def value(terms: Terms, coordinates: Sequence[Fraction]) -> Fraction:
    """A polynomial at barycentric coordinates."""
    size = len(coordinates)
    return sum(
        (
            c * math.prod((x**e for x, e in zip(coordinates, unpacked(key, size), strict=True)), start=Fraction(1))
            for key, c in terms.items()
        ),
        Fraction(0),
    )


def band_at(band: Band, coordinates: Sequence[Fraction]) -> Interval:
    """Enclose the value at barycentric coordinates (off the listed faces)."""
    found = value(band.terms, coordinates) / band.denominator
    return interval(found) if band.remainder is None else band.remainder + found
