"""What a belief costs: posterior-separable costs of information.

An experiment costs the expected value of ``cost(q)`` over its posteriors q. The named costs are written as divergences
from the prior m, which are zero there::

    entropy    k sum_s q[s] log(q[s] / m[s])      averages to k times the expected reduction of Shannon entropy
    quadratic  k sum_s (q[s] - m[s])^2            averages to k times the expected rise of the squared norm

An expression is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import TypeAlias

from dual.errors import InputError, Violation
from dual.functions.band import Band, Cell, bands
from dual.functions.enclosure import Rule, prove_nonnegative
from dual.functions.expression import Expression
from dual.kinds.concave import MAX_STATES, coordinates, corners
from dual.numbers.exact import Vector, number
from dual.numbers.interval import LARGEST_EXPONENT, Interval, exp, interval, log
from dual.statement import fields
from dual.words import brief

_NEGLIGIBLE = Fraction(-1000)
"""Lower exponents are raised to this one, so that numbers stay short: exp(-1000) is about 5e-435."""


@dataclass(frozen=True)
class EntropyCost:
    """``weight`` times the Kullback-Leibler divergence from the prior (natural logarithm), weight >= 0."""

    weight: Fraction

    def document(self) -> object:
        """``{"entropy": weight}``."""
        return {"entropy": self.weight}

    def at(self, belief: Sequence[Fraction], prior: Sequence[Fraction]) -> Interval:
        """Enclose the cost of a belief.

        Raises
        ------
        InputError
            If the belief puts mass where the prior has none: the divergence is infinite.

        Examples
        --------
        >>> half = [Fraction(1, 2)] * 2
        >>> print(EntropyCost(Fraction(1)).at([Fraction(0), Fraction(1)], half))
        [0.69314718056, 0.69314718056]
        """
        total = interval(0)
        for q, m in zip(belief, prior, strict=True):
            if q and not m:
                raise InputError("the belief puts mass on a state that the prior excludes")
            if q:
                total += log(interval(q / m)) * q
        return total * self.weight

    def surplus(self, excess: Sequence[Fraction], prior: Sequence[Fraction]) -> Fraction:
        """An upper bound of ``max over q of excess . q - cost(q) = k log sum_s prior[s] exp(excess[s] / k)``.

        Examples
        --------
        >>> float(EntropyCost(Fraction(2)).surplus([Fraction(1), Fraction(-1)], [Fraction(1, 2)] * 2))
        0.240229013916555...
        """
        possible = _possible(excess, prior)
        if not self.weight:
            return max(possible)
        # The largest entry is taken out first, so that no exponential overflows.
        largest = max(possible)
        level = self._total([gain - largest for gain in excess], prior)
        return largest + self.weight * log(interval(level)).upper

    def check(
        self,
        excess: Sequence[Fraction],
        prior: Sequence[Fraction],
        where: str,
        points: Sequence[Vector] = (),  # noqa: ARG002
    ) -> None:
        """Refuse unless ``sum_s prior[s] exp(excess[s] / weight) <= 1``."""
        if not self.weight:
            return _check_linear(excess, prior, where)
        if max(_possible(excess, prior)) <= 0:
            return None  # no exponential exceeds 1
        for s, (gain, mass) in enumerate(zip(excess, prior, strict=True)):
            # A positive mass is at least 10^-4000, so that the one term exceeds 1.
            if mass and gain > LARGEST_EXPONENT * self.weight:
                raise Violation(f"{where}: the payoff in state {s} exceeds the price by {brief(gain)}")
        total = self._total(excess, prior)
        if total > 1:
            raise Violation(
                f"{where}: sum over s of prior[s] exp((payoff[s] - prices[s]) / {brief(self.weight)})"
                f" <= 1 is needed; it may reach 1 + {brief(total - 1)}"
            )
        return None

    def _total(self, excess: Sequence[Fraction], prior: Sequence[Fraction]) -> Fraction:
        terms = [
            exp(interval(max(gain / self.weight, _NEGLIGIBLE))).upper * mass
            for gain, mass in zip(excess, prior, strict=True)
            if mass
        ]
        return sum(terms, Fraction(0))


@dataclass(frozen=True)
class QuadraticCost:
    """``weight`` times the squared Euclidean distance from the prior, weight >= 0."""

    weight: Fraction

    def document(self) -> object:
        """``{"quadratic": weight}``."""
        return {"quadratic": self.weight}

    def at(self, belief: Sequence[Fraction], prior: Sequence[Fraction]) -> Interval:
        """The cost of a belief, exactly.

        Examples
        --------
        >>> print(QuadraticCost(Fraction(3)).at([Fraction(0), Fraction(1)], [Fraction(1, 2)] * 2))
        3/2
        """
        return interval(self.weight * sum(((q - m) ** 2 for q, m in zip(belief, prior, strict=True)), Fraction(0)))

    def surplus(self, excess: Sequence[Fraction], prior: Sequence[Fraction]) -> Fraction:
        """The maximum over q of ``excess . q - cost(q)``, exactly.

        Examples
        --------
        >>> QuadraticCost(Fraction(1)).surplus([Fraction(1), Fraction(-1)], [Fraction(1, 2)] * 2)
        Fraction(1, 2)
        """
        best = self.maximiser(excess, prior)
        return sum(map(mul, excess, best), Fraction(0)) - self.at(best, prior).upper

    def maximiser(self, excess: Sequence[Fraction], prior: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """The belief that maximises ``excess . q - cost(q)``: the projection of ``prior + excess / 2k``."""
        if not self.weight:
            best = max(range(len(prior)), key=lambda s: (bool(prior[s]), excess[s]))
            return tuple(Fraction(s == best) for s in range(len(prior)))
        heights = [m + gain / (2 * self.weight) if m else None for gain, m in zip(excess, prior, strict=True)]
        level = _water_level([height for height in heights if height is not None])
        return tuple(Fraction(0) if height is None else max(height - level, Fraction(0)) for height in heights)

    def check(
        self,
        excess: Sequence[Fraction],
        prior: Sequence[Fraction],
        where: str,
        points: Sequence[Vector] = (),  # noqa: ARG002
    ) -> None:
        """Refuse unless the maximum over q of ``excess . q - cost(q)`` is at most zero."""
        if not self.weight:
            return _check_linear(excess, prior, where)
        surplus = self.surplus(excess, prior)
        if surplus > 0:
            belief = ", ".join(map(brief, self.maximiser(excess, prior)))
            raise Violation(
                f"{where}: payoff minus cost exceeds the prices by {brief(surplus)} > 0 at belief ({belief})"
            )
        return None


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
        >>> print(parse_cost("q0**2 + q1**2", "cost", [Fraction(1, 2)] * 2).at([Fraction(0), Fraction(1)], []))
        1
        """
        return self.expression.enclose([interval(x) for x in coordinates(belief)])

    def check(
        self, excess: Sequence[Fraction], prior: Sequence[Fraction], where: str, points: Sequence[Vector] = ()
    ) -> None:
        """Refuse unless ``cost(q) - excess . q`` is nonnegative on the simplex, which is first cut at the points.

        Raises
        ------
        Violation, Undecided
            If it is negative somewhere, or neither could be shown.
        """
        rule, cell = self.slack(excess), self.possible(prior)
        places = [coordinates(point) for point in points]
        prove_nonnegative(rule, cell, points=places, name=f"{where}: prices . belief - (payoff - cost)")

    def slack(self, excess: Sequence[Fraction]) -> Rule:
        """The rule ``cost(q) - excess . q`` on cells of the simplex."""
        cost = bands(self.expression)

        def rule(cell: Cell) -> Band:
            return cost(cell) - cell.affine([sum(map(mul, excess, vertex), Fraction(0)) for vertex in cell.vertices])

        return rule

    @staticmethod
    def possible(prior: Sequence[Fraction]) -> Cell:
        """The beliefs that a prior allows, in the coordinates of an expression."""
        return Cell([coordinates(corner) for corner, mass in zip(corners(len(prior)), prior, strict=True) if mass])


BeliefCost: TypeAlias = EntropyCost | QuadraticCost | ExpressionCost
"""Each has ``document()``, ``at(belief, prior)`` enclosing the cost, and ``check(excess, prior, where, points)``, which
refuses unless ``excess . q <= cost(q)`` for every belief q that puts no mass where the prior has none."""


def parse_cost(raw: object, where: str, prior: Sequence[Fraction]) -> BeliefCost:
    """Read the cost of an instance.

    Raises
    ------
    InputError
        If it is neither an object with one of the named costs, its weight >= 0, nor an expression that is defined at
        the prior and at the states it allows.
    """
    if isinstance(raw, str):
        return _expression(raw, where, prior)
    if not isinstance(raw, Mapping):
        raise InputError('write {"entropy": k}, {"quadratic": k} or an expression in q0, q1, ...', where)
    named = fields(raw, [], list(_NAMED), where=where)
    if len(named) != 1:
        raise InputError('exactly one of "entropy" and "quadratic" is needed', where)
    ((name, value),) = named.items()
    weight = number(value, f"{where}.{name}")
    if weight < 0:
        raise InputError(f"{brief(weight)} is negative; information costs at least nothing", f"{where}.{name}")
    return _NAMED[name](weight)


_NAMED: dict[str, type[EntropyCost | QuadraticCost]] = {"entropy": EntropyCost, "quadratic": QuadraticCost}


def _expression(raw: str, where: str, prior: Sequence[Fraction]) -> ExpressionCost:
    count = len(prior)
    if not 2 <= count <= MAX_STATES:
        raise InputError(f"an expression is read for 2 to {MAX_STATES} states, not {count}", where)
    cost = ExpressionCost(Expression.parse(raw, [f"q{s}" for s in range(count)] + ["p"] * (count == 2), where))
    for belief in (prior, *(corner for corner, mass in zip(corners(count), prior, strict=True) if mass)):
        cost.at(belief, prior)
    return cost


def _possible(values: Sequence[Fraction], prior: Sequence[Fraction]) -> list[Fraction]:
    return [value for value, mass in zip(values, prior, strict=True) if mass]


def _check_linear(excess: Sequence[Fraction], prior: Sequence[Fraction], where: str) -> None:
    for s, (gain, mass) in enumerate(zip(excess, prior, strict=True)):
        if mass and gain > 0:
            raise Violation(f"{where}: the payoff in state {s} exceeds the price by {brief(gain)} > 0")


def _water_level(heights: Sequence[Fraction]) -> Fraction:
    """The level above which the heights hold one unit in all."""
    held, level = Fraction(0), Fraction(0)
    for count, height in enumerate(sorted(heights, reverse=True), start=1):
        held += height
        if height * count > held - 1:
            level = (held - 1) / count
    return level
