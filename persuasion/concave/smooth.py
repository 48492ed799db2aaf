"""A payoff as an expression: cutting planes, or sums of squares where few cells do not prove those."""

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
"""A gap, relative to the value if that exceeds one, after which no further road is tried."""


def solve_smoothly(statement: ConcavificationStatement, effort: Effort) -> Found:
    """Cutting planes as far as few cells prove them, then squares, then cutting planes with all patience.

    Few cells are enough for most payoffs, and are soon found not to be where a payoff touches its prices along a line
    or a curve; there squares hold, with equality. Each side is from whoever proves more.

    Raises
    ------
    SolverError
        If no road ends.
    """
    try:
        if statement.value is not None:
            polynomial(statement.value)
    except InputError:
        return solve_expressed(statement, effort)
    if not 3 <= len(statement.prior) <= max(LATTICE):
        return solve_expressed(statement, effort)
    best = solve_expressed(statement, effort, patient=False)
    for road in (solve_by_squares, solve_expressed):
        if effort.exhausted() or _met(statement, best):
            break
        try:
            best = _better(statement, best, road(statement, effort))
        except SolverError:  # Clarabel may fail on a hard program; what is known stands
            continue
    return best


def _met(statement: ConcavificationStatement, found: Found) -> bool:
    low, high = _bounds(statement, found)
    return low is not None and high is not None and high - low <= TIGHT * max(Fraction(1), abs(high))


def _better(statement: ConcavificationStatement, found: Found, other: Found) -> Found:
    """Each side from whoever proves more."""
    (low, high), (below, above) = _bounds(statement, found), _bounds(statement, other)
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
