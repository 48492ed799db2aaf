"""What pictures of experiments share: colours, and how a prior splits into posteriors over two or three states."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np

from dual.errors import SuasionError
from dual.numbers.exact import Vector
from transport.programs.arrays import Floats
from transport.road.picture import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    PRICES_STYLE,
    SKY,
    VERMILION,
    YELLOW,
    axes,
    compact,
    label,
    legend_below,
    open_frame,
    shades,
)

from . import ternary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAYOFF, ENVELOPE, PRIOR = BLUE, VERMILION, "black"
TINTS = (SKY, ORANGE, GREEN, PINK, YELLOW, BLUE, VERMILION, GREY)
"""Of areas, pale enough under a curve; neighbours differ for colour-blind readers too."""
ENVELOPE_STYLE: dict[str, Any] = {
    "color": ENVELOPE,
    "linewidth": 1.6,
    "linestyle": (0, (5, 2)),
    "label": "concave envelope",
}


_BELOW = 1.5
"""How far below the posteriors' payoffs a picture reaches, in heights of what is above them; deeper, they look flat."""


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
        label(ax, spot, _probability(weight), (1.0 if spot[0] < 0.08 else -1.0 if spot[0] > 0.92 else 0.0, 1.0))
    if len(spots):
        rising = spots[np.argmax(spots[:, 0]), 1] >= spots[np.argmin(spots[:, 0]), 1]
        crowded = bool((np.abs(spots[:, 0] - at) < 0.15).any())  # then below the envelope, else above it
        left = at > 0.8 if crowded and rising else at > 0.2 if crowded or rising else at > 0.75
        label(ax, (at, float(worth)), f"value {compact(worth)}", (-1.0 if left else 1.0, -1.0 if crowded else 1.0))


def draw_split_triangle(
    ax: Axes,
    names: Sequence[str],
    prior: Vector,
    posteriors: Sequence[Vector],
    weights: Sequence[Fraction],
    value: Fraction | None = None,
) -> None:
    """The triangle of beliefs with a prior, the posteriors it splits into, their probabilities, and the value above."""
    ternary.frame(ax, [_state(name) for name in names])
    centre = ternary.place([prior])[0]
    spots = ternary.place(posteriors)
    for spot in spots:
        ax.plot(*zip(centre, spot, strict=True), color="white", linewidth=3, zorder=4, solid_capstyle="round")
        ax.plot(*zip(centre, spot, strict=True), color=PRIOR, linewidth=1.4, zorder=4)
    ax.scatter(spots[:, 0], spots[:, 1], s=55, color=ENVELOPE, edgecolor="white", zorder=5, label="posteriors")
    ax.scatter(centre[0], centre[1], s=130, marker="*", color=PRIOR, edgecolor="white", zorder=6, label="prior")
    for spot, weight in zip(spots, weights, strict=True):
        label(ax, spot, _probability(weight), ternary.beside(spot, centre))
    if value is not None:
        ax.set_title(f"value {compact(value)}", fontsize=10)
    legend_below(ax, -0.02)


def draw_prices(ax: Axes, prices: Vector) -> None:
    """The line of prices over two states' beliefs, which lies above the payoff; the view does not follow it away."""
    if prices:
        low, high = ax.get_ylim()
        ax.plot([0, 1], [float(price) for price in prices], zorder=4, **PRICES_STYLE)
        ax.set_ylim(low, high)


def look_at(ax: Axes, heights: Sequence[float]) -> None:
    """Let a payoff that falls far below everything of interest leave the picture."""
    low, high = ax.get_ylim()
    if heights:
        margin = (high - low) / 22  # matplotlib's own, 1/20 of the data's range
        least, most = min(heights), high - margin
        # Where all posteriors touch the top, what lies between them is the story: a tenth of the whole stays in sight.
        height = most - least if most - least > (high - low) / 1000 else (high - low) / 10
        floor = least - _BELOW * height
        if low < floor:
            ax.set_ylim(floor, high)
            for dots in ax.collections:  # at a frame they are not cut off, so those below it have to go
                spots = np.asarray(dots.get_offsets())
                dots.set_offsets(spots[spots[:, 1] >= floor])


def label_curve(ax: Axes, state: str, payoff: str = "sender's payoff") -> None:
    """Name the axes of a picture over two states' beliefs."""
    ax.set_xlabel(f"posterior probability of {_state(state)}")
    ax.set_ylabel(payoff)
    open_frame(ax)
    legend_below(ax)


def draw_jumps(ax: Axes, missed: Floats, met: Floats) -> None:
    """Hollow dots at limits that are not taken, filled ones at what is."""
    for spots, face in ((missed, "white"), (met, PAYOFF)):
        if len(spots):
            style: dict[str, Any] = {"edgecolor": PAYOFF, "linewidth": 1.4, "zorder": 5, "clip_on": False}
            ax.scatter(spots[:, 0], spots[:, 1], s=30, facecolor=face, **style)


def _state(name: str) -> str:
    return f"state {name}" if name.isdigit() else name


def floats(points: Sequence[tuple[Fraction, Fraction]]) -> Floats:
    """Points of the plane as an array, shape (points, 2)."""
    return np.array([[float(x), float(y)] for x, y in points]).reshape(-1, 2)


def _probability(weight: Fraction) -> str:
    return f"prob. {compact(weight)}"


def colours(count: int) -> list[Any]:
    """As many distinct colours as there are actions."""
    return shades(count, TINTS)
