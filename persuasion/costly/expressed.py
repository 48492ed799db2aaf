"""Costly persuasion whose cost is an expression: the exchange method's answer, proven by subdivision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any

import numpy as np

from dual.errors import InputError, SuasionError, Undecided, Violation
from dual.functions.beliefs import coordinates, possible
from dual.kinds.costly import kind as costly_persuasion
from dual.kinds.costly.expressed import ExpressionCost
from dual.kinds.costly.kind import CostlyPersuasionStatement
from dual.numbers.interval import rounded
from dual.proofs.lagrangian import obedient_payoffs
from transport.functions.infimum import lower_bound
from transport.programs.effort import Effort
from transport.programs.rounding import dyadic, simple, simple_belief
from transport.road.methods import Found

from .exchange import exchanged
from .expression import ExpressionModel
from .polish import Point
from .program import Program, spread
from .repair import rounded_experiments
from .witness import Incumbent

RULE = "the exchange method's last vertex, the signals of an action taken together"
_STAGES = ((300, Fraction(1, 10**9)), (1500, Fraction(1, 10**8)), (6000, Fraction(1, 10**7)))
"""After how many cells an action which raise of the prices, relative to the sender's range, is good enough."""
_TOLERANCE = {1: Fraction(0), 2: Fraction(1, 10**13), 3: Fraction(1, 10**11), 4: Fraction(1, 10**10)}
"""How tight a bound is asked for, relative to the sender's range, by the number of possible states."""
_CONTACT = 1e-5
"""Surplus from which on a posterior may be where prices touch; one listed in vain costs the checker a cell."""
_SHORT = 1000
"""Largest denominator of a number that is taken for the one meant."""
_NEAR = 1e-8
"""How near the float must be to it: what Newton's method leaves, and so near by chance for one number in a hundred."""
_BITS = 60
"""Of a raise that makes the prices valid: short numbers, at most a 2^-60th too much."""
_GRID = 30
"""Of posteriors in the proof, which may be any near the contact: short, so that cells are quick."""
_GOOD = Fraction(1, 10**8)
"""A gap from which on nothing further is tried: other roundings gain digits that nobody asked for."""


@dataclass(frozen=True)
class Prices:
    """Prices and multipliers of the statement, with beliefs where they may touch payoff minus cost."""

    prices: list[Fraction]
    multipliers: list[list[Fraction]]
    points: list[tuple[Fraction, ...]]

    def raised(self, step: Fraction) -> Prices:
        """All prices raised alike."""
        return Prices([price + step for price in self.prices], self.multipliers, self.points)

    def value(self, statement: CostlyPersuasionStatement) -> Fraction:
        """The bound they prove, if they majorise."""
        return sum(map(mul, statement.prior, self.prices), Fraction(0))

    def document(self) -> dict[str, Any]:
        """As a witness."""
        found: dict[str, Any] = {"prices": self.prices, "multipliers": self.multipliers}
        return found | ({"points": self.points} if self.points else {})


def solve_by_exchange(statement: CostlyPersuasionStatement, effort: Effort) -> Found:
    """Exchange posteriors until prices majorise payoff minus cost, then prove both sides."""
    program = Program.of(statement)
    if not isinstance(program.model, ExpressionModel):
        raise SuasionError("this method needs a cost that is an expression")
    effort.tell(f"exchange method: {len(program.states)} states, {len(program.actions)} actions")
    best = Incumbent(statement)
    effort.offer(Found(best.primal, best.dual, "no-or-full-information"))
    found = exchanged(program, program.model, effort)
    for masses in (found.joints, *(point.joints for point in found.points)):
        for joints in rounded_experiments(program, masses):
            best.offer_experiment(joints)
    for point in found.points:
        short = _short(point)
        if short.value(statement) == best.lower and _proven(statement, short):
            best.offer_prices(**short.document())
    for near in (*map(_dyadic, found.points), _constant(statement)):
        if best.gap is None or best.gap > _GOOD:
            effort.offer(Found(best.primal, best.dual, "exchange", found.rounds, rule=RULE))
            _raise(best, near, effort)
    return Found(
        primal=best.primal,
        dual=best.dual,
        method="exchange",
        iterations=found.rounds,
        claim=None if best.dual is not None else "the prices that were found could not be proven to majorise",
        rule=RULE,
    )


def _raise(best: Incumbent, near: Prices, effort: Effort) -> None:
    """Raise prices by what is proven to be enough, and offer them."""
    effort.tell("proving the prices by subdivision")
    needed = _shortfall(best.statement, near, effort)
    if needed is None:
        return
    for factor in (1, 4, 16):
        # A little more than what is needed makes the checker's work much lighter.
        higher = near.raised(rounded(needed + factor * _tolerance(best.statement), _BITS, up=True))
        if _proven(best.statement, higher):
            best.offer_prices(**higher.document())
            return


def _tolerance(statement: CostlyPersuasionStatement) -> Fraction:
    possible = sum(1 for mass in statement.prior if mass)
    return (spread(statement) or Fraction(1)) * _TOLERANCE[possible]


def _shortfall(statement: CostlyPersuasionStatement, near: Prices, effort: Effort) -> Fraction | None:
    """By how much prices have to rise at most to majorise payoff minus cost; None if no bound is found."""
    cost = statement.cost
    if not isinstance(cost, ExpressionCost):
        raise SuasionError("this method needs a cost that is an expression")
    scale, tolerance = spread(statement) or Fraction(1), _tolerance(statement)
    cell = possible(statement.prior)
    worst: Fraction | None = None
    for row in obedient_payoffs(statement.sender, statement.weighed, near.multipliers):
        rule = cost.slack([payoff - price for payoff, price in zip(row, near.prices, strict=True)], statement.prior)
        points = [coordinates(point) for point in near.points]
        least: Fraction | None = None
        for cells, good in _STAGES:
            try:
                bound = lower_bound(rule, cell, tolerance, points=points, cells=cells)
            except (Undecided, InputError):
                continue
            least = bound.lower if least is None else max(least, bound.lower)
            if bound.upper - bound.lower <= good * scale or least >= 0 or effort.exhausted():
                break
        if least is None:
            return None
        worst = -least if worst is None else max(worst, -least)
    return worst


def _proven(statement: CostlyPersuasionStatement, prices: Prices) -> bool:
    try:
        costly_persuasion.upper(statement, costly_persuasion.read_dual(prices.document(), statement, "dual"))
    except (Violation, Undecided, InputError):
        return False
    return True


def _dyadic(point: Point) -> Prices:
    """The prices of a point as they are."""
    return _stated(
        point, [Fraction(p) for p in point.prices.tolist()], [Fraction(m) for m in point.multipliers.tolist()]
    )


def _short(point: Point) -> Prices:
    """The short fractions that the prices of a point may stand for."""
    return _stated(
        point,
        [simple(p, _SHORT) for p in point.prices.tolist()],
        [simple(m, _SHORT) for m in point.multipliers.tolist()],
    )


def _stated(point: Point, prices: Sequence[Fraction], multipliers: Sequence[Fraction]) -> Prices:
    program, statement = point.program, point.program.statement
    matrix, found = program.exact_dual(prices, [max(multiplier, Fraction(0)) for multiplier in multipliers])
    payoffs = obedient_payoffs(statement.sender, statement.weighed, matrix)
    full = [max(row[s] for row in payoffs) if price is None else price for s, price in enumerate(found)]
    return Prices(full, matrix, list(dict.fromkeys(_contacts(point))))


def _contacts(point: Point) -> Iterator[tuple[Fraction, ...]]:
    """Beliefs about all states at which the prices may touch, in short fractions if they are near such."""
    program = point.program
    for a in np.flatnonzero(point.surplus > -_CONTACT * program.size):
        q = point.posteriors[a]
        exact = list(simple_belief(q.tolist(), _SHORT, _NEAR) or ())
        if not exact:
            exact = [dyadic(x, _GRID) for x in q.tolist()]
            largest = int(q.argmax())
            exact[largest] += 1 - sum(exact)
        if max(exact) < 1:
            place = dict(zip(program.states, exact, strict=True))
            yield tuple(place.get(s, Fraction(0)) for s in range(len(program.statement.prior)))


def _constant(statement: CostlyPersuasionStatement) -> Prices:
    """Equal prices of all states: a last resort."""
    states, actions = len(statement.prior), len(statement.sender[0])
    return Prices([Fraction(0)] * states, [[Fraction(0)] * actions] * actions, [])
