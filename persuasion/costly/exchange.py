"""The exchange method for costly persuasion whose cost is an expression, in floating point.

A linear program over posteriors for each action gives prices and multipliers; where payoff minus cost exceeds the
prices most, posteriors join it. Once that comes close, Newton's method finishes what is smooth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dual.errors import SolverError
from transport.programs.arrays import Floats, Indices
from transport.programs.effort import Effort
from transport.programs.floating import TIGHT, maximise

from .expression import ExpressionModel
from .polish import Point, corrected, start
from .program import Program, Rough

_ROUNDS = 80
"""Of posteriors that join the sample; prices are valid, if worse, after any number."""
_DONE = 1e-10
"""Excess, relative to the payoffs, that counts as none: the linear program's own tolerance."""
_NEAR = 1e-4
"""Excess, relative to the payoffs, from which on Newton's method is tried."""
_POLISHED = 1e-12
"""Defect of Newton's equations at which the polished point is kept: rounding errors of doubles."""
_GUESSES = 4
"""Corrections of what binds while the sample is still poor; a better sample corrects more cheaply."""


@dataclass(frozen=True)
class Exchange:
    """Where the exchange method ended.

    Attributes
    ----------
    points : list of Point
        The linear program's solution, and the polished one; those whose prices are exceeded least first.
    joints : array, shape (A, S)
        The linear program's experiment.
    excess : float
        By how much payoff minus cost was found to exceed the prices, in the program's unit.
    rounds : int
    """

    points: list[Point]
    joints: Floats
    excess: float
    rounds: int


class Sample:
    """Posteriors for each action, and the best obedient experiment made of them."""

    def __init__(self, program: Program, model: ExpressionModel) -> None:
        self.program = program
        self.model = model
        start = model.coarse(program.prior)
        count = len(program.actions)
        self.beliefs = np.vstack([start] * count)
        self.actions = np.repeat(np.arange(count), len(start))
        self.costs = model.cost(self.beliefs)

    def add(self, actions: Indices, beliefs: Floats) -> None:
        """Let posteriors join the sample."""
        self.actions = np.concatenate([self.actions, actions])
        self.beliefs = np.vstack([self.beliefs, beliefs])
        self.costs = np.concatenate([self.costs, self.model.cost(beliefs)])

    def solve(self) -> tuple[Floats, Rough]:
        """Prices, and the best experiment with its multipliers, the signals of an action taken together."""
        program = self.program
        worth = (program.payoff[self.actions] * self.beliefs).sum(axis=1) - self.costs
        owners = np.array([a for a, _ in program.pairs], dtype=np.intp)
        gains = (self.beliefs @ program.gains.T) * (self.actions[:, None] == owners)
        found = maximise(
            worth / program.size,
            limits=(-gains.T, np.zeros(len(owners))),
            equations=(self.beliefs.T, program.prior),
            tolerance=TIGHT,
        )
        if found is None:
            raise SolverError("HiGHS finds no experiment over the posteriors of the exchange method")
        joints = np.zeros_like(program.payoff)
        np.add.at(joints, self.actions, found.x[:, None] * self.beliefs)
        multipliers = np.maximum(found.limits, 0) * program.size
        return found.equations * program.size, Rough(joints, multipliers, found.word, found.iterations)


def exchanged(program: Program, model: ExpressionModel, effort: Effort) -> Exchange:
    """Exchange posteriors until payoff minus cost exceeds the prices nowhere that is found."""
    sample = Sample(program, model)
    best: Point | None = None
    for rounds in range(1, _ROUNDS + 1):
        prices, rough = sample.solve()
        used = np.flatnonzero(rough.joints.sum(axis=1) > 0).tolist()
        point = Point(program, prices, rough.multipliers, rough.joints.sum(axis=1), used, used, [])
        excess = float(point.surplus.max()) / program.size
        effort.tell(f"round {rounds}: payoff minus cost exceeds the prices by {max(excess, 0.0):.1e}")
        last = excess < _DONE or effort.exhausted()
        if model.smooth and (last or (best is None and excess < _NEAR)):
            best = corrected(start(program, rough), _GUESSES)
        if last or (best is not None and best.defect() < _POLISHED):
            break
        new = np.flatnonzero(point.surplus > _DONE / 10 * program.size)
        sample.add(new, point.posteriors[new])
    points = [point] if best is None else [best, point]
    return Exchange(sorted(points, key=lambda p: float(p.surplus.max())), rough.joints, excess, rounds)
