"""Where prices touch the payoff: the means of an optimal policy, as exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from transport.programs.arrays import Floats
from transport.programs.rounding import dyadic, simple

from .program import FloatPrices
from .rescaled import RescaledPayoff

_TOUCH = 1e-7
"""Slack and mass, relative to the payoff's range, from which on prices touch or a mean is used: HiGHS leaves less."""
_APART = 1e-4
"""Means closer than this are one contact, split by the grid of means."""
_NEAR = 1e-6
"""How far from where floats see it a simple mean may lie."""
_DENOMINATORS = (12, 100, 1000, 10**4, 10**5)
"""Of means that count as simple, tried in turn, ..."""
_CHANCE = 0.02
"""... as long as one would be so near by chance no more often than this."""
_BITS = 45
"""Of means that are not simple."""


@dataclass(frozen=True)
class Contact:
    """A mean at which the prices touch the payoff, as far as floats can tell.

    Attributes
    ----------
    place : float
        In [0, 1].
    mass : float
        Of the law of means nearby.
    mean : Fraction
        The simplest number nearby: a special mean, a short fraction, or the float itself.
    near : tuple of float
        The candidate places that it stands for.
    """

    place: float
    mass: float
    mean: Fraction
    near: tuple[float, ...] = ()


def contacts(rescaled: RescaledPayoff, prices: FloatPrices) -> list[Contact]:
    """Group the candidate means with next to no slack, nearby ones together."""
    slack = prices.at(prices.means) - prices.payoffs
    touching = np.flatnonzero((slack < _TOUCH) | (prices.masses > _TOUCH))
    groups = np.split(touching, np.flatnonzero(np.diff(prices.means[touching]) > _APART) + 1)
    found: list[Contact] = []
    for group in groups:
        means, masses = prices.means[group], prices.masses[group]
        found += _by_special(rescaled, means, masses)
    return found


def simple_mean(rescaled: RescaledPayoff, place: float, near: float = _NEAR) -> Fraction:
    """The simplest mean within a distance of a place, or the place itself on a grid of 2^-45.

    A fraction counts as simple if it would hardly be met so near by chance.
    """
    known = rescaled.marks[np.abs(rescaled.marks - place) <= near]
    if len(known):
        return rescaled.mean(float(known[np.argmin(np.abs(known - place))]))
    share = dyadic(place, _BITS)
    exact = rescaled.left + rescaled.width * share
    for denominator in _DENOMINATORS:
        if denominator**2 * near > _CHANCE:
            break
        # Simple in its own units, or as a share of the range.
        for found in (
            simple(exact, denominator),
            rescaled.left + rescaled.width * simple(share, denominator),
        ):
            if (
                abs(found - exact) <= Fraction(near) * rescaled.width
                and rescaled.left <= found <= rescaled.left + rescaled.width
            ):
                return found
    return exact


def _by_special(rescaled: RescaledPayoff, means: Floats, masses: Floats) -> list[Contact]:
    """A group's special means each on its own, the rest as one."""
    special = np.isin(means, rescaled.marks)
    found = [
        Contact(float(place), float(mass), rescaled.mean(float(place)), (float(place),))
        for place, mass in zip(means[special], masses[special], strict=True)
    ]
    rest, weights = means[~special], masses[~special]
    if len(rest) and (not found or weights.sum() > _TOUCH):
        place = float(rest @ weights / weights.sum()) if weights.sum() > 0 else float(rest[len(rest) // 2])
        found.append(Contact(place, float(weights.sum()), simple_mean(rescaled, place), tuple(rest.tolist())))
    return found
