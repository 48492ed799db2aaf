"""Numbers that depend on a parameter: rational functions on an interval, compared for all its points at once.

The checks of a linear kind add, multiply, divide and compare numbers, and nothing else. Within :func:`varying` the
readers of numbers take expressions in the parameter as well, and read them as :class:`Function`: the same checks then
prove their inequalities for every value of the parameter. A comparison that holds at some points of the interval and
fails at others is :class:`Mixed`, a refusal that names points of both sorts; so no branch is ever taken for a part of
the interval only.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import gcd, lcm
from typing import Any, Final, Protocol

from dual.errors import InputError, Undecided, Violation
from dual.limits import DIGITS, too_long
from dual.numbers.exact import VARYING
from dual.words import brief

from . import polynomial as poly
from .expression import Expression
from .grammar import parse
from .polynomial import Polynomial

MAX_DEGREE: Final = 400
"""Highest degree of numerator and denominator; exact parametric optima of some hundred rows have about as many."""

_WORD: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class Mixed(Violation):
    """A comparison holds at some points of the interval and fails at others; ``points`` has some of either sort."""

    def __init__(self, points: list[Fraction], difference: object) -> None:
        super().__init__(f"{str(difference)[:200]} is of one sign at {brief(points[0])}, but not everywhere")
        self.points = points


class Comparison(Protocol):
    """Where a parameter varies, and how functions of it are compared there."""

    @property
    def name(self) -> str:
        """The parameter's name."""
        ...

    @property
    def reaches(self) -> tuple[Fraction, Fraction]:
        """Rationals between which the parameter lies."""
        ...

    @property
    def inside(self) -> Fraction:
        """A value of the parameter, no end of the interval."""
        ...

    def sign(self, difference: Function, relation: str) -> bool:
        """Whether a difference is below zero (``"<"``), or at most zero (``"<="``)."""
        ...

    def divide(self, denominator: Polynomial) -> None:
        """Refuse a denominator that vanishes."""
        ...


@dataclass(frozen=True)
class Root:
    """A root of a square-free polynomial: the only one between two rationals, which are none."""

    polynomial: Polynomial
    low: Fraction
    high: Fraction
    name: str = "t"

    def __float__(self) -> float:
        low, high = poly.refined(self.polynomial, (self.low, self.high), Fraction(1, 2**70))
        return float((low + high) / 2)

    def __str__(self) -> str:
        return f"{float(self):.12g}"

    def plain(self) -> object:
        """As files hold it."""
        return {"root": poly.written(self.polynomial, self.name), "between": [str(self.low), str(self.high)]}


End = Fraction | Root


def beyond(end: End, up: bool) -> Fraction:
    """A rational at an end or on one side of it."""
    return end if isinstance(end, Fraction) else end.high if up else end.low


def equation(end: End) -> Polynomial:
    """A square-free polynomial that vanishes at an end."""
    return (-end.numerator, end.denominator) if isinstance(end, Fraction) else end.polynomial


def vanishes(a: Polynomial, root: tuple[Fraction, Fraction]) -> bool:
    """Whether a square-free polynomial vanishes at a root of one of its multiples, given as by :func:`roots`."""
    low, high = (poly.sign(a, t) for t in root)
    return low * high < 0 or low == high == 0


@dataclass(frozen=True)
class Domain:
    """An interval of a parameter, with its ends unless it is open there; ``start < end``."""

    start: End
    end: End
    name: str = "t"
    open_start: bool = False
    open_end: bool = False
    _known: dict[Polynomial, tuple[list[Fraction], list[Fraction], bool]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def reaches(self) -> tuple[Fraction, Fraction]:
        """Rationals between which the parameter lies: the ends, or just beyond."""
        return beyond(self.start, False), beyond(self.end, True)

    @property
    def inside(self) -> Fraction:
        """A rational between the ends."""
        return (beyond(self.start, True) + beyond(self.end, False)) / 2

    def pattern(self, a: Polynomial) -> tuple[list[Fraction], list[Fraction], bool]:
        """Where a polynomial is negative, a point each time, where positive, and whether it vanishes anywhere.

        Between neighbours among its roots and the ends it has one sign, which one point there tells.
        """
        if a in self._known:
            return self._known[a]
        simple = poly.squarefree(a)
        first, last = equation(self.start), equation(self.end)
        product = poly.squarefree(reduce(poly.times, (first, last), simple or (1,)))
        found = poly.roots(product, beyond(self.start, False), beyond(self.end, True))
        # No root of its own equation lies between an end and the rational beyond it.
        begin = next(k for k, root in enumerate(found) if vanishes(first, root))
        finish = max(k for k, root in enumerate(found) if vanishes(last, root))
        points = [(left[1] + right[0]) / 2 for left, right in pairwise(found[begin : finish + 1])]
        inside = found[begin + self.open_start : finish + 1 - self.open_end]
        self._known[a] = (
            [t for t in points if poly.sign(a, t) < 0],
            [t for t in points if poly.sign(a, t) > 0],
            not a or any(vanishes(simple, root) for root in inside),
        )
        return self._known[a]

    def sign(self, difference: Function, relation: str) -> bool:
        """Decide a comparison for all points at once.

        Raises
        ------
        Mixed
            If it holds at some and not at others.
        """
        below, above, zero = self.pattern(poly.times(difference.top, difference.bottom))
        holds = bool(below) or (zero and relation == "<=")
        fails = bool(above) or (zero and relation == "<")
        if holds and fails:
            raise Mixed(below + above, difference)
        return holds

    def divide(self, denominator: Polynomial) -> None:
        """Refuse a denominator that vanishes somewhere."""
        if self.pattern(denominator)[2]:
            raise Violation(f"the denominator {str(Function(denominator, (1,), self))[:300]} vanishes in the interval")


class Function:
    """A rational function of a parameter that is not constant, in lowest terms.

    Sums, products and quotients with numbers and other functions are exact, and numbers where they are constant.
    Comparisons are those of the domain, so ``f < g`` means everywhere, and raises :class:`Mixed` if it depends. Equal
    are functions that agree everywhere; those that meet at single points differ.

    Attributes
    ----------
    top, bottom : Polynomial
        Numerator and denominator; the denominator has a positive leading coefficient.
    domain : Comparison
    """

    __slots__ = ("bottom", "domain", "top")

    def __init__(self, top: Polynomial, bottom: Polynomial, domain: Comparison) -> None:
        self.top, self.bottom, self.domain = top, bottom, domain

    @property
    def numerator(self) -> Any:
        """Itself: a function counts as an integer where numbers are brought over a common denominator."""
        return self

    @property
    def denominator(self) -> int:
        """One."""
        return 1

    def _combined(self, other: object, rule: Callable[[_Parts, _Parts], _Parts]) -> Any:
        parts = _parts(other)
        return NotImplemented if parts is None else quotient(*rule((self.top, self.bottom), parts), self.domain)

    def __add__(self, other: object) -> Any:
        return self._combined(other, _sum)

    __radd__ = __add__

    def __sub__(self, other: object) -> Any:
        return self._combined(other, lambda a, b: _sum(a, (tuple(-c for c in b[0]), b[1])))

    def __rsub__(self, other: object) -> Any:
        return -self + other

    def __neg__(self) -> Function:
        return Function(tuple(-c for c in self.top), self.bottom, self.domain)

    def __abs__(self) -> Function:
        """Itself or its negative, if one of them is nowhere below the other."""
        found: Function = self.largest([self, -self])
        return found

    def __mul__(self, other: object) -> Any:
        return self._combined(other, lambda a, b: (poly.times(a[0], b[0]), poly.times(a[1], b[1])))

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> Any:
        if isinstance(other, Function):
            self.domain.divide(other.top)
        return self._combined(other, lambda a, b: (poly.times(a[0], b[1]), poly.times(a[1], b[0])))

    def __rtruediv__(self, other: object) -> Any:
        self.domain.divide(self.top)
        return self._combined(other, lambda a, b: (poly.times(a[1], b[0]), poly.times(a[0], b[1])))

    def __pow__(self, exponent: int) -> Any:
        base = self if exponent >= 0 else 1 / self
        return reduce(lambda a, _: a * base, range(abs(exponent)), Fraction(1))

    def _compared(self, difference: Any, relation: str) -> bool:
        if isinstance(difference, Function):
            return self.domain.sign(difference, relation)
        return bool(difference < 0 or (difference == 0 and relation == "<="))

    def __lt__(self, other: Any) -> bool:
        return self._compared(self - other, "<")

    def __le__(self, other: Any) -> bool:
        return self._compared(self - other, "<=")

    def __gt__(self, other: Any) -> bool:
        return self._compared(other - self, "<")

    def __ge__(self, other: Any) -> bool:
        return self._compared(other - self, "<=")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Function) and (self.top, self.bottom) == (other.top, other.bottom)

    def __hash__(self) -> int:
        return hash((self.top, self.bottom))

    def __bool__(self) -> bool:
        """A function that is not constant is not zero, whatever it is at single points."""
        return True

    def bit_length(self) -> int:
        """Zero: it is no long integer, and is written as it is."""
        return 0

    def __int__(self) -> int:
        """Refuse: an index does not depend on a parameter.

        Raises
        ------
        InputError
        """
        raise InputError(f"a whole number is needed, not {self}, which depends on {self.domain.name}")

    def at(self, t: Fraction) -> Fraction:
        """The value at a point."""
        return poly.at(self.top, t) / poly.at(self.bottom, t)

    def largest(self, listed: Sequence[Any]) -> Any:
        """Of numbers and functions one that none exceeds.

        Raises
        ------
        Mixed
            If there is none such everywhere.
        """
        t = self.domain.inside
        best = max(listed, key=lambda value: value.at(t) if isinstance(value, Function) else value)
        if any(other > best for other in listed):
            raise Violation(f"{str(best)[:200]} is the largest at {brief(t)}, but not everywhere")
        return best

    @property
    def _too_long(self) -> bool:
        return any(too_long(Fraction(c)) for c in (*self.top, *self.bottom))

    def __str__(self) -> str:
        name, bottom = self.domain.name, self.bottom
        if self._too_long:
            return f"a function of {name} with numbers of more than {DIGITS} digits"
        if len(bottom) == 1:
            return poly.written(self.top, name, bottom[0])
        return f"({poly.written(self.top, name)})/({poly.written(bottom, name)})"

    def __repr__(self) -> str:
        return f"Function({self})"

    def plain(self) -> str:
        """As files hold it.

        Raises
        ------
        InputError
            If a coefficient has more than 4,000 digits.
        """
        if self._too_long:
            raise InputError(f"a number of more than {DIGITS} digits cannot be written")
        return str(self)


_Parts = tuple[Polynomial, Polynomial]


def _parts(value: object) -> _Parts | None:
    if isinstance(value, Function):
        return value.top, value.bottom
    if isinstance(value, (int, Fraction)):
        return poly.trimmed((value.numerator,)), (value.denominator,)
    return None


def _sum(a: _Parts, b: _Parts) -> _Parts:
    if len(a[1]) == len(b[1]) == 1:
        common = lcm(a[1][0], b[1][0])
        left = tuple(c * (common // a[1][0]) for c in a[0])
        return poly.plus(left, b[0], common // b[1][0]), (common,)
    if a[1] == b[1]:
        return poly.plus(a[0], b[0]), a[1]
    return poly.plus(poly.times(a[0], b[1]), poly.times(b[0], a[1])), poly.times(a[1], b[1])


def quotient(top: Polynomial, bottom: Polynomial, domain: Comparison) -> Function | Fraction:
    """A rational function in lowest terms, a number if it is constant.

    Raises
    ------
    Undecided
        If its degree is beyond ``MAX_DEGREE``.
    """
    if not top:
        return Fraction(0)
    if not bottom:
        raise Violation("it divides by zero")
    if len(top) > 1 and len(bottom) > 1:
        shared = poly.common(top, bottom)
        if len(shared) > 1:
            scale = (top[-1], bottom[-1])
            top, bottom = poly.divided(top, shared), poly.divided(bottom, shared)
            # Quotients are primitive; their leading coefficients tell what was divided out.
            ratio = Fraction(scale[0] * bottom[-1], scale[1] * top[-1])
            top = tuple(c * ratio.numerator for c in top)
            bottom = tuple(c * ratio.denominator for c in bottom)
    shared_content = gcd(*top, *bottom) * (-1 if bottom[-1] < 0 else 1)
    if shared_content != 1:
        top, bottom = (tuple(c // shared_content for c in side) for side in (top, bottom))
    if max(len(top), len(bottom)) == 1:
        return Fraction(top[0], bottom[0])
    if max(len(top), len(bottom)) > MAX_DEGREE:
        raise Undecided(f"a function of the parameter has a degree beyond {MAX_DEGREE}")
    return Function(top, bottom, domain)


_STEPS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "number": lambda _, constant: constant,
    "variable": lambda *_: None,
    "neg": lambda a, _: -a,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
"""What an expression of a family may do; of operands and constants, which are fractions, it makes fractions."""


@dataclass(frozen=True)
class Reader:
    """What reads numbers that depend on a parameter.

    Attributes
    ----------
    name : str
        The parameter's.
    unit : Function or Fraction
        The parameter itself, as a function, or the value at which it is fixed.
    """

    name: str
    unit: Any

    def __call__(self, value: object, where: str) -> Any:
        """The value of an expression in the parameter; None for what is no such expression."""
        if isinstance(value, Function):
            value = value.plain()
        if not isinstance(value, str) or self.name not in _WORD.findall(value):
            return None
        values: list[Any] = []
        try:
            for op, operands, constant in parse(value, (self.name,), where):
                if op not in _STEPS:
                    raise InputError(f"a number of a family is a rational function of {self.name}; {op} is none", where)
                a, b = (*(values[k] for k in operands), None, None)[:2]
                values.append(self.unit if op == "variable" else _STEPS[op](a, constant if b is None else b))
        except (ZeroDivisionError, Violation) as error:
            reason = "it divides by zero" if isinstance(error, ZeroDivisionError) else str(error)
            raise InputError(f"{value[:60]!r}: {reason}", where) from None
        return values[-1]

    def expression(self, value: str, variables: list[str], where: str) -> Expression:
        """An expression of other variables, too: with the parameter as a last one, or with its value in its place."""
        if self.name not in _WORD.findall(value):
            return Expression.parse(value, variables, where)
        if isinstance(self.unit, Function):
            return Expression.parse(value, [*variables, self.name], where)
        parse(value, (*variables, self.name), where)
        fixed_at = f"({self.unit})"
        return Expression.parse(
            _WORD.sub(lambda one: fixed_at if one[0] == self.name else one[0], value), variables, where
        )


@contextmanager
def varying(domain: Comparison) -> Iterator[None]:
    """Within this, numbers may be expressions in the parameter: functions on the domain.

    Examples
    --------
    >>> from dual.numbers.exact import number
    >>> with varying(Domain(Fraction(0), Fraction(1))):
    ...     share = number("(1 - t)/2")
    >>> share >= 0, share + number("1/2")
    (True, Function(1 - 1/2*t))
    >>> share <= Fraction(1, 3)
    Traceback (most recent call last):
        ...
    dual.functions.varying.Mixed: 1/6 - 1/2*t is of one sign at 3/4, but not everywhere
    """
    unit = Function((0, 1), (1,), domain)
    token = VARYING.set(Reader(domain.name, unit))
    try:
        yield
    finally:
        VARYING.reset(token)


@contextmanager
def fixed(name: str, t: Fraction) -> Iterator[None]:
    """Within this, expressions in the parameter are numbers: their values at one point of it."""
    token = VARYING.set(Reader(name, t))
    try:
        yield
    finally:
        VARYING.reset(token)
