"""Policies at any posteriors: the best on a grid, with the posteriors that gain most added until none gains.

A linear program on a grid has potentials at its posteriors only. With those of the other receiver fixed, a further
posterior x of receiver 1 is worth adding if no ``alpha1(x)`` satisfies both states' inequalities there, that is if::

    (1-x) (max_y u_l(x, y) - y alpha2(y) - V_l)  +  x (max_y u_h(x, y) + (1-y) alpha2(y) - V_h)  >  0

with y over the grid. The left side's local maxima are added, and posteriors that are of no use are dropped. Where
supports are irrational, or chains of posteriors that never end, the loss falls by a factor each round.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from transport.programs.arrays import Booleans, Floats
from transport.programs.effort import Effort
from transport.programs.floating import TIGHT, maximise

Function = Callable[[Floats], Floats]
"""A utility of arrays of points, shape (..., 2)."""

START: Final = 16
"""Intervals of the first grid."""

FINE: Final = 1024
"""Intervals in which further posteriors are looked for; a peak narrower than that is seen once its surroundings are."""

ZOOMS: Final = 5
"""Times that a local maximum is narrowed down twelvefold: to about 1e-9."""

NEAR: Final = 1e-7
"""A posterior that loses no more than this share of the utility's size may be of use again, and stays."""

STEADY: Final = 1e-12
"""Relative gains that no round is worth."""

PATIENCE: Final = 6
"""Rounds without a gain after which none is expected."""


def posteriors(
    functions: Sequence[Function], prior: float, effort: Effort, rounds: int = 40
) -> tuple[list[float], list[float]]:
    """The posteriors that a nearly optimal policy on the square gives to either receiver.

    Parameters
    ----------
    functions : sequence of callable
        The utility in either state.
    prior : float
    effort : Effort
        When its time is over, the best so far is returned.
    rounds : int
    """
    always = np.array([0.0, 1.0, prior])
    sets = [np.union1d(np.linspace(0, 1, START + 1), always)] * 2
    best, held, last = -np.inf, sets, 0
    scale = range_of(functions)
    for count in range(rounds):
        found = _best_on(functions, prior, *sets)
        if found is None:
            break
        value, V, alphas, masses = found
        used = [masses.sum(axis=(0, 2)) > 0, masses.sum(axis=(0, 1)) > 0]
        if value > best + STEADY * scale:
            best, held, last = value, [points[mine] for points, mine in zip(sets, used, strict=True)], count
        fresh, kept, gain = [], [], 0.0
        for axis in range(2):
            here, other = sets[axis], sets[1 - axis]
            gains = _gains(functions, axis, here, other, V, alphas[1 - axis])
            kept.append(here[_of_use(used[axis], gains, NEAR * scale, count)])
            more, most = _peaks(functions, axis, other, V, alphas[1 - axis], STEADY * scale)
            fresh.append(more)
            gain = max(gain, most)
        if gain <= STEADY * scale or count - last >= PATIENCE or effort.exhausted():
            break
        sets = [np.union1d(np.union1d(one, more), always) for one, more in zip(kept, fresh, strict=True)]
    return held[0].tolist(), held[1].tolist()


def range_of(functions: Sequence[Function]) -> float:
    """How far apart utilities are, seen on a coarse grid."""
    line = np.linspace(0, 1, START + 1)
    return max(1e-300, *(float(np.ptp(f(_grid(line, line)))) for f in functions))


def _of_use(used: Booleans, gains: Floats, near: float, count: int) -> Booleans:
    """Which posteriors stay; at first all do, as potentials still move a lot."""
    return np.asarray(used | (gains > -near) | (count < 2))


def _grid(x: Floats, y: Floats) -> Floats:
    return np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)


def _best_on(
    functions: Sequence[Function], prior: float, x: Floats, y: Floats
) -> tuple[float, Floats, tuple[Floats, Floats], Floats] | None:
    """The value on a grid, V, both potentials, and the plan, shape (2, x, y)."""
    from scipy.sparse import csc_array

    n, m = len(x), len(y)
    size = n * m
    i, j = (place.ravel() for place in np.indices((n, m)))
    rows = np.concatenate([part for state in range(2) for part in (np.full(size, state), 2 + i, 2 + n + j)])
    columns = np.concatenate([np.tile(np.arange(size), 3) + state * size for state in range(2)])
    entries = np.concatenate([part for state in range(2) for part in (np.ones(size), x[i] - state, y[j] - state)])
    matrix = csc_array((entries, (rows, columns)), shape=(2 + n + m, 2 * size))
    gain = np.concatenate([f(_grid(x, y)).ravel() for f in functions])
    right = np.concatenate([[1 - prior, prior], np.zeros(n + m)])
    found = maximise(gain, equations=(matrix, right), method="highs-ds", tolerance=TIGHT, guess=True)
    if found is None:
        return None
    weights = found.equations
    return found.value, weights[:2], (weights[2 : 2 + n], weights[2 + n :]), found.x.reshape(2, n, m)


def _gains(functions: Sequence[Function], axis: int, here: Floats, other: Floats, V: Floats, alpha: Floats) -> Floats:
    """What each posterior of a receiver would gain, the other's potential given."""
    points = _grid(here.ravel(), other) if axis == 0 else np.swapaxes(_grid(other, here.ravel()), 0, 1)
    low, high = (
        (f(points) - (other - state) * alpha).max(axis=1) - V[state] for state, f in enumerate(functions)
    )  # fmt: skip
    return np.asarray((1 - here) * low.reshape(here.shape) + here * high.reshape(here.shape))


def _peaks(
    functions: Sequence[Function], axis: int, other: Floats, V: Floats, alpha: Floats, least: float
) -> tuple[Floats, float]:
    """Where a further posterior gains most: local maxima that gain more than ``least``, and the largest gain."""
    line = np.linspace(0, 1, FINE + 1)
    gains = _gains(functions, axis, line, other, V, alpha)
    wide = np.pad(gains, 1, constant_values=-np.inf)
    # A peak between two points of the line exceeds both by no more than what the curve bends there.
    bend = max(1e-9, float(np.max(np.abs(np.diff(gains, 2)))))
    places = line[(gains >= wide[:-2]) & (gains >= wide[2:]) & (gains > -bend)]
    if not len(places):
        return places, -np.inf
    reach = 1 / FINE
    for _ in range(ZOOMS):
        around = np.clip(places[:, None] + np.linspace(-reach, reach, 33), 0, 1)
        table = _gains(functions, axis, around, other, V, alpha)
        best = np.argmax(table, axis=1)
        places, reach = around[np.arange(len(places)), best], reach / 12
    most = table.max(axis=1)
    return places[most > least], float(most.max())
