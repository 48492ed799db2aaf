"""Pictures of contracts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dual.kinds.contracts import processes, sets
from dual.kinds.contracts.kind import Offer, one_stage
from dual.kinds.contracts.statement import ContractStatement
from transport.road.picture import PALETTE, axes, legend_below, whole_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLUE, _ORANGE, _GREEN = "#0072B2", "#D55E00", "#009E73"
_MOST: Final = 60
"""Outcomes or states that are drawn side by side."""

Values = Sequence[tuple[Sequence[Fraction], Sequence[Fraction]]]
"""By stages to go, the values of principal and agent in every state."""


def draw(statement: ContractStatement, primal: Any, dual: Any, values: Values, ax: Axes | None = None) -> Axes:
    """Draw what belongs to the instance's form.

    Raises
    ------
    SuasionError
        If matplotlib is not installed.
    """
    ax = axes(ax)
    if isinstance(primal, processes.ByStage):
        return _by_stage(values, ax)
    if isinstance(primal, processes.Stationary):
        return _by_state(primal, ax)
    if isinstance(primal, sets.Promise) and statement.combinatorial is not None:
        return _by_promise(statement.combinatorial, primal, dual, ax)
    if isinstance(primal, sets.Crew) and statement.team is not None:
        return _team(statement.team, primal, ax)
    return _by_outcome(statement, primal, ax)


def _by_outcome(statement: ContractStatement, offer: Offer, ax: Axes) -> Axes:
    here = one_stage(statement)
    at = np.arange(min(len(here.rewards), _MOST))
    ax.bar(at, [float(r) for r in here.rewards[:_MOST]], width=0.8, color="0.88", label="reward")
    ax.bar(at, [float(b) for b in offer.contract[:_MOST]], width=0.5, color=_BLUE, label="pay")
    other = ax.twinx()
    chances = [float(p) for p in here.outcomes[offer.action][:_MOST]]
    other.plot(at, chances, "o--", color=_ORANGE, label="probability (right)")
    other.set_ylim(0, 1.05)
    if len(at) <= 12:
        ax.set_xticks(at, statement.results or [str(o) for o in at])
    action = offer.action if statement.actions is None else statement.actions[offer.action]
    ax.set_xlabel("outcome")
    ax.set_title(f"action {action}, principal {float(here.chosen(offer.contract, offer.action)[0]):.5g}")
    ax.legend(frameon=False, fontsize="small", loc="upper left")
    other.legend(frameon=False, fontsize="small", loc="upper right")
    ax.margins(y=0.2)
    return ax


def _by_stage(values: Values, ax: Axes) -> Axes:
    at = np.arange(1, len(values) + 1)
    for s in range(min(len(values[0][0]), 8)):
        mine = [float(v[s]) for v, _ in values]
        colour = PALETTE[s]
        ax.plot(at, mine, "-o", markersize=3, color=colour, label=f"principal, state {s}")
        ax.plot(at, [float(u[s]) for _, u in values], "--", color=colour, label=f"agent, state {s}")
    ax.set_xlabel("stages to go")
    ax.set_ylabel("value")
    whole_ticks(ax)
    legend_below(ax)
    return ax


def _by_state(witness: processes.Stationary, ax: Axes) -> Axes:
    at = np.arange(min(len(witness.plays), _MOST))
    ax.bar(at - 0.2, [float(v) for v in witness.principal[:_MOST]], width=0.4, color=_BLUE, label="principal")
    ax.bar(at + 0.2, [float(u) for u in witness.agent[:_MOST]], width=0.4, color=_GREEN, label="agent")
    ax.set_xticks(at, [f"{s}: action {play.action}" for s, play in enumerate(witness.plays[:_MOST])])
    ax.set_xlabel("state")
    ax.set_ylabel("value")
    legend_below(ax)
    return ax


def _by_promise(function: sets.SetFunction, promise: sets.Promise, dual: Any, ax: Axes) -> Axes:
    listed = dual.pieces if isinstance(dual, sets.Envelope) else [promise]
    pieces = [(float(piece.alpha), float(function.success(piece.chosen))) for piece in listed]
    ends = [alpha for alpha, _ in pieces[1:]] + [1.0]
    for k, ((alpha, f), end) in enumerate(zip(pieces, ends, strict=True)):
        label = "principal" if k == 0 else None
        ax.plot([alpha, end], [(1 - alpha) * f, (1 - end) * f], color=_BLUE, label=label)
        ax.plot([alpha, end], [f, f], color="0.7", linestyle=":", label="success" if k == 0 else None)
    value = float((1 - promise.alpha) * function.success(promise.chosen))
    ax.plot([float(promise.alpha)], [value], "*", color=_ORANGE, markersize=14, zorder=3)
    ax.set_xlabel("share of success promised to the agent")
    ax.set_ylabel("value")
    ax.set_title(f"principal {value:.5g}")
    ax.legend(frameon=False, fontsize="small")
    return ax


def _team(function: sets.SetFunction, crew: sets.Crew, ax: Axes) -> Axes:
    promised = dict(zip(crew.chosen, sets.shares(function, crew.chosen) or [], strict=True))
    at = np.arange(len(function.costs))
    ax.bar(at, [float(promised.get(i, 0)) for i in range(len(function.costs))], color=_BLUE)
    ax.set_xticks(at)
    ax.set_xlabel("agent")
    ax.set_ylabel("share of success; none: does not work")
    ax.set_title(f"principal {float(sets.team_value(function, crew.chosen) or 0):.5g}")
    return ax
