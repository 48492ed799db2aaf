"""Laws on an interval whose density is an expression in ``x``.

It need not integrate to one: it is divided by its integral. Masses and moments are exact for densities that are
(piecewise) polynomials; otherwise they are enclosed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, cast

from dual.errors import InputError, Undecided, Violation
from dual.limits import budget
from dual.numbers.interval import Interval, interval

from .band import Band, Cell
from .bands import bands
from .enclosure import Rule, prove_nonnegative
from .expression import Expression
from .law import ContinuousLaw

_CELLS: Final = 1000
"""Cells into which a density may be cut until each is proven nonnegative: more prove steeper ones, later."""


@dataclass(frozen=True)
class DensityLaw(ContinuousLaw):
    """A law on ``[lower, upper]`` with a density, whose integrals are enclosed.

    What is true of it was proven by :func:`read`: the density is nonnegative, and its integral positive.
    """

    @cached_property
    def _enclosed(self) -> Rule:
        return bands(cast(Expression, self.density))

    def rule(self, cell: Cell) -> Band:
        """Enclose the density on a cell."""
        return self._enclosed(cell)

    @cached_property
    def scale(self) -> Fraction:
        """An upper bound of the integral."""
        return self.rule(Cell([[self.lower], [self.upper]])).hull.magnitude * (self.upper - self.lower)

    def mass(self, left: Fraction, right: Fraction) -> Interval:
        """The integral of the density from ``left`` to ``right``."""
        return self.integral(self.rule, left, right, Fraction(1))

    def moment(self, left: Fraction, right: Fraction) -> Interval:
        """The integral of ``x`` times the density, exact in the sense of :meth:`mass`."""
        middle = (left + right) / 2  # centred, so that a law far from zero costs no accuracy
        return self.line(left, right, left - middle, right - middle, right - left) + self.mass(left, right) * middle

    def line(self, left: Fraction, right: Fraction, low: Fraction, high: Fraction, size: Fraction) -> Interval:
        """The integral of the density times the line from ``low`` to ``high``, accurate for values of a size."""
        if not size:
            return interval(0)
        slope = (high - low) / (right - left)
        return self.payoff(
            lambda cell: cell.affine([low + slope * (x - left) for (x,) in cell.vertices]), left, right, size
        )


@budget()
def read(raw: object, where: str, lower: Fraction, upper: Fraction) -> DensityLaw:
    """Read a density, and refuse it unless it is proven to be nonnegative with a positive integral."""
    density = Expression.parse(raw, ["x"], where)
    law = DensityLaw(lower, upper, density)
    try:
        if not _plainly_nonnegative(density, Interval(lower, upper)):
            segment = Cell([[lower], [upper]])
            prove_nonnegative(law.rule, segment, cells=_CELLS, name="the density")
        total = law.total
    except (Violation, Undecided) as error:
        raise InputError(
            f"a density has to be nonnegative and bounded, which fails or is not proven: {error}", where
        ) from None
    if total.lower <= 0:
        raise InputError(f"a density needs a positive integral; this one's lies in {total}", where)
    return law


def _plainly_nonnegative(density: Expression, everywhere: Interval) -> bool:
    """Whether interval arithmetic alone shows it; it may where the density touches zero at an irrational point."""
    try:
        return density.enclose([everywhere]).lower >= 0
    except Undecided:
        return False
