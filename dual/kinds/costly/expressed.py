"""What a belief costs, as an expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.functions import beliefs
from dual.functions.enclosure import Rule, prove_nonnegative
from dual.functions.expression import Expression
from dual.numbers.exact import Vector
from dual.numbers.interval import Interval


@dataclass(frozen=True)
class ExpressionCost:
    """The value of an expression in q0, q1, ... (for two states also p = q1), meant to be convex.

    If it is not convex, every bound remains true, but the best prices and multipliers may stay above the value.
    """

    expression: Expression

    def document(self) -> object:
        """The expression's text."""
        return self.expression.text

    def at(self, belief: Sequence[Fraction], prior: Sequence[Fraction]) -> Interval:  # noqa: ARG002
        """Enclose the cost of a belief.

        Examples
        --------
        >>> half = [Fraction(1, 2)] * 2
        >>> print(read("q0**2 + q1**2", "cost", half).at([Fraction(0), Fraction(1)], half))
        1
        """
        return beliefs.at(self.expression, belief)

    def check(
        self, excess: Sequence[Fraction], prior: Sequence[Fraction], where: str, points: Sequence[Vector] = ()
    ) -> None:
        """Refuse unless ``cost(q) - excess . q`` is nonnegative on the simplex, which is first cut at the points.

        Raises
        ------
        Violation, Undecided
            If it is negative somewhere, or neither could be shown.
        """
        prove_nonnegative(
            self.slack(excess),
            beliefs.possible(prior),
            points=map(beliefs.coordinates, points),
            name=f"{where}: prices . belief - (payoff - cost)",
        )

    def slack(self, excess: Sequence[Fraction]) -> Rule:
        """The rule ``cost(q) - excess . q`` on cells of the simplex."""
        below = beliefs.above(self.expression, excess)
        return lambda cell: -below(cell)


def read(raw: str, where: str, prior: Sequence[Fraction]) -> ExpressionCost:
    """Read a cost that is defined at the prior and at the states it allows."""
    cost = ExpressionCost(beliefs.read(raw, where, len(prior)))
    for belief in (prior, *(corner for corner, mass in zip(beliefs.corners(len(prior)), prior, strict=True) if mass)):
        cost.at(belief, prior)
    return cost
