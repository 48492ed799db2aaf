"""Pictures of experiments: payoff and concave envelope (two states), or the splitting in a triangle (three)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np

from dual.errors import SuasionError
from dual.numbers.exact import Vector
from dual.words import brief
from transport.programs.arrays import Floats
from transport.road.picture import axes

from . import ternary
from .envelope import upper_hull
from .finite.replies import reply_intervals, reply_polygon

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from persuasion.concave.problem import ConcavificationSolution
    from persuasion.finite.problem import PersuasionSolution


PAYOFF, ENVELOPE, PRICES, PRIOR = "#0072B2", "#D55E00", "#009E73", "black"
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
    problem = solution.problem
    ax = _axes_for(len(problem.prior), ax)
    posteriors = [signal.posterior for signal in solution.signals]
    weights = [signal.probability for signal in solution.signals]
    if len(problem.prior) == 2:
        _draw_replies(solution, ax)
        heights = [problem.payoffs_at(posterior)[0] for posterior in posteriors]
        _draw_split_curve(ax, problem.prior, posteriors, weights, heights)
        _label_curve(ax, problem.state_names[1])
        return ax
    for action, colour in enumerate(_colours(len(problem.sender[0]))):
        corners = ternary.place(reply_polygon(problem, action))
        if len(corners):
            label = f"plays {problem.action_name(action)}"
            ax.fill(*corners.T, facecolor=colour, alpha=0.45, edgecolor="white", linewidth=1, label=label)
    _draw_split_triangle(ax, problem.state_names, problem.prior, posteriors, weights)
    return ax


def draw_concavification(solution: ConcavificationSolution, ax: Axes | None = None) -> Axes:
    """Draw a concavification problem with its solution.

    Two states: the payoff over the posterior, its concave envelope, the line of the proven prices, the prior with the
    value, and the posteriors with their probabilities. Three states: the triangle of beliefs coloured by the payoff,
    the prior and its splitting.

    Raises
    ------
    SuasionError
        If there are other numbers of states, or matplotlib is not installed.
    """
    problem = solution.problem
    ax = _axes_for(len(problem.prior), ax)
    posteriors = [signal.posterior for signal in solution.signals]
    weights = [signal.probability for signal in solution.signals]
    if len(problem.prior) == 3:
        _draw_heights(solution, ax)
        _draw_split_triangle(ax, problem.state_names, problem.prior, posteriors, weights)
        return ax
    _draw_payoff(solution, ax)
    payoffs = [problem.statement.payoff(posterior) for posterior in posteriors]
    heights = [payoff.middle for payoff in payoffs if payoff is not None]
    _draw_split_curve(ax, problem.prior, posteriors, weights, heights)
    _label_curve(ax, problem.state_names[1])
    return ax


def _axes_for(states: int, ax: Axes | None) -> Axes:
    if states not in (2, 3):
        raise SuasionError(f"beliefs about {states} states have no picture here; two and three states have")
    return axes(ax)


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
    missed = sorted((p, limit) for p, limit in limits if limit != values[p])
    _draw_jumps(ax, _floats(missed), _floats([(p, values[p]) for p in sorted({p for p, _ in missed})]))
    ax.plot(*_floats(upper_hull(values.items())).T, **_ENVELOPE_STYLE)


def _draw_payoff(solution: ConcavificationSolution, ax: Axes) -> None:
    """The payoff of two-state beliefs, its concave envelope and the line of prices."""
    statement = solution.problem.statement
    if statement.value is None:
        listed = _floats([(belief[1], value) for belief, value in sorted(statement.table.items(), reverse=True)])
        few: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 5, "clip_on": False}
        style = few if len(listed) <= 60 else {"linewidth": 2}
        ax.plot(*listed.T, color=PAYOFF, label="sender's payoff (listed)", **style)
        points = listed
    else:
        points = _draw_pieces(solution, ax)
    ax.plot(*_hull(points).T, **_ENVELOPE_STYLE)
    if solution.prices:
        low, high = ax.get_ylim()
        line = [float(price) for price in solution.prices]
        ax.plot([0, 1], line, color=PRICES, linewidth=1, linestyle="-.", label="prices")
        ax.set_ylim(low, high)


def _draw_pieces(solution: ConcavificationSolution, ax: Axes) -> Floats:
    """Draw an expression piece by piece between the places where it may jump; return the points of the curve."""
    from persuasion.concave.landscape import Landscape

    statement = solution.problem.statement
    if statement.value is None:
        return np.zeros((0, 2))
    everywhere = Landscape(statement, statement.value, (0, 1))
    inner = sorted({float(flat.vertices[0][1]) for flat in everywhere.flats[1:]})
    cuts = [0.0, *(p for p in inner if 0 < p < 1), 1.0]

    def curve(p: Floats) -> Floats:
        return np.column_stack([p, everywhere.payoff(np.column_stack([1 - p, p]))])

    found, missed, met = [], [], []
    for left, right in pairwise(cuts):
        near = 1e-9 * (right - left)
        piece = curve(np.linspace(left + near, right - near, 801))
        found.append(piece)
        ax.plot(*piece.T, color=PAYOFF, linewidth=2, label="sender's payoff" if left == 0 else None)
    exact = [(p, statement.payoff((1 - p, p))) for p in (Fraction(p).limit_denominator(10**6) for p in cuts)]
    at_cuts = np.array([[float(p), float(value.middle)] for p, value in exact if value is not None])
    ends = np.array([piece[k] for piece in found for k in (0, -1)])
    height = float(np.ptp(np.vstack(found)[:, 1])) or 1.0
    for point in at_cuts:
        apart = [end for end in ends if abs(end[0] - point[0]) < 1e-6 and abs(end[1] - point[1]) > 1e-3 * height]
        missed += apart
        met += [point] if apart else []
    _draw_jumps(ax, np.array(missed), np.array(met))
    return np.vstack([*found, at_cuts])


def _draw_heights(solution: ConcavificationSolution, ax: Axes) -> None:
    """The payoff of three-state beliefs as colours."""
    statement = solution.problem.statement
    if statement.value is None:
        spots = ternary.place(statement.table)
        heights = [float(value) for value in statement.table.values()]
        size = max(3, min(60, 6000 / len(spots)))
        drawn: Any = ax.scatter(spots[:, 0], spots[:, 1], c=heights, cmap="cividis", s=size, marker="h")
    else:
        from persuasion.concave.landscape import Landscape

        beliefs, inside, extent = ternary.pixels(700)
        worth = Landscape(statement, statement.value, (0, 1, 2)).payoff(beliefs)
        shown = np.where(inside, worth, np.nan)
        drawn = ax.imshow(shown, extent=extent, origin="lower", cmap="cividis", interpolation="nearest")
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.75, pad=0.02)
    bar.set_label("sender's payoff")
    bar.outline.set_visible(False)


def _draw_split_curve(
    ax: Axes, prior: Vector, posteriors: Sequence[Vector], weights: Sequence[Fraction], heights: Sequence[Fraction]
) -> None:
    """Over two states' beliefs: the prior and its value, the posteriors and their probabilities."""
    spots = _floats([(belief[1], height) for belief, height in zip(posteriors, heights, strict=True)])
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


def _draw_split_triangle(
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


def _label_curve(ax: Axes, state: str) -> None:
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


def _draw_jumps(ax: Axes, missed: Floats, met: Floats) -> None:
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


def _hull(points: Floats) -> Floats:
    """The upper hull of a curve's points, in floating point."""
    best: list[Floats] = []
    for point in sorted(points[np.isfinite(points[:, 1])], key=tuple):
        while len(best) > 1:
            (run, rise), (further, height) = best[-1] - best[-2], point - best[-1]
            if rise * further > height * run:
                break
            best.pop()
        best.append(point)
    return np.array(best).reshape(-1, 2)


def _state(name: str) -> str:
    return f"state {name}" if name.isdigit() else name


def _floats(points: Sequence[tuple[Fraction, Fraction]]) -> Floats:
    return np.array([[float(x), float(y)] for x, y in points]).reshape(-1, 2)


def _short(value: Fraction) -> str:
    return brief(value) if value.denominator <= 1000 else f"{float(value):.4g}"


def _colours(count: int) -> list[Any]:
    """As many distinct colours as there are actions."""
    if count <= len(PALETTE):
        return list(PALETTE[:count])
    from matplotlib import colormaps

    return [colormaps["cividis"](k / (count - 1)) for k in range(count)]


_ENVELOPE_STYLE: dict[str, Any] = {
    "color": ENVELOPE,
    "linewidth": 1.6,
    "linestyle": (0, (5, 2)),
    "label": "concave envelope",
}
