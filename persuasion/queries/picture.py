"""Pictures of queries: cuts on the types' line with the cells' messages, value over K, value by target."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dual.errors import SuasionError
from dual.kinds.queries.statement import SimulationStatement
from persuasion.drawing import ENVELOPE, PAYOFF, colours
from transport.road.picture import GREEN, axes, entitled, whole_ticks
from transport.road.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(
    statement: SimulationStatement,
    cells: Sequence[Sequence[int]],
    experiments: Sequence[Sequence[Sequence[Fraction]]],
    ax: Axes | None = None,
) -> Axes:
    """Draw each type by its place and weight, in its cell's colour; the line is the message its cell is persuaded by.

    Raises
    ------
    SuasionError
        If matplotlib is not installed, or there is nothing to draw.
    """
    if not cells:
        raise SuasionError("there are no queries to draw")
    ax = axes(ax)
    if statement.state_count > 2:
        return _draw_readiness(statement, cells, ax)
    order = statement.order
    place = {t: k for k, own in enumerate(order.members) for t in own}
    shown = cells if len(set(map(tuple, cells))) > 1 else cells[:1]
    for colour, types, messages in zip(colours(max(2, len(shown))), shown, experiments, strict=False):
        at = sorted({place[t] for t in types})
        qs = [order.q[k][0] / order.q[k][1] if order.q[k][1] else 2.0 for k in at]
        ax.plot(at, np.minimum(qs, 2.0), "o", color=colour)
        persuading = [float(x[0] / x[1]) for x in messages if x[1]]
        ax.hlines(persuading, at[0] - 0.4, at[-1] + 0.4, color=colour, linewidth=2)
        ax.axvline(at[-1] + 0.5, color="0.8", linewidth=0.8)
    ax.axhline(1.0, color="0.6", linestyle=":", linewidth=0.9)
    _label_types(ax)
    ax.set_ylabel("how much may be said in state 0 (dots), is said (lines)")
    entitled(ax, "cuts and messages of the cells")
    whole_ticks(ax)
    return ax


def _draw_readiness(statement: SimulationStatement, cells: Sequence[Sequence[int]], ax: Axes) -> Axes:
    """More than two states: each type by how much of what is at stake for her speaks for acting."""
    (own, _), place = statement.own, {t: k for k, group in enumerate(statement.groups) for t in group}
    for colour, types in zip(colours(max(2, len(cells))), cells, strict=False):
        shares = []
        for t in types:
            d = [y - x for x, y in zip(*own[t], strict=True)]
            shares.append(sum(max(x, 0) for x in d) / (sum(map(abs, d)) or 1))
        at = [place[t] for t in types]
        ax.plot(at, shares, "o", color=colour)
        ax.axvline(max(at) + 0.5, color="0.8", linewidth=0.8)
    ax.set_ylim(-0.05, 1.05)
    _label_types(ax)
    ax.set_ylabel("share of the states' stakes that speak for acting")
    entitled(ax, "cuts of the order")
    whole_ticks(ax)
    return ax


def _label_types(ax: Axes) -> None:
    """Types are counted, so ticks are whole numbers."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("types, from the most reluctant to the readiest")


def draw_curve(curve: Table, greedy: Table | None, told: Fraction, ax: Axes | None = None) -> Axes:
    """Draw the value over the number of queries."""
    ax = axes(ax)
    for table, style, colour, label in (
        (curve, "o-", PAYOFF, "best queries"),
        (greedy, "s--", GREEN, "greedy"),
    ):
        if table is None:
            continue
        points = [(float(row[0] or 0), float(row[1] or 0)) for row in table.rows]
        ax.plot([x for x, _ in points], [y for _, y in points], style, color=colour, label=label)
    ax.axhline(float(told), color=ENVELOPE, linestyle=":", label="types told")
    ax.set_xlabel("queries")
    whole_ticks(ax)
    ax.set_ylabel("value")
    ax.legend(frameon=False)
    return ax


def draw_targets(statement: SimulationStatement, ax: Axes | None = None) -> Axes:
    """Draw what aiming at each pessimist gives, and saying nothing."""
    ax = axes(ax)
    order = statement.order
    base = float(statement.otherwise)
    values = [base + float(one) / order.unit for one in order.ends]
    ax.plot(range(1, len(values) + 1), values, "o-", color=PAYOFF, label="aimed at this type")
    ax.axhline(base + order.silent / order.unit, color=ENVELOPE, linestyle=":", label="nothing said")
    ax.set_xlabel("target, from the most reluctant")
    ax.set_ylabel("value without queries")
    ax.legend(frameon=False)
    return ax
