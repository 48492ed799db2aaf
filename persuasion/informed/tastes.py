"""Types that differ in tastes alone, so that only the mean of a number of the state counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dual.kinds.informed.statement import TypedStatement, by_type
from dual.numbers.exact import Vector


@dataclass(frozen=True)
class Tastes:
    """All types share a prior; type t acts iff the posterior mean of z is at least r_t.

    Attributes
    ----------
    states : tuple of Fraction, shape (S,)
        z(s); the lowest is 0 and the highest 1.
    prior : tuple of Fraction, shape (S,)
    thresholds : tuple of Fraction, shape (T,)
        r_t.
    gains : tuple of Fraction, shape (T,)
        What the sender gets if t acts, times her weight.
    otherwise : Fraction
        What she gets if nobody acts.
    """

    states: Vector
    prior: Vector
    thresholds: Vector
    gains: Vector
    otherwise: Fraction

    def document(self) -> dict[str, Any]:
        """The instance of kind ``mean-persuasion`` that says the same.

        Of states with one z the masses are added; where nobody or everybody could act nothing changes.
        """
        masses: dict[Fraction, Fraction] = {}
        for z, p in zip(self.states, self.prior, strict=True):
            masses[z] = masses.get(z, Fraction(0)) + p
        support = sorted(z for z in masses if masses[z])
        inner = sorted({r for r in self.thresholds if support[0] < r < support[-1]})
        breakpoints = [support[0], *inner, support[-1]]
        if len(support) == 1:
            breakpoints = [support[0], support[0] + 1]
        pieces = [[self.payoff((low + high) / 2)] for low, high in pairwise(breakpoints)]
        # At the ends of the support a type may act at that very mean: a breakpoint's value is the larger one.
        points: dict[str, Any] = {"breakpoints": breakpoints, "pieces": pieces}
        if self.payoff(breakpoints[-1]) != pieces[-1][0]:
            points = {
                "breakpoints": [*breakpoints, breakpoints[-1] + 1],
                "pieces": [*pieces, [self.payoff(breakpoints[-1])]],
            }
        return {
            "kind": "mean-persuasion",
            "law": {"support": support, "prior": [masses[z] for z in support]},
            "payoff": points,
        }

    def payoff(self, mean: Fraction) -> Fraction:
        """What the sender gets at a posterior mean."""
        acting = (gain for r, gain in zip(self.thresholds, self.gains, strict=True) if mean >= r)
        return self.otherwise + sum(acting, Fraction(0))


def tastes(statement: TypedStatement) -> Tastes | None:
    """The tastes, if types differ in nothing else; None otherwise."""
    if statement.action_count != 2 or statement.joint is not None or statement.beliefs is None:
        return None
    prior = statement.beliefs[0]
    if any(belief != prior for belief in statement.beliefs) or not all(prior):
        return None
    T = statement.type_count
    differences = [[row[1] - row[0] for row in payoff] for payoff in by_type(statement.receiver, T)]
    z = _scale(differences)
    if z is None:
        return None
    thresholds, gains, otherwise = [], [], Fraction(0)
    law = statement.law
    for t, (d, payoff) in enumerate(zip(differences, by_type(statement.sender, T), strict=True)):
        # d = slope (z - r), to be read off at the lowest and the highest state
        low, high = (next(x for x, place in zip(d, z, strict=True) if place == end) for end in (0, 1))
        slope = high - low
        if slope <= 0 or any(x != low + slope * place for x, place in zip(d, z, strict=True)):
            return None
        gain = {row[1] - row[0] for row in payoff}
        if len(gain) != 1 or min(gain) < 0:
            return None
        thresholds.append(-low / slope)
        gains.append(min(gain) * sum(law[t], Fraction(0)))
        otherwise += sum((mass * row[0] for mass, row in zip(law[t], payoff, strict=True)), Fraction(0))
    return Tastes(z, prior, tuple(thresholds), tuple(gains), otherwise)


def _scale(differences: Sequence[Sequence[Fraction]]) -> Vector | None:
    """z(s) from 0 to 1, such that the first type's payoff rises with it; None if hers is the same everywhere."""
    first = differences[0]
    low, high = min(first), max(first)
    return tuple((x - low) / (high - low) for x in first) if high > low else None
