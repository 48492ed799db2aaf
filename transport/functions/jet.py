"""One-sided limits and slopes of an expression in one variable: exact where they are rational, floats otherwise.

Solvers use them to find tangents; nothing here is part of a proof.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final

from dual.functions.expression import Expression
from dual.numbers.elementary import sqrt
from dual.numbers.interval import interval

Real = Fraction | float


@dataclass(frozen=True)
class Jet:
    """The limit of a function as its variable comes to a point from one side, and its slope on that side.

    Examples
    --------
    >>> kink = Expression.parse("abs(m) * m + (m > 0)", ["m"])
    >>> one_sided(kink, Fraction(0), 1)
    Jet(value=Fraction(1, 1), slope=Fraction(0, 1))
    """

    value: Real
    slope: Real

    @property
    def exact(self) -> bool:
        """Whether both numbers are rational."""
        return isinstance(self.value, Fraction) and isinstance(self.slope, Fraction)


def one_sided(expression: Expression, at: Fraction, direction: int) -> Jet | None:
    """Limit and slope of an expression in one variable from the right (direction 1) or the left (-1).

    Returns
    -------
    Jet or None
        None where the slope is unbounded or the expression undefined.
    """
    try:
        found = expression.evaluate([_Along(at, Fraction(direction))], _OPERATIONS)
    except (ArithmeticError, ValueError):
        return None
    return Jet(found.value, found.slope * direction)


@dataclass(frozen=True, order=True)
class _Along:
    """A function's value and slope along the direction; pairs compare as the functions do just beyond the point."""

    value: Real
    slope: Real = Fraction(0)

    def __neg__(self) -> _Along:
        return _Along(-self.value, -self.slope)

    def __add__(self, other: _Along) -> _Along:
        return _Along(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other: _Along) -> _Along:
        return self + -other

    def __mul__(self, other: _Along) -> _Along:
        return _Along(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other: _Along) -> _Along:
        quotient = self.value / other.value
        return _Along(quotient, (self.slope - quotient * other.slope) / other.value)

    def __pow__(self, exponent: int) -> _Along:
        if exponent == 0:
            return _Along(Fraction(1))
        return _Along(self.value**exponent, exponent * self.value ** (exponent - 1) * self.slope)

    def __abs__(self) -> _Along:
        return max(self, -self)

    def __bool__(self) -> bool:
        return self.value != 0 or self.slope != 0


def _exp(x: _Along) -> _Along:
    value = Fraction(1) if x.value == 0 else math.exp(x.value)
    return _Along(value, value * x.slope)


def _log(x: _Along) -> _Along:
    return _Along(Fraction(0) if x.value == 1 else math.log(x.value), x.slope / x.value)


def _xlogx(x: _Along) -> _Along:
    if x.value in (0, 1):  # at 0 the slope is infinite: as steep as doubles are next to it
        return _Along(Fraction(0), x.slope * (1 if x.value else math.log(sys.float_info.min)))
    return _Along(x.value * math.log(x.value), x.slope * (math.log(x.value) + 1))


def _sqrt(x: _Along) -> _Along:
    root = sqrt(interval(x.value)) if isinstance(x.value, Fraction) and x.value >= 0 else None
    value = root.lower if root is not None and root.is_point else math.sqrt(x.value)
    return _Along(value, x.slope / (2 * value) if x.slope else Fraction(0))


def _sin(x: _Along) -> _Along:
    return x if x.value == 0 else _Along(math.sin(x.value), math.cos(x.value) * x.slope)


def _cos(x: _Along) -> _Along:
    return _Along(Fraction(1)) if x.value == 0 else _Along(math.cos(x.value), -math.sin(x.value) * x.slope)


def _erf(x: _Along) -> _Along:
    value = Fraction(0) if x.value == 0 else math.erf(x.value)
    return _Along(value, 2 / math.sqrt(math.pi) * math.exp(-(x.value**2)) * x.slope)


def _truth(relation: Callable[[_Along, _Along], bool]) -> Callable[[_Along, _Along], _Along]:
    return lambda x, y: _Along(Fraction(relation(x, y)))


_OPERATIONS: Final[Mapping[str, Callable[..., _Along]]] = {
    "number": _Along,
    "neg": operator.neg,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "abs": abs,
    "min": lambda *x: reduce(min, x),
    "max": lambda *x: reduce(max, x),
    "<": _truth(operator.lt),
    "<=": _truth(operator.le),
    ">": _truth(operator.gt),
    ">=": _truth(operator.ge),
    "==": _truth(operator.eq),
    "!=": _truth(operator.ne),
    "and": lambda x, y: _Along(Fraction(bool(x) and bool(y))),
    "or": lambda x, y: _Along(Fraction(bool(x) or bool(y))),
    "not": lambda x: _Along(Fraction(not x)),
    "exp": _exp,
    "log": _log,
    "xlogx": _xlogx,
    "sqrt": _sqrt,
    "sin": _sin,
    "cos": _cos,
    "erf": _erf,
    "pi": lambda x: _Along(math.pi) * x,
}
