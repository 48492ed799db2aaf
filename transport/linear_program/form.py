"""A linear program in the form that families take: bounds and sides as rows, with numbers of any sort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from dual.kinds.linear_program.statement import LinearProgramStatement
from dual.proofs.linear import Block, Name, Program, Row
from transport.road.linear_form import LinearForm


def program(statement: LinearProgramStatement) -> Program:
    """Columns ``column[j]``; rows ``row[i]`` or ``at-least[i]`` and ``at-most[i]``, and ``low[j]``, ``high[j]``."""
    blocks = [Block(("column", j), (), free=statement.box(j)[0] != 0) for j in range(len(statement.objective))]
    rows = list(_rows(statement))
    return Program(blocks, [statement.sign * c for c in statement.objective], lambda: rows)


def _rows(statement: LinearProgramStatement) -> Iterator[Row]:
    for i, row in enumerate(statement.rows):
        entries = dict(row.entries).items
        if row.lower is not None and row.lower == row.upper:
            yield Row(("row", i), "=", row.lower, entries)
            continue
        if row.lower is not None:
            yield Row(("at-least", i), ">=", row.lower, entries)
        if row.upper is not None:
            yield Row(("at-most", i), "<=", row.upper, entries)
    for j in range(len(statement.objective)):
        low, high = statement.box(j)
        if low is not None and low != 0:
            yield Row(("low", j), ">=", low, {j: 1}.items)
        if high is not None:
            yield Row(("high", j), "<=", high, {j: 1}.items)


def primal(_: LinearProgramStatement, values: Mapping[int, Any]) -> dict[str, object]:
    """The point."""
    return {"values": [[j, value] for j, value in sorted(values.items())]}


def dual(statement: LinearProgramStatement, multipliers: Mapping[Name, Any]) -> object:
    """Prices of the rows; those of the columns' bounds follow."""
    return {"multipliers": [[i, statement.sign * y] for i, y in _prices(multipliers).items()]}


def refutation(_: LinearProgramStatement, multipliers: Mapping[Name, Any]) -> object:
    """Multipliers whose combination nothing satisfies."""
    return {"multipliers": [[i, y] for i, y in _prices(multipliers).items()]}


def _prices(multipliers: Mapping[Name, Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for (word, i), y in multipliers.items():
        if word in ("row", "at-least", "at-most"):
            found[i] = found.get(i, Fraction(0)) + y
    return {i: y for i, y in found.items() if y}


def ray(statement: LinearProgramStatement, point: Mapping[int, Any], direction: Mapping[int, Any]) -> object:
    """A point and a direction that leads on for ever."""
    return primal(statement, point) | {"ray": [[j, change] for j, change in sorted(direction.items())]}


FORM = LinearForm(program, primal, dual, refutation=refutation, ray=ray)
