"""Actions that no belief makes the receiver take: found beforehand, and kept from the bound by their multipliers.

Action a is never taken if some weights L >= 0 on the others make ``sum_a' L[a'] (receiver[s][a] - receiver[s][a'])``
negative in every possible state (Farkas). Such an action costs a program in floating point its precision, because a
large penalty sets the scale of all; the multiples of L, instead, bring its payoffs below any prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import mul

import numpy as np

from dual.kinds.costly.kind import CostlyPersuasionStatement
from dual.numbers.exact import over_common_denominator
from dual.numbers.interval import rounded
from transport.programs.floating import maximise

_CLEAR = 1e-7
"""How clearly the weights have to work, of at most 1; less is not worth the risk of numbers of that size."""
_BITS = 60
"""Significant bits of a multiple, which may be any that is large enough."""


def silent_actions(statement: CostlyPersuasionStatement, states: Sequence[int]) -> dict[int, list[Fraction]]:
    """Weights on all actions for each action that is never taken where only these states are possible."""
    count, found = len(statement.sender[0]), {}
    rows = [over_common_denominator(statement.weighed[s])[0] for s in states]
    for a in range(count):
        if any(row[a] == max(row) for row in rows):
            continue  # it is a best reply to being told that state
        gains = [[row[a] - other for other in row] for row in rows]
        weights = _weights(gains)
        if weights is not None and all(sum(map(mul, row, weights), Fraction(0)) < 0 for row in gains):
            found[a] = weights
    return found


def _weights(gains: list[list[int]]) -> list[Fraction] | None:
    """Weights that make the sums negative in every row, as far as floating point sees."""
    table = np.array([[gain / max(map(abs, row)) for gain in row] for row in gains])
    count = table.shape[1]
    if (worst := table.max(axis=0)).min() < -_CLEAR:  # one other action is better in all states
        return [Fraction(int(b == worst.argmin())) for b in range(count)]
    answer = maximise(
        np.append(np.zeros(count), 1.0),
        limits=(np.hstack([table, np.ones((len(table), 1))]), np.zeros(len(table))),
        equations=(np.append(np.ones(count), 0.0)[None, :], [1.0]),
        guess=True,
    )
    if answer is None or answer.x[-1] <= _CLEAR:
        return None
    return [Fraction(weight) if weight > 0 else Fraction(0) for weight in answer.x[:-1].tolist()]


def silencing(
    statement: CostlyPersuasionStatement, action: int, weights: Sequence[Fraction], below: Mapping[int, Fraction]
) -> list[Fraction]:
    """The least multiple of the weights, about, that brings the action's payoff in each state down to a number."""
    need = Fraction(0)
    for s, level in below.items():
        row = statement.weighed[s]
        gain = sum((w * (row[action] - other) for w, other in zip(weights, row, strict=True)), Fraction(0))
        need = max(need, (statement.sender[s][action] - level) / -gain)
    multiple = rounded(need, _BITS, up=True)
    return [multiple * weight for weight in weights]
