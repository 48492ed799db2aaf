"""Laws of a real-valued state on an interval: uniform ones, or with a density that is an expression in ``x``.

A density need not integrate to one: it is divided by its integral. What is true of every law: its total is positive,
and what it calls a mass, moment or integral is an interval that contains the true number, exact where the density is a
(piecewise) polynomial.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from dual.numbers.interval import Interval, interval

if TYPE_CHECKING:
    from .band import Band, Cell
    from .expression import Expression

    Rule = Callable[[Cell], Band]

_TOLERANCE: Final = Fraction(1, 1 << 66)
"""How well integrals of a density are known, relative to their scale: finer takes more cells, coarser costs digits."""


@dataclass(frozen=True)
class ContinuousLaw:
    """The uniform law on ``[lower, upper]``, or with a ``density`` another one on it.

    Integrals here are those of the density as it is written (1 if it is uniform), before it is divided by
    :attr:`total`. What is true of it: ``lower < upper``, the density is nonnegative between them, and its integral
    positive; :mod:`.density` proves it where one is read.
    """

    continuous: ClassVar[bool] = True
    lower: Fraction
    upper: Fraction
    density: Expression | None = None

    def document(self) -> dict[str, object]:
        """The law as the instance's file holds it."""
        return (
            {"uniform": self.range} if self.density is None else {"density": self.density.text, "interval": self.range}
        )

    @property
    def range(self) -> tuple[Fraction, Fraction]:
        """The ends; every mean lies between them."""
        return self.lower, self.upper

    def rule(self, cell: Cell) -> Band:
        """Enclose the density on a cell."""
        if self.density is None:
            return cell.constant(1)
        from .bands import bands

        return bands(self.density)(cell)

    @cached_property
    def total(self) -> Interval:
        """The integral of the density over the whole interval."""
        return self.mass(*self.range)

    @cached_property
    def scale(self) -> Fraction:
        """The size of the integral of the density, against which integrals are accurate."""
        from .band import Cell

        return self.rule(Cell([[self.lower], [self.upper]])).hull.magnitude * (self.upper - self.lower)

    def mass(self, left: Fraction, right: Fraction) -> Interval:
        """The integral of the density from ``left`` to ``right``."""
        return self.integral(self.rule, left, right, Fraction(1))

    def moment(self, left: Fraction, right: Fraction, origin: Fraction | int = 0) -> Interval:
        """The integral of ``x - origin`` times the density."""
        middle = (left + right) / 2  # centred, so that a law far from zero costs no accuracy
        centred = self.payoff(lambda cell: cell.coordinate(0) - middle, left, right, right - left)
        return centred + self.mass(left, right) * (middle - origin)

    def payoff(self, payoff: Rule, left: Fraction, right: Fraction, scale: Fraction) -> Interval:
        """The integral of a function times the density; ``scale`` is the size of the function."""
        return self.integral(lambda cell: payoff(cell) * self.rule(cell), left, right, scale)

    def integral(self, rule: Rule, left: Fraction, right: Fraction, scale: Fraction) -> Interval:
        """The integral of a function of the size ``scale`` times the density's."""
        from .band import Cell
        from .integral import integrate

        return integrate(rule, Cell([[left], [right]]), _TOLERANCE * scale * self.scale)

    def expected(self, price: Any) -> Interval:
        """The expectation of a function with ``pieces``, ends and a polynomial each, and the ``values`` at these."""
        from .rules import polynomial

        least, size = min(price.values), max(price.values) - min(price.values)
        total = interval(0)  # counted from the least value, so that a large constant costs no accuracy
        for left, right, piece in price.pieces:
            low, high = max(left, self.lower), min(right, self.upper)
            above = (piece[0] - least, *piece[1:])
            if low < high and any(above):
                total += self.payoff(polynomial(above), low, high, size or Fraction(1))
        return total / self.total + least  # type: ignore[no-any-return]
