"""Pictures of experiments: payoff and concave envelope (two states), or the splitting in a triangle (three)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dual.errors import SuasionError
from dual.exact import brief
from transport.road.picture import axes

from . import ternary
from .envelope import upper_hull
from .replies import reply_intervals, reply_polygon

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .finite import PersuasionSolution

Vector = tuple[Fraction, ...]
Splitting = Sequence[tuple[Vector, Fraction]]

PAYOFF, ENVELOPE, PRIOR = "#0072B2", "#D55E00", "black"
PALETTE = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2", "#D55E00", "#999999")
"""Okabe and Ito's colours, which colour-blind readers tell apart."""


def draw_persuasion(solution: PersuasionSolution, ax: Axes | None = None) -> Axes:
    """Draw a finite persuasion problem with its solution.

    Two states: the receiver's action regions, the sender's payoff over the posterior with its jumps, the concave
    envelope, the prior with the value, and the posteriors with their probabilities. Three states: the triangle of
    beliefs with the action regions, the prior and its splitting.

    Raises
    ------
    SuasionError
        If there are other numbers of states, or matplotlib is not installed.
    """
    states = len(solution.problem.prior)
    if states not in (2, 3):
        raise SuasionError(f"beliefs about {states} states have no picture here; two and three states have")
    ax = axes(ax)
    splitting = [(signal.posterior, signal.probability) for signal in solution.signals]
    if states == 2:
        _draw_replies(solution, ax)
        _draw_split_curve(ax, solution.problem.prior, splitting, lambda q: solution.problem.payoffs_at(q)[0])
        _label_curve(ax, solution.problem.state_names[1], "sender's payoff")
        return ax
    colours = _colours(len(solution.problem.sender[0]))
    for action, colour in enumerate(colours):
        corners = ternary.place(reply_polygon(solution.problem, action))
        if len(corners):
            name = solution.problem.action_name(action)
            ax.fill(*corners.T, facecolor=colour, alpha=0.45, edgecolor="white", linewidth=1, label=name)
    draw_split_triangle(ax, solution.problem.state_names, solution.problem.prior, splitting)
    return ax


def draw_split_triangle(ax: Axes, names: Sequence[str], prior: Vector, splitting: Splitting) -> None:
    """Draw the triangle of beliefs with a prior, the posteriors it splits into and their probabilities."""
    ternary.frame(ax, names)
    centre = ternary.place([prior])[0]
    posteriors = ternary.place([belief for belief, _ in splitting])
    for spot in posteriors:
        ax.plot(*zip(centre, spot, strict=True), color=PRIOR, linewidth=1.2, zorder=4)
    ax.scatter(*posteriors.T, s=50, color=ENVELOPE, edgecolor="white", zorder=5, label="posteriors", clip_on=False)
    ax.scatter(*centre, s=110, marker="*", color=PRIOR, edgecolor="white", zorder=6, label="prior", clip_on=False)
    for spot, (_, weight) in zip(posteriors, splitting, strict=True):
        _write(ax, spot, _short(weight), _away(spot, centre))
    legend_below(ax)


def legend_below(ax: Axes) -> None:
    """Put the legend under the axes, where it covers nothing."""
    handles, names = ax.get_legend_handles_labels()
    columns = next((n for n in (4, 3, 2) if sum(map(len, names)) + 6 * n < 34 + 9 * n), 2)
    lowest = -0.02 if not ax.axison else -0.17
    ax.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, lowest), ncol=columns, frameon=False)


def _draw_replies(solution: PersuasionSolution, ax: Axes) -> None:
    """Action regions as bands, the sender's payoff with its jumps, and its concave envelope."""
    problem = solution.problem
    colours = _colours(len(problem.sender[0]))
    intervals = reply_intervals(problem)

    def payoff(action: int, p: Fraction) -> Fraction:
        return (1 - p) * problem.sender[0][action] + p * problem.sender[1][action]

    named: set[int] = set()
    for piece in intervals:
        label = None if piece.action in named else f"plays {problem.action_name(piece.action)}"
        named.add(piece.action)
        band = (float(piece.left), float(piece.right))
        ax.axvspan(*band, facecolor=colours[piece.action], alpha=0.22, linewidth=0, label=label)
        ends = [float(payoff(piece.action, p)) for p in (piece.left, piece.right)]
        ax.plot(band, ends, color=PAYOFF, linewidth=2, label="sender's payoff" if piece.left == 0 else None)
    cuts = sorted({piece.left for piece in intervals} | {Fraction(1)})
    values = {p: problem.payoffs_at((1 - p, p))[0] for p in cuts}
    limits = {(p, payoff(piece.action, p)) for piece in intervals for p in (piece.left, piece.right)}
    jumps = sorted(p for p, limit in limits if limit != values[p])
    _dots(ax, sorted((p, limit) for p, limit in limits if limit != values[p]), "white")
    _dots(ax, [(p, values[p]) for p in jumps], PAYOFF)
    hull = upper_hull(values.items())
    ax.plot(*_floats(hull), color=ENVELOPE, linewidth=1.6, linestyle=(0, (5, 2)), label="concave envelope")


def _draw_split_curve(ax: Axes, prior: Vector, splitting: Splitting, value_at: Callable[[Vector], Fraction]) -> None:
    """Over two states' beliefs: the prior and its value, the posteriors and their probabilities."""
    points = [(belief[1], value_at(belief)) for belief, _ in splitting]
    total = sum((weight * value for (_, weight), (_, value) in zip(splitting, points, strict=True)), Fraction(0))
    ax.axvline(float(prior[1]), color=PRIOR, linewidth=0.9, linestyle=":", label="prior")
    ax.scatter(*_floats(points), s=42, color=ENVELOPE, edgecolor="white", zorder=6, label="posteriors", clip_on=False)
    ax.plot(float(prior[1]), float(total), marker="*", markersize=12, color=PRIOR, markeredgecolor="white", zorder=7)
    ax.set_xlim(0, 1)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.08 * (high - low))  # room for the words above the highest point
    for (p, value), (_, weight) in zip(points, splitting, strict=True):
        beside = (1.0 if p < Fraction(1, 12) else -1.0 if p > Fraction(11, 12) else 0.0, 1.0)
        _write(ax, np.array([float(p), float(value)]), _short(weight), np.array(beside))
    if splitting:
        right = prior[1] < Fraction(3, 4)
        _write(
            ax,
            np.array([float(prior[1]), float(total)]),
            f"value {_short(total)}",
            np.array([1.0 if right else -1.0, -1.0]),
        )


def _label_curve(ax: Axes, state: str, value: str) -> None:
    ax.set_xlabel(f"posterior probability of {_state(state)}")
    ax.set_ylabel(value)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    legend_below(ax)


def _state(name: str) -> str:
    return f"state {name}" if name.isdigit() else name


def _dots(ax: Axes, points: Sequence[tuple[Fraction, Fraction]], face: str) -> None:
    if points:
        ax.scatter(*_floats(points), s=30, facecolor=face, edgecolor=PAYOFF, linewidth=1.4, zorder=5, clip_on=False)


def _write(ax: Axes, spot: Any, words: str, direction: Any) -> None:
    """Write beside a point, on the side that a direction names, on a pale ground."""
    across = "left" if direction[0] > 0.3 else "right" if direction[0] < -0.3 else "center"
    up = "bottom" if direction[1] > 0.3 else "top" if direction[1] < -0.3 else "center"
    ground = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.7}
    ax.annotate(
        words, spot, 7 * direction, textcoords="offset points", ha=across, va=up, fontsize=9, bbox=ground, zorder=8
    )


def _away(spot: Any, centre: Any) -> Any:
    length = float(np.hypot(*(spot - centre)))
    return (spot - centre) / length if length > 1e-9 else np.array([0.0, 1.0])


def _floats(points: Sequence[tuple[Fraction, Fraction]]) -> Any:
    return np.array([[float(x), float(y)] for x, y in points]).reshape(-1, 2).T


def _short(value: Fraction) -> str:
    return brief(value) if value.denominator <= 1000 else f"{float(value):.4g}"


def _colours(count: int) -> list[Any]:
    """As many distinct colours as there are actions."""
    if count <= len(PALETTE):
        return list(PALETTE[:count])
    from matplotlib import colormaps

    return [colormaps["cividis"](k / (count - 1)) for k in range(count)]
