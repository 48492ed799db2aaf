"""The best menu for a law of beliefs about two states: one number, split, minimises a convex function.

Where it is smallest, either both maxima are attained once and the state itself is sold alone, or one of them twice, and
a partial experiment is sold besides. On a list of beliefs all is exact; with a density the minimum is found in floats,
and what is proven are the menu's revenue and the bound at the split that was found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from dual.functions.law import ContinuousLaw
from dual.kinds.experiments.statement import ExperimentMenuStatement, ListedLaw
from dual.kinds.experiments.two_states import (
    Item,
    Menu,
    Prices,
    Side,
    falling,
    law_of,
    piece,
    rising,
    stakes_of,
)
from dual.numbers.exact import Vector
from dual.numbers.interval import interval, outward
from transport.functions.compiled import compiled
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.rounding import simple
from transport.road.methods import Found

from .offers import offered

METHOD: Final = "split"
RULE: Final = "the menu at the split that proves the bound"
_NEAR: Final = 1e-11
"""Floats this close to the largest, relative to it, are compared exactly: far above rounding errors of a product, and
few even among a million beliefs."""
_CELLS: Final = 4096
"""Cells on which a distribution function is tabulated; with eight nodes each it is accurate to rounding errors for
densities that are smooth on a thousandth of the interval."""
_NODES: Final = 8
"""Of Gauss's rule in a cell: exact for polynomials up to degree 15, so cells may be few."""
_SLACK: Final = 1e-11
"""By how much the proven bound may exceed the maximum, relative to the stakes; less needs more knots."""
_MOST_KNOTS: Final = 3000
"""A density that is rough everywhere would ask for ever more; the bound is then a little weaker."""
_VISIBLE: Final = 1e-5
"""A maximum lower than another by more than this on the grid is lower: curvature within a cell is far less."""
_PEAKS: Final = 20
"""Maxima that are looked at closely; a flat function has very many, all the same."""
_SIMPLE: Final = 10**6
"""Largest denominator that is looked at for the number meant."""

Place = tuple[Fraction, Fraction]
"""The thresholds x and y at which the two maxima are attained."""


def solve_two_states(statement: ExperimentMenuStatement, effort: Effort) -> Found:
    """The best menu for a law of beliefs."""
    law = law_of(statement)
    effort.offer(lambda: Found(Menu(()), Prices(Fraction(1, 2)), METHOD, rule=RULE))
    if isinstance(law, ListedLaw):
        return _solve_listed(statement, Listed(law))
    return _solve_density(statement, Density(law), effort)


def solve_types(statement: ExperimentMenuStatement, law: ExperimentMenuStatement, effort: Effort) -> Found:
    """The best menu for types who are a law of beliefs."""
    found = solve_two_states(law, effort)
    experiments = [((a, 1 - d), (1 - a, d)) for a, d in (item.diagonal for item in found.primal.menu)]
    menu = offered(statement, experiments, [item.price for item in found.primal.menu])
    return Found(menu, found.dual, METHOD, found.iterations, rule=RULE)


def menu_of(stakes: Vector, low: Place, high: Place, split: Fraction) -> Menu:
    """The menu that jumps at two pairs of thresholds, such that the last line is the free one.

    Parameters
    ----------
    stakes : pair of Fraction
    low, high : pairs of Fraction
        Thresholds (x, y) that attain the maxima where the slope ``s1 x - s2 (1 - y)`` is <= 0, and where it is >= 0.
    split : Fraction
        At 0 and 1 a slope need not change its sign.
    """
    s1, s2 = stakes
    slopes = [s1 * x - s2 * (1 - y) for x, y in (low, high)]
    if slopes[0] >= 0:  # all types buy: the state costs what the least eager one pays
        return Menu((Item((Fraction(1), Fraction(1)), s2 * (1 - low[1])),)) if split == 0 else menu_of_one(s1 * low[0])
    if slopes[1] <= 0:
        return menu_of_one(s1 * high[0])
    p = -slopes[0] / (slopes[1] - slopes[0])
    items: dict[tuple[Fraction, Fraction], Fraction] = {}
    part = s1 * (1 - p) * low[0]
    full = part + s1 * p * high[0]
    if low[0] < high[0]:
        items[1 - p, Fraction(1)] = part
    items[Fraction(1), Fraction(1)] = full
    if low[1] < high[1]:
        items[Fraction(1), p] = full - s2 * (1 - p) * (1 - low[1])
    return Menu(tuple(Item(diagonal, price) for diagonal, price in items.items()))


def menu_of_one(price: Fraction) -> Menu:
    """The state itself at a price."""
    return Menu((Item((Fraction(1), Fraction(1)), price),))


# A list of beliefs


class Listed:
    """The two maxima over a list of beliefs, exactly, at any split."""

    def __init__(self, law: ListedLaw) -> None:
        self.law = law
        points, upto = law.sorted
        self._unit, self._whole = law.support.denominator, law.prior.denominator
        self._points, self._upto = points, upto
        self._below = [0, *upto[:-1]]
        self._x = np.array(points, dtype=np.float64) / self._unit
        self.distribution = np.array(upto, dtype=np.float64) / self._whole
        self._G = np.concatenate([[0.0], self.distribution[:-1]])

    def first(self, split: Fraction, largest: bool) -> tuple[Fraction, Fraction, Fraction]:
        """The largest ``x (split - F(x-))``: its value, x, and ``x F(x-)``; of several x the least or the largest."""
        near = _near(self._x * (float(split) - self._G))
        p, q = split.numerator * self._whole, split.denominator
        values = {i: self._points[i] * (p - q * self._below[i]) for i in near}
        i = _pick(values, lambda i: self._points[i], largest)
        x = Fraction(self._points[i], self._unit)
        return Fraction(values[i], self._unit * q * self._whole), x, x * Fraction(self._below[i], self._whole)

    def second(self, split: Fraction, largest: bool) -> tuple[Fraction, Fraction, Fraction]:
        """The largest ``(1 - y) (F(y) - split)``: its value, y, and ``(1 - y) F(y)``."""
        near = _near((1 - self._x) * (self.distribution - float(split)))
        p, q = split.numerator * self._whole, split.denominator
        values = {i: (self._unit - self._points[i]) * (q * self._upto[i] - p) for i in near}
        i = _pick(values, lambda i: self._points[i], largest)
        y = Fraction(self._points[i], self._unit)
        return Fraction(values[i], self._unit * q * self._whole), y, (1 - y) * Fraction(self._upto[i], self._whole)


def _near(values: Floats) -> list[int]:
    top = float(values.max())
    found: list[int] = np.flatnonzero(values >= top - _NEAR * (abs(top) + 1e-300) - 1e-16).tolist()
    return found


def _pick(values: dict[int, int], place: Callable[[int], int], largest: bool) -> int:
    top = max(values.values())
    best = [i for i, value in values.items() if value == top]
    return max(best, key=place) if largest else min(best, key=place)


@dataclass(frozen=True)
class Tangent:
    """Thresholds (x, y) and the line in the split by which they support the function from below."""

    place: Place
    at_zero: Fraction
    slope: Fraction

    def at(self, split: Fraction) -> Fraction:
        """The line's value."""
        return self.at_zero + self.slope * split


def _solve_listed(statement: ExperimentMenuStatement, listed: Listed) -> Found:
    """Tangents from either side meet at a split; the one there replaces one of them, until they are the function."""
    s1, s2 = stakes_of(statement)

    def tangent(split: Fraction, largest: bool) -> Tangent:
        _, x, xF = listed.first(split, largest)
        _, y, yF = listed.second(split, largest)
        return Tangent((x, y), s2 * yF - s1 * xF, s1 * x - s2 * (1 - y))

    low, high = tangent(Fraction(0), True), tangent(Fraction(1), False)
    rounds = 2
    if low.slope >= 0:
        split = Fraction(0)
    elif high.slope <= 0:
        split = Fraction(1)
    else:
        while True:
            split = (low.at_zero - high.at_zero) / (high.slope - low.slope)
            middle = tangent(split, False)
            rounds += 1
            if middle.at(split) == low.at(split):
                break
            if middle.slope <= 0:
                low = middle
            else:
                high = middle
    place = (low, low) if split == 0 else (high, high) if split == 1 else (low, high)
    menu = menu_of((s1, s2), place[0].place, place[1].place, split)
    return Found(menu, Prices(split), METHOD, rounds, rule=RULE)


# A density


class Density:
    """The distribution function of a density in floats, and the two maxima at any split."""

    def __init__(self, law: ContinuousLaw) -> None:
        self.law = law
        self._low, self._high = float(law.lower), float(law.upper)
        self._density = None if law.density is None else compiled(law.density)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        self._nodes, self._weights = (nodes + 1) / 2, weights / 2
        self.grid = np.linspace(self._low, self._high, _CELLS + 1)
        masses = self._masses(self.grid[:-1], self.grid[1:])
        self._total = float(masses.sum())
        self.distribution = np.concatenate([[0.0], np.cumsum(masses) / self._total])

    def _masses(self, left: Floats, right: Floats) -> Floats:
        if self._density is None:
            return right - left
        points = left[:, None] + (right - left)[:, None] * self._nodes
        values: Floats = (self._density(points[..., None]) * self._weights).sum(axis=1) * (right - left)
        return values

    def F(self, x: float) -> float:
        """The distribution function."""
        if not self._low < x < self._high:
            return float(x >= self._high)
        k = int(np.searchsorted(self.grid, x, side="right")) - 1
        rest = self._masses(self.grid[k : k + 1], np.array([x]))
        return float(self.distribution[k] + rest[0] / self._total)

    def at(self, x: Floats) -> Floats:
        """The density."""
        if self._density is None:
            return np.full(x.shape, 1 / self._total)
        return np.asarray(self._density(x[..., None]) / self._total)

    def first(self, split: float) -> float:
        """Where ``x (split - F(x))`` is largest."""
        return self._largest(lambda x: x * (split - self.F(x)), self.grid * (split - self.distribution))

    def second(self, split: float) -> float:
        """Where ``(1 - y) (F(y) - split)`` is largest."""
        return self._largest(lambda y: (1 - y) * (self.F(y) - split), (1 - self.grid) * (self.distribution - split))

    def _largest(self, function: Callable[[float], float], values: Floats) -> float:
        from scipy.optimize import minimize_scalar

        # Of several maxima on the grid each may be the largest: the grid shows them up to a cell's curvature only.
        inner = np.pad(values, 1, constant_values=-np.inf)
        peaks = np.flatnonzero((values >= inner[:-2]) & (values >= inner[2:]) & (values >= values.max() - _VISIBLE))
        best: tuple[float, float] = (-np.inf, 0.0)
        for k in peaks[:_PEAKS].tolist():
            left, right = self.grid[max(k - 1, 0)], self.grid[min(k + 1, _CELLS)]
            found = minimize_scalar(
                lambda x: -function(x), bounds=(left, right), method="bounded", options={"xatol": 1e-13}
            )
            best = max(best, (float(values[k]), float(self.grid[k])), (float(-found.fun), float(found.x)))
        return best[1]


def _solve_density(statement: ExperimentMenuStatement, density: Density, effort: Effort) -> Found:
    stakes = stakes_of(statement)
    s1, s2 = map(float, stakes)

    def place(split: float) -> tuple[float, float]:
        return density.first(split), density.second(split)

    def slope(at: tuple[float, float]) -> float:
        return s1 * at[0] - s2 * (1 - at[1])

    low, high = 0.0, 1.0
    low_place, high_place = place(low), place(high)
    rounds = 2
    while high - low > 1e-15 and not effort.exhausted():  # to the last digit of a double
        middle = (low + high) / 2
        if middle in (low, high):
            break
        found = place(middle)
        rounds += 1
        if slope(found) <= 0:
            low, low_place = middle, found
        else:
            high, high_place = middle, found
    split = _simple((low + high) / 2)
    menu = menu_of(stakes, *_snapped(low_place, high_place), split)
    effort.offer(Found(menu, Prices(split), METHOD, rounds, rule=RULE))
    law = density.law
    scale = Fraction(_SLACK)
    left = knots(law, split, rising, low_place[0], scale, effort)
    right = knots(law, split, falling, low_place[1], scale, effort)
    return Found(menu, Prices(split, left, right), METHOD, rounds, rule=RULE)


def _snapped(low: tuple[float, float], high: tuple[float, float]) -> tuple[Place, Place]:
    """Thresholds as fractions; two that differ by rounding only are one, between them."""
    found: list[list[Fraction]] = [[], []]
    for one, other in zip(low, high, strict=True):
        if abs(one - other) < 1e-6:  # floats see one kink on two sides
            one = other = (one + other) / 2
        found[0].append(_simple(one))
        found[1].append(_simple(other))
    return (found[0][0], found[0][1]), (found[1][0], found[1][1])


def _simple(x: float) -> Fraction:
    """A fraction near a float: a simple one within its rounding errors if there is one."""
    near = simple(x, _SIMPLE)
    if near.denominator < 1000 and abs(near - Fraction(x)) < Fraction(1, 10**7):
        return near
    return simple(x, 10**15)


def knots(law: ContinuousLaw, split: Fraction, side: Side, peak_at: float, slack: Fraction, effort: Effort) -> Vector:
    """Knots between which the bounds of a function exceed its maximum by no more than a slack.

    Far from the maximum a few are enough; near it intervals are about as long as the square root of the slack.
    """
    F_at = _simple(min(max(peak_at, float(law.lower)), float(law.upper)))
    mass = law.mass(law.lower, F_at) / law.total if F_at > law.lower else interval(0)
    top = side(split, F_at, mass, interval(0))[0]
    goal = max(top, Fraction(0)) + slack
    found: list[Fraction] = []
    F = interval(0)
    stack = [(law.lower, law.upper)]
    while stack:
        left, right = stack.pop()
        narrow = right - left < Fraction(1, 1 << 40) or len(found) >= _MOST_KNOTS or effort.exhausted()
        bound, mass = piece(law, split, left, right, F, side)
        if narrow or bound <= goal:
            F = outward(F + mass)
            if right < law.upper:
                found.append(right)
            continue
        middle = (left + right) / 2
        stack += [(middle, right), (left, middle)]
    return tuple(found)
