"""Polynomials on a simplex: homogeneous in its barycentric coordinates, with integer coefficients.

A polynomial of degree d is ``sum_a c_a l^a`` over the exponents a with sum d; coefficients share a denominator that
the caller keeps. Its Bernstein coefficients are ``a!/d! c_a``: the Bernstein polynomials ``d!/a! l^a`` are nonnegative
and sum to one, so the polynomial lies between its least and its largest Bernstein coefficient. See G. Farin, "Curves
and Surfaces for CAGD", on Bernstein polynomials over triangles.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Final

SHIFT: Final = 8
"""An exponent tuple is packed into one integer, this many bits for each barycentric coordinate."""

_MASK: Final = (1 << SHIFT) - 1
"""What takes one exponent out of a packed index."""

Terms = dict[int, int]
"""Packed exponents and their coefficients; what is missing is zero."""


def corner(vertex: int, degree: int) -> int:
    """Return the packed exponents of ``l_vertex ** degree``; its coefficient is the value at that vertex."""
    return degree << (SHIFT * vertex)


def unpacked(key: int, size: int) -> tuple[int, ...]:
    """Return the exponents of ``size`` barycentric coordinates."""
    return tuple(key >> (SHIFT * k) & _MASK for k in range(size))


def product(a: Terms, b: Terms) -> Terms:
    """Multiply two polynomials: exponents add, packed ones too, as no sum exceeds the bits that each coordinate has."""
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
    """Multiply by (sum of the coordinates)^degrees, which is one on the simplex: the values stay."""
    return product(terms, multinomials(size, degrees)) if degrees else terms


def extremes(terms: Terms, size: int, degree: int) -> tuple[int, int]:
    """Return the least and the largest of ``d! c`` for the Bernstein coefficients c; missing terms count as zero."""
    weights = factorials(size, degree)
    scaled = [weights[key] * value for key, value in terms.items()]
    if len(scaled) < len(weights):
        scaled.append(0)
    return min(scaled), max(scaled)


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
