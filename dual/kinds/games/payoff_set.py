"""Kind ``payoff-set``: all pairs of two objectives that an AI can bring about in a game.

They form a convex polygon. Its *vertices*, each with the plan that attains it, prove an inner description; its
*facets*, each a direction d with multipliers that bound ``d . (w1, w2)``, prove an outer one. The value is the size of
the polygon, its area plus the sides of its bounding box, which is the same for both descriptions only if they are the
same set (:mod:`dual.kinds.games.polygon`). Everything about plans and multipliers is that of kind ``game``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Self

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.exact import Vector, vector
from dual.proofs import linear
from dual.statement import Record, Witness, stated
from dual.verdict import Kind
from dual.words import brief

from .kind import Honesty, Obedience, Plan, read_dual, read_plan, values_of
from .polygon import Point, clipped, cornered, hull, pointed, size
from .program import GameProgram
from .statement import Objective, PlayStatement

_WRITTEN: Final = 1_000_000
"""Entries of rows that are kept while all vertices and facets are checked: a hundred megabytes."""
_CUT: Final = 30
"""Steps of looking at one corner of a polygon, in integers of some hundred digits."""


@dataclass(frozen=True, kw_only=True, repr=False)
class PayoffSetStatement(PlayStatement):
    """A game, and the two objectives whose pairs are asked for."""

    kind = "payoff-set"
    objectives: tuple[Objective, ...] = stated(
        Objective, "*objectives", "the two objectives, as that of a game", after="payoffs"
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:
        """There are two."""
        if len(self.objectives) != 2:
            raise InputError(f"two objectives are needed, {len(self.objectives)} are given", "objectives")
        return super().checked(found, where)


def read_pair(raw: object, where: str) -> Vector:
    """Read two numbers."""
    return vector(raw, where, 2)


def read_proof(raw: object, where: str, statement: PlayStatement) -> Obedience | Honesty:
    """Read the multipliers of one direction."""
    return read_dual(raw, statement, where)


@dataclass(frozen=True, repr=False)
class Vertex(Record):
    """A pair that a plan attains."""

    point: Vector = stated(read_pair, "", "the two objectives")
    plan: tuple[Any, ...] = stated(read_plan, "", "the plan, as in kind game", after="statement")


@dataclass(frozen=True, repr=False)
class Facet(Record):
    """A half-plane that holds all pairs."""

    direction: Vector = stated(read_pair, "", "the weights of the two objectives")
    proof: Obedience | Honesty = stated(
        read_proof, "", "multipliers that bound the weighted sum, as in kind game", after="statement"
    )


@dataclass(frozen=True, repr=False)
class Inner(Witness):
    """Pairs that are attained; so is whatever lies between them."""

    vertices: tuple[Vertex, ...] = stated(Vertex, "*vertices", "pairs with their plans", after="statement")

    def corners(self) -> list[Point]:
        """The hull of the pairs."""
        return hull((x, y) for x, y in (vertex.point for vertex in self.vertices))


@dataclass(frozen=True, repr=False)
class Outer(Witness):
    """Half-planes that hold all pairs."""

    facets: tuple[Facet, ...] = stated(Facet, "*facets", "directions with their multipliers", after="statement")


def lower(statement: PayoffSetStatement, primal: Inner) -> Fraction:
    """The size of the hull of the vertices, once each is attained."""
    game = GameProgram(statement)
    steps(2 * len(primal.vertices) * game.work, f"checking {len(primal.vertices)} vertices")
    first, second = (game.program([(Fraction(1), objective)]) for objective in statement.objectives)
    first = written(first, game)
    for k, vertex in enumerate(primal.vertices):
        values = values_of(game, Plan(vertex.plan))
        found = linear.attained(first, values), linear.worth(second, values)
        if found != vertex.point:
            shown, claimed = (", ".join(map(brief, pair)) for pair in (found, vertex.point))
            raise Violation(f"primal.vertices[{k}]: the plan attains ({shown}), not ({claimed})")
    return size(primal.corners())


def upper(statement: PayoffSetStatement, dual: Outer) -> Fraction:
    """The size of what the facets leave of the box of all payoffs, once each is proven."""
    corners = outline(statement, dual)
    if not corners:
        raise Violation("the facets leave nothing, but that is to be proven by multipliers of its own")
    return size(corners)


def outline(statement: PayoffSetStatement, dual: Outer) -> list[Point]:
    """The corners of what the facets leave."""
    game = GameProgram(statement)
    count = len(dual.facets)
    # Each facet is proven, and cuts a polygon of at most four sides more than there were facets.
    steps(count * (game.work + _CUT * (count + 4)), f"checking {count} facets")
    corners = cornered(box(game, statement))
    rows = written(game.program([]), game)
    for facet in dual.facets:
        goal = game.goal(list(zip(facet.direction, statement.objectives, strict=True)), rows.count)
        bound = linear.proven(rows.valued(goal, goal.unit), facet.proof.weights(game))
        corners = clipped(corners, (facet.direction[0], facet.direction[1]), bound) if corners else []
    return pointed(corners)


def written(program: linear.Program, game: GameProgram) -> linear.Program:
    """A program that many witnesses are checked with, its rows written out unless that takes too much memory."""
    return program.written() if game.work <= _WRITTEN else program


def box(game: GameProgram, statement: PayoffSetStatement) -> list[Point]:
    """The box of all pairs that any play, followed or not, can bring about."""
    sides = []
    for objective in statement.objectives:
        goal = game.goal([(Fraction(1), objective)])
        low = high = 0
        entries = iter(goal)
        for _ in game.cells:
            cell = [next(entries) for _ in range(game.width)]
            low, high = low + min(cell), high + max(cell)
        sides.append((Fraction(low, goal.unit), Fraction(high, goal.unit)))
    (left, right), (bottom, top) = sides
    return [(left, bottom), (right, bottom), (right, top), (left, top)]


def infeasible(statement: PayoffSetStatement, dual: Obedience | Honesty) -> None:
    """Refuse unless multipliers prove that no plan is followed and worth its fees."""
    game = GameProgram(statement)
    linear.emptied(game.program([]), dual.weights(game))


KIND = Kind(
    "payoff-set",
    PayoffSetStatement.read,
    lower,
    upper,
    infeasible,
    primal=Inner.read,
    dual=Outer.read,
    refutation=read_dual,
)
