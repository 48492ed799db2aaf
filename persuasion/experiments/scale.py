"""Laws of beliefs and of scales: two items from below; a known scale, and flux certificates, from above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from math import ceil
from typing import Any, Final

import numpy as np

from dual.errors import InputError, SolverError, Undecided
from dual.functions.law import ContinuousLaw
from dual.kinds.experiments.scale import (
    TRIANGLE,
    Menu,
    goods,
    grid_of,
    known,
    laws_of,
    lower,
    upper,
    without,
)
from dual.kinds.experiments.statement import ExperimentMenuStatement
from dual.kinds.experiments.two_states import Item, Prices
from dual.kinds.mechanisms.flux import Grid
from dual.limits import budget
from dual.numbers.exact import Vector
from transport.mechanisms.finite import unit_of
from transport.mechanisms.flux import FluxProgram, even_knots
from transport.programs.arrays import Floats, Integers
from transport.programs.effort import Effort
from transport.programs.rounding import simple
from transport.road.methods import Found

from .two_states import Density, solve_two_states

METHOD: Final = "flux"
GRIDS: Final = (8, 16, 24, 36, 48)
"""Intervals of either axis, from round to round; the error of the bound falls with their square."""
DENSE: Final = (24,)
"""The same for beliefs with a density, which are looked at more closely."""
QUICK: Final = 24
"""Intervals up to which grids are refined where neither a gap nor a number of rounds is asked for: some seconds."""
_KNOTS: Final = 3000
"""Beliefs between which buyers are counted: the loss is about 1e-7 of revenue."""
_FEWER: Final = 150
"""The same for densities that are not constant, whose integrals take longer; two humps lose 1.4e-4 of revenue."""
NODES: Final = ((0.0, 0.5), (1.0, 0.5))
"""Where cells are looked at along beliefs, and with which weights: lines ask for no more."""
LOBATTO: Final = ((0.0, 1 / 12), ((1 - 5**-0.5) / 2, 5 / 12), ((1 + 5**-0.5) / 2, 5 / 12), (1.0, 1 / 12))
"""The same for densities: exact for polynomials of degree 5."""
_RARE: Final = 1e-3
"""Shares of buyers at either end who may share an interval: smaller masses are too small for floats."""
_ROUGH: Final = 2000
"""Denominators of the grid's beliefs, as shares of their interval."""
_SIMPLE: Final = 10**7
"""Denominators of shares and prices; revenue is flat at its maximum."""
_SAME: Final = 1e-7
"""A menu that earns no more than this share beyond a smaller one is what floats and grids make of that one."""
RULE: Final = "the best that was found"


def knots_of(statement: ExperimentMenuStatement, count: int) -> list[Vector]:
    """So many beliefs, even or closer where there are more buyers, and scales as far as they spread."""
    asked, (scale, law) = goods(statement), laws_of(statement)
    scales, beliefs = even_knots(asked, count)
    if law.density is None:
        return [scales, beliefs]
    spread = (scale.upper - scale.lower) / scale.upper
    scales = even_knots(asked, max(2, ceil(count * spread)))[0]
    density = Density(law)
    ends, upto = density.grid, density.distribution
    # In an interval the bound is off by its mass times its width squared; but the usual beliefs have a fine grid, too.
    usual = (upto[1:] > _RARE) & (upto[:-1] < 1 - _RARE)
    thick: Floats = np.cbrt(np.diff(upto) * np.diff(ends) ** 2)
    walked = np.concatenate([[0.0], np.cumsum(thick / thick.sum() + usual / usual.sum())])
    inner: Floats = np.interp(np.arange(1, count) / count * walked[-1], walked, ends)
    width = law.upper - law.lower
    found = {law.lower + width * simple(float((x - law.lower) / width), _ROUGH) for x in map(Fraction, inner.tolist())}
    return [scales, tuple(sorted({law.lower, law.upper} | {x for x in found if law.lower < x < law.upper}))]


class ScaleProgram(FluxProgram):
    """The program of a grid on the axes of scales and beliefs.

    Beside what selling two goods has, buyers have u0 without buying: residuals earn its averages.
    """

    def __init__(self, statement: ExperimentMenuStatement, count: int) -> None:
        self.asked = statement
        super().__init__(goods(statement), knots_of(statement, count))
        self._earned()

    def _grid(self, knots: tuple[Vector, ...]) -> Grid:
        return grid_of(self.asked, knots)

    def _earned(self) -> None:
        """What residuals take off the bound: those of faces axis by axis, then those of cells, as rows have them."""
        grid, shape, average = self.grid, self.grid.shape, without(self.asked, self.grid)
        volume = np.outer(*self.masses)
        worths = []
        for axis in (0, 1):
            faces = tuple(n + (k == axis) for k, n in enumerate(shape))
            side = self.masses[1][None, :] if axis == 0 else self.masses[0][:, None]
            averages = [float(average(axis, place)) for place in product(*map(range, faces))]
            worths.append((np.array(averages).reshape(faces) * side).ravel())
        averages = [float(average(None, place)) for place in grid.cells()]
        worths.append((np.array(averages).reshape(shape) * volume).ravel())
        worth = np.concatenate(worths)
        cost = np.zeros(self._count)
        for rows, columns, entries in self._rows:
            kept = rows < len(worth)
            np.add.at(cost, columns[kept], entries[kept] * worth[rows[kept]])
        used: Integers = np.flatnonzero(cost).astype(np.int64)
        self._weights.append((used, cost[used] / self.unit))

    def _at_corners(self) -> None:
        """An epigraph at either scale of every cell and some of its beliefs, above what each vertex earns there."""
        grid, (scale, beliefs) = self.grid, laws_of(self.asked)
        self.unit = float(unit_of([scale.upper]))
        F = self.unit / float(scale.upper - scale.lower)
        scales, ends = (np.array([float(x) for x in own]) for own in grid.knots)
        scales, widths = scales / self.unit, np.diff(ends)
        density = Density(beliefs)
        upto: Floats = np.array([density.F(one) for one in ends[:-1].tolist()])
        nodes = NODES if beliefs.density is None else LOBATTO
        for i, (node, weight) in product((0, 1), nodes):
            epigraph: Integers = self._columns(grid.shape)
            v: Floats = scales[i : len(scales) - 1 + i, None]
            x: Floats = ends[:-1] + widths * node
            below = np.array([density.F(one) for one in x.tolist()])
            share: Floats = np.clip((below - upto) / self.masses[1], 0.0, 1.0)
            height: Floats = density.at(x)
            size = height + 1 / float(beliefs.upper - beliefs.lower)  # so that rows are of one size
            for a, d in TRIANGLE:
                goes: Floats = (float(a) * x + float(d) * (1 - x)) * height / size
                tilts: Floats = float(a - d) * F * v / size
                self._add(
                    [
                        (self.field[0][..., i], np.broadcast_to(goes, grid.shape)),
                        (self.field[1][..., 0], tilts * (1 - share)),
                        (self.field[1][..., 1], tilts * share),
                        (epigraph, -1.0),
                    ],
                    -(v * F * goes),
                )
            self._weights.append((epigraph.ravel(), np.outer(np.diff(scales) / 2, weight * widths * size).ravel()))


class Crowd:
    """Buyers in floats: a grid of beliefs with their shares, and uniform scales."""

    def __init__(self, scale: ContinuousLaw, density: Density) -> None:
        self.low, self.high = map(float, scale.range)
        self.beliefs: Floats = (density.grid[1:] + density.grid[:-1]) / 2
        self.shares: Floats = np.diff(density.distribution)
        self.free: Floats = np.maximum(self.beliefs, 1 - self.beliefs)

    def beyond(self, price: Floats | float, gain: Floats) -> Floats:
        """The share of scales v with ``v gain >= price``."""
        least = price / np.maximum(gain, 1e-300)
        found: Floats = np.clip((self.high - least) / (self.high - self.low), 0.0, 1.0)
        return found

    def earned(self, partial: Floats, price: float, whole: float) -> float:
        """What a partial item with this diagonal and the state itself earn together."""
        full = 1 - self.free
        part = partial[0] * self.beliefs + partial[1] * (1 - self.beliefs) - self.free
        apart = np.where(whole > price, full - part, 0.0)
        # The partial item sells where it begins to pay before the state does.
        sold = (part > 0) & (price * full < whole * part) & (apart > 0)
        both = price * self.beyond(price, part) + (whole - price) * self.beyond(whole - price, apart)
        return float(self.shares @ np.where(sold, both, whole * self.beyond(whole, full)))

    def best(self, start: Floats) -> Floats:
        """How much a partial item falls short in either state, and both prices, that earn most near a start."""
        from scipy.optimize import minimize

        def loss(tried: Floats) -> float:
            if min(tried) < 0 or max(tried[:2]) > 1:
                return 0.0
            return -self.earned(1 - tried[:2], tried[2] * self.high, tried[3] * self.high) / self.high

        options: Any = {"xatol": 1e-7, "fatol": 1e-12, "maxiter": 2000}
        found = minimize(loss, start, method="Nelder-Mead", options=options)
        return np.asarray(found.x)


def best_items(statement: ExperimentMenuStatement, alone: Sequence[Item]) -> Menu:
    """The best menu that is found of the state itself and at most one other item, with where to count its buyers.

    Parameters
    ----------
    statement : ExperimentMenuStatement
    alone : sequence of Item
        The best menu for buyers who all have scale 1.
    """
    scale, beliefs = laws_of(statement)
    crowd = Crowd(scale, Density(beliefs))
    mean = (crowd.low + crowd.high) / 2 / crowd.high
    whole = max((float(item.price) for item in alone), default=0.25)
    starts = [
        np.array([short, 0.0, share * whole * mean, whole * mean]) for short in (0.1, 0.5) for share in (0.5, 0.9)
    ]
    starts += [np.array([0.0, *start[:1], *start[2:]]) for start in starts]
    for item in alone:
        if min(item.diagonal) < 1:
            a, d = map(float, item.diagonal)
            starts.append(np.array([1 - a, 1 - d, float(item.price) * mean, whole * mean]))
    tried = [_stated(crowd.best(start), scale) for start in starts]
    tried += [[one[-1]] for one in tried]
    menus = [Menu(tuple(items), _counted(items, scale, beliefs)) for items in tried if min(i.price for i in items) > 0]
    rough = {k: crowd.earned(*_floats(menu.menu)) for k, menu in enumerate(menus)}
    if not menus:
        return Menu(())
    # The simplest of those that earn about as much.
    most = max(rough.values())
    kept = [k for k in rough if rough[k] >= most * (1 - _SAME)]
    return min((menus[k] for k in kept), key=lambda menu: len(menu.menu))


def _floats(items: Sequence[Item]) -> tuple[Floats, float, float]:
    partial, whole = items[0], items[-1]
    return np.array([float(x) for x in partial.diagonal]), float(partial.price), float(whole.price)


def _stated(found: Floats, scale: ContinuousLaw) -> list[Item]:
    """A partial item and the state itself, with simple numbers."""
    short = [simple(min(max(float(x), 0.0), 1.0), _SIMPLE) for x in found[:2]]
    prices = [simple(float(x), _SIMPLE) * scale.upper for x in found[2:]]
    return [Item((1 - short[0], 1 - short[1]), prices[0]), Item((Fraction(1), Fraction(1)), prices[1])]


def _counted(items: Sequence[Item], scale: ContinuousLaw, beliefs: ContinuousLaw) -> tuple[Fraction, ...]:
    """Even beliefs, and those at which it changes what is bought: between those the lists of items stay the same."""
    count = _KNOTS if beliefs.density is None else _FEWER
    width = beliefs.upper - beliefs.lower
    found = {beliefs.lower + width * Fraction(i, count) for i in range(1, count)}
    for side in (0, 1):  # gains are a x + b on either side of 1/2
        lines = [(Fraction(0), Fraction(0), Fraction(0))]
        for item in items:
            a, d = item.diagonal
            lines.append((a - d - (1 if side else -1), d - (0 if side else 1), item.price))
        for (a, b, t), (c, e, s) in combinations(lines, 2):
            for v in (scale.lower, scale.upper):  # v (gain - gain') = price - price'
                if v and a != c:
                    found.add(((s - t) / v * -1 - b + e) / (a - c))
            if a != c:
                found.add((e - b) / (a - c))
        for (a, b, t), (c, e, s), (f, g, u) in combinations(lines, 3):
            # Three offers tie at one scale.
            slope = (s - t) * (f - a) - (u - t) * (c - a)
            if slope:
                found.add(((u - t) * (e - b) - (s - t) * (g - b)) / slope)
    return tuple(sorted(x for x in found if beliefs.lower < x < beliefs.upper))


def solve_scale(statement: ExperimentMenuStatement, effort: Effort) -> Found:
    """Prove an interval for the best revenue from buyers who differ in beliefs and scale."""
    effort.offer(lambda: Found(Menu(()), Prices(Fraction(1, 2)), METHOD))
    simpler = solve_two_states(known(statement), replace(effort, incumbent=None))
    found = Found(best_items(statement, simpler.primal.menu), simpler.dual, METHOD, rule=RULE)
    below, above = lower(statement, found.primal), upper(statement, found.dual)
    effort.offer(found)
    most = QUICK if effort.gap is None and effort.rounds is None else GRIDS[-1]
    grids = GRIDS if laws_of(statement)[1].density is None else DENSE
    for rounds, count in enumerate(grids[: effort.rounds], 1):
        if count > most or effort.exhausted() or float(above - below) <= (effort.gap or 0.0) * float(below):
            break
        try:
            program = ScaleProgram(statement, count)
            certificate = program.repaired(program.solve(effort))
            with budget():  # as the checker has it: a field that takes too long is none
                lower(statement, found.primal)
                bound = upper(statement, certificate)
        except (InputError, SolverError, Undecided) as stop:
            return replace(found, claim=str(stop))
        if bound < above:
            found, above = replace(found, dual=certificate, iterations=rounds), bound
            effort.offer(found)
        effort.tell(f"{count} x {count} cells: revenue in [{float(below):.9g}, {float(above):.9g}]")
    return found
