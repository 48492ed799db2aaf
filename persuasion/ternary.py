"""The triangle of beliefs about three states, as a drawing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = math.sqrt(3) / 2
"""Of a triangle with sides of length one: state 0 at the left, state 1 at the right, state 2 on top."""


def place(beliefs: Iterable[Sequence[Fraction | float]]) -> npt.NDArray[np.float64]:
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
    corners = place(np.eye(3))
    ax.fill(corners[:, 0], corners[:, 1], fill=False, edgecolor="black", linewidth=1, zorder=3, joinstyle="round")
    sides = (("right", "top"), ("left", "top"), ("center", "bottom"))
    shifts = ((-4, -4), (4, -4), (0, 5))
    for corner, name, (across, up), shift in zip(corners, names, sides, shifts, strict=True):
        ax.annotate(f"{name}", corner, shift, textcoords="offset points", ha=across, va=up)
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.set_xlim(-0.08, 1.08)
    ax.set_ylim(-0.08, HEIGHT + 0.08)


def grid(resolution: int) -> npt.NDArray[np.float64]:
    """All beliefs about three states that are multiples of 1/resolution, shape (n, 3)."""
    first, second = np.meshgrid(np.arange(resolution + 1), np.arange(resolution + 1))
    inside = first + second <= resolution
    q = np.column_stack([first[inside], second[inside]]) / resolution
    return np.column_stack([q, 1 - q.sum(axis=1)]).clip(0)
