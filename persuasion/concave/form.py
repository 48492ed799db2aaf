"""The program of a concavification over a list of beliefs, with numbers of any sort."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dual.kinds.concave import ConcavificationStatement
from dual.proofs.linear import Block, Name, Program, Row
from transport.road.linear_form import LinearForm


def program(statement: ConcavificationStatement) -> Program:
    """Columns ``weight[k]`` of the listed beliefs; rows ``state[s]``."""
    beliefs = statement.beliefs or ()
    rows = [
        Row(("state", s), "=", mass, {k: belief[s] for k, belief in enumerate(beliefs)}.items)
        for s, mass in enumerate(statement.prior)
    ]
    return Program([Block(("weight",), (len(beliefs),))], statement.values or (), lambda: rows)


def primal(statement: ConcavificationStatement, values: Mapping[int, Any]) -> object:
    """The beliefs that have a weight."""
    beliefs = statement.beliefs or ()
    return {"splitting": [{"belief": beliefs[k], "weight": weight} for k, weight in sorted(values.items())]}


def dual(statement: ConcavificationStatement, multipliers: Mapping[Name, Any]) -> dict[str, object]:
    """Prices of the states."""
    return {"prices": [multipliers.get(("state", s), Fraction(0)) for s in range(len(statement.prior))]}


def refutation(statement: ConcavificationStatement, multipliers: Mapping[Name, Any]) -> object:
    """A vector that separates the prior from the listed beliefs."""
    return {"separating": dual(statement, multipliers)["prices"]}


FORM = LinearForm(program, primal, dual, refutation=refutation)
