"""Where polynomials are to be nonnegative, and what semidefinite programs about them are made of.

Polynomials are those of :mod:`dual.proofs.squares`; in floats they are taken in products of Legendre polynomials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product as tuples
from math import comb

import numpy as np

from dual.proofs.squares import Exponents, Terms, constant, product, total, variable
from transport.programs.arrays import Floats


@dataclass(frozen=True, eq=False)
class Region:
    """Where polynomials are to be nonnegative.

    Attributes
    ----------
    factors : tuple of Terms
        Polynomials that are nonnegative there, of degree one.
    products : tuple of tuple of int
        Which products of factors multiply sums of squares; the empty one first.
    """

    factors: tuple[Terms, ...]
    products: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """The number of variables."""
        return len(next(iter(self.factors[0])))

    def times(self, k: int) -> Terms:
        """A product."""
        found = constant(1, self.size)
        for f in self.products[k]:
            found = product(found, self.factors[f])
        return found


@dataclass(frozen=True)
class Inequality:
    """A polynomial that is to be nonnegative on a region: ``fixed + sum_i s_i moving[i]``."""

    fixed: Terms
    moving: tuple[Terms, ...]
    region: Region | None = None

    def at(self, s: Sequence[Fraction]) -> Terms:
        """The polynomial for values of s."""
        return total([(Fraction(1), self.fixed), *zip(s, self.moving, strict=True)])


@lru_cache(maxsize=8)
def box(size: int) -> Region:
    """A unit cube."""
    sides: list[Terms] = []
    for k in range(size):
        sides += [variable(k, size), total([(Fraction(1), constant(1, size)), (Fraction(-1), variable(k, size))])]
    chosen = [
        tuple(f for k in range(size) if taken[k] for f in (2 * k, 2 * k + 1)) for taken in tuples((0, 1), repeat=size)
    ]
    return Region(tuple(sides), tuple(sorted(chosen, key=len)))


@lru_cache(maxsize=8)
def simplex(size: int) -> Region:
    """All x >= 0 with a sum of at most one."""
    sides = [variable(k, size) for k in range(size)]
    last = total([(Fraction(1), constant(1, size)), *((Fraction(-1), side) for side in sides)])
    count = size + 1
    chosen = [tuple(f for f in range(count) if taken[f]) for taken in tuples((0, 1), repeat=count)]
    return Region((*sides, last), tuple(sorted(chosen, key=len)))


@lru_cache(maxsize=64)
def legendre(degree: int) -> tuple[tuple[Fraction, ...], ...]:
    """The Legendre polynomials on [0, 1] up to a degree, by coefficients."""
    return tuple(
        tuple(Fraction((-1) ** (n + k) * comb(n, k) * comb(n + k, k)) for k in range(n + 1)) for n in range(degree + 1)
    )


@lru_cache(maxsize=64)
def monomials(size: int, degree: int) -> tuple[Exponents, ...]:
    """All exponents up to a degree, by degree."""
    found = [one for one in tuples(range(degree + 1), repeat=size) if sum(one) <= degree]
    return tuple(sorted(found, key=lambda one: (sum(one), one)))


@lru_cache(maxsize=64)
def change(size: int, degree: int) -> tuple[tuple[Fraction, ...], ...]:
    """The matrix whose rows write products of Legendre polynomials in monomials."""
    names = monomials(size, degree)
    place = {name: k for k, name in enumerate(names)}
    rows = []
    for name in names:
        row = [Fraction(0)] * len(names)
        for key in tuples(*(range(e + 1) for e in name)):
            value = Fraction(1)
            for e, k in zip(name, key, strict=True):
                value *= legendre(degree)[e][k]
            row[place[key]] = value
        rows.append(tuple(row))
    return tuple(rows)


def form(names: Sequence[Exponents], gram: Sequence[Sequence[Fraction]]) -> Terms:
    """``z' G z``."""
    return total(
        (value, {tuple(map(sum, zip(a, b, strict=True))): Fraction(1)})
        for a, row in zip(names, gram, strict=True)
        for b, value in zip(names, row, strict=True)
        if value
    )


def evaluated(rows: Sequence[Sequence[Fraction]], names: Sequence[Exponents], points: Floats) -> Floats:
    """Polynomials, rows of coefficients of monomials, at points: shape (rows, points)."""
    powers = np.array([np.prod(points ** np.array(name), axis=1) for name in names])
    return np.asarray(np.array([[float(c) for c in row] for row in rows]) @ powers)


def plainly(terms: Terms, points: Floats) -> Floats:
    """A polynomial at points."""
    found = np.zeros(len(points))
    # Powers once for all terms: float powers take longer than all the rest.
    most = [max((name[axis] for name in terms), default=0) for axis in range(points.shape[1])]
    powers = []
    for axis, degree in enumerate(most):
        rows = [np.ones(len(points))]
        for _ in range(degree):
            rows.append(rows[-1] * points[:, axis])
        powers.append(rows)
    for name, value in terms.items():
        made = np.full(len(points), float(value))
        for axis, e in enumerate(name):
            if e:
                made *= powers[axis][e]
        found += made
    return found


def value_at(terms: Terms, point: Sequence[Fraction]) -> Fraction:
    """A polynomial at a point, exactly."""
    return sum((value * monomial_at(name, point) for name, value in terms.items()), Fraction(0))


def monomial_at(name: Exponents, point: Sequence[Fraction]) -> Fraction:
    """A monomial at a point."""
    found = Fraction(1)
    for e, x in zip(name, point, strict=True):
        found *= x**e
    return found


def substituted(terms: Terms, images: Sequence[Terms]) -> Terms:
    """A polynomial with polynomials for its variables."""
    size = max((len(key) for image in images for key in image), default=0)
    powers: list[list[Terms]] = []
    for axis, image in enumerate(images):
        row: list[Terms] = [constant(1, size)]
        for _ in range(max((key[axis] for key in terms), default=0)):
            row.append(product(row[-1], image))
        powers.append(row)
    parts = []
    for key, value in terms.items():
        made = constant(1, size)
        for axis, e in enumerate(key):
            made = product(made, powers[axis][e]) if e else made
        parts.append((value, made))
    return total(parts)
