"""What a check ends in, and what a kind of problem has to bring for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from .words import sentence

Grade = Literal["exact", "bounded", "unproven", "infeasible", "unbounded"]


@dataclass(frozen=True)
class Verdict:
    """What the witnesses of a solution prove.

    Attributes
    ----------
    lower, upper : Fraction or None
        Proven bounds of the optimal value; None where nothing is proven.
    grade : {"exact", "bounded", "unproven", "infeasible", "unbounded"}
        ``exact``: the bounds agree; ``bounded``: both are proven; ``unproven``: one side is missing;
        ``infeasible``: it is proven that nothing satisfies the problem; ``unbounded``: that there is no optimum, as
        what is feasible is better than any bound.
    violation : str or None
        The first claim or inequality that fails, with its indices and both sides; None if all that the solution
        claims is proven.
    accelerated : bool
        Whether the check took the faster way that leans on more than the standard library.
    derived : bool
        Whether the checker found the optimum itself, where the witness of the upper bound only names a method: the
        proof then rests on the checker's derivation and not on inequalities that anyone can read in the file.
    pieces : tuple of Piece
        For a family of problems, what is proven on each part of the parameter's interval (:mod:`dual.families`); its
        bounds are functions of the parameter, so ``lower`` and ``upper`` are None.
    """

    lower: Fraction | None
    upper: Fraction | None
    grade: Grade
    violation: str | None = None
    accelerated: bool = False
    derived: bool = False
    pieces: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def accepted(self) -> bool:
        """Whether every claim was proven."""
        return self.violation is None

    def __str__(self) -> str:
        return sentence(self)


@dataclass(frozen=True)
class Proof:
    """What was checked, read strictly, and what it proves; a witness that is refused is None."""

    verdict: Verdict
    statement: Any
    primal: Any = None
    dual: Any = None


def grade_of(lower: Fraction | None, upper: Fraction | None) -> Grade:
    """The grade that a pair of proven bounds earns.

    Examples
    --------
    >>> grade_of(Fraction(3, 5), Fraction(3, 5)), grade_of(None, Fraction(1))
    ('exact', 'unproven')
    """
    return "unproven" if lower is None or upper is None else "exact" if lower == upper else "bounded"


Reading = Callable[[object, Any, str], Any]


def _as_it_is(raw: object, statement: Any, where: str) -> Any:  # noqa: ARG001 (for the kinds that read it while checking)
    return raw


@dataclass(frozen=True)
class Kind:
    """One kind of problem, as the checker sees it.

    Attributes
    ----------
    name : str
        The ``"kind"`` of its files.
    statement : callable
        Reads an instance's fields into a :class:`~dual.statement.Statement`; raises ``InputError``.
    lower : callable
        ``lower(statement, primal)``: the value that the primal witness attains; raises ``Violation`` if it is not
        feasible.
    upper : callable
        ``upper(statement, dual)``: the bound that the dual witness proves; raises ``Violation`` if it proves none.
    infeasible : callable, optional
        ``infeasible(statement, refutation)``: raises ``Violation`` unless the witness proves that nothing is feasible.
    derives : callable, optional
        ``derives(dual)``: whether with this witness the checker finds the optimum itself.
    unbounded : callable, optional
        ``unbounded(statement, primal)``: raises ``Violation`` unless the primal witness proves that no bound holds.
    primal, dual, refutation : callable, optional
        ``primal(raw, statement, where)`` strictly reads the witness that ``lower`` is given, ``dual`` that of ``upper``
        and ``refutation`` that of ``infeasible``. Usually the ``read`` of a :class:`~dual.statement.Witness`.
    lacks : callable, optional
        ``lacks(statement)``: in words, what an instance has, and this one has not, whose numbers may be functions of a
        parameter (:mod:`dual.families`); empty if it lacks nothing: all that its check does is to add, multiply,
        divide and compare them, and it refuses where a comparison fails. Without it no instance may have a parameter.
    """

    name: str
    statement: Callable[[Mapping[str, object]], Any]
    lower: Callable[[Any, Any], Fraction]
    upper: Callable[[Any, Any], Fraction]
    infeasible: Callable[[Any, Any], None] | None = None
    derives: Callable[[Any], bool] | None = None
    unbounded: Callable[[Any, Any], None] | None = None
    primal: Reading = _as_it_is
    dual: Reading = _as_it_is
    refutation: Reading = _as_it_is
    lacks: Callable[[Any], str] | None = None
