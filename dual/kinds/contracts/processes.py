"""States that follow each other: equilibria by stages, stationary ones, and what commitment can bring.

At every stage the principal offers a contract for it, the agent acts, an outcome comes, the contract is paid, and the
next state is drawn. With V (principal) and U (agent) the values afterwards, a stage is a :class:`.stage.Situation`.

*Horizon*: by backward induction, no action's proof leaves the principal more than the contract does; of several that
leave her as much, one that leaves the agent most (or least, as ``ties`` says). Values are then unique, and they are
the value of the only subgame-perfect equilibria that break ties so.

*Discount*: a stationary equilibrium repeats values V and U that satisfy the same at every state; that nobody gains by a
single deviation is enough. There may be none, or several: what is proven is that this is one.

*Commitment*, with a discount: a policy announced once and for all. A stationary contract that the agent follows, by
his Bellman equation, shows what is attained. Whatever the policy, principal and agent share at most the welfare W of
the best actions, and the agent gets at least what A he has without pay: W - A is a bound, proven by ``W >= T W`` and
``A <= T A``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import Violation
from dual.limits import steps
from dual.numbers.exact import Vector, index, items, vector
from dual.statement import Record, Witness, stated
from dual.words import brief

from .stage import ActionProof, Situation, dot, read_pay
from .statement import ContractStatement


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
    """Read the plays of every stage, the last stage first."""
    listed = items(raw, where, statement.horizon)
    return tuple(read_plays(one, f"{where}[{h}]", statement) for h, one in enumerate(listed))


def read_values(raw: object, where: str, statement: ContractStatement) -> Vector:
    """Read a value for each state."""
    return vector(raw, where, len(statement.states or ()))


@dataclass(frozen=True, repr=False)
class ByStage(Witness):
    """An equilibrium of a horizon."""

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


def value(statement: ContractStatement, witness: ByStage | Stationary) -> Fraction:
    """The principal's value in the equilibrium that a witness shows, at the start."""
    start = statement.start or 0
    work = sum(len(stage.costs) ** 2 * len(stage.rewards) for stage in statement.states or ())
    steps(work * (statement.horizon or 1), "comparing every state's actions")
    if isinstance(witness, Stationary):
        _stationary(statement, witness, optimal=True)
        return witness.principal[start]
    count = len(statement.states or ())
    principal, agent = [Fraction(0)] * count, [Fraction(0)] * count
    for h, plays in enumerate(witness.stages):
        pairs = []
        for s, play in enumerate(plays):
            where = f"stages[{h}][{s}]: "
            here = situation(statement, s, principal, agent, Fraction(1))
            pairs.append(optimal(here, play, where, statement.ties))
        principal, agent = [v for v, _ in pairs], [u for _, u in pairs]
    return principal[start]


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
    """The bound on what any policy brings: the welfare less what the agent has without pay."""
    factor = statement.discount or Fraction(0)
    for s in range(len(statement.states or ())):
        both = situation(statement, s, witness.welfare, witness.alone, factor)
        stage = (statement.states or ())[s]
        most = max(dot(row, both.rewards) - c for row, c in zip(stage.outcomes, stage.costs, strict=True))
        if witness.welfare[s] < most:
            raise Violation(f"welfare[{s}] = {brief(witness.welfare[s])} < {brief(most)}, what an action brings")
        alone = max(-d for d in both.net_costs)
        if witness.alone[s] > alone:
            raise Violation(f"alone[{s}] = {brief(witness.alone[s])} > {brief(alone)}, all that is left without pay")
    start = statement.start or 0
    return witness.welfare[start] - witness.alone[start]


def read_primal(raw: object, statement: ContractStatement, where: str) -> Any:
    """Read an equilibrium, or a policy."""
    return (Stationary if statement.horizon is None else ByStage).read(raw, statement, where)


def read_dual(raw: object, statement: ContractStatement, where: str) -> Any:
    """Read an equilibrium, or what bounds commitment."""
    return Shares.read(raw, statement, where) if statement.commitment else read_primal(raw, statement, where)
