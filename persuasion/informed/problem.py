"""Persuasion of receivers who know something that the sender does not see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from dual.errors import InputError, Undecided
from dual.kinds.informed.menu import Honesty, Menu
from dual.kinds.informed.public import Experiment, Prices
from dual.kinds.informed.statement import InformedStatement, Payoffs
from dual.numbers.exact import Matrix, Vector
from dual.words import brief
from persuasion.experiment import names
from transport.road.methods import by_name
from transport.road.picture import entitled
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .form import FORM
from .methods import solve_columns, solve_profiles
from .profiles import ordered_types
from .tastes import Tastes, tastes
from .views import Comparison, Message, by_target, message, revealed, told, uninformed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_ROWS = 40
"""Types shown in a table; more are not read in a terminal."""


class InformedSolution(Solution["InformedPersuasion"]):
    """The best experiment for types that nobody sees, or the best menu."""

    primal: Experiment | Menu | None
    dual: Prices | Honesty | None

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """The messages of a public experiment: how likely, what each type does and believes, who is targeted."""
        if not isinstance(self.primal, Experiment):
            return ()
        statement = self.problem.statement
        return tuple(message(statement, signal.likelihood) for signal in self.primal.signals if any(signal.likelihood))

    @property
    def menu(self) -> tuple[tuple[tuple[int, Vector], ...], ...]:
        """For each type the recommendations, as pairs of action and likelihoods; empty without a menu."""
        if not isinstance(self.primal, Menu):
            return ()
        return tuple(tuple((told.action, told.likelihood) for told in own) for own in self.primal.menu)

    @property
    def prices(self) -> Vector | Matrix:
        """``prices[s]``, or ``prices[t][s]`` of a menu; empty without an upper bound."""
        return () if self.dual is None else self.dual.prices

    @property
    def targets(self) -> tuple[int, ...]:
        """The types that some message makes indifferent."""
        return tuple(sorted({t for one in self.messages for t in one.indifferent}))

    @cached_property
    def comparison(self) -> Comparison:
        """What the sender gets with no and full information, one experiment, a menu, and if she is told the types."""
        attained = self.lower if self.grade == "exact" else None
        public, menu = (None, attained) if isinstance(self.primal, Menu) else (attained, None)
        return self.problem.compared(public, menu)

    def facts(self) -> Iterable[tuple[str, str]]:
        """The structure that was recognised, and the cheap comparisons."""
        problem = self.problem
        if problem.structure:
            yield "structure", problem.structure
        yield "no information", brief(uninformed(problem.statement))
        yield "full information", brief(revealed(problem.statement))
        if problem.statement.type_count <= _MOST_ROWS and (known := problem.told()) is not None:
            yield "types told", brief(known)
        if self.targets:
            yield "targeted", ", ".join(problem.type_names[t] for t in self.targets[:_MOST_ROWS])

    def tables(self) -> Sequence[Table]:
        """The messages with what each type does and believes, and the prices."""
        problem = self.problem
        states, types = problem.state_names, problem.type_names
        shown = range(min(len(types), _MOST_ROWS))
        found = []
        if self.messages:
            rows: list[list[Cell]] = [[k, one.probability, *one.likelihood] for k, one in enumerate(self.messages)]
            header = ["message", "probability", *(f"P(message | {state})" for state in states)]
            found.append(Table("experiment", header, rows))
            replies: list[list[Cell]] = [
                [types[t], *(problem.action_name(one.actions[t]) for one in self.messages)] for t in shown
            ]
            found.append(Table("replies", ["type", *(f"message {k}" for k in range(len(self.messages)))], replies))
            believed: list[list[Cell]] = [
                [types[t], k, *(one.posteriors[t] or [None] * len(states))]
                for t in shown
                for k, one in enumerate(self.messages)
            ]
            found.append(Table("posteriors", ["type", "message", *(f"P({state})" for state in states)], believed))
        if self.menu:
            listed: list[list[Cell]] = [
                [types[t], problem.action_name(a), *likelihood] for t in shown for a, likelihood in self.menu[t]
            ]
            found.append(Table("menu", ["report", "recommendation", *(f"P(. | {state})" for state in states)], listed))
        if isinstance(self.dual, Prices):
            prices: list[list[Cell]] = [[name, price] for name, price in zip(states, self.dual.prices, strict=True)]
            found.append(Table("prices", ["state", "price"], prices))
        return found

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the payoff by message (two states), the messages among the types' lines (three), else what types do.

        Raises
        ------
        SuasionError
            If matplotlib is not installed, or there is nothing to draw.
        """
        from .picture import draw

        ax = draw(self.problem.statement, self.messages, self.menu, ax)
        entitled(ax, ", ".join(filter(None, [self.headline, ax.get_title(loc="left")])))
        return ax


class InformedPersuasion(Problem[InformedStatement, InformedSolution]):
    """A sender chooses an experiment for receivers who know something that she does not see: their types.

    Type t takes an action that is best given what she believes and the message; ties are for the sender. A message is
    its likelihood vector x(s) = P(message | s). With ``disclosure="public"`` all types see the same messages: the value
    is the maximum of ``sum_m f(x_m)`` over messages that add up to one in every state, where f(x) is what the sender
    gets from the replies to x. With ``"menu"`` each type reports herself and gets an experiment of her own, so chosen
    that no type gains by another report and any reaction to what she is then told. A population of receivers who all
    see one signal is the same thing, weights being shares. (Kolotilin, Mylovanov, Zapechelnyuk and Li 2017; Guo and
    Shmaya 2019; Candogan and Strack 2023; Castiglioni, Marchesi and Gatti 2022.)

    Parameters
    ----------
    beliefs : array_like, shape (T, S) or (T,), optional
        What each type believes; for two states P(state 1) is enough. Left out, beliefs are those of ``joint``.
    receiver, sender : array_like, shape (S, A) or (T, S, A)
        Payoffs.
    joint : array_like, shape (T, S), optional
        The sender's law of types and states; by default ``weights[t] beliefs[t][s]``. With beliefs, priors differ.
    weights : array_like, shape (T,), optional
        Probabilities of the types; equal ones by default.
    disclosure : {"public", "menu"}
    types, states, actions : sequence of str, optional
        Labels.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape, a number or a label is wrong, or a type rules out a state that the sender's law gives her.

    Examples
    --------
    Two buyers believe in a good product with 2/5 and 1/5. One message serves both if it convinces the second.

    >>> buyers = InformedPersuasion(["2/5", "1/5"], receiver=[[0, -1], [0, 1]], sender=[[0, 1], [0, 1]])
    >>> solution = buyers.solve()
    >>> solution.lower, [one.actions for one in solution.messages], solution.targets
    (Fraction(19, 40), [(0, 0), (1, 1)], (1,))
    >>> buyers.told()
    Fraction(3, 5)
    """

    kind = "informed-persuasion"
    form = FORM
    methods = by_name(solve_columns, solve_profiles)
    roads: ClassVar[Mapping[str, str]] = {
        "thresholds": "two states: the best chord across the middle of the payoff by threshold",
        "nested": "ordered types: one profile for each of them, others only if they are needed",
        "program": "a menu: its linear program, the basis solved exactly",
    }
    solution_class = InformedSolution

    def __init__(
        self,
        beliefs: object = None,
        receiver: object = None,
        sender: object = None,
        *,
        joint: object = None,
        weights: object = None,
        disclosure: str = "public",
        types: Sequence[str] | None = None,
        states: Sequence[str] | None = None,
        actions: Sequence[str] | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "beliefs": beliefs,
                "joint": joint,
                "weights": weights,
                "receiver": receiver,
                "sender": sender,
                "disclosure": disclosure,
                "types": types,
                "states": states,
                "actions": actions,
                **described,
            }
        )

    @property
    def receiver(self) -> Payoffs:
        """``receiver[s][a]`` or ``receiver[t][s][a]``."""
        return self.statement.receiver

    @property
    def sender(self) -> Payoffs:
        """``sender[s][a]`` or ``sender[t][s][a]``."""
        return self.statement.sender

    @property
    def type_names(self) -> tuple[str, ...]:
        """The types' labels, or their numbers."""
        return names(self.statement.types, self.statement.type_count)

    @property
    def state_names(self) -> tuple[str, ...]:
        """The states' labels, or their numbers."""
        return names(self.statement.states, self.statement.state_count)

    def action_name(self, action: int) -> str:
        """An action's label, or its number."""
        return names(self.statement.actions, self.statement.action_count)[action]

    @cached_property
    def structure(self) -> str:
        """What makes the problem easier: ``two states``, ``tastes``, ``ordered types``; empty if nothing is seen."""
        if self.statement.state_count == 2:
            return "two states"
        if self.tastes is not None:
            return "tastes"
        return "" if ordered_types(self.statement) is None else "ordered types"

    @cached_property
    def tastes(self) -> Tastes | None:
        """The same problem by posterior means, if types differ in tastes alone; None otherwise.

        That is: one belief, two actions, and each type acts iff the mean of a number z(s) is high enough for her.
        """
        return tastes(self.statement)

    def told(self) -> Fraction | None:
        """What the sender gets if she knows the types; None if that is not found exactly."""
        return told(self.statement)

    def compared(self, public: Fraction | None = None, menu: Fraction | None = None) -> Comparison:
        """The five values; those that are given are not computed again."""
        statement = self.statement
        found = {"public": public, "menu": menu}
        for way, known in found.items():
            if known is None:
                try:
                    answer = self.replace(disclosure=way).solve()
                except Undecided:
                    continue
                found[way] = answer.lower if answer.grade == "exact" else None
        return Comparison(uninformed(statement), revealed(statement), found["public"], found["menu"], self.told())

    def by_target(self) -> Table:
        """For two states: what the best experiment gives that uses one type's threshold message.

        Raises
        ------
        InputError
            If there are not two states.

        Examples
        --------
        >>> buyers = InformedPersuasion(["2/5", "1/5"], receiver=[[0, -1], [0, 1]], sender=[[0, 1], [0, 1]])
        >>> [[str(cell) for cell in row] for row in buyers.by_target().rows]
        [['0', '19/40', ''], ['3/5', '2/5', '0'], ['4/5', '19/40', '1'], ['1', '3/10', '']]
        """
        if self.statement.state_count != 2:
            raise InputError("a single target is a threshold, which two states have", "beliefs")
        rows: list[list[Cell]] = []
        for share, value in by_target(self.statement):
            inside = 0 < share < 1
            aimed = message(self.statement, (1 - share, share)).indifferent if inside else ()
            rows.append([share, value, ", ".join(self.type_names[t] for t in aimed)])
        return Table("value by target", ["likelihood of state 1", "value", "types made indifferent"], rows)

    def with_types(self, chosen: Iterable[int]) -> InformedPersuasion:
        """The problem with some of the types alone, their masses as they are, relative to theirs together.

        Raises
        ------
        InputError
            If there is no such type, or theirs is no mass.
        """
        picked = list(chosen)
        law = self.statement.law
        if not picked or any(t not in range(len(law)) for t in picked):
            raise InputError(f"types are numbered from 0 to {len(law) - 1}", "types")
        total = sum((mass for t in picked for mass in law[t]), Fraction(0))
        if not total:
            raise InputError("these types have no mass", "types")
        document: dict[str, Any] = dict(self.document())
        document["joint"] = [[mass / total for mass in law[t]] for t in picked]
        document["beliefs"] = [self.statement.trusted[t] for t in picked] if self.statement.beliefs else None
        document["weights"] = None
        for name in ("receiver", "sender"):
            table = getattr(self.statement, name)
            if isinstance(table[0][0], tuple):
                document[name] = [table[t] for t in picked]
        if self.statement.types:
            document["types"] = [self.statement.types[t] for t in picked]
        return self.from_document({name: value for name, value in document.items() if value is not None})
