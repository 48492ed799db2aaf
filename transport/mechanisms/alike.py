"""Items that are alike, uniform on [0, b]: the straight-jacket auction, and fields by symmetry for one or two buyers.

The straight-jacket auction sells any r of d items at a price p_r such that with r items, in units of b, nothing is
bought with probability ``1 - r / (d + 1)`` (Giannakopoulos and Koutsoupias 2018, optimal for d <= 6).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import factorial, prod
from typing import Final

import numpy as np

from dual.kinds.mechanisms.alike import PricesBySize, SymmetricFlux, volume
from dual.kinds.mechanisms.pair import AuctionFlux, shape_of
from dual.kinds.mechanisms.statement import MechanismStatement
from dual.numbers.arrays import Array
from transport.programs.arrays import Floats, Integers
from transport.programs.effort import Effort
from transport.programs.first_order import minimise
from transport.programs.sparse import SparseProgram

_BITS: Final = 40
"""Of the fields: finer rounding loses less of the bound, coarser leaves the checker shorter integers."""
_PRICE: Final = 1_000_000
"""Prices are rounded to so many parts of b; revenue is flat at its maximum."""
_FAR: Final = 4.0
"""Fields stay within this many times b. Below -b a field earns nothing; among many items some cells have next to no
weight, and without bounds the solver lets fields run away there."""
_LARGE: Final = 60_000
"""Rows beyond which a first-order method looks for the field: on 10 intervals two bidders take it 11 seconds, interior
points 59; on fewer it is slower."""
_ROUGH: Final = 2e-5
"""Its tolerance; what the repair gives up of the bound is about that."""
_NODES: Final = ((3 - 3**0.5) / 6, (3 + 3**0.5) / 6)
"""Gauss's two nodes on [0, 1]: they integrate the positive part exactly wherever the sign is one."""


def straight_jacket(items: int) -> list[Fraction]:
    """Prices by size for values uniform on [0, 1], to six digits.

    Examples
    --------
    >>> [str(price) for price in straight_jacket(2)]
    ['2/3', '861929/1000000']
    """
    prices = [Fraction(items, items + 1)]
    for r in range(2, items + 1):
        goal = Fraction(items + 1 - r, items + 1)
        before = prices[-2] if r > 2 else Fraction(0)
        low, high = 0, int((2 * prices[-1] - before) * _PRICE)  # increments fall
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if volume([*prices, Fraction(middle, _PRICE)]) < goal else (low, middle)
        prices.append(Fraction(high, _PRICE))
    return prices


def by_size(statement: MechanismStatement) -> PricesBySize:
    """The straight-jacket auction."""
    b = statement.breadth or Fraction(0)
    return PricesBySize(tuple(b * price for price in straight_jacket(statement.count)))


class _Field:
    """A program over a field on faces: it may not leave the box nor grow by more than 1, and pays its positive part.

    Columns of the field come first, face by face; then an epigraph for every sample.
    """

    def __init__(self, lines: int, intervals: int) -> None:
        self.intervals, self.faces = intervals, lines * (intervals + 1)
        self._rows: list[tuple[Integers, Integers, Floats]] = []
        self._high: list[Floats] = []
        self._weights: list[Floats] = []
        self._count = 0

    def face(self, line: Integers, i: Integers) -> Integers:
        """The columns of faces."""
        return line * (self.intervals + 1) + i

    def rows(self, terms: list[tuple[Integers, Floats | float]], high: Floats | float) -> None:
        """Rows ``sum of coefficient times column <= high``, one for each entry of the first array of columns."""
        size = len(terms[0][0])
        numbers = np.arange(self._count, self._count + size)
        for columns, entries in terms:
            self._rows.append((numbers, columns, np.broadcast_to(np.asarray(entries, float), size)))
        self._high.append(np.broadcast_to(np.asarray(high, float), size))
        self._count += size

    def epigraph(self, weights: Floats) -> Integers:
        """New columns >= 0, each at a price."""
        start = self.faces + sum(len(one) for one in self._weights)
        self._weights.append(weights)
        return np.arange(start, start + len(weights))

    def above(self, column: Integers, line: Integers, i: Integers, node: float) -> None:
        """The epigraph is above ``v + tau`` at a share of interval i."""
        n = self.intervals
        self.rows([(self.face(line, i), 1 - node), (self.face(line, i + 1), node), (column, -1.0)], -(i + node) / n)

    def solve(self, effort: Effort) -> Floats:
        """The field, in floats: lines by faces.

        Raises
        ------
        SolverError
        """
        from scipy.sparse import csr_array

        n, cost = self.intervals, np.concatenate([np.zeros(self.faces), *(-one for one in self._weights)])
        face = np.tile(np.arange(n + 1), self.faces // (n + 1))
        lower, upper = np.zeros(len(cost)), np.full(len(cost), np.inf)
        lower[: self.faces] = np.where(face == n, 0.0, -_FAR)
        upper[: self.faces] = np.where(face == 0, 0.0, _FAR)
        rows, columns, entries = (np.concatenate(parts) for parts in zip(*self._rows, strict=True))
        high = np.concatenate(self._high)
        matrix = csr_array((entries, (rows, columns)), shape=(len(high), len(cost)))
        low = np.full(len(high), -np.inf)
        if len(high) > _LARGE and effort.affords("ortools.pdlp"):
            rough = minimise(-cost, matrix, low, high, (lower, upper), effort, _ROUGH)
            return rough.x[: self.faces].reshape(-1, n + 1)
        program = SparseProgram(cost, lower, upper)
        program.add(matrix, low, high)
        return program.solve(effort, "ipm", crossover=False)[: self.faces].reshape(-1, n + 1)


def symmetric_flux(statement: MechanismStatement, intervals: int, effort: Effort) -> SymmetricFlux:
    """The best field by symmetry for a single buyer.

    Raises
    ------
    SolverError
    """
    n, d = intervals, statement.count
    others = list(combinations_with_replacement(range(n), d - 1))
    number = {rest: r for r, rest in enumerate(others)}
    field = _Field(len(others), n)
    cells = np.array(list(combinations_with_replacement(range(n), d)))
    terms: list[tuple[Integers, Floats | float]] = []
    for j in range(d):
        line = np.array([number[tuple(rest)] for rest in np.delete(cells, j, 1).tolist()])
        terms += [(field.face(line, cells[:, j] + 1), float(n)), (field.face(line, cells[:, j]), -float(n))]
    field.rows(terms, 1.0)
    ways = [factorial(d - 1) // prod(factorial(rest.count(i)) for i in set(rest)) for rest in others]
    line, i = (one.ravel() for one in np.meshgrid(np.arange(len(others)), np.arange(n), indexing="ij"))
    for node in _NODES:
        weights = np.repeat(np.array(ways, float), n) * (d / 2 / float(n) ** d)
        field.above(field.epigraph(weights), line, i, node)
    tau = field.solve(effort)
    growth = np.zeros(len(cells))
    for (up, _), (down, _) in zip(terms[::2], terms[1::2], strict=True):
        growth += n * (tau.ravel()[up] - tau.ravel()[down])
    return SymmetricFlux(n, _exact(tau, float(growth.max(initial=1.0)), d))


def auction_flux(statement: MechanismStatement, intervals: int, effort: Effort) -> AuctionFlux:
    """The best symmetric field for two buyers of two items.

    Raises
    ------
    SolverError
    """
    n, shape = intervals, shape_of(statement, intervals)[:-1]
    field = _Field(prod(shape), n)
    cells = np.array(list(product(range(n), repeat=4)))
    i, j, k, other = cells.T

    def line(*places: Integers) -> Integers:
        return np.asarray(np.ravel_multi_index(places[: len(shape)], shape))

    lone = slice(None) if len(shape) > 1 else (k == 0) & (other == 0)
    one, two = line(j, k, other)[lone], line(i, other, k)[lone]
    terms: list[tuple[Integers, Floats | float]] = [
        (field.face(one, i[lone] + 1), float(n)),
        (field.face(one, i[lone]), -float(n)),
        (field.face(two, j[lone] + 1), float(n)),
        (field.face(two, j[lone]), -float(n)),
    ]
    field.rows(terms, 1.0)
    # The bidders change places: half of the cells are enough.
    half = i * n + j <= k * n + other
    twice = np.where(i * n + j < k * n + other, 2.0, 1.0)[half]
    i, j, k, other = (one[half] for one in (i, j, k, other))
    mine, its = line(j, k, other), line(other, i, j)
    for first, second in product(_NODES, repeat=2):
        column = field.epigraph(twice * (2 / 4 / float(n) ** 4))
        field.above(column, mine, i, first)
        field.above(column, its, k, second)
    tau = field.solve(effort)
    growth = sum(sign * tau.ravel()[columns] for columns, sign in terms)
    return AuctionFlux(n, _exact(tau, float(np.max(growth, initial=1.0)), 2).reshaped((*shape, n + 1)))


def _exact(tau: Floats, growth: float, terms: int) -> Array:
    """A field rounded, with the right signs at its ends, and scaled down until it grows by at most 1."""
    unit, n = 1 << _BITS, tau.shape[1] - 1
    room = 1.0 - 2.0 * terms * n / unit  # each rounding adds at most one unit to the growth of a term
    counts = np.rint(tau * (unit * room / max(growth, 1.0))).astype(np.int64)
    counts[:, 0] = np.minimum(counts[:, 0], 0)
    counts[:, -1] = np.maximum(counts[:, -1], 0)
    return Array(counts.shape, tuple(counts.ravel().tolist()), unit)
