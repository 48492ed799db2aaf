"""Pictures of concavification: payoff, concave envelope and prices, or the payoff on a triangle; the splitting."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np

from dual.kinds.concave import ConcavificationStatement
from dual.numbers.exact import Vector
from persuasion import ternary
from persuasion.drawing import (
    ENVELOPE_STYLE,
    PAYOFF,
    axes_for,
    draw_jumps,
    draw_prices,
    draw_split_curve,
    draw_split_triangle,
    floats,
    label_curve,
    look_at,
)
from persuasion.experiment import Signal, names
from transport.programs.arrays import Floats
from transport.programs.rounding import simple

from .kinked import KinkedPayoff
from .worth import worth as payoff_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(
    statement: ConcavificationStatement, signals: Sequence[Signal], prices: Vector, ax: Axes | None = None
) -> Axes:
    """Draw a concavification problem with its solution.

    Two states: the payoff over the posterior, its concave envelope, the line of the proven prices, the prior with the
    value, and the posteriors with their probabilities. Three states: the triangle of beliefs coloured by the payoff,
    the prior and its splitting.

    Raises
    ------
    SuasionError
        If there are other numbers of states, or matplotlib is not installed.
    """
    states = names(statement.states, len(statement.prior))
    ax = axes_for(len(states), ax)
    posteriors = [signal.posterior for signal in signals]
    weights = [signal.probability for signal in signals]
    payoffs = [payoff_of(statement, posterior) for posterior in posteriors]
    heights = [payoff.middle for payoff in payoffs if payoff is not None]
    if len(states) == 3:
        _draw_heights(statement, ax)
        worth = sum(map(mul, weights, heights), Fraction(0))
        draw_split_triangle(ax, states, statement.prior, posteriors, weights, worth)
        return ax
    _draw_payoff(statement, ax)
    look_at(ax, [float(height) for height in heights])
    draw_prices(ax, prices)
    draw_split_curve(ax, statement.prior, posteriors, weights, heights)
    label_curve(ax, states[1])
    return ax


def _draw_payoff(statement: ConcavificationStatement, ax: Axes) -> None:
    """The payoff of two-state beliefs and its concave envelope."""
    if statement.value is None:
        listed = floats([(belief[1], value) for belief, value in sorted(statement.table.items(), reverse=True)])
        few: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 5, "clip_on": False}
        style = few if len(listed) <= 60 else {"linewidth": 2}
        ax.plot(*listed.T, color=PAYOFF, label="sender's payoff (listed)", **style)
        points = listed
    else:
        points = _draw_pieces(statement, ax)
    ax.plot(*_hull(points).T, **ENVELOPE_STYLE)


def _draw_pieces(statement: ConcavificationStatement, ax: Axes) -> Floats:
    """Draw an expression piece by piece between the places where it may jump; return the points of the curve."""
    if statement.value is None:
        return np.zeros((0, 2))
    everywhere = KinkedPayoff(statement, statement.value, (0, 1))
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
    exact = [(p, payoff_of(statement, (1 - p, p))) for p in (simple(p, 10**6) for p in cuts)]
    at_cuts = np.array([[float(p), float(value.middle)] for p, value in exact if value is not None])
    ends = np.array([piece[k] for piece in found for k in (0, -1)])
    height = float(np.ptp(np.vstack(found)[:, 1])) or 1.0
    for point in at_cuts:
        apart = [end for end in ends if abs(end[0] - point[0]) < 1e-6 and abs(end[1] - point[1]) > 1e-3 * height]
        missed += apart
        met += [point] if apart else []
    draw_jumps(ax, np.array(missed), np.array(met))
    return np.vstack([*found, at_cuts])


def _draw_heights(statement: ConcavificationStatement, ax: Axes) -> None:
    """The payoff of three-state beliefs as colours."""
    if statement.value is None:
        spots = ternary.place(statement.table)
        heights = [float(value) for value in statement.table.values()]
        size = max(3, min(60, 6000 / len(spots)))
        drawn: Any = ax.scatter(spots[:, 0], spots[:, 1], c=heights, cmap="cividis", s=size, marker="h")
    else:
        beliefs, inside, extent = ternary.pixels(700)
        worth = KinkedPayoff(statement, statement.value, (0, 1, 2)).payoff(beliefs)
        shown = np.where(inside, worth, np.nan)
        drawn = ax.imshow(shown, extent=extent, origin="lower", cmap="cividis", interpolation="nearest")
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.75, pad=0.02)
    bar.set_label("sender's payoff")
    bar.outline.set_visible(False)


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
