"""Polishing: the conditions of an optimal structure, solved to the last digit of a float.

On a pooled interval the prices are a line ``P(t) = a + b t``. The line passes through the payoff at each of its means,
and is tangent there unless the payoff bends or jumps; a single mean is the mean of its interval. At an end the line
meets the next one, or the revealed payoff.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from transport.programs.arrays import Floats

from .program import FloatPrices
from .rescaled import RescaledPayoff
from .structure import Piece
from .table import LawTable

_STEPS = 8
"""Of Newton's method, which near a solution doubles the digits in each."""
_STEP = 1e-7
"""Of central differences: right to about nine digits, which Newton's method makes up for."""
_MOVED = 1e-2
"""Cuts that move further than this, relative to the range, have left the structure they began with."""
_RESIDUAL = 1e-10
"""Conditions met to this are met; coarser structures have no exact neighbour."""
_SPECIAL = 2e-4
"""How far a mean may be moved to a bend or jump, relative to the range: what a linear program on a grid leaves."""
_BEND = 1e-6
"""Changes of slope, ..."""
_JUMP = 1e-9
"""... steps, ..."""
_TOUCH = 1e-6
"""... and slack below these are rounding errors, all relative to the payoff's range."""


@dataclass(frozen=True)
class Structure:
    """Polished pieces.

    Attributes
    ----------
    pieces : tuple of Piece
    fixed : tuple of tuple of bool
        For each mean of each piece whether the payoff bends or jumps there.
    slopes : tuple of float
        Of the prices on each piece, on the solver's scale; NaN where it is revealed.
    residual : float
        The largest violation of a condition.
    """

    pieces: tuple[Piece, ...]
    fixed: tuple[tuple[bool, ...], ...]
    slopes: tuple[float, ...]
    residual: float


class _Conditions:
    """The unknowns (cuts, lines, means that are not fixed) as one vector, and what has to vanish."""

    def __init__(
        self, rescaled: RescaledPayoff, table: LawTable, pieces: Sequence[Piece], fixed: Sequence[Sequence[bool]]
    ) -> None:
        self.rescaled, self.table, self.pieces, self.fixed = rescaled, table, pieces, fixed
        self.weights = [
            [1.0 if stays else self._weight(mean) for mean, stays in zip(piece.means, held, strict=True)]
            for piece, held in zip(pieces, fixed, strict=True)
        ]

    def _weight(self, mean: float) -> float:
        """Slopes count less where the payoff is strongly curved, so that a place's last digit does not show."""
        bend = self.payoff(mean + _STEP, 0)[1] - self.payoff(mean - _STEP, 0)[1]
        return 1 / max(1.0, abs(bend) / (2 * _STEP))

    def start(self, prices: FloatPrices) -> Floats:
        """The unknowns as they were read."""
        cuts = [piece.left for piece in self.pieces[1:]]
        lines: list[float] = []
        means: list[float] = []
        for piece, fixed in zip(self.pieces, self.fixed, strict=True):
            if piece.means:
                inner = np.array([0.75 * piece.left + 0.25 * piece.right, 0.25 * piece.left + 0.75 * piece.right])
                low, high = prices.at(inner)
                slope = float((high - low) / (inner[1] - inner[0]))
                lines += [float(low - slope * inner[0]), slope]
            means += [mean for mean, stays in zip(piece.means, fixed, strict=True) if not stays]
        return np.array(cuts + lines + means)

    def unpacked(self, unknowns: Floats) -> tuple[list[Piece], list[tuple[float, float]]]:
        """Pieces and lines of a vector of unknowns."""
        found, lines = [], []
        cuts = [0.0, *unknowns[: len(self.pieces) - 1].tolist(), 1.0]
        rest = iter(unknowns[len(self.pieces) - 1 :].tolist())
        pooled = [bool(piece.means) for piece in self.pieces]
        lines = [(next(rest), next(rest)) if line else (np.nan, np.nan) for line in pooled]
        for k, (piece, fixed) in enumerate(zip(self.pieces, self.fixed, strict=True)):
            means = tuple(mean if stays else next(rest) for mean, stays in zip(piece.means, fixed, strict=True))
            found.append(Piece(cuts[k], cuts[k + 1], means))
        return found, lines

    def residuals(self, unknowns: Floats) -> Floats:
        """What has to vanish."""
        pieces, lines = self.unpacked(unknowns)
        return np.array([*self._within(pieces, lines), *self._between(pieces, lines)])

    def jacobian(self, unknowns: Floats) -> Floats:
        """The derivatives of the residuals, by central differences."""
        steps = _STEP * np.eye(len(unknowns))
        columns = [self.residuals(unknowns + step) - self.residuals(unknowns - step) for step in steps]
        return np.stack(columns, axis=1) / (2 * _STEP)

    def _within(self, pieces: Sequence[Piece], lines: Sequence[tuple[float, float]]) -> Iterator[float]:
        for piece, (start, slope), fixed, weights in zip(pieces, lines, self.fixed, self.weights, strict=True):
            for mean, stays, weight in zip(piece.means, fixed, weights, strict=True):
                value, tangent = self.payoff(mean, 0)
                yield start + slope * mean - value
                if not stays:
                    yield (slope - tangent) * weight
            if len(piece.means) == 1:
                yield self.table.mean(piece.left, piece.right) - piece.means[0]

    def _between(self, pieces: Sequence[Piece], lines: Sequence[tuple[float, float]]) -> Iterator[float]:
        for k in range(1, len(pieces)):
            cut = pieces[k].left
            sides = []
            for j, direction in ((k - 1, -1), (k, 1)):
                start, slope = lines[j]
                sides.append(start + slope * cut if pieces[j].means else self.payoff(cut, direction)[0])
            yield sides[1] - sides[0]

    def payoff(self, place: float, direction: int) -> tuple[float, float]:
        """Payoff and slope at a place, on the solver's scale: limits from a side, or (direction 0) the value itself."""
        rescaled = self.rescaled
        mean = rescaled.mean(min(max(place, 0.0), 1.0))
        left, right = rescaled.slopes(mean)
        jet = (right or left) if direction >= 0 else (left or right)
        if jet is None:
            return rescaled.scaled(rescaled.at(mean)), 0.0
        value = rescaled.at(mean) if direction == 0 else Fraction(jet.value)
        return rescaled.scaled(value), float(Fraction(jet.slope) * rescaled.width / rescaled.size)


def polished(
    rescaled: RescaledPayoff, table: LawTable, prices: FloatPrices, pieces: Sequence[Piece]
) -> Structure | None:
    """Solve the conditions by Newton's method with least squares; None if it does not converge nearby."""
    snapped, fixed = _fixed(rescaled, prices, pieces)
    conditions = _Conditions(rescaled, table, snapped, fixed)
    unknowns = at = conditions.start(prices)
    best = residuals = conditions.residuals(at)
    for _ in range(_STEPS if len(at) else 0):
        jacobian = conditions.jacobian(at)
        if not np.isfinite(jacobian).all():
            break
        at = at - np.linalg.lstsq(jacobian, residuals, rcond=1e-9)[0]
        residuals = conditions.residuals(at)
        if not np.isfinite(residuals).all():
            break
        if np.abs(residuals).max() < np.abs(best).max():
            unknowns, best = at, residuals
    found, lines = conditions.unpacked(unknowns)
    worst = float(np.abs(best).max(initial=0.0))
    cuts = [0.0, *(piece.left for piece in found[1:]), 1.0]
    ordered = all(a < b for a, b in pairwise(cuts))
    near = all(abs(a.left - b.left) < _MOVED for a, b in zip(found, pieces, strict=True))
    if not (ordered and near and worst < _RESIDUAL):
        return None
    return Structure(tuple(found), fixed, tuple(slope for _, slope in lines), worst)


def _fixed(
    rescaled: RescaledPayoff, prices: FloatPrices, pieces: Sequence[Piece]
) -> tuple[list[Piece], tuple[tuple[bool, ...], ...]]:
    """Move means to special points nearby where the payoff bends or jumps, and say which are there."""
    touching = rescaled.marks[prices.at(rescaled.marks) - rescaled.values(rescaled.marks) < _TOUCH]
    moved, fixed = [], []
    for piece in pieces:
        means, stays = [], []
        for mean in piece.means:
            near = touching[np.abs(touching - mean) <= _SPECIAL]
            special = [float(place) for place in near if _bends(rescaled, float(place))]
            means.append(min(special, key=lambda place: abs(place - mean)) if special else mean)
            stays.append(bool(special))
        moved.append(Piece(piece.left, piece.right, tuple(means)))
        fixed.append(tuple(stays))
    return moved, tuple(fixed)


def _bends(rescaled: RescaledPayoff, place: float) -> bool:
    if rescaled.listed:
        return True
    mean = rescaled.mean(place)
    value, (left, left_slope, right, right_slope) = rescaled.scaled(rescaled.at(mean)), rescaled.beside(mean)
    return max(abs(left - value), abs(right - value)) > _JUMP or abs(left_slope - right_slope) > _BEND
