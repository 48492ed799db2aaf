"""Functions of functions on a cell, by Taylor polynomials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from dual.errors import InputError, Undecided
from dual.limits import spend
from dual.numbers.interval import Interval, interval, outward, rounded

from .band import BITS, DEFAULT, Band
from .work import STEP, WORK

_MAX_ORDER: Final = {2: 12, 3: 10, 4: 8}  # of Taylor polynomials; higher ones need fewer cells, and more work on each
_ENOUGH: Final = 1 << 56  # a remainder this much below the largest term is as good as one of higher order


Series = Callable[[Interval, int], list[Interval]]
"""Encloses ``g_0, ..., g_n``, the j-th derivative over j!, on an interval; see :mod:`.series`."""


def reciprocal(x: Interval, order: int) -> list[Interval]:
    """g_j is (-1)^j x^-(j + 1)."""
    return [x ** -(j + 1) * (-1) ** j for j in range(order + 1)]


def composed(function: Series, x: Band) -> Band:
    """Enclose g(f) for f = P + r by the Taylor polynomial s of g at some c, taken of P.

    g(f) - s(P) is ``g_1(y) r``, for some y between P and f, plus ``g_n(z) (P - c)^n``, for some z between P and c:
    all of them lie in ``wide``. Where g is not smooth on all of it, the image of ``hull``, which contains f, is all
    that is said.
    """
    if x.hull.is_point:
        return x.constant(function(x.hull, 0)[0])
    image = outward(function(outward(x.hull, BITS), 0)[0], BITS)  # raises where g is not defined on all of it
    order = min(_MAX_ORDER.get(x.size, DEFAULT), x.max_degree // x.degree) if x.degree else 0
    if order == 0:
        return x.constant(image)
    wide = outward(x.wide, BITS)
    spend(10 * STEP + (int(wide.magnitude).bit_length() // 8) ** 2, WORK)
    centre = rounded(wide.middle, BITS, up=False)
    try:
        around, terms = function(wide, order), function(interval(centre), order - 1)
    except (InputError, Undecided):
        return x.constant(image)
    away = wide - centre
    order = _enough(around, away.magnitude)
    error = around[order] * away**order
    if x.remainder is not None:
        error += around[1] * x.remainder
    inner = Band(x.size, x.degree, x.terms, x.denominator) - centre
    found = x.constant(Fraction(0))
    for j in reversed(range(order)):
        middle = rounded(terms[j].middle, BITS, up=False)
        error += (terms[j] - middle) * away**j
        found = found * inner + middle
    if error.width >= image.width:
        return x.constant(image)
    return Band(x.size, found.degree, found.terms, found.denominator, error, x.faces, x.cut, image)


def _enough(around: Sequence[Interval], reach: Fraction) -> int:
    """The least order, of at least two, whose error is 2^-56 of the size of the largest term; or the last."""
    last, power, largest = len(around) - 1, reach, Fraction(0)
    for j in range(1, last):
        size = around[j].magnitude * power
        if j > 1 and size * _ENOUGH <= largest:
            return j
        largest, power = max(largest, size), outward(interval(power * reach), BITS).upper
    return last
