"""Menus for a law of beliefs about two states, with two actions and the same stakes for everybody.

The right action gains ``s1`` in state 1 and ``s2`` in state 2; x is a buyer's belief in state 1, and F the
distribution function of beliefs. Of an experiment only its *diagonal* matters: the probabilities a and d of the right
recommendation in the two states. To a buyer of belief x it is worth ``s1 a x + s2 d (1 - x)``; having no information
is two free lines, the diagonals (1, 0) and (0, 1).

* Lower bound: buyers choose the best line, a dearer one if they are indifferent; shares of buyers come from the law.
* Upper bound, for any ``split`` between 0 and 1:

      s1 max_x x (split - F(x-))  +  s2 max_y (1 - y) (F(y) - split)

  For let U(x) be what buyers keep: convex, with a slope q between -s2 and s1, ``U(0) >= s2``, ``U(1) >= s1``. A buyer
  pays at most ``q x + min(s2, s1 - q) - U(x)``. Write q as ``-s2 + s1 A + s2 B`` with A, B increasing from 0 to 1,
  where A grows first: she pays ``s2 (1 - x) + s1 A x - s2 B (1 - x) - U(x)``. Add ``split (U(0) - s2) + (1 - split)
  (U(1) - s1) >= 0`` and take expectations; U is gone, and what is left is linear in A and in B, hence largest at
  thresholds: A jumps at x, B at y.

For a law on a list both maxima are over the list. For a density they are proven on intervals between knots: with F(l)
at the left end and a density of at least f on it, ``x (split - F(x)) <= x (split - F(l) - f (x - l))``, a quadratic;
the other one likewise.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from dual.errors import InputError, Violation
from dual.functions.band import Cell
from dual.functions.integral import mean
from dual.functions.law import ContinuousLaw
from dual.limits import steps
from dual.numbers.exact import Vector, items, number, vector
from dual.numbers.interval import Interval, interval, outward
from dual.numbers.masses import nonnegative
from dual.statement import Record, Witness, stated
from dual.words import brief

from .statement import ExperimentMenuStatement, ListedLaw

ZERO, ONE = Fraction(0), Fraction(1)


def read_diagonal(raw: object, where: str) -> Vector:
    """Read two probabilities."""
    found = vector(raw, where, 2)
    for k, chance in enumerate(found):
        if not 0 <= chance <= 1:
            raise Violation(f"{where}[{k}] = {brief(chance)} is not a probability")
    return found


@dataclass(frozen=True, repr=False)
class Item(Record):
    """An experiment on sale."""

    diagonal: Vector = stated(read_diagonal, "", "probabilities of the right recommendation in states 1 and 2")
    price: Fraction = stated(number, "", "what it costs")


def read_menu(raw: object, where: str) -> tuple[Item, ...]:
    """Read a menu, which may be empty."""
    return tuple(Item.within(one, f"{where}[{m}]") for m, one in enumerate(items(raw, where, empty=True)))


@dataclass(frozen=True, repr=False)
class Menu(Witness):
    """What is sold."""

    menu: tuple[Item, ...] = stated(read_menu, "", "experiments with prices")


def read_knots(raw: object, where: str) -> Vector:
    """Read a list of numbers in increasing order, possibly empty."""
    found = vector(raw, where) if items(raw, where, empty=True) else ()
    for k, (left, right) in enumerate(pairwise(found)):
        if left >= right:
            raise InputError("the knots increase", f"{where}[{k + 1}]")
    return found


@dataclass(frozen=True, repr=False)
class Prices(Witness):
    """What splits the bound, and where its two maxima are cut to be proven."""

    split: Fraction = stated(nonnegative, "", "between 0 and 1")
    left: Vector = stated(read_knots, "", "for a density: knots at which the first maximum is cut", default=())
    right: Vector = stated(read_knots, "", "and the second", default=())


# What is attained


@dataclass(frozen=True)
class Line:
    """What an experiment leaves to a buyer of belief x: ``at_zero + slope x``."""

    at_zero: Fraction
    slope: Fraction
    price: Fraction
    item: int | None = None

    def at(self, x: Fraction) -> Fraction:
        """What is left at a belief."""
        return self.at_zero + self.slope * x


def stakes_of(statement: ExperimentMenuStatement) -> Vector:
    """What the right action gains in either state."""
    return (ONE, ONE) if statement.stakes is None else statement.stakes


def lines(statement: ExperimentMenuStatement, menu: Sequence[Item]) -> list[Line]:
    """The two free lines and those of a menu."""
    s1, s2 = stakes_of(statement)
    found = [Line(ZERO, s1, ZERO), Line(s2, -s2, ZERO)]
    for m, item in enumerate(menu):
        a, d = item.diagonal
        found.append(Line(s2 * d - item.price, s1 * a - s2 * d, item.price, m))
    return found


def choices(statement: ExperimentMenuStatement, menu: Sequence[Item]) -> Iterator[tuple[Fraction, Fraction, Line]]:
    """Who buys what: points and the open intervals between them, with the best line there, the dearer one of equals."""
    all_lines = lines(statement, menu)
    steps(len(all_lines) ** 3, "comparing the items of a menu")
    cuts = {ZERO, ONE}
    for one, other in combinations(all_lines, 2):
        if one.slope != other.slope:
            cuts.add((other.at_zero - one.at_zero) / (one.slope - other.slope))
    points = sorted(x for x in cuts if 0 <= x <= 1)

    def best(x: Fraction) -> Line:
        return max(all_lines, key=lambda line: (line.at(x), line.price))

    for x in points:
        yield x, x, best(x)
    for left, right in pairwise(points):
        yield left, right, best((left + right) / 2)


def share(law: ListedLaw | ContinuousLaw, left: Fraction, right: Fraction) -> Interval:
    """The share of buyers with a belief between two, or at one if both are the same."""
    if isinstance(law, ContinuousLaw):
        left, right = max(left, law.lower), min(right, law.upper)
        return law.mass(left, right) / law.total if left < right else interval(0)
    points, upto = law.sorted
    unit = law.support.denominator
    if left == right:
        start, end = bisect_left(points, left * unit), bisect_right(points, left * unit)
    else:
        start, end = bisect_right(points, left * unit), bisect_left(points, right * unit)
    if start >= end:
        return interval(0)
    return interval(Fraction(upto[end - 1] - (upto[start - 1] if start else 0), law.prior.denominator))


def law_of(statement: ExperimentMenuStatement) -> ListedLaw | ContinuousLaw:
    """The law of beliefs."""
    if statement.law is None:
        raise InputError("there is no law of beliefs", "law")
    return statement.law


def lower(statement: ExperimentMenuStatement, primal: Menu) -> Fraction:
    """The revenue of a menu; at least so much where shares are only enclosed."""
    law = law_of(statement)
    revenue = interval(0)
    for left, right, line in choices(statement, primal.menu):
        if line.price:
            revenue += share(law, left, right) * line.price
    return revenue.lower


# What bounds it


def upper(statement: ExperimentMenuStatement, dual: Prices) -> Fraction:
    """The bound that a split proves."""
    law, (s1, s2) = law_of(statement), stakes_of(statement)
    if dual.split > 1:
        raise Violation(f"split = {brief(dual.split)} > 1")
    if isinstance(law, ListedLaw):
        first, second = listed_maxima(law, dual.split)
    else:
        first = max(bound for *_, bound in pieces(law, dual.split, dual.left, rising))
        second = max(bound for *_, bound in pieces(law, dual.split, dual.right, falling))
    # Either maximum is at least 0, at x = 0 and at y = 1.
    return s1 * max(first, ZERO) + s2 * max(second, ZERO)


def listed_maxima(law: ListedLaw, split: Fraction) -> tuple[Fraction, Fraction]:
    """Both maxima over the beliefs of a list; between them the first increases and the second decreases."""
    points, upto = law.sorted
    unit, whole = law.support.denominator, law.prior.denominator
    p, q = split.numerator * whole, split.denominator
    first = max(x * (p - q * below) for x, below in zip(points, [0, *upto[:-1]], strict=True))
    second = max((unit - x) * (q * up - p) for x, up in zip(points, upto, strict=True))
    return Fraction(first, unit * q * whole), Fraction(second, unit * q * whole)


Quadratic = tuple[Fraction, Fraction, Fraction]
Side = Callable[[Fraction, Fraction, Interval, Interval], Quadratic]


def rising(split: Fraction, left: Fraction, F: Interval, density: Interval) -> Quadratic:
    """Coefficients of a bound of ``x (split - F(x))`` in u = x - left."""
    most, f = split - F.lower, max(density.lower, ZERO)
    return left * most, most - left * f, -f


def falling(split: Fraction, left: Fraction, F: Interval, density: Interval) -> Quadratic:
    """Coefficients of a bound of ``(1 - x) (F(x) - split)`` in u = x - left."""
    most, f = F.upper - split, density.upper
    return (1 - left) * most, (1 - left) * f - most, -f


def peak(quadratic: Quadratic, length: Fraction) -> Fraction:
    """The largest value of a quadratic with ``c2 <= 0`` on ``[0, length]``."""
    c0, c1, c2 = quadratic
    if c2 < 0 and 0 < c1 < -2 * c2 * length:
        return c0 - c1 * c1 / (4 * c2)
    return max(c0, c0 + (c1 + c2 * length) * length)


def pieces(
    law: ContinuousLaw, split: Fraction, knots: Sequence[Fraction], side: Side
) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    """Intervals that cover the law's range, each with a bound of one of the functions on it.

    Below the range the first function increases and the second is negative; above it is the other way round.
    """
    inside = [law.lower, *(x for x in knots if law.lower < x < law.upper), law.upper]
    F = interval(0)
    for left, right in pairwise(inside):
        bound, mass = piece(law, split, left, right, F, side)
        yield left, right, bound
        F = outward(F + mass)


def piece(
    law: ContinuousLaw, split: Fraction, left: Fraction, right: Fraction, F: Interval, side: Side
) -> tuple[Fraction, Interval]:
    """A bound of a function on an interval, and the interval's mass; F encloses the law's function at its left end."""
    band = law.rule(Cell([[left], [right]]))
    mass = mean(band) * (right - left) if band.remainder is None else law.mass(left, right)
    return peak(side(split, left, F, band.hull / law.total), right - left), mass / law.total
