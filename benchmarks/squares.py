"""Both roads for polynomials: sums of squares beside subdivision."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from math import factorial, prod

from dual.errors import SolverError
from dual.judge import prove
from dual.kinds import KINDS
from persuasion import Concavification, TwoReceiverPersuasion
from persuasion.concave.expressed import solve_expressed
from persuasion.concave.squares import solve_by_squares as simplex_squares
from persuasion.two_receivers.square_smooth import solve_smooth
from persuasion.two_receivers.squares import solve_by_squares
from transport.programs.effort import Effort

from .record import Case

LIMIT = 60.0
"""Seconds for each solve: subdivision does not end on some of these."""

PAIRS = {
    "least covariance, p = 2/5": ("2/5", "-(x - 2/5)*(y - 2/5)", "-(x - 2/5)*(y - 2/5)"),
    "squared distance, p = 3/10": ("3/10", "(x - y)**2", "(x - y)**2"),
    "degree 4, p = 37/100": ("37/100", "x**3*y - 2*x*y**2 + y/2", "x*y - x**4"),
    "cube of the distance, p = 1/2": ("1/2", "abs(x - y)**3", "abs(x - y)**3"),
    "sines, p = 2/5": ("2/5", "sin(3*x)*cos(4*y)", "cos(5*x*y)"),
}
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


def drawn(states, degree, seed):
    """A polynomial with a random coefficient for each Bernstein polynomial of a degree, and a random prior."""
    rng = random.Random(f"{states} {degree} {seed}")
    weights = [rng.randint(1, 9) for _ in range(states)]
    terms = []
    for powers in (one for one in product(range(degree + 1), repeat=states) if sum(one) == degree):
        size = factorial(degree) // prod(map(factorial, powers)) * Fraction(rng.randint(-12, 12), rng.choice((1, 2, 3)))
        terms.append("*".join([f"({size})", *(f"q{k}**{power}" for k, power in enumerate(powers) if power)]))
    return [str(Fraction(weight, sum(weights))) for weight in weights], " + ".join(terms)


PAYOFFS |= {
    f"random, {states} states, degree {degree}, {'abc'[seed]}": drawn(states, degree, seed)
    for states in (3, 4)
    for degree in range(2, 7)
    for seed in range(3)
}


def ours(family, name, road):
    """Both roads on one instance."""
    if family == "two receivers":
        prior, low, high = PAIRS[name]
        kind = "two-receiver"
        statement = TwoReceiverPersuasion(Fraction(prior), {"l": low, "h": high}, domain="square").statement
        run = {"squares": solve_by_squares, "subdivision": solve_smooth}[road]
    else:
        belief, payoff = PAYOFFS[name]
        kind, statement = "concavification", Concavification(belief, value=payoff).statement
        run = {"squares": simplex_squares, "subdivision": solve_expressed}[road]

    import cvxpy  # noqa: F401  (loading it is no part of the work)

    def work():
        try:
            found = run(statement, Effort(LIMIT, None))
        except SolverError as error:  # the time was over before anything was proven
            return {"grade": "unproven", "note": str(error)}
        verdict = prove(KINDS[kind], statement, found.primal, found.dual).verdict
        return {"lower": verdict.lower, "upper": verdict.upper, "grade": verdict.grade}

    return work


def cases(quick):
    families = (("two receivers", PAIRS), ("simplex", PAYOFFS))
    for family, named in families:
        for name in list(named)[: 1 if quick else None]:
            for road in ("squares", "subdivision"):
                yield Case(family, name, 1, road, "ours", (family, name, road))
