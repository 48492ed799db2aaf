"""Checks of witnesses as files hold them: read first, as the checker does."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from dual.verdict import Kind


def checks(kind: Kind) -> tuple[Callable[[Any, object], Fraction], Callable[[Any, object], Fraction]]:
    """The kind's lower and upper bound of what is read."""
    return (
        lambda statement, primal: kind.lower(statement, kind.primal(primal, statement, "primal")),
        lambda statement, dual: kind.upper(statement, kind.dual(dual, statement, "dual")),
    )


def infeasible(kind: Kind) -> Callable[[Any, object], None]:
    """The kind's proof that nothing is feasible, read first."""

    def check(statement: Any, refutation: object) -> None:
        assert kind.infeasible is not None
        kind.infeasible(statement, kind.refutation(refutation, statement, "dual"))

    return check
