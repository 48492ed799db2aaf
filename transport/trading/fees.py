"""Entry fees: charge for each introduced pair, let an efficient matching form, and see what the prices earn.

A matching that is best net of a fee lam per introduced pair introduces only pairs whose largest price is at least
lam. With g(k) the greatest welfare from k introductions, the marginal gains of its concave envelope are the fees at
which fewer introductions are made; one of them, times the introductions it still allows, is at least
``(g(k0) - g(0)) / H_k0``. The fees are found as the breakpoints of a convex function (Eisner and Severance 1976).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dual.kinds.trading.valuations import Pair
from transport.road.table import Cell, Table

from .arrays import Model
from .graph import SAFE, Dense, Graph, Sparse, integers
from .outcome import State
from .prices import Equilibrium, efficient_with_extreme_prices, suggestion
from .report import guarantee
from .welfare import efficient_equilibrium, introductions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SMALL = 5_000
"""Up to this many pairs, all breakpoints are found."""
_RATIO = 1.25
"""Of neighbouring fees where the curve has to be sampled: a smaller one misses less of it and solves more markets."""


@dataclass(frozen=True)
class FeePoint:
    """What one range of fees leads to.

    Attributes
    ----------
    fee : Fraction
        The highest fee known to lead to these introductions (0: only without a fee).
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

        points = [(point.fee, point.revenue, point.welfare) for point in self.points]
        return draw_fees(points, self.points.index(self.best), self.guarantee, ax)


def fee_curve(model: Model) -> FeeCurve:
    """The points of the curve, from no fee to the fee that ends all introductions.

    Every breakpoint if the market is small; in a large one fees fall by a fixed ratio, unless that misses the promise.
    """
    ends = _Ends(model)
    promised = guarantee((ends.free.welfare - ends.world.welfare) * model.unit, ends.free.count)
    vertices = ends.breakpoints() if model.size <= _SMALL or not model.in_floats else ends.grid()
    points = [_point(model, vertex) for vertex in vertices]
    if model.size > _SMALL and model.usual and max(point.revenue for point in points) < promised:
        points = [_point(model, vertex) for vertex in ends.breakpoints()]
    return FeeCurve(tuple(points), promised, ends.solves)


@dataclass(frozen=True)
class _Vertex:
    """A matching that is best at some fee (in units), here with the highest such fee that is known."""

    fee: Fraction
    welfare: int
    introduced: tuple[Pair, ...]
    matching: Equilibrium

    @property
    def count(self) -> int:
        return len(self.introduced)


def _point(model: Model, vertex: _Vertex) -> FeePoint:
    """On the known and the introduced pairs the vertex's own matching is efficient, so it is a good start."""
    statement = model.statement
    state = State(model, vertex.introduced, statement.price_rule, statement.ties, vertex.matching)
    fee, earned, welfare = (number * model.unit for number in (vertex.fee, state.revenue, state.welfare))
    return FeePoint(fee, vertex.introduced, earned, welfare)


class _Ends:
    """The matchings without a fee (with most and with fewest introductions) and without a platform; more between."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.solves = 0
        self.busy = self._vertex(efficient_equilibrium(model, most=True))
        self.free = self._vertex(efficient_equilibrium(model))
        self.world = self._vertex(State(model, ()).equilibrium)

    def _vertex(self, found: Equilibrium, fee: Fraction = Fraction(0)) -> _Vertex:
        self.solves += 1
        return _Vertex(fee, self.model.worth(found.trades), tuple(introductions(self.model, found)), found)

    def breakpoints(self) -> list[_Vertex]:
        """Every matching that is best at some range of fees, by fee."""
        hull = [self.busy] if self.busy.count > self.free.count else []
        hull.append(self.free)
        pending = [(self.free, self.world)] if self.free.count else []
        while pending:
            low, high = pending.pop()
            fee = Fraction(low.welfare - high.welfare, low.count - high.count)
            between = self._vertex(efficient_with_extreme_prices(_charged(self.model, fee)))
            better = between.welfare - fee * between.count > high.welfare - fee * high.count
            if better and high.count < between.count < low.count:
                pending += [(between, high), (low, between)]
            else:
                hull.append(high)
        following = [*hull[1:], hull[-1]]
        slopes = [(a.welfare - b.welfare, max(a.count - b.count, 1)) for a, b in zip(hull, following, strict=True)]
        return [replace(vertex, fee=Fraction(*slope)) for vertex, slope in zip(hull, slopes, strict=True)]

    def grid(self) -> list[_Vertex]:
        """The matchings that a float solver finds best at fees that fall by a fixed ratio."""
        found: dict[tuple[Pair, ...], _Vertex] = {}
        fee = float(self.model.net[~self.model.known].max(initial=0))
        least = fee / (8 * max(self.free.count, 1))
        while fee > least and self.free.count:
            charged = Fraction(int(fee))
            matching = replace(self.busy.matching, seller_of=suggestion(_charged(self.model, charged)))
            vertex = self._vertex(matching, charged)
            found.setdefault(vertex.introduced, vertex)
            fee /= _RATIO
        return [self.busy, self.free, *reversed(found.values()), self.world]


def _charged(model: Model, fee: Fraction) -> Graph:
    """All pairs, the unknown ones at a fee; weights are multiplied by the fee's denominator."""
    net = model.net
    weights: Any = net if int(net.max(initial=0)) * fee.denominator <= SAFE else net.astype(object)
    weights = weights * fee.denominator
    return reweighted(model, integers(np.where(model.known, weights, weights - fee.numerator)))


def reweighted(model: Model, weights: Any) -> Graph:
    """The graph of all pairs with other weights, those below zero left out."""
    use = weights >= 0
    if model.complete:
        return Dense(weights.reshape(model.shape), ~use.reshape(model.shape))
    return Sparse(model.shape, model.buyers[use], model.sellers[use], weights[use])
