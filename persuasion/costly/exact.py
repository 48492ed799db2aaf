"""Exact optima under a quadratic cost, where the optimum is rational.

The optimality conditions are evaluated exactly and corrected with a derivative in floating point, which gains about ten
digits a step; fractions with small denominators next to the limit are then tried for the optimum. The checker says
whether they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

import numpy as np

from dual.kinds.costly.quadratic import QuadraticCost
from transport.programs.rounding import dyadic, simple

from .polish import Point

_STEPS = 12
"""Of Newton's method, each of which doubles the digits: five lead from a float's to the grid's, some more from afar."""
_BITS = 320
"""Grid of the iteration: fractions with denominators up to 10^30 are told from all others."""
_DENOMINATORS = (10**3, 10**6, 10**12, 10**30)
"""Sizes of fractions that are tried as the exact solution, the simplest first."""
_LARGEST = 400
"""Most entries of the payoff matrix for which the attempt is made."""
_UNIT = QuadraticCost(Fraction(1))
"""The quadratic cost of size one, whose formulas are rational."""


@dataclass(frozen=True)
class ExactPoint:
    """An exact solution of the optimality conditions in the program's units: masses, prices, multipliers."""

    joints: list[list[Fraction]]
    prices: list[Fraction]
    multipliers: list[Fraction]


class _Conditions:
    """The optimality conditions that a point has guessed, in exact numbers."""

    def __init__(self, point: Point) -> None:
        program, statement = point.program, point.program.statement
        self.point = point
        self.program = program
        self.prior = [statement.prior[s] for s in program.states]
        self.payoff = [
            [
                (statement.sender[s][a] - offset) / program.unit
                for s, offset in zip(program.states, program.offsets, strict=True)
            ]
            for a in program.actions
        ]
        self.gains = [program.exact_gain(k) for k in range(len(program.pairs))]
        self.sizes = [len(self.prior), len(point.binding), len(point.used)]

    def posteriors(
        self, prices: list[Fraction], multipliers: list[Fraction]
    ) -> tuple[list[list[Fraction]], list[Fraction]]:
        """For every action the belief with the largest surplus, and that surplus."""
        payoffs = [row.copy() for row in self.payoff]
        for (a, _), gain, multiplier in zip(self.program.pairs, self.gains, multipliers, strict=True):
            if multiplier:
                payoffs[a] = [p + multiplier * g for p, g in zip(payoffs[a], gain, strict=True)]
        excess = [[p - price for p, price in zip(row, prices, strict=True)] for row in payoffs]
        return [list(_UNIT.maximiser(row, self.prior)) for row in excess], [
            _UNIT.surplus(row, self.prior) for row in excess
        ]

    def residual(self, prices: list[Fraction], multipliers: list[Fraction], weights: list[Fraction]) -> list[Fraction]:
        """As :meth:`Point.residual`, exactly."""
        beliefs, surplus = self.posteriors(prices, multipliers)
        missing = [
            sum((weights[a] * beliefs[a][s] for a in self.point.used), Fraction(0)) - mass
            for s, mass in enumerate(self.prior)
        ]
        obeyed = [
            sum(map(mul, self.gains[k], beliefs[self.program.pairs[k][0]]), Fraction(0)) for k in self.point.binding
        ]
        return [*(surplus[a] for a in self.point.tangent), *missing, *obeyed]


def exact_points(point: Point) -> list[ExactPoint]:
    """Exact solutions of a point's conditions; empty if none is found among short fractions."""
    if point.program.payoff.size > _LARGEST or not isinstance(point.program.statement.cost, QuadraticCost):
        return []
    conditions = _Conditions(point)
    inverse = np.linalg.pinv(point.jacobian(), rcond=1e-13)
    prices, multipliers, weights = (
        [Fraction(x) for x in values.tolist()] for values in (point.prices, point.multipliers, point.weights)
    )
    for _ in range(_STEPS):
        residual = conditions.residual(prices, multipliers, weights)
        size = max(map(abs, residual))
        if size < Fraction(1, 2 ** (_BITS - 20)):
            break
        step = inverse @ np.array([float(entry / size) for entry in residual])
        moves = [-size * Fraction(x) for x in step.tolist()]
        _advance(prices, range(len(prices)), moves)
        _advance(multipliers, point.binding, moves[conditions.sizes[0] :])
        _advance(weights, point.used, moves[sum(conditions.sizes[:2]) :])
    for largest in _DENOMINATORS:
        short = [[simple(x, largest) for x in values] for values in (prices, multipliers, weights)]
        if not any(conditions.residual(*short)):
            beliefs, _ = conditions.posteriors(short[0], short[1])
            joints = [[w * q for q in belief] for w, belief in zip(short[2], beliefs, strict=True)]
            return [ExactPoint(joints, short[0], short[1])]
    return []


def _advance(values: list[Fraction], places: Sequence[int], moves: list[Fraction]) -> None:
    """Add the moves at the places, on a grid fine enough not to matter."""
    for place, move in zip(places, moves, strict=False):
        values[place] = dyadic(values[place] + move, _BITS)
