"""Reading the density of a law, an expression in ``x``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from dual.errors import InputError, Undecided, Violation
from dual.limits import budget
from dual.numbers.interval import Interval

from .band import Cell
from .enclosure import prove_nonnegative
from .expression import Expression
from .law import ContinuousLaw

_CELLS: Final = 1000
"""Cells into which a density may be cut until each is proven nonnegative: more prove steeper ones, later."""


@budget()
def read(raw: object, where: str, lower: Fraction, upper: Fraction) -> ContinuousLaw:
    """Read a density, and refuse it unless it is proven to be nonnegative with a positive integral."""
    density = Expression.parse(raw, ["x"], where)
    law = ContinuousLaw(lower, upper, density)
    try:
        if not _plainly_nonnegative(density, Interval(lower, upper)):
            prove_nonnegative(law.rule, Cell([[lower], [upper]]), cells=_CELLS, name="the density")
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
