"""Expectations under a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from dual.kinds.games.kind import Recommended
from dual.kinds.games.statement import PlayStatement, Profile


def expected(
    statement: PlayStatement, plan: Mapping[tuple[int, Profile], Recommended], at: Callable[..., Fraction]
) -> Fraction:
    """The mean of ``at(s, a1, ..., an)`` when every player follows the plan."""
    return sum(
        (
            mass * chance * at(s, *profile)
            for cell, told in plan.items()
            for s, mass in statement.masses.get(cell, ())
            for profile, chance in told.items()
        ),
        Fraction(0),
    )
