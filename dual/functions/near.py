"""Polynomials near functions on a cell.

Nothing that is proven depends on them: whoever uses one derives how far from the function it is.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from dual.numbers.interval import rounded

from .band import DEFAULT, Band

_MOST: Final = {2: 12, 3: 10, 4: 8}
"""Powers by number of vertices; more of them need fewer cells, and more work on each."""

_SHORT: Final = 16
"""Bits of the number that is inverted; more of them make long coefficients, and hardly a better polynomial."""

_ENOUGH: Final = Fraction(1, 1 << 56)
"""A rest this small, relative to what the first power adds, is as good as a smaller one."""


def reciprocal(x: Band) -> Band:
    """A polynomial near 1/f: for f = P + r and ``u = 1 - s P`` it is ``s (1 + u + ... + u^(n - 1))``, s near 1/P.

    What is missing for r = 0 is ``u^n/f``. Where that is no smaller than the function the polynomial is zero.
    """
    most = min(_MOST.get(x.size, DEFAULT), x.max_degree // x.degree) if x.degree else 0
    s = rounded(1 / x.wide.middle, _SHORT, up=False) if most and x.wide.middle else Fraction(0)
    u = Band(x.size, x.degree, x.terms, x.denominator) * -s + 1
    reach = u.hull.magnitude
    if not most or reach >= 1:
        return u.constant(Fraction(0))
    found = u.constant(s)
    for _ in range(next((n for n in range(2, most) if reach ** (n - 1) <= _ENOUGH), most) - 1):
        found = found * u + s
    return found
