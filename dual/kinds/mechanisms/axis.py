"""Laws of one item's value whose densities are polynomials, and integrals of polynomials in fractions.

A polynomial is the vector of its coefficients, constant first.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, zip_longest
from math import comb
from typing import Final

from dual.errors import InputError
from dual.functions.band import Cell
from dual.functions.bernstein import unpacked
from dual.functions.law import ContinuousLaw
from dual.numbers.exact import Vector

MOST_POWERS: Final = 12
"""Highest degree of a density: work grows with its square."""
_HALVINGS: Final = 6
"""How often an interval on which a polynomial changes its sign is halved: the error falls by 4 each time."""


def add(p: Vector, q: Vector) -> Vector:
    """The sum."""
    return tuple(a + b for a, b in zip_longest(p, q, fillvalue=Fraction(0)))


def scaled(p: Vector, factor: Fraction) -> Vector:
    """A multiple."""
    return tuple(factor * a for a in p)


def times(p: Vector, q: Vector) -> Vector:
    """The product."""
    found = [Fraction(0)] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q) if a else ():
            found[i + j] += a * b
    return tuple(found)


def integral(p: Vector) -> Vector:
    """The integral from 0."""
    return (Fraction(0), *(a / (k + 1) for k, a in enumerate(p)))


def at(p: Vector, x: Fraction) -> Fraction:
    """The value at a point."""
    value = Fraction(0)
    for a in reversed(p):
        value = value * x + a
    return value


def composed(p: Vector, start: Fraction, step: Fraction) -> Vector:
    """The polynomial ``p(start + step y)`` in y."""
    found: Vector = (Fraction(0),)
    for a in reversed(p):
        found = add(times(found, (start, step)), (a,))
    return found


def bernstein(p: Vector, left: Fraction, right: Fraction, degree: int) -> list[Fraction]:
    """The Bernstein coefficients of a polynomial on an interval, raised to a degree.

    They surround the polynomial, and so do their positive parts its positive part.

    Examples
    --------
    >>> [str(b) for b in bernstein((Fraction(0), Fraction(0), Fraction(1)), Fraction(-1), Fraction(1), 2)]
    ['1', '-1', '1']
    """
    local = composed(p, left, right - left)
    return [
        sum((local[k] * Fraction(comb(i, k), comb(degree, k)) for k in range(min(i + 1, len(local)))), Fraction(0))
        for i in range(degree + 1)
    ]


def positive_mean(coefficients: list[Fraction]) -> Fraction:
    """An upper bound of the mean of ``max(p, 0)``, by Bernstein coefficients; exact for lines.

    The mean of a polynomial is that of its coefficients. Where signs differ the interval is halved.

    Examples
    --------
    >>> positive_mean([Fraction(-1), Fraction(1)])
    Fraction(1, 4)
    """
    if len(coefficients) == 2:
        return positive_line(*coefficients)
    return _positive(coefficients, _HALVINGS)


def positive_line(a: Fraction, b: Fraction) -> Fraction:
    """The mean of the positive part of the line from a to b."""
    low, high = min(a, b), max(a, b)
    if low >= 0:
        return (low + high) / 2
    return high * high / (2 * (high - low)) if high > 0 else Fraction(0)


def _positive(coefficients: list[Fraction], halvings: int) -> Fraction:
    """The mean of the positive part of a polynomial with these Bernstein coefficients, or more."""
    high = max(coefficients)
    if high <= 0:
        return Fraction(0)
    if min(coefficients) >= 0 or not halvings:
        return sum((max(b, Fraction(0)) for b in coefficients), Fraction(0)) / len(coefficients)
    left, right, row = [coefficients[0]], [coefficients[-1]], coefficients
    while len(row) > 1:
        row = [(a + b) / 2 for a, b in pairwise(row)]
        left.append(row[0])
        right.append(row[-1])
    return (_positive(left, halvings - 1) + _positive(right[::-1], halvings - 1)) / 2


@dataclass(frozen=True)
class Axis:
    """The law of one item's value.

    Attributes
    ----------
    left, right : Fraction
    density : Vector
        It integrates to one.
    """

    left: Fraction
    right: Fraction
    density: Vector

    @classmethod
    def of(cls, law: ContinuousLaw, where: str) -> Axis:
        """The axis of a law.

        Raises
        ------
        InputError
            If its density is no polynomial.
        """
        left, right = law.lower, law.upper
        if law.density is None:
            return cls(left, right, (1 / (right - left),))
        band = law.rule(Cell([[left], [right]]))
        if band.remainder is not None or band.faces or band.degree > MOST_POWERS:
            raise InputError(f"a density is a polynomial in x of degree at most {MOST_POWERS} here", where)
        # In barycentric coordinates 1 - y and y, where x = left + (right - left) y.
        local: Vector = (Fraction(0),)
        one, y = (Fraction(1), Fraction(-1)), (Fraction(0), Fraction(1))
        for key, entry in band.terms.items():
            term: Vector = (Fraction(entry, band.denominator),)
            for factor, power in zip((one, y), unpacked(key, 2), strict=True):
                for _ in range(power):
                    term = times(term, factor)
            local = add(local, term)
        width = right - left
        density = composed(local, -left / width, 1 / width)
        total = at(integral(density), right) - at(integral(density), left)
        return cls(left, right, scaled(density, 1 / total))

    @property
    def uniform(self) -> bool:
        """Whether the density is constant."""
        return not any(self.density[1:])

    @cached_property
    def cumulative(self) -> Vector:
        """The distribution function."""
        whole = integral(self.density)
        return (whole[0] - at(whole, self.left), *whole[1:])

    @cached_property
    def _moment(self) -> Vector:
        return integral(times(self.density, (Fraction(0), Fraction(1))))

    def mass(self, a: Fraction, b: Fraction) -> Fraction:
        """The probability of an interval."""
        return at(self.cumulative, b) - at(self.cumulative, a)

    def mean(self, a: Fraction, b: Fraction) -> Fraction:
        """The mean value in an interval of positive mass."""
        return (at(self._moment, b) - at(self._moment, a)) / self.mass(a, b)
