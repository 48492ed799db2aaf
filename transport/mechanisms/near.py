"""Which comparisons of types enter a large program: those of near types at first, then the most violated ones."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

import numpy as np

from transport.programs.arrays import Floats

NEAR: Final = 6
"""Nearest types with which each type is compared at first."""
PER_ROUND: Final = 3
"""Violated comparisons of each type that enter in a round: one is too few rounds, all are too many rows."""


def places(worth: Floats) -> Floats:
    """Places among the values of each good: on a grid, neighbours are near both ways, however wide its steps are.

    Examples
    --------
    >>> places(np.array([[4, 1.5], [16, 1.0], [4, 1.25]])).tolist()
    [[0.0, 2.0], [1.0, 0.0], [0.0, 1.0]]
    """
    return np.stack([np.unique(own, return_inverse=True)[1].astype(np.float64) for own in worth.T], axis=1)


def near_pairs(points: Floats) -> list[tuple[int, int]]:
    """Every point and its nearest, both ways.

    Examples
    --------
    >>> len(near_pairs(np.arange(3.0)[:, None])), near_pairs(np.arange(30.0)[:, None])[:3]
    (6, [(0, 1), (0, 2), (0, 3)])
    """
    pairs: list[tuple[int, int]] = []
    for k, point in enumerate(points):
        near = np.argsort(((points - point) ** 2).sum(axis=1), kind="stable")[: NEAR + 1]
        pairs += [(k, int(j)) for j in near if j != k]
    return sorted({*pairs, *((j, k) for k, j in pairs)})


def worst_pairs(gain: Floats, limit: float, present: Set[tuple[int, int]]) -> list[tuple[int, int]]:
    """The largest few gains of each row that exceed a limit, without those that are present.

    Examples
    --------
    >>> worst_pairs(np.array([[0.0, 2.0], [1.0, 0.0]]), 0.5, {(1, 0)})
    [(0, 1)]
    """
    most = min(PER_ROUND, len(gain))
    worst = np.argpartition(-gain, most - 1, axis=1)[:, :most]
    rows, ranks = np.nonzero(np.take_along_axis(gain, worst, axis=1) > limit)
    pairs = zip(rows.tolist(), worst[rows, ranks].tolist(), strict=True)
    return [pair for pair in pairs if pair not in present]
