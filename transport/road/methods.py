"""Methods: how a kind of problem is solved, by name, and the witnesses they hand over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from dual.statement import Statement
from dual.verdict import Grade
from transport.programs.effort import Effort

from .linear_form import Form

S_contra = TypeVar("S_contra", bound=Statement, contravariant=True)


@dataclass(frozen=True)
class Found:
    """What a method hands to the checker; nothing in it is believed until it is checked.

    Attributes
    ----------
    primal, dual : Witness, mapping or None
        The kind's witnesses, or mappings with their fields; the checker reads either strictly.
    method : str
        The algorithm that produced the witnesses; it may be a special case of the one asked for.
    iterations : int
        Rounds, cuts or pivots, whatever the method counts.
    infeasible : bool
        Whether ``dual`` is meant to prove that nothing is feasible.
    unbounded : bool
        Whether ``primal`` is meant to prove that there is no optimum.
    claim : str or float or None
        The solver's word, for a side without a witness.
    rule : str
        Which optimum was picked if there are several.
    warm : object
        What a later solve can start from.
    """

    primal: Any
    dual: Any
    method: str
    iterations: int = 0
    infeasible: bool = False
    claim: str | float | None = None
    rule: str = ""
    warm: Any = None
    unbounded: bool = False


class Answer(Protocol):
    """What the road itself asks of a solution: how good it is, and what a later solve can start from."""

    @property
    def lower(self) -> Fraction | None:
        """The value is proven to be at least this."""

    @property
    def upper(self) -> Fraction | None:
        """The value is proven to be at most this."""

    @property
    def grade(self) -> Grade:
        """How much is proven."""

    @property
    def warm(self) -> Any:
        """What a later solve can start from."""


@dataclass(frozen=True)
class Method(Generic[S_contra]):
    """One way to solve a kind of problem.

    Attributes
    ----------
    name : str
        What ``solve(method=...)`` calls it.
    sentence : str
        What it does, for a listing.
    run : callable
        Takes the statement and the effort, returns the witnesses.
    form : Form, optional
        Where the kind is a linear program: that program, for families of its problems.
    """

    name: str
    sentence: str
    run: Callable[[S_contra, Effort], Found] = field(repr=False)
    form: Form | None = field(default=None, repr=False)

    def __call__(self, statement: S_contra, effort: Effort) -> Found:
        """Run the method."""
        return self.run(statement, effort)


def method(name: str, sentence: str) -> Callable[[Callable[[S_contra, Effort], Found]], Method[S_contra]]:
    """Declare a function of a statement and an effort as a method.

    Examples
    --------
    >>> @method("guess", "the first thing that comes to mind")
    ... def solve_by_guess(statement: Statement, effort: Effort) -> Found:
    ...     return Found(None, None, "guess", claim=1.0)
    >>> solve_by_guess.name, solve_by_guess.sentence
    ('guess', 'the first thing that comes to mind')
    """
    return lambda run: Method(name, sentence, run)


def by_name(*methods: Method[Any]) -> Mapping[str, Method[Any]]:
    """List a kind's methods, the default first."""
    return {one.name: one for one in methods}
