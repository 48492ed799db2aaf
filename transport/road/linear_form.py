"""How a kind of problem is a linear program, stated so that its numbers may depend on a parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dual.proofs.linear import Name, Program

Completion = Callable[[Any, Any, Any, Any], object]
"""``completes(family, statement, dual, domain)``: a guessed dual with what the checker asks for besides; it raises a
``Violation`` at a point where the guess fails, or an ``Undecided``."""


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
    """

    program: Callable[[Any], Program]
    primal: Callable[[Any, Mapping[int, Any]], object]
    dual: Callable[[Any, Mapping[Name, Any]], object]
    complete: Completion | None = None


def named_form(program: Callable[[Any], Program]) -> LinearForm:
    """The form of a kind whose witnesses are values and multipliers by name."""

    def primal(statement: Any, values: Mapping[int, Any]) -> object:
        asked = program(statement)
        return {"values": [[*asked.column(k), value] for k, value in sorted(values.items())]}

    def dual(_: Any, multipliers: Mapping[Name, Any]) -> object:
        return {"multipliers": [[*name, weight] for name, weight in multipliers.items()]}

    return LinearForm(program, primal, dual)
