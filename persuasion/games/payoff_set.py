"""Payoff sets: every pair of two objectives that an AI can bring about, as an exact polygon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Unpack

from dual.errors import InputError
from dual.kinds.games.kind import Plan
from dual.kinds.games.payoff_set import Inner, Outer, PayoffSetStatement
from dual.kinds.games.polygon import Point, turn
from dual.kinds.games.program import GameProgram
from dual.words import brief
from transport.road.methods import by_name
from transport.road.problem import Problem
from transport.road.solution import Solution
from transport.road.table import Table

from .directions import Proof, outward, payoff_of, solve_directions
from .expected import expected
from .fields import GameFields
from .labels import player_names, plays
from .nash import extreme_equilibria, mixture, pure_equilibria

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution


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

        The grade is exact then too, unless the polygon's size has more than 100,000 digits, as that of several thousand
        vertices may have.
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
            first, second = (expected(statement, plan, payoff_of(statement, o)) for o in statement.objectives)
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
