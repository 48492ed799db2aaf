"""States that follow each other: backward induction, stationary equilibria, and policies that are committed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product
from math import prod
from typing import Final

from dual.errors import SolverError, Undecided
from dual.kinds.contracts.absence import RULE as ENUMERATION
from dual.kinds.contracts.absence import Absence, Candidate, Candidates
from dual.kinds.contracts.processes import ByStage, Play, Shares, Stationary, situation
from dual.kinds.contracts.stage import dot
from dual.kinds.contracts.statement import ContractStatement
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import Infeasible, LinearProgram
from transport.programs.rational import solved
from transport.road.methods import Found

from .stage import Best, best_contract, least_pay

INDUCTION: Final = "induction"
STATIONARY: Final = "stationary"
CANDIDATES: Final = "candidates"
COMMITMENT: Final = "commitment"
_ROUNDS: Final = 400
"""Rounds of value iteration before the search for a stationary equilibrium ends: values have then nine digits with a
discount of 0.95; cycles show much earlier."""
_CANDIDATES: Final = 20_000
"""Candidates for an equilibrium that are looked at, some seconds' work; two states with two actions have sixteen."""
_GRID: Final = Fraction(1, 1 << 40)
"""Values are rounded to this between rounds, so that numbers stay short; what is found is checked exactly."""
_PROFILES: Final = 300
"""Action profiles that are all tried for a policy to commit to; if there are more, one action is changed at a time."""


def solve_process(statement: ContractStatement, effort: Effort) -> Found:
    """Solve a problem with states, by the way that its fields ask for."""
    if statement.horizon is not None:
        return _induction(statement, effort)
    return _commitment(statement, effort) if statement.commitment else _stationary(statement, effort)


def play_of(best: Best) -> Play:
    """What happens at a stage, with its proofs."""
    return Play(best.chosen.contract or (), best.chosen.action, best.proofs)


def _induction(statement: ContractStatement, effort: Effort) -> Found:
    count = len(statement.states or ())
    principal, agent = [Fraction(0)] * count, [Fraction(0)] * count
    stages: list[tuple[Play, ...]] = []
    for h in range(statement.horizon or 0):
        if not h & (h - 1):  # under a limit every offer is proven at once, and all of its stages
            effort.offer(partial(_last_stages, tuple(stages)))
        if effort.exhausted():
            break
        found = [
            best_contract(situation(statement, s, principal, agent, Fraction(1)), statement.ties == "agent-high")
            for s in range(count)
        ]
        effort.tell(f"stage {h + 1} of {statement.horizon}")
        stages.append(tuple(map(play_of, found)))
        principal, agent = [one.principal for one in found], [one.agent for one in found]
    return _last_stages(stages)


def _last_stages(stages: Sequence[tuple[Play, ...]]) -> Found:
    """What the last stages prove; the checker bounds those before them."""
    witness = ByStage(tuple(stages))
    return Found(witness, witness, INDUCTION, len(stages), rule="the least action among equally good ones")


# For ever


def linear_system(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction]:
    """The solution of a square system, exactly.

    Raises
    ------
    SolverError
        If it is singular.
    """
    found = solved(matrix, right)
    if found is None:
        raise SolverError("the equations of a policy's values are singular")
    return list(found)


@dataclass(frozen=True)
class Forms:
    """Affine forms in the values of tomorrow: ``constant + coefficients . v`` for each state."""

    constants: list[Fraction]
    coefficients: list[list[Fraction]]

    def fixed(self) -> list[Fraction]:
        """The values that reproduce themselves."""
        size = len(self.constants)
        matrix = [[Fraction(s == t) - self.coefficients[s][t] for t in range(size)] for s in range(size)]
        return linear_system(matrix, self.constants)


def transition(statement: ContractStatement, s: int, a: int) -> list[Fraction]:
    """The discounted probabilities of tomorrow's states after action a in state s."""
    stage = (statement.states or ())[s]
    factor = statement.discount or Fraction(0)
    columns = zip(*statement.successors[s], strict=True)
    return [factor * dot(stage.outcomes[a], column) for column in columns]


def _closed(statement: ContractStatement, found: Sequence[Best]) -> tuple[list[Fraction], list[Fraction]]:
    """Values at which the same actions are brought about by the same multipliers for ever."""
    stages = statement.states or ()
    agent, principal = Forms([], []), Forms([], [])
    for s, best in enumerate(found):
        a, stage = best.chosen.action, stages[s]
        own = transition(statement, s, a)
        # Pay is sum_k mu_k (d_a - d_k) with d_k = c_k - (discounted value of the agent after k).
        pay, slopes = Fraction(0), [Fraction(0)] * len(stages)
        for k, mu in best.chosen.proof.multipliers or ():
            pay += mu * (stage.costs[a] - stage.costs[k])
            other = transition(statement, s, k)
            slopes = [x + mu * (q - p) for x, p, q in zip(slopes, own, other, strict=True)]
        agent.constants.append(pay - stage.costs[a])
        agent.coefficients.append([x + p for x, p in zip(slopes, own, strict=True)])
        principal.constants.append(dot(stage.outcomes[a], stage.rewards) - pay)
        principal.coefficients.append(own)
    kept = agent.fixed()
    for s, best in enumerate(found):
        a = best.chosen.action
        own = transition(statement, s, a)
        for k, mu in best.chosen.proof.multipliers or ():
            other = transition(statement, s, k)
            principal.constants[s] -= mu * (dot(other, kept) - dot(own, kept))
    return principal.fixed(), kept


def _stationary(statement: ContractStatement, effort: Effort) -> Found:
    """Iterate values; when actions and multipliers repeat themselves, solve for values that do so for ever."""
    count, factor = len(statement.states or ()), statement.discount or Fraction(0)
    principal, agent = [Fraction(0)] * count, [Fraction(0)] * count
    seen: object = None
    tried: set[object] = set()
    effort.offer(lambda: Found(None, constant_shares(statement), STATIONARY))
    for rounds in range(_ROUNDS):
        if effort.exhausted():
            break
        found = [best_contract(situation(statement, s, principal, agent, factor)) for s in range(count)]
        profile = tuple((one.chosen.action, one.chosen.proof.multipliers) for one in found)
        if profile == seen and profile not in tried:
            tried.add(profile)
            values = _closed(statement, found)
            exact = [best_contract(situation(statement, s, *values, factor)) for s in range(count)]
            if [one.principal for one in exact] == values[0] and [one.agent for one in exact] == values[1]:
                witness = Stationary(tuple(map(play_of, exact)), tuple(values[0]), tuple(values[1]))
                return Found(witness, witness, STATIONARY, rounds + 1, rule="what value iteration from 0 leads to")
        seen = profile
        principal, agent = [_short(one.principal) for one in found], [_short(one.agent) for one in found]
        effort.tell(f"round {rounds + 1}")
    return _every_candidate(statement, effort)


def _plays(statement: ContractStatement, one: Candidate) -> tuple[Play, ...]:
    """What happens in an equilibrium, with proofs; an indifferent principal may do other than in the search."""
    found = []
    for s, a in enumerate(one.actions):
        here = situation(statement, s, one.principal, one.agent, statement.discount or Fraction(0))
        own, proofs = least_pay(here, a), list(best_contract(here).proofs)
        proofs[a] = own.proof
        found.append(Play(own.contract or (), a, tuple(proofs)))
    return tuple(found)


def _every_candidate(statement: ContractStatement, effort: Effort) -> Found:
    """Look at all candidates for a stationary equilibrium, if they are few."""
    claim = "value iteration leads to no stationary equilibrium, and there was no time to look at all candidates"
    bound = None if effort.exhausted() else shares(statement)[0]
    try:
        candidates = Candidates(statement)
        if candidates.count > _CANDIDATES:
            raise Undecided(f"value iteration leads to no stationary equilibrium, of {candidates.count:,} candidates")
        for tried, one in enumerate(candidates, 1):
            if effort.exhausted():
                return Found(None, bound, STATIONARY, tried, claim=claim)
            if candidates.is_equilibrium(one):
                witness = Stationary(_plays(statement, one), one.principal, one.agent)
                return Found(witness, witness, CANDIDATES, tried, rule="the first of all candidates")
    except Undecided as error:
        return Found(None, bound, STATIONARY, claim=str(error))
    return Found(None, Absence(ENUMERATION), CANDIDATES, candidates.count, infeasible=True)


def _short(value: Fraction) -> Fraction:
    return round(value / _GRID) * _GRID


# With commitment


def optimal_values(
    statement: ContractStatement, rewards: Sequence[Sequence[Fraction]]
) -> tuple[list[Fraction], list[int]]:
    """Values and actions of a Markov decision process, by policy iteration in fractions.

    Parameters
    ----------
    statement : ContractStatement
        For its transitions.
    rewards : sequence of sequences
        ``rewards[s][a]``.
    """
    count = len(rewards)
    steps = [[transition(statement, s, a) for a in range(len(rewards[s]))] for s in range(count)]
    actions = [0] * count
    while True:
        held = Forms([rewards[s][a] for s, a in enumerate(actions)], [steps[s][a] for s, a in enumerate(actions)])
        values = held.fixed()
        better = list(actions)
        for s in range(count):
            gains = [r + dot(p, values) for r, p in zip(rewards[s], steps[s], strict=True)]
            if max(gains) > gains[actions[s]]:
                better[s] = gains.index(max(gains))
        if better == actions:
            return values, actions
        actions = better


def constant_shares(statement: ContractStatement) -> Shares:
    """The bound of one number for all states: the best action anywhere, and the cheapest where that costs most."""
    stages, left = statement.states or (), 1 - (statement.discount or Fraction(0))
    joint = max(
        dot(row, stage.rewards) - c for stage in stages for row, c in zip(stage.outcomes, stage.costs, strict=True)
    )
    alone = min(-min(stage.costs) for stage in stages)
    return Shares((joint / left,) * len(stages), (alone / left,) * len(stages))


def shares(statement: ContractStatement) -> tuple[Shares, tuple[int, ...], tuple[int, ...]]:
    """The best such bound: welfare, and what the agent has without pay; with the actions of either."""
    stages = statement.states or ()
    joint = [
        [dot(row, stage.rewards) - c for row, c in zip(stage.outcomes, stage.costs, strict=True)] for stage in stages
    ]
    welfare, wanted = optimal_values(statement, joint)
    alone, idle = optimal_values(statement, [[-c for c in stage.costs] for stage in stages])
    return Shares(tuple(welfare), tuple(alone)), tuple(wanted), tuple(idle)


def _commitment(statement: ContractStatement, effort: Effort) -> Found:
    stages = statement.states or ()
    effort.offer(lambda: Found(None, constant_shares(statement), COMMITMENT))
    bound, wanted, idle = shares(statement)
    unpaid = unpaid_policy(statement, idle, bound.alone)
    effort.offer(Found(unpaid, bound, COMMITMENT))
    search = Profiles([len(stage.costs) for stage in stages], wanted, idle)
    search.improves(unpaid, unpaid.principal[statement.start or 0])
    rounds = 0
    for profile in search:
        if effort.exhausted():
            break
        rounds += 1
        found = committed_to(statement, profile)
        if found is not None and search.improves(found, found.principal[statement.start or 0]):
            effort.offer(Found(found, bound, COMMITMENT, rounds))
    return Found(search.best, bound, COMMITMENT, rounds, rule="the best stationary contract that was found")


def unpaid_policy(statement: ContractStatement, idle: Sequence[int], alone: Sequence[Fraction]) -> Stationary:
    """No pay, and what the agent does then."""
    stages = statement.states or ()
    plays = [Play((Fraction(0),) * len(stage.rewards), a) for stage, a in zip(stages, idle, strict=True)]
    brought = Forms(
        [dot(stage.outcomes[a], stage.rewards) for stage, a in zip(stages, idle, strict=True)],
        [transition(statement, s, a) for s, a in enumerate(idle)],
    )
    return Stationary(tuple(plays), tuple(brought.fixed()), tuple(alone))


class Profiles:
    """Action profiles to bring about: all of them if they are few, else those one change away from the best so far.

    Parameters
    ----------
    counts : sequence of int
        How many actions there are in each state.
    *first : tuples of int
        Profiles to begin with.
    """

    def __init__(self, counts: Sequence[int], *first: tuple[int, ...]) -> None:
        self._counts, self._first = counts, first
        self._value: Fraction | None = None
        self.best: Stationary | None = None

    def improves(self, found: Stationary, value: Fraction) -> bool:
        """Whether a policy is better than all before it; it is kept then."""
        if self._value is not None and value <= self._value:
            return False
        self._value, self.best = value, found
        return True

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        if prod(self._counts) <= _PROFILES:
            yield from product(*map(range, self._counts))
            return
        seen = set(self._first)
        yield from self._first
        while True:
            held = self.best
            centre = self._first[0] if held is None else tuple(play.action for play in held.plays)
            for s, count in enumerate(self._counts):
                for a in range(count):
                    profile = (*centre[:s], a, *centre[s + 1 :])
                    if profile not in seen:
                        seen.add(profile)
                        yield profile
            if held is self.best:
                return


def committed_to(statement: ContractStatement, profile: Sequence[int]) -> Stationary | None:
    """The stationary contract of least pay that an agent answers by these actions; None if there is none."""
    stages = statement.states or ()
    count, start = len(stages), statement.start or 0
    first, columns = [0], 0
    for stage in stages:
        columns += len(stage.rewards)
        first.append(columns)
    rows: list[dict[int, Fraction]] = []
    senses, right = list[str](), list[Fraction]()
    for s, stage in enumerate(stages):
        for a, chances in enumerate(stage.outcomes):
            # The agent's value in s is at least what action a leaves him, and just that for his own.
            row = {first[s] + o: -p for o, p in enumerate(chances) if p}
            for t, p in enumerate(transition(statement, s, a)):
                entry = Fraction(s == t) - p
                if entry:
                    row[columns + t] = entry
            rows.append(row)
            senses.append("=" if a == profile[s] else ">=")
            right.append(-stage.costs[a])
    moves = [transition(statement, s, profile[s]) for s in range(count)]
    visits = linear_system(
        [[Fraction(s == t) - moves[t][s] for t in range(count)] for s in range(count)],
        [Fraction(s == start) for s in range(count)],
    )
    cost = [-visits[s] * p for s, stage in enumerate(stages) for p in stage.outcomes[profile[s]]]
    try:
        found = solve(LinearProgram([*cost, *[0] * count], rows, senses, right, range(columns, columns + count)))
    except Infeasible:
        return None
    if not found.exact:
        return None
    plays = [Play(found.primal[first[s] : first[s + 1]], profile[s]) for s in range(count)]
    net = [
        dot(stage.outcomes[a], stage.rewards) - dot(stage.outcomes[a], play.contract)
        for stage, a, play in zip(stages, profile, plays, strict=True)
    ]
    return Stationary(tuple(plays), tuple(Forms(net, moves).fixed()), found.primal[columns:])
