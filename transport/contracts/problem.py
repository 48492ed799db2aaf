"""Contract: what to pay for effort that nobody sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any, ClassVar

from dual.errors import InputError
from dual.kinds.contracts.kind import Costs, Offer, one_stage
from dual.kinds.contracts.stage import dot
from dual.kinds.contracts.statement import ContractStatement
from transport.programs.effort import Effort
from transport.road.methods import Witnesses, by_name, method
from transport.road.problem import Problem

from .processes import COMMITMENT, INDUCTION, STATIONARY, solve_process
from .sets import ENVELOPE, TEAM, solve_sets
from .solution import ContractSolution
from .stage import LeastPay, best_contract, least_pay

PROGRAMS = "programs"


@method("best", "the principal's best contract, by the way that belongs to the instance's form")
def solve_best(statement: ContractStatement, effort: Effort) -> Witnesses:
    """Solve an instance of any form."""
    if statement.states is not None:
        return solve_process(statement, effort)
    return solve_sets(statement, effort) if statement.outcomes is None else _solve_stage(statement)


def _solve_stage(statement: ContractStatement) -> Witnesses:
    here = one_stage(statement)
    if statement.action is None:
        best = best_contract(here)
        offer = Offer(best.chosen.contract or (), best.chosen.action)
        return Witnesses(offer, Costs(best.proofs), PROGRAMS, rule="of equally good actions the agent's best")
    found = [least_pay(here, a) for a in range(len(here.net_costs))]
    wanted, bound = found[statement.action], Costs(tuple(one.proof for one in found))
    if wanted.contract is None:
        return Witnesses(None, bound, PROGRAMS, infeasible=True)
    return Witnesses(Offer(wanted.contract, wanted.action), bound, PROGRAMS)


@dataclass(frozen=True)
class Linear:
    """A contract that pays a share of the reward.

    Attributes
    ----------
    alpha : Fraction
        The share.
    action : int
        The agent's best reply.
    principal, agent : Fraction
        What is left to either.
    """

    alpha: Fraction
    action: int
    principal: Fraction
    agent: Fraction


class Contract(Problem[ContractStatement, ContractSolution]):
    """A principal pays an agent for what comes out, as she does not see what he does; pay is never negative.

    Give one of: a table of ``outcomes`` with ``costs`` and ``rewards``; ``states``, each with its table, that follow
    each other for a ``horizon`` or with a ``discount``; ``combinatorial`` actions of one agent; a ``team``. Where the
    agent is indifferent, the principal picks.

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
    methods = by_name(solve_best)
    roads: ClassVar[Mapping[str, str]] = {
        PROGRAMS: "one stage: the least pay for each action, by linear programs",
        INDUCTION: "a horizon: backward induction over the stages",
        STATIONARY: "a discount: value iteration, then the equations of the policy that it leads to",
        COMMITMENT: "a discount and commitment: stationary contracts; welfare less what the agent has without pay",
        ENVELOPE: "several actions at once: the pieces of the agent's value; sets listed, or by CP-SAT with a tree",
        TEAM: "a team: every set of agents",
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
        name: str | None = None,
        source: str | None = None,
        notes: str | None = None,
    ) -> None:
        given: dict[str, Any] = dict(locals())
        self._state({field: value for field, value in given.items() if field not in ("self", "__class__")})

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
    def linear(self) -> Linear:
        """The best contract that pays the same share of every reward, for a single stage.

        Raises
        ------
        InputError
            If a reward is negative, of which the agent cannot be made to pay a share.

        Examples
        --------
        >>> job = Contract([[1, 0], ["1/2", "1/2"], ["1/5", "4/5"]], [0, "1/10", "3/10"], [0, 1])
        >>> job.linear.alpha, job.linear.principal
        (Fraction(1, 5), Fraction(2, 5))
        """
        here = one_stage(self.statement)
        if min(here.rewards) < 0:
            raise InputError("a linear contract needs rewards >= 0", "rewards")
        lines = [(dot(row, here.rewards), c) for row, c in zip(here.outcomes, here.net_costs, strict=True)]
        alphas = {Fraction(0)}
        for (R, c), (Q, d) in combinations(lines, 2):
            if R != Q and 0 <= (c - d) / (R - Q) <= 1:
                alphas.add((c - d) / (R - Q))
        found = []
        for alpha in alphas:
            kept, R, a = max((alpha * R - c, R, -a) for a, (R, c) in enumerate(lines))
            found.append(Linear(alpha, -a, (1 - alpha) * R, kept))
        return max(found, key=lambda one: (one.principal, -one.alpha))
