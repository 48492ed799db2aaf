"""Exact splittings: posteriors found in floating point, moved so that their mean is the prior exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul, sub

import numpy as np

from dual.errors import SolverError
from dual.kinds.concave import ConcavificationStatement
from dual.numbers.exact import Vector
from dual.numbers.interval import interval
from transport.programs.rational import reduced, solved
from transport.programs.rounding import simple_belief

from .kinked import KinkedPayoff
from .tangency import Contact, Touch
from .worth import worth

_SHORT = 1000
"""Largest denominator of a posterior that is taken for the number meant."""


@dataclass(frozen=True)
class Splitting:
    """Beliefs about all states with weights; their mean is the prior.

    Attributes
    ----------
    beliefs, weights : tuple
    worth : Fraction
        What is proven of the expected payoff.
    """

    beliefs: tuple[Vector, ...]
    weights: Vector
    worth: Fraction


def split_exactly(
    statement: ConcavificationStatement, kinked: KinkedPayoff, touch: Touch, tolerance: float
) -> Splitting:
    """An exact splitting near the posteriors found: the first of several attempts that loses at most ``tolerance``."""
    short = [short_belief(kinked, contact, touch.smooth) for contact in touch.contacts]
    attempts: list[Callable[[], list[Vector] | None]] = [
        lambda: _splitting_at_simple_beliefs(kinked, touch),
        lambda: _closed(kinked, touch.contacts, short),
        lambda: _closed(kinked, touch.contacts, [None] * len(short)),
        lambda: _program(statement, kinked, touch),
    ]
    aim = Fraction(float(touch.prices @ np.array(kinked.prior, dtype=np.float64)) - tolerance)
    best: Splitting | None = None
    for attempt in attempts:
        masses = attempt()
        if masses is not None:
            found = _splitting(statement, kinked, masses)
            best = found if best is None or found.worth > best.worth else best
            if best.worth >= aim:
                return best
    if best is None:
        raise SolverError("no splitting of the prior was found")
    return best


def short_belief(kinked: KinkedPayoff, contact: Contact, accurate: bool) -> Vector | None:
    """The belief with short fractions that a contact stands for; None if there is none nearby."""
    if contact.open:
        return None
    if len(contact.directions) == 1:
        total = sum(contact.directions[0], Fraction(0))
        return tuple(x / total for x in contact.directions[0])
    belief = simple_belief(contact.belief.tolist(), _SHORT, 1e-9 if accurate else 1e-6)
    if belief is None:
        return None
    forms = kinked.flats[contact.flat].kinks
    on_flat = not any(sum(map(mul, form, belief), Fraction(0)) for form in forms)
    return belief if on_flat else None


def short_beliefs(kinked: KinkedPayoff, touch: Touch) -> list[Vector] | None:
    """The contacts as short fractions, or the prior itself if it is the only one; None if one of them is not short."""
    if len(touch.contacts) == 1 and not touch.contacts[0].open:
        return [kinked.prior]
    found = [short_belief(kinked, contact, touch.smooth) for contact in touch.contacts]
    kept = [belief for belief in found if belief is not None]
    return kept if len(kept) == len(found) else None


def _splitting_at_simple_beliefs(kinked: KinkedPayoff, touch: Touch) -> list[Vector] | None:
    """Exact masses at contacts that are simple fractions; None if there are none or they do not split the prior."""
    beliefs = short_beliefs(kinked, touch)
    if beliefs is None:
        return None
    weights = solved(list(zip(*beliefs, strict=True)), kinked.prior)
    if weights is None or min(weights) < 0:
        return None
    return [tuple(weight * x for x in belief) for belief, weight in zip(beliefs, weights, strict=True)]


def _closed(kinked: KinkedPayoff, found: Sequence[Contact], keep: Sequence[Vector | None]) -> list[Vector] | None:
    """Masses that sum to the prior exactly: rounding is made up for in the directions that the posteriors leave.

    Posteriors that are to be kept change their weight only.
    """
    masses: list[Vector] = []
    directions: list[tuple[int, Vector]] = []
    for k in sorted(range(len(found)), key=lambda k: -found[k].weight):
        belief, contact = keep[k], found[k]
        span = contact.directions if belief is None else (belief,)
        directions += [(len(masses), direction) for direction in span]
        rough = contact.belief * contact.weight
        if contact.open:
            masses.append(tuple(map(Fraction, rough.tolist())))
            continue
        columns = np.array(span, dtype=np.float64).T
        shares = [Fraction(x) for x in np.linalg.lstsq(columns, rough, rcond=None)[0].tolist()]
        masses.append(_combined(shares, span))
    sums = [sum(column, Fraction(0)) for column in zip(*masses, strict=True)]
    missing = list(map(sub, kinked.prior, sums))
    rows = [[direction[s] for _, direction in directions] + [missing[s]] for s in range(len(missing))]
    echelon, pivots = reduced(rows)
    if pivots and pivots[-1] == len(directions):
        return None
    for row, pivot in zip(echelon, pivots, strict=True):
        k, direction = directions[pivot]
        masses[k] = tuple(mass + row[-1] * x for mass, x in zip(masses[k], direction, strict=True))
    return masses if all(x >= 0 for mass in masses for x in mass) and all(map(any, masses)) else None


def _program(statement: ConcavificationStatement, kinked: KinkedPayoff, touch: Touch) -> list[Vector]:
    """The best exact splitting into the rounded contacts, the prior and certain states."""
    from transport.programs.linear import LinearProgram, solve

    count = len(kinked.prior)
    beliefs = [kinked.prior, *(tuple(Fraction(s == k) for s in range(count)) for k in range(count))]
    for contact in touch.contacts:
        exact = [Fraction(x) for x in contact.belief.tolist()]
        if not contact.open:
            columns = contact.span
            shares = [Fraction(x) for x in np.linalg.lstsq(columns, contact.belief, rcond=None)[0].tolist()]
            exact = list(_combined(shares, contact.directions))
        if min(exact) >= 0:
            total = sum(exact, Fraction(0))
            beliefs.append(tuple(x / total for x in exact))
    worths = [_worth(statement, kinked, belief) for belief in beliefs]
    rows = [(list(range(len(beliefs))), [belief[s] for belief in beliefs]) for s in range(count)]
    optimum = solve(LinearProgram(worths, rows, ["="] * count, kinked.prior))
    return [tuple(w * x for x in belief) for belief, w in zip(beliefs, optimum.primal, strict=True) if w]


def _combined(shares: Sequence[Fraction], directions: Sequence[Vector]) -> Vector:
    return tuple(sum(map(mul, shares, column), Fraction(0)) for column in zip(*directions, strict=True))


def _splitting(statement: ConcavificationStatement, kinked: KinkedPayoff, masses: Sequence[Vector]) -> Splitting:
    beliefs, weights, worth = [], [], Fraction(0)
    for mass in masses:
        weight = sum(mass, Fraction(0))
        if weight:
            belief = tuple(x / weight for x in mass)
            worth += weight * _worth(statement, kinked, belief)
            beliefs.append(kinked.full(belief))
            weights.append(weight)
    return Splitting(tuple(beliefs), tuple(weights), worth)


def _worth(statement: ConcavificationStatement, kinked: KinkedPayoff, belief: Vector) -> Fraction:
    payoff = worth(statement, kinked.full(belief))
    return (payoff or interval(0)).lower
