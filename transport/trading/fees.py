"""Entry fees: charge for each introduced pair, let an efficient matching form, and see what the prices earn.

A matching that is best net of a fee lam per introduced pair introduces only pairs whose largest price is at least
lam. With g(k) the greatest welfare from k introductions, the marginal gains of its concave envelope are the fees at
which fewer introductions are made; one of them, times the introductions it still allows, is at least
``(g(k0) - g(0)) / H_k0``. The fees are found as the breakpoints of a convex function (Eisner and Severance 1976).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dual.valuations import Pair
from transport.road.table import Cell, Table

from .arrays import Model
from .graph import SAFE, Dense, Graph, Sparse, integers
from .outcome import State
from .prices import Equilibrium, equilibrium
from .report import guarantee
from .welfare import efficient_equilibrium, introductions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SMALL = 20_000
"""Up to this many pairs, fees are exact whatever size the integers take."""


@dataclass(frozen=True)
class FeePoint:
    """What one range of fees leads to.

    Attributes
    ----------
    fee : Fraction
        The highest fee at which these introductions are made (0: only without a fee).
    introduced : tuple of pairs
    revenue, welfare : Fraction
        At the competitive prices that the introductions lead to, the fee itself not being charged.
    """

    fee: Fraction
    introduced: tuple[Pair, ...]
    revenue: Fraction
    welfare: Fraction


@dataclass(frozen=True)
class FeeCurve:
    """Introductions, revenue and welfare as the entry fee rises from zero to where nobody is introduced.

    Attributes
    ----------
    points : tuple of FeePoint
        Fees ascending.
    guarantee : Fraction
        What the best point earns at least (largest prices, platform-friendly ties).
    solves : int
        Assignment problems solved.
    """

    points: tuple[FeePoint, ...]
    guarantee: Fraction
    solves: int

    @property
    def best(self) -> FeePoint:
        """The point with the greatest revenue; the lowest fee among equals."""
        return max(self.points, key=lambda point: point.revenue)

    def table(self) -> Table:
        """The points, one a row."""
        rows: list[list[Cell]] = [[p.fee, len(p.introduced), p.revenue, p.welfare] for p in self.points]
        return Table("entry fees", ["fee up to", "introductions", "revenue", "welfare"], rows)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw revenue and welfare along the curve.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw_fees

        return draw_fees(self, ax)


def fee_curve(model: Model) -> FeeCurve:
    """The points of the curve, from no fee to the fee that ends all introductions."""
    points, solves, gain, fewest = _points(model, exact=model.size <= _SMALL)
    promised = guarantee(gain, fewest)
    rules = model.statement.price_rule, model.statement.ties
    if rules == ("largest", "platform") and max(point.revenue for point in points) < promised:
        # Fees were rounded to the values' unit, which can cost a few units.
        points, solves, gain, fewest = _points(model, exact=True)
    return FeeCurve(tuple(points), promised, solves)


@dataclass(frozen=True)
class _Vertex:
    welfare: int
    introduced: tuple[Pair, ...]

    @property
    def count(self) -> int:
        return len(self.introduced)


def _points(model: Model, exact: bool) -> tuple[list[FeePoint], int, Fraction, int]:
    free = efficient_equilibrium(model)
    busy = efficient_equilibrium(model, most=True)
    world = State(model, ()).equilibrium
    ends = [_vertex(model, found) for found in (busy, free, world)]
    hull = [ends[0]] if ends[0].count > ends[1].count else []
    hull.append(ends[1])
    solves = 3
    pending = [(ends[1], ends[2])] if ends[1].count else []
    while pending:
        low, high = pending.pop()
        fee = Fraction(low.welfare - high.welfare, low.count - high.count)
        between = _vertex(model, _charged(model, fee, exact))
        solves += 1
        better = between.welfare - fee * between.count > high.welfare - fee * high.count
        if better and high.count < between.count < low.count:
            pending += [(between, high), (low, between)]
        else:
            hull.append(high)
    points = []
    for k, here in enumerate(hull):
        after = hull[k + 1] if k + 1 < len(hull) else here
        fee = Fraction(here.welfare - after.welfare, max(here.count - after.count, 1)) * model.unit
        state = State(model, here.introduced, model.statement.price_rule, model.statement.ties)
        points.append(FeePoint(fee, here.introduced, state.revenue * model.unit, state.welfare * model.unit))
    return points, solves, (free.welfare() - world.welfare()) * model.unit, ends[1].count


def _vertex(model: Model, found: Equilibrium) -> _Vertex:
    return _Vertex(model.worth(found.trades), tuple(introductions(model, found)))


def _charged(model: Model, fee: Fraction, exact: bool) -> Equilibrium:
    """The best matching net of a fee per introduced pair; the fee is rounded down unless it must be exact."""
    net = model.net
    scale = fee.denominator
    if not exact and (net.dtype == object or int(net.max()) * scale > SAFE):
        fee, scale = Fraction(int(fee)), 1
    weights: Any = (net.astype(object) if int(net.max()) * scale > SAFE else net) * scale
    weights = integers(np.where(model.known, weights, weights - fee.numerator))
    graph = reweighted(model, weights)
    return equilibrium(graph)


def reweighted(model: Model, weights: Any) -> Graph:
    """The graph of all pairs with other weights, those below zero left out."""
    use = weights >= 0
    if model.complete:
        return Dense(weights.reshape(model.shape), ~use.reshape(model.shape))
    return Sparse(model.shape, model.buyers[use], model.sellers[use], weights[use])
