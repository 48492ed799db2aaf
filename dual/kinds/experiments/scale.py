"""Buyers who differ in beliefs and in how much is at stake: independent laws of both, that of stakes uniform.

A buyer of belief x in state 1 and scale v gets v for the right action. An experiment of diagonal (a, d) is worth ``v
(a x + d (1 - x))`` to her; without one she has ``u0 = v max(x, 1 - x)``. Undominated diagonals are the triangle of
(1, 0), (0, 1) and (1, 1). So this is the sale of two goods, v x and v (1 - x), on a triangle of allocations.

* Lower bound: items with prices, see :func:`lower`.
* Upper bound, for any law of beliefs, a ``split``: a seller who knows v earns v times what the law alone earns
  (:mod:`.two_states`), hence on average ``E v`` times that at most.
* Upper bound, for a uniform law of beliefs: a flux certificate (:mod:`dual.kinds.mechanisms.flux`) on the axes v and x.
  What buyers keep, U(v, x), is convex along either axis, at least u0, and has slopes ``a x + d (1 - x)`` and
  ``v (a - d)``. With F, G the densities and T, S the fields along v and x, revenue is at most

      int max over the triangle of  (v F + T) G (a x + d (1 - x)) + S F v (a - d)   -   sum of residual * average of u0

  The integrand is linear in v and in x for each vertex, so its maximum is convex along either axis: the mean of the
  values at a cell's corners, or on a grid within it, is an upper bound of its mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from dual.numbers.interval import interval, outward
from dual.statement import Witness, stated
from dual.words import brief

from . import two_states
from .statement import ExperimentMenuStatement
from .two_states import Item, Prices, read_knots, read_menu

HALF, ONE = Fraction(1, 2), Fraction(1)
TRIANGLE = ((ONE, Fraction(0)), (Fraction(0), ONE), (ONE, ONE))
_SUBGRID = 8
"""Cells in which the best vertex changes are cut so often along either axis, where corners are averaged."""


@dataclass(frozen=True, repr=False)
class Menu(Witness):
    """What is sold, and beliefs between which buyers are counted."""

    menu: tuple[Item, ...] = stated(read_menu, "", "experiments with prices, possibly none")
    knots: Vector = stated(read_knots, "", "beliefs, increasing", default=())


def laws_of(statement: ExperimentMenuStatement) -> tuple[ContinuousLaw, ContinuousLaw]:
    """The laws of scales and of beliefs."""
    if not isinstance(statement.scale, ContinuousLaw) or not isinstance(statement.law, ContinuousLaw):
        raise InputError("both laws have a density here", "scale")
    return statement.scale, statement.law


def goods(statement: ExperimentMenuStatement) -> MechanismStatement:
    """The sale of two goods with these laws, on a triangle."""
    return MechanismStatement(laws=laws_of(statement), allocation=TRIANGLE)


Line = tuple[Fraction, Fraction]
"""What an item gains a buyer per unit of scale, and its price."""


def lower(statement: ExperimentMenuStatement, primal: Menu) -> Fraction:
    """The revenue of a menu, or a little less.

    At belief x an item of price t gains a buyer ``v g(x) - t``, where ``g(x) = a x + d (1 - x) - max(x, 1 - x)`` is
    linear on either side of 1/2. From small v to large v, buyers take the items of a list whose gains and prices
    increase; which list it is follows from inequalities that are linear in x, so that one that holds at two knots holds
    between them. An item takes over from the one before at ``v = (difference of prices) / (difference of gains)``,
    convex in x. So revenue is concave in x there: at least the line between its values at the knots. Where the list
    changes between two knots nothing is counted.
    """
    scale, beliefs = laws_of(statement)
    for m, item in enumerate(primal.menu):
        if item.price <= 0:
            raise Violation(f"menu[{m}].price = {brief(item.price)}; a price is positive")
    if not primal.menu:
        return Fraction(0)
    inner = (x for x in {*primal.knots, HALF} if beliefs.lower < x < beliefs.upper)
    points = sorted([beliefs.lower, *inner, beliefs.upper])
    steps(len(points) * (len(primal.menu) + 1) ** 3 * 100, "counting the buyers of a menu")

    dearest = max(item.price for item in primal.menu)
    total = interval(0)
    for x, y in pairwise(points):
        taken = [m for m, _ in takeovers(offers(primal, (x + y) / 2), scale)]
        ends = [_earned(offers(primal, end), taken, scale) for end in (x, y)]
        if ends[0] is not None and ends[1] is not None and any(ends):
            total = outward(total + beliefs.line(x, y, ends[0], ends[1], dearest))
    return (total / beliefs.total).lower


def offers(primal: Menu, x: Fraction) -> list[Line]:
    """What nothing and each item are to a buyer of a belief."""
    free = max(x, 1 - x)
    listed = [(a * x + d * (1 - x) - free, item.price) for item in primal.menu for a, d in [item.diagonal]]
    return [(Fraction(0), Fraction(0)), *listed]


def takeovers(lines: Sequence[Line], scale: ContinuousLaw) -> list[tuple[int, Fraction]]:
    """The offers that buyers of one belief take, nothing being number 0, and from which scale on."""
    v = scale.lower
    best = max(range(len(lines)), key=lambda m: (v * lines[m][0] - lines[m][1], lines[m][0]))
    found = [(best, v)]
    while True:
        g, t = lines[found[-1][0]]
        later = [((price - t) / (gain - g), -gain, m) for m, (gain, price) in enumerate(lines) if gain > g]
        if not later or min(later)[0] >= scale.upper:
            return found
        found.append((min(later)[2], min(later)[0]))


def _earned(lines: Sequence[Line], taken: Sequence[int], scale: ContinuousLaw) -> Fraction | None:
    """What buyers of one belief pay on average if they take these offers one after another; None if they do not."""
    low, high = scale.lower, scale.upper
    for v, m in ((low, taken[0]), (high, taken[-1])):
        best = v * lines[m][0] - lines[m][1]
        if any(v * g - t > best for g, t in lines):
            return None
    total, before = lines[taken[0]][1], low
    for r, m in pairwise(taken):
        (g, t), (h, s) = lines[r], lines[m]
        if h <= g or s <= t:
            return None
        change = (s - t) / (h - g)
        # No third offer is better where one takes over from the other, and takeovers are in order.
        if change < before or any(change * k - u > change * g - t for k, u in lines):
            return None
        total, before = total + (s - t) * (high - change) / (high - low), change
    return total


def read_dual(raw: object, statement: ExperimentMenuStatement, where: str) -> Flux | Prices:
    """Read a split, or a field on the axes of scales and beliefs."""
    if isinstance(raw, Prices) or (isinstance(raw, Mapping) and "split" in raw):
        return Prices.read(raw, statement, where)
    if laws_of(statement)[1].density is not None:
        raise InputError("where beliefs have a density that is not constant, the bound is a split", where)
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


def known(statement: ExperimentMenuStatement) -> ExperimentMenuStatement:
    """The same buyers, all of scale 1."""
    return ExperimentMenuStatement(law=statement.law)


def upper(statement: ExperimentMenuStatement, dual: Flux | Prices) -> Fraction:
    """The bound that a split proves, or a field and spreads."""
    if isinstance(dual, Prices):
        scale = laws_of(statement)[0]
        return (scale.lower + scale.upper) / 2 * two_states.upper(known(statement), dual)
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
