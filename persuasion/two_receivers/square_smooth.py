"""The two-receiver problem on the whole square: a plan on a fine grid below, piecewise polynomial potentials above.

The potentials solve the same program with alpha restricted to piecewise polynomials; its plans need only be admissible
on average over the pieces' basis functions. V is then raised by what the potentials miss between grid points, and by a
margin that lets the checker prove the inequalities on every cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import numpy as np

from dual.errors import SolverError
from dual.functions.expression import Expression
from dual.kinds.two_receivers.polynomials import Polynomials
from dual.kinds.two_receivers.square import Atoms, Plan, Potentials
from dual.kinds.two_receivers.statement import Grid, TwoReceiverStatement
from persuasion.two_receivers.near import coarse_to_fine
from persuasion.two_receivers.pairs import Pairs
from transport.functions.compiled import compiled
from transport.programs.arrays import Floats, Integers
from transport.programs.columns import Columns, Multipliers, Pricing, Stop, generate
from transport.programs.effort import Effort
from transport.programs.rounding import dyadic
from transport.road.methods import Found

from .plan import Exact, admissible_plan

_FINE: Final = 1000
"""Intervals of the grid that carries the plan and the samples."""
_SHAPES: Final = ((1, 1), (1, 4), (1, 8), (1, 12), (2, 6), (5, 4), (10, 3))
"""Pieces and degree of potentials, tried in turn: with little freedom they do not oscillate between samples."""
_MARGIN: Final = 2e-6
"""Room between the prices and the largest excess seen, relative to the utility's size: it is what the proof has to work
with, and what the bound loses."""
_ENOUGH: Final = 8e-6
"""A gap that further rounds would hardly lower, as the margin is lost anyway."""
_NEAR: Final = 1e-3
"""Pairs within this of the worst are looked at more closely: the largest excess lies near one of them."""
_BITS: Final = 50
"""Of potentials: rounding is far below the margin, and numbers are short."""
RULE = "the vertex that column generation ended in"


class SmoothPairs(Pairs):
    """The cells of two plans, with potentials that are continuous and polynomial between knots.

    The multipliers are alpha's values at equidistant nodes, ``degree`` steps a piece, for both receivers.
    """

    def __init__(
        self, prior: float, x: Floats, y: Floats, utility: Sequence[Floats], knots: Sequence[Floats], degree: int
    ) -> None:
        super().__init__(prior, x, y, utility)
        # Near the ends alpha must obey the inequalities of both states, for it is continuous.
        self.windows = ((0, len(x), 0, len(y)), (0, len(x), 0, len(y)))
        self.parts = [_basis(axis, own, degree) for axis, own in zip((x, y), knots, strict=True)]
        self.widths = [degree * (len(own) - 1) + 1 for own in knots]
        self.rows = sum(self.widths)

    def potentials(self, duals: Floats) -> tuple[Floats, Floats]:
        """Both potentials on the grid."""
        sides = np.split(duals, [self.widths[0]])
        first, second = (
            (side[nodes] * values).sum(axis=1) for side, (nodes, values) in zip(sides, self.parts, strict=True)
        )
        return first, second

    def sides(self, duals: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The potentials' contribution to a pair's reduced cost, per state: ``r[i] + c[j]``, by row and by column."""
        return super().sides(np.concatenate(self.potentials(duals)))

    def price(self, at: Multipliers) -> Pricing:
        """The best cell of every row and column; a response would have to be polynomial, too."""
        return self.scan(at.duals)

    def columns(self, ids: Integers) -> Columns:
        """The named cells as columns."""
        state, i, j = self.split(ids)
        cost = np.where(state == 0, self.utility[0][i, j], self.utility[1][i, j])
        (nodes1, values1), (nodes2, values2) = self.parts
        rows = np.hstack([nodes1[i], self.widths[0] + nodes2[j]])
        scale = (self.x[i] - state)[:, None], (self.y[j] - state)[:, None]
        coefficients = np.hstack([scale[0] * values1[i], scale[1] * values2[j]])
        width = rows.shape[1]
        return Columns(cost, state, np.arange(0, width * len(ids) + 1, width), rows.ravel(), coefficients.ravel())


def _basis(axis: Floats, knots: Floats, degree: int) -> tuple[Integers, Floats]:
    """For every grid point the nodes of its piece and the values there of their Lagrange polynomials."""
    piece = np.clip(np.searchsorted(knots, axis, side="right") - 1, 0, len(knots) - 2)
    t = (axis - knots[piece]) / (knots[piece + 1] - knots[piece]) * degree
    steps = np.arange(degree + 1)
    values = np.ones((len(axis), degree + 1))
    for k in steps:
        for other in steps[steps != k]:
            values[:, k] *= (t - other) / (k - other)
    return piece[:, None] * degree + steps, values


def solve_smooth(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """A plan on a fine grid, and polynomial potentials for all of the square."""
    axis = sorted({Fraction(k, _FINE) for k in range(_FINE + 1)} | {statement.prior})
    x = np.array([float(point) for point in axis])
    points = np.stack(np.meshgrid(x, x, indexing="ij"), axis=-1)
    gridded = replace(statement, grid=Grid(tuple(axis), tuple(axis)), domain="grid")
    effort.offer(lambda: _witnesses(axis, admissible_plan(gridded, ({}, {})), None, 0))
    # Below: the best plan on a fine grid, which contains the prior.
    functions = [_function(statement.low), _function(statement.high)]
    utility = [functions[0](points)]
    utility.append(utility[0] if statement.high == statement.low else functions[1](points))
    # All gaps are relative to the utility's size.
    size = max(float(np.abs(u).max()) for u in utility) or 1.0
    stop = Stop(1e-10, effort.rounds or 10_000)
    grid = Pairs(float(statement.prior), x, x, utility)
    found = coarse_to_fine(grid, stop, effort)
    rough: tuple[dict[tuple[int, ...], float], dict[tuple[int, ...], float]] = ({}, {})
    for s, row, column, mass in zip(*(part.tolist() for part in (*grid.split(found.ids), found.masses)), strict=True):
        rough[s][row, column] = mass
    plan = admissible_plan(gridded, rough)
    effort.offer(_witnesses(axis, plan, None, found.rounds))
    # Above: potentials of more and more pieces and degrees, raised until they hold between the points of the grid, too.
    best: tuple[float, list[Fraction], list[Fraction], list[list[list[Fraction]]]] | None = None
    rounds = found.rounds
    for count, degree in _SHAPES:
        knots = sorted({Fraction(k, count) for k in range(count + 1)} | ({statement.prior} if count > 1 else set()))
        own = np.array([float(knot) for knot in knots])
        client = SmoothPairs(float(statement.prior), x, x, utility, [own, own], degree)
        above = generate(client, Stop(1e-8, stop.rounds), effort, pool=found.ids)
        rounds += above.rounds
        pieces = [_polynomials(side, knots, degree) for side in np.split(above.duals, [client.widths[0]])]
        V = _raised(functions, utility, x, knots, pieces, size)
        bound = float(client.masses @ [float(value) for value in V])
        effort.tell(f"{count} pieces of degree {degree}: bound {bound:.9g} above {found.value:.9g}")
        if best is None or bound < best[0]:
            best = bound, V, knots, pieces
            if effort.time_limit is not None:
                effort.offer(_witnesses(axis, plan, (V, knots, pieces), rounds))
        if bound - found.value <= _ENOUGH * size or effort.exhausted():
            break
    if best is None:
        raise SolverError("no potentials could be found")
    _, V, knots, pieces = best
    effort.tell("proving the potentials on the square")
    return _witnesses(axis, plan, (V, knots, pieces), rounds)


def _witnesses(
    axis: Sequence[Fraction],
    plan: Exact,
    above: tuple[list[Fraction], list[Fraction], list[list[list[Fraction]]]] | None,
    rounds: int,
) -> Found:
    """A plan by grid indices and, if there are any, V, knots and the pieces of both potentials."""
    dual = None
    if above is not None:
        V, knots, pieces = above
        first, second = (Polynomials(tuple(knots), tuple(map(tuple, own))) for own in pieces)
        dual = Potentials(tuple(V), first, second)
    return Found(
        primal=Plan(Atoms(*(tuple((axis[a], axis[b], mass) for (a, b), mass in sorted(one.items())) for one in plan))),
        dual=dual,
        method="square",
        iterations=rounds,
        rule=RULE,
    )


def _function(utility: object) -> Any:
    if not isinstance(utility, Expression):
        raise TypeError
    return compiled(utility)


def _polynomials(values: Floats, knots: Sequence[Fraction], degree: int) -> list[list[Fraction]]:
    """The pieces' coefficients, powers of the posterior itself, rounded to a common dyadic grid."""
    found = []
    for k, (left, right) in enumerate(pairwise(knots)):
        nodes = [left + (right - left) * Fraction(s, degree) for s in range(degree + 1)]
        heights = [Fraction(float(v)) for v in values[degree * k : degree * k + degree + 1]]
        exact = _interpolated(nodes, heights)
        found.append([dyadic(c, _BITS) for c in exact])
    return found


def _interpolated(nodes: Sequence[Fraction], heights: Sequence[Fraction]) -> list[Fraction]:
    """Newton's interpolation, in powers of the variable."""
    table = list(heights)
    for step in range(1, len(nodes)):
        for k in range(len(nodes) - 1, step - 1, -1):
            table[k] = (table[k] - table[k - 1]) / (nodes[k] - nodes[k - step])
    found = [table[-1]]
    for node, coefficient in zip(nodes[-2::-1], table[-2::-1], strict=True):
        shifted = [Fraction(0), *found]
        for k, c in enumerate(found):
            shifted[k] -= node * c
        shifted[0] += coefficient
        found = shifted
    return found


def _raised(
    functions: Sequence[Any],
    utility: Sequence[Floats],
    x: Floats,
    knots: Sequence[Fraction],
    pieces: Sequence[Sequence[Sequence[Fraction]]],
    size: float,
) -> list[Fraction]:
    """The least V on the grid, raised by what lies between grid points where the slack is small, and by the margin."""
    own = np.array([float(knot) for knot in knots])
    tables = [np.array([[float(c) for c in piece] for piece in side]) for side in pieces]

    def alpha(side: int, at: Floats) -> Floats:
        piece = np.clip(np.searchsorted(own, at, side="right") - 1, 0, len(own) - 2)
        total = np.zeros_like(at)
        for power in range(tables[side].shape[1] - 1, -1, -1):
            total = total * at + tables[side][piece, power]
        return total

    found = []
    for state, (function, u) in enumerate(zip(functions, utility, strict=True)):
        excess = u - ((x - state) * alpha(0, x))[:, None] - (x - state) * alpha(1, x)
        worst = float(excess.max())
        i, j = np.nonzero(excess > worst - _NEAR * size)
        for dx in (-0.5, -0.25, 0.0, 0.25, 0.5):
            for dy in (-0.5, -0.25, 0.0, 0.25, 0.5):
                a, b = (np.clip(x[at] + shift / _FINE, 0, 1) for at, shift in ((i, dx), (j, dy)))
                between = function(np.stack([a, b], axis=-1)) - (a - state) * alpha(0, a) - (b - state) * alpha(1, b)
                worst = max(worst, float(between.max()))
        found.append(dyadic(worst + _MARGIN * size, _BITS))
    return found
