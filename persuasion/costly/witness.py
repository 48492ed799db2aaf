"""From floating point to proofs: the best exact witnesses of costly persuasion found so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from operator import mul

from dual.errors import Violation
from dual.kinds.costly import kind as costly_persuasion
from dual.kinds.costly.entropy import EntropyCost
from dual.kinds.costly.kind import CostlyPersuasionStatement
from dual.kinds.costly.quadratic import QuadraticCost
from dual.kinds.finite import Experiment, Prices, Signal
from dual.numbers.exact import over_common_denominator
from dual.numbers.interval import rounded
from dual.proofs.lagrangian import obedient_payoffs
from persuasion.experiment import revealed
from persuasion.finite.replies import best_reply, in_integers

from .polish import Point

Joints = Iterable[tuple[int, Sequence[Fraction]]]
Document = Mapping[str, object]

_SMALL = 1e-6
"""Below this a state's price, the slope of a conjugate, loses its digits in floats."""
_BITS = 100
"""Significant bits of prices that are raised anyway."""


class Incumbent:
    """The best witnesses so far; no and full information come first.

    Attributes
    ----------
    primal, dual : mapping or None
        Witnesses in the form of the kind's files.
    lower, upper : Fraction or None
        What they prove.
    """

    def __init__(self, statement: CostlyPersuasionStatement) -> None:
        self.statement = statement
        self.primal: Experiment | None = None
        self.dual: Document | None = None
        self.lower: Fraction | None = None
        self.upper: Fraction | None = None
        sender, receiver = in_integers(statement.sender), in_integers(statement.weighed)
        for joints in ([statement.prior], revealed(statement.prior)):
            masses = (over_common_denominator(joint)[0] for joint in joints)
            told = [best_reply(sender, receiver, joint) for joint in masses]
            self.offer_experiment(zip(told, joints, strict=True))

    def offer_experiment(self, joints: Joints) -> None:
        """Keep an experiment if the checker accepts it and proves more of it than of the one before."""
        primal = Experiment(tuple(Signal(a, tuple(joint)) for a, joint in joints if any(joint)))
        try:
            lower = costly_persuasion.lower(self.statement, primal)
        except Violation:
            return
        if self.lower is None or lower > self.lower:
            self.primal, self.lower = primal, lower

    def offer_prices(
        self, prices: Sequence[Fraction], multipliers: Sequence[Sequence[Fraction]], **more: object
    ) -> None:
        """Keep prices that majorise payoff minus cost if they prove less than those before."""
        upper = sum(map(mul, self.statement.prior, prices), Fraction(0))
        if self.upper is None or upper < self.upper:
            self.dual, self.upper = {"prices": prices, "multipliers": multipliers, **more}, upper

    def offer_proven(self, prices: Sequence[Fraction], multipliers: Sequence[Sequence[Fraction]]) -> None:
        """Keep prices that may not majorise if the checker accepts them and they prove less than those before."""
        try:
            costly_persuasion.upper(self.statement, Prices(tuple(prices), tuple(map(tuple, multipliers))))
        except Violation:
            return
        self.offer_prices(prices, multipliers)

    @property
    def gap(self) -> Fraction | None:
        """Upper minus lower bound, in units of the sender's largest range of payoffs in a state."""
        if self.lower is None or self.upper is None:
            return None
        size = max(max(row) - min(row) for row in self.statement.sender)
        return (self.upper - self.lower) / size if size else self.upper - self.lower


def raised(
    statement: CostlyPersuasionStatement,
    multipliers: Sequence[Sequence[Fraction]],
    prices: Sequence[Fraction | None] | None = None,
    action: int | None = None,
) -> list[Fraction]:
    """Prices that majorise payoff minus a named cost: the given ones, shifted by the least sufficient constant.

    Parameters
    ----------
    statement : CostlyPersuasionStatement
    multipliers : sequence, shape (A, A)
        Nonnegative.
    prices : sequence of Fraction or None, shape (S,), optional
        None for states that were left out; their prices are made so high that no posterior touches them.
    action : int, optional
        Instead of prices: the action whose payoffs they are to be, which is right where nothing is revealed.
    """
    cost = statement.cost
    if not isinstance(cost, (EntropyCost, QuadraticCost)):
        raise TypeError("only a named cost has a closed form")
    payoffs = obedient_payoffs(statement.sender, statement.weighed, multipliers)
    safe = [max(column) + 4 * cost.weight for column in zip(*payoffs, strict=True)]
    asked = payoffs[action] if action is not None else prices or safe
    start = [high if price is None else price for price, high in zip(asked, safe, strict=True)]
    short = max(
        cost.surplus([payoff - price for payoff, price in zip(row, start, strict=True)], statement.prior)
        for row in payoffs
    )
    return [rounded(price + short, _BITS, up=True) for price in start] if short else start


def offer_duals(incumbent: Incumbent, point: Point) -> None:
    """Offer prices and multipliers next to those of a point."""
    program, statement = point.program, point.program.statement
    multipliers = [Fraction(max(multiplier, 0.0)) for multiplier in point.multipliers.tolist()]
    matrix, prices = program.exact_dual([Fraction(price) for price in point.prices.tolist()], multipliers)
    incumbent.offer_prices(raised(statement, matrix, prices), matrix)
    if len(point.used) == 1:  # nothing is revealed, and the optimum may be exact
        incumbent.offer_prices(raised(statement, matrix, action=program.actions[point.used[0]]), matrix)
    if min(program.prior) < _SMALL:
        # Of unlikely states the prices may be lost in rounding, but safe ones cost little.
        safe = [price if mass > _SMALL else None for price, mass in zip(prices, statement.prior, strict=True)]
        incumbent.offer_prices(raised(statement, matrix, safe), matrix)
