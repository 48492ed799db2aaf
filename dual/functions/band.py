r"""Functions on a small simplex, enclosed by a polynomial and a remainder.

A point of a cell with vertices v_0, ..., v_k is ``sum_i l_i v_i`` with barycentric coordinates ``l_i >= 0`` that sum to
one. A :class:`Band` says: on the cell, the function is a polynomial in l plus something in the remainder interval.
Polynomials are carried exactly, other functions by their Taylor polynomial (:mod:`.taylor`); bounds come from Bernstein
coefficients and tighten quickly as the cell shrinks.

The invariant of a band, on the cell without the faces it lists: ``f - P`` lies in the remainder r, which contains zero,
and f lies in ``bounds`` if there are any. Hence f lies in ``hull``; but P need not. What holds for P *and* f and for
every number between them is ``wide``, the polynomial's own hull plus r: the mean value theorem and Taylor expansions of
P are used on ``wide`` alone, and only images of f on ``hull``. Every operation says why its result keeps the invariant;
a result has the listed faces of all its operands, so that off them all operands hold.

A comparison may come out one way on a cell but for some of its faces (``p >= 1/2`` on ``[0, 1/2]``, see
:mod:`.comparing`). A band holds on the cell without the faces it lists, and whoever wants the whole cell looks at these
faces on their own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from dual.errors import InputError, Undecided
from dual.numbers.interval import Interval, outward, rounded

from . import bernstein, work
from .bernstein import Terms, corner
from .simplex import Cut, Simplex

BITS: Final = 80
"""Significant bits of coefficients and remainders: some way below the 2^-64 to which integrals are asked for."""

DEFAULT: Final = 4  # degree and order in cells of five vertices or more
_MAX_DEGREE: Final = {1: 255, 2: 128, 3: 16, 4: 8}  # of polynomials that are kept, by number of vertices
_LONG: Final = 192  # bits of a denominator that is rounded when there is a remainder anyway
_ZERO: Final = Fraction(0)

Faces = frozenset[tuple[int, ...]]


class Band:
    """An enclosure of a function on a cell, made by :class:`Cell` and by arithmetic on bands.

    Attributes
    ----------
    size : int
        The cell's number of vertices.
    degree, terms, denominator : int, dict, int
        The polynomial: homogeneous of this degree, integer coefficients by packed exponents, and what they are over.
    remainder : Interval or None
        Contains zero; None means that the function is the polynomial.
    faces : frozenset of tuple of int
        Faces, as vertex indices, on which the band need not hold.
    cut : (int, int, Fraction) or None
        A point of an edge where an undecided comparison changes its sign.
    bounds : Interval or None
        Bounds of the function known besides, by interval arithmetic: ``exp(f)`` is positive on the largest cell.
    """

    __slots__ = ("_extremes", "bounds", "cut", "degree", "denominator", "faces", "remainder", "size", "terms")

    def __init__(
        self,
        size: int,
        degree: int,
        terms: Terms,
        denominator: int,
        remainder: Interval | None = None,
        faces: Faces = frozenset(),
        cut: Cut | None = None,
        bounds: Interval | None = None,
    ) -> None:
        # Rounding the remainder and the bounds outward keeps what they contain.
        if remainder is not None:
            remainder = outward(Interval(min(remainder.lower, _ZERO), max(remainder.upper, _ZERO)), BITS)
            bounds = None if bounds is None else outward(bounds, BITS)
            if denominator.bit_length() > _LONG:
                terms, denominator, remainder = _short(terms, denominator, remainder)
        self.size, self.degree, self.terms, self.denominator = size, degree, terms, denominator
        self.remainder, self.faces, self.cut, self.bounds = remainder, faces, cut, bounds
        self._extremes: Interval | None = None

    @property
    def polynomial_hull(self) -> Interval:
        """The least and the largest Bernstein coefficient, between which the polynomial's values lie."""
        if self._extremes is None:
            work.bound(self)
            lowest, highest = bernstein.extremes(self.terms, self.size, self.degree)
            scale = self.denominator * math.factorial(self.degree)
            self._extremes = Interval(Fraction(lowest, scale), Fraction(highest, scale))
        return self._extremes

    @property
    def wide(self) -> Interval:
        """An interval that contains the values of the function, those of the polynomial, and all between them.

        P lies in its hull, f = P + something in r, and r contains zero.
        """
        return self.polynomial_hull if self.remainder is None else self.polynomial_hull + self.remainder

    @property
    def hull(self) -> Interval:
        """An interval that contains all values of the function on the cell (off the listed faces)."""
        found = self.wide
        if self.bounds is None:
            return found
        return Interval(max(found.lower, self.bounds.lower), min(found.upper, self.bounds.upper))

    def __neg__(self) -> Band:
        """Signs change everywhere: -f - (-P) lies in -r."""
        terms = {key: -value for key, value in self.terms.items()}
        remainder = None if self.remainder is None else -self.remainder
        bounds = None if self.bounds is None else -self.bounds
        return Band(self.size, self.degree, terms, self.denominator, remainder, self.faces, self.cut, bounds)

    def __add__(self, other: Band | Fraction | int) -> Band:
        """(f + g) - (P + Q) lies in the sum of remainders, f + g in that of hulls; degrees are raised to one."""
        other = self.band(other)
        degree = max(self.degree, other.degree)
        work.add(self, other, degree)
        common = math.gcd(self.denominator, other.denominator)
        terms = self._raised(degree, other.denominator // common)
        for key, value in other._raised(degree, self.denominator // common).items():
            terms[key] = terms.get(key, 0) + value
        denominator = self.denominator // common * other.denominator
        remainder = self.remainder if other.remainder is None else other.remainder
        if self.remainder is not None and other.remainder is not None:
            remainder = self.remainder + other.remainder
        bounds = None if self.bounds is other.bounds is None else self.hull + other.hull
        return Band(self.size, degree, terms, denominator, remainder, *self._notes(other), bounds)

    __radd__ = __add__

    def __sub__(self, other: Band | Fraction | int) -> Band:
        return self + -other

    def __rsub__(self, other: Fraction | int) -> Band:
        return -self + other

    def __mul__(self, other: Band | Fraction | int) -> Band:
        """With f g - P Q = (f - P) g + P (g - Q), remainders meet the hulls of g and P; f g lies in that of hulls."""
        left, right = self, self.band(other)
        while left.degree + right.degree > self.max_degree:
            left, right = (left._linearised(), right) if left.degree > right.degree else (left, right._linearised())
        work.multiply(left, right)
        remainder = None
        if left.remainder is not None:
            remainder = left.remainder * right.hull
        if right.remainder is not None:
            remainder = right.remainder * left.polynomial_hull + (remainder or 0)
        terms = bernstein.product(left.terms, right.terms)
        denominator = left.denominator * right.denominator
        bounds = None if left.bounds is right.bounds is None else left.hull * right.hull
        return Band(self.size, left.degree + right.degree, terms, denominator, remainder, *left._notes(right), bounds)

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Band:
        """A product of products, exponent >= 0; besides, f lies in hull, so that its power lies in that of hull."""
        if exponent < 2:
            return self if exponent else self.constant(Fraction(1))
        half = self ** (exponent // 2)
        found = half * half * self if exponent % 2 else half * half
        if found.remainder is not None:  # an even power is never negative, which the product does not know
            found.bounds = outward(self.hull**exponent, BITS)
        return found

    @property
    def max_degree(self) -> int:
        """The largest degree of a polynomial that is kept on such a cell."""
        return _MAX_DEGREE.get(self.size, DEFAULT)

    def band(self, other: Band | Fraction | int) -> Band:
        """Return a band as it is, and a number as a constant one, which is exact."""
        if isinstance(other, Band):
            return other
        return Band(self.size, 0, {0: other.numerator}, other.denominator)

    def constant(self, value: Interval | Fraction) -> Band:
        """Return a constant, of which an interval says all that is known, with this band's faces and cut."""
        found = _constant(self.size, value)
        found.faces, found.cut = self.faces, self.cut
        return found

    def _notes(self, other: Band) -> tuple[Faces, Cut | None]:
        return self.faces | other.faces, self.cut or other.cut

    def _raised(self, degree: int, factor: int) -> Terms:
        """Return a copy of the terms, times ``factor`` and homogeneous of the given degree: the same values there."""
        terms = {key: value * factor for key, value in self.terms.items()}
        return bernstein.raised(terms, self.size, degree - self.degree)

    def _linearised(self) -> Band:
        """Interpolate at the vertices; what is left of P lies between its Bernstein coefficients, and is remainder."""
        if self.degree < 2:
            raise Undecided(f"products of degree above {self.max_degree} are out of reach")
        terms = {corner(k, 1): self.terms.get(corner(k, self.degree), 0) for k in range(self.size)}
        straight = Band(self.size, 1, terms, self.denominator)
        rest = (Band(self.size, self.degree, self.terms, self.denominator) - straight).polynomial_hull
        remainder = rest if self.remainder is None else rest + self.remainder
        return Band(self.size, 1, terms, self.denominator, remainder, self.faces, self.cut)


class Cell(Simplex):
    """A simplex on which functions are enclosed: it makes the bands of constants, coordinates and affine functions.

    Their bands are exact: an affine function is the polynomial ``sum_k l_k f(v_k)`` of its values at the vertices.

    Parameters
    ----------
    vertices : sequence of sequence of Fraction
        At least one point; all of the same dimension and affinely independent.

    Examples
    --------
    >>> x = Cell([[0], [1]]).coordinate(0)
    >>> (x * (1 - x)).hull
    Interval(lower=Fraction(0, 1), upper=Fraction(1, 2))
    """

    __slots__ = ()

    def constant(self, value: Interval | Fraction | int) -> Band:
        """Return the band of a number, or of a function of which no more is known than an interval."""
        return _constant(self.size, value)

    def coordinate(self, axis: int) -> Band:
        """Return the band of one coordinate of the space."""
        return self.affine([Fraction(corner[axis], self.denominator) for corner in self.corners])

    def affine(self, values: Sequence[Fraction]) -> Band:
        """Return the band of the affine function with these values at the vertices."""
        if len(values) != self.size:
            raise InputError(f"a cell of {self.size} vertices needs as many values, not {len(values)}")
        if self.size == 1:
            return self.constant(values[0])
        denominator = math.lcm(*(value.denominator for value in values))
        scaled = [value.numerator * (denominator // value.denominator) for value in values]
        return Band(self.size, 1, {corner(k, 1): value for k, value in enumerate(scaled) if value}, denominator)


def _constant(size: int, value: Interval | Fraction | int) -> Band:
    """Return the band of a number, which is exact, or of an interval: its middle, give or take the rest."""
    if not isinstance(value, Interval):
        return Band(size, 0, {0: value.numerator}, value.denominator)
    if value.is_point:
        return _constant(size, value.lower)
    middle = rounded(value.middle, 2 * BITS, up=False)
    return Band(size, 0, {0: middle.numerator}, middle.denominator, value - middle, bounds=value)


def _short(terms: Terms, denominator: int, remainder: Interval) -> tuple[Terms, int, Interval]:
    """Round the coefficients down to multiples of 1/2^shift, the largest to some 160 bits.

    A coefficient loses less than one unit, hence so do the Bernstein coefficients and the polynomial's values; that is
    given to the remainder.
    """
    largest = max(map(abs, terms.values()), default=0)
    shift = max(0, 2 * BITS + denominator.bit_length() - largest.bit_length())
    short = {key: (value << shift) // denominator for key, value in terms.items()}
    return short, 1 << shift, outward(Interval(remainder.lower, remainder.upper + Fraction(1, 1 << shift)), BITS)
