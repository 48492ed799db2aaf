"""The squared distance from the prior as a cost of beliefs, see :mod:`.cost`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from dual.errors import Violation
from dual.numbers.exact import Vector
from dual.numbers.interval import Interval, interval
from dual.words import brief

from .free import require_dear


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
            return require_dear(excess, prior, where)
        surplus = self.surplus(excess, prior)
        if surplus > 0:
            belief = ", ".join(map(brief, self.maximiser(excess, prior)))
            raise Violation(
                f"{where}: payoff minus cost exceeds the prices by {brief(surplus)} > 0 at belief ({belief})"
            )
        return None


def _water_level(heights: Sequence[Fraction]) -> Fraction:
    """The level above which the heights hold one unit in all."""
    held, level = Fraction(0), Fraction(0)
    for count, height in enumerate(sorted(heights, reverse=True), start=1):
        held += height
        if height * count > held - 1:
            level = (held - 1) / count
    return level
