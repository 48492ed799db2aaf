"""Pictures of couplings: how much goes from where to where, with both margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.kinds.coupling.several import SeveralStatement
from dual.kinds.coupling.statement import TransportStatement
from transport.road.picture import BLUE, PALETTE, PINK, VERMILION, axes, compact, label, legend_below

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


def draw_several(
    statement: SeveralStatement,
    names: Sequence[Sequence[str]],
    plan: Mapping[tuple[int, ...], Fraction],
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw a plan of several marginals as lines through their axes, widths like masses.

    Raises
    ------
    SuasionError
        If matplotlib is not installed.
    """
    ax = axes(ax)
    heights = [_heights(len(side)) for side in names]
    largest = float(max(plan.values(), default=Fraction(1))) or 1.0
    for k, (cell, mass) in enumerate(sorted(plan.items(), key=lambda entry: -entry[1])):
        spots = [heights[r][i] for r, i in enumerate(cell)]
        colour = PALETTE[k % len(PALETTE)]
        ax.plot(range(len(spots)), spots, color=colour, linewidth=1 + 5 * float(mass) / largest, alpha=0.8, zorder=2)
    for r, (side, spots) in enumerate(zip(statement.marginals, heights, strict=True)):
        ax.axvline(r, color="0.8", linewidth=0.8, zorder=1)
        most = float(max(side)) or 1.0
        sizes = [20 + 180 * float(mass) / most for mass in side]
        ax.scatter([r] * len(spots), spots, sizes, color="white", edgecolor="black", zorder=3)
        if len(side) <= _NAMED:
            for name, spot, mass in zip(names[r], spots, side, strict=True):
                label(ax, (r, spot), f"{name}: {compact(mass)}", (1.0, 0.9), size=8)
    ax.set_xticks(range(len(names)), [f"marginal {r}" for r in range(len(names))])
    ax.set_xlim(-0.3, len(names) - 0.6)
    ax.set_ylim(-0.08, 1.12)
    ax.set_yticks([])
    for side_name in ("left", "right", "top"):
        ax.spines[side_name].set_visible(False)
    ax.set_title(title, fontsize=10)
    return ax


def _heights(count: int) -> list[float]:
    """Where the points of a marginal stand on its axis, the first on top."""
    return [1 - i / (count - 1) for i in range(count)] if count > 1 else [0.5]
