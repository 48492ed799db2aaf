"""Pictures of contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dual.errors import SuasionError
from dual.kinds.contracts import processes, sets
from transport.road.picture import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .solution import ContractSolution

_BLUE, _ORANGE, _GREEN = "#0072B2", "#D55E00", "#009E73"
_MOST = 60
"""Outcomes or states that are drawn side by side."""


def draw(solution: ContractSolution, ax: Axes | None = None) -> Axes:
    """Draw what belongs to the instance's form."""
    ax = axes(ax)
    if isinstance(solution.primal, processes.ByStage):
        return _by_stage(solution, ax)
    if isinstance(solution.primal, processes.Stationary):
        return _by_state(solution, solution.primal, ax)
    if isinstance(solution.primal, sets.Promise):
        return _by_promise(solution, ax)
    if isinstance(solution.primal, sets.Crew):
        return _team(solution, ax)
    statement = solution.problem.statement
    if statement.outcomes is None or statement.rewards is None or solution.action is None:
        raise SuasionError("there is no contract to draw")
    at = np.arange(min(len(statement.rewards), _MOST))
    ax.bar(at, [float(r) for r in statement.rewards[:_MOST]], width=0.8, color="0.88", label="reward")
    ax.bar(at, [float(b) for b in solution.contract[:_MOST]], width=0.5, color=_BLUE, label="pay")
    chances = [float(p) for p in statement.outcomes[solution.action][:_MOST]]
    other = ax.twinx()
    other.plot(at, chances, "o--", color=_ORANGE, label="probability (right)")
    other.set_ylim(0, 1.05)
    if len(at) <= 12:
        ax.set_xticks(at, [solution.problem.result_name(int(o)) for o in at])
    ax.set_xlabel("outcome")
    ax.set_title(f"action {solution.problem.action_name(solution.action)}, principal {float(solution.lower or 0):.5g}")
    ax.legend(frameon=False, fontsize="small", loc="upper left")
    other.legend(frameon=False, fontsize="small", loc="upper right")
    ax.margins(y=0.2)
    return ax


def _by_stage(solution: ContractSolution, ax: Axes) -> Axes:
    at = np.arange(1, len(solution.values) + 1)
    for s in range(min(len(solution.problem.statement.states or ()), 8)):
        mine = [float(v[s]) for v, _ in solution.values]
        (line,) = ax.plot(at, mine, "-o", markersize=3, label=f"principal, state {s}")
        ax.plot(at, [float(u[s]) for _, u in solution.values], "--", color=line.get_color(), label=f"agent, state {s}")
    ax.set_xlabel("stages to go")
    ax.set_ylabel("value")
    ax.legend(frameon=False, fontsize="small")
    return ax


def _by_state(solution: ContractSolution, witness: processes.Stationary, ax: Axes) -> Axes:
    at = np.arange(min(len(witness.plays), _MOST))
    ax.bar(at - 0.2, [float(v) for v in witness.principal[:_MOST]], width=0.4, color=_BLUE, label="principal")
    ax.bar(at + 0.2, [float(u) for u in witness.agent[:_MOST]], width=0.4, color=_GREEN, label="agent")
    ax.set_xticks(at, [f"{s}: action {play.action}" for s, play in enumerate(witness.plays[:_MOST])])
    ax.set_xlabel("state")
    ax.set_ylabel("value")
    ax.margins(y=0.15)
    ax.legend(frameon=False, fontsize="small")
    ax.set_title(f"{solution.grade}, principal {float(solution.lower or 0):.5g} at the start")
    return ax


def _by_promise(solution: ContractSolution, ax: Axes) -> Axes:
    function = solution.problem.statement.combinatorial
    if function is None:
        raise SuasionError("there is no contract to draw")
    pieces = [(float(alpha), float(function.success(chosen))) for alpha, chosen in solution.breakpoints]
    ends = [alpha for alpha, _ in pieces[1:]] + [1.0]
    for k, ((alpha, f), end) in enumerate(zip(pieces, ends, strict=True)):
        label = "principal" if k == 0 else None
        ax.plot([alpha, end], [(1 - alpha) * f, (1 - end) * f], color=_BLUE, label=label)
        ax.plot([alpha, end], [f, f], color="0.7", linestyle=":", label="success" if k == 0 else None)
    ax.plot([float(solution.primal.alpha)], [float(solution.lower or 0)], "*", color=_ORANGE, markersize=14, zorder=3)
    ax.set_xlabel("share of success promised to the agent")
    ax.set_ylabel("value")
    ax.set_title(f"principal {float(solution.lower or 0):.5g}")
    ax.legend(frameon=False, fontsize="small")
    return ax


def _team(solution: ContractSolution, ax: Axes) -> Axes:
    function = solution.problem.statement.team
    if function is None:
        raise SuasionError("there is no team to draw")
    promised = dict(zip(solution.chosen, sets.shares(function, solution.chosen) or [], strict=True))
    at = np.arange(len(function.costs))
    ax.bar(at, [float(promised.get(i, 0)) for i in range(len(function.costs))], color=_BLUE)
    ax.set_xticks(at)
    ax.set_xlabel("agent")
    ax.set_ylabel("share of success; none: does not work")
    ax.set_title(f"principal {float(solution.lower or 0):.5g}")
    return ax
