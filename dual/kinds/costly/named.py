"""Named costs of beliefs: entropy and quadratic, as divergences from the prior, see :mod:`.cost`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from dual.errors import InputError, Violation
from dual.numbers.elementary import LARGEST_EXPONENT, exp, log
from dual.numbers.exact import Vector
from dual.numbers.interval import Interval, interval
from dual.words import brief

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
            return _check_linear(excess, prior, where)
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


@dataclass(frozen=True)
class QuadraticCost:
    """``weight`` times the squared Euclidean distance from the prior, weight >= 0."""

    weight: Fraction

    def document(self) -> object:
        """``{"quadratic": weight}``."""
        return {"quadratic": self.weight}

    def at(self, belief: Sequence[Fraction], prior: Sequence[Fraction]) -> Interval:
        """The cost of a belief, exactly.

        Examples
        --------
        >>> print(QuadraticCost(Fraction(3)).at([Fraction(0), Fraction(1)], [Fraction(1, 2)] * 2))
        3/2
        """
        return interval(self.weight * sum(((q - m) ** 2 for q, m in zip(belief, prior, strict=True)), Fraction(0)))

    def surplus(self, excess: Sequence[Fraction], prior: Sequence[Fraction]) -> Fraction:
        """The maximum over q of ``excess . q - cost(q)``, exactly.

        Examples
        --------
        >>> QuadraticCost(Fraction(1)).surplus([Fraction(1), Fraction(-1)], [Fraction(1, 2)] * 2)
        Fraction(1, 2)
        """
        best = self.maximiser(excess, prior)
        return sum(map(mul, excess, best), Fraction(0)) - self.at(best, prior).upper

    def maximiser(self, excess: Sequence[Fraction], prior: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """The belief that maximises ``excess . q - cost(q)``: the projection of ``prior + excess / 2k``."""
        if not self.weight:
            best = max(range(len(prior)), key=lambda s: (bool(prior[s]), excess[s]))
            return tuple(Fraction(s == best) for s in range(len(prior)))
        heights = [m + gain / (2 * self.weight) if m else None for gain, m in zip(excess, prior, strict=True)]
        level = _water_level([height for height in heights if height is not None])
        return tuple(Fraction(0) if height is None else max(height - level, Fraction(0)) for height in heights)

    def check(
        self,
        excess: Sequence[Fraction],
        prior: Sequence[Fraction],
        where: str,
        points: Sequence[Vector] = (),  # noqa: ARG002
    ) -> None:
        """Refuse unless the maximum over q of ``excess . q - cost(q)`` is at most zero."""
        if not self.weight:
            return _check_linear(excess, prior, where)
        surplus = self.surplus(excess, prior)
        if surplus > 0:
            belief = ", ".join(map(brief, self.maximiser(excess, prior)))
            raise Violation(
                f"{where}: payoff minus cost exceeds the prices by {brief(surplus)} > 0 at belief ({belief})"
            )
        return None


def _possible(values: Sequence[Fraction], prior: Sequence[Fraction]) -> list[Fraction]:
    return [value for value, mass in zip(values, prior, strict=True) if mass]


def _check_linear(excess: Sequence[Fraction], prior: Sequence[Fraction], where: str) -> None:
    for s, (gain, mass) in enumerate(zip(excess, prior, strict=True)):
        if mass and gain > 0:
            raise Violation(f"{where}: the payoff in state {s} exceeds the price by {brief(gain)} > 0")


def _water_level(heights: Sequence[Fraction]) -> Fraction:
    """The level above which the heights hold one unit in all."""
    held, level = Fraction(0), Fraction(0)
    for count, height in enumerate(sorted(heights, reverse=True), start=1):
        held += height
        if height * count > held - 1:
            level = (held - 1) / count
    return level
