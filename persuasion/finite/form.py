"""The obedience program of a persuasion problem, with numbers of any sort."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations
from typing import Any

from dual.kinds.finite import PersuasionStatement
from dual.proofs.linear import Block, Name, Program, Row
from transport.road.linear_form import LinearForm


def program(statement: PersuasionStatement) -> Program:
    """Columns ``told[s][a]``, the masses; rows ``state[s]`` and ``obey[a][b]``."""
    states, actions = len(statement.prior), len(statement.sender[0])
    rows = [
        Row(("state", s), "=", mass, {s * actions + a: 1 for a in range(actions)}.items)
        for s, mass in enumerate(statement.prior)
    ]
    for a, b in permutations(range(actions), 2):
        gains = {s * actions + a: row[a] - row[b] for s, row in enumerate(statement.receiver)}
        rows.append(Row(("obey", a, b), ">=", 0, gains.items))
    objective = [payoff for row in statement.sender for payoff in row]
    return Program([Block(("told",), (states, actions))], objective, lambda: rows)


def primal(statement: PersuasionStatement, values: Mapping[int, Any]) -> object:
    """One signal for each action that is recommended."""
    states, actions = len(statement.prior), len(statement.sender[0])
    joint = [[values.get(s * actions + a, Fraction(0)) for s in range(states)] for a in range(actions)]
    return {"signals": [{"action": a, "joint": masses} for a, masses in enumerate(joint) if any(masses)]}


def dual(statement: PersuasionStatement, multipliers: Mapping[Name, Any]) -> object:
    """Prices, and the multipliers of obedience."""
    actions = range(len(statement.sender[0]))
    zero = Fraction(0)
    return {
        "prices": [multipliers.get(("state", s), zero) for s in range(len(statement.prior))],
        "multipliers": [[-multipliers.get(("obey", a, b), zero) for b in actions] for a in actions],
    }


FORM = LinearForm(program, primal, dual)
