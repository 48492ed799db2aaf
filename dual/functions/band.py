r"""Functions on a small simplex, enclosed by a polynomial and a remainder.

A point of a cell with vertices v_0, ..., v_k is ``sum_i l_i v_i`` with barycentric coordinates ``l_i >= 0`` that sum to
one. A :class:`Band` says: on the cell, the function is a polynomial in l plus something in the remainder interval.
Polynomials are carried exactly, other functions by their Taylor polynomial; bounds come from Bernstein coefficients
and tighten quickly as the cell shrinks.

The invariant of a band, on the cell without the faces it lists: ``f - P`` lies in the remainder r, which contains zero,
and f lies in ``bounds`` if there are any. Hence f lies in ``hull``; but P need not. What holds for P *and* f and for
every number between them is ``wide``, the polynomial's own hull plus r: the mean value theorem and Taylor expansions of
P are used on ``wide`` alone, and only images of f on ``hull``.

A comparison may come out one way on a cell but for some of its faces (``p >= 1/2`` on ``[0, 1/2]``). A band holds on
the cell without the faces it lists, and whoever wants the whole cell looks at these faces on their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import Final

from dual.errors import InputError, Undecided
from dual.limits import spend
from dual.numbers.interval import Interval, interval, outward, rounded

from . import bernstein, series
from .bernstein import Terms, corner
from .expression import ARITHMETIC, MAX_BITS, Expression
from .series import BITS, Series
from .simplex import Cut, Simplex

_MAX_DEGREE: Final = {1: 255, 2: 128, 3: 16, 4: 8}  # of polynomials that are kept, by number of vertices
_MAX_ORDER: Final = {2: 12, 3: 10, 4: 8}  # of Taylor polynomials; higher ones need fewer cells, and more work on each
_DEFAULT: Final = 4  # both, in cells of five vertices or more
_STEP: Final = 400  # what a product of two bands costs in :func:`dual.limits.spend` beside its terms
_WORK: Final = "enclosing the expression on a cell"
_ENOUGH: Final = 1 << 56  # a remainder this much below the largest term is as good as one of higher order
_LONG: Final = 192  # bits of a denominator that is rounded when there is a remainder anyway
_ZERO, _ONE = Fraction(0), Fraction(1)
_HALF: Final = Fraction(1, 2)

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
        """The least and the largest Bernstein coefficient."""
        if self._extremes is None:
            lowest, highest = bernstein.extremes(self.terms, self.size, self.degree)
            scale = self.denominator * math.factorial(self.degree)
            self._extremes = Interval(Fraction(lowest, scale), Fraction(highest, scale))
        return self._extremes

    @property
    def wide(self) -> Interval:
        """An interval that contains the values of the function, those of the polynomial, and all between them."""
        return self.polynomial_hull if self.remainder is None else self.polynomial_hull + self.remainder

    @property
    def hull(self) -> Interval:
        """An interval that contains all values of the function on the cell (off the listed faces)."""
        found = self.wide
        if self.bounds is None:
            return found
        return Interval(max(found.lower, self.bounds.lower), min(found.upper, self.bounds.upper))

    @property
    def mean(self) -> Interval:
        """The function's mean over the cell: that of the Bernstein coefficients, and the remainder."""
        weights = bernstein.factorials(self.size, self.degree)
        total = sum(weights[key] * value for key, value in self.terms.items())
        mean = Fraction(total, self.denominator * math.factorial(self.degree) * len(weights))
        return interval(mean) if self.remainder is None else self.remainder + mean

    def at(self, coordinates: Sequence[Fraction]) -> Interval:
        """Enclose the value at barycentric coordinates (off the listed faces)."""
        value = bernstein.value(self.terms, coordinates) / self.denominator
        return interval(value) if self.remainder is None else self.remainder + value

    def __neg__(self) -> Band:
        terms = {key: -value for key, value in self.terms.items()}
        remainder = None if self.remainder is None else -self.remainder
        bounds = None if self.bounds is None else -self.bounds
        return Band(self.size, self.degree, terms, self.denominator, remainder, self.faces, self.cut, bounds)

    def __add__(self, other: Band | Fraction | int) -> Band:
        other = self._band(other)
        degree, bits = max(self.degree, other.degree), self._length + other._length
        if bits > MAX_BITS:
            raise Undecided(f"a number of more than {MAX_BITS} bits arises")
        spend(
            _STEP // 3 + len(bernstein.multinomials(self.size, degree)) * (1 + bits // 64) + (bits // 128) ** 2, _WORK
        )
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
        left, right = self, self._band(other)
        while left.degree + right.degree > self._max_degree:
            left, right = (left._linearised(), right) if left.degree > right.degree else (left, right._linearised())
        bits = left._length, right._length
        if sum(bits) > MAX_BITS:
            raise Undecided(f"a number of more than {MAX_BITS} bits arises")
        words = 1 + bits[0] * bits[1] // 2**16
        spend(_STEP + len(left.terms) * len(right.terms) * words, _WORK)
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

    def __truediv__(self, other: Band | Fraction | int) -> Band:
        return self * self._band(other).reciprocal()

    def __rtruediv__(self, other: Fraction | int) -> Band:
        return self.reciprocal() * other

    def __pow__(self, exponent: int) -> Band:
        if exponent < 0:
            return self.reciprocal() ** -exponent
        if exponent < 2:
            return self if exponent else self._constant(_ONE)
        half = self ** (exponent // 2)
        found = half * half * self if exponent % 2 else half * half
        if found.remainder is not None:  # f lies in hull, so its power lies in that of hull: even ones are >= 0
            found.bounds = outward(self.hull**exponent, BITS)
        return found

    def reciprocal(self) -> Band:
        """Enclose 1/f."""
        return self._composed(series.reciprocal)

    def exp(self) -> Band:
        """Enclose exp(f)."""
        return self._composed(series.exp)

    def log(self) -> Band:
        """Enclose log(f)."""
        return self._composed(series.log)

    def sqrt(self) -> Band:
        """Enclose the square root."""
        return self._composed(series.sqrt)

    def sin(self) -> Band:
        """Enclose the sine (radians)."""
        return self._composed(series.sin)

    def cos(self) -> Band:
        """Enclose the cosine (radians)."""
        return self._composed(series.cos)

    def positive_part(self) -> Band:
        """Enclose max(f, 0); where the sign is open, by the chord over the range of f."""
        hull = self.hull
        if hull.lower >= 0:
            return self
        if hull.upper <= 0:
            return self._constant(_ZERO)
        slope = rounded(hull.upper / hull.width, 16, up=False)
        excess = max((1 - slope) * hull.upper, -slope * hull.lower)
        found = self * slope + self._constant(Interval(_ZERO, excess))
        found.cut = found.cut or self._zero()
        found.bounds = Interval(_ZERO, hull.upper)
        return found

    def __abs__(self) -> Band:
        hull = self.hull
        if hull.lower >= 0:
            return self
        if hull.upper <= 0:
            return -self
        found = self.positive_part() * 2 - self
        found.bounds = abs(hull)
        return found

    def minimum(self, other: Band) -> Band:
        """Enclose the smaller of two functions."""
        return self - (self - other).positive_part()

    def maximum(self, other: Band) -> Band:
        """Enclose the larger of two functions."""
        return self + (other - self).positive_part()

    def less(self, other: Band) -> Band:
        """Enclose the truth value, 0 or 1, of self < other."""
        difference = self - other
        if difference.hull.lower >= 0:
            return difference._constant(_ZERO)
        return difference._negative_or_open(_ONE)

    def equal(self, other: Band) -> Band:
        """Enclose the truth value of self == other."""
        difference = self - other
        if difference.remainder is None and not any(difference.terms.values()):
            return difference._constant(_ONE)
        return (-difference if difference.hull.lower >= 0 else difference)._negative_or_open(_ZERO)

    def _negative_or_open(self, then: Fraction) -> Band:
        """Return ``then`` if the function is negative off some faces, which are noted, and [0, 1] otherwise."""
        hull = self.hull
        if hull.upper < 0:
            return self._constant(then)
        if hull.upper == 0 and hull.lower < 0 and self.remainder is None:
            found = self._constant(then)
            found.faces = self.faces.union(bernstein.zero_faces(self.terms, self.size))
            return found
        found = self._constant(Interval(_ZERO, _ONE))
        found.cut = self.cut or self._zero()
        return found

    def _zero(self) -> Cut | None:
        """Find where the polynomial changes sign on an edge: if it is affine, or on a segment at a short fraction."""
        if self.remainder is not None:
            return None
        ends = [self.terms.get(corner(k, self.degree), 0) for k in range(self.size)]
        for i, j in combinations(range(self.size), 2):
            if (ends[i] < 0 < ends[j]) or (ends[j] < 0 < ends[i]):
                if self.degree == 1:
                    return i, j, Fraction(ends[i], ends[i] - ends[j])
                if self.size == 2 and (root := bernstein.short_root(self.terms, self.degree)):
                    return i, j, root
        return None

    @property
    def _length(self) -> int:
        """The bits of the longest number."""
        return max([self.denominator, *map(abs, self.terms.values())]).bit_length()

    @property
    def _max_degree(self) -> int:
        return _MAX_DEGREE.get(self.size, _DEFAULT)

    def _band(self, other: Band | Fraction | int) -> Band:
        if isinstance(other, Band):
            return other
        return Band(self.size, 0, {0: other.numerator}, other.denominator)

    def _constant(self, value: Interval | Fraction) -> Band:
        """Return a constant that keeps what this band notes about faces and cuts."""
        found = _constant(self.size, value)
        found.faces, found.cut = self.faces, self.cut
        return found

    def _notes(self, other: Band) -> tuple[Faces, Cut | None]:
        return self.faces | other.faces, self.cut or other.cut

    def _raised(self, degree: int, factor: int) -> Terms:
        """Return a copy of the terms, times ``factor`` and homogeneous of the given degree."""
        terms = {key: value * factor for key, value in self.terms.items()}
        return bernstein.raised(terms, self.size, degree - self.degree)

    def _linearised(self) -> Band:
        """Interpolate at the vertices, and bound what is left by its Bernstein coefficients."""
        if self.degree < 2:
            raise Undecided(f"products of degree above {self._max_degree} are out of reach")
        terms = {corner(k, 1): self.terms.get(corner(k, self.degree), 0) for k in range(self.size)}
        straight = Band(self.size, 1, terms, self.denominator)
        rest = (Band(self.size, self.degree, self.terms, self.denominator) - straight).polynomial_hull
        remainder = rest if self.remainder is None else rest + self.remainder
        return Band(self.size, 1, terms, self.denominator, remainder, self.faces, self.cut)

    def _composed(self, function: Series) -> Band:
        """Enclose g(f) for f = P + r by the Taylor polynomial s of g at some c, taken of P.

        g(f) - s(P) is ``g_1(y) r``, for some y between P and f, plus ``g_n(z) (P - c)^n``, for some z between P and c:
        all of them lie in ``wide``. Where g is not smooth on all of it, the image of ``hull``, which contains f, is all
        that is said.
        """
        if self.hull.is_point:
            return self._constant(function(self.hull, 0)[0])
        image = outward(function(outward(self.hull, BITS), 0)[0], BITS)  # raises where g is not defined on all of it
        order = min(_MAX_ORDER.get(self.size, _DEFAULT), self._max_degree // self.degree) if self.degree else 0
        if order == 0:
            return self._constant(image)
        wide = outward(self.wide, BITS)
        spend(100 * _STEP + (int(wide.magnitude).bit_length() // 8) ** 2, _WORK)
        centre = rounded(wide.middle, BITS, up=False)
        try:
            around, terms = function(wide, order), function(interval(centre), order - 1)
        except (InputError, Undecided):
            return self._constant(image)
        away = wide - centre
        order = _enough(around, away.magnitude)
        error = around[order] * away**order
        if self.remainder is not None:
            error += around[1] * self.remainder
        inner = Band(self.size, self.degree, self.terms, self.denominator) - centre
        found = self._constant(_ZERO)
        for j in reversed(range(order)):
            middle = rounded(terms[j].middle, BITS, up=False)
            error += (terms[j] - middle) * away**j
            found = found * inner + middle
        if error.width >= image.width:
            return self._constant(image)
        return Band(self.size, found.degree, found.terms, found.denominator, error, self.faces, self.cut, image)


def _enough(around: Sequence[Interval], reach: Fraction) -> int:
    """The least order, of at least two, whose error is 2^-56 of the size of the largest term; or the last."""
    last, power, largest = len(around) - 1, reach, _ZERO
    for j in range(1, last):
        size = around[j].magnitude * power
        if j > 1 and size * _ENOUGH <= largest:
            return j
        largest, power = max(largest, size), outward(interval(power * reach), BITS).upper
    return last


class Cell(Simplex):
    """A simplex on which functions are enclosed: it makes the bands of constants, coordinates and affine functions.

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


def bands(expression: Expression) -> Callable[[Cell], Band]:
    """Turn an expression into a function from cells to bands; a cell's coordinates are the expression's variables.

    On a single point the value is as tight as :meth:`Expression.enclose` makes it.

    Examples
    --------
    >>> square = bands(Expression.parse("x*x - x", ["x"]))
    >>> square(Cell([[0], [1]])).hull
    Interval(lower=Fraction(-1, 2), upper=Fraction(0, 1))
    """

    def band(cell: Cell) -> Band:
        if len(cell.corners[0]) != len(expression.variables):
            raise InputError(f"the cell needs {len(expression.variables)} coordinates", expression.where)
        if cell.size == 1:
            return cell.constant(expression.enclose([interval(x) for x in cell.vertices[0]]))
        coordinates = [cell.coordinate(axis) for axis in range(len(expression.variables))]
        try:
            return expression.evaluate(coordinates, {**_OPERATIONS, "number": cell.constant})
        except InputError:
            # Undefined on all of the cell, hence at its centre, where the error names the point.
            expression.enclose([interval(x) for x in cell.centre])
            raise

    return band


def _not(x: Band) -> Band:
    return 1 - x


def _true(x: Band) -> Band:
    return _not(x.equal(x - x))


def _and(x: Band, y: Band) -> Band:
    return _true(x).minimum(_true(y))


_OPERATIONS: Final[Mapping[str, Callable[..., Band]]] = {
    **ARITHMETIC,
    "<": Band.less,
    ">": lambda x, y: y.less(x),
    "<=": lambda x, y: _not(y.less(x)),
    ">=": lambda x, y: _not(x.less(y)),
    "==": Band.equal,
    "!=": lambda x, y: _not(x.equal(y)),
    "and": _and,
    "or": lambda x, y: _true(x).maximum(_true(y)),
    "not": lambda x: _not(_true(x)),
    "min": lambda *x: reduce(Band.minimum, x),
    "max": lambda *x: reduce(Band.maximum, x),
    "exp": Band.exp,
    "log": Band.log,
    "sqrt": Band.sqrt,
    "sin": Band.sin,
    "cos": Band.cos,
}


def _constant(size: int, value: Interval | Fraction | int) -> Band:
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
