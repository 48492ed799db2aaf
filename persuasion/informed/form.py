"""The program of a menu for informed receivers, with numbers of any sort."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dual.kinds.informed.menu import MenuProgram
from dual.kinds.informed.statement import InformedStatement
from dual.proofs.linear import Name, Program
from transport.road.linear_form import LinearForm


def program(statement: InformedStatement) -> Program:
    """All recommendations and replies at once."""
    return MenuProgram(statement).program()


def primal(statement: InformedStatement, values: Mapping[int, Any]) -> object:
    """The recommendations that each type may get."""
    asked, zero = MenuProgram(statement), Fraction(0)
    told = [
        [(a, [values.get(asked.send(t, a, s), zero) for s in range(asked.S)]) for a in range(asked.A)]
        for t in range(asked.T)
    ]
    return {"menu": [[{"action": a, "likelihood": row} for a, row in own if any(row)] for own in told]}


def dual(statement: InformedStatement, multipliers: Mapping[Name, Any]) -> object:
    """Prices, and the weights of reports and reactions."""
    asked, zero = MenuProgram(statement), Fraction(0)
    types = range(asked.T)
    return {
        "prices": [[multipliers.get(("total", t, s), zero) for s in range(asked.S)] for t in types],
        "reports": [[-multipliers.get(("report", t, r), zero) for r in types] for t in types],
        "reactions": [[*name[1:], -weight] for name, weight in multipliers.items() if name[0] == "react"],
    }


FORM = LinearForm(program, primal, dual)
