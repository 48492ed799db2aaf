"""Pictures of private signals: how likely each profile of posteriors or actions is, in every state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dual.kinds.private import PrivateStatement
from dual.words import brief
from transport.road.picture import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_MOST = 16


def draw(
    statement: PrivateStatement,
    plan: Sequence[Mapping[tuple[int, ...], Fraction]],
    value: object,
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
            return ", ".join(map(str, cell))
        if binary:
            return ", ".join(brief(grids[r][k][1]) for r, k in enumerate(cell))
        return ", ".join(f"#{k}" for k in cell)

    left = [0.0] * len(shown)
    for s, state in enumerate(plan):
        masses = [float(state.get(cell, 0)) for cell in shown]
        ax.barh(range(len(shown)), masses, left=left, color=PALETTE[s % len(PALETTE)], label=f"state {s}")
        left = [a + b for a, b in zip(left, masses, strict=True)]
    ax.set_yticks(range(len(shown)), [name(cell) for cell in shown])
    ax.invert_yaxis()
    ax.set_xlabel("probability")
    ax.set_ylabel("recommended actions" if grids is None else "posteriors of state 1" if binary else "posteriors")
    more = f", the likeliest {_MOST} of {len(totals)} profiles" if len(totals) > _MOST else ""
    ax.set_title(f"value {value:.6g}{more}" if isinstance(value, float) else "plan")
    ax.legend(frameon=False)
    return ax
