"""What an instance of kind ``contract`` says: actions with costs, outcomes with rewards, and what comes next.

There are three forms: one ``outcomes`` table; ``states`` that follow each other, for a ``horizon`` or with a
``discount``; and sets of actions, of one agent (``combinatorial``) or of a ``team``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, Final, Self

from dual.errors import InputError
from dual.limits import NUMBERS
from dual.names import labels
from dual.numbers.beliefs import beliefs
from dual.numbers.choices import choice, flag
from dual.numbers.exact import Matrix, Vector, distribution, index, items, number, vector
from dual.statement import Record, Statement, stated
from dual.words import brief

from .sets import SetFunction

TIES: Final = ("agent-high", "agent-low")
_LONGEST: Final = 10_000
"""Stages of a horizon; each is proven by itself."""


def read_outcomes(raw: object, where: str, actions: int | None, outcomes: int | None) -> Matrix:
    """Read ``P[a][o]``, a distribution over the outcomes for each action."""
    rows = items(raw, where, actions)
    width = len(items(rows[0], f"{where}[0]")) if outcomes is None else outcomes
    return beliefs(rows, where, actions, width)


def read_horizon(raw: object, where: str) -> int:
    """Read a number of stages."""
    found = index(raw, where, _LONGEST + 1)
    if found == 0:
        raise InputError("a horizon has at least one stage", where)
    return found


def read_discount(raw: object, where: str) -> Fraction:
    """Read a discount factor."""
    found = number(raw, where)
    if not 0 <= found < 1:
        raise InputError(f"{brief(found)} is not a discount; it lies in [0, 1), below 1", where)
    return found


def read_start(raw: object, where: str, states: Sequence[Stage] | None) -> int:
    """Read the state in which everything begins."""
    if states is None:
        raise InputError('the field belongs to instances with "states"', where)
    return index(raw, where, len(states))


def read_next(raw: object, where: str) -> tuple[Any, ...]:
    """Read, for each outcome, a state or the probabilities of all states."""
    return tuple(
        distribution(one, f"{where}[{o}]") if isinstance(one, (list, tuple)) else index(one, f"{where}[{o}]", NUMBERS)
        for o, one in enumerate(items(raw, where))
    )


@dataclass(frozen=True, repr=False)
class Stage(Record):
    """What an agent can do in a state."""

    outcomes: Matrix = stated(read_outcomes, "*actions *outcomes", "probabilities of outcomes")
    costs: Vector = stated(vector, "*actions", "what each action costs the agent")
    rewards: Vector = stated(vector, "*outcomes", "what each outcome is worth to the principal")
    next: tuple[Any, ...] | None = stated(
        read_next,
        "",
        "by outcome, the state that follows, or the probabilities of all states; the same state by default",
        default=None,
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002
        """As many costs as actions, and as many rewards and successors as outcomes."""
        actions, outcomes = len(self.outcomes), len(self.outcomes[0])
        for name, have, need in (
            ("costs", len(self.costs), actions),
            ("rewards", len(self.rewards), outcomes),
            ("next", outcomes if self.next is None else len(self.next), outcomes),
        ):
            if have != need:
                raise InputError(f"the list has {have} entries where {need} are needed", f"{where}.{name}")
        return self


@dataclass(frozen=True, kw_only=True, repr=False)
class ContractStatement(Statement):
    """A principal who pays for what comes out, as effort cannot be seen."""

    kind = "contract"
    outcomes: Matrix | None = stated(
        read_outcomes, "actions outcomes", "probabilities of what comes out of an action", default=None
    )
    costs: Vector | None = stated(vector, "actions", "what each action costs the agent", default=None)
    rewards: Vector | None = stated(vector, "outcomes", "what each outcome is worth to the principal", default=None)
    action: int | None = stated(
        index, "actions", "if only this action is to be brought about, at the least pay", default=None
    )
    states: tuple[Stage, ...] | None = stated(
        Stage, "states", "instead of one table: a table for each state", default=None
    )
    horizon: int | None = stated(read_horizon, "", "with states: how many stages there are", default=None)
    discount: Fraction | None = stated(
        read_discount, "", "with states: what a stage later is worth, in [0, 1), for ever", default=None
    )
    start: int | None = stated(read_start, "", "with states: the first one; 0 by default", default=None, after="states")
    ties: str = stated(
        partial(choice, known=TIES),
        "",
        "with a horizon: whether a principal who is indifferent leaves the agent more or less",
        default="agent-high",
    )
    commitment: bool = stated(
        flag,
        "",
        "with a discount: whether the principal commits to a policy, rather than to each stage's contract",
        default=False,
    )
    combinatorial: SetFunction | None = stated(
        SetFunction, "", "instead: one agent who can do several things at once", default=None
    )
    team: SetFunction | None = stated(SetFunction, "", "instead: agents who each do one thing", default=None)
    actions: tuple[str, ...] | None = stated(labels, "actions", "names of the actions", default=None)
    results: tuple[str, ...] | None = stated(labels, "outcomes", "names of the outcomes", default=None)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002
        """One of the forms, with the fields that belong to it."""
        forms = [name for name in _FORMS if getattr(self, name) is not None]
        if len(forms) != 1:
            listed = ", ".join(f'"{name}"' for name in _FORMS)
            raise InputError(f"exactly one of {listed} is needed", forms[1] if forms else "outcomes")
        for name, form in _BELONGS.items():
            if form != forms[0] and getattr(self, name) not in (None, False):
                raise InputError(f'the field belongs to instances with "{form}"', name)
        for name in ("costs", "rewards"):
            if self.outcomes is not None and getattr(self, name) is None:
                raise InputError("the field is missing", name)
        if self.states is not None:
            self._checked_states(self.states)
        return self

    def _checked_states(self, states: Sequence[Stage]) -> None:
        """How long they follow each other is said once, and successors exist."""
        if (self.horizon is None) == (self.discount is None):
            raise InputError('exactly one of "horizon" and "discount" is needed', "horizon")
        if self.commitment and self.discount is None:
            raise InputError("a policy that the principal commits to needs a discount here", "commitment")
        for s, stage in enumerate(states):
            for o, one in enumerate(stage.next or ()):
                count = len(states)
                if (one >= count) if isinstance(one, int) else (len(one) != count):
                    raise InputError(f"there are {count} states", f"states[{s}].next[{o}]")

    @cached_property
    def successors(self) -> tuple[Matrix, ...]:
        """``next[s][o][s']``: the probabilities of the state that follows."""
        found = []
        for s, stage in enumerate(self.states or ()):
            entries = (s,) * len(stage.rewards) if stage.next is None else stage.next
            found.append(tuple(self._unit(one) if isinstance(one, int) else one for one in entries))
        return tuple(found)

    def _unit(self, state: int) -> Vector:
        return tuple(Fraction(s == state) for s in range(len(self.states or ())))


_FORMS: Final = ("outcomes", "states", "combinatorial", "team")
_BELONGS: Final = {
    "costs": "outcomes",
    "rewards": "outcomes",
    "action": "outcomes",
    "actions": "outcomes",
    "results": "outcomes",
    "horizon": "states",
    "discount": "states",
    "start": "states",
    "commitment": "states",
}
