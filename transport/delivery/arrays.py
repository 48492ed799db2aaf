"""A delivery market in integer arrays: what every method computes on, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from dual.errors import InputError
from dual.kinds.delivery.costs import Triple
from dual.kinds.delivery.statement import DeliveryStatement
from transport.programs.arrays import Numbers

MAX_CELLS = 50_000_000
"""Separable costs are written out for a general method only up to this many triples."""
_SAFE = 2**61
"""Integers stay below this in sums and multiples of them; above, arrays hold Python's, ten times slower."""


@dataclass(frozen=True, eq=False)
class Arrays:
    """Values and costs in integers over one denominator.

    The dtype is int64 where a thousandfold sum along any alternating path fits into it, else Python integers.

    Attributes
    ----------
    values : array, shape (B, S)
    centre : str or None
    first, second : arrays
        The legs of separable costs, as in :class:`~dual.kinds.delivery.costs.Costs`.
    cube : array, shape (K, B, S)
        Dense costs; empty if they are separable.
    denominator : int
    """

    values: Numbers
    centre: str | None
    first: Numbers
    second: Numbers
    cube: Numbers
    denominator: int

    @classmethod
    def of(cls, statement: DeliveryStatement, weight: int = 0) -> Arrays:
        """The arrays of a statement; ``weight`` multiplies the values by ``1 + weight``."""
        whole, costs = statement.whole, statement.whole.costs
        tables = [np.array(t, dtype=object) for t in (whole.values, costs.first, costs.second, costs.cube)]
        tables[0] = tables[0] * (1 + weight)
        largest = sum(max((abs(int(x)) for x in (t.max(), t.min())), default=0) for t in tables if t.size)
        if largest * 8000 * (sum(statement.shape) + 8) < _SAFE:
            tables = [t.astype(np.int64) for t in tables]
        return cls(tables[0], costs.centre, tables[1], tables[2], tables[3], whole.denominator)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The numbers of buyers, stores and couriers."""
        buyers, stores = self.values.shape
        return buyers, stores, len(self.first) if self.centre else len(self.cube)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return sum(int(table.size) for table in (self.values, self.first, self.second, self.cube))

    def chosen(self, buyers: Sequence[int], stores: Sequence[int], couriers: Sequence[int]) -> Arrays:
        """The market of some agents alone."""
        first, second, cube = self.first, self.second, self.cube
        if self.centre is None:
            cube = cube[np.ix_(couriers, buyers, stores)]
        else:
            first = first[np.ix_(couriers, stores if self.centre == "store" else buyers)]
            second = second[np.ix_(couriers if self.centre == "courier" else buyers, stores)]
        return Arrays(self.values[np.ix_(buyers, stores)], self.centre, first, second, cube, self.denominator)

    def boxed(self) -> Arrays:
        """The same numbers as Python integers."""
        values, first, second, cube = (t.astype(object) for t in (self.values, self.first, self.second, self.cube))
        return Arrays(values, self.centre, first, second, cube, self.denominator)

    @cached_property
    def largest(self) -> int:
        """The greatest value plus the greatest cost."""
        tables = (self.values, self.first, self.second, self.cube)
        return sum(int(table.max()) for table in tables if table.size)

    @property
    def small(self) -> bool:
        """Whether the integers fit into 64 bits, sums of them included."""
        return self.values.dtype != object

    def costs(self, couriers: Numbers, buyers: Numbers, stores: Numbers) -> Numbers:
        """Costs at broadcast index arrays."""
        if self.centre is None:
            found: Numbers = self.cube[couriers, buyers, stores]
        elif self.centre == "store":
            found = self.first[couriers, stores] + self.second[buyers, stores]
        elif self.centre == "buyer":
            found = self.first[couriers, buyers] + self.second[buyers, stores]
        else:
            found = self.first[couriers, buyers] + self.second[couriers, stores]
        return found

    def least(self, z: Numbers) -> tuple[Numbers, Numbers]:
        """``min over k of z_k + c_kij`` for all pairs, and the first courier who attains it."""
        if self.centre == "store":
            reach = z[:, None] + self.first
            return self.second + reach.min(axis=0), np.broadcast_to(reach.argmin(axis=0), self.values.shape)
        if self.centre == "buyer":
            reach = z[:, None] + self.first
            first = reach.argmin(axis=0)[:, None]
            return self.second + reach.min(axis=0)[:, None], np.broadcast_to(first, self.values.shape)
        if not len(z):
            raise InputError("there are no couriers", "costs")
        best = z[0] + self.table(0)
        who = np.zeros(self.values.shape, dtype=np.int64)
        for k in range(1, len(z)):
            table = z[k] + self.table(k)
            who[table < best] = k
            np.minimum(best, table, out=best)
        return best, who

    def best_gain_by_courier(self, u: Numbers, p: Numbers) -> Numbers:
        """The most that each courier could gain: ``max over pairs of v_ij - c_kij - u_i - p_j``."""
        if self.splits:
            return self.richest(u, p)[0]
        net = self.values - u[:, None] - p
        if self.centre in ("store", "buyer"):
            axis = 0 if self.centre == "store" else 1
            found: Numbers = ((net - self.second).max(axis=axis) - self.first).max(axis=1)
            return found
        return np.array([(net - self.table(k)).max() for k in range(self.shape[2])], dtype=net.dtype)

    @cached_property
    def splits(self) -> bool:
        """Whether gains are a courier's and buyer's number plus a courier's and store's."""
        v = self.values
        return self.centre == "courier" and not (v - v[:1] - v[:, :1] + v[0, 0]).any()

    def richest(self, u: Numbers, p: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """For every courier the greatest ``v_ij - c_kij - u_i - p_j``, and its pair, if gains split."""
        buyers = (self.values[:, 0] - self.values[0, 0] - u) - self.first
        stores = (self.values[0] - p) - self.second
        return buyers.max(axis=1) + stores.max(axis=1), buyers.argmax(axis=1), stores.argmax(axis=1)

    def table(self, k: int) -> Numbers:
        """``c_kij`` of one courier, for all pairs."""
        if self.centre is None:
            found: Numbers = self.cube[k]
        elif self.centre == "store":
            found = self.first[k] + self.second
        elif self.centre == "buyer":
            found = self.first[k][:, None] + self.second
        else:
            found = self.first[k][:, None] + self.second[k]
        return found

    @cached_property
    def gains(self) -> Numbers:
        """``v_ij - c_kij``, shape (B, S, K).

        Raises
        ------
        InputError
            If separable costs are too many to be written out.
        """
        if np.prod(self.shape, dtype=float) > MAX_CELLS:
            raise InputError(f"a general method writes out at most {MAX_CELLS} triples of costs", "costs")
        made: Numbers = self.values[:, :, None] - np.stack([self.table(k) for k in range(self.shape[2])], axis=2)
        return made

    def times(self, factor: int) -> Arrays:
        """The same numbers over ``factor`` times the denominator."""
        if factor == 1:
            return self
        if self.small and factor > 1000 and self.largest * factor * 8000 * (sum(self.shape) + 8) >= _SAFE * 1000:
            return self.boxed().times(factor)
        values, first, second, cube = (t * factor for t in (self.values, self.first, self.second, self.cube))
        return Arrays(values, self.centre, first, second, cube, self.denominator * factor)

    def fraction(self, value: int) -> Fraction:
        """An integer of the arrays as the number it stands for."""
        return Fraction(int(value), self.denominator)

    def fractions(self, values: Sequence[int] | Numbers) -> tuple[Fraction, ...]:
        """Integers of the arrays as the numbers they stand for."""
        return tuple(self.fraction(value) for value in values)


def sorted_trades(trades: Sequence[Sequence[int]]) -> tuple[Triple, ...]:
    """Transactions in the order of their buyers."""
    return tuple(sorted((int(i), int(j), int(k)) for i, j, k in trades))
