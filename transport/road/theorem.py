"""What became of a guess: proven for every value of a parameter, refuted at a point, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from dual.families import EMPTY
from dual.words import brief

from .family_solution import FamilySolution


@dataclass(frozen=True, repr=False)
class Theorem:
    """The end of a guess, for every value of a parameter or, without one, for the one problem.

    Attributes
    ----------
    status : {"proven", "bounded", "refuted", "undecided"}
        ``proven``: all that was guessed holds for every value of the parameter; ``bounded``: the witnesses hold, but
        the bounds that they prove do not meet, or not the value that was guessed; ``refuted``: it fails at ``point``;
        ``undecided``: no proof was found, and no point where it fails.
    reason : str
        The inequality that fails, or what is missing; empty if the guess is proven.
    point : mapping
        Where it fails: the parameter, and posteriors if an inequality of them fails.
    solution : FamilySolution, Solution or None
        The proof, to be saved and verified: pieces where there is a parameter.
    """

    status: str
    reason: str = ""
    point: Mapping[str, Fraction] = field(default_factory=dict)
    solution: Any = None

    @property
    def proven(self) -> bool:
        """Whether all that was guessed is proven."""
        return self.status == "proven"

    def __bool__(self) -> bool:
        return self.proven

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {brief(value)}" for name, value in self.point.items())
        said = ": ".join(part for part in (self.status, f"at {where}" if where else "", self.reason) if part)
        if self.solution is not None:
            known = self.solution
            shown = known.formula() if isinstance(known, FamilySolution) else _value(known)
            said += f"{':' if said == self.status else ''}\n{shown}"
        return said

    def __repr__(self) -> str:
        return f"Theorem({self.status!r})"

    def document(self) -> dict[str, Any]:
        """What a program reads."""
        return {
            "status": self.status,
            "reason": self.reason,
            "point": {name: str(value) for name, value in self.point.items()},
            "solution": None if self.solution is None else self.solution.document(),
        }


def _value(solution: Any) -> str:
    """What is proven of a problem without a parameter."""
    if solution.grade in EMPTY:
        return str(solution.grade)
    if solution.lower is not None and solution.lower == solution.upper:
        return f"value = {brief(solution.lower)}"
    low, high = ("?" if bound is None else brief(bound) for bound in (solution.lower, solution.upper))
    return f"{low} <= value <= {high}"
