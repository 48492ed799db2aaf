"""One item, bidders whose values have laws of any form: ironed virtual values on finer and finer steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np

from dual.errors import Violation
from dual.kinds.mechanisms.axis import Axis, at
from dual.kinds.mechanisms.ranked import Majorants, Ranking, groups, lower, upper
from dual.kinds.mechanisms.statement import MechanismStatement
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.road.methods import Found

from .finite import unit_of

NAME: Final = "ranked"
STEPS: Final = (32, 128, 512, 2048)
"""Steps of each law, from round to round; what is lost falls with their square."""
CLOSE: Final = 1e-5
"""A relative gap that is enough where nothing else is asked."""
_INSIDE: Final = 8
"""Points inside each step at which the revenue curve is looked at."""
_BITS: Final = 60
"""Bits behind the point of heights."""
_LIFTS: Final = (1.02, 1.5, 3.0, 10.0)
"""Multiples of what was seen above the chords, until the checker sees nothing more."""

Point = tuple[Fraction, Fraction]


def solve_ranked(statement: MechanismStatement, effort: Effort) -> Found:
    """A ranking by ironed virtual values, and concave majorants of the revenue curves."""
    found = Found(_nobody(statement), None, NAME, rule="a ranking by ironed virtual values")
    effort.offer(found)
    close = CLOSE if effort.gap is None and effort.rounds is None else effort.gap or 0.0
    best = [Fraction(0), Fraction(0)]
    for rounds, count in enumerate(STEPS, 1):
        curves = [_Curve(axis, count) for axis, _ in groups(statement)]
        ranking, bounds = _ranking(statement, curves), _majorants(statement, curves)
        below = lower(statement, ranking)
        if below > best[0] or rounds == 1:
            best[0], found = below, replace(found, primal=ranking)
        if bounds is not None and (found.dual is None or bounds[0] < best[1]):
            best[1], found = bounds[0], replace(found, dual=bounds[1])
        found = replace(found, iterations=rounds)
        effort.offer(found)
        effort.tell(f"{count} steps: revenue in [{float(best[0]):.9g}, {float(best[1]):.9g}]")
        done = found.dual is not None and best[1] - best[0] <= Fraction(close) * abs(best[1])
        if done or rounds == effort.rounds or effort.exhausted():
            break
    return found


def _nobody(statement: MechanismStatement) -> Ranking:
    """Nobody but those of the highest value, who have no mass."""
    ends = [axis.right for axis, _ in groups(statement)]
    return Ranking(tuple((end,) for end in ends), ((Fraction(0),),) * len(ends))


class _Curve:
    """A revenue curve at the knots of even steps: points (q, R), from the lowest value on.

    Attributes
    ----------
    axis : Axis
    values, points : list
        Knots with their probability of more, and revenue.
    """

    def __init__(self, axis: Axis, count: int) -> None:
        self.axis = axis
        width = axis.right - axis.left
        self.values, self.points = list[Fraction](), list[Point]()
        for k in range(count + 1):
            v = axis.left + width * Fraction(k, count)
            q = 1 - at(axis.cumulative, v)
            if not self.points or q < self.points[-1][0]:
                self.values.append(v)
                self.points.append((q, v * q))
        self.values[-1] = axis.right

    def hull(self, heights: Sequence[Fraction]) -> list[int]:
        """The knots at which the least concave function above heights bends."""
        kept = list[int]()
        for k, (q, _) in enumerate(self.points):
            while len(kept) > 1:
                a, b = kept[-2], kept[-1]
                (qa, _), (qb, _) = self.points[a], self.points[b]
                if (heights[b] - heights[a]) * (qa - q) > (heights[k] - heights[a]) * (qa - qb):
                    break
                kept.pop()
            kept.append(k)
        return kept

    def slopes(self, kept: Sequence[int]) -> list[Fraction]:
        """What more of a probability earns between knots."""
        ends = [self.points[k] for k in kept]
        return [(high[1] - low[1]) / (high[0] - low[0]) for low, high in pairwise(ends)]

    def lifted(self, factor: float) -> tuple[list[Fraction], list[Fraction]]:
        """Knots and heights of a concave function above the curve, not only at the knots."""
        kept = self.hull([r for _, r in self.points])
        q, r = (np.array([float(one) for one in part]) for part in zip(*self.points, strict=True))
        height = np.interp(-q, -q[kept], r[kept])
        values = np.array([float(v) for v in self.values])
        inside = (np.arange(_INSIDE) + 0.5) / _INSIDE
        v = values[:-1, None] + np.diff(values)[:, None] * inside
        more = 1 - np.polynomial.Polynomial([float(a) for a in self.axis.cumulative])(v)
        share = (more - q[1:, None]) / np.diff(-q)[:, None]
        over: Floats = (v * more - (height[1:, None] * (1 - share) + height[:-1, None] * share)).max(axis=1)
        size = max(abs(values[0]), abs(values[-1]))
        over = np.maximum(over, 0.0) * factor + size * 1e-15
        height += np.maximum(np.append(over, 0.0), np.append(0.0, over))
        unit = unit_of([self.axis.left, self.axis.right]) / (1 << _BITS)
        heights = [Fraction(int(np.ceil(h / float(unit)))) * unit for h in height]
        # From probability 0 on, revenue rises by at most the highest value.
        heights[-1] = Fraction(0)
        heights[-2] = max(heights[-2], self.axis.right * self.points[-2][0])
        kept = self.hull(heights)
        return [self.values[k] for k in kept], [heights[k] for k in kept]


def _ranking(statement: MechanismStatement, curves: Sequence[_Curve]) -> Ranking:
    """Ranks by the slopes of the curves' hulls, from the item's cost on."""
    cost, listed = statement.cost(0), list[list[tuple[Fraction, Fraction]]]()
    for curve in curves:
        kept = curve.hull([r for _, r in curve.points])
        slopes = zip(curve.slopes(kept), kept, strict=False)
        listed.append([(slope, curve.values[k]) for slope, k in slopes if slope > cost])
    rank = {slope: Fraction(k) for k, slope in enumerate(sorted({slope for own in listed for slope, _ in own}))}
    never = _nobody(statement)
    return Ranking(
        tuple(tuple(v for _, v in own) or never.thresholds[g] for g, own in enumerate(listed)),
        tuple(tuple(rank[slope] for slope, _ in own) or never.ranks[g] for g, own in enumerate(listed)),
    )


def _majorants(statement: MechanismStatement, curves: Sequence[_Curve]) -> tuple[Fraction, Majorants] | None:
    for factor in _LIFTS:
        knots, heights = zip(*(curve.lifted(factor) for curve in curves), strict=True)
        dual = Majorants(tuple(map(tuple, knots)), tuple(map(tuple, heights)))
        try:
            return upper(statement, dual), dual
        except Violation:
            continue
    return None
