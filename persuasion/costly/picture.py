"""The picture of costly persuasion with two states: payoff minus cost over the posterior, and its concave envelope."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dual.errors import SuasionError
from dual.kinds.costly.kind import CostlyPersuasionStatement
from dual.numbers.exact import Vector
from persuasion.drawing import ENVELOPE, PAYOFF, PRICES, PRIOR
from persuasion.experiment import Signal, names
from persuasion.finite.replies import best_reply, expected, reply_intervals
from transport.road.picture import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS = 200


def draw(
    statement: CostlyPersuasionStatement,
    signals: Sequence[Signal],
    prices: Vector,
    value: Fraction | None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the sender's payoff minus the cost of the posterior, the prices, the splitting, prior and posteriors.

    Raises
    ------
    SuasionError
        If there are not two states, or matplotlib is not installed.
    """
    prior, sender, receiver = statement.prior, statement.sender, statement.weighed
    if len(prior) != 2:
        raise SuasionError(f"costly persuasion is drawn for two states, not for {len(prior)}")
    ax = axes(ax)

    def net(p: Fraction, action: int) -> float:
        belief = (1 - p, p)
        return float(expected(belief, sender, action)) - float(statement.cost.at(belief, prior).middle)

    inside = all(prior)
    for k, piece in enumerate(reply_intervals(sender, receiver)):
        grid = [piece.left + (piece.right - piece.left) * Fraction(j, _POINTS) for j in range(_POINTS + 1)]
        grid = [p for p in grid if inside or p == prior[1]]
        ax.plot(
            [float(p) for p in grid],
            [net(p, piece.action) for p in grid],
            color=PAYOFF,
            linewidth=2,
            label=None if k else "payoff minus cost",
        )
    if prices:
        ends = np.array([float(price) for price in prices])
        ax.plot([0, 1], ends, color=PRICES, linewidth=1.2, label="prices")
    spots = sorted(
        (float(s.posterior[1]), net(s.posterior[1], best_reply(sender, receiver, s.posterior))) for s in signals
    )
    if spots:
        ax.plot(*zip(*spots, strict=True), color=ENVELOPE, linestyle="--", marker="o", label="posteriors")
    ax.axvline(float(prior[1]), color=PRIOR, linestyle=":", linewidth=1, label="prior")
    if value is not None:
        ax.plot([float(prior[1])], [float(value)], color=PRIOR, marker="*", markersize=11)
    name = names(statement.states, 2)[1]
    ax.set_xlabel(f"posterior probability of {name}" if statement.states else f"posterior probability of state {name}")
    ax.set_ylabel("payoff minus cost")
    ax.set_xlim(0, 1)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False)
    return ax
