"""Splittings of a polynomial payoff: beliefs that gain most at the prices of those at hand, until none gains.

The prices of a linear program over finitely many beliefs majorise the payoff there and nowhere else. Where the payoff
exceeds them most, over the simplex and its faces, further beliefs are added (Kelley's cutting planes, as few prices as
there are states).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product as tuples
from typing import Any, Final

import numpy as np

from dual.functions.beliefs import corners
from dual.numbers.exact import Vector
from dual.proofs.squares import Exponents, Terms
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.floating import TIGHT, maximise
from transport.programs.linear import solve
from transport.programs.program import Infeasible, LinearProgram
from transport.programs.regions import plainly, value_at
from transport.programs.rounding import dyadic, simple_or_dyadic

LATTICE: Final = {2: 400, 3: 48, 4: 18, 5: 10, 6: 7}
"""Points along an edge of the simplex from which peaks are climbed."""

PEAKS: Final = 24
"""Peaks that are climbed in a round, the highest lattice points first."""

ZOOMS: Final = 14
"""Times that the neighbourhood of a peak is narrowed down to a half."""

NEWTON: Final = 8
"""Newton's steps from there: each doubles the digits."""

EDGE: Final = 1e-7
"""A belief as small as that is zero."""

FLAT: Final = 1e-10
"""Directions in which a payoff bends less, relative to the others, are flat: Newton's step there would be noise."""

ROUNDS: Final = 40
"""Rounds of new beliefs; some ten are usual."""

PATIENCE: Final = 3
"""Rounds without a gain after which none is expected."""

STEADY: Final = 1e-13
"""Gains, relative to the payoff's range, that no round is worth."""


def splitting(payoff: Terms, prior: Vector, effort: Effort) -> tuple[Fraction, dict[str, Any]] | None:
    """The best splitting that is found, exact for its beliefs, with its value.

    Parameters
    ----------
    payoff : Terms
        A polynomial in all beliefs but the last.
    prior : Vector
    effort : Effort
        When its time is over, the beliefs at hand have to do.
    """
    states = len(prior)
    lattice = _lattice(states)
    size = max(1e-300, float(np.ptp(plainly(payoff, lattice))))
    always = [np.array(list(map(float, one[:-1]))) for one in (*corners(states), prior)]
    beliefs = np.array([*always, *_climbed(payoff, lattice, lattice)])
    weights = np.zeros(len(beliefs))
    best, least, last = -np.inf, np.inf, 0
    for count in range(ROUNDS):
        worth = plainly(payoff, beliefs)
        rows = np.vstack([beliefs.T, np.ones(len(beliefs))])
        right = [*map(float, prior[:-1]), 1.0]
        found = maximise(worth, equations=(rows, right), method="highs-ds", tolerance=TIGHT, guess=True)
        if found is None:
            break
        weights = found.x
        if found.value > best + STEADY * size:
            best, last = found.value, count
        gains: dict[Exponents, Fraction] = dict(payoff)
        for k in range(states):
            key = tuple(int(j == k) for j in range(states - 1))
            gains[key] = gains.get(key, Fraction(0)) - Fraction(float(found.equations[k]))
        # Certainty and the prior are climbed from even where a flat side of the payoff hides them.
        more = _climbed(gains, lattice, np.vstack([lattice, always, beliefs[weights > 0]]))
        excess = plainly(gains, more)
        # Prices higher by the largest gain majorise: as long as that bound falls, the value will rise.
        if found.value + excess.max() < least - STEADY * size:
            least, last = found.value + excess.max(), count
        more = more[excess > STEADY * size]
        if not len(more) or count - last >= PATIENCE or effort.exhausted():
            break
        beliefs, weights = np.vstack([beliefs, more]), np.concatenate([weights, np.zeros(len(more))])
    return _best(payoff, prior, beliefs[weights > 0])


def _lattice(states: int) -> Floats:
    side = LATTICE[states]
    return np.array([k for k in tuples(range(side + 1), repeat=states - 1) if sum(k) <= side]) / side


def _climbed(function: Terms, lattice: Floats, starts: Floats) -> Floats:
    """Local maxima of a polynomial on the simplex, from the highest starts that have no higher one beside them."""
    size = lattice.shape[1]
    side = LATTICE[size + 1]
    table = {
        tuple(place): value for place, value in zip(_places(lattice, side), plainly(function, lattice), strict=True)
    }
    steps = np.array([one for one in tuples((-1, 0, 1), repeat=size) if any(one)])
    values = plainly(function, starts)
    chosen: list[Floats] = []
    for k in np.argsort(-values):
        around = _places(starts[k : k + 1], side)[0] + steps
        if k >= len(lattice) or all(table.get(tuple(place), -np.inf) <= values[k] for place in around):
            chosen.append(starts[k])
        if len(chosen) == PEAKS:
            break
    points, reach, spread = np.array(chosen), 1 / side, float(np.ptp(values))
    grid = np.array(list(tuples((-1.0, -0.5, 0.0, 0.5, 1.0), repeat=size)))
    for _ in range(ZOOMS):
        near = (points[:, None, :] + reach * grid).clip(0.0, 1.0)
        over = near.sum(axis=2, keepdims=True)
        near /= np.maximum(over, 1.0)  # back onto the face that it left by
        heights = plainly(function, near.reshape(-1, size)).reshape(len(points), -1)
        heights[:, len(grid) // 2] += STEADY * spread  # on a flat side rounding errors are no reason to leave
        points, reach = near[np.arange(len(points)), heights.argmax(axis=1)], reach / 2
    return np.unique(_sharpened(function, points).round(14), axis=0)


def _sharpened(function: Terms, points: Floats) -> Floats:
    """Peaks after some of Newton's steps on the face that each lies in: on a ridge, climbing ends short of the top."""
    size = points.shape[1]
    first = [_derivative(function, k) for k in range(size)]
    second = [[_derivative(one, k) for k in range(size)] for one in first]
    for _ in range(NEWTON):
        slopes = np.array([plainly(one, points) for one in first]).T
        bends = np.array([[plainly(one, points) for one in row] for row in second]).transpose(2, 0, 1)
        moved = []
        for point, slope, bend in zip(points, slopes, bends, strict=True):
            sides = [np.eye(size)[k] for k in range(size) if point[k] < EDGE]
            sides += [np.ones(size)] if point.sum() > 1 - EDGE else []
            _, values, rows = np.linalg.svd(np.array(sides).reshape(len(sides), size))
            free = rows[int((values > 1e-9).sum()) :].T
            inner = free.T @ bend @ free
            curvatures, turned = np.linalg.eigh(inner) if free.size else (np.zeros(1), free)
            flat = -FLAT * min(curvatures[0], 0.0)
            if curvatures[-1] > flat or curvatures[0] >= -flat:
                moved.append(point)
                continue
            bent = turned[:, curvatures < -flat]
            step = -free @ bent @ ((bent.T @ free.T @ slope) / curvatures[curvatures < -flat])
            there = np.append(point, 1 - point.sum()), np.append(step, -step.sum())
            room = [x / -d for x, d in zip(*there, strict=True) if d < 0 and x > EDGE]
            moved.append(point + min([1.0, *room]) * step)
        better = np.clip(np.array(moved), 0.0, 1.0)
        rises = plainly(function, better) >= plainly(function, points)
        points = np.where(rises[:, None], better, points)
    return points


def _derivative(terms: Terms, axis: int) -> Terms:
    return {
        (*key[:axis], key[axis] - 1, *key[axis + 1 :]): key[axis] * value for key, value in terms.items() if key[axis]
    }


def _places(points: Floats, side: int) -> Floats:
    return np.rint(points * side).astype(int)


def _best(payoff: Terms, prior: Vector, beliefs: Floats) -> tuple[Fraction, dict[str, Any]] | None:
    """The best splitting among beliefs as short fractions, exactly."""
    states = len(prior)
    exact = [_simple(point) for point in beliefs]
    listed = sorted({prior, *corners(states), *(one for one in exact if one is not None)})
    worth = [value_at(payoff, belief[:-1]) for belief in listed]
    rows = [{k: belief[s] for k, belief in enumerate(listed) if belief[s]} for s in range(states)]
    try:
        found = solve(LinearProgram(worth, rows, ["="] * states, list(prior)))
    except Infeasible:
        return None
    if not found.exact:
        return None
    parts = [{"belief": b, "weight": w} for b, w in zip(listed, found.primal, strict=True) if w]
    return found.value, {"splitting": parts}


def _simple(point: Sequence[float]) -> Vector | None:
    """A belief near a point: short fractions if they are one, else dyadic ones, zero where the point nearly is."""
    short = [simple_or_dyadic(float(x), 200, 1e-6, 40) for x in point]
    long = [dyadic(float(x), 40) if x > EDGE else Fraction(0) for x in point]
    for made in (short, long):
        rest = 1 - sum(made, Fraction(0))
        if made is long and abs(rest) < EDGE:  # the last belief is zero, up to rounding
            made[max(range(len(made)), key=made.__getitem__)] += rest
            rest = Fraction(0)
        if min([*made, rest]) >= 0:
            return (*made, rest)
    return None
