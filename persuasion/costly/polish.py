"""Polish: Newton's method on the optimality conditions of costly persuasion.

With f_a(P, L) the maximum over beliefs q of ``(B[a](L) - P) . q - cost(q)`` and q_a the belief that attains it, the
optimum satisfies::

    f_a = 0                      for every action a that is used
    sum_a p_a q_a = prior
    gain[a][a'] . q_a = 0        for every pair with L[a][a'] > 0

The interior-point solution says which actions are used and which multipliers are positive; where Newton's method finds
that wrong, the guess is changed and the method run again.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import numpy as np

from transport.programs.arrays import Floats

from .program import Program, Rough

_ROUNDS = 30
"""Corrections of what is used and binds: each swaps a few, and some guesses go round in circles."""
_STEPS = 25
"""Of Newton's method, which near a solution doubles the digits in each."""
_HALVINGS = 8
"""Quarterings of a step that does not help, until it is a 2^-16th."""
_PATIENCE = 3
"""Steps that gain little before it is enough: the equations are then singular, or solved."""
_USED = 1e-7
"""Mass from which on an action counts as used: above the linear program's rounding errors."""
_SLACK = 1e-11
"""Surplus and slack below this are rounding errors, and change no guess."""


@dataclass
class Point:
    """Prices, multipliers and probabilities of the actions, with the posteriors that follow from them.

    ``tangent`` are the actions whose f is asked to vanish, ``used`` those among them that have a probability, and
    ``binding`` the pairs whose multiplier may be positive.
    """

    program: Program
    prices: Floats
    multipliers: Floats
    weights: Floats
    tangent: list[int]
    used: list[int]
    binding: list[int]
    surplus: Floats = field(init=False)
    posteriors: Floats = field(init=False)
    curvature: list[Floats] = field(init=False)

    def __post_init__(self) -> None:
        excess = self.program.payoffs(self.multipliers) - self.prices
        found = self.program.model.conjugates(excess)
        self.surplus = np.array([each.value for each in found])
        self.posteriors = np.array([each.belief for each in found])
        self.curvature = [each.curvature for each in found]

    @property
    def joints(self) -> Floats:
        """The masses ``p_a q_a``, shape (A, S)."""
        return np.maximum(self.weights, 0)[:, None] * self.posteriors

    def residual(self) -> Floats:
        """How far the optimality conditions are from holding."""
        missing = self.weights[self.used] @ self.posteriors[self.used] - self.program.prior
        actions = [self.program.pairs[k][0] for k in self.binding]
        obeyed = (self.program.gains[self.binding] * self.posteriors[actions]).sum(axis=1)
        return np.concatenate([self.surplus[self.tangent], missing, obeyed])

    def jacobian(self) -> Floats:
        """Derivatives of the residual; columns are prices, binding multipliers, probabilities of used actions."""
        program, states = self.program, len(self.prices)
        owner = [program.pairs[k][0] for k in self.binding]
        gains = program.gains[self.binding]
        found = np.zeros((len(self.tangent) + states + len(owner), states + len(owner) + len(self.used)))
        tangent, middle, last = np.split(found, [len(self.tangent), len(self.tangent) + states])
        for row, a in enumerate(self.tangent):
            tangent[row, :states] = -self.posteriors[a]
        for column, a in enumerate(self.used):
            middle[:, :states] -= self.weights[a] * self.curvature[a]
            middle[:, states + len(owner) + column] = self.posteriors[a]
        for k, a in enumerate(owner):
            bent = self.curvature[a] @ gains[k]
            if a in self.tangent:
                tangent[self.tangent.index(a), states + k] = gains[k] @ self.posteriors[a]
            if a in self.used:
                middle[:, states + k] = self.weights[a] * bent
            last[k, :states] = -bent
            for other, b in enumerate(owner):
                if a == b:
                    last[k, states + other] = bent @ gains[other]
        return found

    def moved(self, step: Floats) -> Point:
        """The point after a step in the Jacobian's columns."""
        states, binding = len(self.prices), len(self.binding)
        multipliers, weights = self.multipliers.copy(), self.weights.copy()
        multipliers[self.binding] += step[states : states + binding]
        weights[self.used] += step[states + binding :]
        return Point(
            self.program, self.prices + step[:states], multipliers, weights, self.tangent, self.used, self.binding
        )

    def defect(self) -> float:
        """How far the point is from being an optimum, in units of the payoffs' range."""
        size = self.program.size
        slack = [
            self.program.gains[k] @ self.posteriors[a] for k, (a, _) in enumerate(self.program.pairs) if a in self.used
        ]
        wrong = [
            float(np.abs(self.residual()).max()) / size,
            float(self.surplus.max()) / size,
            -float(self.weights.min()),
            -float(self.multipliers.min(initial=0.0)) / size,
            -float(min(slack, default=0.0)),
        ]
        return max(wrong)


def polished(program: Program, rough: Rough) -> Point:
    """The best point Newton's method reaches from an interior-point solution.

    The multipliers are first taken to be zero, as they are where obeying is in the receiver's interest anyway; there
    an interior-point solution may have any that do no harm. Then they are taken as they are, at first with the
    actions that satisfy the optimality conditions, then with all that have a probability.
    """
    points: list[Point] = []
    for each, generous in ((_without_multipliers(rough), False), (rough, False), (rough, True)):
        points.append(corrected(start(program, each, generous)))
        if points[-1].defect() < _SLACK:
            break
    return min(points, key=Point.defect)


def _without_multipliers(rough: Rough) -> Rough:
    return dataclasses.replace(rough, multipliers=np.zeros_like(rough.multipliers))


def corrected(point: Point, rounds: int = _ROUNDS) -> Point:
    """The point after Newton's method, with the guess of what is used and what binds corrected at most so often."""
    for _ in range(rounds):
        point = _newton(point)
        changed = _reguessed(point)
        if changed is None:
            break
        point = changed
    return point


def start(program: Program, rough: Rough, generous: bool = False) -> Point:
    """Read a first point off an interior-point solution.

    Of an action's probability and its surplus below zero, one vanishes at the optimum; so does one of a multiplier and
    the slack of its obedience constraint. Whichever is larger decides what is used and what binds; a generous start
    uses every action that has a probability.
    """
    weights = rough.joints.sum(axis=1)
    posteriors = rough.joints / np.maximum(weights, 1e-300)[:, None]
    payoffs = program.payoffs(rough.multipliers)
    seen = np.flatnonzero(weights > _USED)
    asked = np.array([payoffs[a] - program.model.marginal(posteriors[a]) for a in seen])
    shares = rough.joints[seen] + _USED**2 * weights[seen, None]  # some of each, where a mass is lost in rounding
    prices = (asked * shares).sum(axis=0) / shares.sum(axis=0)
    size = program.size
    surplus = Point(program, prices, rough.multipliers, weights, [], [], []).surplus
    tangent = [int(a) for a in seen if generous or weights[a] * size > -surplus[a]]
    slack = [program.gains[k] @ posteriors[a] for k, (a, _) in enumerate(program.pairs)]
    owned = [k for k, (a, _) in enumerate(program.pairs) if a in tangent]
    binding = [k for k in owned if rough.multipliers[k] > max(size * slack[k], 0)]
    multipliers = rough.multipliers.copy()
    multipliers[[k for k in owned if k not in binding]] = 0
    weights = independent(posteriors, weights, tangent)
    return Point(program, prices, multipliers, weights, tangent, np.flatnonzero(weights).tolist(), binding)


def independent(posteriors: Floats, weights: Floats, used: list[int]) -> Floats:
    """Probabilities with the same average posterior that use affinely independent posteriors only (Carathéodory)."""
    found = np.zeros_like(weights)
    found[used] = weights[used]
    kept = list(used)
    while len(kept) > 1:
        _, sizes, directions = np.linalg.svd(posteriors[kept].T)
        # Posteriors are independent from this singular value on: weights moved along less would be rounding errors.
        if len(kept) <= len(sizes) and sizes[-1] > 1e-6:
            break
        direction = directions[-1]
        direction = direction if direction.max() >= -direction.min() else -direction
        positive = np.flatnonzero(direction > 1e-9)
        steps = found[kept][positive] / direction[positive]
        leaving = positive[int(np.argmin(steps))]
        found[kept] = np.maximum(found[kept] - steps.min() * direction, 0)
        found[kept[leaving]] = 0
        kept = [a for a in kept if found[a] > 0]
    return found


def _newton(point: Point) -> Point:
    least, slow = _size(point), 0
    for _ in range(_STEPS):
        if least == 0 or slow > _PATIENCE:
            break
        step = np.linalg.lstsq(point.jacobian(), -point.residual(), rcond=1e-13)[0]
        trials = (point.moved(step / 4**k) for k in range(_HALVINGS))
        better = next((trial for trial in trials if _size(trial) < least), None)
        if better is None:
            break
        slow = 0 if _size(better) < least / 2 else slow + 1
        point, least = better, _size(better)
    return point


def _size(point: Point) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.nan_to_num(np.abs(point.residual()).max(), nan=np.inf))


def _reguessed(point: Point) -> Point | None:
    """The point with a corrected guess of what is used and what binds; None if the guess was right."""
    program = point.program
    tangent, used, binding = list(point.tangent), list(point.used), list(point.binding)
    weights, multipliers = point.weights.copy(), point.multipliers.copy()
    leaving = [a for a in used if weights[a] < 0]
    entering = [a for a in range(len(weights)) if a not in tangent and point.surplus[a] > _SLACK]
    released = [k for k in binding if multipliers[k] < 0]
    slack = [program.gains[k] @ point.posteriors[a] for k, (a, _) in enumerate(program.pairs)]
    caught = [k for k, (a, _) in enumerate(program.pairs) if a in used and k not in binding and slack[k] < -_SLACK]
    extra = [a for a in tangent if a not in used]
    if extra and float(np.abs(point.residual()).max()) > _SLACK:
        tangent = used.copy()
    elif not (leaving or entering or released or caught):
        return None
    if leaving:
        worst = min(leaving, key=lambda a: weights[a])
        used.remove(worst)
        tangent.remove(worst)
        weights[worst] = 0
    if entering and not leaving:
        chosen = max(entering, key=lambda a: point.surplus[a])
        tangent.append(chosen)
        used.append(chosen)
    if released:
        multipliers[released] = 0
        binding = [k for k in binding if k not in released]
    if caught:
        binding.append(min(caught, key=lambda k: slack[k]))
    return Point(program, point.prices, multipliers, weights, tangent, used, binding)
