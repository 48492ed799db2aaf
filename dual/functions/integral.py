"""Proven integrals over a segment.

The invariant: the integral lies in ``exact``, plus the shares of the open parts, plus the integrals over the parts on
the stack. A part's band has a mean that contains the function's, as the faces it lists are single points; cutting keeps
the sum.
"""

from __future__ import annotations

import heapq
import math
from fractions import Fraction

from dual.errors import Undecided
from dual.limits import budget
from dual.numbers.interval import Interval, interval, outward
from dual.words import at_point

from . import bernstein
from .band import Band, Cell
from .enclosure import DEPTH, MAX_CELLS, Rule, Search, halves


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
    exact, open_width, count = Fraction(0), Fraction(0), 0  # open_width is that of all shares together
    open_parts: list[tuple[bool, Fraction, int, int, Cell, Band | None, Interval]] = []
    stack = [(segment, 0)]
    while True:
        while stack:
            part, depth = stack.pop()
            count += 1
            length = abs(Fraction(part.corners[1][0] - part.corners[0][0], part.denominator))
            _, band = search.lower(part)
            if band is not None and band.remainder is None:
                exact += mean(band).lower * length
                continue
            share = interval(0) if band is None else outward(mean(band) * length)
            open_width += share.width
            heapq.heappush(open_parts, (band is not None, -share.width, count, depth, part, band, share))
        if not open_parts or count >= cells or (open_parts[0][0] and open_width <= tolerance):
            break
        if open_parts[0][3] >= DEPTH:
            break
        _, width, _, depth, part, band, _ = heapq.heappop(open_parts)
        open_width += width
        stack += halves(part, band, depth)
    if open_parts and not open_parts[0][0]:
        where = f"{at_point(open_parts[0][4].centre)} after {count} cells"
        raise Undecided(f"no bound of the integrand was found near {where}{search.reason}")
    return sum((entry[-1] for entry in open_parts), interval(exact))


def mean(band: Band) -> Interval:
    """The function's mean over the cell: that of the Bernstein coefficients, and the remainder.

    All Bernstein polynomials of a degree have the same integral; the listed faces have no volume.
    """
    band.spend_hull()
    weights = bernstein.factorials(band.size, band.degree)
    total = sum(weights[key] * value for key, value in band.terms.items())
    found = Fraction(total, band.denominator * math.factorial(band.degree) * len(weights))
    return interval(found) if band.remainder is None else band.remainder + found
