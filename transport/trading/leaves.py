"""Exact bounds on revenue from approximate multipliers of envy.

Whatever the multipliers d are, the best a and b that go with them are the prices of an assignment problem, and that is
solved exactly; so only d is rounded, and to simple fractions where it is near them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dual.revenue import SLOPES

from .arrays import Model
from .envy import Row
from .fees import reweighted
from .graph import Integers, integers
from .prices import equilibrium
from .relaxation import Point

_SIMPLE, _NEAR = 60, 1e-7
_BITS = 24


def simple(value: float) -> Fraction:
    """A fraction with a small denominator near a float, otherwise a dyadic one.

    Examples
    --------
    >>> simple(0.333333334), simple(0.7182818)
    (Fraction(1, 3), Fraction(12050769, 16777216))
    """
    near = Fraction(value).limit_denominator(_SIMPLE)
    return near if abs(near - Fraction(value)) < _NEAR else Fraction(round(value * 2**_BITS), 2**_BITS)


def leaf(
    model: Model, box: Mapping[int, tuple[int, int]], envy: Sequence[tuple[Row, float]]
) -> tuple[dict[str, object], Fraction]:
    """The witness ``{"buyers": a, "sellers": b, "known": rows}`` of a leaf, and the bound that it proves.

    Parameters
    ----------
    model : Model
    box : mapping from places of pairs to (low, high)
    envy : sequence of (Row, float)
        Rows of the relaxation with approximate multipliers.
    """
    priced = _Priced.by(model, envy)
    profit, scale = priced.profit, priced.scale
    forced = [place for place, (low, _) in box.items() if low]
    free = profit.copy()
    for place in forced:
        i, j = model.buyers[place], model.sellers[place]
        free[(model.buyers == i) | (model.sellers == j)] = -1
    free[[place for place, (_, high) in box.items() if not high]] = -1
    found = equilibrium(reweighted(model, integers(free)))
    a, b = found.utilities.astype(object), found.prices.astype(object)
    total = int(a.sum()) + int(b.sum()) - priced.paid
    for place in forced:
        # A pair that must trade pays its own multipliers back, so these may be as high as its rivals ask.
        i, j = model.buyers[place], model.sellers[place]
        a[i], b[j] = int(profit[model.buyers == i].max()), int(profit[model.sellers == j].max())
        total += int(profit[place])
    return priced.witness(model, a, b), math.floor(Fraction(total, scale)) * model.unit


def closing(
    model: Model, box: Mapping[int, tuple[int, int]], point: Point, scale: float, most: int
) -> tuple[dict[str, object], Integers]:
    """A witness as of a leaf, and the places of the pairs with whose trade it bounds revenue by some units at most.

    Here a and b are the relaxation's own: what they leave to a pair that does not trade is what closes it.

    Parameters
    ----------
    model : Model
    box : mapping from places of pairs to (low, high)
    point : Point
        An optimum of the relaxation within the box.
    scale : float
        Its unit, in units of the values.
    most : int
        In units of the values.
    """
    priced = _Priced.by(model, point.envy)
    a, b = (
        np.array([round(max(k, 0.0) * scale * priced.scale) for k in side.tolist()], dtype=priced.profit.dtype)
        for side in (point.buyers, point.sellers)
    )
    excess = priced.profit - a[model.buyers] - b[model.sellers]
    decided = np.zeros(model.size, bool)
    decided[list(box)] = True
    free = ~decided & (model.net >= 0)
    above = [*excess[free & (excess > 0)].tolist(), *excess[[p for p, (low, _) in box.items() if low]].tolist()]
    total = sum(a.tolist()) + sum(b.tolist()) + sum(above) - priced.paid
    # A bound may be lowered to the next multiple of the unit.
    slack = (most + 1) * priced.scale - 1 - total
    return priced.witness(model, a, b), np.flatnonzero(free & (excess <= min(slack, 0)))


@dataclass(frozen=True, eq=False)
class _Priced:
    """What exact multipliers of envy make of every pair, in units over ``scale``; ``paid`` is ``sum of d h``."""

    rows: list[tuple[Row, Fraction]]
    scale: int
    paid: int
    profit: Any

    @classmethod
    def by(cls, model: Model, envy: Sequence[tuple[Row, float]]) -> _Priced:
        exact = _simple(envy)
        scale = math.lcm(*(weight.denominator for _, weight in exact))
        weights = [(row, int(weight * scale)) for row, weight in exact]
        paid = sum(d * _left(model, row) for row, d in weights) << SLOPES
        scale <<= SLOPES
        return cls(exact, scale, paid, _profits(model, weights, scale))

    def witness(self, model: Model, a: Any, b: Any) -> dict[str, object]:
        """The multipliers as certificates have them."""
        denominator = self.scale * int(1 / model.unit)
        return {
            "buyers": [Fraction(int(k), denominator) for k in a],
            "sellers": [Fraction(int(k), denominator) for k in b],
            "known": [_stated(model, row, weight) for row, weight in self.rows],
        }


def _simple(envy: Sequence[tuple[Row, float]]) -> list[tuple[Row, Fraction]]:
    """Multipliers as simple fractions, unless their common denominator is large."""
    exact = [(row, simple(d)) for row, d in envy]
    if math.lcm(*(weight.denominator for _, weight in exact)) > 2**_BITS:
        exact = [(row, Fraction(round(d * 2**_BITS), 2**_BITS)) for row, d in envy]
    return [(row, weight) for row, weight in exact if weight > 0]


def _left(model: Model, row: Row) -> int:
    """What the floors leave of the pair's value."""
    return int(model.net[row.place]) - sum(row.floors)


def _stated(model: Model, row: Row, weight: Fraction) -> list[object]:
    stated: list[object] = [int(model.buyers[row.place]), int(model.sellers[row.place]), weight]
    if row.sellers or row.buyers or any(row.floors):
        stated += [sorted(row.sellers), sorted(row.buyers)]
    return [*stated, *(floor * model.unit for floor in row.floors)] if any(row.floors) else stated


def _profits(model: Model, rows: Sequence[tuple[Row, int]], scale: int) -> Any:
    """``w max(D, D' + [unknown]) + C + c [unknown]`` for every pair, -1 where trade makes a loss."""
    n, m = model.shape
    plain_out, plain_in = [0] * n, [0] * m
    others = []
    for row, d in rows:
        if row.sellers or row.buyers or any(row.floors):
            others.append((row, d))
        else:
            plain_out[int(model.buyers[row.place])] += d << SLOPES
            plain_in[int(model.sellers[row.place])] += d << SLOPES
    # No slope exceeds one, and no term what the floors leave.
    size = int(np.abs(model.net).max(initial=0)) + int(model.costs.max(initial=0))
    most = scale + (sum(d for _, d in rows) << SLOPES)
    kind: Any = np.int64 if most * size < 2**60 and model.net.dtype != object else object
    net, costs = model.net.astype(kind), model.costs.astype(kind)
    unknown = (~model.known).astype(np.int64).astype(kind) * scale
    out, into = np.array(plain_out, dtype=kind)[model.buyers], np.array(plain_in, dtype=kind)[model.sellers]
    extra = costs[model.sellers] * unknown
    for row, d in others:
        left = _left(model, row)
        places = (model.of_buyer(model.buyers[row.place]), model.of_seller(model.sellers[row.place]))
        sides = (
            (places[0], model.sellers, row.sellers, row.floors[0], out),
            (places[1], model.buyers, row.buyers, row.floors[1], into),
        )
        for where, partner, capped, floor, more in sides:
            caps = np.isin(partner[where], list(capped)) & (where != row.place)
            rest = where[~caps & (where != row.place)]
            extra[where[caps]] += d * left << SLOPES
            more[rest] += d * _slopes(net[rest], floor, left)
        extra[row.place] += d * left << SLOPES
    profit = net * np.maximum(out, into + unknown) + extra
    profit[net < 0] = -1
    return profit


def _slopes(net: Any, floor: int, left: int) -> Any:
    """The checker's slopes of some pairs."""
    above = np.minimum(np.maximum(net - floor, 0), left)
    return -(-(above << SLOPES) // np.maximum(np.minimum(net, floor + left), 1))
