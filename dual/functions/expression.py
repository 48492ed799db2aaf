"""Payoffs written as text, evaluated exactly at a point, in intervals on a box, or in any other arithmetic.

The text is parsed by :mod:`dual.functions.grammar` into a list of steps, each naming an operation and the earlier
steps it works on; equal subexpressions share one step. Evaluation is one pass over that list. A condition counts as 0
or 1 where a number is wanted, and a number is true where it is not zero.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, TypeVar

from dual.errors import InputError, SuasionError, Undecided
from dual.numbers.interval import PRECISION, Interval, Value, interval, outward
from dual.words import shortened

from . import work
from .grammar import parse
from .step import SMOOTH, Operations, Step

MAX_PRECISION: Final = 4096
"""Bits up to which irrational numbers are told apart before the comparison counts as undecided."""

T = TypeVar("T")


class Irrational(SuasionError):
    """An expression's value at a point is not known to be rational, so it has no exact value here."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression; make one with :meth:`parse`.

    What is true of it: every step's operands stand before it, and the last step is the whole. So an evaluation that
    encloses every step, given enclosures of its operands, encloses the whole.

    Attributes
    ----------
    text : str
        As it was written.
    variables : tuple of str
        The names it may use; a point lists their values in this order.
    steps : tuple of Step
        The operations, operands first; the last step is the whole expression.
    where : str
        The field named in errors.

    Examples
    --------
    >>> hat = Expression.parse("(p >= 1/2) - 16*(p - 0.3)**2", ["p"])
    >>> hat.at([Fraction(1, 2)])
    Fraction(9, 25)
    >>> Expression.parse("p^2", ["p"], "value")
    Traceback (most recent call last):
        ...
    dual.errors.InputError: value: column 2: unexpected '^'; write ** for a power
    """

    text: str
    variables: tuple[str, ...]
    steps: tuple[Step, ...] = field(repr=False)
    where: str = field(default="expression", compare=False, repr=False)

    @classmethod
    def parse(cls, text: object, variables: Sequence[str], where: str = "expression") -> Expression:
        """Parse a text.

        Parameters
        ----------
        text : str
            At most 4,000 characters, nested at most 100 deep, of degree at most 4,096.
        variables : sequence of str
            The names that may occur.
        where : str
            The field named in errors.

        Returns
        -------
        Expression

        Raises
        ------
        InputError
            Naming the column and what was expected there.
        """
        names = tuple(variables)
        steps = parse(text, names, where)
        return cls(str(text), names, steps, where)

    def document(self) -> str:
        """The text, as a file holds it."""
        return self.text

    def evaluate(self, values: Sequence[T], operations: Mapping[str, Callable[..., T]]) -> T:
        """Evaluate in any arithmetic.

        Parameters
        ----------
        values : sequence
            What the variables stand for.
        operations : mapping
            A function for every operation in :attr:`steps` but ``"variable"``: ``"number"`` takes a Fraction, ``"**"``
            a value and an int, all others as many values as they have operands. :data:`ARITHMETIC` holds those that
            are Python's operators.

        Examples
        --------
        >>> half = Expression.parse("x/2 + 1", ["x"])
        >>> half.evaluate([3.0], {**ARITHMETIC, "number": float})
        2.5
        """
        results: list[T] = []
        for op, operands, value in self.steps:
            if value is None:
                results.append(operations[op](*[results[k] for k in operands]))
            elif operands:
                results.append(operations[op](results[operands[0]], value))
            else:
                results.append(values[int(value)] if op == "variable" else operations[op](value))
        return results[-1]

    def at(self, point: Sequence[Fraction]) -> Fraction:
        """Evaluate exactly at a rational point.

        Raises
        ------
        Irrational
            If the value is not known to be rational.
        InputError
            If the expression is undefined at the point (division by zero, logarithm of zero, ...).
        Undecided
            If two irrational numbers, equal to 4,096 bits, are compared.
        """
        found = self.enclose([interval(x) for x in point])
        if found.is_point:
            return found.lower
        raise Irrational(f"{self.where}: {shortened(self.text)} is not known to be rational at {self._named(point)}")

    def enclose(self, box: Sequence[Interval], bits: int = PRECISION) -> Interval:
        """Enclose the values on a box; at a point, tightly, and exactly where the value is known to be rational.

        Parameters
        ----------
        box : sequence of Interval
            One interval for each of :attr:`variables`.
        bits : int
            Significant bits of the steps' roundings.

        Raises
        ------
        InputError
            If the expression is undefined at the point or on all of the box.
        Undecided
            If it may be undefined on part of the box.
        """
        if len(box) != len(self.variables):
            raise InputError(f"a point needs {len(self.variables)} coordinates, not {len(box)}", self.where)
        strict = all(side.is_point for side in box)
        sides: list[Value] = [side.lower if side.is_point else side for side in box]
        while True:
            try:
                return interval(self.evaluate(sides, _arithmetic(bits, strict)))
            except InputError as error:
                raise InputError(f"{error} at {self._named(box)}", self.where) from None
            except Undecided as error:
                bits *= 2
                if not strict or bits > MAX_PRECISION:
                    raise Undecided(f"{self.where}: {error} at {self._named(box)}") from None

    def _named(self, point: Sequence[Fraction | Interval]) -> str:
        return ", ".join(f"{name} = {interval(at)}" for name, at in zip(self.variables, point, strict=True))


ARITHMETIC: Final[Mapping[str, Callable[..., Any]]] = {
    "neg": operator.neg,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "abs": abs,
}
"""The operations that are Python's own operators."""


@lru_cache(maxsize=32)
def _arithmetic(bits: int, strict: bool) -> dict[str, Callable[..., Value]]:
    """Fractions while exact, else intervals; an open comparison raises if ``strict``, else is [0, 1]."""

    def short(x: Value) -> Value:
        work.evaluate(x)
        if isinstance(x, Fraction):
            return x
        return x.lower if x.is_point else outward(x, bits)

    def rounding(operation: Callable[..., Value]) -> Callable[..., Value]:
        return lambda *operands: short(operation(*operands))

    def more(op: str) -> Mapping[str, Callable[..., Value]]:
        if op in SMOOTH:
            from . import smooth

            return smooth.operations(bits, short)
        if op in ("min", "max"):
            from . import extremes

            return {"min": rounding(extremes.least), "max": rounding(extremes.largest)}
        from . import ordering

        return ordering.operations(strict)

    return Operations(
        more,
        {
            **ARITHMETIC,
            "number": lambda x: x,
            "+": rounding(operator.add),
            "-": rounding(operator.sub),
            "*": rounding(operator.mul),
            "/": rounding(_quotient),
            "**": rounding(_power),
        },
    )


def _quotient(x: Value, y: Value) -> Value:
    if y == 0:
        raise InputError("division by zero")
    return x / y


def _power(x: Value, exponent: int) -> Value:
    if x == 0 and exponent < 0:
        raise InputError("division by zero")
    work.power(x, exponent)
    return x**exponent
