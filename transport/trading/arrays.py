"""From arrays to exact statements and back: values read without rounding, markets as graphs of integers."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from dual.errors import InputError, Undecided
from dual.kinds.trading.statement import TradingNetworkStatement
from dual.kinds.trading.valuations import Pair, Valuations
from dual.numbers.arrays import Array
from transport.programs.arrays import Integers, Numbers

from .graph import FLOAT_BITS, Dense, Graph, Sparse, integers

MAX_TABLE = 30_000_000
"""Values given by buyer are not written out for more pairs than this, some hundreds of megabytes."""
_DENSE = 0.05
"""From this share of the possible pairs on, a graph is stored as a matrix."""


def exact_values(values: object) -> object:
    """Read an array of floats or integers, or SciPy's sparse one, at once; leave anything else to the checker.

    A float is the dyadic rational it is; the result shares one denominator, a power of two.

    Raises
    ------
    InputError
        If an entry is negative or not finite.
    """
    if hasattr(values, "tocoo"):
        coo = values.tocoo()
        values = {
            "pairs": list(zip(coo.row.tolist(), coo.col.tolist(), coo.data.tolist(), strict=True)),
            "shape": coo.shape,
        }
    if isinstance(values, Array) and len(values.shape) == 2 and not values.is_float:
        wide = range(values.shape[1])
        lines = tuple(array("q", map(int, part.data)) for part in values.parts())
        for i, line in enumerate(lines):
            if min(line) < 0:
                j = next(j for j, entry in enumerate(line) if entry < 0)
                raise InputError(f"{float(values.at(i, j))} is negative; a value is >= 0", f"values[{i}][{j}]")
        return Valuations((len(lines), len(wide)), (wide,) * len(lines), lines, values.denominator)
    if not isinstance(values, np.ndarray) or values.ndim != 2 or values.dtype.kind not in "fiu" or not values.size:
        return values
    wrong = np.argwhere(~np.isfinite(values) | (values < 0)) if values.dtype.kind == "f" else np.argwhere(values < 0)
    if len(wrong):
        i, j = wrong[0].tolist()
        number = values[i, j].item()
        what = "negative; a value is >= 0" if number < 0 else "not a finite number"
        raise InputError(f"{number} is {what}", f"values[{i}][{j}]")
    if values.dtype.kind == "u" and values.dtype.itemsize == 8:
        return values.tolist()
    scaled = (values.astype(np.int64), 1) if values.dtype.kind in "iu" else _dyadic(values.astype(np.float64))
    if scaled is None:
        return values.tolist()
    whole, denominator = scaled
    rows = tuple(array("q", row.tobytes()) for row in whole)
    width = range(values.shape[1])
    return Valuations((len(rows), len(width)), (width,) * len(rows), rows, denominator)


def possible_pairs(values: Any) -> Any:
    """Values without those that are None or NaN, by pair; itself if all are there."""
    if isinstance(values, (Mapping, Array)) or not hasattr(values, "__len__"):
        return values
    rows = values.tolist() if hasattr(values, "tolist") else values
    found = [
        [i, j, entry]
        for i, row in enumerate(rows)
        for j, entry in enumerate(row)
        if not (entry is None or (isinstance(entry, float) and math.isnan(entry)))
    ]
    width = max(map(len, rows), default=0)
    return {"pairs": found, "shape": [len(rows), width]} if len(found) < len(rows) * width else values


def _dyadic(values: Any) -> tuple[Integers, int] | None:
    """Floats >= 0 as 64-bit integers over the least power of two, if they fit."""
    mantissa, exponent = np.frexp(values)
    whole = np.ldexp(mantissa, 53).astype(np.int64)
    used = whole != 0
    if not used.any():
        return whole, 1
    low = whole & -whole
    zeros = np.frexp(low.astype(np.float64))[1].astype(np.int64) - 1
    least = min(int((exponent.astype(np.int64) - 53 + zeros)[used].min()), 0)
    shift = exponent.astype(np.int64) - 53 - least
    if int((shift + 53)[used].max()) > 62:
        return None
    shift[~used] = 0
    return np.where(shift >= 0, whole << np.maximum(shift, 0), whole >> np.maximum(-shift, 0)), 1 << -least


class Model:
    """A statement as arrays: net values in units, and graphs of the pairs that know each other.

    Attributes
    ----------
    statement : TradingNetworkStatement
    unit : Fraction
        What the integers are multiples of.
    costs : array, shape (m,)
        In units.
    """

    def __init__(self, statement: TradingNetworkStatement) -> None:
        self.statement = statement
        self.shape = statement.values.shape
        self.unit = statement.unit
        self._factor = int(1 / self.unit) // statement.values.denominator
        self.costs = integers(int(cost / self.unit) for cost in statement.costs)

    @cached_property
    def net(self) -> Numbers:
        """Net values of all pairs, buyer by buyer."""
        values = self.statement.values
        if values.by_buyer and values.pairs() > MAX_TABLE:
            n, m = self.shape
            raise Undecided(
                f"values by buyer stand for {n} x {m} pairs; at most {MAX_TABLE} are gone through one by one"
            )
        if values.by_buyer:
            amounts: Numbers = np.repeat(self._by_buyer, self.shape[1])
        elif all(isinstance(row, array) for row in values.amounts):
            whole = np.concatenate([np.asarray(row, dtype=np.int64) for row in values.amounts if row])
            amounts = integers(whole.astype(object) * self._factor) if self._factor > 1 else integers(whole)
        else:
            amounts = integers(self._factor * a for row in values.amounts for a in row)
        return integers(amounts - self.costs[self.sellers]) if self.costs.any() else amounts

    @cached_property
    def in_floats(self) -> bool:
        """Whether net values, in units or not, are well within the range of floats."""
        top = max(abs(int(self.net.max(initial=0))), abs(int(self.net.min(initial=0))))
        away = max(self.unit.denominator.bit_length(), top.bit_length())
        return away <= FLOAT_BITS

    @cached_property
    def _by_buyer(self) -> Numbers:
        """The value of each buyer to whom all sellers are alike."""
        return integers(self._factor * row[0] for row in self.statement.values.amounts)

    @cached_property
    def buyers(self) -> Integers:
        """The buyer of each pair that has a value, ascending."""
        return np.repeat(np.arange(self.shape[0]), [len(who) for who in self.statement.values.sellers])

    @cached_property
    def sellers(self) -> Integers:
        """The seller of each pair, ascending for each buyer."""
        if self.complete:
            return np.tile(np.arange(self.shape[1]), self.shape[0])
        who = [np.asarray(who, dtype=np.int64) for who in self.statement.values.sellers]
        return np.concatenate(who)

    @cached_property
    def complete(self) -> bool:
        """Whether every pair has a value."""
        return self.statement.values.dense

    def of_buyer(self, i: int) -> Integers:
        """The places of a buyer's pairs."""
        start, end = np.searchsorted(self.buyers, (i, i + 1)).tolist()
        return np.arange(start, end)

    def of_seller(self, j: int) -> Integers:
        """The places of a seller's pairs."""
        start, end = self._seller_starts[j], self._seller_starts[j + 1]
        return self._by_seller[start:end]

    @cached_property
    def _by_seller(self) -> Integers:
        return np.argsort(self.sellers, kind="stable")

    @cached_property
    def _seller_starts(self) -> list[int]:
        starts: list[int] = np.searchsorted(self.sellers[self._by_seller], np.arange(self.shape[1] + 1)).tolist()
        return starts

    @property
    def usual(self) -> bool:
        """Whether prices are the largest and ties friendly: the rules under which branching on trades ends."""
        return (self.statement.price_rule, self.statement.ties) == ("largest", "platform")

    @property
    def size(self) -> int:
        """How many pairs have a value."""
        return len(self.net)

    def worth(self, trades: Iterable[Pair]) -> int:
        """The net value of some trades, in units."""
        return int(sum(self.net[self.places(trades)].tolist()))

    def places(self, pairs: Iterable[Pair]) -> Integers:
        """Where some pairs stand among all."""
        asked = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        keys = asked[:, 0] * self.shape[1] + asked[:, 1]
        return keys if self.complete else np.searchsorted(self.buyers * self.shape[1] + self.sellers, keys)

    @cached_property
    def _matrix(self) -> tuple[Numbers, Any]:
        """Net values as a matrix, and where there is no pair."""
        if self.complete:
            return self.net.reshape(self.shape), np.zeros(self.shape, bool)
        matrix = np.zeros(self.shape, self.net.dtype)
        absent = np.ones(self.shape, bool)
        matrix[self.buyers, self.sellers], absent[self.buyers, self.sellers] = self.net, False
        return matrix, absent

    def numbers(self, places: Any) -> Any:
        """The checker's number of a pair, or of several, by place: (i, j) is ``i m + j``."""
        return self.buyers[places] * self.shape[1] + self.sellers[places]

    @cached_property
    def known(self) -> Any:
        """Which of the pairs know each other."""
        mask = np.full(len(self.net), self.statement.known is None)
        if self.statement.known is not None:
            mask[self.places(self.statement.known_pairs)] = True
        return mask

    def graph(self, introduced: Iterable[Pair] | None = ()) -> Graph:
        """The pairs that know each other and some introductions; every pair if ``introduced`` is None."""
        values, known = self.statement.values, self.statement.known
        if introduced is None or known is None:
            use = None
        elif values.by_buyer and sum(map(len, known)) + len(introduced := list(introduced)) < _DENSE * values.pairs():
            rows, columns = np.array([*self.statement.known_pairs, *introduced], dtype=np.int64).reshape(-1, 2).T
            return Sparse(self.shape, rows, columns, integers(self._by_buyer[rows] - self.costs[columns]))
        else:
            use = self.known.copy()
            use[self.places(introduced)] = True
        return self.part(use)

    def part(self, use: Any | None) -> Graph:
        """The graph of some of the pairs, given as booleans; of all if None."""
        count = len(self.net) if use is None else int(use.sum())
        if count < _DENSE * self.shape[0] * self.shape[1]:
            where = slice(None) if use is None else np.flatnonzero(use)
            return Sparse(self.shape, self.buyers[where], self.sellers[where], self.net[where])
        matrix, absent = self._matrix
        if use is not None and not use.all():
            absent = absent.copy()
            absent[self.buyers[~use], self.sellers[~use]] = True
        return Dense(matrix, absent)

    def exact(self, whole: Iterable[int] | Numbers) -> list[Fraction]:
        """Integers in units as exact numbers."""
        numbers = whole.tolist() if isinstance(whole, np.ndarray) else whole
        denominator = int(1 / self.unit)
        return [Fraction(int(number), denominator) for number in numbers]
