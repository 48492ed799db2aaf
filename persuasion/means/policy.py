"""Exact policies for a continuous law: polished pieces as intervals of the law with fractions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from dual.errors import SolverError
from dual.functions.law import ContinuousLaw
from dual.numbers.interval import rounded
from transport.programs.rounding import dyadic

from .contacts import simple_mean
from .martingale import left_curtain
from .polish import Structure
from .rescaled import RescaledPayoff
from .rounding import higher_side
from .table import LawTable

_NEAR = 2e-12
"""How near a cut must be to a simple number to be it: what the polish leaves."""
_SHORT = 42
"""Bits of a share in which a cell is split."""
_MARGIN = Fraction(1, 2**38)
"""How far beyond a jump, relative to the law's width, a mean is put that irrational masses would leave on either
side."""
_TRIES = 40
"""Cuts are moved by twice as much each time until the mean is on the higher side, from ..."""
_FINEST = 52
"""... a 2^-52nd of the interval on: least is lost by the first that suffices."""
_BITS = 100
"""Of irrational masses: their rounding is lost far below every tolerance."""
_EMPTY = Fraction(1, 2**60)
"""Parts with less of the mass are none: a split of them divides by nearly zero."""

Interval = tuple[Fraction, Fraction, Fraction]


@dataclass(frozen=True)
class ExactPiece:
    """An interval of the law in exact numbers: revealed, pooled into one mean, or into two.

    ``bends`` tells for each mean whether the payoff bends or jumps there.
    """

    left: Fraction
    right: Fraction
    means: tuple[Fraction, ...]
    bends: tuple[bool, ...]
    slope: float


def exact_pieces(rescaled: RescaledPayoff, law: ContinuousLaw, structure: Structure) -> list[ExactPiece]:
    """Round cuts and means to fractions with small denominators.

    Where the payoff jumps at a pool's mean, a cut is shifted so that the mean falls on the side with the higher payoff.
    """
    cuts = [law.lower, *(simple_mean(rescaled, piece.left, _NEAR) for piece in structure.pieces[1:]), law.upper]
    found = [
        ExactPiece(
            cuts[k],
            cuts[k + 1],
            tuple(_mean(rescaled, *pair) for pair in zip(piece.means, bends, strict=True)),
            bends,
            slope,
        )
        for k, (piece, bends, slope) in enumerate(zip(structure.pieces, structure.fixed, structure.slopes, strict=True))
    ]
    for k, piece in enumerate(found):
        if len(piece.means) == 1 and piece.bends[0]:
            cuts = _kept(rescaled, law, cuts, k, piece.means[0])
    return [ExactPiece(cuts[k], cuts[k + 1], piece.means, piece.bends, piece.slope) for k, piece in enumerate(found)]


def _mean(rescaled: RescaledPayoff, place: float, bends: bool) -> Fraction:
    return rescaled.mean(place) if bends else simple_mean(rescaled, place, _NEAR)


def _kept(rescaled: RescaledPayoff, law: ContinuousLaw, cuts: list[Fraction], k: int, mean: Fraction) -> list[Fraction]:
    """Move an end of interval k until its mean is exactly the given one or on the higher side of a jump there."""
    if law.density is None and cuts[k] + cuts[k + 1] != 2 * mean:
        # The mean of a uniform law is half-way.
        ends = (2 * mean - cuts[k + 1], cuts[k + 1]) if k else (cuts[k], 2 * mean - cuts[k])
        return [*cuts[:k], *ends, *cuts[k + 2 :]] if k or k + 2 < len(cuts) else cuts
    for attempt in range(_TRIES):
        side = _lower_side(rescaled, law, cuts[k], cuts[k + 1], mean)
        inner = k or k + 1
        if not side or not 0 < inner < len(cuts) - 1:
            return cuts
        moved = cuts[inner] + side * rescaled.width * Fraction(2) ** (attempt - _FINEST)
        if not cuts[inner - 1] < moved < cuts[inner + 1]:
            return cuts
        cuts = [*cuts[:inner], moved, *cuts[inner + 1 :]]
    return cuts


def _lower_side(rescaled: RescaledPayoff, law: ContinuousLaw, left: Fraction, right: Fraction, mean: Fraction) -> int:
    """Where an interval's mean has to go, 1 up or -1 down, to be surely not on the lower side of a jump; 0 if it is."""
    side = higher_side(rescaled, mean)
    mass = law.mass(left, right)
    excess = law.moment(left, right) - mass * mean
    return 0 if (excess.lower >= 0 if side > 0 else excess.upper <= 0) else side


def policy(
    rescaled: RescaledPayoff, law: ContinuousLaw, table: LawTable, pieces: Sequence[ExactPiece]
) -> list[dict[str, object]]:
    """The signals of a primal witness."""
    signals: list[dict[str, object]] = []
    for piece in pieces:
        if not piece.means:
            signals.append({"reveal": (piece.left, piece.right)})
        elif len(piece.means) == 1:
            signals += _one(rescaled, law, piece)
        else:
            signals += [{"intervals": rows} for rows in _two(rescaled, law, table, piece)]
    return signals


def _one(rescaled: RescaledPayoff, law: ContinuousLaw, piece: ExactPiece) -> list[dict[str, object]]:
    """Pool an interval; where only that lifts the mean to the higher side of a jump, a negligible end is revealed."""
    left, right = piece.left, piece.right
    for attempt in range(_TRIES):
        side = _lower_side(rescaled, law, left, right, piece.means[0]) if piece.bends[0] else 0
        if not side:
            break
        margin = (piece.right - piece.left) * Fraction(2) ** (attempt - _FINEST)
        left, right = (piece.left + margin, piece.right) if side > 0 else (piece.left, piece.right - margin)
    signals: list[dict[str, object]] = [{"intervals": [(left, right, Fraction(1))]}]
    signals += [{"reveal": ends} for ends in ((piece.left, left), (right, piece.right)) if ends[0] < ends[1]]
    return signals


def _two(rescaled: RescaledPayoff, law: ContinuousLaw, table: LawTable, piece: ExactPiece) -> list[list[Interval]]:
    """Split an interval into two means: the lower one takes a part between two quantiles, the other one the rest."""
    exact = _mass(law, piece.left, piece.right)[2]
    margin = Fraction(0) if exact else _MARGIN * rescaled.width
    targets = [mean + higher_side(rescaled, mean) * margin for mean in piece.means]
    whole, moment, _ = _mass(law, piece.left, piece.right)
    lower_mass = (targets[1] * whole - moment) / (targets[1] - targets[0])
    for cells in _partitions(rescaled, law, table, piece, targets[0], lower_mass):
        parts = [_mass(law, left, right) for left, right in pairwise(cells)]
        filled = [part for part in parts if part[0] > whole * _EMPTY]
        masses = [part[0] for part in filled]
        try:
            rows = left_curtain(
                targets, [lower_mass, whole - lower_mass], [part[1] / part[0] for part in filled], masses
            )
        except SolverError:  # rounded masses and means leave no split; the next targets have more room
            continue
        taken = iter([amount / mass for amount, mass in zip(rows[0], masses, strict=True)])
        shares = [next(taken) if part[0] > whole * _EMPTY else Fraction(1) for part in parts]
        if not exact:
            shares = [dyadic(share, _SHORT) for share in shares]
        return [merged(cells, shares), merged(cells, [1 - share for share in shares])]
    return []


def _partitions(
    rescaled: RescaledPayoff, law: ContinuousLaw, table: LawTable, piece: ExactPiece, mean: Fraction, mass: Fraction
) -> Iterator[list[Fraction]]:
    """Cells for splitting an interval: first around the part of a given mass and mean, then finer and finer ones."""
    window = _window(rescaled, law, table, piece, mean, mass)
    yield sorted({piece.left, piece.right, *(x for x in window if piece.left < x < piece.right)})
    for count in (8, 32, 128, 512):
        step = (piece.right - piece.left) / count
        yield [piece.left + k * step for k in range(count + 1)]


def _window(
    rescaled: RescaledPayoff, law: ContinuousLaw, table: LawTable, piece: ExactPiece, mean: Fraction, mass: Fraction
) -> tuple[Fraction, ...]:
    """The ends of the part of a given mass between two quantiles that has the given mean."""
    if law.density is None:
        return mean - mass / 2, mean + mass / 2
    from scipy.optimize import brentq

    left, right = rescaled.place(piece.left), rescaled.place(piece.right)
    share, target = float(mass / law.total.middle), rescaled.place(mean)
    top = table.quantile(float(table.up_to(np.array([right]))[0][0]) - share)

    def excess(start: float) -> float:
        return table.mean(start, stop(start)) - target

    def stop(start: float) -> float:
        return table.quantile(float(table.up_to(np.array([start]))[0][0]) + share)

    if not excess(left) < 0 < excess(top):
        return ()
    start = brentq(excess, left, top, xtol=1e-16)
    return simple_mean(rescaled, start, _NEAR), simple_mean(rescaled, stop(start), _NEAR)


def _mass(law: ContinuousLaw, left: Fraction, right: Fraction) -> tuple[Fraction, Fraction, bool]:
    """Mass and moment, and whether they are exact; else rounded to numbers that stay short."""
    mass, moment = law.mass(left, right), law.moment(left, right)
    if mass.is_point and moment.is_point:
        return mass.lower, moment.lower, True
    return rounded(mass.middle, _BITS, up=False), rounded(moment.middle, _BITS, up=False), False


def merged(cells: Sequence[Fraction], shares: Sequence[Fraction]) -> list[Interval]:
    """Cells with their shares, neighbours of one share as one, without those that take no part."""
    found: list[Interval] = []
    for left, right, share in zip(cells, cells[1:], shares, strict=False):
        if found and found[-1][1:] == (left, share):
            found[-1] = (found[-1][0], right, share)
        elif share:
            found.append((left, right, share))
    return found
