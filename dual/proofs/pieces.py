"""Expressions as polynomials, piece by piece, and how far from them they are.

On a box an expression of polynomials, ``abs``, ``min``, ``max`` and comparisons is one polynomial wherever each of its
*switches* has one sign: ``abs(a)`` is a where ``a >= 0`` and -a where ``-a >= 0``. All combinations of signs together
cover the box, whatever the switches are; those of one sign on all of the box are none. Smooth functions
and quotients are replaced by their Taylor polynomials (:mod:`dual.functions.series`), and the error of
that is carried along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final

from dual.errors import InputError, Undecided
from dual.functions import series, taylor
from dual.functions.expression import Expression
from dual.functions.step import SMOOTH
from dual.numbers.interval import Interval, interval, outward, rounded

from .squares import MAX_DEGREE, Box, Terms, constant, product, total, variable

MAX_PIECES: Final = 64
"""Pieces of an expression; each takes a proof of its own."""

BITS: Final = 140
"""Significant bits of irrational numbers."""

FINE: Final = Fraction(1, 2**40)
"""Error of a Taylor polynomial, relative to the function, that is small enough; a higher degree costs more."""


@dataclass(frozen=True)
class Near:
    """A function on a box: a polynomial, how far from it the function is at most, and what it lies between."""

    terms: Terms
    error: Fraction
    range: Interval

    def plus(self, other: Near, sign: int = 1) -> Near:
        """The sum, or the difference."""
        terms = total([(Fraction(1), self.terms), (Fraction(sign), other.terms)])
        return Near(terms, self.error + other.error, outward(self.range + other.range * sign, BITS))

    def times(self, other: Near) -> Near:
        """The product: ``ab - AB = a (b - B) + B (a - A)``."""
        reach = other.range.magnitude + other.error
        error = self.range.magnitude * other.error + reach * self.error
        return Near(product(self.terms, other.terms), error, outward(self.range * other.range, BITS))

    @property
    def degree(self) -> int:
        """The polynomial's degree."""
        return max(map(sum, self.terms), default=0)


@dataclass(frozen=True)
class Piece:
    """A part of a box on which an expression is near a polynomial.

    Attributes
    ----------
    switches : tuple of Terms
        Polynomials; the part is where all of them are nonnegative.
    terms : Terms
    error : Fraction
        How far from the polynomial the expression is at most.
    """

    switches: tuple[Terms, ...]
    terms: Terms
    error: Fraction


class _Open(Exception):
    """A switch has either sign, and none is chosen yet."""


def pieces(expression: Expression, box: Box) -> Iterator[Piece]:
    """The pieces of an expression on a box, those with positive switches first.

    Raises
    ------
    InputError
        If it has too many, or is none of the sort.

    Examples
    --------
    >>> square = [(Fraction(0), Fraction(1))] * 2
    >>> for piece in pieces(Expression.parse("abs(x - y)", ["x", "y"]), square):
    ...     print(*piece.terms.items())
    ((1, 0), Fraction(1, 1)) ((0, 1), Fraction(-1, 1))
    ((1, 0), Fraction(-1, 1)) ((0, 1), Fraction(1, 1))
    """
    waiting: list[tuple[bool, ...]] = [()]
    count = 0
    while waiting:
        choices = waiting.pop()
        try:
            found = _Walk(expression, box, choices).piece()
        except _Open:
            waiting += [(*choices, False), (*choices, True)]
            continue
        except Undecided as error:
            raise InputError(f"it is not smooth there: {error}", expression.where) from None
        count += 1
        if count > MAX_PIECES:
            raise InputError(f"it has more than {MAX_PIECES} pieces", expression.where)
        yield found


class _Walk:
    """One pass over an expression's steps, with the signs of its switches chosen."""

    def __init__(self, expression: Expression, box: Box, choices: Sequence[bool]) -> None:
        self.expression, self.box, self.choices = expression, box, list(choices)
        self.size = len(box)
        self.switches: list[Terms] = []
        self.zeros: list[bool | None] = []  # whether a zero of the switch counts as on this side; None if it may

    def piece(self) -> Piece:
        """The polynomial, and where it is the expression's."""
        made: list[Near] = []
        for op, operands, value in self.expression.steps:
            inner = [made[k] for k in operands]
            if op == "variable":
                k = int(value or 0)
                made.append(Near(variable(k, self.size), Fraction(0), Interval(*self.box[k])))
            elif op == "number":
                made.append(self.number(Fraction(value or 0)))
            elif op == "**":
                made.append(self.power(inner[0], int(value or 0)))
            else:
                made.append(self.result(op, inner))
        return Piece(tuple(self.switches), made[-1].terms, made[-1].error)

    def number(self, value: Fraction) -> Near:
        """A constant."""
        return Near(constant(value, self.size), Fraction(0), interval(value))

    def power(self, base: Near, exponent: int) -> Near:
        """An integer power."""
        found = reduce(Near.times, [base] * abs(exponent), self.number(Fraction(1)))
        found = Near(found.terms, found.error, found.range if exponent < 0 else outward(base.range**exponent, BITS))
        return found if exponent >= 0 else self.series(taylor.reciprocal, found)

    def result(self, op: str, inner: Sequence[Near]) -> Near:
        """What an operation gives."""
        if op == "neg":
            return self.number(Fraction(0)).plus(inner[0], -1)
        if op in ("+", "-"):
            return inner[0].plus(inner[1], 1 if op == "+" else -1)
        if op == "*":
            return inner[0].times(inner[1])
        if op == "/":
            if inner[1].range.is_point and inner[1].range.lower:
                return inner[0].times(self.number(1 / inner[1].range.lower))
            return inner[0].times(self.series(taylor.reciprocal, inner[1]))
        if op in SMOOTH:
            return self.series(getattr(series, op), inner[0])
        if op == "abs":
            side = inner[0] if self.positive(inner[0]) else self.number(Fraction(0)).plus(inner[0], -1)
            return Near(side.terms, side.error, Interval(max(side.range.lower, Fraction(0)), side.range.upper))
        if op in ("min", "max"):
            return reduce(lambda a, b: a if self.positive(a.plus(b, -1)) == (op == "max") else b, inner)
        return self.number(Fraction(self.true(op, inner)))

    def true(self, op: str, inner: Sequence[Near]) -> bool:
        """Whether a condition holds; where a switch is zero, neighbouring pieces may differ, and both cover it."""
        if op in ("and", "or", "not"):
            if not all(one.range.is_point for one in inner):
                raise InputError("a condition is made of comparisons here", self.expression.where)
            known = [one.range.lower != 0 for one in inner]
            return not known[0] if op == "not" else all(known) if op == "and" else any(known)
        gap = inner[1].plus(inner[0], -1) if op in ("<", "<=") else inner[0].plus(inner[1], -1)
        if gap.range.is_point:
            low = gap.range.lower
            return low == 0 if op == "==" else low != 0 if op == "!=" else low >= 0 if "=" in op else low > 0
        if op in ("==", "!="):
            raise InputError("a comparison for equality has no pieces", self.expression.where)
        return self.positive(gap, "=" in op)

    def positive(self, switch: Near, at_zero: bool | None = None) -> bool:
        """Whether a switch is nonnegative on this piece; at zero it counts as ``at_zero`` says, or as either."""
        low, high = switch.range.lower, switch.range.upper
        if low > 0 or (low == 0 and at_zero is not False):
            return True
        if high < 0 or (high == 0 and at_zero is not True):
            return False
        if switch.error:
            raise InputError("where functions that are no polynomials are equal is no piece", self.expression.where)
        if not switch.terms:
            return at_zero is not False
        size = abs(switch.terms[max(switch.terms)])
        plain = total([(1 / size, switch.terms)])
        other = total([(Fraction(-1), plain)])
        for k, (known, zero) in enumerate(zip(self.switches, self.zeros, strict=True)):
            if known in (plain, other):
                mine = None if at_zero is None else at_zero == (known == plain)
                if None not in (mine, zero) and mine != zero:
                    raise InputError("conditions with and without equality at one place", self.expression.where)
                self.zeros[k] = zero if mine is None else mine
                return known == plain
        if len(self.switches) == len(self.choices):
            raise _Open
        chosen = self.choices[len(self.switches)]
        self.switches.append(plain if chosen else other)
        self.zeros.append(None if at_zero is None else at_zero == chosen)
        return chosen

    def series(self, function: Callable[[Interval, int], list[Interval]], inner: Near) -> Near:
        """A function of a function, by Taylor's theorem around the middle of its range."""
        centre = rounded(inner.range.middle, BITS, up=False)
        reach = Interval(min(inner.range.lower, centre), max(inner.range.upper, centre))
        most = MAX_DEGREE // max(inner.degree, 1)
        around, terms = function(reach, most), function(interval(centre), most)
        away = (reach - centre).magnitude
        sizes = [around[n].magnitude * away**n for n in range(most + 1)]
        order = next((n for n in range(1, most) if sizes[n] <= FINE * around[0].magnitude), most)
        step = inner.plus(self.number(centre), -1)
        found = self.number(Fraction(0))
        for term in reversed(terms[:order]):
            middle = rounded(term.middle, BITS, up=False)
            found = found.times(step).plus(Near(constant(middle, self.size), (term - middle).magnitude, term))
        return Near(found.terms, found.error + sizes[order], outward(around[0], BITS))
