"""Lower bounds of expressions that grow beyond all bounds at the edge of a box: costs that are infinite at certainty.

Every step is enclosed by a pair of ends, of which None stands for no bound. What is true of a pair: whatever the step
is at a point of the box where the whole expression is defined lies between its ends. Sums, products and quotients keep
it as those of intervals do, where zero times an end that is no bound is zero: at each point both factors are numbers. A
logarithm is defined where its argument is positive. Of other functions nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from dual.numbers import elementary
from dual.numbers.interval import Interval, interval

from .expression import Expression
from .step import Operations

Ends = tuple[Fraction | None, Fraction | None]

_BITS = 80
_OPEN: Ends = (None, None)


def least(expression: Expression, box: Sequence[Interval]) -> Fraction | None:
    """A number that the expression is never below in the box, wherever it is defined; None if none is found.

    Examples
    --------
    >>> likelihoods = Expression.parse("(2*p - 1)*log(p/(1 - p))", ["p"])
    >>> float(least(likelihoods, [Interval(Fraction(0), Fraction(1, 1024))])) > 6.9
    True
    """
    known: dict[str, Callable[..., Ends]] = {
        "number": lambda x: (x, x),
        "neg": _negative,
        "+": _sum,
        "-": lambda x, y: _sum(x, _negative(y)),
        "*": _product,
        "/": lambda x, y: _product(x, _inverse(y)),
        "**": _power,
        "log": _log,
        "xlogx": _xlogx,
    }
    found: Ends = expression.evaluate([(side.lower, side.upper) for side in box], Operations(_unknown, known))
    return found[0]


def _negative(x: Ends) -> Ends:
    low, high = (None if end is None else -end for end in reversed(x))
    return low, high


def _sum(x: Ends, y: Ends) -> Ends:
    low, high = ((None if a is None or b is None else a + b) for a, b in zip(x, y, strict=True))
    return low, high


def _product(x: Ends, y: Ends) -> Ends:
    """The least and the largest of the products of ends; one without bound has the sign of both."""
    found: list[Fraction] = []
    below = above = False
    for a, sign_a in zip(x, (-1, 1), strict=True):
        for b, sign_b in zip(y, (-1, 1), strict=True):
            if a is not None and b is not None:
                found.append(a * b)
                continue
            sign = _sign(a, sign_a) * _sign(b, sign_b)
            below, above = below or sign < 0, above or sign > 0
            if sign == 0:
                found.append(Fraction(0))
    return None if below or not found else min(found), None if above or not found else max(found)


def _sign(end: Fraction | None, infinite: int) -> int:
    return infinite if end is None else (end > 0) - (end < 0)


def _inverse(x: Ends) -> Ends:
    """1/x decreases on either side of zero, which x is not where the expression is defined."""
    low, high = x
    if low is not None and low >= 0:
        return (1 / high if high else Fraction(0)), (1 / low if low else None)
    return _negative(_inverse(_negative(x))) if high is not None and high <= 0 else _OPEN


def _power(x: Ends, exponent: int) -> Ends:
    if exponent < 0:
        return _inverse(_power(x, -exponent))
    found: Ends = (Fraction(1), Fraction(1))
    for _ in range(exponent):
        found = _product(found, x)
    if exponent % 2 == 0:
        found = (max(found[0] or Fraction(0), Fraction(0)), found[1])
    return found


def _log(x: Ends) -> Ends:
    """It increases; its argument is positive where the expression is defined."""
    low, high = x
    lower = elementary.log(interval(low), _BITS).lower if low and low > 0 else None
    upper = elementary.log(interval(high), _BITS).upper if high and high > 0 else None
    return lower, upper


def _xlogx(x: Ends) -> Ends:
    """It is at least -1/e, and its argument is not negative where the expression is defined."""
    low, high = x
    if high is None or high < 0:
        return -elementary.exp(interval(-1), _BITS).upper, None
    found = elementary.xlogx(Interval(min(max(low or Fraction(0), Fraction(0)), high), high), _BITS)
    return found.lower, found.upper


def _unknown(op: str) -> dict[str, Callable[..., Ends]]:
    """A step of another sort: nothing is said of it."""
    return {op: lambda *_: (None, None)}
