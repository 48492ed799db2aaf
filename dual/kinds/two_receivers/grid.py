"""Two receivers whose posteriors lie on grids: plans by indices, and potentials of the grids' posteriors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any, NoReturn

from dual.errors import Violation
from dual.functions.expression import Expression
from dual.numbers.exact import Vector, vector
from dual.numbers.masses import listed_masses
from dual.proofs.majorant import first_excess
from dual.statement import Record, Witness, stated
from dual.words import brief

from .statement import STATES, TwoReceiverStatement, ends, pair

Masses = tuple[dict[tuple[int, int], Fraction], dict[tuple[int, int], Fraction]]


@dataclass(frozen=True, repr=False)
class Atoms(Record):
    """Masses of the pairs of posteriors in either state."""

    l: tuple[tuple[Any, ...], ...] = stated(listed_masses, "x y", "in state l")  # noqa: E741 (the state's name)
    h: tuple[tuple[Any, ...], ...] = stated(listed_masses, "x y", "in state h")


@dataclass(frozen=True, repr=False)
class Plan(Witness):
    """Masses >= 0 of the right totals under which every receiver's posterior is what the plan says."""

    plan: Atoms = stated(Atoms, "", "masses by posteriors, in either state")

    def masses(self, statement: TwoReceiverStatement) -> Masses:
        """The masses by state and indices; refuse the plan unless it is admissible to both receivers."""
        found: Masses = ({}, {})
        for state, name, atoms, total in zip(found, STATES, (self.plan.l, self.plan.h), statement.masses, strict=True):
            for k, (i, j, mass) in enumerate(atoms):
                if mass < 0:
                    raise Violation(f"primal.plan.{name}[{k}]: the mass {brief(mass)} is negative")
                state[i, j] = state.get((i, j), Fraction(0)) + mass
            placed = sum(state.values(), Fraction(0))
            if placed != total:
                raise Violation(f"the masses in state {name} sum to {brief(placed)}, its probability is {brief(total)}")
        for receiver, points in enumerate((statement.x, statement.y)):
            admissible(found, receiver, points)
        return found


def admissible(masses: Masses, receiver: int, points: Vector) -> None:
    """Refuse a plan under which a receiver's messages would lead to other posteriors than the plan says."""
    low, high = ([Fraction(0)] * len(points) for _ in STATES)
    for marginal, state in zip((low, high), masses, strict=True):
        for place, mass in state.items():
            marginal[place[receiver]] += mass
    for k, point in enumerate(points):
        if (low[k] or high[k]) and point * low[k] != (1 - point) * high[k]:
            raise Violation(
                f"receiver {receiver + 1} at posterior {brief(point)} (index {k}): "
                f"the mass of l times {brief(point)} is {brief(point * low[k])}, "
                f"the mass of h times {brief(1 - point)} is {brief((1 - point) * high[k])}"
            )


def worth(statement: TwoReceiverStatement, state: int, i: int, j: int) -> Fraction:
    """The utility, from below, at a point of the grid; a plan has mass at a few of these only."""
    utility = statement.high if state else statement.low
    if isinstance(utility, Expression):
        return ends(utility, statement.x[i], statement.y[j])[0]
    return utility.at(i, j)


def lower(statement: TwoReceiverStatement, primal: Plan) -> Fraction:
    """The expected utility of an admissible plan."""
    return sum(
        (
            worth(statement, state, *cell) * mass
            for state, atoms in enumerate(primal.masses(statement))
            for cell, mass in atoms.items()
            if mass
        ),
        Fraction(0),
    )


@dataclass(frozen=True, repr=False)
class Potentials(Witness):
    """``V`` for both states, and a potential for each receiver's posteriors."""

    V: Vector = stated(pair, "", "[V_l, V_h]: (1-p) V_l + p V_h is the bound")
    alpha1: Vector = stated(vector, "x", "of receiver 1's posteriors")
    alpha2: Vector = stated(vector, "y", "of receiver 2's posteriors")

    def sides(self, statement: TwoReceiverStatement) -> list[tuple[Vector, Vector]]:
        """For either state vectors r and c such that the utility at (i, j) must not exceed ``r[i] + c[j]``."""
        (low, high), x, y = self.V, statement.x, statement.y
        return [
            (
                tuple(low + point * a for point, a in zip(x, self.alpha1, strict=True)),
                tuple(map(mul, y, self.alpha2)),
            ),
            (
                tuple(high - (1 - point) * a for point, a in zip(x, self.alpha1, strict=True)),
                tuple((point - 1) * a for point, a in zip(y, self.alpha2, strict=True)),
            ),
        ]

    def bound(self, statement: TwoReceiverStatement) -> Fraction:
        """What the potentials prove once they majorise."""
        return sum(map(mul, statement.masses, self.V), Fraction(0))


def upper(statement: TwoReceiverStatement, dual: Potentials) -> Fraction:
    """The bound ``(1-p) V_l + p V_h``, once the potentials majorise both utilities."""
    for state, ((_, above), (r, c)) in enumerate(zip(statement.tables, dual.sides(statement), strict=True)):
        excess = first_excess(above, r, c)
        if excess is not None:
            refuse_excess(statement, above.at(*excess), r, c, state, excess)
    return dual.bound(statement)


def refuse_excess(
    statement: TwoReceiverStatement,
    worth: Fraction,
    r: Vector | Mapping[int, Fraction],
    c: Vector | Mapping[int, Fraction],
    state: int,
    cell: tuple[int, int],
) -> NoReturn:
    """Refuse because at a cell the utility is worth more than ``r[i] + c[j]``."""
    i, j = cell
    signs = ("+ x alpha1 + y alpha2", "- (1-x) alpha1 - (1-y) alpha2")
    raise Violation(
        f"u_{STATES[state]}[{i}][{j}] = {brief(worth)} > {brief(r[i] + c[j])} = "
        f"V_{STATES[state]} {signs[state]} at x = {brief(statement.x[i])}, y = {brief(statement.y[j])}"
    )
