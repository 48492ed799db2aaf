"""Contract: what to pay for effort that nobody sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final, Unpack

from dual.errors import SuasionError
from dual.kinds.contracts import absence, processes, sets
from dual.kinds.contracts.kind import Costs, Offer, one_stage
from dual.kinds.contracts.stage import ActionProof, Situation, dot
from dual.kinds.contracts.statement import ContractStatement
from dual.numbers.exact import Vector
from dual.words import brief
from transport.programs.effort import Effort
from transport.road.methods import Found, by_name, method
from transport.road.picture import entitled
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .form import FORM
from .linear import Linear, linear_contract
from .processes import CANDIDATES, COMMITMENT, INDUCTION, STATIONARY, solve_process
from .sets import ENVELOPE, TEAM, solve_sets
from .stage import Best, LeastPay, best_contract, least_pay
from .teams import TREE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PROGRAMS: Final = "programs"
_MOST_PAYS: Final = 40
"""Actions up to which a table gives the least pay for each, a linear program that is solved for it: a second or so."""
_MOST_ROWS: Final = 200
"""Rows of a table of plays; more are not read."""


@method("best", "the principal's best contract, by the way that belongs to the instance's form")
def solve_best(statement: ContractStatement, effort: Effort) -> Found:
    """Solve an instance of any form."""
    if statement.states is not None:
        return solve_process(statement, effort)
    return solve_sets(statement, effort) if statement.outcomes is None else _solve_stage(statement, effort)


def _solve_stage(statement: ContractStatement, effort: Effort) -> Found:
    here = one_stage(statement)
    if statement.action is None:
        effort.offer(lambda: unpaid(here))

        def witnesses(best: Best) -> Found:
            offer = Offer(best.chosen.contract or (), best.chosen.action)
            return Found(offer, Costs(best.proofs), PROGRAMS, rule="of equally good actions the agent's best")

        return witnesses(best_contract(here, told=lambda best: effort.offer(lambda: witnesses(best))))
    found = [least_pay(here, a) for a in range(len(here.net_costs))]
    wanted, bound = found[statement.action], Costs(tuple(one.proof for one in found))
    if wanted.contract is None:
        return Found(None, bound, PROGRAMS, infeasible=True)
    return Found(Offer(wanted.contract, wanted.action), bound, PROGRAMS)


def unpaid(here: Situation) -> Found:
    """No pay, which no action costs less than."""
    nothing = (Fraction(0),) * len(here.rewards)
    kept = [
        (-d, dot(row, here.rewards), -a) for a, (row, d) in enumerate(zip(here.outcomes, here.net_costs, strict=True))
    ]
    proofs = (ActionProof(multipliers=()),) * len(kept)
    return Found(Offer(nothing, -max(kept)[2]), Costs(proofs), PROGRAMS)


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
        if isinstance(self.primal, processes.ByStage) and len(self.primal.stages) == statement.horizon:
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
        """Why nothing satisfies the problem: no contract brings the action about, or there is no equilibrium."""
        if isinstance(self.dual, absence.Absence):
            return "of all candidates for a stationary equilibrium, in pure strategies, none is one"
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
            few = len(statement.outcomes) <= _MOST_PAYS
            for a, (own, least) in enumerate(zip(statement.outcomes, self._least(few), strict=True)):
                gross = dot(own, statement.rewards or ())
                pay: Cell = "cannot be brought about" if least is None else least
                left = None if least is None else gross - least
                rows.append([problem.action_name(a), gross - (statement.costs or ())[a], pay, left])
            paid: list[list[Cell]] = [[problem.result_name(o), pay] for o, pay in enumerate(self.contract)]
            header = ["least pay", "principal"] if few else ["least pay, at least", "principal, at most"]
            return [
                Table("contract", ["outcome", "pay"], paid),
                Table("actions", ["action", "surplus", *header], rows),
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

    def _least(self, few: bool) -> list[Fraction | None]:
        """What each action of a single stage costs: exactly where they are few, else by what was proven on the way."""
        if few:
            return [one.pay for one in self.problem.least_pays]
        if not isinstance(self.dual, Costs):
            return [Fraction(0)] * len(self.problem.statement.outcomes or ())
        here = one_stage(self.problem.statement)
        return [here.least_pay(a, proof) for a, proof in enumerate(self.dual.actions)]

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

        if self.primal in (None, processes.ByStage(())):
            raise SuasionError("there is no contract to draw")
        ax = draw(self.problem.statement, self.primal, self.dual, self.values, ax)
        if not ax.get_title():
            entitled(ax, self.headline)
        return ax


class Contract(Problem[ContractStatement, ContractSolution]):
    """A principal pays an agent for what comes out, as she does not see what he does; pay is never negative.

    Give one of: a table of ``outcomes`` with ``costs`` and ``rewards``; ``states``, each with its table, that follow
    each other for a ``horizon`` or with a ``discount``; ``combinatorial`` actions of one agent; a ``team``. Where the
    agent is indifferent, the principal picks. He cannot leave: where he can, there is an action that costs nothing.

    Parameters
    ----------
    outcomes : array_like, shape (actions, outcomes), optional
        Probabilities; each row sums to one.
    costs : array_like, shape (actions,), optional
        What each action costs the agent.
    rewards : array_like, shape (outcomes,), optional
        What each outcome is worth to the principal.
    action : int, optional
        Only this action is to be brought about; the answer may be that no contract does.
    states : list of objects, optional
        ``{"outcomes", "costs", "rewards", "next"}``; ``next`` names for each outcome the state that follows, or the
        probabilities of all states.
    horizon : int, optional
        Stages; the subgame-perfect equilibrium is found by backward induction.
    discount : number in [0, 1), optional
        For ever: a stationary equilibrium, if value iteration leads to one.
    start : int
        The first state.
    ties : {"agent-high", "agent-low"}
        With a horizon: which of several contracts that are equally good for the principal is offered; what the agent
        gets matters one stage earlier.
    commitment : bool
        With a discount: whether the principal commits to a policy. What is proven is an interval.
    combinatorial, team : object, optional
        ``{"costs", "additive"}``, ``{"costs", "coverage", "element_weights"}`` or ``{"costs", "table"}``.
    actions, results : sequence of str, optional
        Names of actions and outcomes.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a field is missing or wrong, or more than one of the forms is given.

    Examples
    --------
    Success has probability 0, 1/2 or 4/5, at costs of 0, 1/10 and 3/10. The middle action is the best one to pay for:

    >>> job = Contract([[1, 0], ["1/2", "1/2"], ["1/5", "4/5"]], [0, "1/10", "3/10"], [0, 1])
    >>> solution = job.solve()
    >>> solution.lower, solution.grade, solution.action, [str(pay) for pay in solution.contract]
    (Fraction(2, 5), 'exact', 1, ['0', '1/5'])
    """

    kind = "contract"
    form = FORM
    methods = by_name(solve_best)
    roads: ClassVar[Mapping[str, str]] = {
        PROGRAMS: "one stage: the least pay for each action, by linear programs",
        INDUCTION: "a horizon: backward induction over the stages",
        STATIONARY: "a discount: value iteration, then the equations of the policy that it leads to",
        CANDIDATES: "a discount, where value iteration leads nowhere: all candidates for an equilibrium",
        COMMITMENT: "a discount and commitment: stationary contracts; welfare less what the agent has without pay",
        ENVELOPE: "several actions at once: the pieces of the agent's value; sets listed, or by CP-SAT with a tree",
        TEAM: "a team: every set of agents",
        TREE: "a team of more agents than that: a branching tree over who works",
    }
    solution_class = ContractSolution

    def __init__(
        self,
        outcomes: object = None,
        costs: object = None,
        rewards: object = None,
        *,
        action: int | None = None,
        states: object = None,
        horizon: int | None = None,
        discount: object = None,
        start: int | None = None,
        ties: str | None = None,
        commitment: bool | None = None,
        combinatorial: object = None,
        team: object = None,
        actions: Sequence[str] | None = None,
        results: Sequence[str] | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "outcomes": outcomes,
                "costs": costs,
                "rewards": rewards,
                "action": action,
                "states": states,
                "horizon": horizon,
                "discount": discount,
                "start": start,
                "ties": ties,
                "commitment": commitment,
                "combinatorial": combinatorial,
                "team": team,
                "actions": actions,
                "results": results,
                **described,
            }
        )

    def action_name(self, a: int) -> str:
        """An action's label, or its number."""
        return str(a) if self.statement.actions is None else self.statement.actions[a]

    def result_name(self, o: int) -> str:
        """An outcome's label, or its number."""
        return str(o) if self.statement.results is None else self.statement.results[o]

    @cached_property
    def least_pays(self) -> tuple[LeastPay, ...]:
        """For each action of a single stage, the cheapest contract that brings it about, or that there is none.

        Examples
        --------
        >>> job = Contract([[1, 0], ["1/2", "1/2"], ["1/5", "4/5"]], [0, "1/10", "3/10"], [0, 1])
        >>> [str(one.pay) for one in job.least_pays]
        ['0', '1/10', '8/15']
        """
        here = one_stage(self.statement)
        return tuple(least_pay(here, a) for a in range(len(here.net_costs)))

    @cached_property
    def first_best(self) -> Fraction:
        """What there would be to share in a single stage if the principal saw the action."""
        here = one_stage(self.statement)
        return max(dot(row, here.rewards) - c for row, c in zip(here.outcomes, here.net_costs, strict=True))

    @cached_property
    def best_linear(self) -> Linear:
        """The best contract that pays the same share of every reward, for a single stage.

        Raises
        ------
        InputError
            If a reward is negative, of which the agent cannot be made to pay a share.

        Examples
        --------
        >>> job = Contract([[1, 0], ["1/2", "1/2"], ["1/5", "4/5"]], [0, "1/10", "3/10"], [0, 1])
        >>> job.best_linear.alpha, job.best_linear.principal
        (Fraction(1, 5), Fraction(2, 5))
        """
        return linear_contract(one_stage(self.statement))
