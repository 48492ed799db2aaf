"""Persuasion: one receiver, finitely many states and actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from dual.kinds.finite import Experiment, PersuasionStatement, Prices
from dual.numbers.exact import Matrix, Vector
from dual.words import brief
from persuasion.experiment import Signal, names, price_table, revealed
from persuasion.finite.replies import best_reply, expected
from transport.road.methods import by_name
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table
from transport.road.views import Node

from .form import FORM
from .obedience import solve_by_obedience

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution


@dataclass(frozen=True)
class Comparison:
    """What sender and receiver expect under three ways of informing the receiver.

    Each pair is (sender, receiver); ties favour the sender.
    """

    no_information: tuple[Fraction, Fraction]
    full_information: tuple[Fraction, Fraction]
    optimal: tuple[Fraction, Fraction]


class PersuasionSolution(Solution["Persuasion"]):
    """The best experiment, its prices, and what it is worth."""

    primal: Experiment | None
    dual: Prices | None

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """The experiment: each signal's recommendation, probability, posterior and joint masses."""
        return tuple(
            Signal.from_joint(signal.joint, self.problem.action_name(signal.action))
            for signal in (self.primal.signals if self.primal else ())
            if any(signal.joint)
        )

    def linear_program(self) -> LinearProgramSolution:
        """The obedience program with this answer, see :meth:`transport.road.solution.Solution.linear_program`."""
        from transport.linear_program.translate import translated

        from .linear_form import multipliers, program, values

        asked, primal, dual = self.problem.statement, self.primal, self.dual
        return translated(
            program(asked),
            None if primal is None else values(asked, primal),
            None if dual is None else multipliers(dual),
            name=asked.name,
        )

    @property
    def prices(self) -> Vector:
        """``prices[s]``, the supergradient of the concave envelope at the prior; empty without an upper bound."""
        return self.dual.prices if self.dual else ()

    @property
    def multipliers(self) -> Matrix:
        """``multipliers[a][a'] >= 0`` of the obedience constraints; empty without an upper bound."""
        return self.dual.multipliers if self.dual else ()

    def references(self) -> Mapping[str, float]:
        """The sender's payoffs under no and full information."""
        told = self.comparison
        return {
            "no information": float(told.no_information[0]),
            "full information": float(told.full_information[0]),
        }

    @cached_property
    def comparison(self) -> Comparison:
        """The payoffs under no, full and optimal information."""
        payoffs = self.problem.payoffs_at
        return Comparison(
            payoffs(self.problem.prior),
            _sum(payoffs(joint) for joint in revealed(self.problem.prior)),
            _sum(payoffs(signal.joint) for signal in self.signals),
        )

    def edges(self) -> Iterable[tuple[Node, Node, Mapping[str, Any]]]:
        """States and the recommendations they lead to, with the joint ``mass`` and the ``posterior`` of the state."""
        for signal in self.signals:
            for name, mass, posterior in zip(self.problem.state_names, signal.joint, signal.posterior, strict=True):
                if mass:
                    yield ("state", name), ("action", signal.recommendation), {"mass": mass, "posterior": posterior}

    @property
    def policy(self) -> str:
        """How likely each recommendation is."""
        return ", ".join(f"{signal.recommendation} {brief(signal.probability)}" for signal in self.signals)

    def facts(self) -> Iterable[tuple[str, str]]:
        """Comparison values, for the summary."""
        ways = ("no information", "full information", "this experiment")
        comparison = self.comparison
        pairs = (comparison.no_information, comparison.full_information, comparison.optimal)
        for name, (sender, receiver) in zip(ways, pairs, strict=True):
            yield name, f"sender {brief(sender)}, receiver {brief(receiver)}"

    def tables(self) -> Sequence[Table]:
        """The experiment and the prices, with labels."""
        states = self.problem.state_names
        signals: list[list[Cell]] = [[s.recommendation, s.probability, *s.posterior] for s in self.signals]
        return [
            Table("experiment", ["recommendation", "probability", *(f"P({name})" for name in states)], signals),
            price_table(states, self.problem.prior, self.prices),
        ]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw payoff, envelope, prices, prior and posteriors (two states) or the splitting in a triangle (three).

        Raises
        ------
        SuasionError
            If there are more than three states, or matplotlib is not installed.
        """
        from .picture import draw

        return draw(self.problem.statement, self.signals, self.prices, ax)


class Persuasion(Problem[PersuasionStatement, PersuasionSolution]):
    """A sender chooses an experiment about a finite state; one receiver then chooses a finite action.

    The value is that of the obedience program ``max sum x(s,a) sender[s][a]`` subject to
    ``sum_a x(s,a) = prior[s]``, ``sum_s x(s,a) (receiver[s][a] - receiver[s][a']) >= 0`` and ``x >= 0``; it equals
    the concave envelope, at the prior, of the sender's payoff as a function of the posterior (Kamenica and
    Gentzkow 2011). Ties favour the sender.

    Parameters
    ----------
    prior : array_like, shape (S,)
        Probabilities of the states, summing to one.
    sender, receiver : array_like, shape (S, A)
        Payoffs in each state from each action.
    receiver_prior : array_like, shape (S,), optional
        The receiver's prior if it differs from the sender's (Alonso and Camara 2016). Probabilities, posteriors and
        the sender's payoffs are the sender's then; the receiver's payoffs are what she expects herself.
    states, actions : sequence of str, optional
        Labels, all different.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape, a number or a label is wrong; the message names the field.

    Examples
    --------
    >>> court = Persuasion(
    ...     [0.7, 0.3],
    ...     sender=[[0, 1], [0, 1]],
    ...     receiver=[[1, 0], [0, 1]],
    ...     states=["innocent", "guilty"],
    ...     actions=["acquit", "convict"],
    ... )
    >>> solution = court.solve()
    >>> solution.lower, solution.grade
    (Fraction(3, 5), 'exact')
    >>> [(s.recommendation, str(s.probability)) for s in solution.signals]
    [('acquit', '2/5'), ('convict', '3/5')]
    """

    kind = "persuasion"
    form = FORM
    methods = by_name(solve_by_obedience)
    roads: ClassVar[Mapping[str, str]] = {
        "obedience-rounded": "the simplex's multipliers and experiment rounded, where an exact basis is too long",
        "segmentation": "equal-revenue segments of a seller who posts prices, and the bound that she earns no less",
        "weight-on-receiver": "states share signals, and the receiver does no worse than without: no time for more",
        "no-or-full-information": "the better of no and full information: there was no time for more",
    }
    solution_class = PersuasionSolution

    def __init__(
        self,
        prior: object,
        sender: object,
        receiver: object,
        *,
        receiver_prior: object = None,
        states: Sequence[str] | None = None,
        actions: Sequence[str] | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "prior": prior,
                "sender": sender,
                "receiver": receiver,
                "receiver_prior": receiver_prior,
                "states": states,
                "actions": actions,
                **described,
            }
        )

    @property
    def prior(self) -> Vector:
        """``prior[s]``."""
        return self.statement.prior

    @property
    def sender(self) -> Matrix:
        """``sender[s][a]``."""
        return self.statement.sender

    @property
    def receiver(self) -> Matrix:
        """``receiver[s][a]``."""
        return self.statement.receiver

    @property
    def state_names(self) -> tuple[str, ...]:
        """The states' labels, or their numbers."""
        return names(self.statement.states, len(self.prior))

    def action_name(self, action: int) -> str:
        """An action's label, or its number."""
        return self.statement.actions[action] if self.statement.actions else str(action)

    def best_reply(self, belief: Sequence[Fraction]) -> int:
        """The receiver's best action at a belief; among equally good ones the sender's favourite, then the first.

        Examples
        --------
        >>> court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
        >>> court.best_reply([Fraction(1, 2), Fraction(1, 2)])
        1
        """
        return best_reply(self.sender, self.statement.weighed, belief)

    def payoffs_at(self, belief: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
        """Expected payoffs of sender and receiver when the receiver replies to a belief.

        Examples
        --------
        >>> court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
        >>> court.payoffs_at(court.prior)
        (Fraction(0, 1), Fraction(7, 10))
        """
        a = self.best_reply(belief)
        return expected(belief, self.sender, a), expected(belief, self.statement.weighed, a)


def _sum(pairs: Iterable[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    sender, receiver = zip(*pairs, strict=True)
    return sum(sender, Fraction(0)), sum(receiver, Fraction(0))
