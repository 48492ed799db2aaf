"""The two-receiver problem on the whole square, for utilities that are constant between breakpoints: solved exactly.

Besides the breakpoints themselves a receiver may hold posteriors just above or below one. The program over breakpoints
and these one-sided limits has the value of the whole square; where its optimum needs no limit, the value is attained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from dual.functions.expression import Expression
from dual.kinds.two_receivers.square import Atoms, Plan, Potentials
from dual.kinds.two_receivers.statement import TwoReceiverStatement, ends
from dual.kinds.two_receivers.steps import Stepped, places
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import LinearProgram, Optimum
from transport.road.methods import Found

_NEAR = Fraction(1, 2**30)
"""How far inside an interval, relative to its length, points stand for its open ends."""
RULE = "a vertex of the program over breakpoints and their one-sided limits"


@dataclass(frozen=True)
class Label:
    """A posterior, and a point at which the utility is what the label stands for."""

    posterior: Fraction
    place: Fraction


def solve_steps(
    statement: TwoReceiverStatement, breaks: Sequence[tuple[set[Fraction], set[Fraction]]], effort: Effort
) -> Found:
    """Exact potentials from the labelled program; a plan from the same without limits, or with posteriors near them."""
    knots = [
        sorted({Fraction(0), Fraction(1), statement.prior}.union(*(one[axis] for one in breaks))) for axis in (0, 1)
    ]
    labels = [_labels(axis) for axis in knots]
    optimum, _ = _solve(statement, labels, effort)
    first = len(labels[0])
    weights = [optimum.dual[2 : 2 + first], optimum.dual[2 + first :]]
    alphas = []
    for axis, own, side in zip(knots, labels, weights, strict=True):
        scaled = [
            label.posterior * (1 - label.posterior) * label.posterior.denominator * weight
            for label, weight in zip(own, side, strict=True)
        ]
        pieces = tuple((scaled[3 * i + 1], scaled[3 * i + 2]) for i in range(len(axis) - 1))
        alphas.append(Stepped(tuple(axis), tuple(scaled[::3]), pieces))
    points = [[Label(point, point) for point in axis] for axis in knots]
    attained, cells = _solve(statement, points, effort)
    if attained.value < optimum.value:
        near = [
            sorted({*axis, *(end for a, b in pairwise(axis) for end in (a + _NEAR * (b - a), b - _NEAR * (b - a)))})
            for axis in knots
        ]
        points = [[Label(point, point) for point in axis] for axis in near]
        attained, cells = _solve(statement, points, effort)
    plan: tuple[list[tuple[Fraction, ...]], ...] = ([], [])
    for (state, i, j), mass in zip(cells, attained.primal, strict=True):
        if mass:
            plan[state].append((points[0][i].posterior, points[1][j].posterior, mass))
    return Found(
        primal=Plan(Atoms(*map(tuple, plan))),
        dual=Potentials(tuple(optimum.dual[:2]), alphas[0], alphas[1]),
        method="breakpoints",
        iterations=optimum.iterations + attained.iterations,
        rule=RULE,
    )


def _labels(knots: Sequence[Fraction]) -> list[Label]:
    """Every knot, then the interval after it as seen from its left and from its right end."""
    found = [Label(knots[0], knots[0])]
    inner = places(knots)[1::2]
    for (a, b), middle in zip(pairwise(knots), inner, strict=True):
        found += [Label(a, middle), Label(b, middle), Label(b, b)]
    return found


def _solve(
    statement: TwoReceiverStatement, labels: Sequence[Sequence[Label]], effort: Effort
) -> tuple[Optimum, list[tuple[int, int, int]]]:
    xs, ys = labels
    cells: list[tuple[int, int, int]] = []
    objective: list[Fraction] = []
    rows: list[dict[int, int]] = [{} for _ in range(2 + len(xs) + len(ys))]
    known: dict[tuple[Expression, Fraction, Fraction], Fraction] = {}
    for state, utility in enumerate((statement.low, statement.high)):
        for i, x in enumerate(xs):
            for j, y in enumerate(ys):
                if (1 - state) in (x.posterior, y.posterior):
                    continue  # no mass of l at posterior 1, none of h at posterior 0
                if not isinstance(utility, Expression):
                    raise TypeError
                key = utility, x.place, y.place
                if key not in known:
                    known[key] = ends(utility, x.place, y.place)[1]
                k = len(cells)
                cells.append((state, i, j))
                objective.append(known[key])
                rows[state][k] = 1
                for row, point in ((2 + i, x.posterior), (2 + len(xs) + j, y.posterior)):
                    coefficient = point.numerator - state * point.denominator
                    if coefficient:
                        rows[row][k] = coefficient
    right = [*statement.masses, *[Fraction(0)] * (len(rows) - 2)]
    limit = None if effort.time_limit is None else max(effort.remaining(), 0.01)
    return solve(LinearProgram(objective, rows, ["="] * len(rows), right), time_limit=limit), cells
