"""Policies out of floats: exact joint masses near given ones, with means on the right side of the payoff's jumps."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from transport.programs.arrays import Floats

from .martingale import left_curtain
from .rescaled import RescaledPayoff

_BITS = 40
"""Of shares: rounding takes some 2^-40 off the value, in short fractions."""
_MASS = 1e-11
"""Less mass is a rounding error of HiGHS, and given to others."""
_JUMP = 1e-9
"""A step below this, relative to the payoff's range, is a rounding error."""

Row = list[Fraction]


def rounded_split(
    rescaled: RescaledPayoff,
    places: Floats,
    masses: Floats,
    points: Sequence[Fraction],
    weights: Sequence[Fraction],
    margin: Fraction = Fraction(0),
) -> list[tuple[Fraction, Row]]:
    """Split exact weights on points among signals whose means are about at the given places.

    A signal at a jump of the payoff gives up a little mass, which is revealed, where that moves its mean to the
    higher side.

    Parameters
    ----------
    rescaled : RescaledPayoff
    places, masses : array
        The means in [0, 1] and their masses.
    points, weights : sequence of Fraction
        Increasing points and their masses.
    margin : Fraction
        How far beyond a jump a mean has to be.

    Returns
    -------
    list of (mean, joint masses)
    """
    used = masses > _MASS
    targets = places[used].tolist()
    rough = left_curtain(
        targets, masses[used].tolist(), [rescaled.place(x) for x in points], [float(w) for w in weights]
    )
    rows = [[Fraction(0)] * len(points) for _ in targets]
    for i, weight in enumerate(weights):
        shares = [max(round(row[i] / float(weight) * 2**_BITS), 0) for row in rough]
        total = sum(shares)
        if total:
            for row, share in zip(rows, shares, strict=True):
                row[i] = weight * Fraction(share, total)
        else:
            rows[0][i] = weight
    loose: list[Row] = []
    for row, target in zip(rows, targets, strict=True):
        loose += _moved(rescaled, row, points, rescaled.mean(target), margin)
    signals = []
    for row in (*rows, *loose):
        mass = sum(row, Fraction(0))
        if mass:
            signals.append((sum((m * x for m, x in zip(row, points, strict=True)), Fraction(0)) / mass, row))
    return sorted(signals, key=lambda signal: signal[0])


def higher_side(rescaled: RescaledPayoff, mean: Fraction) -> int:
    """Where the payoff does not jump down beside a mean: 1 if it jumps down on the left, -1 if on the right.

    Zero if it jumps on neither side, or on both.
    """
    if rescaled.listed:
        return 0
    value, (left, _, right, _) = rescaled.scaled(rescaled.at(mean)), rescaled.beside(mean)
    return int(left < value - _JUMP) - int(right < value - _JUMP)


def _moved(
    rescaled: RescaledPayoff, row: Row, points: Sequence[Fraction], target: Fraction, margin: Fraction
) -> list[Row]:
    """Take mass off the far end of a signal until its mean is on the higher side of a jump; return what was taken."""
    side = higher_side(rescaled, target) if target in rescaled.exact_means else 0
    taken = []
    missing = margin * sum(row, Fraction(0)) - side * sum(
        (mass * (x - target) for x, mass in zip(points, row, strict=True)), Fraction(0)
    )
    for i in range(len(points)) if side > 0 else reversed(range(len(points))):
        gain = side * (target - points[i]) + margin
        if not side or missing <= 0 or gain <= 0:
            break
        amount = min(row[i], missing / gain)
        if amount:
            row[i] -= amount
            missing -= amount * gain
            taken.append([amount if j == i else Fraction(0) for j in range(len(points))])
    return taken
