"""The pairs on which trade is possible, as arrays of integers: what every algorithm on markets runs on.

Net values ``w_ij = v_ij - c_j`` stand as 64-bit integers where their size allows, as Python integers otherwise; either
way nothing is rounded.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np

from transport.programs.arrays import Booleans, Integers, Numbers

"""Integers of either representation."""

SAFE = 2**60
"""Net values of at most this size are added and subtracted as 64-bit integers."""
FLOAT_BITS = 900
"""Integers of more bits are not turned into floats, which end at 1,024; the rest is room for sums and products."""
_CHUNK = 250_000
"""Entries looked at together: few enough to stay in the processor's cache."""


class Graph(ABC):
    """A bipartite graph of buyers and sellers with an integer weight on each pair."""

    shape: tuple[int, int]

    @property
    @abstractmethod
    def dtype(self) -> np.dtype[Any]:
        """``int64`` or ``object``."""

    @cached_property
    @abstractmethod
    def swapped(self) -> Graph:
        """The same graph with the sides exchanged."""

    @abstractmethod
    def weights(self, rows: Integers, columns: Integers) -> Numbers:
        """The weights of some pairs, all of which must be in the graph."""

    @abstractmethod
    def offers(self, columns: Integers, prices: Numbers, floor: Numbers) -> tuple[Integers, Numbers, Integers]:
        """Which rows some columns offer more than a floor: ``max_j w_ij - prices_j > floor_i`` over the columns.

        Returns
        -------
        rows, gains, sources
            The rows where that is so, the maximum, and a column that attains it.
        """

    @abstractmethod
    def tight(self, utilities: Numbers, prices: Numbers) -> tuple[Integers, Integers]:
        """The pairs with ``w_ij = utilities_i + prices_j``, in order."""

    @abstractmethod
    def floats(self) -> Any:
        """The weights for a float solver: a matrix with ``-inf`` for no pair, or a list of pairs (rows, columns, w)."""


class Dense(Graph):
    """A graph stored as a matrix; ``absent`` marks what is no pair."""

    def __init__(self, matrix: Numbers, absent: Booleans | None = None) -> None:
        self.shape = (matrix.shape[0], matrix.shape[1])
        self.absent = absent if absent is not None and absent.any() else None
        self.matrix = np.ascontiguousarray(matrix)
        if self.absent is not None:
            self.matrix = np.where(self.absent, -_beyond(self.matrix), self.matrix)

    @property
    def dtype(self) -> np.dtype[Any]:
        """``int64`` or ``object``."""
        return self.matrix.dtype

    @cached_property
    def swapped(self) -> Dense:
        """The same graph with the sides exchanged."""
        other = Dense.__new__(Dense)
        other.shape = (self.shape[1], self.shape[0])
        other.absent = None if self.absent is None else np.ascontiguousarray(self.absent.T)
        other.matrix = np.ascontiguousarray(self.matrix.T)
        other.__dict__["swapped"] = self
        return other

    def weights(self, rows: Integers, columns: Integers) -> Numbers:
        """The weights of some pairs."""
        return self.matrix[rows, columns]

    def offers(self, columns: Integers, prices: Numbers, floor: Numbers) -> tuple[Integers, Numbers, Integers]:
        """Which rows some columns offer more than a floor."""
        by_column = self.swapped.matrix
        best, source = floor.copy(), np.full(self.shape[0], -1, dtype=np.int64)
        step = max(1, _CHUNK // max(self.shape[0], 1))
        for start in range(0, len(columns), step):
            part = columns[start : start + step]
            gains = by_column[part] - prices[start : start + step, None]
            most = gains.max(axis=0)
            rows = np.flatnonzero(most > best)
            best[rows] = most[rows]
            source[rows] = part[gains[:, rows].argmax(axis=0)]
        rows = np.flatnonzero(source >= 0)
        return rows, best[rows], source[rows]

    def tight(self, utilities: Numbers, prices: Numbers) -> tuple[Integers, Integers]:
        """The pairs with ``w_ij = utilities_i + prices_j``, in order."""
        step = max(1, _CHUNK // max(self.shape[1], 1))
        found = []
        for start in range(0, self.shape[0], step):
            part = slice(start, start + step)
            rows, columns = np.nonzero(self.matrix[part] - prices == utilities[part, None])
            found.append((rows + start, columns))
        return np.concatenate([rows for rows, _ in found]), np.concatenate([columns for _, columns in found])

    def floats(self) -> Any:
        """The weights as a float matrix, ``-inf`` for no pair."""
        matrix = floats(self.matrix)
        if self.absent is not None:
            matrix[self.absent] = -np.inf
        return matrix


class Sparse(Graph):
    """A graph stored as a list of pairs, ordered by row."""

    def __init__(self, shape: tuple[int, int], rows: Integers, columns: Integers, weights: Numbers) -> None:
        order = np.lexsort((columns, rows))
        self.shape = shape
        self.rows, self.columns, self.data = rows[order], columns[order], weights[order]
        self.start = np.searchsorted(self.rows, np.arange(shape[0] + 1))

    @property
    def dtype(self) -> np.dtype[Any]:
        """``int64`` or ``object``."""
        return self.data.dtype

    @cached_property
    def swapped(self) -> Sparse:
        """The same graph with the sides exchanged."""
        other = Sparse((self.shape[1], self.shape[0]), self.columns, self.rows, self.data)
        other.__dict__["swapped"] = self
        return other

    def weights(self, rows: Integers, columns: Integers) -> Numbers:
        """The weights of some pairs, all of which must be in the graph."""
        keys = self.rows * self.shape[1] + self.columns
        return self.data[np.searchsorted(keys, rows * self.shape[1] + columns)]

    def offers(self, columns: Integers, prices: Numbers, floor: Numbers) -> tuple[Integers, Numbers, Integers]:
        """Which rows some columns offer more than a floor."""
        by = self.swapped
        counts = by.start[columns + 1] - by.start[columns]
        edges = np.repeat(by.start[columns] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        rows, gains = by.columns[edges], by.data[edges] - np.repeat(prices, counts)
        use = np.flatnonzero(gains > floor[rows])
        rows, gains, source = rows[use], gains[use], np.repeat(columns, counts)[use]
        order = np.lexsort((gains, rows)) if self.dtype != object else _object_order(rows, gains)
        rows, gains, source = rows[order], gains[order], source[order]
        last = np.flatnonzero(np.append(rows[1:] != rows[:-1], True)) if len(rows) else order
        return rows[last], gains[last], source[last]

    def tight(self, utilities: Numbers, prices: Numbers) -> tuple[Integers, Integers]:
        """The pairs with ``w_ij = utilities_i + prices_j``, in order."""
        use = np.flatnonzero(self.data == utilities[self.rows] + prices[self.columns])
        return self.rows[use], self.columns[use]

    def floats(self) -> Any:
        """The pairs and their weights as floats."""
        return self.rows, self.columns, floats(self.data)


def floats(values: Numbers) -> Any:
    """Integers as floats; if they are too long for that, all of them divided by one power of two."""
    if values.dtype == object and values.size:
        longest = max(abs(value) for value in values.ravel().tolist()).bit_length()
        if longest > FLOAT_BITS:
            return (values >> (longest - FLOAT_BITS)).astype(np.float64)
    return values.astype(np.float64)


def integers(values: Iterable[int] | Numbers) -> Numbers:
    """An array of exact integers, of 64 bits if all are small enough to be added without overflow."""
    if isinstance(values, np.ndarray) and values.dtype == np.int64:
        safe = not values.size or max(int(values.max()), -int(values.min())) <= SAFE
        return values if safe else values.astype(object)
    given = values if isinstance(values, np.ndarray) else list(values)
    flat = np.asarray(given, dtype=object)
    if all(-SAFE <= value <= SAFE for value in flat.ravel().tolist()):
        return flat.astype(np.int64)
    return flat


def _object_order(rows: Integers, gains: Numbers) -> Integers:
    keyed = sorted(range(len(rows)), key=lambda k: (int(rows[k]), gains[k]))
    return np.array(keyed, dtype=np.int64)


def _beyond(matrix: Numbers) -> Any:
    """A number larger than any difference of equilibrium prices and values."""
    if matrix.dtype != object:
        return 2 * SAFE
    return 4 * max((abs(value) for value in matrix.ravel().tolist()), default=0) + 4
