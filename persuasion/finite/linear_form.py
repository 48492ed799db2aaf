"""The obedience program written out, with an answer's masses and multipliers: for other programs' checkers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dual.kinds.finite import Experiment, PersuasionStatement, Prices
from dual.proofs.linear import Block, Name, Program, Row


def program(statement: PersuasionStatement) -> Program:
    """Columns ``mass[s][a]``; rows ``state[s]`` and ``obey[a][a']``.

    ``sum_s mass[s][a] (receiver[s][a] - receiver[s][a']) >= 0`` for all actions a and a'.
    """
    states, actions = len(statement.prior), len(statement.sender[0])

    def rows() -> Iterator[Row]:
        for s, mass in enumerate(statement.prior):
            yield Row(("state", s), "=", mass, {s * actions + a: 1 for a in range(actions)}.items)
        for a in range(actions):
            for b in range(actions):
                if a != b:
                    gains = {s * actions + a: row[a] - row[b] for s, row in enumerate(statement.weighed)}
                    yield Row(("obey", a, b), ">=", 0, gains.items)

    objective = [worth for row in statement.sender for worth in row]
    return Program([Block(("mass",), (states, actions))], objective, rows)


def values(statement: PersuasionStatement, primal: Experiment) -> dict[int, Fraction]:
    """The masses of an experiment by number of the column."""
    actions = len(statement.sender[0])
    found: dict[int, Fraction] = {}
    for signal in primal.signals:
        for s, mass in enumerate(signal.joint):
            if mass:
                k = s * actions + signal.action
                found[k] = found.get(k, Fraction(0)) + mass
    return found


def multipliers(dual: Prices) -> dict[Name, Fraction]:
    """Prices and multipliers by name of the row."""
    found: dict[Name, Fraction] = {("state", s): price for s, price in enumerate(dual.prices) if price}
    for a, row in enumerate(dual.multipliers):
        found |= {("obey", a, b): -weight for b, weight in enumerate(row) if weight and a != b}
    return found
