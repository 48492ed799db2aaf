"""What pictures of experiments share: colours, and how a prior splits into posteriors over two or three states."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np

from dual.errors import SuasionError
from dual.numbers.exact import Vector
from dual.words import brief
from transport.programs.arrays import Floats
from transport.road.picture import axes

from . import ternary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAYOFF, ENVELOPE, PRICES, PRIOR = "#0072B2", "#D55E00", "#009E73", "black"
PALETTE = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2", "#D55E00", "#999999")
"""Okabe and Ito's colours, which colour-blind readers tell apart."""
ENVELOPE_STYLE: dict[str, Any] = {
    "color": ENVELOPE,
    "linewidth": 1.6,
    "linestyle": (0, (5, 2)),
    "label": "concave envelope",
}


def axes_for(states: int, ax: Axes | None) -> Axes:
    """The given or new axes; refused if beliefs about so many states have no picture."""
    if states not in (2, 3):
        raise SuasionError(f"beliefs about {states} states have no picture here; two and three states have")
    return axes(ax)


def draw_split_curve(
    ax: Axes, prior: Vector, posteriors: Sequence[Vector], weights: Sequence[Fraction], heights: Sequence[Fraction]
) -> None:
    """Over two states' beliefs: the prior and its value, the posteriors and their probabilities."""
    spots = floats([(belief[1], height) for belief, height in zip(posteriors, heights, strict=True)])
    at, worth = float(prior[1]), sum(map(mul, weights, heights), Fraction(0))
    ax.axvline(at, color=PRIOR, linewidth=0.9, linestyle=":", label="prior")
    style: dict[str, Any] = {"color": ENVELOPE, "edgecolor": "white", "zorder": 6, "clip_on": False}
    ax.scatter(spots[:, 0], spots[:, 1], s=42, label="posteriors", **style)
    ax.plot(at, float(worth), marker="*", markersize=12, color=PRIOR, markeredgecolor="white", zorder=7)
    ax.set_xlim(0, 1)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.08 * (high - low))  # room for the words above the highest point
    for spot, weight in zip(spots, weights, strict=True):
        _write(ax, spot, _short(weight), (1.0 if spot[0] < 0.08 else -1.0 if spot[0] > 0.92 else 0.0, 1.0))
    if len(spots):
        rising = spots[np.argmax(spots[:, 0]), 1] >= spots[np.argmin(spots[:, 0]), 1]
        crowded = bool((np.abs(spots[:, 0] - at) < 0.15).any())  # then below the envelope, else above it
        left = at > 0.8 if crowded and rising else at > 0.2 if crowded or rising else at > 0.75
        _write(ax, (at, float(worth)), f"value {_short(worth)}", (-1.0 if left else 1.0, -1.0 if crowded else 1.0))


def draw_split_triangle(
    ax: Axes, names: Sequence[str], prior: Vector, posteriors: Sequence[Vector], weights: Sequence[Fraction]
) -> None:
    """The triangle of beliefs with a prior, the posteriors it splits into and their probabilities."""
    ternary.frame(ax, [_state(name) for name in names])
    centre = ternary.place([prior])[0]
    spots = ternary.place(posteriors)
    for spot in spots:
        ax.plot(*zip(centre, spot, strict=True), color="white", linewidth=3, zorder=4, solid_capstyle="round")
        ax.plot(*zip(centre, spot, strict=True), color=PRIOR, linewidth=1.4, zorder=4)
    ax.scatter(spots[:, 0], spots[:, 1], s=55, color=ENVELOPE, edgecolor="white", zorder=5, label="posteriors")
    ax.scatter(centre[0], centre[1], s=130, marker="*", color=PRIOR, edgecolor="white", zorder=6, label="prior")
    for spot, weight in zip(spots, weights, strict=True):
        _write(ax, spot, _short(weight), ternary.beside(spot, centre))
    _legend_below(ax)


def label_curve(ax: Axes, state: str) -> None:
    """Name the axes of a picture over two states' beliefs."""
    ax.set_xlabel(f"posterior probability of {_state(state)}")
    ax.set_ylabel("sender's payoff")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    _legend_below(ax)


def _legend_below(ax: Axes) -> None:
    """Put the legend under the axes, where it covers nothing."""
    handles, names = ax.get_legend_handles_labels()
    columns = next((n for n in (4, 3, 2) if n * (max(map(len, names)) + 7) < 80), 1)
    lowest = -0.02 if not ax.axison else -0.17
    ax.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, lowest), ncol=columns, frameon=False)


def draw_jumps(ax: Axes, missed: Floats, met: Floats) -> None:
    """Hollow dots at limits that are not taken, filled ones at what is."""
    for spots, face in ((missed, "white"), (met, PAYOFF)):
        if len(spots):
            style: dict[str, Any] = {"edgecolor": PAYOFF, "linewidth": 1.4, "zorder": 5, "clip_on": False}
            ax.scatter(spots[:, 0], spots[:, 1], s=30, facecolor=face, **style)


def _write(ax: Axes, spot: Any, words: str, direction: tuple[float, float]) -> None:
    """Write beside a point, on the side that a direction names, on a pale ground."""
    across = "left" if direction[0] > 0.3 else "right" if direction[0] < -0.3 else "center"
    up = "bottom" if direction[1] > 0.3 else "top" if direction[1] < -0.3 else "center"
    ground = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
    shift = (7 * direction[0], 7 * direction[1])
    ax.annotate(words, spot, shift, textcoords="offset points", ha=across, va=up, fontsize=9, bbox=ground, zorder=8)


def _state(name: str) -> str:
    return f"state {name}" if name.isdigit() else name


def floats(points: Sequence[tuple[Fraction, Fraction]]) -> Floats:
    """Points of the plane as an array, shape (points, 2)."""
    return np.array([[float(x), float(y)] for x, y in points]).reshape(-1, 2)


def _short(value: Fraction) -> str:
    return brief(value) if value.denominator <= 1000 else f"{float(value):.4g}"


def colours(count: int) -> list[Any]:
    """As many distinct colours as there are actions."""
    if count <= len(PALETTE):
        return list(PALETTE[:count])
    from matplotlib import colormaps

    return [colormaps["cividis"](k / (count - 1)) for k in range(count)]
