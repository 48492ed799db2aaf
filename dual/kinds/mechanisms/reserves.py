"""Items sold one by one, each in a second-price auction with a reserve; to a single additive buyer, at its price.

With n bidders whose values of an item have distribution function F and density f, a reserve r earns

    r n (1 - F(r)) F(r)^(n-1)  +  int from r of  t n (n-1) (1 - F(t)) F(t)^(n-2) f(t) dt,

less the item's cost times ``1 - F(r)^n``. For densities that are polynomials this is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.exact import Vector, vector
from dual.statement import Witness, stated
from dual.words import brief

from .axis import Axis, add, at, integral, scaled, times
from .flux import axes_of
from .statement import MechanismStatement


def read_reserves(raw: object, where: str, statement: MechanismStatement) -> Vector:
    """Read a price for each item."""
    return vector(raw, where, statement.count)


@dataclass(frozen=True, repr=False)
class Reserves(Witness):
    """The reserve of every item."""

    reserves: Vector = stated(read_reserves, "", "of each item: its price to a single buyer", after="statement")


def lower(statement: MechanismStatement, primal: Reserves) -> Fraction:
    """What items sold one by one earn."""
    if not statement.apart:
        raise InputError("items are sold one by one to additive buyers only", "primal.reserves")
    axes, n = axes_of(statement), statement.bidders
    steps(sum(len(axis.cumulative) ** 2 for axis in axes) * n**3, "an auction of so many bidders")
    total = Fraction(0)
    for j, (axis, reserve) in enumerate(zip(axes, primal.reserves, strict=True)):
        if not axis.left <= reserve <= axis.right:
            raise Violation(f"reserves[{j}] = {brief(reserve)} is no value of the item")
        total += earning(axis, n, statement.cost(j))(reserve)
    return total


def earning(axis: Axis, n: int, cost: Fraction) -> Callable[[Fraction], Fraction]:
    """What a second-price auction among n bidders earns, as a function of the reserve."""
    second = times(scaled(axis.density, Fraction(n * (n - 1))), (Fraction(0), Fraction(1)))
    second = times(second, add((Fraction(1),), scaled(axis.cumulative, Fraction(-1))))
    for _ in range(n - 2):
        second = times(second, axis.cumulative)
    whole = integral(second) if n > 1 else (Fraction(0),)

    def earned(reserve: Fraction) -> Fraction:
        below = at(axis.cumulative, reserve)
        first = reserve * n * (1 - below) * below ** (n - 1) - cost * (1 - below**n)
        return first + at(whole, axis.right) - at(whole, reserve)

    return earned
