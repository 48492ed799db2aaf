"""Both roads for polynomials: sums of squares beside subdivision, processor time and proven gap.

Run from the repository's root: ``python -m benchmarks.squares``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from dual.judge import prove
from dual.kinds import KINDS
from persuasion import Concavification, TwoReceiverPersuasion
from persuasion.concave.expressed import solve_expressed
from persuasion.concave.squares import solve_by_squares as simplex_squares
from persuasion.two_receivers.square_smooth import solve_smooth
from persuasion.two_receivers.squares import solve_by_squares
from transport.programs.effort import Effort
from transport.road.methods import Found
from transport.road.table import Table

LIMIT = 20.0
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


def measured(kind: str, statement: Any, run: Callable[[Any, Effort], Found]) -> list[str]:
    """Seconds of processor time, and the gap that the checker proves."""
    began = time.process_time()
    found = run(statement, Effort(LIMIT, None))
    spent = time.process_time() - began
    verdict = prove(KINDS[kind], statement, found.primal, found.dual).verdict
    if verdict.lower is None or verdict.upper is None:
        return [f"{spent:.2f}", "none"]
    return [f"{spent:.2f}", f"{float(verdict.upper - verdict.lower):.1e}"]


def main() -> None:
    """Measure and print."""
    rows = []
    for name, (prior, low, high) in PAIRS.items():
        problem = TwoReceiverPersuasion(Fraction(prior), {"l": low, "h": high}, domain="square")
        sides = [measured("two-receiver", problem.statement, run) for run in (solve_by_squares, solve_smooth)]
        rows.append([name, *sides[0], *sides[1]])
    for name, (belief, payoff) in PAYOFFS.items():
        statement = Concavification(belief, value=payoff).statement
        sides = [measured("concavification", statement, run) for run in (simplex_squares, solve_expressed)]
        rows.append([name, *sides[0], *sides[1]])
    header = ["instance", "squares, s", "proven gap", "subdivision, s", "proven gap"]
    print(Table("processor time to a proven bound", header, rows).text())


if __name__ == "__main__":
    main()
