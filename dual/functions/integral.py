"""Proven integrals over a segment.

The integral from a to b is that from a to c and that from c to b, wherever c is: so nothing depends on the points
that :mod:`.cuts` chooses. A part's band has a mean that contains the function's, as the faces that it lists are single
points.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from itertools import pairwise

from dual.errors import Undecided
from dual.limits import budget
from dual.numbers.interval import Interval, interval, outward

from . import bernstein, work
from .band import Band, Cell
from .cuts import partition
from .enclosure import MAX_CELLS, Rule, Search


@budget()
def integrate(rule: Rule, segment: Cell, tolerance: Fraction = Fraction(0), cells: int = MAX_CELLS) -> Interval:
    """Enclose the integral of a function over a segment of the line.

    Parameters
    ----------
    rule : callable
        From cells to bands; its values at single points do not matter.
    segment : Cell
        Two vertices in R^1.
    tolerance : Fraction
        Stop when the enclosure is at most this wide. Piecewise polynomials whose breakpoints the comparisons reveal
        come out exactly, as an interval of width zero.
    cells : int
        Stop after this many cells, with the enclosure reached so far.

    Returns
    -------
    Interval

    Raises
    ------
    Undecided
        If no bound of the function was found on some part of the segment.

    Examples
    --------
    >>> from .bands import bands
    >>> from .expression import Expression
    >>> integrate(bands(Expression.parse("abs(m - 1/2)", ["m"])), Cell([[0], [1]]))
    Interval(lower=Fraction(1, 4), upper=Fraction(1, 4))
    """
    search = Search(rule)

    @cache
    def share(low: Fraction, high: Fraction) -> tuple[Band | Undecided, Interval]:
        band = search.band(Cell([[low], [high]]))
        if isinstance(band, Undecided):
            return band, interval(0)
        found = mean(band) * (high - low)
        return band, found if found.is_point else outward(found)

    total = interval(0)
    left, right = sorted(x for (x,) in segment.vertices)
    for low, high in pairwise([left, *partition(share, left, right, tolerance, cells), right]):
        band, part = share(low, high)
        if isinstance(band, Undecided):
            raise band
        total += part
    return total


def mean(band: Band) -> Interval:
    """The function's mean over the cell: that of the Bernstein coefficients, and the remainder.

    All Bernstein polynomials of a degree have the same integral; the listed faces have no volume.
    """
    work.bound(band)
    weights = bernstein.factorials(band.size, band.degree)
    total = sum(weights[key] * value for key, value in band.terms.items())
    found = Fraction(total, band.denominator * math.factorial(band.degree) * len(weights))
    return interval(found) if band.remainder is None else band.remainder + found
