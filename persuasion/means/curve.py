"""Exact prices for a continuous law: lines over what is pooled, chords of the payoff over what is revealed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dual.numbers.interval import interval
from transport.programs.rounding import simple_near

from .chords import chord_knots
from .policy import ExactPiece
from .prices import Curve
from .rescaled import RescaledPayoff
from .table import LawTable

_SIMPLE = 1000
"""Largest denominator of a slope that is taken for the one meant."""
_NEAR = Fraction(1, 10**9)
"""How near it must be, relative to slopes of the payoff's range."""

Line = tuple[Fraction, Fraction, Fraction]
"""A line through the point (first, second) with the slope (third)."""


def price_curve(
    rescaled: RescaledPayoff, table: LawTable, pieces: Sequence[ExactPiece], gap: float, knots: int
) -> Curve:
    """Prices that belong to a policy.

    Parameters
    ----------
    rescaled : RescaledPayoff
    table : LawTable
    pieces : sequence of ExactPiece
    gap : float
        By how much the chords' expectation may exceed the payoff's on revealed intervals, on the solver's scale.
    knots : int
        At most about so many knots on revealed intervals.
    """
    revealed = [(piece.left, piece.right) for piece in pieces if not piece.means]
    inside = chord_knots(rescaled, table, revealed, gap, knots)
    heights = {x: height(rescaled, x) for x in {*inside, *(end for ends in revealed for end in ends)}}
    for piece, line in zip(pieces, _lines(rescaled, pieces), strict=True):
        if line is not None:
            for x in (piece.left, *piece.means, piece.right):
                on_line = line[1] + line[2] * (x - line[0])
                heights[x] = max(on_line, heights.get(x, on_line))
    found = tuple(sorted(heights))
    return Curve(found, tuple(heights[x] for x in found))


def height(rescaled: RescaledPayoff, mean: Fraction) -> Fraction:
    """The payoff at a mean, or its limit from a side if that is higher, rounded up."""
    limits = [jet.value for jet in rescaled.slopes(mean) if jet is not None and isinstance(jet.value, Fraction)]
    return max([rescaled.payoff.at(interval(mean)).upper, *limits])


def _lines(rescaled: RescaledPayoff, pieces: Sequence[ExactPiece]) -> list[Line | None]:
    """The line of each pooled piece, from two means, a tangent, a neighbour; only if all fail from its float slope."""
    found: list[Line | None] = [None] * len(pieces)
    open_pieces = [k for k, piece in enumerate(pieces) if piece.means]
    for last_resort in (False, True):
        progress = True
        while progress and open_pieces:
            progress = False
            for k in list(open_pieces):
                slope = _slope(rescaled, pieces, found, k, last_resort)
                if slope is not None:
                    mean = pieces[k].means[0]
                    found[k] = (mean, rescaled.at(mean), slope)
                    open_pieces.remove(k)
                    progress = True
                    if last_resort:
                        break
    return found


def _slope(
    rescaled: RescaledPayoff, pieces: Sequence[ExactPiece], lines: Sequence[Line | None], k: int, last_resort: bool
) -> Fraction | None:
    piece = pieces[k]
    mean = piece.means[0]
    value = rescaled.at(mean)
    if len(piece.means) == 2:
        return (rescaled.at(piece.means[1]) - value) / (piece.means[1] - mean)
    if not piece.bends[0]:
        jet = next((jet for jet in rescaled.slopes(mean) if jet is not None), None)
        if jet is not None:
            return Fraction(jet.slope)
    for j, cut, direction in ((k - 1, piece.left, 0), (k + 1, piece.right, 1)):
        if 0 <= j < len(pieces) and cut != mean:
            line = lines[j]
            if line is not None:
                return (line[1] + line[2] * (cut - line[0]) - value) / (cut - mean)
            jet = rescaled.slopes(cut)[direction]
            if not pieces[j].means and jet is not None:
                return (Fraction(jet.value) - value) / (cut - mean)
    if not last_resort:
        return None
    unit = rescaled.size / rescaled.width
    exact = Fraction(piece.slope) * unit
    short = simple_near(exact, _SIMPLE, _NEAR * unit)
    return exact if short is None else short
