"""Pictures of private signals: how likely each profile of posteriors or actions is, in every state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dual.kinds.private import PrivateStatement
from transport.road.picture import PALETTE, axes, compact, legend_below, open_frame, stacked_bars

from .labels import action_name, state_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = 16
"""Profiles with a bar of their own; more labels would cover one another."""


def draw(
    statement: PrivateStatement,
    plan: Sequence[Mapping[tuple[int, ...], Fraction]],
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar for each profile, divided by state; the likeliest profiles if there are many.

    Raises
    ------
    SuasionError
        If matplotlib is not installed.
    """
    ax = axes(ax)
    totals: dict[tuple[int, ...], float] = {}
    for state in plan:
        for cell, mass in state.items():
            totals[cell] = totals.get(cell, 0.0) + float(mass)
    shown = sorted(sorted(totals, key=lambda cell: -totals[cell])[:_MOST])
    grids = statement.grids
    binary = grids is not None and len(statement.prior) == 2

    def name(cell: tuple[int, ...]) -> str:
        if grids is None:
            return ", ".join(action_name(statement, r, k) for r, k in enumerate(cell))
        if binary:
            return ", ".join(compact(grids[r][k][1]) for r, k in enumerate(cell))
        return "  ".join("(" + ", ".join(map(compact, grids[r][k])) + ")" for r, k in enumerate(cell))

    longest = stacked_bars(
        ax,
        [name(cell) for cell in shown],
        (
            (state_name(statement, s), PALETTE[s % len(PALETTE)], [float(state.get(cell, 0)) for cell in shown])
            for s, state in enumerate(plan)
        ),
    )
    ax.set_xlabel("probability")
    beliefs = f"posteriors of {state_name(statement, 1)}" if binary else "posteriors"
    ax.set_ylabel("recommended actions" if grids is None else beliefs)
    more = f", the likeliest {_MOST} of {len(totals)} profiles" if len(totals) > _MOST else ""
    ax.set_title(title + more, fontsize=10)
    ax.set_xlim(0, 1.06 * longest)
    open_frame(ax)
    legend_below(ax)
    return ax
