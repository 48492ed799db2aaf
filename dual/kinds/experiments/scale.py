"""Buyers who differ in beliefs and in how much is at stake: independent laws of both, that of stakes uniform.

A buyer of belief x in state 1 and scale v gets v for the right action. An experiment of diagonal (a, d) is worth ``v
(a x + d (1 - x))`` to her; without one she has ``u0 = v max(x, 1 - x)``. Undominated diagonals are the triangle of
(1, 0), (0, 1) and (1, 1). So this is the sale of two goods, v x and v (1 - x), on a triangle of allocations.

* Lower bound: items with prices, see :func:`lower`.
* Upper bound, for any law of beliefs, a ``split``: a seller who knows v earns v times what the law alone earns
  (:mod:`.two_states`), hence on average ``E v`` times that at most.
* Upper bound, for beliefs whose masses and means are known exactly (uniform, or a polynomial): a flux certificate
  (:mod:`dual.kinds.mechanisms.flux`) on the axes v and x. What buyers keep, U(v, x), is convex along either axis, at
  least u0, and has slopes ``a x + d (1 - x)`` and ``v (a - d)``. With F, g the densities and T, S the fields along v
  and x, revenue is at most

      int max over the triangle of  (v F + T) g (a x + d (1 - x)) + S F v (a - d)   -   sum of residual * average of u0

  The integrand is linear in v for each vertex, so its maximum is convex along v: the mean of what it is at the ends of
  an interval is above its mean. Along x a vertex has a known integral over an interval (S is a line in the share of
  mass, whose integral follows by parts), and what another one has beyond it is a function f with a known integral and
  a range [-l, h]; so its positive part has at most the mean ``h (mean of f + l) / (h + l)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import prod

from dual.errors import InputError, Violation
from dual.functions.band import Cell
from dual.functions.bernstein import corner
from dual.functions.integral import mean
from dual.functions.law import ContinuousLaw
from dual.functions.powers import line
from dual.functions.rules import polynomial
from dual.kinds.mechanisms.flux import UNIT, Flux, Grid, below_one, held, rounded_up
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
SHORT = 1 << 96
"""Denominators up to which numbers are kept as they are; others are rounded to it."""
_POLYNOMIAL = "a field asks for a density of beliefs that is a polynomial in x; without one, the bound is a split"
_HALVINGS = 5
"""How often a part of beliefs may be halved,"""
_NEAR = Fraction(1, 1 << 15)
"""and how far from a line its density may be for none, times its width, in shares of all buyers."""
_TILTS = tuple(a - d for a, d in TRIANGLE)

_SUBGRID = 8
"""Cells in which the best vertex changes are cut so often along either axis."""


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
            earned = polynomial(line(x, y, ends[0], ends[1]))
            total = outward(total + beliefs.payoff(earned, x, y, dearest))
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
    return Flux.read(raw, goods(statement), where)


@dataclass(frozen=True)
class Share:
    """A law's masses and means, exact.

    Attributes
    ----------
    law : ContinuousLaw
    """

    law: ContinuousLaw

    def part(self, a: Fraction, b: Fraction) -> tuple[Fraction, Fraction]:
        """The mass of an interval, and the integral over it of x times the density.

        Raises
        ------
        InputError
        """
        mass, moment, total = self.law.mass(a, b), self.law.moment(a, b), self.law.total
        if mass.width or moment.width or total.width:
            raise InputError(_POLYNOMIAL, "law.density")
        return mass.lower / total.lower, moment.lower / total.lower

    def mass(self, a: Fraction, b: Fraction) -> Fraction:
        """The share of buyers in an interval."""
        return self.part(a, b)[0]

    def mean(self, a: Fraction, b: Fraction) -> Fraction:
        """Their mean."""
        mass, moment = self.part(a, b)
        return moment / mass

    def certain(self, a: Fraction, b: Fraction) -> Fraction:
        """The mean of ``max(x, 1 - x)`` over an interval, or its value at a point.

        Examples
        --------
        >>> Share(ContinuousLaw(Fraction(0), Fraction(1))).certain(Fraction(0), Fraction(1))
        Fraction(3, 4)
        """
        if a == b:
            return max(a, 1 - a)
        mass, moment = self.part(a, b)
        if a < HALF < b:
            left, below = self.part(a, HALF)
            return (left - below + moment - below) / mass
        return max(moment, mass - moment) / mass


def grid_of(statement: ExperimentMenuStatement, knots: Sequence[Vector]) -> Grid:
    """Masses and means on the axes of scales and beliefs."""
    return Grid([Share(law) for law in laws_of(statement)], knots)


def without(statement: ExperimentMenuStatement, grid: Grid) -> Callable[[int | None, tuple[int, ...]], Fraction]:
    """The average of u0 over a cell, or over a face that crosses an axis."""
    share, (scales, beliefs) = Share(laws_of(statement)[1]), grid.knots
    inside = [share.certain(x, y) for x, y in pairwise(beliefs)]

    def average(axis: int | None, place: tuple[int, ...]) -> Fraction:
        i, j = place
        v = scales[i] if axis == 0 else (scales[i] + scales[i + 1]) / 2
        return v * (share.certain(beliefs[j], beliefs[j]) if axis == 1 else inside[j])

    return average


def known(statement: ExperimentMenuStatement) -> ExperimentMenuStatement:
    """The same buyers, all of scale 1."""
    return ExperimentMenuStatement(law=statement.law)


def upper(statement: ExperimentMenuStatement, dual: Flux | Prices) -> Fraction:
    """The bound that a split proves, or a field and spreads."""
    if isinstance(dual, Prices):
        scale = laws_of(statement)[0]
        return (scale.lower + scale.upper) / 2 * two_states.upper(known(statement), dual)
    grid = grid_of(statement, dual.knots)
    steps(400 * prod(grid.shape), f"checking the flux through {prod(grid.shape)} cells")
    average, total, size = without(statement, grid), 0, below_one(dual.knots[0][-1])
    for axis, place, left in held(grid, dual):
        total += rounded_up(-left * average(axis, place) / size)
    return (total + sum(rounded_up(term / size) for term in _integrals(statement, grid, dual))) * UNIT * size


@dataclass(frozen=True)
class Part:
    """An interval of beliefs within one of the grid.

    Attributes
    ----------
    ends : pair of Fraction
    mass, moment : Fraction
    density : pair of Fraction
        About what it is at either end.
    range : Fraction
        How far it may be from the line between these.
    shares : pair of Fraction
        Of the grid's interval's mass that lies below either end.
    length : Fraction
        The integral of that share.
    slip : Fraction
        By how much masses, moments, shares and the length may be off, so that numbers stay short.
    bend : Fraction
        How far the share may be from a line between its ends.
    """

    ends: tuple[Fraction, Fraction]
    mass: Fraction
    moment: Fraction
    density: tuple[Fraction, Fraction]
    range: Fraction
    shares: tuple[Fraction, Fraction]
    length: Fraction
    slip: Fraction
    bend: Fraction

    def best(self, goods: Fraction, tilt: Fraction, field: tuple[Fraction, Fraction]) -> tuple[Fraction, int | None]:
        """The integral of the largest vertex at one scale, or more; and which one is the largest throughout, if any.

        Vertices are worth ``goods g x + s``, ``goods g (1 - x) - s`` and ``goods g``; s is tilt times the field.
        """
        (x, y), (low, high) = self.ends, field
        ends = [tilt * (low + (high - low) * share) for share in self.shares]
        whole = tilt * (low * (y - x) + (high - low) * self.length)
        each = [goods * self.moment + whole, goods * (self.mass - self.moment) - whole, goods * self.mass]
        # No integral is off by more than this, no end times 2, and no difference of integrals over y - x <= 1.
        off = 4 * self.slip * (abs(goods) + abs(tilt * (high - low))) / (y - x)
        # What others have beyond the best, goods times g times a line plus a multiple of s, is near a line itself.
        best = max(range(3), key=each.__getitem__)
        worth, beyond = ((x, y), (1 - x, 1 - y), (ONE, ONE)), Fraction(0)
        f, g = self.density
        for k in range(3):
            if k != best:
                a, b = (one - own for one, own in zip(worth[k], worth[best], strict=True))
                times = _TILTS[k] - _TILTS[best]
                heights = goods * f * a + times * ends[0], goods * g * b + times * ends[1]
                near = abs(goods) * (self.range * max(abs(a), abs(b)) + abs((g - f) * (b - a)) / 4)
                near += 2 * abs(tilt * (high - low)) * self.bend + off
                mean = (each[k] - each[best]) / (y - x)
                beyond += _positive(min(heights) - near, mean + off, max(heights) + near)
        return each[best] + beyond * (y - x) + off, None if beyond else best


def _positive(low: Fraction, mean: Fraction, high: Fraction) -> Fraction:
    """The most that the mean of a function's positive part can be, by its range and mean."""
    if high <= 0:
        return Fraction(0)
    return mean if low >= 0 else high * (mean - low) / (high - low)


def parts(law: ContinuousLaw, a: Fraction, b: Fraction, count: int) -> list[Part]:
    """An interval of the grid, cut into equal ones, and these into halves where the density is far from a line."""
    share, total, found, below = Share(law), law.total.lower, list[Part](), Fraction(0)
    all_mass = share.mass(a, b)
    short_mass = outward(interval(all_mass), 64).lower
    ends = [a + (b - a) * Fraction(i, count) for i in range(count + 1)]
    left = [(x, y, _HALVINGS if count > 1 else 0) for x, y in pairwise(ends)][::-1]
    while left:
        x, y, halvings = left.pop()
        cell = Cell([[x], [y]])
        density = law.rule(cell)
        if density.remainder is not None or density.faces:
            raise InputError(_POLYNOMIAL, "law.density")
        ends_of = [Fraction(density.terms.get(corner(k, density.degree), 0), density.denominator) for k in (0, 1)]
        sides = [outward(interval(one / total), 64).lower for one in ends_of]
        beside = outward((density - cell.affine([one * total for one in sides])).hull / interval(total)).magnitude
        # The share is a parabola where the density is a line; what is beside it has a slope.
        bend = (abs(sides[1] - sides[0]) / 8 + beside / 2) * (y - x) / short_mass
        if halvings and (beside + bend) * (y - x) > _NEAR:
            left += [((x + y) / 2, y, halvings - 1), (x, (x + y) / 2, halvings - 1)]
            continue
        mass, moment = (mean(one).lower * (y - x) / total for one in (density, density * cell.affine([x, y])))
        above = below + mass / all_mass
        numbers = (mass, moment, below, above, y * above - x * below - moment / all_mass)
        exact = max(one.denominator for one in numbers) < SHORT
        mass, moment, low, high, length = numbers if exact else [Fraction(round(one * SHORT), SHORT) for one in numbers]
        found.append(Part((x, y), mass, moment, (sides[0], sides[1]), beside, (low, high), length,
                          Fraction(not exact, SHORT), bend))  # fmt: skip
        below = above
    return found


def _integrals(statement: ExperimentMenuStatement, grid: Grid, flux: Flux) -> Iterator[Fraction]:
    """The integral of the best vertex over each cell, or a little more."""
    (scale, beliefs), (scales, points) = laws_of(statement), grid.knots
    F = 1 / (scale.upper - scale.lower)
    whole = [parts(beliefs, x, y, 1) for x, y in pairwise(points)]
    cut = dict[int, list[Part]]()
    ends = [list(zip(*[iter(field)] * 2, strict=True)) for field in flux.field]
    for r, (i, j) in enumerate(grid.cells()):
        (v, w), (T, T_end), S = scales[i : i + 2], ends[0][r], ends[1][r]

        def at(share: Fraction, listed: Sequence[Part]) -> list[tuple[Fraction, int | None]]:
            """What every part is worth at a scale between the ends."""
            here = v + (w - v) * share  # noqa: B023 (called in this round only)
            goods = here * F + T + (T_end - T) * share  # noqa: B023
            return [part.best(goods, F * here, S) for part in listed]  # noqa: B023

        (low, vertex), (high, other) = at(Fraction(0), whole[j])[0], at(ONE, whole[j])[0]
        if vertex is not None and vertex == other:
            yield (w - v) * (low + high) / 2
            continue
        if j not in cut:
            cut[j] = parts(beliefs, points[j], points[j + 1], _SUBGRID)
        steps(1500 * (_SUBGRID + 1) * len(cut[j]), "virtual values in a cell")
        sums = [
            sum((value for value, _ in at(Fraction(p, _SUBGRID), cut[j])), Fraction(0)) for p in range(_SUBGRID + 1)
        ]
        yield (w - v) * (sum(sums, Fraction(0)) - (sums[0] + sums[-1]) / 2) / _SUBGRID
