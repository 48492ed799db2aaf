"""Both roads for polynomials of beliefs: sums of squares beside subdivision."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from math import factorial, prod

from persuasion import Concavification
from persuasion.concave.expressed import solve_expressed
from persuasion.concave.squares import solve_by_squares

from .record import Case
from .squares import proven

LIMIT = 20.0
"""Seconds for each solve: subdivision ends wide where a payoff touches its prices along a line or curve."""

ROADS = {"squares": solve_by_squares, "subdivision": solve_expressed}
PAYOFFS = {
    "3 states, degree 4": (["1/2", "1/4", "1/4"], "-(q0 - 2*q1)**2*(q1 + q2)**2 + q0*q2"),
    "3 states, degree 6": (
        ["1/2", "1/3", "1/6"],
        "3*q0**4*q1**2 - 5*q0**2*q1**3 + 4*q0*q1 - 2*q1**6 + q0**3 - 3*q0**2*q1 + q1**2",
    ),
    "4 states, degree 3": (
        ["2/7", "3/7", "1/7", "1/7"],
        "4*q0*q1*q2 - 3*q0**2*q1 + 2*q1**3 - 5*q2**2*q0 + q0*q2 - 2*q1**2 + 3*q2 - q0**3",
    ),
    "4 states, degree 4": (
        ["1/4", "1/4", "1/4", "1/4"],
        "-(4*q0 - 2*q1 + q2 - 3*q3 - 1/4)**2*(q0 + 3*q1 - 4*q2 + 2*q3 - 1/2)**2 + (q0 - q1)*(q2 + 2*q3)",
    ),
}


PAYOFFS |= {
    "3 states, two ridges": (["1/2", "1/4", "1/4"], "-(q0 - 2*q1 + q2/3)**2*(3*q1 - q2 - 1/5)**2"),
    "3 states, circle": (["1/2", "1/4", "1/4"], "-((q0 - 1/3)**2 + (q1 - 1/3)**2 - 1/16)**2"),
    "4 states, two ridges": (["1/4"] * 4, "-(q0 - 2*q1 + q2/3 - 1/20)**2*(3*q1 - q2 - q3)**2"),
    "4 states, two squares": (["1/4"] * 4, "-(q0**2 - q1*q2)**2 - (q3 - q0 - q1/2)**2"),
    "4 states, sphere": (["1/4"] * 4, "-((q0 - 1/4)**2 + (q1 - 1/4)**2 + (q2 - 1/4)**2 - 1/32)**2 + q0*q1/50"),
}


def drawn(states, degree):
    """A polynomial with a random coefficient for each Bernstein polynomial of a degree, and a random prior."""
    rng = random.Random(f"{states} {degree}")
    weights = [rng.randint(1, 9) for _ in range(states)]
    terms = []
    for powers in (one for one in product(range(degree + 1), repeat=states) if sum(one) == degree):
        size = factorial(degree) // prod(map(factorial, powers)) * Fraction(rng.randint(-12, 12), rng.choice((1, 2, 3)))
        terms.append("*".join([f"({size})", *(f"q{k}**{power}" for k, power in enumerate(powers) if power)]))
    return [str(Fraction(weight, sum(weights))) for weight in weights], " + ".join(terms)


PAYOFFS |= {
    f"random, {states} states, degree {degree}": drawn(states, degree) for states in (3, 4) for degree in range(2, 7)
}


def ours(name, road):
    """One road on one payoff."""
    prior, payoff = PAYOFFS[name]
    return proven("concavification", Concavification(prior, value=payoff).statement, ROADS[road], LIMIT)


def cases(quick):
    for name in list(PAYOFFS)[: 1 if quick else None]:
        for road in ROADS:
            yield Case("simplex", name, 1, road, "ours", (name, road))
