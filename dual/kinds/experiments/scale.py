"""Buyers who differ in beliefs and in how much is at stake: independent uniform laws of both.

A buyer of belief x in state 1 and scale v gets v for the right action. An experiment of diagonal (a, d) is worth ``v
(a x + d (1 - x))`` to her; without one she has ``u0 = v max(x, 1 - x)``. Undominated diagonals are the triangle of
(1, 0), (0, 1) and (1, 1). So this is the sale of two goods, v x and v (1 - x), on a triangle of allocations.

* Lower bound: one item at price t. With ``g(x) = a x + d (1 - x) - max(x, 1 - x)``, concave, buyers of belief x buy
if ``v g(x) >=
  t``: the share ``min(1, (h - t / g(x)) / (h - l))`` of a uniform law on [l, h]. It is concave in x where ``t <= h
  g(x)``, hence at least the line between its values at two knots; elsewhere it is counted as 0.
* Upper bound: a flux certificate (:mod:`dual.kinds.mechanisms.flux`) on the axes v and x. What buyers keep, U(v, x),
is convex along
  either axis, at least u0, and has slopes ``a x + d (1 - x)`` and ``v (a - d)``. With F, G the densities and T, S the
  fields along v and x, revenue is at most

      int max over the triangle of  (v F + T) G (a x + d (1 - x)) + S F v (a - d)   -   sum of residual * average of u0

  The integrand is linear in v and in x for each vertex, so its maximum is convex along either axis: the mean of the
  values at a cell's corners, or on a grid within it, is an upper bound of its mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import prod

from dual.errors import InputError, Violation
from dual.functions.law import ContinuousLaw
from dual.kinds.mechanisms.flux import UNIT, Flux, Grid, below_one, residuals, rounded_up
from dual.kinds.mechanisms.statement import MechanismStatement
from dual.limits import steps
from dual.numbers.exact import Vector
from dual.statement import Witness, stated
from dual.words import brief

from .statement import ExperimentMenuStatement
from .two_states import Item, read_knots, read_menu

HALF, ONE = Fraction(1, 2), Fraction(1)
TRIANGLE = ((ONE, Fraction(0)), (Fraction(0), ONE), (ONE, ONE))
_SUBGRID = 8
"""Cells in which the best vertex changes are cut so often along either axis, where corners are averaged."""


@dataclass(frozen=True, repr=False)
class Menu(Witness):
    """One item, and the beliefs between which its buyers are counted."""

    menu: tuple[Item, ...] = stated(read_menu, "", "an experiment with its price, or none")
    knots: Vector = stated(read_knots, "", "beliefs, increasing", default=())


def goods(statement: ExperimentMenuStatement) -> MechanismStatement:
    """The sale of two goods with these laws, on a triangle."""
    laws = (statement.scale, statement.law)
    if not isinstance(laws[0], ContinuousLaw) or not isinstance(laws[1], ContinuousLaw):
        raise InputError("both laws are uniform here", "scale")
    return MechanismStatement(laws=(laws[0], laws[1]), allocation=TRIANGLE)


def lower(statement: ExperimentMenuStatement, primal: Menu) -> Fraction:
    """The revenue of one item, or a little less."""
    scale, beliefs = goods(statement).laws or ()
    if len(primal.menu) > 1:
        raise Violation(f"menu: {len(primal.menu)} items; one is taken, where scales have a law")
    if not primal.menu:
        return Fraction(0)
    (a, d), price = primal.menu[0].diagonal, primal.menu[0].price
    if price <= 0:
        raise Violation(f"menu[0].price = {brief(price)}; a price is positive")
    inner = (x for x in {*primal.knots, HALF} if beliefs.lower < x < beliefs.upper)
    shares = []
    for x in sorted([beliefs.lower, *inner, beliefs.upper]):
        gain = a * x + d * (1 - x) - max(x, 1 - x)
        bought = None if scale.upper * gain < price else (scale.upper - price / gain) / (scale.upper - scale.lower)
        shares.append((x, bought))
    total = Fraction(0)
    for (x, one), (y, other) in pairwise(shares):
        if one is not None and other is not None:
            total += (y - x) * (min(one, ONE) + min(other, ONE)) / 2
    return price * total / (beliefs.upper - beliefs.lower)


def read_dual(raw: object, statement: ExperimentMenuStatement, where: str) -> Flux:
    """Read a field on the axes of scales and beliefs."""
    return Flux.read(raw, goods(statement), where)


def certain(left: Fraction, right: Fraction) -> Fraction:
    """The mean of ``max(x, 1 - x)`` over an interval.

    Examples
    --------
    >>> certain(Fraction(0), Fraction(1))
    Fraction(3, 4)
    """

    def until(x: Fraction) -> Fraction:
        return x - x * x / 2 if x <= HALF else Fraction(1, 4) + x * x / 2

    return max(left, 1 - left) if left == right else (until(right) - until(left)) / (right - left)


def without(grid: Grid, axis: int | None, place: tuple[int, ...]) -> Fraction:
    """The average of u0 over a cell, or over a face that crosses an axis."""
    (v, w), (x, y) = ((own[i], own[min(i + 1, len(own) - 1)]) for own, i in zip(grid.knots, place, strict=True))
    return (v if axis == 0 else (v + w) / 2) * (certain(x, x) if axis == 1 else certain(x, y))


def upper(statement: ExperimentMenuStatement, dual: Flux) -> Fraction:
    """The bound that a field and spreads prove."""
    grid = Grid(goods(statement), dual.knots)
    count = prod(grid.shape)
    steps(400 * _SUBGRID**2 * count, f"checking the flux through {count} cells")
    for axis, (cells, faces) in enumerate(zip(dual.spreads.cells, dual.spreads.faces, strict=True)):
        if min(cells) < 0 or min(faces) < 0:
            raise Violation(f"spreads of axis {axis}: {brief(min(*cells, *faces))} < 0")
        for face, spread in zip(product(*map(range, faces.shape)), faces, strict=True):
            if spread and face[axis] in (0, faces.shape[axis] - 1):
                raise Violation(f"spreads.faces[{axis}]{list(face)}: {brief(spread)} at the end of the axis, not 0")
    total, size = 0, below_one(dual.knots[0][-1])
    for at_axis, place, left in residuals(grid, dual):
        if left < 0:
            what = f"cell {list(place)}" if at_axis is None else f"face {list(place)} of axis {at_axis}"
            raise Violation(f"{what}: the residual {brief(left)} < 0")
        total += rounded_up(-left * without(grid, at_axis, place) / size)
    return (total + sum(rounded_up(term / size) for term in _integrals(grid, dual))) * UNIT * size


def _integrals(grid: Grid, flux: Flux) -> Iterator[Fraction]:
    """The integral of the best vertex over each cell, or a little more."""
    F, G = (axis.density[0] for axis in grid.axes)
    ends = [list(zip(*[iter(field)] * 2, strict=True)) for field in flux.field]
    for r, (i, j) in enumerate(grid.cells()):
        (v, w), (x, y) = grid.knots[0][i : i + 2], grid.knots[1][j : j + 2]
        (T, T_end), (S, S_end) = ends[0][r], ends[1][r]

        def best(at: Fraction, along: Fraction) -> tuple[Fraction, int]:
            """The largest value at a place of the cell, and which vertex has it."""
            scale, belief = v + (w - v) * at, x + (y - x) * along  # noqa: B023 (called in this round only)
            goods = (scale * F + T + (T_end - T) * at) * G  # noqa: B023
            tilt = (S + (S_end - S) * along) * F * scale  # noqa: B023
            return max((goods * belief + tilt, 0), (goods * (1 - belief) - tilt, 1), (goods, 2))

        corners = [best(Fraction(p), Fraction(q)) for p, q in product((0, 1), repeat=2)]
        mean = sum((value for value, _ in corners), Fraction(0)) / 4
        if len({vertex for _, vertex in corners}) > 1:
            mean = Fraction(0)
            for p, q in product(range(_SUBGRID + 1), repeat=2):
                weight = Fraction(1, 1 << ((p in (0, _SUBGRID)) + (q in (0, _SUBGRID))))
                mean += weight * best(Fraction(p, _SUBGRID), Fraction(q, _SUBGRID))[0]
            mean /= _SUBGRID**2
        yield (w - v) * (y - x) * mean
