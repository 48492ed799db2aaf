"""The program of two receivers on a grid, with numbers of any sort."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dual.errors import InputError
from dual.kinds.two_receivers.grid import Plan, Potentials
from dual.kinds.two_receivers.statement import TwoReceiverStatement
from dual.proofs.linear import Block, Name, Program, Row
from transport.road.linear_form import LinearForm

from .closed import completed


def program(statement: TwoReceiverStatement) -> Program:
    """Columns ``mass[state][i][j]``; rows ``total[state]``, ``x[i]`` and ``y[j]``."""
    if statement.domain == "square":
        raise InputError("families on the square are proven from a guess, not solved; see `prove`", "domain")
    shape = len(statement.x), len(statement.y)
    size = shape[0] * shape[1]
    rows = [
        Row(("total", state), "=", mass, {state * size + cell: 1 for cell in range(size)}.items)
        for state, mass in enumerate(statement.masses)
    ]
    for word, points, step, places in (("x", statement.x, 1, shape[1]), ("y", statement.y, shape[1], shape[0])):
        for k, point in enumerate(points):
            first = k * shape[1] if word == "x" else k
            low = {first + step * other: point for other in range(places)}
            high = {size + cell: point - 1 for cell in low}
            rows.append(Row((word, k), "=", 0, (low | high).items))
    objective = [worth for below, _ in statement.tables for worth in below]
    return Program([Block(("mass",), (2, *shape))], objective, lambda: rows)


def primal(statement: TwoReceiverStatement, values: Mapping[int, Any]) -> object:
    """Masses by posteriors, in either state."""
    width = len(statement.y)
    size = len(statement.x) * width
    plan: dict[str, list[list[Any]]] = {"l": [], "h": []}
    for k, mass in sorted(values.items()):
        i, j = divmod(k % size, width)
        plan["lh"[k // size]].append([i, j, mass])
    return {"plan": plan}


def dual(statement: TwoReceiverStatement, multipliers: Mapping[Name, Any]) -> object:
    """V and both potentials; where utilities are irrational, V covers what they may be more than was counted."""
    spare = [max(high - low for low, high in zip(*pair, strict=True)) if pair[0] is not pair[1] else Fraction(0)
             for pair in statement.tables]  # fmt: skip
    return {
        "V": [multipliers.get(("total", state), Fraction(0)) + spare[state] for state in range(2)],
        "alpha1": [multipliers.get(("x", i), Fraction(0)) for i in range(len(statement.x))],
        "alpha2": [multipliers.get(("y", j), Fraction(0)) for j in range(len(statement.y))],
    }


def values(statement: TwoReceiverStatement, plan: Plan) -> dict[int, Fraction]:
    """The masses of a plan by number of the column."""
    width = len(statement.y)
    found: dict[int, Fraction] = {}
    for state, atoms in enumerate((plan.plan.l, plan.plan.h)):
        for i, j, mass in atoms:
            k = (state * len(statement.x) + i) * width + j
            found[k] = found.get(k, Fraction(0)) + mass
    return found


def multipliers(potentials: Potentials) -> dict[Name, Fraction]:
    """V and both potentials by name of the row."""
    sides = (("total", potentials.V), ("x", potentials.alpha1), ("y", potentials.alpha2))
    return {(word, k): weight for word, weights in sides for k, weight in enumerate(weights) if weight}


FORM = LinearForm(program, primal, dual, completed)
