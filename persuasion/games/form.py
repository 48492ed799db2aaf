"""The program of a game, with numbers of any sort."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dual.kinds.games.program import GameProgram
from dual.kinds.games.statement import GameStatement
from dual.proofs.linear import Name, Program
from transport.road.linear_form import LinearForm

from .methods import multipliers_of, plan_of


def program(statement: GameStatement) -> Program:
    """All plays at once."""
    return GameProgram(statement).program(statement.sought)


def primal(statement: GameStatement, values: Mapping[int, Any]) -> object:
    """The plan."""
    return plan_of(GameProgram(statement), values).document()


def dual(statement: GameStatement, multipliers: Mapping[Name, Any]) -> object:
    """The multipliers."""
    return multipliers_of(GameProgram(statement), multipliers).document()


FORM = LinearForm(program, primal, dual)
