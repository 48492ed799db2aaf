"""All items at one price to an additive buyer whose values are independent and uniform.

A sum of uniform values on intervals of lengths w_k, d of them, exceeds its least value by at most s with probability

    sum over sets S of items  (-1)^|S|  max(0, s - sum of w_k in S)^d  /  (d! times the product of all w_k).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import factorial, prod

from dual.errors import InputError
from dual.limits import steps
from dual.numbers.exact import number
from dual.statement import Witness, stated

from .statement import MechanismStatement


@dataclass(frozen=True, repr=False)
class WholePrice(Witness):
    """The price of all items."""

    whole: Fraction = stated(number, "", "the price of all items together")


def bought(statement: MechanismStatement, price: Fraction) -> Fraction:
    """How likely all items are worth a price.

    Examples
    --------
    >>> from dual.functions.law import ContinuousLaw
    >>> law = ContinuousLaw(Fraction(0), Fraction(1))
    >>> bought(MechanismStatement(laws=(law, law)), Fraction(1, 2))
    Fraction(7, 8)
    """
    laws = statement.laws or ()
    if not statement.apart or any(law.density is not None for law in laws):
        raise InputError("all items at one price are for additive buyers with uniform values", "primal.whole")
    steps(60 * 2 ** len(laws), f"the law of the sum of {len(laws)} values")
    above, widths = price - sum(law.lower for law in laws), [law.upper - law.lower for law in laws]
    if above <= 0:
        return Fraction(1)
    if above >= sum(widths):
        return Fraction(0)
    left = [(Fraction(1), above)]
    for width in widths:
        left += [(-sign, rest - width) for sign, rest in left if rest > width]
    below = sum((sign * rest ** len(laws) for sign, rest in left), Fraction(0))
    return 1 - below / (factorial(len(laws)) * prod(widths, start=Fraction(1)))


def lower(statement: MechanismStatement, primal: WholePrice) -> Fraction:
    """What all items at one price earn."""
    costs = sum((statement.cost(j) for j in range(statement.count)), Fraction(0))
    return (primal.whole - costs) * bought(statement, primal.whole)
