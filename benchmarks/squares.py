"""Both roads for two receivers on the square: sums of squares beside subdivision."""

from __future__ import annotations

from fractions import Fraction

from dual.errors import SolverError
from dual.judge import prove
from dual.kinds import KINDS
from persuasion import TwoReceiverPersuasion
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
ROADS = {"squares": solve_by_squares, "subdivision": solve_smooth}


def ours(name, road):
    """One road on one instance."""
    prior, low, high = PAIRS[name]
    statement = TwoReceiverPersuasion(Fraction(prior), {"l": low, "h": high}, domain="square").statement
    return proven("two-receiver", statement, ROADS[road], LIMIT)


def proven(kind, statement, road, limit):
    """The work of a road, and of the checker."""
    import cvxpy  # noqa: F401  (loading it is no part of the work)

    def work():
        try:
            found = road(statement, Effort(limit, None))
        except SolverError as error:  # the time was over before anything was proven
            return {"grade": "unproven", "note": str(error)}
        verdict = prove(KINDS[kind], statement, found.primal, found.dual).verdict
        return {"lower": verdict.lower, "upper": verdict.upper, "grade": verdict.grade}

    return work


def cases(quick):
    for name in list(PAIRS)[: 1 if quick else None]:
        for road in ROADS:
            yield Case("two receivers", name, 1, road, "ours", (name, road))
