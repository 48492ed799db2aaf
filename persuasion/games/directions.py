"""A polygon of payoffs by support: look in four directions, then beyond every open edge."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm
from typing import Final

from dual.errors import SolverError
from dual.kinds.games.kind import Honesty, Obedience, Plan
from dual.kinds.games.payoff_set import Facet, Inner, Outer, PayoffSetStatement, Vertex
from dual.kinds.games.polygon import Point, hull, turn
from dual.kinds.games.program import Combination, GameProgram
from dual.kinds.games.statement import Objective
from transport.programs.effort import Effort
from transport.programs.shadow import Cone, Direction, Shadow
from transport.road.linear_kind import RULE, Master, solve_program
from transport.road.methods import Found, method

from .expected import expected
from .methods import by_columns, multipliers_of, plan_of, solve_game, unadvised, witnesses
from .pricing import Plays

_AXES: Final = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""First directions: their optima span the box that holds the set."""
_MOST: Final = 5000
"""Directions at most, so vertices up to half as many: exact programs mostly end long before, those in floats may find
ever new vertices on one edge."""
Proof = Obedience | Honesty
Edge = tuple[Point, Point]


@method("directions", "support in four directions, then beyond every open edge of the hull")
def solve_directions(statement: PayoffSetStatement, effort: Effort) -> Found:
    """Look in four directions, then beyond every edge of the hull found so far, until none hides a pair."""
    search = _Search(statement, effort)
    effort.offer(search.at_once)
    for direction in _AXES:
        refutation = search.look(direction)
        if refutation is not None:
            return Found(None, refutation, "directions", search.iterations, infeasible=True)
    while (edge := search.open_edge()) is not None and len(search.proofs) < _MOST and not effort.exhausted():
        # Under a time limit an offer costs a check of all that was found: one each time that has doubled.
        if effort.time_limit is None or len(search.proofs).bit_count() == 1:
            effort.offer(search.witnesses)
        search.look(edge)
    return search.witnesses()


class _Search:
    """The pairs and half-planes found so far."""

    def __init__(self, statement: PayoffSetStatement, effort: Effort) -> None:
        self.statement = statement
        # What a single program finds is no witness of the set, so it is not offered as one.
        self.effort = replace(effort, incumbent=None)
        self.proofs: dict[Direction, Proof | Cone | None] = {}
        self.vertices: dict[Point, Vertex] = {}
        self.cones: dict[Point, list[Cone]] = {}
        self.iterations = 0
        self.game = GameProgram(statement)
        self._master: Master | None = None
        self._shadow: Shadow | None = None
        self._open: list[Edge] | None = None
        self._edge: Edge | None = None
        self.claim: str | float | None = None

    def at_once(self) -> Found:
        """An equilibrium without advice, if one is quickly seen, and the half-planes of any multipliers."""
        plan = unadvised(self.game)
        if plan is not None:
            self._keep(plan)
        facets = []
        for direction in _AXES:
            weighted = self._weighted(direction)
            if by_columns(self.game):
                master = Master(self.game.program(weighted), Plays(self.game, weighted))
            else:
                master = self._master_of(weighted)
            proof = witnesses(self.game, master.answer(None, 0, self.effort), "directions").dual
            if isinstance(proof, (Obedience, Honesty)):
                facets.append(Facet(tuple(map(Fraction, direction)), proof))
        return Found(self.inner(), Outer(tuple(facets)) if facets else None, "directions")

    def _weighted(self, direction: Direction) -> Combination:
        return [(Fraction(d), objective) for d, objective in zip(direction, self.statement.objectives, strict=True)]

    def _master_of(self, weighted: Combination) -> Master:
        """The program in one direction, all plays at hand; its rows are read once."""
        program = self.game.program(weighted)
        if self._master is None:
            self._master = Master(program, None)
        else:
            self._master.aim(program)
        return self._master

    def witnesses(self) -> Found:
        """What was found, in the form of the kind's files."""
        return Found(
            primal=self.inner(),
            dual=self.outer(),
            method="directions",
            iterations=self.iterations,
            claim=self.claim,
            rule=RULE,
        )

    def look(self, direction: Direction) -> Proof | None:
        """Find the farthest pair in a direction; return a proof that there is no pair at all, if that is so."""
        if self._open is not None and self._turned(direction):
            return None
        answer = self._solved(self._weighted(direction))
        proof = answer.dual if isinstance(answer.dual, (Obedience, Honesty)) else None
        if answer.infeasible:
            return proof
        self.iterations += answer.iterations
        self.effort = replace(self.effort, start=answer.warm)
        self.claim = self.claim or answer.claim
        if isinstance(answer.primal, Plan):
            self._keep(answer.primal)
        self.proofs[direction] = proof
        self.effort.tell(f"{len(self.proofs)} directions, {len(self.vertices)} pairs")
        return None

    def _turned(self, direction: Direction) -> bool:
        """Look in one more direction from the last basis; false if that does not prove what is farthest."""
        if by_columns(self.game):
            return False
        if self._shadow is None:
            both = [self.game.program([(Fraction(1), objective)]) for objective in self.statement.objectives]
            self._shadow = self._master_of(self._weighted(direction)).shadow(*both)
        deadline = None if self.effort.time_limit is None else time.monotonic() + self.effort.remaining()
        try:
            found = self._shadow.corner(direction, deadline)
        except SolverError:
            return False
        if found is None:
            return False
        values, cone = found
        point = self._keep(plan_of(self.game, {k: value for k, value in enumerate(values) if value}))
        self.cones.setdefault(point, []).append(cone)
        self.iterations += self._shadow.solver.iterations
        if cone.proves(direction):
            self.proofs[direction] = cone
        self.effort.tell(f"{len(self.proofs)} directions, {len(self.vertices)} pairs")
        return direction in self.proofs

    def _solved(self, weighted: Combination) -> Found:
        if by_columns(self.game):
            return solve_game(self.statement, weighted, self.effort)
        master = self._master_of(weighted)
        return witnesses(self.game, solve_program(master.program, self.effort, master=master), "program")

    def _keep(self, plan: Plan) -> Point:
        told = plan.recommended(self.statement)
        first, second = (
            expected(self.statement, told, payoff_of(self.statement, o)) for o in self.statement.objectives
        )
        point = first, second
        self.vertices.setdefault(point, Vertex(point, plan.plan))
        if self._open is not None and self._edge is not None and turn(*self._edge, point) < 0:
            self._open += [(self._edge[0], point), (point, self._edge[1])]
        return point

    def corners(self) -> list[Point]:
        """The hull so far."""
        return hull(self.vertices)

    def open_edge(self) -> Direction | None:
        """The outward direction of an edge that nothing proves.

        What lies beyond an edge divides it in two, so that edges are known without another hull; only at the end all
        are looked through, in case that floats have misplaced some.
        """
        if self._open is None:
            self._open = self._edges()
        while self._open:
            self._edge = self._open.pop()
            if (direction := self._unproven(self._edge)) is not None:
                return direction
        for edge in self._edges():
            self._edge = edge
            if (direction := self._unproven(edge)) is not None:
                return direction
        return None

    def _edges(self) -> list[Edge]:
        corners = self.corners()
        return list(zip([corners[-1], *corners], corners, strict=False)) if corners else []

    def _unproven(self, edge: Edge) -> Direction | None:
        """The outward direction of an edge, unless it is proven, perhaps by the basis of one of its ends."""
        direction = outward(*edge)
        if direction is None or direction in self.proofs:
            return None
        cones = (cone for end in edge for cone in self.cones.get(end, ()) if cone.proves(direction))
        if (cone := next(cones, None)) is None:
            return direction
        self.proofs[direction] = cone
        return None

    def inner(self) -> Inner | None:
        """The vertices of the hull, counterclockwise."""
        corners = self.corners()
        return Inner(tuple(self.vertices[corner] for corner in corners)) if corners else None

    def outer(self) -> Outer | None:
        """The half-planes that bound the hull along an edge; all of them if it is a segment or a point."""
        corners = self.corners()
        edges = {outward(corners[k - 1], corner) for k, corner in enumerate(corners)}
        complete = len(corners) > 2 and edges <= self.proofs.keys()
        kept = {direction: proof for direction, proof in self.proofs.items() if not complete or direction in edges}
        facets = [
            Facet(tuple(map(Fraction, direction)), self._written(direction, proof))
            for direction, proof in kept.items()
            if proof is not None
        ]
        return Outer(tuple(facets)) if facets else None

    def _written(self, direction: Direction, proof: Proof | Cone) -> Proof:
        if not isinstance(proof, Cone):
            return proof
        weights = {} if self._master is None else self._master.of_shadow(proof.weights(direction))
        return multipliers_of(self.game, weights)


def outward(a: Point, b: Point) -> Direction | None:
    """The direction to the right of a step, in coprime integers; None if it does not move."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    unit = lcm(dx.denominator, dy.denominator)
    across, along = int(dy * unit), int(-dx * unit)
    common = gcd(across, along)
    return (across // common, along // common) if common else None


def payoff_of(statement: PayoffSetStatement, objective: Objective) -> Callable[..., Fraction]:
    """What an objective is worth, by state and profile."""
    if objective.table is not None:
        return objective.table.at
    weights = objective.weights or ()

    def at(*place: int) -> Fraction:
        return sum(
            (w * table.at(*place) for w, table in zip(weights, statement.payoffs, strict=True) if w), Fraction(0)
        )

    return at
