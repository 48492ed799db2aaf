"""Policies and prices on refined cells, for a continuous law whose structure could not be made exact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from dual.functions.law import ContinuousLaw
from dual.numbers.interval import rounded
from transport.programs.arrays import Booleans
from transport.programs.effort import Effort

from .chords import chord_knots
from .contacts import contacts
from .curve import height
from .exact import refined
from .martingale import left_curtain
from .policy import merged
from .prices import Curve
from .program import FloatPrices, solve_prices
from .rescaled import RescaledPayoff
from .rounding import Row, rounded_split
from .structure import revealed_cells
from .table import LawTable

_MARGIN = Fraction(1, 2**38)
"""How far beyond a jump, relative to the law's width, a mean is put that irrational masses would leave on either
side."""
_BITS = 100
"""Of irrational masses: their rounding is lost far below every tolerance."""


def cell_policy(
    rescaled: RescaledPayoff, law: ContinuousLaw, rough: FloatPrices, effort: Effort
) -> list[dict[str, object]] | None:
    """Gather the law at the means of cells and split it among means; what fills revealed cells alone is revealed.

    Returns
    -------
    list of signals, or None
        None where means have to be met exactly and the law's moments are not known exactly.
    """
    cuts = [law.lower, *(rescaled.mean(place) for place in rough.places[1:-1].tolist()), law.upper]
    masses = [law.mass(left, right) for left, right in pairwise(cuts)]
    moments = [law.moment(left, right) for left, right in pairwise(cuts)]
    exact = all(mass.is_point and moment.is_point for mass, moment in zip(masses, moments, strict=True))
    whole = sum((mass.middle for mass in masses), Fraction(0))
    weights = [rounded(mass.middle, _BITS, up=False) if not exact else mass.middle / whole for mass in masses]
    filled = [i for i, weight in enumerate(weights) if weight > 0]
    points = [moments[i].middle / masses[i].middle for i in filled]
    weights = [weights[i] for i in filled]
    places = np.array([rescaled.place(x) for x in points])
    found = solve_prices(rescaled, places, np.array([float(weight) for weight in weights]), effort, rough.means)
    rows: list[tuple[Fraction, Row]]
    if rescaled.listed:
        best = refined(rescaled, points, weights, contacts(rescaled, found), effort) if exact else None
        if best is None:
            return None
        split = left_curtain(best.means, best.masses, points, weights)
        rows = list(zip(best.means, split, strict=True))
    else:
        margin = Fraction(0) if exact else _MARGIN * rescaled.width
        rows = rounded_split(rescaled, found.means, found.masses, points, weights, margin)
    shares = []
    for _, row in rows:
        share = [Fraction(0)] * len(masses)
        for i, mass, weight in zip(filled, row, weights, strict=True):
            share[i] = mass / weight
        shares.append(share)
    empty = sorted(set(range(len(masses))) - set(filled))
    for i in empty:
        shares[0][i] = Fraction(1)
    return _signals(cuts, shares, revealed_cells(rescaled, rough))


def _signals(
    cuts: Sequence[Fraction], shares: Sequence[Sequence[Fraction]], revealed: Booleans
) -> list[dict[str, object]]:
    """Signals in the form of a primal witness; neighbouring revealed cells are one interval."""
    signals: list[dict[str, object]] = []
    shown = np.zeros(len(revealed), dtype=bool)
    for share in shares:
        used = [i for i, x in enumerate(share) if x]
        if len(used) == 1 and share[used[0]] == 1 and revealed[used[0]]:
            shown[used[0]] = True
        elif used:
            signals.append({"intervals": merged(cuts, share)})
    steps = np.diff(np.concatenate([[0], shown.astype(np.int8), [0]]))
    for start, stop in zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True):
        signals.append({"reveal": (cuts[start], cuts[stop])})
    return signals


def cell_curve(rescaled: RescaledPayoff, table: LawTable, rough: FloatPrices, gap: float, knots: int) -> Curve:
    """The prices of the cells' ends, with more knots on revealed intervals."""
    pairs = zip(rough.places.tolist(), rough.prices.tolist(), strict=True)
    heights = {rescaled.mean(place): rescaled.base + rescaled.size * Fraction(price) for place, price in pairs}
    runs = np.diff(np.concatenate([[0], revealed_cells(rescaled, rough).astype(np.int8), [0]]))
    starts, stops = (rough.places[np.flatnonzero(runs == step)].tolist() for step in (1, -1))
    revealed = [(rescaled.mean(left), rescaled.mean(right)) for left, right in zip(starts, stops, strict=True)]
    for x in chord_knots(rescaled, table, revealed, gap, knots):
        heights[x] = height(rescaled, x)
    found = tuple(sorted(heights))
    curve = Curve(found, tuple(heights[x] for x in found)).convex()
    return curve.with_knots(
        contact.mean for contact in contacts(rescaled, rough) if found[0] <= contact.mean <= found[-1]
    )
