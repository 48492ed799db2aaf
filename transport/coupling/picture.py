"""Pictures of couplings: how much goes from where to where, with both margins."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.kinds.coupling.statement import TransportStatement
from transport.road.picture import BLUE, PINK, VERMILION, axes, compact, label, legend_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMED = 24
"""Up to so many points a side each has its tick, and each mass its number; beyond, they would cover one another."""
_LARGEST = 900.0
"""Area of the largest disc, in points: a tenth of the frame's side."""


def draw(
    statement: TransportStatement, plan: Mapping[tuple[int, int], Fraction], title: str, ax: Axes | None = None
) -> Axes:
    """Draw the plan as discs, areas like masses, in a table of sources and targets with their masses at its margins.

    Raises
    ------
    SuasionError
        If matplotlib is not installed.
    """
    ax = axes(ax)
    rows, columns = len(statement.source), len(statement.target)
    largest = float(max(plan.values(), default=Fraction(1))) or 1.0
    small = max(rows, columns) <= _NAMED
    room = _LARGEST if small else _LARGEST * (_NAMED / max(rows, columns)) ** 2
    sizes = [room * float(mass) / largest for mass in plan.values()]
    across, down = [j for _, j in plan], [i for i, _ in plan]
    ax.scatter(across, down, sizes, color=BLUE, edgecolor="white", zorder=3)
    ax.plot([], [], "o", color=BLUE, label="moved from source to target")
    _margins(ax, statement, small)
    if small:
        for (i, j), mass in plan.items():
            label(ax, (j, i), compact(mass), size=8)
    ax.set_xlim(-1.1, columns - 0.4)
    ax.set_ylim(rows - 0.4, -1.1)
    ax.set_xlabel("target")
    ax.set_ylabel("source")
    ax.set_title(title, fontsize=10)
    legend_below(ax)
    return ax


def _margins(ax: Axes, statement: TransportStatement, small: bool) -> None:
    """Masses of sources at the left and of targets on top, as bars."""
    sides = ((statement.source, VERMILION, "source"), (statement.target, PINK, "target"))
    for side, (masses, colour, name) in enumerate(sides):
        heights = [float(mass) for mass in masses]
        scale = 0.45 / (max(heights, default=1.0) or 1.0)
        lengths: Any = [scale * height for height in heights]
        if side == 0:
            ax.barh(range(len(masses)), lengths, left=-1.05, height=0.6, color=colour, label=f"mass of a {name}")
            ax.axvline(-0.5, color="0.8", linewidth=0.8)
        else:
            ax.bar(range(len(masses)), lengths, bottom=-1.05, width=0.6, color=colour, label=f"mass of a {name}")
            ax.axhline(-0.5, color="0.8", linewidth=0.8)
        if small:
            ticks = [f"{k}: {compact(mass)}" for k, mass in enumerate(masses)]
            (ax.set_yticks if side == 0 else ax.set_xticks)(range(len(masses)), ticks, fontsize=8)
