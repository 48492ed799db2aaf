"""Payoffs of any mean m: an expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.functions.band import Cell
from dual.functions.bands import bands
from dual.functions.enclosure import Rule
from dual.functions.expression import Expression
from dual.functions.law import ContinuousLaw
from dual.numbers.interval import Interval

from .below import prove_below


@dataclass(frozen=True)
class ExpressionPayoff:
    """A payoff written as an expression in ``m``."""

    expression: Expression

    def document(self) -> object:
        """The payoff as the instance's file holds it."""
        return self.expression.text

    def at(self, mean: Interval) -> Interval:
        """Enclose the payoff at a mean, exactly where it is known to be rational."""
        return self.expression.enclose([mean])

    def integral(self, law: ContinuousLaw, left: Fraction, right: Fraction) -> Interval:
        """The integral of the payoff times the density as it is written."""
        rule = bands(self.expression)
        scale = max(rule(Cell([[x]])).hull.magnitude for x in (left, (2 * left + right) / 3, right))
        return law.payoff(rule, left, right, max(scale, Fraction(1, 1 << 64)))

    def rules(self, left: Fraction, right: Fraction) -> Iterator[tuple[Fraction, Fraction, Rule]]:
        """What encloses the payoff from ``left`` to ``right``."""
        yield left, right, bands(self.expression)

    def prove_below(self, price: Any, left: Fraction, right: Fraction) -> None:
        """Prove that prices are at least the payoff from ``left`` to ``right``."""
        prove_below(price, self.rules, left, right)


def read_expression(raw: object, where: str) -> ExpressionPayoff:
    """Read an expression in ``m``."""
    return ExpressionPayoff(Expression.parse(raw, ["m"], where))
