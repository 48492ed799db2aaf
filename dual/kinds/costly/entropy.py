"""Entropy as a cost of beliefs: the divergence from the prior, see :mod:`.cost`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.errors import InputError, Violation
from dual.numbers.elementary import LARGEST_EXPONENT, exp, log
from dual.numbers.exact import Vector
from dual.numbers.interval import Interval, interval
from dual.words import brief

from .free import require_dear

_NEGLIGIBLE = Fraction(-1000)
"""Lower exponents are raised to this one, so that numbers stay short: exp(-1000) is about 5e-435."""


@dataclass(frozen=True)
class EntropyCost:
    """``weight`` times the Kullback-Leibler divergence from the prior (natural logarithm), weight >= 0."""

    weight: Fraction

    def document(self) -> object:
        """``{"entropy": weight}``."""
        return {"entropy": self.weight}

    def at(self, belief: Sequence[Fraction], prior: Sequence[Fraction]) -> Interval:
        """Enclose the cost of a belief.

        Raises
        ------
        InputError
            If the belief puts mass where the prior has none: the divergence is infinite.

        Examples
        --------
        >>> half = [Fraction(1, 2)] * 2
        >>> print(EntropyCost(Fraction(1)).at([Fraction(0), Fraction(1)], half))
        [0.69314718056, 0.69314718056]
        """
        total = interval(0)
        for q, m in zip(belief, prior, strict=True):
            if q and not m:
                raise InputError("the belief puts mass on a state that the prior excludes")
            if q:
                total += log(interval(q / m)) * q
        return total * self.weight

    def surplus(self, excess: Sequence[Fraction], prior: Sequence[Fraction]) -> Fraction:
        """An upper bound of ``max over q of excess . q - cost(q) = k log sum_s prior[s] exp(excess[s] / k)``.

        Examples
        --------
        >>> float(EntropyCost(Fraction(2)).surplus([Fraction(1), Fraction(-1)], [Fraction(1, 2)] * 2))
        0.240229013916555...
        """
        possible = _possible(excess, prior)
        if not self.weight:
            return max(possible)
        # The largest entry is taken out first, so that no exponential overflows.
        largest = max(possible)
        level = self._total([gain - largest for gain in excess], prior)
        return largest + self.weight * log(interval(level)).upper

    def check(
        self,
        excess: Sequence[Fraction],
        prior: Sequence[Fraction],
        where: str,
        points: Sequence[Vector] = (),  # noqa: ARG002
    ) -> None:
        """Refuse unless ``sum_s prior[s] exp(excess[s] / weight) <= 1``."""
        if not self.weight:
            return require_dear(excess, prior, where)
        if max(_possible(excess, prior)) <= 0:
            return None  # no exponential exceeds 1
        for s, (gain, mass) in enumerate(zip(excess, prior, strict=True)):
            # A positive mass is at least 10^-4000, so that the one term exceeds 1.
            if mass and gain > LARGEST_EXPONENT * self.weight:
                raise Violation(f"{where}: the payoff in state {s} exceeds the price by {brief(gain)}")
        total = self._total(excess, prior)
        if total > 1:
            raise Violation(
                f"{where}: sum over s of prior[s] exp((payoff[s] - prices[s]) / {brief(self.weight)})"
                f" <= 1 is needed; it may reach 1 + {brief(total - 1)}"
            )
        return None

    def _total(self, excess: Sequence[Fraction], prior: Sequence[Fraction]) -> Fraction:
        terms = [
            exp(interval(max(gain / self.weight, _NEGLIGIBLE))).upper * mass
            for gain, mass in zip(excess, prior, strict=True)
            if mass
        ]
        return sum(terms, Fraction(0))


def _possible(values: Sequence[Fraction], prior: Sequence[Fraction]) -> list[Fraction]:
    return [value for value, mass in zip(values, prior, strict=True) if mass]
