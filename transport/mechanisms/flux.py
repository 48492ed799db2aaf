"""Flux certificates found by linear programming, rounded and repaired until every residual is nonnegative.

The program minimises the bound over fields and spreads on a grid (:mod:`dual.kinds.mechanisms.flux` has the formulas).
The integral of a positive part is an epigraph at sample points: Gauss nodes where the checker evaluates exactly, the
cell's corners where it averages them. An interior point solution is off by rounding; then fields are moved apart at all
faces by the worst violation, and everything is scaled down until the cells can pay for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dual.kinds.mechanisms.flux import Flux, Grid, Spreads, axes_of, residuals
from dual.kinds.mechanisms.statement import MechanismStatement
from dual.numbers.arrays import Array
from dual.numbers.exact import Vector
from transport.programs.arrays import Floats, Integers
from transport.programs.effort import Effort
from transport.programs.sparse import SparseProgram

from .finite import unit_of

_BITS: Final = 40
"""Bits behind the point of fields and spreads, so that they fit into 64 bits."""
_SURE: Final = -1e-13
"""A residual in floats below this is negative for certain: then fractions need not say so, which takes longer."""
_NODES: Final = 4
"""Gauss nodes of an interval. Two integrate a positive part exactly where its sign is one; but then the program hides
in the intervals where it is not, and loses 1e-4 of the bound on 24 intervals that four nodes keep."""
_MARGINS: Final = (0.0, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
"""Extra room that is tried, relative to all residuals, until rounding breaks none."""


def even_knots(statement: MechanismStatement, count: int) -> list[tuple[Fraction, ...]]:
    """Equal intervals, so many on every axis."""
    return [
        tuple(law.lower + (law.upper - law.lower) * Fraction(i, count) for i in range(count + 1))
        for law in statement.laws or ()
    ]


class FluxProgram:
    """The program of a grid.

    Attributes
    ----------
    grid : Grid
    estimate : float
        About what the solution proves.
    unit : float
        What values are counted in. Fields and spreads have no unit, their worth has.
    field, cells, faces : list of integer array
        For each axis the columns of the field and of the spreads; those of faces at the ends are -1.
    """

    def __init__(self, statement: MechanismStatement, knots: Sequence[tuple[Fraction, ...]]) -> None:
        self.statement = statement
        self.grid = grid = self._grid(tuple(knots))
        shape = grid.shape
        self.masses = [np.array([float(one) for one in own]) for own in grid.masses]
        self.unit = float(unit_of(end for own in grid.knots for end in (own[0], own[-1])))
        self.estimate = np.inf
        self._count = 0
        laws = statement.laws or ()
        self.mirrored = len(laws) == 2 and laws[0] == laws[1] and not statement.costs and not statement.allocation
        """Whether the two items are alike: then one axis is enough, and the other is its mirror image."""
        self._axes = range(1 if self.mirrored else len(shape))
        self.field = [self._columns((*shape, 2)) for _ in self._axes]
        self._free = self._count
        self.cells = [self._columns(shape) for _ in self._axes]
        self.faces = []
        for k in self._axes:
            inner = self._columns((*shape[:k], shape[k] - 1, *shape[k + 1 :]))
            ends = [(int(axis == k), int(axis == k)) for axis in range(len(shape))]
            self.faces.append(np.pad(inner, ends, constant_values=-1))
        if self.mirrored:
            for columns in (self.field, self.cells, self.faces):
                columns.append(np.swapaxes(columns[0], 0, 1))
        self._rows: list[tuple[Integers, Integers, Floats]] = []
        self._high: list[Floats] = []
        self._weights: list[tuple[Integers, Floats]] = []
        self._residuals()
        if statement.apart:
            self._item_by_item()
        else:
            self._at_corners()

    def _grid(self, knots: tuple[Vector, ...]) -> Grid:
        return Grid(axes_of(self.statement), knots)

    def _columns(self, shape: tuple[int, ...]) -> Integers:
        """New columns, numbered in row-major order."""
        size = int(np.prod(shape))
        self._count += size
        return np.arange(self._count - size, self._count).reshape(shape)

    def _add(self, terms: Sequence[tuple[Integers, Floats | float]], high: Floats | float) -> None:
        """Rows ``sum of coefficient times column <= high``, one for each entry of the arrays; column -1 is none."""
        shape = terms[0][0].shape
        start, size = sum(len(one) for one in self._high), int(np.prod(shape))
        rows = np.arange(start, start + size)
        for columns, entries in terms:
            flat = columns.ravel()
            used = flat >= 0
            self._rows.append((rows[used], flat[used], np.broadcast_to(entries, shape).ravel()[used]))
        self._high.append(np.broadcast_to(high, shape).astype(np.float64).ravel())

    def _along(self, k: int, values: Sequence[Fraction] | Floats) -> Floats:
        """Numbers by interval of an axis, to be broadcast over cells."""
        array = np.array([float(one) for one in values])
        return array.reshape([-1 if axis == k else 1 for axis in range(len(self.grid.shape))])

    def _residuals(self) -> None:
        """Every residual, over the cell's mass or the face's, so that rows are of one size."""
        grid, axes = self.grid, range(len(self.grid.shape))
        inside: list[tuple[Integers, Floats | float]] = []
        volume = np.ones(grid.shape)
        for k in axes:
            volume = volume * self._along(k, self.masses[k])
        for k in axes:
            own, others = self._along(k, self.masses[k]), volume / self._along(k, self.masses[k])
            w, j = self._along(k, grid.hermite[k]), self._along(k, [Fraction(0), *grid.jensen[k], Fraction(0)])
            inside += [(self.field[k][..., 1], 1 / own), (self.field[k][..., 0], -1 / own)]
            lower, upper = np.delete(self.faces[k], -1, k), np.delete(self.faces[k], 0, k)
            below, above = np.delete(j, 0, k), np.delete(j, -1, k)
            inside += [(self.cells[k], -1 / volume), (upper, below / volume), (lower, (1 - above) / volume)]
            if k not in self._axes:
                continue
            # The masses of the other axes do not change along this one.
            side = np.broadcast_to(np.take(others, [0], k), self.faces[k].shape)
            self._add(
                [
                    (_above(self.field[k][..., 0], k, -1), 1.0),
                    (_below(self.field[k][..., 1], k, -1), -1.0),
                    (_above(self.cells[k], k, -1), _above(w, k, 0.0) / side),
                    (_below(self.cells[k], k, -1), _below(1 - w, k, 0.0) / side),
                    (self.faces[k], -1 / side),
                ],
                0.0,
            )
        shape = grid.shape
        once = np.triu(np.ones(shape, bool)) if self.mirrored else np.ones(shape, bool)
        self._add([(columns[once], np.broadcast_to(entries, shape)[once]) for columns, entries in inside], 1.0)

    def _item_by_item(self) -> None:
        grid = self.grid
        for k in self._axes:
            axis = axes_of(self.statement)[k]
            others = np.ones(grid.shape)
            for other in range(len(grid.shape)):
                others = others * (1.0 if other == k else self._along(other, self.masses[other]))
            density, cost = np.polynomial.Polynomial([float(a) for a in axis.density]), float(self.statement.cost(k))
            below = np.polynomial.Polynomial([float(a) for a in axis.cumulative])
            knots = np.array([float(one) for one in grid.knots[k]])
            left, width = knots[:-1], np.diff(knots)
            nodes, weights = np.polynomial.legendre.leggauss(_NODES)
            for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
                v = left + width * node
                phi = self._along(k, (below(v) - below(left)) / self.masses[k])
                epigraph = self._columns(grid.shape)
                self._add(
                    [(self.field[k][..., 0], 1 - phi), (self.field[k][..., 1], phi), (epigraph, -1.0)],
                    self._along(k, -(v - cost) * density(v)),
                )
                weight = weight * (2 if self.mirrored else 1)
                share = np.broadcast_to(others * self._along(k, width / self.unit) * weight, grid.shape)
                self._weights.append((epigraph.ravel(), share.ravel()))

    def _at_corners(self) -> None:
        grid, statement = self.grid, self.statement
        vertices = np.eye(statement.count) if statement.allocation is None else np.array(statement.allocation, float)
        heights = [float(axis.density[0]) * self.unit for axis in axes_of(self.statement)]
        volume = np.ones(grid.shape)
        for k in range(len(grid.shape)):
            volume = volume * self._along(k, self.masses[k])
        for corner in product((0, 1), repeat=len(grid.shape)):
            epigraph = self._columns(grid.shape)
            for vertex in vertices:
                terms: list[tuple[Integers, Floats | float]] = [(epigraph, -1.0)]
                high = np.zeros(grid.shape)
                for k, end in enumerate(corner):
                    cost = 0.0 if statement.costs is None else float(statement.costs[k])
                    knots = np.array([float(one) - cost for one in grid.knots[k]]) / self.unit
                    terms.append((self.field[k][..., end], vertex[k] / heights[k]))
                    high = high - vertex[k] * self._along(k, knots[end : len(knots) - 1 + end])
                self._add(terms, high)
            self._weights.append((epigraph.ravel(), volume.ravel() / 2 ** len(corner)))

    def solve(self, effort: Effort) -> Floats:
        """The field and the spreads, in floats.

        Raises
        ------
        SolverError
        """
        from scipy.sparse import csr_array

        cost, lower = np.zeros(self._count), np.zeros(self._count)
        lower[: self._free] = -np.inf
        for columns, weights in self._weights:
            cost[columns] = -weights
        rows, places, entries = (np.concatenate(parts) for parts in zip(*self._rows, strict=True))
        high = np.concatenate(self._high)
        matrix = csr_array((entries, (rows, places)), shape=(len(high), self._count))
        program = SparseProgram(cost, lower, np.full(self._count, np.inf))
        program.add(matrix, np.full(len(high), -np.inf), high)
        # Presolving takes out free columns, and leaves a third more entries than it finds.
        values = program.solve(effort, "ipm", crossover=False, presolve="off")
        self.estimate = -float(cost @ values) * self.unit
        return values

    def repaired(self, values: Floats) -> Flux:
        """The exact witness nearest to values in floats whose residuals are all nonnegative."""
        field = [values[own] for own in self.field]
        cells = [np.maximum(values[own], 0.0) for own in self.cells]
        faces = [np.where(own >= 0, np.maximum(values[own], 0.0), 0.0) for own in self.faces]
        room = self._slack(field, cells, faces)
        apart = max(0.0, -min(float(own.min()) for own in room[:-1]))
        for own in field:
            own[..., 0] -= apart
            own[..., 1] += apart
        full = 1.0 - float(self._slack(field, cells, faces)[-1].min())
        for margin in _MARGINS:
            scale = (1.0 - margin) / max(full, 1.0)
            # Faces gain by every rounding, at the expense of cells, which have the margin.
            ends = [np.stack([_floor(own[..., 0] * scale) - 1, _ceil(own[..., 1] * scale) + 1], -1) for own in field]
            inner, between = [_floor(own * scale) for own in cells], [_ceil(own * scale) for own in faces]
            rounded = [[np.asarray(one * 2.0**-_BITS) for one in part] for part in (ends, inner, between)]
            if min(float(one.min()) for one in self._slack(*rounded)) < _SURE:
                continue
            spreads = Spreads(tuple(map(_exact, inner)), tuple(map(_exact, between)))
            flux = Flux(tuple(self.grid.knots), tuple(map(_exact, ends)), spreads)
            if all(left >= 0 for _, _, left in residuals(self.grid, flux)):
                return flux
        return self.still()

    def still(self) -> Flux:
        """No field at all: what a seller earns who knows the values."""
        parts = [
            tuple(_exact(np.zeros(own.shape, np.int64)) for own in part)
            for part in (self.field, self.cells, self.faces)
        ]
        return Flux(tuple(self.grid.knots), parts[0], Spreads(parts[1], parts[2]))

    def _slack(self, field: Sequence[Floats], cells: Sequence[Floats], faces: Sequence[Floats]) -> list[Floats]:
        """The residuals in floats, divided as the rows are; faces axis by axis, then cells."""
        values = np.zeros(self._count)
        for columns, entries in [*zip(self.field, field, strict=True), *zip(self.cells, cells, strict=True)]:
            values[columns] = entries
        for columns, entries in zip(self.faces, faces, strict=True):
            values[columns[columns >= 0]] = entries[columns >= 0]
        found, start, axes = [], 0, len(self._axes) + 1
        used = np.zeros(sum(len(one) for one in self._high))
        for rows, columns, entries in self._rows:
            np.add.at(used, rows, entries * values[columns])
        for high in self._high[:axes]:
            found.append(high - used[start : start + len(high)])
            start += len(high)
        return found


def _above(cells: npt.NDArray[Any], axis: int, none: float) -> npt.NDArray[Any]:
    """For every face across an axis what belongs to the cell above it."""
    return np.pad(cells, [(0, int(k == axis)) for k in range(cells.ndim)], constant_values=none)


def _below(cells: npt.NDArray[Any], axis: int, none: float) -> npt.NDArray[Any]:
    """For every face across an axis what belongs to the cell below it."""
    return np.pad(cells, [(int(k == axis), 0) for k in range(cells.ndim)], constant_values=none)


def _floor(values: Floats) -> Integers:
    return np.floor(values * 2.0**_BITS).astype(np.int64)


def _ceil(values: Floats) -> Integers:
    return np.ceil(values * 2.0**_BITS).astype(np.int64)


def _exact(counts: Integers) -> Array:
    return Array(counts.shape, tuple(counts.ravel().tolist()), 1 << _BITS)
