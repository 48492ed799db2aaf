"""Exactly admissible plans of the two-receiver program out of rough ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from dual.two_receiver import STATES, TwoReceiverStatement
from transport.admissible import admissible_weights, completed

Rough = tuple[Mapping[tuple[int, ...], float], Mapping[tuple[int, ...], float]]
Exact = Sequence[Mapping[tuple[int, ...], Fraction]]


def admissible_plan(statement: TwoReceiverStatement, rough: Rough) -> list[dict[tuple[int, ...], Fraction]]:
    """The nearest admissible plan with the rough one's cells, and a few more for what rounding leaves over."""
    marginals: list[list[list[Fraction]]] = [[], []]
    for receiver, axis in enumerate((statement.x, statement.y)):
        weights = [0.0] * len(axis)
        for state in rough:
            for cell, mass in state.items():
                weights[cell[receiver]] += mass
        exact = _weights(axis, statement.prior, weights)
        marginals[0].append([(1 - point) * weight for point, weight in zip(axis, exact, strict=True)])
        marginals[1].append([point * weight for point, weight in zip(axis, exact, strict=True)])
    return [completed(state, sides) for state, sides in zip(rough, marginals, strict=True)]


def _weights(axis: Sequence[Fraction], prior: Fraction, rough: Sequence[float]) -> list[Fraction]:
    if prior in (axis[0], axis[-1]):
        at = 0 if prior == axis[0] else len(axis) - 1
        return [Fraction(k == at) for k in range(len(axis))]
    points = [(1 - point, point) for point in axis]
    return admissible_weights(points, (1 - prior, prior), rough, [0, len(axis) - 1])


def witness(plan: Exact) -> dict[str, object]:
    """A plan as files hold it."""
    return {
        "plan": {
            name: [[*cell, mass] for cell, mass in sorted(state.items()) if mass]
            for name, state in zip(STATES, plan, strict=True)
        }
    }
