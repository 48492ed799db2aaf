"""What a contract's solution tells: pay, what is left to whom, and what happens by state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from dual.errors import SuasionError
from dual.kinds.contracts import processes, sets
from dual.kinds.contracts.kind import Offer, one_stage
from dual.kinds.contracts.stage import dot
from dual.numbers.exact import Vector
from dual.words import brief
from transport.road.solution import Solution
from transport.road.table import Cell, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .problem import Contract  # noqa: F401 (named in a string)

_MOST_ROWS = 200
"""Rows of a table of plays; more are not read."""


class ContractSolution(Solution["Contract"]):
    """A contract with its proof."""

    @property
    def contract(self) -> Vector:
        """Pay by outcome, for an instance of one stage; empty otherwise."""
        return self.primal.contract if isinstance(self.primal, Offer) else ()

    @property
    def action(self) -> int | None:
        """What the agent does, for an instance of one stage."""
        return self.primal.action if isinstance(self.primal, Offer) else None

    @property
    def agent(self) -> Fraction | None:
        """What is left to the agent: in the stage, or at the start."""
        statement = self.problem.statement
        if isinstance(self.primal, Offer):
            return one_stage(statement).chosen(self.primal.contract, self.primal.action)[1]
        if isinstance(self.primal, processes.Stationary):
            return self.primal.agent[statement.start or 0]
        if isinstance(self.primal, processes.ByStage):
            return self.values[-1][1][statement.start or 0]
        return None

    @cached_property
    def values(self) -> list[tuple[list[Fraction], list[Fraction]]]:
        """For a horizon: by stages to go, from one on, the values of principal and agent in every state."""
        statement = self.problem.statement
        if not isinstance(self.primal, processes.ByStage):
            return []
        found: list[tuple[list[Fraction], list[Fraction]]] = []
        count = len(statement.states or ())
        principal, agent = [Fraction(0)] * count, [Fraction(0)] * count
        for plays in self.primal.stages:
            pairs = []
            for s, play in enumerate(plays):
                here = processes.situation(statement, s, principal, agent, Fraction(1))
                pairs.append(here.chosen(play.contract, play.action))
            principal, agent = [v for v, _ in pairs], [u for _, u in pairs]
            found.append((principal, agent))
        return found

    @property
    def chosen(self) -> tuple[int, ...]:
        """The actions, or the members of the team, for an instance with sets; empty otherwise."""
        return getattr(self.primal, "chosen", ())

    @property
    def breakpoints(self) -> tuple[tuple[Fraction, tuple[int, ...]], ...]:
        """For one agent with several actions: from which promise on he does what."""
        if not isinstance(self.dual, sets.Envelope):
            return ()
        return tuple((piece.alpha, piece.chosen) for piece in self.dual.pieces)

    @property
    def why(self) -> str:
        """Why the action that is asked for cannot be brought about."""
        wanted = self.problem.statement.action
        if self.grade != "infeasible" or wanted is None:
            return ""
        weights = self.dual.actions[wanted].ray or ()
        total = sum((weight for _, weight in weights), Fraction(0))
        parts = ", ".join(f"{self.problem.action_name(k)} with {brief(weight / total)}" for k, weight in weights)
        return f"a mixture of other actions looks no worse at less cost: {parts}"

    def facts(self) -> Iterable[tuple[str, str]]:
        """What is left to the agent, and what there would be to share."""
        if self.agent is not None:
            yield "agent", brief(self.agent)
        if self.problem.statement.outcomes is not None:
            yield "first best", brief(self.problem.first_best)
        if isinstance(self.primal, sets.Promise):
            yield "promise", brief(self.primal.alpha)

    def tables(self) -> Sequence[Table]:
        """The contract, and what every action would cost; or what happens by state."""
        statement, problem = self.problem.statement, self.problem
        if statement.outcomes is not None:
            rows: list[list[Cell]] = []
            for one in problem.least_pays:
                own = statement.outcomes[one.action]
                surplus = dot(own, statement.rewards or ()) - (statement.costs or ())[one.action]
                left = None if one.pay is None else dot(own, statement.rewards or ()) - one.pay
                pay: Cell = "cannot be brought about" if one.pay is None else one.pay
                rows.append([problem.action_name(one.action), surplus, pay, left])
            paid: list[list[Cell]] = [[problem.result_name(o), pay] for o, pay in enumerate(self.contract)]
            return [
                Table("contract", ["outcome", "pay"], paid),
                Table("actions", ["action", "surplus", "least pay", "principal"], rows),
            ]
        if statement.states is not None:
            return self._state_tables()
        function = statement.combinatorial or statement.team
        if function is None or self.primal is None:
            return []
        if statement.team is not None:
            promised = sets.shares(statement.team, self.chosen) or []
            members: list[list[Cell]] = [[i, share] for i, share in zip(self.chosen, promised, strict=True)]
            return [Table("team", ["agent", "share of success"], members)]
        listed: list[list[Cell]] = [
            [alpha, ", ".join(map(str, chosen)), function.success(chosen), (1 - alpha) * function.success(chosen)]
            for alpha, chosen in self.breakpoints
        ]
        return [Table("from which promise on he does what", ["alpha", "actions", "success", "principal"], listed)]

    def _state_tables(self) -> list[Table]:
        header = ["state", "action", "contract", "principal", "agent"]
        if isinstance(self.primal, processes.Stationary):
            pairs = zip(self.primal.plays, self.primal.principal, self.primal.agent, strict=True)
            rows = [self._row(s, play, v, u) for s, (play, v, u) in enumerate(pairs)]
            return [Table("policy", header, rows[:_MOST_ROWS])]
        if not isinstance(self.primal, processes.ByStage):
            return []
        staged: list[list[Cell]] = []
        for h, (plays, values) in enumerate(zip(self.primal.stages, self.values, strict=True)):
            for s, (play, v, u) in enumerate(zip(plays, *values, strict=True)):
                staged.append([h + 1, *self._row(s, play, v, u)])
        return [Table("by stages to go", ["to go", *header], staged[::-1][:_MOST_ROWS])]

    def _row(self, s: int, play: processes.Play, v: Fraction, u: Fraction) -> list[Cell]:
        return [s, play.action, "(" + ", ".join(map(brief, play.contract)) + ")", v, u]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw pay by outcome, values by state or stages to go, or the principal's value against the promise.

        Raises
        ------
        SuasionError
            If matplotlib is not installed, or there is nothing to draw.
        """
        from .picture import draw

        if self.primal is None:
            raise SuasionError("there is no contract to draw")
        return draw(self, ax)
