"""Laws of a real-valued state on an interval: uniform ones, and with a density, see :mod:`dual.functions.density`.

What is true of every law: its total is positive, and what it calls a mass, moment, integral or expectation is an
interval that contains the true number, exact for uniform laws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

from dual.numbers.interval import Interval, interval

from .between import between

if TYPE_CHECKING:
    from .band import Band, Cell
    from .expression import Expression

    Rule = Callable[[Cell], Band]

_TOLERANCE: Final = Fraction(1, 1 << 64)
"""How well integrals of a density are known, relative to their scale: finer takes more cells, coarser costs digits."""


@dataclass(frozen=True)
class ContinuousLaw:
    """The uniform law on ``[lower, upper]``, or with a ``density`` another one on it.

    Integrals here are those of the density as it is written (1 if it is uniform), before it is divided by
    :attr:`total`. What is true of it: ``lower < upper``, the density is nonnegative between them, and its integral
    positive; uniform integrals are exact.
    """

    continuous: ClassVar[bool] = True
    lower: Fraction
    upper: Fraction
    density: Expression | None = None

    def document(self) -> dict[str, object]:
        """The law as the instance's file holds it."""
        ends = (self.lower, self.upper)
        return {"uniform": ends} if self.density is None else {"density": self.density.text, "interval": ends}

    @property
    def range(self) -> tuple[Fraction, Fraction]:
        """The ends; every mean lies between them."""
        return self.lower, self.upper

    @cached_property
    def total(self) -> Interval:
        """The integral of the density over the whole interval."""
        return self.mass(self.lower, self.upper)

    @cached_property
    def scale(self) -> Fraction:
        """The size of the integral of the density, against which integrals are accurate."""
        return self.upper - self.lower

    def rule(self, cell: Cell) -> Band:
        """Enclose the density on a cell."""
        return cell.constant(1)

    def mass(self, left: Fraction, right: Fraction) -> Interval:
        """The integral of the density from ``left`` to ``right``."""
        return interval(right - left)

    def moment(self, left: Fraction, right: Fraction) -> Interval:
        """The integral of ``x`` times the density."""
        return interval((right - left) * (right + left) / 2)

    def payoff(self, payoff: Rule, left: Fraction, right: Fraction, scale: Fraction) -> Interval:
        """The integral of a function times the density; ``scale`` is the size of the function."""
        return self.integral(lambda cell: payoff(cell) * self.rule(cell), left, right, scale)

    def integral(self, rule: Rule, left: Fraction, right: Fraction, scale: Fraction) -> Interval:
        """The integral of a function of the size ``scale`` times the density's."""
        from .band import Cell
        from .integral import integrate

        return integrate(rule, Cell([[left], [right]]), _TOLERANCE * scale * self.scale)

    def expected(self, knots: Sequence[Fraction], values: Sequence[Fraction]) -> Interval:
        """The expectation of the function that is linear between its knots, which cover the interval."""
        inside = sorted({self.lower, self.upper, *(x for x in knots if self.lower < x < self.upper)})
        heights = [between(knots, values, x) for x in inside]
        least, size = min(heights), max(heights) - min(heights)
        total = interval(0)  # counted from the least price, so that a large constant costs no accuracy
        for left, right, low, high in zip(inside, inside[1:], heights, heights[1:], strict=False):
            total += self.line(left, right, low - least, high - least, size)
        return total / self.total + least

    def line(self, left: Fraction, right: Fraction, low: Fraction, high: Fraction, size: Fraction) -> Interval:  # noqa: ARG002
        """The integral of the density times the line from ``low`` to ``high``, accurate for values of a size."""
        return interval((right - left) * (low + high) / 2)
