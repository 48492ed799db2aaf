"""Upper bounds for a single buyer with independent laws of values: flux certificates.

Values v_k have densities f_k, f is their product, X the set of allocations, c the costs. A mechanism is a convex
utility u >= 0 with allocation grad u in X; it earns ``E[grad u . (v - c) - u]``. Knots cut every axis k into intervals,
hence the box of values into cells. A witness states on every cell and axis a *field*: numbers t-, t+ at the lower and
the upper face, in between ``t_k = (t-(1 - phi) + t+ phi) prod_{l != k} f_l`` with phi the share of the interval's mass
below v_k; and *spreads* s >= 0, multipliers of inequalities that convexity imposes on conditional averages of u, with m
the mean of an interval [a, b]:

* in a cell, along an axis: ``cell <= w face(a) + (1 - w) face(b)``, ``w = (b - m) / (b - a)`` (Hermite, Hadamard);
* at an inner face b, between means m < b < n: ``face <= w cell below + (1 - w) cell above``, where
  ``w = (n - b) / (n - m)`` (Jensen).

Integration by parts of ``grad u . t`` on every cell turns -E[u] into that integral less residuals times averages of u.
With q the mass of the cell in the other axes, P its whole mass, and sigma the sum of spreads times the coefficients
+w, +(1 - w), -1 of their inequalities, every residual has to be >= 0:

    cell:   P - sum_k q_k (t+_k - t-_k) - sigma
    face:   q (t+ of the cell below - t- of the cell above) - sigma          at the ends of an axis one term is missing

Then no mechanism earns more than the sum over cells of ``int max over x in X of x . ((v - c) f + t)``. This is the
duality of Daskalakis, Deckelbaum and Tzamos (arXiv 1409.4150), discretised.

That integral is evaluated axis by axis if items are given or not regardless of each other. Otherwise laws are uniform,
the integrand is convex, and the averages of its values at corners are an upper bound. Every term is rounded up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, product
from math import lcm, prod
from typing import Final, Protocol

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.arrays import Array, read_array
from dual.numbers.exact import Vector, items, over_common_denominator, vector
from dual.statement import Record, Witness, stated
from dual.words import brief

from .axis import Axis, add, at, bernstein, positive_mean, scaled, times
from .statement import MechanismStatement

Place = tuple[int, ...]

_BITS: Final = 64
"""Terms are rounded up to 2**-_BITS: the exact sum of thousands of quotients has thousands of digits."""
UNIT: Final = Fraction(1, 1 << _BITS)
"""What the terms count; where all values are below 1, so much of the largest."""
_SUBGRID: Final = 8
"""Cells in which the best allocation changes are cut so often along every axis, where corners are averaged."""


def axes_of(statement: MechanismStatement) -> list[Axis]:
    """The axes of the items' values."""
    return [Axis.of(law, f"laws[{k}].density") for k, law in enumerate(statement.laws or ())]


def read_knots(raw: object, where: str, statement: MechanismStatement) -> tuple[Vector, ...]:
    """Read increasing points from end to end of every law's interval."""
    found = []
    for k, (law, one) in enumerate(zip(statement.laws or (), items(raw, where, statement.count), strict=True)):
        knots = vector(one, f"{where}[{k}]")
        if knots[0] != law.lower or knots[-1] != law.upper or any(a >= b for a, b in pairwise(knots)):
            raise InputError(f"knots increase from {brief(law.lower)} to {brief(law.upper)}", f"{where}[{k}]")
        found.append(knots)
    return tuple(found)


def _cells(knots: Sequence[Vector]) -> Place:
    return tuple(len(one) - 1 for one in knots)


def read_field(raw: object, where: str, knots: Sequence[Vector]) -> tuple[Array, ...]:
    """Read for every axis ``[cell ...][0 or 1]``."""
    listed = enumerate(items(raw, where, len(knots)))
    return tuple(read_array(one, f"{where}[{k}]", (*_cells(knots), 2)) for k, one in listed)


def read_inside(raw: object, where: str, knots: Sequence[Vector]) -> tuple[Array, ...]:
    """Read for every axis a number for each cell."""
    listed = enumerate(items(raw, where, len(knots)))
    return tuple(read_array(one, f"{where}[{k}]", _cells(knots)) for k, one in listed)


def read_between(raw: object, where: str, knots: Sequence[Vector]) -> tuple[Array, ...]:
    """Read for every axis a number for each of its faces, those at the ends included."""
    shape = _cells(knots)
    listed = enumerate(items(raw, where, len(knots)))
    return tuple(read_array(one, f"{where}[{k}]", (*shape[:k], shape[k] + 1, *shape[k + 1 :])) for k, one in listed)


@dataclass(frozen=True, repr=False)
class Spreads(Record):
    """Multipliers of convexity."""

    cells: tuple[Array, ...] = stated(read_inside, "", "[axis][cell ...] >= 0, of Hermite-Hadamard", after="knots")
    faces: tuple[Array, ...] = stated(
        read_between, "", "[axis][face ...] >= 0, of Jensen; 0 at the ends of the axis", after="knots"
    )


def read_spreads(raw: object, where: str, knots: Sequence[Vector]) -> Spreads:
    """Read the multipliers of convexity."""
    return raw if isinstance(raw, Spreads) else Spreads.within(raw, where, None, {"knots": knots})


@dataclass(frozen=True, repr=False)
class Flux(Witness):
    """A field on a grid, and spreads."""

    knots: tuple[Vector, ...] = stated(read_knots, "", "of every axis", after="statement")
    field: tuple[Array, ...] = stated(
        read_field, "", "[axis][cell ...][end]: t at the lower and the upper face", after="knots"
    )
    spreads: Spreads = stated(read_spreads, "", "`cells` and `faces`: multipliers of convexity", after="knots")


class Measure(Protocol):
    """The law of one axis, as a grid asks for it."""

    def mass(self, a: Fraction, b: Fraction) -> Fraction:
        """The probability of an interval."""

    def mean(self, a: Fraction, b: Fraction) -> Fraction:
        """The mean in an interval of positive mass."""


class Grid:
    """Masses and means of a grid's intervals.

    Attributes
    ----------
    shape : tuple of int
        The number of intervals of each axis.
    masses, means : list of list of Fraction
        Of each interval of each axis.
    """

    def __init__(self, axes: Sequence[Measure], knots: Sequence[Vector]) -> None:
        self.knots, self.shape = knots, _cells(knots)
        self.masses = [[axis.mass(a, b) for a, b in pairwise(own)] for axis, own in zip(axes, knots, strict=True)]
        for k, own in enumerate(self.masses):
            if min(own) <= 0:
                raise Violation(f"knots[{k}]: the interval {own.index(min(own))} has no mass")
        self.means = [[axis.mean(a, b) for a, b in pairwise(own)] for axis, own in zip(axes, knots, strict=True)]

    def cells(self) -> Iterator[Place]:
        """All cells, in row-major order."""
        return product(*map(range, self.shape))

    def mass(self, cell: Place, but: int | None = None) -> Fraction:
        """The mass of a cell, or that of the other axes."""
        found = Fraction(1)
        for k, i in enumerate(cell):
            if k != but:
                found *= self.masses[k][i]
        return found

    @cached_property
    def hermite(self) -> list[list[Fraction]]:
        """The weight w of the lower face in Hermite-Hadamard's inequality, by axis and interval."""
        return [
            [(b - m) / (b - a) for (a, b), m in zip(pairwise(knots), means, strict=True)]
            for knots, means in zip(self.knots, self.means, strict=True)
        ]

    @cached_property
    def jensen(self) -> list[list[Fraction]]:
        """The weight w of the cell below in Jensen's inequality, by axis and inner knot (the first is knot 1)."""
        return [
            [(above - x) / (above - below) for x, (below, above) in zip(knots[1:-1], pairwise(means), strict=True)]
            for knots, means in zip(self.knots, self.means, strict=True)
        ]


def moved(place: Place, axis: int, by: int) -> Place:
    """The neighbour of a place along an axis."""
    return (*place[:axis], place[axis] + by, *place[axis + 1 :])


def residuals(grid: Grid, flux: Flux) -> Iterator[tuple[int | None, Place, Fraction]]:
    """Every residual: of a cell (axis None), or of a face that crosses an axis."""
    inside = {cell: grid.mass(cell) for cell in grid.cells()}
    for axis, (field, hermite) in enumerate(zip(flux.field, flux.spreads.cells, strict=True)):
        faces: dict[Place, Fraction] = {}
        at_once = zip(grid.cells(), zip(*[iter(field)] * 2, strict=True), hermite, strict=True)
        for cell, (low, high), spread in at_once:
            q, w = grid.mass(cell, axis), grid.hermite[axis][cell[axis]]
            below, above = cell, moved(cell, axis, 1)
            inside[cell] += spread - q * (high - low)
            faces[below] = faces.get(below, Fraction(0)) - q * low - w * spread
            faces[above] = faces.get(above, Fraction(0)) + q * high - (1 - w) * spread
        shape = tuple(n + (k == axis) for k, n in enumerate(grid.shape))
        for face, spread in zip(product(*map(range, shape)), flux.spreads.faces[axis], strict=True):
            if spread:
                w = grid.jensen[axis][face[axis] - 1]
                faces[face] += spread
                inside[moved(face, axis, -1)] -= w * spread
                inside[face] -= (1 - w) * spread
        for face, left in faces.items():
            yield axis, face, left
    for cell, left in inside.items():
        yield None, cell, left


def held(grid: Grid, flux: Flux) -> list[tuple[int | None, Place, Fraction]]:
    """Every residual, none of them negative, as no spread is.

    Raises
    ------
    Violation
    """
    for axis, (cells, faces) in enumerate(zip(flux.spreads.cells, flux.spreads.faces, strict=True)):
        if min(cells) < 0 or min(faces) < 0:
            raise Violation(f"spreads of axis {axis}: {brief(min(*cells, *faces))} < 0")
        shape = faces.shape
        for face, spread in zip(product(*map(range, shape)), faces, strict=True):
            if spread and face[axis] in (0, shape[axis] - 1):
                raise Violation(f"spreads.faces[{axis}]{list(face)}: {brief(spread)} at the end of the axis, not 0")
    found = list(residuals(grid, flux))
    for at_axis, place, left in found:
        if left < 0:
            what = f"cell {list(place)}" if at_axis is None else f"face {list(place)} of axis {at_axis}"
            raise Violation(f"{what}: the residual {brief(left)} < 0")
    return found


def upper(statement: MechanismStatement, dual: Flux) -> Fraction:
    """The bound that a field and spreads prove."""
    count, width = prod(_cells(dual.knots)), statement.count
    work = 200 * width * (1 if statement.apart else _SUBGRID**width)
    steps(count * work, f"checking the flux through {count} cells")
    axes = axes_of(statement)
    grid = Grid(axes, dual.knots)
    held(grid, dual)
    terms = (_apart if statement.apart else _together)(statement, axes, grid, dual)
    size = below_one(*(end for knots in dual.knots for end in (knots[0], knots[-1])))
    return sum(rounded_up(term / size) for term in terms) * UNIT * size


def below_one(*values: Fraction) -> Fraction:
    """The largest size among some values, not all 0, but at most 1: what :data:`UNIT` is a share of."""
    return min(max(map(abs, values)), Fraction(1))


def rounded_up(value: Fraction) -> int:
    """A term, rounded up to a multiple of :data:`UNIT`."""
    return -((-value.numerator << _BITS) // value.denominator)


def _apart(statement: MechanismStatement, axes: Sequence[Axis], grid: Grid, flux: Flux) -> Iterator[Fraction]:
    """Item by item: the integral over its axis of the positive part, times the mass of the other axes."""
    for k, axis in enumerate(axes):
        virtual = times(axis.density, (-statement.cost(k), Fraction(1)))
        degree = max(len(virtual), len(axis.cumulative)) - 1
        # On every interval the virtual value without a field, and the share phi of the interval's mass below.
        plain, share = [], []
        for i, (a, b) in enumerate(pairwise(grid.knots[k])):
            below = add(axis.cumulative, (-at(axis.cumulative, a),))
            plain.append([(b - a) * one for one in bernstein(virtual, a, b, degree)])
            share.append([(b - a) * one for one in bernstein(scaled(below, 1 / grid.masses[k][i]), a, b, degree)])
        widths = [b - a for a, b in pairwise(grid.knots[k])]
        for cell, (low, high) in zip(grid.cells(), zip(*[iter(flux.field[k])] * 2, strict=True), strict=True):
            i = cell[k]
            start = low * widths[i]
            mean = positive_mean(
                [one + start + (high - low) * phi for one, phi in zip(plain[i], share[i], strict=True)]
            )
            yield grid.mass(cell, k) * mean


def _together(statement: MechanismStatement, axes: Sequence[Axis], grid: Grid, flux: Flux) -> Iterator[Fraction]:
    """The best allocation at corners: on a cell where it is the same at all of them, else on a finer grid."""
    vertices = statement.allocation or [
        tuple(Fraction(j == k) for k in range(statement.count)) for j in range(statement.count)
    ]
    scale = lcm(*(one.denominator for vertex in vertices for one in vertex))
    choices = [[int(one * scale) for one in vertex] for vertex in vertices] + [[0] * statement.count]
    heights = [axis.density[0] for axis in axes]
    ends = [list(zip(*[iter(field)] * 2, strict=True)) for field in flux.field]
    for r, cell in enumerate(grid.cells()):
        # The field's k-th entry, over the density, is a line along axis k; in integers over one denominator.
        values = []
        for k, i in enumerate(cell):
            cost, (low, high) = Fraction(0) if statement.costs is None else statement.costs[k], ends[k][r]
            values += [grid.knots[k][i] - cost + low / heights[k], grid.knots[k][i + 1] - cost + high / heights[k]]
        counts, unit = over_common_denominator(values)
        lines = list(zip(counts[::2], counts[1::2], strict=True))
        total, cuts = _averaged(choices, lines, 1), 1
        if total is None:
            total, cuts = _averaged(choices, lines, _SUBGRID) or 0, _SUBGRID
        yield grid.mass(cell) * Fraction(total, scale * unit * cuts * (2 * cuts) ** len(lines))


def _averaged(choices: Sequence[Sequence[int]], lines: Sequence[tuple[int, int]], cuts: int) -> int | None:
    """The trapezoidal sum of the largest worth on a grid; with a single cut None if it is not one choice's throughout.

    It counts ``1 / (cuts (2 cuts)^d)``, and is above the integral of a convex function.
    """
    total, same = 0, set(range(len(choices)))
    for place in product(range(cuts + 1), repeat=len(lines)):
        point = [a * (cuts - i) + b * i for i, (a, b) in zip(place, lines, strict=True)]
        worth = [sum(x * h for x, h in zip(choice, point, strict=True)) for choice in choices]
        best = max(worth)
        same &= {j for j, value in enumerate(worth) if value == best}
        total += best << sum(0 < i < cuts for i in place)
    return total if cuts > 1 or same else None
