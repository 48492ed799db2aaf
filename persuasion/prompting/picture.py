"""Pictures of prompting: benchmarks by tolerance, and regrets of learners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dual.kinds.prompting import PromptingStatement
from transport.programs.arrays import Integers
from transport.road.picture import BLUE, PINK, SKY, VERMILION, axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS: Final = {"human": BLUE, "ai": VERMILION, "strong": PINK, "weak": SKY}
_STYLES: Final = {"human": "-", "ai": "--", "strong": ":", "weak": "-."}
"""Each line also has a style of its own, for readers who do not see colours apart."""


def draw(statement: PromptingStatement, ax: Axes | None = None) -> Axes:
    """Draw what either benchmark is at each tolerance, with the infima marked."""
    ax = axes(ax)
    points = [float(e) for e in statement.breakpoints()]
    right = float(statement.tolerance) if statement.tolerance is not None else points[-1] * 1.25 or 1.0
    for name in ("human", "ai"):
        jumps = sorted(replace(statement, benchmark=name).candidates())
        ends = [float(e) for e, _ in jumps[1:]] + [max(right, float(jumps[-1][0]))]
        for k, ((e, value), end) in enumerate(zip(jumps, ends, strict=True)):
            start, low = float(e), float(value)
            ax.plot(
                [start, end],
                [low, low + end - start],
                color=_COLOURS[name],
                linestyle=_STYLES[name],
                label=name if k == 0 else None,
            )
            ax.plot([start], [low], "o", color=_COLOURS[name], markersize=4)
        e, value = min(jumps, key=lambda jump: (jump[1], jump[0]))
        ax.plot([float(e)], [float(value)], "*", color=_COLOURS[name], markersize=14, zorder=3)
        ax.annotate(str(value), (float(e), float(value)), xytext=(8, -12), textcoords="offset points")
    ax.set_xlabel("tolerance e")
    ax.set_ylabel("benchmark, plus e")
    ax.set_title("a star marks each infimum")
    ax.margins(y=0.12)
    ax.legend(frameon=False)
    return ax


def draw_learning(
    at: Integers,
    regrets: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    bound: Sequence[float] | None,
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw mean regrets after ``at`` rounds with bands of two standard errors, and the theorem's bound if there is one.

    Parameters
    ----------
    at : array
    regrets : mapping
        For each benchmark the means and their standard errors.
    bound : sequence of float or None
    title : str
    ax : Axes, optional
    """
    import numpy as np

    ax = axes(ax)
    for name, (means, errors) in regrets.items():
        mean, error = np.array(means), np.array(errors)
        ax.plot(at, mean, _STYLES[name], color=_COLOURS[name], label=name)
        ax.fill_between(at, mean - 2 * error, mean + 2 * error, color=_COLOURS[name], alpha=0.2, linewidth=0)
    if bound is not None:
        ax.plot(at, bound, color="0.5", linewidth=1, label="bound (human)")
    ax.set_xscale("log")
    ax.set_yscale("symlog")
    ax.set_xlabel("rounds")
    ax.set_ylabel("regret, simulated")
    ax.set_title(title)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return ax
