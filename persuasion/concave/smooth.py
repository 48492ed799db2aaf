"""A payoff as an expression: cutting planes, or sums of squares where subdivision would take long."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError, SolverError, Undecided, Violation
from dual.kinds.concave import KIND, ConcavificationStatement
from dual.proofs.squares import polynomial
from transport.programs.effort import Effort
from transport.road.methods import Found

from .beliefs import LATTICE
from .expressed import solve_expressed
from .squares import solve_by_squares

TIGHT: Final = Fraction(1, 10**8)
"""A gap, relative to the value if that exceeds one, after which no second method is tried."""

HARD: Final = (4, 3)
"""States and degree from which on squares come first: cutting planes are exact in a tenth of a second up to there, and
may take minutes beyond."""


def solve_smoothly(statement: ConcavificationStatement, effort: Effort) -> Found:
    """The quicker method first, the other one if it leaves a gap; each side from whoever proves more."""
    try:
        terms = polynomial(statement.value) if statement.value is not None else {}
    except InputError:
        return solve_expressed(statement, effort)
    states = len(statement.prior)
    if states < 3 or states > max(LATTICE):
        return solve_expressed(statement, effort)
    hard = states >= HARD[0] and max(map(sum, terms), default=0) >= HARD[1]
    first, second = (solve_by_squares, solve_expressed) if hard else (solve_expressed, solve_by_squares)
    try:
        found = first(statement, effort)
    except SolverError:  # Clarabel may fail on programs as hard as these
        return second(statement, effort)
    low, high = _bounds(statement, found)
    if effort.exhausted() or (
        low is not None and high is not None and high - low <= TIGHT * max(Fraction(1), abs(high))
    ):
        return found
    # The other way is a bonus: where it fails, what is known stands.
    try:
        other = second(statement, effort)
    except SolverError:
        return found
    below, above = _bounds(statement, other)
    better = below is not None and (low is None or below > low), above is not None and (high is None or above < high)
    if not any(better):
        return found
    return Found(
        other.primal if better[0] else found.primal,
        other.dual if better[1] else found.dual,
        other.method,
        found.iterations + other.iterations,
        claim=other.claim,
        rule=(other if better[0] else found).rule,
        warm=found.warm if found.warm is not None else other.warm,
    )


def _bounds(statement: ConcavificationStatement, found: Found) -> tuple[Fraction | None, Fraction | None]:
    """What the witnesses prove."""

    def checked(read: Any, check: Any, witness: Any, where: str) -> Fraction | None:
        if witness is None:
            return None
        try:
            bound: Fraction = check(statement, read(witness, statement, where))
        except (Violation, InputError, Undecided):
            return None
        return bound

    return checked(KIND.primal, KIND.lower, found.primal, "primal"), checked(KIND.dual, KIND.upper, found.dual, "dual")
