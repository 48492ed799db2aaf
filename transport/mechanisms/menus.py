"""Good menus for a single buyer of one or two items whose values have laws: found in floats, valued exactly.

Starts are the best prices without lotteries and the best menu for a grid of types; from each, a gradient method moves
all offers at once. Revenue is smooth in them: it is what polygons weigh, times prices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial
from itertools import combinations, pairwise, product
from math import factorial
from typing import Any, Final

import numpy as np

from dual.errors import SolverError
from dual.kinds.mechanisms.axis import Axis
from dual.kinds.mechanisms.flux import axes_of
from dual.kinds.mechanisms.joint import JointLaw, coefficients, fan
from dual.kinds.mechanisms.menu import Menu, Offer
from dual.kinds.mechanisms.mesh import triangles
from dual.kinds.mechanisms.regions import lower, sold
from dual.kinds.mechanisms.statement import BuyerType, MechanismStatement
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.rounding import simple

from .finite import solve_finite, unit_of

GRID: Final = 12
"""Types along each axis for a first menu with lotteries; more find the same offers."""
_OFFERS: Final = 8
"""Offers kept of that menu, the best sold ones: broker's menus take eight, others that are known at most four."""
_ITERATIONS: Final = 80
"""Of the gradient method; each takes about as many menus as there are numbers in one."""
_PATIENCE: Final = 60.0
"""Seconds for the menu of the grid's types, which take one as a rule."""
_NEAR: Final = 0.12
"""Lotteries that differ by less in every item are one offer, cut in pieces by the grid."""
_SNAPS: Final = (100, 10_000, 10_000_000)
"""Denominators to which lotteries and prices are rounded; the menu that earns most is kept, the simplest first."""


def shop_of(statement: MechanismStatement) -> Shop:
    """The shop of a statement."""
    return Shop(statement) if statement.joint is None else JointShop(statement, statement.joint)


class Shop:
    """What menus earn, in floats.

    Menus are arrays of shape (offers, goods + 1): a lottery and a price in each row.
    """

    def __init__(self, statement: MechanismStatement) -> None:
        self.statement, self.axes = statement, axes_of(statement)
        self._goods()
        self.ends = [(float(axis.left), float(axis.right)) for axis in self.axes]
        self.unit = unit_of(end for axis in self.axes for end in (axis.left, axis.right))
        self.below = [np.polynomial.Polynomial([float(a) for a in axis.cumulative]) for axis in self.axes]
        self.density = [np.polynomial.Polynomial([float(a) for a in axis.density]) for axis in self.axes]
        degree = len(self.axes[0].cumulative) + len(self.axes[-1].density)
        nodes, weights = np.polynomial.legendre.leggauss(degree // 2 + 1)
        self.nodes, self.weights = (nodes + 1) / 2, weights / 2

    def _goods(self) -> None:
        statement = self.statement
        items = statement.count
        self.goods = np.eye(items) if statement.allocation is None else np.array(statement.allocation, float)
        self.costs = np.array([float(statement.cost(good)) for good in statement.all_goods])

    def points(self) -> tuple[Floats, Floats]:
        """Values, and how likely they are up to a factor."""
        points = np.array([*product(*(np.linspace(a, b, 41) for a, b in self.ends))])
        return points, np.prod([density(points[:, k]) for k, density in enumerate(self.density)], axis=0)

    def types(self) -> tuple[BuyerType, ...]:
        """A type in the middle of every cell of a grid."""
        middles, weights = zip(*(_middles(axis) for axis in self.axes), strict=True)
        return tuple(
            BuyerType(values=tuple(values), weight=_product(masses))
            for values, masses in zip(product(*middles), product(*weights), strict=True)
        )

    def allowed(self, menu: Floats) -> Floats:
        """The menu with probabilities that are some."""
        found = menu.copy()
        lotteries = np.clip(found[:, :-1], 0.0, 1.0)
        if not self.statement.apart:
            lotteries = lotteries / np.maximum(lotteries.sum(axis=1, keepdims=True), 1.0)
        found[:, :-1] = lotteries
        return found

    def earned(self, menu: Floats) -> float:
        """What a menu earns."""
        menu = self.allowed(menu)
        gets, prices = menu[:, :-1] @ self.goods, menu[:, -1]
        profits = prices - menu[:, :-1] @ self.costs
        every = [(np.zeros(gets.shape[1]), 0.0), *zip(gets, prices, strict=True)]
        total = 0.0
        for r, (own, price) in enumerate(every[1:]):
            region = self.box
            for s, (other, cost) in enumerate(every):
                if s != r + 1 and region:
                    region = _cut(region, own - other, cost - price)
            total += profits[r] * self._mass(region)
        return total

    @property
    def box(self) -> list[tuple[float, ...]]:
        """The corners of the values, counterclockwise."""
        if len(self.ends) == 1:
            return [(end,) for end in self.ends[0]]
        (a, b), (c, d) = self.ends
        return [(a, c), (b, c), (b, d), (a, d)]

    def _mass(self, region: Sequence[tuple[float, ...]]) -> float:
        if len(self.ends) == 1:
            return abs(float(self.below[0](region[1][0]) - self.below[0](region[0][0]))) if len(region) == 2 else 0.0
        if len(region) < 3:
            return 0.0
        total = 0.0
        for (x, y), (right, top) in pairwise([*region, region[0]]):
            if top != y:
                values = self.below[0](x + (right - x) * self.nodes) * self.density[1](y + (top - y) * self.nodes)
                total += (top - y) * float(self.weights @ values)
        return total

    def improved(self, menu: Floats, effort: Effort) -> Floats:
        """A menu nearby that earns more, if there is one."""
        from scipy.optimize import minimize

        shape, scale = menu.shape, max(abs(end) for ends in self.ends for end in ends)
        unit = np.append(np.ones(shape[1] - 1), scale)

        best = (-np.inf, menu)

        def loss(flat: Floats) -> float:
            nonlocal best
            tried = self.allowed(flat.reshape(shape) * unit)
            earned = self.earned(tried)
            best = max(best, (earned, tried), key=lambda one: one[0])
            if effort.exhausted():
                raise SolverError("the time limit was reached")
            return -earned / scale

        bounds = [(0.0, 1.0)] * (shape[1] - 1) + [(None, None)]
        start = (self.allowed(menu) / unit).ravel()
        options: Any = {"maxiter": _ITERATIONS, "ftol": 1e-14, "gtol": 1e-9}
        with suppress(SolverError):
            minimize(loss, start, method="L-BFGS-B", bounds=bounds * shape[0], options=options)
        return best[1]

    def exact(self, menu: Floats) -> Menu:
        """The menu in fractions, without what nobody buys."""
        best, earned = Menu(()), Fraction(0)
        for snap in _SNAPS:
            offers = []
            for *lottery, price in self.allowed(menu).tolist():
                chances = [simple(one, snap) for one in lottery]
                total = sum(chances, Fraction(0))
                if not self.statement.apart and total > 1:
                    chances = [one / total for one in chances]
                offers.append(Offer(tuple(chances), simple(Fraction(price) / self.unit, snap) * self.unit))
            masses = [mass for _, mass in sold(self.statement, Menu(tuple(offers)))]
            kept = Menu(tuple(offer for offer, mass in zip(offers, masses, strict=True) if mass))
            value = lower(self.statement, kept)
            # What is simple may be the optimum, and what is fine then only seems to earn as much.
            if value > earned * (1 + Fraction(1, 10**13)):
                best, earned = kept, value
        return best


class JointShop(Shop):
    """What menus earn where two values have a joint law."""

    def __init__(self, statement: MechanismStatement, law: JointLaw) -> None:
        self.statement, self.law = statement, law
        self._goods()
        corners = [[float(x) for x in corner] for corner in law.corners]
        self.ends = [(min(values), max(values)) for values in zip(*corners, strict=True)]
        self.unit = unit_of(x for corner in law.corners for x in corner)
        self._box = [tuple(corner) for corner in corners]
        # The density in barycentric coordinates of the first triangle, where it is the same polynomial as elsewhere.
        triangle = next(fan(law.corners))
        density = coefficients(law.band(triangle))
        self._powers = np.array(list(density))
        self._counts = np.array([
            factorial(sum(power)) / (factorial(power[0]) * factorial(power[1]) * factorial(power[2])) * float(one)
            for power, one in density.items()
        ]) / float(law.total)  # fmt: skip
        self._inverse = np.linalg.inv(np.array([[*map(float, corner), 1.0] for corner in triangle]))
        nodes, weights = np.polynomial.legendre.leggauss(self._powers[0].sum() // 2 + 2)
        s, t = np.meshgrid((nodes + 1) / 2, (nodes + 1) / 2, indexing="ij")
        self.nodes = np.stack([1 - s, s * (1 - t), s * t], axis=-1).reshape(-1, 3)
        self.weights = (np.outer(weights / 2 * (nodes + 1) / 2, weights / 2) * 2).ravel()

    @property
    def box(self) -> list[tuple[float, ...]]:
        """The corners of the values, counterclockwise."""
        return self._box

    def _mass(self, region: Sequence[tuple[float, ...]]) -> float:
        if len(region) < 3:
            return 0.0
        corners = np.array(region)
        parts = np.stack([np.broadcast_to(corners[0], corners[1:-1].shape), corners[1:-1], corners[2:]], axis=1)
        sides = parts[:, 1:] - parts[:, :1]
        surfaces = (sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0]) / 2
        points = self.nodes @ parts
        places = np.concatenate([points, np.ones((*points.shape[:2], 1))], axis=2) @ self._inverse
        values = np.prod(places[:, :, None, :] ** self._powers, axis=3) @ self._counts
        return float(surfaces @ (values @ self.weights))

    def points(self) -> tuple[Floats, Floats]:
        """Values, and how likely they are up to a factor."""
        types = self._centres(40)
        weights: Floats = np.array([float(one.weight or 0) for one in types])
        return np.array([[float(x) for x in one.values or ()] for one in types]), weights

    def types(self) -> tuple[BuyerType, ...]:
        """A type in the middle of every triangle of a mesh."""
        return self._centres(GRID)

    def _centres(self, parts: int) -> tuple[BuyerType, ...]:
        pieces = list(triangles(self.law, parts))
        weights = [self.law.integral(piece) / self.law.total for piece in pieces]
        middles = [tuple(sum(own, Fraction(0)) / 3 for own in zip(*piece, strict=True)) for piece in pieces]
        return tuple(BuyerType(values=v, weight=w) for v, w in zip(middles, weights, strict=True))


def _cut(region: Sequence[tuple[float, ...]], normal: Floats, offset: float) -> list[tuple[float, ...]]:
    """The part of an interval or a polygon where ``normal . v + offset >= 0``."""
    heights = [sum(n * x for n, x in zip(normal.tolist(), point, strict=True)) + offset for point in region]
    found: list[tuple[float, ...]] = []
    for k, (point, height) in enumerate(zip(region, heights, strict=True)):
        last, before = region[k - 1], heights[k - 1]
        if height * before < 0 and (len(point) > 1 or k):
            share = before / (before - height)
            found.append(tuple(a + share * (b - a) for a, b in zip(last, point, strict=True)))
        if height >= 0:
            found.append(point)
    return found


def plain_prices(shop: Shop) -> Floats:
    """Every item, or vertex, at the price that would be best for it alone; together, at the sum."""
    goods = len(shop.goods)
    single, (points, weights) = [], shop.points()
    for c, good in enumerate(shop.goods):
        worth = points @ good
        prices = np.linspace(worth.min(), worth.max(), 41)
        single.append(
            max((float(((price - shop.costs[c]) * weights[worth >= price]).sum()), price) for price in prices)[1]
        )
    sets: list[tuple[int, ...]] = [(c,) for c in range(goods)]
    if shop.statement.apart:
        sets = [chosen for size in range(1, goods + 1) for chosen in combinations(range(goods), size)]
    menu = np.zeros((len(sets), goods + 1))
    for r, chosen in enumerate(sets):
        menu[r, list(chosen)] = 1.0
        menu[r, -1] = sum(single[c] for c in chosen) * (1.0 if len(chosen) == 1 else 0.9)
    return menu


def gridded(shop: Shop, effort: Effort) -> Floats | None:
    """The offers of the best menu for types in the middle of a grid's cells, near ones as one."""
    statement = shop.statement
    finite = MechanismStatement(
        valuation=statement.valuation, types=shop.types(), costs=statement.costs, allocation=statement.allocation
    )
    menu = solve_finite(finite, Effort(time_limit=min(effort.remaining(), _PATIENCE))).primal
    taken = menu.choices(finite)
    merged: list[tuple[float, Floats]] = []
    mass = [float(sum((f for f, r in zip(finite.weights, taken, strict=True) if r == k), Fraction(0)))
            for k in range(len(menu.menu))]  # fmt: skip
    for k in sorted(range(len(menu.menu)), key=lambda k: -mass[k]):
        row = np.array([*map(float, menu.menu[k].lottery), float(menu.menu[k].price)])
        for r, (weight, kept) in enumerate(merged):
            if np.abs((row[:-1] - kept[:-1]) @ shop.goods).max() < _NEAR:
                merged[r] = (weight + mass[k], kept)
                break
        else:
            merged.append((mass[k], row))
    merged = sorted((one for one in merged if one[0] > 0), key=lambda one: -one[0])[:_OFFERS]
    return np.array([row for _, row in merged]) if merged else None


def _middles(axis: Axis) -> tuple[list[Fraction], list[Fraction]]:
    width = (axis.right - axis.left) / GRID
    knots = [axis.left + width * i for i in range(GRID + 1)]
    return [(a + b) / 2 for a, b in pairwise(knots)], [axis.mass(a, b) for a, b in pairwise(knots)]


def _product(masses: Sequence[Fraction]) -> Fraction:
    found = Fraction(1)
    for mass in masses:
        found *= mass
    return found


def best_menu(statement: MechanismStatement, effort: Effort) -> Menu:
    """The best menu that is found; quickly a fair one, then better ones, each offered."""
    shop = shop_of(statement)
    best, earned = Menu(()), Fraction(0)
    starts: list[Callable[[], Floats | None]] = [partial(plain_prices, shop), partial(gridded, shop, effort)]
    for start in starts:
        menu = start()
        found = Menu(()) if menu is None else shop.exact(shop.improved(menu, effort))
        value = lower(statement, found)
        effort.tell(f"a menu of {len(found.menu)} offers earns {float(value):.9g}")
        if value > earned:
            best, earned = found, value
        if effort.exhausted():
            break
    return best
