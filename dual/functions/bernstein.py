"""Polynomials on a simplex: homogeneous in its barycentric coordinates, with integer coefficients.

A polynomial of degree d is ``sum_a c_a l^a`` over the exponents a with sum d; coefficients share a denominator that
the caller keeps. Its Bernstein coefficients are ``a!/d! c_a``: the Bernstein polynomials ``d!/a! l^a`` are nonnegative
and sum to one, so the polynomial lies between its least and its largest Bernstein coefficient. See G. Farin, "Curves
and Surfaces for CAGD", on Bernstein polynomials over triangles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, combinations_with_replacement
from typing import Final

SHIFT: Final = 8
"""An exponent tuple is packed into one integer, this many bits for each barycentric coordinate."""

_MASK: Final = (1 << SHIFT) - 1

Terms = dict[int, int]
"""Packed exponents and their coefficients; what is missing is zero."""


def corner(vertex: int, degree: int) -> int:
    """Return the packed exponents of ``l_vertex ** degree``; its coefficient is the value at that vertex."""
    return degree << (SHIFT * vertex)


def unpacked(key: int, size: int) -> tuple[int, ...]:
    """Return the exponents of ``size`` barycentric coordinates."""
    return tuple(key >> (SHIFT * k) & _MASK for k in range(size))


def product(a: Terms, b: Terms) -> Terms:
    """Multiply two polynomials."""
    if len(a) > len(b):
        a, b = b, a
    if not a:
        return {}
    (first, factor), *others = a.items()
    found = {first + key: factor * value for key, value in b.items()}
    get = found.get
    for i, x in others:
        for j, y in b.items():
            key = i + j
            found[key] = get(key, 0) + x * y
    return found


def raised(terms: Terms, size: int, degrees: int) -> Terms:
    """Multiply by (sum of the coordinates)^degrees, which is one."""
    return product(terms, multinomials(size, degrees)) if degrees else terms


def extremes(terms: Terms, size: int, degree: int) -> tuple[int, int]:
    """Return the least and the largest of ``d! c`` for the Bernstein coefficients c."""
    weights = factorials(size, degree)
    scaled = [weights[key] * value for key, value in terms.items()]
    if len(scaled) < len(weights):
        scaled.append(0)
    return min(scaled), max(scaled)


def zero_faces(terms: Terms, size: int) -> list[tuple[int, ...]]:
    """Return the largest proper faces, as vertex indices, on which a polynomial vanishes identically.

    If no Bernstein coefficient is positive and some are negative, these are all its zeros.
    """
    supports = [
        {k for k, exponent in enumerate(unpacked(key, size)) if exponent} for key, value in terms.items() if value
    ]
    found: list[tuple[int, ...]] = []
    for count in range(size - 1, 0, -1):
        for kept in combinations(range(size), count):
            if not any(set(kept) < set(larger) for larger in found) and not any(used <= set(kept) for used in supports):
                found.append(kept)
    return found


def short_root(terms: Terms, degree: int) -> Fraction | None:
    """Return a t with value zero at ``(1 - t, t)`` for a polynomial that changes sign on a segment, if t is short."""
    coefficients = [terms.get(corner(0, degree - k) + corner(1, k), 0) for k in range(degree + 1)]

    def sign_at(t: Fraction) -> int:
        p, q = t.denominator - t.numerator, t.numerator
        at = sum(c * int(p ** (degree - k)) * int(q**k) for k, c in enumerate(coefficients) if c)
        return (at > 0) - (at < 0)

    start, low, high = sign_at(Fraction(0)), Fraction(0), Fraction(1)
    for _ in range(44):
        middle = (low + high) / 2
        low, high = (middle, high) if sign_at(middle) == start else (low, middle)
    root = high.limit_denominator(10**6)
    return root if 0 < root < 1 and sign_at(root) == 0 else None


def value(terms: Terms, coordinates: Sequence[Fraction]) -> Fraction:
    """Evaluate at barycentric coordinates."""
    size = len(coordinates)
    return sum(
        (
            c * math.prod((x**e for x, e in zip(coordinates, unpacked(key, size), strict=True)), start=Fraction(1))
            for key, c in terms.items()
        ),
        Fraction(0),
    )


@lru_cache(maxsize=512)
def factorials(size: int, degree: int) -> Terms:
    """Return all exponents a of a degree, packed, with a! = a_0! a_1! ... ."""
    return {
        sum(corner(k, 1) for k in chosen): math.prod(math.factorial(chosen.count(k)) for k in range(size))
        for chosen in combinations_with_replacement(range(size), degree)
    }


@lru_cache(maxsize=512)
def multinomials(size: int, degree: int) -> Terms:
    """Return the expansion of (l_0 + ... + l_k)^degree."""
    total = math.factorial(degree)
    return {key: total // weight for key, weight in factorials(size, degree).items()}
