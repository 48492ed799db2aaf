"""Pictures of prompting: benchmarks by tolerance, and regrets of learners."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from transport.road.picture import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .learning import Learning
    from .problem import Prompting

_COLOURS: Final = {"human": "#0072B2", "ai": "#D55E00", "strong": "#009E73", "weak": "#CC79A7"}
_STYLES: Final = {"human": "-", "ai": "--", "strong": ":", "weak": "-."}
"""Each line also has a style of its own, for readers who do not see colours apart."""


def draw(problem: Prompting, ax: Axes | None = None) -> Axes:
    """Draw what either benchmark is at each tolerance, with the infima marked."""
    ax = axes(ax)
    statement = problem.statement
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


def draw_learning(learning: Learning, ax: Axes | None = None) -> Axes:
    """Draw mean regrets with bands of two standard errors, and the theorem's bound where there is one."""
    import numpy as np

    ax = axes(ax)
    for name in learning.problem.benchmarks:
        mean, error = np.array(learning.regret(name)), np.array(learning.error(name))
        ax.plot(learning.at, mean, _STYLES[name], color=_COLOURS[name], label=name)
        ax.fill_between(learning.at, mean - 2 * error, mean + 2 * error, color=_COLOURS[name], alpha=0.2, linewidth=0)
    bound = learning.bound()
    if bound is not None:
        ax.plot(learning.at, bound, color="0.5", linewidth=1, label="bound (human)")
    ax.set_xscale("log")
    ax.set_yscale("symlog")
    ax.set_xlabel("rounds")
    ax.set_ylabel("regret, simulated")
    ax.set_title(f"{learning.human.name} against {learning.ai.name}")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return ax
