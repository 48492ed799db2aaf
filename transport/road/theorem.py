"""What became of a guess: proven for every value of a parameter, refuted at a point, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from dual.words import brief

from .family_solution import FamilySolution


@dataclass(frozen=True, repr=False)
class Theorem:
    """The end of a guess.

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
    solution : FamilySolution or None
        The pieces with their proof, to be saved and verified.
    """

    status: str
    reason: str = ""
    point: Mapping[str, Fraction] = field(default_factory=dict)
    solution: FamilySolution | None = None

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
            said += (
                ("" if said == self.status else "\n") + (":\n" if said == self.status else "") + self.solution.formula()
            )
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
