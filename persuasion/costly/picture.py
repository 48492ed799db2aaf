"""The picture of costly persuasion with two states: payoff minus cost over the posterior, and its concave envelope."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dual.errors import SuasionError
from persuasion.finite.replies import reply_intervals
from persuasion.picture import ENVELOPE, PAYOFF, PRICES, PRIOR
from transport.road.picture import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .problem import CostlyPersuasionSolution

_POINTS = 200


def draw_costly(solution: CostlyPersuasionSolution, ax: Axes | None = None) -> Axes:
    """Draw the sender's payoff minus the cost of the posterior, the prices, the splitting, prior and posteriors.

    Raises
    ------
    SuasionError
        If there are not two states, or matplotlib is not installed.
    """
    problem = solution.problem
    if len(problem.prior) != 2:
        raise SuasionError(f"costly persuasion is drawn for two states, not for {len(problem.prior)}")
    ax = axes(ax)

    def net(p: Fraction, action: int) -> float:
        belief = (1 - p, p)
        payoff = sum((q * row[action] for q, row in zip(belief, problem.sender, strict=True)), Fraction(0))
        return float(payoff) - float(problem.statement.cost.at(belief, problem.prior).middle)

    inside = all(problem.prior)
    for k, piece in enumerate(reply_intervals(problem)):
        grid = [piece.left + (piece.right - piece.left) * Fraction(j, _POINTS) for j in range(_POINTS + 1)]
        grid = [p for p in grid if inside or p == problem.prior[1]]
        ax.plot(
            [float(p) for p in grid],
            [net(p, piece.action) for p in grid],
            color=PAYOFF,
            linewidth=2,
            label=None if k else "payoff minus cost",
        )
    if solution.prices:
        ends = np.array([float(price) for price in solution.prices])
        ax.plot([0, 1], ends, color=PRICES, linewidth=1.2, label="prices")
    spots = sorted(
        (float(s.posterior[1]), net(s.posterior[1], problem.best_reply(s.posterior))) for s in solution.signals
    )
    if spots:
        ax.plot(*zip(*spots, strict=True), color=ENVELOPE, linestyle="--", marker="o", label="posteriors")
    ax.axvline(float(problem.prior[1]), color=PRIOR, linestyle=":", linewidth=1, label="prior")
    if solution.lower is not None:
        ax.plot([float(problem.prior[1])], [float(solution.lower)], color=PRIOR, marker="*", markersize=11)
    name = problem.state_names[1]
    ax.set_xlabel(
        f"posterior probability of {name}" if problem.statement.states else f"posterior probability of state {name}"
    )
    ax.set_ylabel("payoff minus cost")
    ax.set_xlim(0, 1)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False)
    return ax
