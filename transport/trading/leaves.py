"""Bounds on revenue from multipliers of envy, within bounds on utilities and prices.

Whatever the multipliers d are, the best a and b that go with them are the prices of an assignment problem, and that is
solved exactly; so only d is rounded, and to simple fractions where it is near them. Most bounds are found in floats
whose profits are rounded up to a grid of integers: that is quick, and no less true for the checker, who counts again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from dual.kinds.trading.envy import SLOPES
from transport.programs.arrays import Integers, Numbers
from transport.programs.rounding import dyadic, simple_or_dyadic

from .arrays import Model
from .bounds import Bounds
from .envy import Row
from .graph import SAFE, Dense, Graph, Sparse, integers
from .prices import efficient_with_extreme_prices
from .rows import Pairs, Rows

_SIMPLE, _NEAR = 60, 1e-7
"""Multipliers of envy are fractions with such denominators in small markets, if one is so near."""
_BITS = 24
"""Of multipliers that are no simple fractions, and of a common denominator: longer ones make leaves dear to check."""
_GRID = 34
"""Bits of the largest profit on the grid."""
_ROUNDING = 1e-12
"""The share of its terms by which a sum of floats may be wrong: some thousand roundings."""
_FEW_TERMS = 1_000
"""Rows with no more terms are multiplied out exactly within some milliseconds."""
_SMALL = 250_000
"""Up to this many entries the assignment problem is a matrix."""


@dataclass(frozen=True, eq=False)
class Leaf:
    """Multipliers of buyers and sellers for a part of the tree, and the bound on revenue that they prove there.

    Attributes
    ----------
    bound : float or Fraction
        In units; a float is right but for its rounding.
    buyers, sellers : arrays
        In multiples of ``step`` units.
    step : Fraction
    excess : array, shape (pairs,)
        What the two leave of each pair's profit, in units.
    doubt : float
        By how much the bound may be wrong; 0 if it is exact.
    """

    bound: float | Fraction
    buyers: Any
    sellers: Any
    step: Fraction
    excess: Any
    doubt: float


class Multipliers:
    """Multipliers of rows of envy.

    Parameters
    ----------
    model : Model
    envy : sequence of (Row, float)
    pairs : dict, optional
        Where the pairs of some of the rows may be found already.
    """

    def __init__(self, model: Model, envy: Sequence[tuple[Row, float]], pairs: Pairs | None = None) -> None:
        self.model = model
        exact = _simple(envy)
        self.weights = [weight for _, weight in exact]
        self.rows = Rows(model, [row for row, _ in exact], pairs)
        self.scale = math.lcm(*(weight.denominator for weight in self.weights))
        self.unknown = ~model.known

    @cached_property
    def _floats(self) -> Any:
        return np.array([float(weight) for weight in self.weights])

    @cached_property
    def _integers(self) -> Any:
        return np.array([int(weight * self.scale) for weight in self.weights], dtype=object)

    def leaf(self, bounds: Bounds, *, exact: bool = False) -> Leaf:
        """The best bound within bounds, with the multipliers that prove it."""
        model = self.model
        places = np.flatnonzero(bounds.may)
        profit, paid = self._profits(bounds, places, exact)
        if exact:
            step = Fraction(1, self.scale << SLOPES)
            weights = integers(profit)
        else:
            top = float(np.abs(profit).max(initial=1.0))
            step = Fraction(2) ** (math.frexp(top)[1] - _GRID)
            weights = np.ceil(profit / float(step)).astype(np.int64)
        i, j = model.buyers[places], model.sellers[places]
        # A large reward for everyone who must trade, taken back from her multiplier afterwards.
        reward = 1 + 2 * (min(model.shape) + 1) * int(np.abs(weights).max(initial=0))
        if 3 * reward > SAFE:
            weights = weights.astype(object)
        must = [flags.astype(np.int64).astype(weights.dtype) for flags in (bounds.buyer_must, bounds.seller_must)]
        weights = weights + reward * (must[0][i] + must[1][j])
        a, b = (np.zeros(size, weights.dtype) for size in model.shape)
        (who, row), (whom, column) = (np.unique(side, return_inverse=True) for side in (i, j))
        if len(places):
            found = efficient_with_extreme_prices(_graph((len(who), len(whom)), row, column, weights))
            a[who], b[whom] = found.utilities - reward * must[0][who], found.prices - reward * must[1][whom]
        total = sum(a.tolist()) + sum(b.tolist())
        bound = Fraction(total - paid) * step if exact else total * float(step) - paid
        if exact:
            excess = (profit.astype(object) - a[i].astype(object) - b[j].astype(object)) * step
            return Leaf(bound, a, b, step, excess, 0.0)
        excess = profit - (a[i] + b[j]) * float(step)
        doubt = _ROUNDING * (float(np.abs(a).sum() + np.abs(b).sum()) * float(step) + paid)
        return Leaf(bound, a, b, step, excess, doubt)

    @property
    def quick(self) -> bool:
        """Whether exact bounds are found about as quickly as those in floats."""
        return self.rows.size <= _FEW_TERMS

    def _profits(self, bounds: Bounds, places: Integers, exact: bool) -> tuple[Any, Any]:
        """What each pair that may trade adds, and what the rows ask; in units, or exactly in multiples of the step."""
        model = self.model
        kind: Any = object if exact else np.float64
        inside = self.rows.inside(bounds, exact=exact)
        d = self._integers if exact else self._floats
        one: Any = self.scale << SLOPES if exact else 1.0
        cap = 1 << SLOPES if exact else 1.0
        left = inside.left.astype(kind)
        sums: list[Any] = []
        capped = inside.capped
        for use, what in (
            (~capped & ~inside.hers, inside.slope),
            (~capped & inside.hers, inside.slope),
            (capped, left[inside.row] * cap),
        ):
            found = np.zeros(model.size, kind)
            np.add.at(found, inside.place[use], (d[inside.row] * what)[use])
            sums.append(found[places])
        out, into, extra = sums
        i, j = model.buyers[places], model.sellers[places]
        least = bounds.price_low[j]
        worth = (model.net[places] - bounds.utility_low[i] - least).astype(kind)
        low, high = ((end - least).astype(kind) for end in bounds.pair_prices(model, places))
        unknown = self.unknown[places]
        slope = into + unknown * one - out
        paid = (least + model.costs[j]).astype(kind) * unknown * one
        profit = worth * out + np.maximum(slope * low, slope * high) + extra + paid
        return profit, sum((d * left * cap).tolist()) if exact else float(d @ left)

    def witness(self, leaf: Leaf) -> dict[str, object]:
        """A leaf as certificates have it."""
        unit = leaf.step * self.model.unit
        rows = zip(self.rows.rows, self.weights, strict=True)
        return {
            "buyers": [int(k) * unit for k in leaf.buyers],
            "sellers": [int(k) * unit for k in leaf.sellers],
            "known": [_stated(self.model, row, weight) for row, weight in rows],
        }


def _graph(shape: tuple[int, int], rows: Integers, columns: Integers, weights: Numbers) -> Graph:
    """The graph of some pairs, those with negative weights left out."""
    if shape[0] * shape[1] > _SMALL:
        use = weights >= 0
        return Sparse(shape, rows[use], columns[use], weights[use])
    matrix: Any = np.full(shape, -1, dtype=weights.dtype)
    matrix[rows, columns] = weights
    return Dense(matrix, matrix < 0)


def _simple(envy: Sequence[tuple[Row, float]]) -> list[tuple[Row, Fraction]]:
    """Multipliers as simple fractions, unless their common denominator is large."""
    exact = [(row, simple_or_dyadic(d, _SIMPLE, _NEAR, _BITS)) for row, d in envy]
    if math.lcm(*(weight.denominator for _, weight in exact)) > 2**_BITS:
        exact = [(row, dyadic(d, _BITS)) for row, d in envy]
    return [(row, weight) for row, weight in exact if weight > 0]


def _stated(model: Model, row: Row, weight: Fraction) -> list[object]:
    stated: list[object] = [int(model.buyers[row.place]), int(model.sellers[row.place]), weight]
    if row.sellers or row.buyers or any(row.floors):
        stated += [sorted(row.sellers), sorted(row.buyers)]
    return [*stated, *(floor * model.unit for floor in row.floors)] if any(row.floors) else stated
