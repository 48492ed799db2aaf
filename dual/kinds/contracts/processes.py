"""States that follow each other: equilibria by stages, stationary ones, and what commitment can bring.

At every stage the principal offers a contract for it, the agent acts, an outcome comes, the contract is paid, and the
next state is drawn. With V (principal) and U (agent) the values afterwards, a stage is a :class:`.stage.Situation`.

*Horizon*: by backward induction, no action's proof leaves the principal more than the contract does; of several that
leave her as much, one that leaves the agent most (or least, as ``ties`` says). Values are then unique, and they are
the value of the only subgame-perfect equilibria that break ties so. A witness may show the last stages only. Before
them the principal may pay nothing, whatever is done then; and both share at most the welfare of the best actions, of
which the agent gets at least what he has without pay.

*Discount*: a stationary equilibrium repeats values V and U that satisfy the same at every state; that nobody gains by a
single deviation is enough. There may be none, or several: what is proven is that this is one. For all of them the
bound W - A of commitment holds.

*Commitment*, with a discount: a policy announced once and for all. A stationary contract that the agent follows, by
his Bellman equation, shows what is attained. Whatever the policy, principal and agent share at most the welfare W of
the best actions, and the agent gets at least what A he has without pay: W - A is a bound, proven by ``W >= T W`` and
``A <= T A``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any, Final

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.exact import Vector, index, items, vector
from dual.statement import Record, Witness, stated
from dual.words import brief

from .stage import ActionProof, Situation, dot, read_pay
from .statement import ContractStatement

_UNIT: Final = 10**30
"""What bounds the stages that are not shown is rounded to a unit's parts, as exact numbers would grow with each."""


@dataclass(frozen=True, repr=False)
class Play(Record):
    """What happens in a state, and why the principal wants nothing else."""

    contract: Vector = stated(read_pay, "outcomes", "pay by outcome")
    action: int = stated(index, "actions", "what the agent does")
    proofs: tuple[ActionProof, ...] | None = stated(
        ActionProof, "actions", "for each action why it is no better", default=None
    )


def read_plays(raw: object, where: str, statement: ContractStatement) -> tuple[Play, ...]:
    """Read one play for each state."""
    found = []
    stages = statement.states or ()
    for s, (one, stage) in enumerate(zip(items(raw, where, len(stages)), stages, strict=True)):
        lengths = {"actions": len(stage.costs), "outcomes": len(stage.rewards)}
        found.append(Play.within(one, f"{where}[{s}]", lengths))
    return tuple(found)


def read_stages(raw: object, where: str, statement: ContractStatement) -> tuple[tuple[Play, ...], ...]:
    """Read the plays of every stage or of the last ones, the last stage first."""
    listed = items(raw, where, empty=True)
    if len(listed) > (statement.horizon or 0):
        raise InputError(f"there are {len(listed)} stages where the horizon is {statement.horizon}", where)
    return tuple(read_plays(one, f"{where}[{h}]", statement) for h, one in enumerate(listed))


def read_values(raw: object, where: str, statement: ContractStatement) -> Vector:
    """Read a value for each state."""
    return vector(raw, where, len(statement.states or ()))


@dataclass(frozen=True, repr=False)
class ByStage(Witness):
    """An equilibrium of a horizon, or of its last stages."""

    stages: tuple[tuple[Play, ...], ...] = stated(read_stages, "", "[stages to go][s]: plays", after="statement")


@dataclass(frozen=True, repr=False)
class Stationary(Witness):
    """A policy that does not change, with its values."""

    plays: tuple[Play, ...] = stated(read_plays, "", "[s]: plays", after="statement")
    principal: Vector = stated(read_values, "", "[s]: the principal's value", after="statement")
    agent: Vector = stated(read_values, "", "[s]: the agent's value", after="statement")


@dataclass(frozen=True, repr=False)
class Shares(Witness):
    """Two value functions that bound what commitment can bring."""

    welfare: Vector = stated(read_values, "", "[s]: W >= T W, of both together", after="statement")
    alone: Vector = stated(read_values, "", "[s]: A <= T A, of the agent without pay", after="statement")


def situation(
    statement: ContractStatement, s: int, principal: Sequence[Fraction], agent: Sequence[Fraction], factor: Fraction
) -> Situation:
    """A stage in state s when these values come afterwards, times a factor."""
    stage = (statement.states or ())[s]
    later = [(factor * dot(row, principal), factor * dot(row, agent)) for row in statement.successors[s]]
    rewards = tuple(r + v for r, (v, _) in zip(stage.rewards, later, strict=True))
    left = [u for _, u in later]
    net = tuple(c - dot(row, left) for c, row in zip(stage.costs, stage.outcomes, strict=True))
    return Situation(stage.outcomes, net, rewards)


def from_below(statement: ContractStatement, witness: ByStage | Stationary) -> Fraction:
    """What an equilibrium is worth to the principal at the start, at least that if only its last stages are shown."""
    start = statement.start or 0
    if isinstance(witness, Stationary):
        _counted(statement, 1)
        _stationary(statement, witness, optimal=True)
        return witness.principal[start]
    principal, _ = _induced(statement, witness)
    left = [math.floor(v * _UNIT) for v in principal]
    for here in _rest(statement, witness):
        left = [min((gross + _dot(moves, left)) // scale for scale, gross, _, moves in ways) for ways in here]
    return Fraction(left[start], _UNIT) if len(witness.stages) < (statement.horizon or 0) else principal[start]


def from_above(statement: ContractStatement, witness: ByStage | Stationary | Shares) -> Fraction:
    """What an equilibrium is worth to the principal at most."""
    if isinstance(witness, Stationary):
        return from_below(statement, witness)
    if isinstance(witness, Shares):
        return shared(statement, witness)
    principal, agent = _induced(statement, witness)
    start = statement.start or 0
    if len(witness.stages) == statement.horizon:
        return principal[start]
    both = [math.ceil((v + u) * _UNIT) for v, u in zip(principal, agent, strict=True)]
    alone = [math.floor(u * _UNIT) for u in agent]
    for here in _rest(statement, witness):
        both = [max(-((c - gross - _dot(moves, both)) // scale) for scale, gross, c, moves in ways) for ways in here]
        alone = [max((_dot(moves, alone) - c) // scale for scale, _, c, moves in ways) for ways in here]
    return Fraction(both[start] - alone[start], _UNIT)


def _induced(statement: ContractStatement, witness: ByStage) -> tuple[list[Fraction], list[Fraction]]:
    """The values of principal and agent in every state, when the stages that are shown are those to go."""
    _counted(statement, statement.horizon or 1)
    count = len(statement.states or ())
    principal, agent = [Fraction(0)] * count, [Fraction(0)] * count
    for h, plays in enumerate(witness.stages):
        pairs = []
        for s, play in enumerate(plays):
            here = situation(statement, s, principal, agent, Fraction(1))
            pairs.append(optimal(here, play, f"stages[{h}][{s}]: ", statement.ties))
        principal, agent = [v for v, _ in pairs], [u for _, u in pairs]
    return principal, agent


def _counted(statement: ContractStatement, stages: int) -> None:
    work = sum(len(stage.costs) ** 2 * len(stage.rewards) for stage in statement.states or ())
    steps(work * stages, "comparing every state's actions")


Way = tuple[int, int, int, list[int]]
"""A scale, and times that what an action brings before pay, what it costs, and the chances of where it leads."""


def _rest(statement: ContractStatement, witness: ByStage) -> Iterator[list[list[Way]]]:
    """The actions of every state, once for each stage that is not shown; amounts in units."""
    states, rest = statement.states or (), (statement.horizon or 0) - len(witness.stages)
    found: list[list[Way]] = []
    for stage, successors in zip(states, statement.successors, strict=True):
        following, ways = list(zip(*successors, strict=True)), []
        for row, cost in zip(stage.outcomes, stage.costs, strict=True):
            exact = [dot(row, stage.rewards), cost, *(dot(row, column) for column in following)]
            scale = math.lcm(*(number.denominator for number in exact))
            gross, paid, *moves = (int(number * scale) for number in exact)
            ways.append((scale, gross * _UNIT, paid * _UNIT, moves))
        found.append(ways)
    longest = max(max(scale, abs(gross), abs(paid)) for ways in found for scale, gross, paid, _ in ways)
    count = 4 * rest * len(states) * sum(map(len, found))
    steps(count, f"going through {rest:,} stages of {len(states)} states", longest)
    for _ in range(rest):
        yield found


def _dot(moves: Sequence[int], values: Sequence[int]) -> int:
    return sum(map(mul, moves, values))


def optimal(here: Situation, play: Play, where: str, ties: str | None) -> tuple[Fraction, Fraction]:
    """The values of a play, once no action is better for the principal and ties are broken as they should be."""
    v, u = here.chosen(play.contract, play.action, where)
    if play.proofs is None:
        raise Violation(f"{where}there is no proof that the principal wants nothing else")
    for k, proof in enumerate(play.proofs):
        most = here.at_most(k, proof, where)
        if most is None or most < v:
            continue
        if most > v:
            raise Violation(f"{where}action {k} may leave the principal {brief(most)} > {brief(v)}")
        kept = dot(here.outcomes[k], here.rewards) - most - here.net_costs[k]
        if (ties == "agent-high" and kept > u) or (ties == "agent-low" and kept < u):
            raise Violation(f"{where}action {k} leaves the principal as much, the agent {brief(kept)} for {brief(u)}")
    return v, u


def _stationary(statement: ContractStatement, witness: Stationary, optimal: bool) -> None:
    for s, play in enumerate(witness.plays):
        where = f"plays[{s}]: "
        here = situation(statement, s, witness.principal, witness.agent, statement.discount or Fraction(0))
        found = _optimal(here, play, where) if optimal else here.chosen(play.contract, play.action, where)
        for name, have, need in zip(
            ("principal", "agent"), found, (witness.principal[s], witness.agent[s]), strict=True
        ):
            if have != need:
                raise Violation(f"{where}the {name}'s value is {brief(have)}, not {brief(need)}")


def _optimal(here: Situation, play: Play, where: str) -> tuple[Fraction, Fraction]:
    return optimal(here, play, where, None)


def committed(statement: ContractStatement, witness: Stationary) -> Fraction:
    """What a stationary contract that the agent follows brings."""
    _stationary(statement, witness, optimal=False)
    return witness.principal[statement.start or 0]


def shared(statement: ContractStatement, witness: Shares) -> Fraction:
    """The bound on what any policy or equilibrium brings: the welfare less what the agent has without pay."""
    for s, stage in enumerate(statement.states or ()):
        together = situation(statement, s, witness.welfare, witness.alone, statement.discount or Fraction(0))
        both = max(dot(row, together.rewards) - c for row, c in zip(stage.outcomes, stage.costs, strict=True))
        alone = max(-d for d in together.net_costs)
        if witness.welfare[s] < both:
            raise Violation(f"welfare[{s}] = {brief(witness.welfare[s])} < {brief(both)}, what an action brings")
        if witness.alone[s] > alone:
            raise Violation(f"alone[{s}] = {brief(witness.alone[s])} > {brief(alone)}, all that is left without pay")
    start = statement.start or 0
    return witness.welfare[start] - witness.alone[start]


def read_primal(raw: object, statement: ContractStatement, where: str) -> Any:
    """Read an equilibrium, or a policy."""
    return (Stationary if statement.horizon is None else ByStage).read(raw, statement, where)


def read_dual(raw: object, statement: ContractStatement, where: str) -> Any:
    """Read an equilibrium, or what bounds commitment and whatever is stationary."""
    shares = isinstance(raw, Shares) or (isinstance(raw, Mapping) and "welfare" in raw)
    if statement.commitment or (statement.horizon is None and shares):
        return Shares.read(raw, statement, where)
    return read_primal(raw, statement, where)
