"""Pictures of persuasion: what the receiver does at which belief, payoff and concave envelope, the splitting."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING

from dual.kinds.finite import PersuasionStatement
from dual.numbers.exact import Vector
from persuasion import ternary
from persuasion.drawing import (
    ENVELOPE_STYLE,
    PAYOFF,
    axes_for,
    colours,
    draw_jumps,
    draw_prices,
    draw_split_curve,
    draw_split_triangle,
    floats,
    label_curve,
)
from persuasion.envelope import upper_hull
from persuasion.experiment import Signal, names
from persuasion.finite.replies import best_reply, expected, reply_intervals, reply_polygon

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(
    statement: PersuasionStatement, signals: Sequence[Signal], prices: Vector = (), ax: Axes | None = None
) -> Axes:
    """Draw a finite persuasion problem with its solution.

    Two states: the receiver's action regions, the sender's payoff over the posterior with its jumps, the concave
    envelope, the line of prices, the prior with the value, and the posteriors with their probabilities. Three
    states: the triangle of beliefs with the action regions, the prior and its splitting.

    Raises
    ------
    SuasionError
        If there are other numbers of states, or matplotlib is not installed.
    """
    states = names(statement.states, len(statement.prior))
    actions = names(statement.actions, len(statement.sender[0]))
    ax = axes_for(len(states), ax)
    posteriors = [signal.posterior for signal in signals]
    weights = [signal.probability for signal in signals]
    heights = [_payoff(statement, posterior) for posterior in posteriors]
    if len(states) == 2:
        _draw_replies(statement, ax)
        draw_prices(ax, prices)
        draw_split_curve(ax, statement.prior, posteriors, weights, heights)
        label_curve(ax, states[1])
        return ax
    for action, colour in enumerate(colours(len(actions))):
        corners = ternary.place(reply_polygon(statement.sender, statement.weighed, action))
        if len(corners):
            label = f"plays {actions[action]}"
            ax.fill(*corners.T, facecolor=colour, alpha=0.45, edgecolor="white", linewidth=1, label=label)
    worth = sum(map(mul, weights, heights), Fraction(0))
    draw_split_triangle(ax, states, statement.prior, posteriors, weights, worth)
    return ax


def _draw_replies(statement: PersuasionStatement, ax: Axes) -> None:
    """Action regions as bands, the sender's payoff with its jumps, and its concave envelope."""
    actions = names(statement.actions, len(statement.sender[0]))
    tints = colours(len(actions))
    intervals = reply_intervals(statement.sender, statement.weighed)

    def payoff(action: int, p: Fraction) -> Fraction:
        return (1 - p) * statement.sender[0][action] + p * statement.sender[1][action]

    named: set[int] = set()
    for piece in intervals:
        label = None if piece.action in named else f"plays {actions[piece.action]}"
        named.add(piece.action)
        band = (float(piece.left), float(piece.right))
        ax.axvspan(*band, facecolor=tints[piece.action], alpha=0.22, linewidth=0, label=label)
        ends = [float(payoff(piece.action, p)) for p in (piece.left, piece.right)]
        ax.plot(band, ends, color=PAYOFF, linewidth=2, label="sender's payoff" if piece.left == 0 else None)
    cuts = sorted({piece.left for piece in intervals} | {Fraction(1)})
    values = {p: _payoff(statement, (1 - p, p)) for p in cuts}
    limits = {(p, payoff(piece.action, p)) for piece in intervals for p in (piece.left, piece.right)}
    missed = sorted((p, limit) for p, limit in limits if limit != values[p])
    draw_jumps(ax, floats(missed), floats([(p, values[p]) for p in sorted({p for p, _ in missed})]))
    ax.plot(*floats(upper_hull(values.items())).T, **ENVELOPE_STYLE)


def _payoff(statement: PersuasionStatement, belief: Vector) -> Fraction:
    """The sender's payoff when the receiver replies to a belief."""
    return expected(belief, statement.sender, best_reply(statement.sender, statement.weighed, belief))
