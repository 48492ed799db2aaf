"""What a belief costs, as an expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from dual.errors import InputError, Undecided, Violation
from dual.functions import beliefs
from dual.functions.band import Band, Cell
from dual.functions.enclosure import Rule, prove_nonnegative
from dual.functions.expression import Expression
from dual.limits import Exhausted
from dual.numbers.exact import Vector
from dual.numbers.interval import Interval, hull

_AROUND = Fraction(1, 1024)
"""How far around certainty a cost that is not defined there has to be bounded from below."""


@dataclass(frozen=True)
class ExpressionCost:
    """The value of an expression in q0, q1, ... (for two states also p = q1), meant to be convex.

    If it is not convex, every bound remains true, but the best prices and multipliers may stay above the value. Where
    it is undefined at a belief that rules a state out, such a belief costs infinitely much: nobody is ever certain.
    """

    expression: Expression

    def document(self) -> object:
        """The expression's text."""
        return self.expression.text

    def at(self, belief: Sequence[Fraction], prior: Sequence[Fraction]) -> Interval:
        """Enclose the cost of a belief.

        Raises
        ------
        Violation
            If it is infinite.
        InputError
            If it is undefined elsewhere.

        Examples
        --------
        >>> half = [Fraction(1, 2)] * 2
        >>> print(read("q0**2 + q1**2", "cost", half).at([Fraction(0), Fraction(1)], half))
        1
        """
        try:
            return beliefs.at(self.expression, belief)
        except InputError as error:
            if not any(mass and not x for x, mass in zip(belief, prior, strict=True)):
                raise
            raise Violation(f"this belief costs infinitely much, as it rules a state out: {error}") from None

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
            self.slack(excess, prior),
            beliefs.possible(prior),
            points=map(beliefs.coordinates, points),
            name=f"{where}: prices . belief - (payoff - cost)",
        )

    def slack(self, excess: Sequence[Fraction], prior: Sequence[Fraction]) -> Rule:
        """The rule ``cost(q) - excess . q`` on cells of the simplex, cut down to 1 where the cost may be infinite.

        That changes no sign. It is so only at the edge, where a state is ruled out that the prior does not.
        """
        below = beliefs.above(self.expression, excess)
        states = [s for s, mass in enumerate(prior) if mass]

        def rule(cell: Cell) -> Band:
            try:
                return -below(cell)
            except Exhausted:
                raise
            except InputError:  # undefined on all of the cell
                if not any(all(vertex[s] == 0 for vertex in cell.vertices) for s in states):
                    raise
                return cell.constant(1)
            except Undecided:
                if not any(vertex[s] == 0 for vertex in cell.vertices for s in states):
                    raise
                low = self.least([hull(column) for column in zip(*cell.vertices, strict=True)])
                if low is None:
                    raise
                low -= max(sum(map(mul, excess, vertex), Fraction(0)) for vertex in cell.vertices)
                return cell.constant(Interval(min(low, Fraction(1)), Fraction(1)))

        return rule

    def least(self, box: Sequence[Interval]) -> Fraction | None:
        """A number that the cost is never below in a box of beliefs, wherever it is defined."""
        from dual.functions import unbounded

        return unbounded.least(self.expression, box)


def read(raw: str, where: str, prior: Sequence[Fraction]) -> ExpressionCost:
    """Read a cost that is defined at the prior, and at the states it allows is defined or infinite."""
    cost = ExpressionCost(beliefs.read(raw, where, len(prior)))
    cost.at(prior, prior)
    for corner, mass in zip(beliefs.corners(len(prior)), prior, strict=True):
        try:
            if mass:
                beliefs.at(cost.expression, corner)
        except InputError:
            around = [Interval(max(x - _AROUND, Fraction(0)), min(x + _AROUND, Fraction(1))) for x in corner]
            if cost.least(around + [around[1]] * (len(prior) == 2)) is None:
                raise
    return cost
