"""Payoff sets: every pair of two objectives that an AI can bring about, as an exact polygon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm
from typing import TYPE_CHECKING, Any, Final, Unpack

from dual.errors import InputError
from dual.kinds.games.kind import Honesty, Obedience, Plan
from dual.kinds.games.payoff_set import Facet, Inner, Outer, PayoffSetStatement, Vertex
from dual.kinds.games.polygon import Point, hull, turn
from dual.kinds.games.program import Combination, GameProgram
from dual.kinds.games.statement import Objective
from dual.words import brief
from transport.programs.effort import Effort
from transport.road.linear_kind import RULE, Master, solve_program
from transport.road.methods import Found, by_name, method
from transport.road.problem import Problem
from transport.road.solution import Solution
from transport.road.table import Table

from .expected import expected
from .fields import GameFields
from .labels import player_names, plays
from .methods import by_columns, solve_game, unadvised, witnesses
from .nash import extreme_equilibria, mixture, pure_equilibria

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution

_AXES: Final = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""First directions: their optima span the box that holds the set."""
_MOST: Final = 5000
"""Directions at most, so vertices up to half as many: exact programs mostly end long before, those in floats may find
ever new vertices on one edge."""
Proof = Obedience | Honesty


@method("directions", "support in four directions, then beyond every open edge of the hull")
def solve_directions(statement: PayoffSetStatement, effort: Effort) -> Found:
    """Look in four directions, then beyond every edge of the hull found so far, until none hides a pair."""
    search = _Search(statement, effort)
    for direction in _AXES:
        refutation = search.look(direction)
        if refutation is not None:
            return Found(None, refutation, "directions", search.iterations, infeasible=True)
    while (edge := search.open_edge()) is not None and len(search.proofs) < _MOST and not effort.exhausted():
        # Under a time limit an offer costs a check of all that was found: one each time that has doubled.
        if effort.time_limit is not None and len(search.proofs).bit_count() == 1:
            effort.offer(search.witnesses())
        search.look(edge)
    return search.witnesses()


class _Search:
    """The pairs and half-planes found so far."""

    def __init__(self, statement: PayoffSetStatement, effort: Effort) -> None:
        self.statement = statement
        # What a single program finds is no witness of the set, so it is not offered as one.
        self.effort = replace(effort, incumbent=None)
        self.proofs: dict[tuple[int, int], Proof | None] = {}
        self.vertices: dict[Point, Vertex] = {}
        self.iterations = 0
        self.game = GameProgram(statement)
        self._master: Master | None = None
        self._open: list[tuple[Point, Point]] | None = None
        self._edge: tuple[Point, Point] | None = None
        self.claim: str | float | None = None
        plan = None if effort.time_limit is None else unadvised(self.game)
        if plan is not None:
            self._keep(plan)

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

    def look(self, direction: tuple[int, int]) -> Proof | None:
        """Find the farthest pair in a direction; return a proof that there is no pair at all, if that is so."""
        weighted = [(Fraction(d), objective) for d, objective in zip(direction, self.statement.objectives, strict=True)]
        answer = self._solved(weighted)
        proof = answer.dual if isinstance(answer.dual, (Obedience, Honesty)) else None
        if answer.infeasible:
            return proof
        self.iterations += answer.iterations
        self.effort = replace(self.effort, start=answer.warm)
        self.claim = self.claim or answer.claim
        if isinstance(answer.primal, Plan):
            point = self._keep(answer.primal)
            if self._open is not None and self._edge is not None and turn(*self._edge, point) < 0:
                self._open += [(self._edge[0], point), (point, self._edge[1])]
        self.proofs[direction] = proof
        self.effort.tell(f"{len(self.proofs)} directions, {len(self.vertices)} pairs")
        return None

    def _solved(self, weighted: Combination) -> Found:
        """The program in one direction; its rows are read once where all plays are at hand."""
        if by_columns(self.game):
            return solve_game(self.statement, weighted, self.effort)
        program = self.game.program(weighted)
        if self._master is None:
            self._master = Master(program, None)
        return witnesses(self.game, solve_program(program, self.effort, master=self._master), "program")

    def _keep(self, plan: Plan) -> Point:
        told = plan.recommended(self.statement)
        first, second = (expected(self.statement, told, _table(self.statement, o)) for o in self.statement.objectives)
        self.vertices.setdefault((first, second), Vertex((first, second), plan.plan))
        return first, second

    def corners(self) -> list[Point]:
        """The hull so far."""
        return hull(self.vertices)

    def open_edge(self) -> tuple[int, int] | None:
        """The outward direction of an edge beyond which nobody has looked.

        What lies beyond an edge divides it in two, so that edges are known without another hull; only at the end all
        are looked through, in case that floats have misplaced some.
        """
        if self._open is None:
            corners = self.corners()
            self._open = list(zip([corners[-1], *corners], corners, strict=False)) if corners else []
        while self._open:
            self._edge = self._open.pop()
            direction = outward(*self._edge)
            if direction is not None and direction not in self.proofs:
                return direction
        self._edge = None
        corners = self.corners()
        for k, point in enumerate(corners):
            direction = outward(corners[k - 1], point)
            if direction is not None and direction not in self.proofs:
                return direction
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
            Facet(tuple(map(Fraction, direction)), proof) for direction, proof in kept.items() if proof is not None
        ]
        return Outer(tuple(facets)) if facets else None


def outward(a: Point, b: Point) -> tuple[int, int] | None:
    """The direction to the right of a step, in coprime integers; None if it does not move."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    unit = lcm(dx.denominator, dy.denominator)
    across, along = int(dy * unit), int(-dx * unit)
    common = gcd(across, along)
    return (across // common, along // common) if common else None


def _table(statement: PayoffSetStatement, objective: Objective) -> Callable[..., Fraction]:
    if objective.table is not None:
        return objective.table.at
    weights = objective.weights or ()

    def at(*place: int) -> Fraction:
        return sum(
            (w * table.at(*place) for w, table in zip(weights, statement.payoffs, strict=True) if w), Fraction(0)
        )

    return at


class PayoffSetSolution(Solution["PayoffSet"]):
    """The polygon of all pairs, with a plan at every vertex and multipliers at every facet."""

    primal: Inner | None
    dual: Outer | Proof | None

    @property
    def vertices(self) -> list[Point]:
        """The corners, counterclockwise from the leftmost; empty if none was found."""
        return self.primal.corners() if self.primal else []

    @property
    def plans(self) -> Mapping[Point, Plan]:
        """The plan that attains each vertex."""
        found = self.primal.vertices if self.primal else ()
        return {(vertex.point[0], vertex.point[1]): Plan(vertex.plan) for vertex in found}

    @property
    def facets(self) -> list[tuple[tuple[Fraction, Fraction], Fraction]]:
        """Half-planes ``direction . pair <= bound`` that hold every pair."""
        found = self.dual.facets if isinstance(self.dual, Outer) else ()
        return [((f.direction[0], f.direction[1]), sum(f.proof.V, Fraction(0))) for f in found]

    @property
    def complete(self) -> bool:
        """Whether inner and outer description are the same set: every edge lies on a facet.

        The grade is exact then too, unless the polygon's size has more digits than a file holds; that is so for some
        hundred vertices.
        """
        bounds = dict(self.facets)
        corners = self.vertices
        if len(corners) < 3:
            return self.grade == "exact"
        for a, b in pairwise([corners[-1], *corners]):
            across = outward(a, b)
            if across is None:
                return False
            direction = (Fraction(across[0]), Fraction(across[1]))
            if bounds.get(direction) != direction[0] * a[0] + direction[1] * a[1]:
                return False
        return True

    def linear_program(self) -> LinearProgramSolution:
        """The program of the first facet, see :meth:`facet_program`."""
        return self.facet_program(0)

    def facet_program(self, number: int) -> LinearProgramSolution:
        """The program whose optimum a facet is: the vertex that lies farthest in its direction, and its multipliers.

        Parameters
        ----------
        number : int
            Which of ``facets``. Where nothing is feasible, 0 is the proof of that.

        Raises
        ------
        InputError
            If there is no such facet.
        """
        from dual.kinds.games.kind import values_of
        from transport.linear_program.translate import translated

        asked = self.problem.statement
        game = GameProgram(asked)
        proofs = [(f.direction, f.proof) for f in self.dual.facets] if isinstance(self.dual, Outer) else []
        if self.dual is not None and not isinstance(self.dual, Outer):
            proofs = [((Fraction(1), Fraction(0)), self.dual)]
        if not 0 <= number < len(proofs):
            raise InputError(f"there are {len(proofs)} facets, from 0 on; none has the number {number}", "facet")
        direction, proof = proofs[number]
        farthest = max(
            self.primal.vertices if self.primal else (),
            key=lambda vertex: direction[0] * vertex.point[0] + direction[1] * vertex.point[1],
            default=None,
        )
        return translated(
            game.program(list(zip(direction, asked.objectives, strict=True))),
            None if farthest is None else values_of(game, Plan(farthest.plan)),
            proof.weights(game),
            infeasible=self.grade == "infeasible",
            name=asked.name,
        )

    @property
    def area(self) -> Fraction:
        """The area of the hull of the vertices."""
        corners = self.vertices
        return sum((turn(corners[0], a, b) for a, b in pairwise(corners)), Fraction(0)) / 2

    @property
    def why(self) -> str:
        """That the fees are too high, where nothing is feasible."""
        if self.grade != "infeasible":
            return ""
        return "whatever the AI recommends, some player would rather not pay the fee"

    def facts(self) -> Iterable[tuple[str, str]]:
        """The polygon in short."""
        if self.vertices:
            proven = ", every edge proven" if self.complete else ""
            yield "polygon", f"{len(self.vertices)} vertices, area {brief(self.area)}{proven}"
            yield "value", "area plus the sides of the bounding box"

    def tables(self) -> Sequence[Table]:
        """Vertices and facets."""
        names = list(self.problem.objective_names)
        facets = [[d[0], d[1], bound] for d, bound in self.facets]
        return [
            Table("vertices", names, [list(point) for point in self.vertices]),
            Table("facets", [*(f"weight of {name}" for name in names), "at most"], facets),
        ]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the polygon, the part of it that needs no information, and Nash equilibria of games without types.

        Raises
        ------
        SuasionError
            If matplotlib is not installed, or nothing was found.
        """
        from .picture import draw_set

        problem = self.problem
        sets = [(f"the AI sees {problem.sight}", self.vertices)]
        if self.vertices and len(problem.statement.labels_seen) > 1:
            sets.append(("it sees nothing", problem.uninformed().solve().vertices))
        try:
            points = problem.unadvised() if self.vertices else []
        except InputError:  # too many candidates for a picture
            points = []
        return draw_set(sets, points, problem.objective_names, problem.name or "what an AI can bring about", ax)


class PayoffSet(Problem[PayoffSetStatement, PayoffSetSolution]):
    """All pairs of two linear objectives that an AI can bring about in a game; made by :meth:`Game.payoff_set`.

    The set is a convex polygon: the image of the plans that are followed under the two objectives. Its value is its
    size, the area plus the sides of the bounding box, so that equal bounds mean that inner and outer description agree.

    Parameters
    ----------
    prior, payoffs, law, sees, signals, costs, types, states, players, actions
        As for :class:`Game`.
    objectives : sequence of two mappings
        Each as the objective of a :class:`Game`.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape or a number is wrong.

    Examples
    --------
    A monopolist who sells at 1, 2 or 3 to a buyer whose value is one of these: whatever the market learns, consumer and
    producer surplus lie in the triangle of Bergemann, Brooks and Morris (2015).

    >>> profit = [[p if p <= value else 0 for p in (1, 2, 3)] for value in (1, 2, 3)]
    >>> surplus = [[value - p if p <= value else 0 for p in (1, 2, 3)] for value in (1, 2, 3)]
    >>> market = PayoffSet(["1/3"] * 3, [profit], [{"table": surplus}, {"weights": [1]}])
    >>> [(str(x), str(y)) for x, y in market.solve().vertices]
    [('0', '4/3'), ('2/3', '4/3'), ('0', '2')]
    """

    kind = "payoff-set"
    methods = by_name(solve_directions)
    solution_class = PayoffSetSolution

    def __init__(
        self,
        prior: object,
        payoffs: object,
        objectives: Sequence[Mapping[str, object]],
        **fields: Unpack[GameFields],
    ) -> None:
        self._state({"prior": prior, "payoffs": payoffs, "objectives": objectives, **fields})

    def uninformed(self) -> PayoffSet:
        """The same question about an AI that sees nothing of the state."""
        fields = {name: value for name, value in self.document().items() if name not in ("signals", "name")}
        return self.from_document({**fields, "sees": [0] * len(self.statement.prior)})

    @classmethod
    def _points(cls, name: str, fields: Mapping[str, Any]) -> list[Sequence[Any]] | None:
        return plays(name, fields)

    def unadvised(self) -> list[Point]:
        """Pairs of equilibria without an AI: the extreme ones of two players without types, else the pure ones.

        Raises
        ------
        InputError
            If there are too many candidates to try.
        """
        statement = self.statement
        two = len(statement.payoffs) == 2 and statement.law is None
        found = extreme_equilibria(statement) if two else pure_equilibria(statement)
        pairs = []
        for one in found:
            plan = {cell: mixture(one.strategies, cell[1]) for cell in statement.masses}
            first, second = (expected(statement, plan, _table(statement, o)) for o in statement.objectives)
            pairs.append((first, second))
        return sorted(set(pairs))

    @property
    def sight(self) -> str:
        """What the AI sees, in two words."""
        statement = self.statement
        if statement.signals is not None:
            return "a noisy signal"
        return "the state" if statement.sees is None else "a label of the state"

    @property
    def objective_names(self) -> tuple[str, str]:
        """What the axes measure."""
        names = player_names(self.statement)
        found = []
        for word, objective in zip(("first", "second"), self.statement.objectives, strict=True):
            weights = objective.weights or ()
            alone = [i for i, weight in enumerate(weights) if weight]
            one = len(alone) == 1 and weights[alone[0]] == 1
            found.append(f"payoff of {names[alone[0]]}" if one else f"{word} objective")
        return found[0], found[1]
