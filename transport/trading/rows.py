"""Many rows of envy at once: their terms within bounds, in floats or exact.

:mod:`dual.kinds.trading.revenue` says what a row states and how bounds strengthen it: within bounds a market is one of
the values ``q_ij = w_ij - u_i - p_j``, where u and p are the least utilities and prices, and a row's floors count from
there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dual.kinds.trading.envy import SLOPES
from transport.programs.arrays import Integers, Numbers

from .arrays import Model
from .bounds import Bounds, Flags
from .envy import Row


@dataclass(frozen=True, eq=False)
class Inside:
    """The terms of rows within bounds, in units.

    Attributes
    ----------
    left : array, shape (rows,)
        What floors and bounds leave of the pair's value; a row says nothing where it is zero.
    row, place, hers : arrays, shape (terms,)
        Of a term: its row, its pair, and whether it is one of the seller's.
    slope : array, shape (terms,)
        Of the utility or the price above its bound; 0 where the term is capped, which is ``left`` times the trade.
    capped : array of bool, shape (terms,)
    """

    left: Any
    row: Integers
    place: Integers
    hers: Any
    slope: Any
    capped: Any


Pairs = dict[Row, tuple[Integers, Flags, Flags]]
"""Of a row the places of its terms, whether they are the seller's, and whether they are capped."""


class Rows:
    """Rows of envy with the pairs that they speak of.

    Parameters
    ----------
    model : Model
    rows : sequence of Row
    pairs : dict, optional
        Where the pairs of rows are kept for later.
    """

    def __init__(self, model: Model, rows: Sequence[Row], pairs: Pairs | None = None) -> None:
        self.model = model
        self.rows = list(rows)
        kept = {} if pairs is None else pairs
        for row in self.rows:
            if row not in kept:
                kept[row] = self._pairs(row)
        self._parts = [kept[row] for row in self.rows]
        self.places = np.array([row.place for row in self.rows], dtype=np.int64)

    def _pairs(self, row: Row) -> tuple[Integers, Flags, Flags]:
        """The places of a row's terms, whether they are the seller's, and whether they are capped."""
        model = self.model
        i, j = int(model.buyers[row.place]), int(model.sellers[row.place])
        his, hers = model.of_buyer(i), model.of_seller(j)
        hers = hers[hers != row.place]
        caps = np.zeros(len(his) + len(hers), bool)
        caps[: len(his)] = his == row.place
        if row.sellers:
            caps[: len(his)] |= np.isin(model.sellers[his], list(row.sellers))
        if row.buyers:
            caps[len(his) :] = np.isin(model.buyers[hers], list(row.buyers))
        return np.concatenate([his, hers]), np.arange(len(caps)) >= len(his), caps

    @cached_property
    def _terms(self) -> tuple[Integers, Integers, Any, Any]:
        parts = self._parts
        if not parts:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool), np.zeros(0, bool)
        places, hers, caps = (np.concatenate([part[k] for part in parts]) for k in range(3))
        return np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts]), places, hers, caps

    @property
    def size(self) -> int:
        """How many terms the rows have at most."""
        return sum(len(places) for places, _, _ in self._parts)

    @cached_property
    def floors(self) -> tuple[Numbers, Numbers]:
        """Of utility and of price, in units."""
        kind = self.model.net.dtype
        first, second = (np.array([row.floors[k] for row in self.rows], dtype=kind) for k in range(2))
        return first, second

    def inside(self, bounds: Bounds, *, exact: bool, may: Flags | None = None) -> Inside:
        """The terms of the pairs that may trade; slopes are multiples of 2^-18, as numerators if exact."""
        may = bounds.may if may is None else may
        model = self.model
        i, j = model.buyers[self.places], model.sellers[self.places]
        worth = model.net[self.places] - bounds.utility_low[i] - bounds.price_low[j]
        floors = [
            np.maximum(self.floors[0] - bounds.utility_low[i], 0),
            np.maximum(self.floors[1] - bounds.price_low[j], 0),
        ]
        left = np.maximum(worth - floors[0] - floors[1], 0)
        row, place, hers, caps = self._terms
        use = may[place] & (left > 0)[row]
        row, place, hers, caps = row[use], place[use], hers[use], caps[use]
        value = model.net[place] - bounds.utility_low[model.buyers[place]] - bounds.price_low[model.sellers[place]]
        floor = np.where(hers, floors[1][row], floors[0][row])
        slope = _slopes(value, floor, left[row], exact)
        slope[caps] = 0
        some = caps | (slope > 0)
        return Inside(left, row[some], place[some], hers[some], slope[some], caps[some])


def _slopes(value: Numbers, floor: Numbers, left: Numbers, exact: bool) -> Any:
    """The checker's slopes, ``min((value - floor)+, left) / min(value, floor + left)`` rounded up."""
    above = np.minimum(np.maximum(value - floor, 0), left)
    base = np.maximum(np.minimum(value, floor + left), 1)
    if exact:
        return -(-(above.astype(object) << SLOPES) // base)
    return np.ceil(above.astype(np.float64) / base.astype(np.float64) * 2**SLOPES) / 2**SLOPES
