"""The transport program, with numbers of any sort."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dual.kinds.coupling.statement import TransportStatement
from dual.proofs.linear import Block, Name, Program, Row
from transport.road.linear_form import LinearForm


def program(statement: TransportStatement) -> Program:
    """Columns ``mass[i][j]``; rows ``source[i]`` and ``target[j]``."""
    n, m = len(statement.source), len(statement.target)
    rows = [
        Row(("source", i), "=", mass, {i * m + j: 1 for j in range(m)}.items) for i, mass in enumerate(statement.source)
    ]
    rows += [
        Row(("target", j), "=", mass, {i * m + j: 1 for i in range(n)}.items) for j, mass in enumerate(statement.target)
    ]
    return Program([Block(("mass",), (n, m))], list(statement.table), lambda: rows)


def primal(statement: TransportStatement, values: Mapping[int, Any]) -> object:
    """The plan."""
    width = len(statement.target)
    return {"plan": [[*divmod(k, width), mass] for k, mass in sorted(values.items())]}


def dual(statement: TransportStatement, multipliers: Mapping[Name, Any]) -> object:
    """Potentials."""
    sides = (("source", statement.source), ("target", statement.target))
    return {
        "potentials": {
            name: [multipliers.get((name, k), Fraction(0)) for k in range(len(masses))] for name, masses in sides
        }
    }


FORM = LinearForm(program, primal, dual)
