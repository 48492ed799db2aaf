"""Exactly admissible plans of the two-receiver program out of rough ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from dual.kinds.two_receivers.grid import Atoms, Plan
from dual.kinds.two_receivers.statement import STATES, TwoReceiverStatement
from transport.coupling.admissible import admissible_weights, completed

Rough = tuple[Mapping[tuple[int, ...], float], Mapping[tuple[int, ...], float]]
Exact = Sequence[Mapping[tuple[int, ...], Fraction]]


def admissible_plan(statement: TwoReceiverStatement, rough: Rough) -> list[dict[tuple[int, ...], Fraction]]:
    """The nearest admissible plan with the rough one's cells, and a few more for what rounding leaves over."""
    marginals: list[list[list[Fraction]]] = [[], []]
    for receiver, axis in enumerate((statement.x, statement.y)):
        weights: dict[int, float] = {}
        for state in rough:
            for cell, mass in state.items():
                weights[cell[receiver]] = weights.get(cell[receiver], 0.0) + mass
        low, high = ([Fraction(0)] * len(axis) for _ in STATES)
        for k, weight in _weights(axis, statement.prior, weights):
            high[k] = axis[k] * weight
            low[k] = weight - high[k]
        marginals[0].append(low)
        marginals[1].append(high)
    return [completed(state, sides) for state, sides in zip(rough, marginals, strict=True)]


def _weights(axis: Sequence[Fraction], prior: Fraction, rough: Mapping[int, float]) -> list[tuple[int, Fraction]]:
    """Weights of the posteriors with mass that average to the prior, and of the ends for what rounding leaves over."""
    last = len(axis) - 1
    if prior in (axis[0], axis[last]):
        return [(0 if prior == axis[0] else last, Fraction(1))]
    used = sorted({0, last, *rough})
    points = [(1 - axis[k], axis[k]) for k in used]
    wanted = [rough.get(k, 0.0) for k in used]
    return list(zip(used, admissible_weights(points, (1 - prior, prior), wanted, [0, len(used) - 1]), strict=True))


def witness(plan: Exact) -> Plan:
    """A plan as a witness."""
    low, high = (tuple((*cell, mass) for cell, mass in sorted(state.items()) if mass) for state in plan)
    return Plan(Atoms(low, high))
