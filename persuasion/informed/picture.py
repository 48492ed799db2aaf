"""Pictures of informed receivers: payoff by message, messages among the types' lines, and who does what."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from dual.errors import SuasionError
from dual.kinds.informed.public import lines
from dual.kinds.informed.statement import TypedStatement
from dual.numbers.exact import Vector
from persuasion import ternary
from persuasion.drawing import ENVELOPE, ENVELOPE_STYLE, PAYOFF, PRIOR, colours
from persuasion.experiment import names
from transport.road.picture import axes, entitled, legend_below, stacked_bars

from .thresholds import upper_hull
from .views import Message

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_LINES: Final = 60
"""Lines of indifference that a triangle can hold and still be read."""


def draw(
    statement: TypedStatement,
    messages: Sequence[Message],
    menu: Sequence[Sequence[tuple[int, Vector]]],
    ax: Axes | None = None,
) -> Axes:
    """Draw what suits the instance.

    Raises
    ------
    SuasionError
        If matplotlib is not installed, or there is nothing to draw.
    """
    if menu:
        return draw_bars(statement, [[(a, _mass(statement, t, x)) for a, x in own] for t, own in enumerate(menu)], ax)
    if not messages:
        raise SuasionError("there is no experiment to draw")
    if statement.state_count == 2:
        return draw_curve(statement, messages, ax)
    if statement.state_count == 3:
        return draw_triangle(statement, messages, ax)
    shares = [
        [(one.actions[t], _mass(statement, t, one.likelihood)) for one in messages] for t in range(statement.type_count)
    ]
    return draw_bars(statement, shares, ax)


def _mass(statement: TypedStatement, t: int, likelihood: Vector) -> Fraction:
    """How likely a message is to a type."""
    law = statement.law[t]
    total = sum(law, Fraction(0)) or Fraction(1)
    return sum((p * x for p, x in zip(law, likelihood, strict=True)), Fraction(0)) / total


def draw_curve(statement: TypedStatement, messages: Sequence[Message], ax: Axes | None = None) -> Axes:
    """The payoff f by message, its concave envelope, the messages, and the value at the middle."""
    ax = axes(ax)
    unit, places = statement.gains[1], statement.curve
    hull = upper_hull(places)
    ys = [n / d for n, d, _ in places]
    ax.plot(ys, [2 * f / d / unit for _, d, f in places], ".", color=PAYOFF, label="payoff where replies change")
    ax.plot([n / d for n, d, _ in hull], [2 * f / d / unit for _, d, f in hull], **ENVELOPE_STYLE)
    for one in messages:
        length = sum(one.likelihood)
        spot = (float(one.likelihood[1] / length), float(2 * one.payoff / length))
        ax.plot(*spot, "o", color=ENVELOPE, markersize=8, markeredgecolor="white")
    value = float(sum((one.payoff for one in messages), Fraction(0)))
    ax.axvline(0.5, color=PRIOR, linewidth=0.9, linestyle=":")
    ax.plot(0.5, value, "*", color=PRIOR, markersize=12, markeredgecolor="white", zorder=7)
    ax.annotate(f"value {value:.6g}", (0.5, value), (6, 8), textcoords="offset points")
    ax.set_xlabel(f"message: likelihood in {names(statement.states, 2)[1]}, of both states together")
    ax.set_ylabel("sender's payoff, twice")
    ax.margins(y=0.15)
    ax.legend(frameon=False)
    return ax


def draw_triangle(statement: TypedStatement, messages: Sequence[Message], ax: Axes | None = None) -> Axes:
    """Messages of three states in the triangle of likelihoods, with the lines on which types are indifferent."""
    ax = axes(ax)
    ternary.frame(ax, list(names(statement.states, 3)))
    drawn = list(lines(statement))[3 : 3 + _MOST_LINES]
    for u, v in drawn:
        ends = ternary.place([[Fraction(k, sum(w)) for k in w] for w in (u, v)])
        ax.plot(ends[:, 0], ends[:, 1], color="0.6", linewidth=0.8)
    spots = ternary.place([[k / sum(one.likelihood) for k in one.likelihood] for one in messages])
    sizes = np.array([40 + 160 * float(sum(one.likelihood)) / 3 for one in messages])
    ax.scatter(spots[:, 0], spots[:, 1], s=sizes, color=ENVELOPE, edgecolor="white", zorder=5)
    for spot, one in zip(spots, messages, strict=True):
        ax.annotate(f"{float(one.probability):.3g}", spot, (7, 7), textcoords="offset points")
    entitled(ax, "messages, and where types are indifferent")
    return ax


def draw_bars(
    statement: TypedStatement, shares: Sequence[Sequence[tuple[int, Fraction]]], ax: Axes | None = None
) -> Axes:
    """For each type how often she takes each action; the first types if there are many."""
    ax = axes(ax)
    shown = shares[:40]
    actions = names(statement.actions, statement.action_count)
    stacked_bars(
        ax,
        names(statement.types, statement.type_count)[: len(shown)],
        (
            (f"plays {actions[a]}", colour, [float(sum((m for b, m in own if b == a), Fraction(0))) for own in shown])
            for a, colour in enumerate(colours(len(actions)))
        ),
    )
    ax.set_xlabel("probability of each action")
    ax.set_ylabel("type")
    legend_below(ax)
    return ax
