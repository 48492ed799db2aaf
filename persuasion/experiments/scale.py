"""Laws of beliefs and of scales: one item from below, flux certificates on finer grids from above."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Final

import numpy as np

from dual.errors import SolverError, Undecided
from dual.kinds.experiments.scale import TRIANGLE, Menu, goods, lower, upper, without
from dual.kinds.experiments.statement import ExperimentMenuStatement
from dual.kinds.experiments.two_states import Item
from transport.mechanisms.finite import unit_of
from transport.mechanisms.flux import FluxProgram, even_knots
from transport.programs.arrays import Floats, Integers
from transport.programs.effort import Effort
from transport.programs.rounding import simple
from transport.road.methods import Found

METHOD: Final = "flux"
GRIDS: Final = (8, 16, 24, 36, 48)
"""Intervals of either axis, from round to round; the error of the bound falls with their square."""
QUICK: Final = 24
"""Intervals up to which grids are refined where neither a gap nor a number of rounds is asked for: some seconds."""
_KNOTS: Final = 3000
"""Beliefs between which buyers are counted: the loss is about 1e-7 of revenue."""
_GRID: Final = 20_000
"""Beliefs at which the search for a price looks."""
_PRICES: Final = 200
"""Even steps at which a price is tried before the best one is refined."""


class ScaleProgram(FluxProgram):
    """The program of a grid on the axes of scales and beliefs.

    Beside what selling two goods has, buyers have u0 without buying: residuals earn its averages.
    """

    def __init__(self, statement: ExperimentMenuStatement, count: int) -> None:
        asked = goods(statement)
        super().__init__(asked, even_knots(asked, count))
        self._earned()

    def _earned(self) -> None:
        """What residuals take off the bound: those of faces axis by axis, then those of cells, as rows have them."""
        grid, shape = self.grid, self.grid.shape
        volume = np.outer(*self.masses)
        parts = []
        for axis in (0, 1):
            faces = tuple(n + (k == axis) for k, n in enumerate(shape))
            side = self.masses[1][None, :] if axis == 0 else self.masses[0][:, None]
            averages = [float(without(grid, axis, place)) for place in product(*map(range, faces))]
            parts.append((np.array(averages).reshape(faces) * side).ravel())
        averages = [float(without(grid, None, place)) for place in grid.cells()]
        parts.append((np.array(averages).reshape(shape) * volume).ravel())
        worth = np.concatenate(parts)
        cost = np.zeros(self._count)
        for rows, columns, entries in self._rows:
            kept = rows < len(worth)
            np.add.at(cost, columns[kept], entries[kept] * worth[rows[kept]])
        used: Integers = np.flatnonzero(cost).astype(np.int64)
        self._weights.append((used, cost[used] / self.unit))

    def _at_corners(self) -> None:
        """An epigraph at every corner of every cell, above the value of each vertex of the triangle."""
        grid = self.grid
        self.unit = float(unit_of([grid.axes[0].right]))
        F, G = float(grid.axes[0].density[0]) * self.unit, float(grid.axes[1].density[0])
        scales, beliefs = (np.array([float(x) for x in own]) for own in grid.knots)
        scales = scales / self.unit
        area = np.outer(np.diff(scales), np.diff(beliefs))
        for i, j in product((0, 1), repeat=2):
            epigraph: Integers = self._columns(grid.shape)
            v: Floats = scales[i : len(scales) - 1 + i, None]
            x: Floats = beliefs[None, j : len(beliefs) - 1 + j]
            for a, d in TRIANGLE:
                goes, tilts = float(a) * x + float(d) * (1 - x), float(a - d) * F * v
                self._add(
                    [
                        (self.field[0][..., i], np.broadcast_to(G * goes, grid.shape)),
                        (self.field[1][..., j], np.broadcast_to(tilts, grid.shape)),
                        (epigraph, -1.0),
                    ],
                    -(v * F * G * goes),
                )
            self._weights.append((epigraph.ravel(), area.ravel() / 4))


def best_item(statement: ExperimentMenuStatement) -> Menu:
    """Full information at its best price."""
    scale, beliefs = goods(statement).laws or ()
    width = beliefs.upper - beliefs.lower
    price = _best_price(*map(float, (*scale.range, *beliefs.range)))
    # Beyond these beliefs nobody buys; an interval that holds one of them would be counted as 0.
    ends = {x for x in (price / scale.upper, 1 - price / scale.upper) if beliefs.lower < x < beliefs.upper}
    knots = {*ends, *(beliefs.lower + width * Fraction(i, _KNOTS) for i in range(1, _KNOTS))}
    return Menu((Item((Fraction(1), Fraction(1)), price),), tuple(sorted(knots)))


def _best_price(low: float, high: float, left: float, right: float) -> Fraction:
    """The price of full information that earns most, up to what floats and a grid of beliefs see."""
    from scipy.optimize import minimize_scalar

    x = left + (right - left) * (np.arange(_GRID) + 0.5) / _GRID
    gain = np.minimum(x, 1 - x)

    def loss(price: float) -> float:
        bought = (high - price / np.maximum(gain, 1e-300)) / (high - low)
        return -price * float(np.clip(bought, 0.0, 1.0).mean())

    prices = np.linspace(0, high * gain.max(), _PRICES + 1)[1:-1]
    best = int(np.argmin([loss(price) for price in prices]))
    ends = (prices[max(best - 1, 0)], prices[min(best + 1, len(prices) - 1)])
    found = minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-10})
    return simple(float(found.x), 10**9)


def solve_scale(statement: ExperimentMenuStatement, effort: Effort) -> Found:
    """Prove an interval for the best revenue from buyers who differ in beliefs and scale."""
    effort.offer(lambda: Found(Menu(()), ScaleProgram(statement, 1).still(), METHOD))
    found = Found(best_item(statement), ScaleProgram(statement, 1).still(), METHOD, rule="full information alone")
    below, above = lower(statement, found.primal), upper(statement, found.dual)
    effort.offer(found)
    most = QUICK if effort.gap is None and effort.rounds is None else GRIDS[-1]
    for rounds, count in enumerate(GRIDS[: effort.rounds], 1):
        if count > most or effort.exhausted() or float(above - below) <= (effort.gap or 0.0) * float(below):
            break
        program = ScaleProgram(statement, count)
        try:
            certificate = program.repaired(program.solve(effort))
            bound = upper(statement, certificate)
        except (SolverError, Undecided) as stop:
            return replace(found, claim=str(stop))
        if bound < above:
            found, above = replace(found, dual=certificate, iterations=rounds), bound
            effort.offer(found)
        effort.tell(f"{count} x {count} cells: revenue in [{float(below):.9g}, {float(above):.9g}]")
    return found
