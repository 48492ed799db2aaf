"""Kind ``contract``: a principal, an agent whose effort she does not see, and pay that depends on what comes out.

* One stage. Primal: ``contract[o]`` >= 0 and ``action``, the agent's best reply. Dual: for each action ``multipliers``
  that bound what it costs, or a ``ray`` that shows that it cannot be brought about; the bound is the largest of
  ``P_a . r`` less that cost. See :mod:`.stage`.
* States: see :mod:`.processes`. An equilibrium is its own proof, from below and above.
* A discount without any stationary equilibrium: :mod:`.absence`.
* Sets of actions: see :mod:`.sets`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.exact import Vector, index
from dual.numbers.largest import largest
from dual.statement import Witness, stated
from dual.verdict import Kind

from . import absence, processes, sets, teams
from .stage import ActionProof, Situation, read_pay
from .statement import ContractStatement


@dataclass(frozen=True, repr=False)
class Offer(Witness):
    """A contract, and what the agent does."""

    contract: Vector = stated(read_pay, "outcomes", "pay by outcome")
    action: int = stated(index, "actions", "the agent's best reply")


@dataclass(frozen=True, repr=False)
class Costs(Witness):
    """What each action costs the principal at least."""

    actions: tuple[ActionProof, ...] = stated(ActionProof, "actions", "a proof for each action")


def one_stage(statement: ContractStatement) -> Situation:
    """The situation of a single stage."""
    if statement.outcomes is None or statement.costs is None or statement.rewards is None:
        raise InputError("there is no table of outcomes", "outcomes")
    return Situation(statement.outcomes, statement.costs, statement.rewards)


def _large(team: sets.SetFunction) -> bool:
    """Whether the sets of a team's agents are too many to look at."""
    return len(team.costs) > sets.ENUMERATED


def read_primal(raw: object, statement: ContractStatement, where: str) -> Any:
    """Read what shows that a value is attained."""
    if statement.states is not None:
        return processes.read_primal(raw, statement, where)
    if statement.combinatorial is not None:
        return sets.Promise.read(raw, statement, where)
    if statement.team is not None:
        return sets.Crew.read(raw, statement, where)
    return Offer.read(raw, statement, where)


def read_dual(raw: object, statement: ContractStatement, where: str) -> Any:
    """Read what bounds it."""
    if statement.states is not None:
        return processes.read_dual(raw, statement, where)
    if statement.combinatorial is not None:
        return sets.Envelope.read(raw, statement, where)
    if statement.team is not None:
        return (teams.Parts if _large(statement.team) else sets.Crew).read(raw, statement, where)
    return Costs.read(raw, statement, where)


def read_refutation(raw: object, statement: ContractStatement, where: str) -> Any:
    """Read why nothing satisfies the problem."""
    if statement.discount is not None and not statement.commitment:
        return absence.Absence.read(raw, statement, where)
    if statement.action is None:
        raise InputError("there is always an answer to this question", where)
    return read_dual(raw, statement, where)


def lower(statement: ContractStatement, primal: Any) -> Fraction:
    """What the principal gets."""
    if statement.states is not None:
        return (processes.committed if statement.commitment else processes.from_below)(statement, primal)
    if statement.combinatorial is not None:
        return sets.promised(statement.combinatorial, primal)
    if statement.team is not None:
        return (teams.assembled if _large(statement.team) else sets.crewed)(statement.team, primal)
    if statement.action not in (None, primal.action):
        raise Violation(f"the contract brings about action {primal.action}, not {statement.action}")
    return one_stage(statement).chosen(primal.contract, primal.action)[0]


def upper(statement: ContractStatement, dual: Any) -> Fraction:
    """What she gets at most."""
    if statement.states is not None:
        return processes.from_above(statement, dual)
    if statement.combinatorial is not None:
        return sets.enveloped(statement.combinatorial, dual)
    if statement.team is not None:
        return teams.parted(statement.team, dual) if _large(statement.team) else sets.crewed(statement.team, dual)
    here = one_stage(statement)
    steps(len(here.net_costs) ** 2 * len(here.rewards), "comparing all actions")
    asked = range(len(here.net_costs)) if statement.action is None else [statement.action]
    bounds = [here.at_most(a, dual.actions[a]) for a in asked]
    found = [bound for bound in bounds if bound is not None]
    if not found:
        raise Violation("every action is said to be out of reach, which proves no bound")
    return largest(found)  # type: ignore[no-any-return]


def infeasible(statement: ContractStatement, dual: Any) -> None:
    """Refuse unless the action that is asked for cannot be brought about, or there is no stationary equilibrium."""
    if isinstance(dual, absence.Absence):
        absence.require_none(statement)
    elif statement.action is None:
        raise Violation("some action is always a best reply; only one that is asked for can be out of reach")
    elif one_stage(statement).least_pay(statement.action, dual.actions[statement.action]) is not None:
        raise Violation(f"there is no ray for action {statement.action}")


def derives(dual: Any) -> bool:
    """Whether the checker finds the optimum itself."""
    return isinstance(dual, sets.Crew)


KIND = Kind(
    "contract",
    ContractStatement.read,
    lower,
    upper,
    infeasible,
    derives=derives,
    primal=read_primal,
    dual=read_dual,
    refutation=read_refutation,
    lacks=lambda statement: 'one table of "outcomes"' if statement.outcomes is None else "",
)
