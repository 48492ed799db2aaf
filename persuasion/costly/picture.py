"""The picture of costly persuasion with two states: payoff minus cost over the posterior, prices, and the splitting."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dual.errors import SuasionError, Violation
from dual.kinds.costly.kind import CostlyPersuasionStatement
from dual.numbers.exact import Vector
from persuasion.drawing import PAYOFF, draw_jumps, draw_prices, draw_split_curve, floats, label_curve, look_at
from persuasion.experiment import Signal, names
from persuasion.finite.replies import best_reply, expected, reply_intervals
from transport.road.picture import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS = 200
"""Of a curve between two kinks: smooth on paper, and quick."""


def draw(
    statement: CostlyPersuasionStatement, signals: Sequence[Signal], prices: Vector, ax: Axes | None = None
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

    def net(p: Fraction, action: int) -> Fraction | None:
        """None where the cost is infinite."""
        belief = (1 - p, p)
        try:
            return expected(belief, sender, action) - statement.cost.at(belief, prior).middle
        except Violation:
            return None

    def taken(p: Fraction) -> Fraction:
        return net(p, best_reply(sender, receiver, (1 - p, p))) or Fraction(0)

    inside = all(prior)
    limits: set[tuple[Fraction, Fraction]] = set()
    for k, piece in enumerate(reply_intervals(sender, receiver)):
        grid = [piece.left + (piece.right - piece.left) * Fraction(j, _POINTS) for j in range(_POINTS + 1)]
        # At a certain prior no other belief is possible, and the cost of one is not defined.
        worths = [(p, net(p, piece.action)) for p in grid if inside or p == prior[1]]
        points = [(p, worth) for p, worth in worths if worth is not None]
        ax.plot(*floats(points).T, color=PAYOFF, linewidth=2, label=None if k else "payoff minus cost")
        limits |= {point for point in points if point[0] in (piece.left, piece.right)}
    missed = sorted(point for point in limits if point[1] != taken(point[0]))
    draw_jumps(ax, floats(missed), floats([(p, taken(p)) for p in sorted({p for p, _ in missed})]))
    posteriors = [signal.posterior for signal in signals]
    heights = [taken(belief[1]) for belief in posteriors]
    look_at(ax, [float(height) for height in heights])
    draw_prices(ax, prices)
    draw_split_curve(ax, prior, posteriors, [signal.probability for signal in signals], heights)
    label_curve(ax, names(statement.states, 2)[1], "payoff minus cost")
    return ax
