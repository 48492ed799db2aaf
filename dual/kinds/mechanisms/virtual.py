"""One item, any number of bidders whose values have one law: virtual values bound what any auction earns.

Bidders of value v with distribution function F and density f have the virtual value ``v - (1 - F) / f``; no auction, be
truth dominant or an equilibrium, earns more than the expectation of the largest one less the item's cost, where that is
positive (Myerson 1981). If virtual values increase with v, the largest is that of the largest value, and the bound

    n  int F(v)^(n-1) max(0, (v - cost) f(v) - (1 - F(v))) dv

is what a second-price auction with the right reserve earns (:mod:`.ranked` has what they do not). The polynomial is
integrated on intervals between knots, exactly where it does not change its sign. That virtual values increase,
``2 f^2 + (1 - F) f' >= 0``, is shown by Bernstein coefficients, on halves of halves where need be.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.exact import Vector, vector
from dual.statement import Witness, stated
from dual.words import brief

from .axis import Axis, add, bernstein, positive_mean, scaled, times
from .flux import axes_of
from .statement import MechanismStatement

_HALVINGS: Final = 12
"""How often an interval is halved to show that a polynomial is nonnegative there; each doubles the work."""


def read_ends(raw: object, where: str, statement: MechanismStatement) -> Vector:
    """Read increasing points from end to end of the law's interval."""
    knots, law = vector(raw, where), (statement.laws or ())[0]
    if knots[0] != law.lower or knots[-1] != law.upper or any(a >= b for a, b in pairwise(knots)):
        raise InputError(f"knots increase from {brief(law.lower)} to {brief(law.upper)}", where)
    return knots


@dataclass(frozen=True, repr=False)
class Virtual(Witness):
    """Where the integral is cut."""

    knots: Vector = stated(read_ends, "", "of the integral, from end to end", after="statement")


def upper(statement: MechanismStatement, dual: Virtual) -> Fraction:
    """The bound that virtual values prove."""
    (axis,), n = axes_of(statement), statement.bidders
    degree = (n + 1) * len(axis.cumulative)
    steps(len(dual.knots) * degree**3 + degree**2 * 1000, "integrating virtual values")
    if not increasing(axis):
        raise Violation("virtual values are not shown to increase with the value")
    above = add((Fraction(1),), scaled(axis.cumulative, Fraction(-1)))
    virtual = add(times(axis.density, (-statement.cost(0), Fraction(1))), scaled(above, Fraction(-1)))
    for _ in range(n - 1):
        virtual = times(virtual, axis.cumulative)
    total = Fraction(0)
    for a, b in pairwise(dual.knots):
        total += (b - a) * positive_mean(bernstein(virtual, a, b, len(virtual) - 1))
    return n * total


def increasing(axis: Axis) -> bool:
    """Whether virtual values are shown to increase."""
    f = axis.density
    slope = tuple(k * a for k, a in enumerate(f))[1:] or (Fraction(0),)
    above = add((Fraction(1),), scaled(axis.cumulative, Fraction(-1)))
    return nowhere_negative(add(scaled(times(f, f), Fraction(2)), times(above, slope)), axis.left, axis.right)


def nowhere_negative(p: Vector, left: Fraction, right: Fraction) -> bool:
    """Whether a polynomial is shown to be nonnegative on an interval."""
    waiting = [(left, right, 0)]
    while waiting:
        a, b, halved = waiting.pop()
        if min(bernstein(p, a, b, len(p) - 1)) < 0:
            if halved == _HALVINGS:
                return False
            waiting += [(a, (a + b) / 2, halved + 1), ((a + b) / 2, b, halved + 1)]
    return True
