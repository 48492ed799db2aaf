"""The structure of an optimal policy, read off the prices: what is revealed, what is pooled, and into which means.

Where the prices equal the payoff on an interval, the state is revealed there. Between, the prices are affine on
maximal intervals; each is pooled into the mean at which the prices touch the payoff, or, if they do not touch it at the
interval's own mean, into the two nearest touching means around it (bi-pooling: Arieli, Babichenko, Smorodinsky and
Yamashita 2023). All in floats on [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from transport.programs.arrays import Booleans, Floats

from .contacts import contacts
from .program import FloatPrices
from .rescaled import RescaledPayoff
from .table import LawTable

_TOUCH = 1e-8
"""Slack, relative to the payoff's range, below which prices touch on a cell: what HiGHS leaves, and a little."""
_NEAR_TOUCH = 1e-7
"""The same for a single mean, which is between two points of the grid."""
_NARROW = 3e-5
"""Parts as narrow, relative to the range, are rounding errors between two others."""
_BEND = 1e-6
"""Changes of the prices' slope below this are rounding errors."""


@dataclass(frozen=True)
class Piece:
    """One interval of the law.

    Attributes
    ----------
    left, right : float
        Its ends in [0, 1].
    means : tuple of float
        None if it is revealed, one if it is pooled, two if it is bi-pooled.
    """

    left: float
    right: float
    means: tuple[float, ...] = ()


def revealed_cells(rescaled: RescaledPayoff, prices: FloatPrices) -> Booleans:
    """Which cells between neighbouring places are revealed: the prices are the payoff's chords there."""
    places = prices.places
    if rescaled.listed:
        return np.zeros(len(places) - 1, dtype=bool)
    touching = prices.prices - rescaled.values(places) < _TOUCH
    widths = np.diff(places)
    bends = np.concatenate([[0.0], np.diff(np.diff(prices.prices) / widths), [0.0]])
    middle = (places[1:] + places[:-1]) / 2
    slack = prices.at(middle) - rescaled.values(middle)
    chord = widths * (bends[1:] + bends[:-1]) / 4
    first = np.concatenate([[True], np.zeros(len(widths) - 1, dtype=bool)])
    chord = np.where(first | first[::-1], 2 * chord, chord)  # nothing bends at the ends themselves
    return np.asarray(touching[1:] & touching[:-1] & (slack <= chord + _TOUCH), dtype=bool)


def read_structure(rescaled: RescaledPayoff, table: LawTable, prices: FloatPrices) -> list[Piece] | None:
    """Read the pieces off; None if an affine part of the prices touches the payoff on one side of its mean only."""
    touching = np.array([contact.place for contact in contacts(rescaled, prices)])
    pieces: list[Piece] = []
    for left, right, revealed in _parts(rescaled, prices):
        means = () if revealed else _means(rescaled, table, prices, touching, left, right)
        if means is None:
            return None
        pieces.append(Piece(left, right, means))
    return pieces


def _parts(rescaled: RescaledPayoff, prices: FloatPrices) -> list[tuple[float, float, bool]]:
    """Cut [0, 1] where the prices bend: parts with affine prices, and revealed ones; narrow parts are cuts."""
    places = prices.places
    bends = np.concatenate([[0.0], np.diff(np.diff(prices.prices) / np.diff(places)), [0.0]])
    ends = np.concatenate([[0], 1 + np.flatnonzero(bends[1:-1] > _BEND), [len(places) - 1]])
    revealed = revealed_cells(rescaled, prices)
    parts: list[tuple[int, int, bool]] = []
    for i, j in pairwise(ends):
        shown = bool(revealed[i:j].all())
        if shown and parts and parts[-1][2]:
            parts[-1] = (parts[-1][0], int(j), True)
        else:
            parts.append((int(i), int(j), shown))
    wide = [part for part in parts if places[part[1]] - places[part[0]] > _NARROW]
    found: list[tuple[float, float, bool]] = []
    for i, j, shown in wide:
        left, right = float(places[i]), float(places[j])
        if found:
            last = found[-1]
            if last[2] and shown:
                found[-1] = (last[0], right, True)
                continue
            between = (places >= last[1]) & (places <= left)
            left = float(np.average(places[between], weights=np.maximum(bends[between], 1e-300)))
            found[-1] = (last[0], left, last[2])
        found.append((left if found else 0.0, right, shown))
    if found:
        found[-1] = (found[-1][0], 1.0, found[-1][2])
    return found


def _means(
    rescaled: RescaledPayoff, table: LawTable, prices: FloatPrices, touching: Floats, left: float, right: float
) -> tuple[float, ...] | None:
    """The means that an affine part is pooled into."""
    mean = table.mean(left, right)
    near = touching[np.abs(touching - mean) < _NARROW]
    if len(near):
        return (float(near[np.argmin(np.abs(near - mean))]),)
    at = np.array([mean])
    if not rescaled.listed and float((prices.at(at) - rescaled.values(at))[0]) < _NEAR_TOUCH:
        return (mean,)
    inside = touching[(touching > left) & (touching < right)]
    below, above = inside[inside < mean], inside[inside > mean]
    return (float(below[-1]), float(above[0])) if len(below) and len(above) else None
