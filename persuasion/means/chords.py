"""Knots on revealed intervals, where the prices are chords of the payoff: as few as keep the chords' cost small."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from transport.programs.arrays import Floats
from transport.programs.rounding import dyadic

from .rescaled import RescaledPayoff
from .table import LawTable

_SAMPLES = 64
"""At which a payoff is compared with a chord: enough for where to cut, which need not be exact."""
_BITS = 24
"""Of the cuts, which may be anywhere near: short numbers make the checker quick."""
_NOISE = 1e-13
"""Slack that is a rounding error of the comparison."""

Ends = tuple[Fraction, Fraction]


def chord_knots(
    rescaled: RescaledPayoff, table: LawTable, revealed: Sequence[Ends], gap: float, most: int
) -> list[Fraction]:
    """Knots inside revealed intervals, closer where chords cost more; special means are knots.

    Parameters
    ----------
    rescaled : RescaledPayoff
    table : LawTable
    revealed : sequence of (left, right)
        Intervals on which the payoff is convex.
    gap : float
        By how much the chords' expectation may exceed the payoff's, on the solver's scale.
    most : int
        At most about so many knots.
    """
    samples = [_sampled(rescaled, table, ends) for ends in revealed]
    total = sum(float(cost.sum()) for _, cost in samples)
    if not total:
        return [x for ends in revealed for x in rescaled.exact_means if ends[0] < x < ends[1]]
    cells = sum(np.count_nonzero(cost) for _, cost in samples)
    density = min(float(np.sqrt(total / gap)), most / cells)
    return [
        x
        for ends, (places, cost) in zip(revealed, samples, strict=True)
        for x in _spaced(rescaled, ends, places, cost, density)
    ]


def _sampled(rescaled: RescaledPayoff, table: LawTable, ends: Ends) -> tuple[Floats, Floats]:
    """Cells of a revealed interval, and what the payoff's chords over them cost in expectation."""
    left, right = rescaled.place(ends[0]), rescaled.place(ends[1])
    places = np.union1d(
        np.linspace(left, right, _SAMPLES + 1), rescaled.marks[(rescaled.marks > left) & (rescaled.marks < right)]
    )
    values = rescaled.values(places)
    slack = (values[1:] + values[:-1]) / 2 - rescaled.values((places[1:] + places[:-1]) / 2)
    cost = np.diff(table.up_to(places)[0]) * slack * (2 / 3)
    return places, np.where(slack > _NOISE, cost, 0.0)


def _spaced(rescaled: RescaledPayoff, ends: Ends, places: Floats, cost: Floats, density: float) -> list[Fraction]:
    """Knots so many per cell, on the whole, that their density goes with the cube root of the cost.

    Chords cost the square of their length times the payoff's curvature and the density; that is least for a given
    number of knots if every chord costs the same.
    """
    inside = {x for x in rescaled.exact_means if ends[0] < x < ends[1]}
    count = int(np.ceil(density * np.count_nonzero(cost)))
    weight = np.cumsum(np.append(0.0, np.cbrt(cost)))
    if weight[-1] > 0:
        inner = np.interp(np.linspace(0.0, weight[-1], count + 1)[1:-1], weight, places)
        inside |= {rescaled.left + rescaled.width * dyadic(place, _BITS) for place in inner.tolist()}
    return sorted(x for x in inside if ends[0] < x < ends[1])
