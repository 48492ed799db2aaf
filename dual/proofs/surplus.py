"""What prices of states exceed a polynomial of beliefs by, and proofs by squares that it is nonnegative."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dual.functions.expression import Expression

from .squares import Term, Terms, constant, polynomial, product, require_nonnegative, total, variable


def coordinates_of(states: int) -> list[Terms]:
    """All beliefs as polynomials in all but the last, which is one less the others."""
    found = [variable(k, states - 1) for k in range(states - 1)]
    return [*found, total([(Fraction(1), constant(1, states - 1)), *((Fraction(-1), one) for one in found)])]


def surplus(value: Expression, prices: Sequence[Fraction]) -> Terms:
    """``prices . q - value(q)`` as a polynomial in all beliefs but the last."""
    q = coordinates_of(len(prices))
    named = [*q, q[1]] if len(q) == 2 else q  # p is q1
    parts = list(zip(prices, q, strict=True))
    for key, weight in polynomial(value).items():
        made = constant(-weight, len(q) - 1)
        for exponent, one in zip(key, named, strict=True):
            for _ in range(exponent):
                made = product(made, one)
        parts.append((Fraction(1), made))
    return total(parts)


def require_majorant(value: Expression, prices: Sequence[Fraction], squares: Sequence[Term]) -> None:
    """Refuse unless squares prove that prices majorise a polynomial at every belief."""
    excess, factors = surplus(value, prices), coordinates_of(len(prices))
    require_nonnegative(excess, factors, squares, "dual.squares", "prices . q - value")
