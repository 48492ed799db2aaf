"""Two states: messages are thresholds, and the best experiment is the best chord across the middle.

A message (1 - y, y) of length one is a number y; the messages of an experiment have mean 1/2 and length two, so its
value is twice the concave envelope of the sender's payoff at 1/2 (:func:`dual.kinds.informed.segment.curve`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.kinds.informed.segment import Table, curve, payoff
from dual.kinds.informed.statement import TypedStatement

Place = tuple[int, int, int]
"""At n/d the payoff is F/d, in units of the gains."""


@dataclass(frozen=True)
class Chord:
    """The best experiment of two states.

    Attributes
    ----------
    messages : list of pairs of Fraction
        Likelihoods in the two states; one message or two.
    prices : pair of Fraction
        What supports the envelope at the middle, by state.
    """

    messages: list[tuple[Fraction, ...]]
    prices: tuple[Fraction, ...]


def best_chord(own: Table, gains: Table, unit: int) -> Chord:
    """The best experiment for types with these tables, by threshold.

    Examples
    --------
    Two buyers who believe in state 1 with 2/5 and 1/5, equally many: aim at the one who doubts more.

    >>> best_chord([[[0, 0], [-3, 2]], [[0, 0], [-4, 1]]], [[[0, 0], [3, 2]], [[0, 0], [4, 1]]], 10).prices
    (Fraction(0, 1), Fraction(19, 40))
    """
    return chord(curve(own, gains), unit)


def chord(places: Sequence[Place], unit: int) -> Chord:
    """The best chord across the middle of a payoff along the messages."""
    hull = upper_hull(places)
    right = next(k for k, (n, d, _) in enumerate(hull) if 2 * n >= d)
    n, d, _ = hull[right]
    left = right - 1 if 2 * n > d or right else right
    ends = [hull[left], hull[right]] if left != right else [hull[0], hull[1]]
    (m, k, f), (n, d, g) = ends
    y, z = Fraction(m, k), Fraction(n, d)
    slope = (Fraction(g, d) - Fraction(f, k)) / (z - y)
    low = Fraction(f, k) - slope * y
    shares = [2 * (z - Fraction(1, 2)) / (z - y), 2 * (Fraction(1, 2) - y) / (z - y)]
    messages: list[tuple[Fraction, ...]] = [
        (share * (1 - at), share * at) for share, at in zip(shares, (y, z), strict=True) if share
    ]
    return Chord(messages, (low / unit, (low + slope) / unit))


def upper_hull(places: Sequence[Place]) -> list[Place]:
    """The corners of the concave envelope of places in increasing order."""
    hull: list[Place] = []
    for place in places:
        while len(hull) > 1 and not _above(hull[-2], hull[-1], place):
            hull.pop()
        hull.append(place)
    return hull


def _above(a: Place, b: Place, c: Place) -> bool:
    """Whether b lies strictly above the chord from a to c."""
    (n, d, f), (m, e, g), (k, h, i) = a, b, c
    return d * (m * i - g * k) - n * (e * i - g * h) + f * (e * k - m * h) < 0


def single_state(own: Table, gains: Table, unit: int) -> Chord:
    """With one state there is nothing to reveal."""
    return Chord([(Fraction(1),)], (Fraction(payoff(own, gains, [1]), unit),))


def best_experiment(statement: TypedStatement) -> Chord:
    """The best experiment about one state or two; prices are those of gains from above."""
    found, above = (_best(one) for one in (statement, statement.above))
    return Chord(found.messages, above.prices)


def _best(statement: TypedStatement) -> Chord:
    (gains, unit), (own, _) = statement.gains, statement.own
    return chord(statement.curve, unit) if statement.state_count == 2 else single_state(own, gains, unit)
