"""How a kind of problem is a linear program, or has a structure, with numbers that may depend on a parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from dual.proofs.linear import Name, Program

if TYPE_CHECKING:
    from dual.functions.varying import Domain

Completion: TypeAlias = "Callable[[Any, Any, Domain | None], object]"
"""``completes(statement, dual, domain)``: a guessed dual with what the checker asks for besides, on the domain of a
parameter if there is one; it raises a ``Violation`` at a point where the guess fails, or an ``Undecided``."""


@dataclass(frozen=True)
class LinearForm:
    """How a kind of problem is a linear program, whatever its numbers are.

    Attributes
    ----------
    program : callable
        The program of a statement.
    primal, dual : callable
        ``primal(statement, values)`` and ``dual(statement, multipliers)``: the kind's witnesses, as its files hold
        them, from values by number of the column and multipliers by name of the row; what is absent is zero.
    complete : callable, optional
        Adds to a guessed dual what the checker asks for besides, such as proofs by squares.
    refuting, refutation : callable, optional
        As ``program`` and ``dual``, where proofs that nothing is feasible are of another form than other duals.
    ray : callable, optional
        ``ray(statement, point, direction)``, by number of the column: the kind's proof that no bound holds.
    """

    program: Callable[[Any], Program]
    primal: Callable[[Any, Mapping[int, Any]], object]
    dual: Callable[[Any, Mapping[Name, Any]], object]
    complete: Completion | None = None
    refuting: Callable[[Any], Program] | None = None
    refutation: Callable[[Any, Mapping[Name, Any]], object] | None = None
    ray: Callable[[Any, Mapping[int, Any], Mapping[int, Any]], object] | None = None


@dataclass(frozen=True)
class StructuralForm:
    """How solutions of a kind say by themselves what stays the same around them, such as who trades with whom.

    Attributes
    ----------
    solve : callable
        Finds a solution of a statement, in numbers.
    witnesses : callable
        ``witnesses(statement, found)``: primal and dual of a statement with functions for numbers, as files hold them,
        with the structure of what was found at a point.
    """

    solve: Callable[[Any], Any]
    witnesses: Callable[[Any, Any], tuple[object, object]]
    complete: Completion | None = None


Form = LinearForm | StructuralForm
"""What finds witnesses of a kind that are functions of a parameter (:mod:`transport.road.along`)."""


def form_of(problem_class: type[Any]) -> Form | None:
    """What finds witnesses of a class of problems along a parameter; None if nothing does."""
    found: Form | None = problem_class.form
    return found or next((one.form for one in problem_class.methods.values() if one.form), None)


def named_form(program: Callable[[Any], Program]) -> LinearForm:
    """The form of a kind whose witnesses are values and multipliers by name."""

    def primal(statement: Any, values: Mapping[int, Any]) -> object:
        asked = program(statement)
        return {"values": [[*asked.column(k), value] for k, value in sorted(values.items())]}

    def dual(_: Any, multipliers: Mapping[Name, Any]) -> object:
        return {"multipliers": [[*name, weight] for name, weight in multipliers.items()]}

    return LinearForm(program, primal, dual)
