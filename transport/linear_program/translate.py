"""Other kinds' answers as those of a linear program: the same columns, rows, values and prices, by other names.

So the checker proves them once more by other code, and whatever can be done with a linear program can be done with
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dual.proofs.linear import Name, Program, shown
from transport.road.methods import Found

from .problem import LinearProgram, LinearProgramSolution
from .simplex import point, proof


def translated(
    program: Program,
    values: Mapping[int, Fraction] | None,
    multipliers: Mapping[Name, Fraction] | None,
    *,
    infeasible: bool = False,
    minimises: bool = False,
    name: str | None = None,
) -> LinearProgramSolution:
    """What values and multipliers of a program with names prove of the same linear program.

    Parameters
    ----------
    program : Program
        What is maximised; of a minimisation the negative.
    values : mapping or None
        By number of the column.
    multipliers : mapping or None
        By name of the row.
    infeasible : bool
        Whether the multipliers prove that nothing is feasible.
    minimises : bool
        Whether the negative is what is asked for.
    name : str, optional
        What the instance is called.
    """
    count = program.count
    sign = -1 if minimises else 1
    lower: list[Any] = [0] * count
    for start, block in program.starts():
        if block.free:
            lower[start : start + block.size] = [None] * block.size
    rows: list[dict[str, Any]] = []
    places: dict[Name, int] = {}
    for row in program.rows():
        sides: dict[str, Any] = {}
        if row.sense != ">=":
            sides["upper"] = Fraction(row.right)
        if row.sense != "<=":
            sides["lower"] = Fraction(row.right)
        entries = [[k, Fraction(entry, 1) / row.unit] for k, entry in row.entries() if entry]
        places[row.name] = len(rows)
        rows.append({"entries": entries, "name": shown(row.name), **sides})
    made = LinearProgram(
        [sign * Fraction(program.objective[k]) / program.unit for k in range(count)],
        rows,
        lower,
        goal="min" if minimises else "max",
        columns=[shown(program.column(k)) for k in range(count)],
        name=name,
    )
    weights = None if multipliers is None else {places[row]: y for row, y in multipliers.items()}
    dual = None
    if weights is not None:
        dual = proof(made.statement, {i: sign * y for i, y in weights.items()} if infeasible else weights)
    found = Found(None if values is None else point(values), dual, "given", infeasible=infeasible)
    return LinearProgramSolution.certified(made, found)
