"""The triangle of beliefs about three states, as a drawing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from transport.programs.arrays import Booleans, Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes


HEIGHT = math.sqrt(3) / 2
"""Of a triangle with sides of length one: state 0 at the left, state 1 at the right, state 2 on top."""

_NEAR_CORNER = 0.07
"""Labels as near a corner, in sides of the triangle, are put outside it."""


def place(beliefs: Iterable[Sequence[Fraction | float]]) -> Floats:
    """Positions in the drawing, shape (n, 2), of beliefs about three states.

    Examples
    --------
    >>> place([(0, 1, 0), (0.5, 0.5, 0)]).tolist()
    [[1.0, 0.0], [0.5, 0.0]]
    """
    q = np.array([[float(x) for x in belief] for belief in beliefs], dtype=np.float64).reshape(-1, 3)
    return np.column_stack([q[:, 1] + q[:, 2] / 2, HEIGHT * q[:, 2]])


def frame(ax: Axes, names: Sequence[str]) -> None:
    """Draw the triangle with the states' names at its corners, and nothing else."""
    corners = place([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    ax.fill(corners[:, 0], corners[:, 1], fill=False, edgecolor="black", linewidth=1, zorder=3, joinstyle="round")
    for corner, name, up, shift in zip(corners, names, ("top", "top", "bottom"), (-9, -9, 9), strict=True):
        ax.annotate(name, corner, (0, shift), textcoords="offset points", ha="center", va=up)
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.set_xlim(-0.1, 1.1)
    ax.set_ylim(-0.1, HEIGHT + 0.1)


def beside(spot: Any, centre: Any) -> tuple[float, float]:
    """The direction from a point in which a word beside it covers neither line nor corner name."""
    corners = place([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    for corner, direction in zip(corners, ((-1.0, 0.6), (1.0, 0.6), (1.0, 0.0)), strict=True):
        if float(np.hypot(*(spot - corner))) < _NEAR_CORNER:
            return direction
    length = float(np.hypot(*(spot - centre)))
    if length < 1e-9:  # at the centre itself, every direction leads away
        return 0.0, 1.0
    return float((spot - centre)[0] / length), float((spot - centre)[1] / length)


def pixels(width: int) -> tuple[Floats, Booleans, tuple[float, float, float, float]]:
    """Beliefs at the pixels of a raster around the triangle.

    Returns
    -------
    beliefs : ndarray, shape (rows, width, 3)
        The lowest row first; beliefs outside the triangle are put at its first corner.
    inside : ndarray of bool, shape (rows, width)
    extent : tuple of float
        Left, right, bottom and top of the raster in the drawing.

    Examples
    --------
    >>> beliefs, inside, _ = pixels(4)
    >>> beliefs.shape, int(inside.sum())
    ((3, 4, 3), 6)
    """
    rows = max(1, round(HEIGHT * width))
    x = (np.arange(width) + 0.5) / width
    y = (np.arange(rows) + 0.5)[:, None] / rows
    first, second = np.broadcast_arrays(1 - x - y / 2, x - y / 2)
    inside = (first >= 0) & (second >= 0)
    beliefs = np.stack([first, second, np.broadcast_to(y, first.shape)], axis=-1)
    return np.where(inside[..., None], beliefs, (1.0, 0.0, 0.0)), inside, (0.0, 1.0, 0.0, HEIGHT)
