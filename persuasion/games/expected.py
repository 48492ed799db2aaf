"""Expectations under a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import mul

from dual.kinds.games.kind import Recommended
from dual.kinds.games.statement import PlayStatement, Profile
from dual.numbers.exact import over_common_denominator


def expected(
    statement: PlayStatement, plan: Mapping[tuple[int, Profile], Recommended], at: Callable[..., Fraction]
) -> Fraction:
    """The mean of ``at(s, a1, ..., an)`` when every player follows the plan."""
    worth: list[Fraction] = []
    chances: list[Fraction] = []
    for cell, told in plan.items():
        behind = statement.masses.get(cell, ())
        for profile, chance in told.items():
            worth.append(sum((mass * at(s, *profile) for s, mass in behind), Fraction(0)))
            chances.append(chance)
    # Chances of an exact optimum have hundreds of digits, all over one denominator.
    (short, unit), (long, common) = over_common_denominator(worth), over_common_denominator(chances)
    return Fraction(sum(map(mul, short, long)), unit * common)
