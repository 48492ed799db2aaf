"""CostlyPersuasion: one receiver, finitely many states and actions, and information that costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Unpack, cast

from dual.errors import Violation
from dual.kinds.costly.entropy import EntropyCost
from dual.kinds.costly.kind import CostlyPersuasionStatement, information_cost
from dual.kinds.finite import Signal as JointSignal
from dual.numbers.interval import Interval, interval
from dual.words import brief
from persuasion.experiment import revealed
from persuasion.finite.problem import Persuasion, PersuasionSolution
from transport.road.methods import by_name
from transport.road.problem import Described, Options

from .method import solve_costly

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class CostlyPersuasionSolution(PersuasionSolution):
    """The best experiment net of its cost, and its prices.

    ``comparison`` holds payoffs before costs; ``cost_of`` what each way to inform the receiver costs.
    """

    problem: CostlyPersuasion

    @cached_property
    def information_cost(self) -> Interval:
        """The expected cost of the experiment: exact where it is known to be rational, else a proven interval."""
        return self.problem.cost_of([signal.joint for signal in self.signals])

    @cached_property
    def gross(self) -> Fraction:
        """The sender's expected payoff before the cost."""
        return self.comparison.optimal[0]

    @cached_property
    def mutual_information(self) -> Interval | None:
        """In nats, between state and signal, if the cost is entropy's; None for other costs."""
        cost = self.problem.statement.cost
        if not isinstance(cost, EntropyCost):
            return None
        free = EntropyCost(Fraction(1))
        total = interval(0)
        for signal in self.signals:
            total += free.at(signal.posterior, self.problem.prior) * signal.probability
        return total

    def facts(self) -> Iterable[tuple[str, str]]:
        """Payoffs before costs and the costs, for the summary."""
        ways = (
            ("no information", self.comparison.no_information, [self.problem.prior]),
            ("full information", self.comparison.full_information, revealed(self.problem.prior)),
            ("this experiment", self.comparison.optimal, [signal.joint for signal in self.signals]),
        )
        for name, (sender, receiver), joints in ways:
            cost = "infinite" if (found := self._cost(joints)) is None else str(found)
            yield name, f"sender {brief(sender)} - cost {cost}, receiver {brief(receiver)}"
        if self.mutual_information is not None:
            yield "information", f"{self.mutual_information} nats"

    def references(self) -> Mapping[str, float]:
        """The sender's payoffs under no and full information, net of their costs."""
        joints = {"no information": [self.problem.prior], "full information": list(revealed(self.problem.prior))}
        gross = super().references()
        costs = {name: self._cost(told) for name, told in joints.items()}
        return {name: gross[name] - float(cost.middle) for name, cost in costs.items() if cost is not None}

    def _cost(self, joints: Iterable[Sequence[Fraction]]) -> Interval | None:
        """The expected cost of an experiment; None if it is infinite."""
        try:
            return self.problem.cost_of(joints)
        except Violation:
            return None

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw payoff minus cost, its concave envelope, prior and posteriors (two states).

        Raises
        ------
        SuasionError
            If there are not two states, or matplotlib is not installed.
        """
        from .picture import draw

        return draw(self.problem.statement, self.signals, self.prices, ax)


class CostlyPersuasion(Persuasion):
    """Persuasion by an experiment that the sender has to pay for; with like payoffs, rational inattention.

    ``max E[payoff] - E[cost(posterior)]`` over obedient experiments, for a posterior-separable cost (Gentzkow and
    Kamenica 2014). With sender and receiver alike and entropy cost this is rational inattention (Sims 2003; Matejka
    and McKay 2015).

    Parameters
    ----------
    prior : array_like, shape (S,)
        Probabilities of the states, summing to one.
    sender, receiver : array_like, shape (S, A)
        Payoffs in each state from each action, before costs.
    cost : dict or str
        ``{"entropy": k}`` or ``{"quadratic": k}``, k >= 0 times the expected reduction of Shannon entropy (natural
        logarithm) or of ``-norm(belief)^2`` from the prior; or an expression in ``q0, q1, ...``, the belief in each of
        2 to 8 states (``p`` is ``q1`` if there are two), whose expectation the experiment costs. Where it is undefined
        because a state is ruled out, as ``-log(q0)`` is, that costs infinitely much. It should be convex;
        where it is not, the bounds remain true but may not meet.
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
        If a shape, a number, a label or the cost is wrong; the message names the field.

    Examples
    --------
    >>> court = CostlyPersuasion(["7/10", "3/10"], [[0, 1], [0, 1]], [[1, 0], [0, 1]], cost={"quadratic": 8})
    >>> solution = court.solve()
    >>> bool(solution.lower <= Fraction(1, 25) <= solution.upper), bool(solution.upper - solution.lower < 1e-9)
    (True, True)
    """

    kind = "costly-persuasion"
    methods = by_name(solve_costly)
    roads: ClassVar[Mapping[str, str]] = {
        "attention": "the sender chooses the actions and the receiver obeys: an interior point over their chances",
        "exchange": "posteriors exchanged one by one, for a cost given by an expression",
        "no-or-full-information": "the better of no and full information: there was no time for more, or it is optimal",
        "obedience": "information is free: the obedience program",
        "obedience-rounded": "the same, rounded, where an exact basis is too long",
    }
    solution_class = CostlyPersuasionSolution
    statement: CostlyPersuasionStatement

    def __init__(
        self,
        prior: object,
        sender: object,
        receiver: object,
        cost: object,
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
                "cost": cost,
                "states": states,
                "actions": actions,
                **described,
            }
        )

    def solve(self, method: str | None = None, **options: Unpack[Options]) -> CostlyPersuasionSolution:
        """As :meth:`~transport.road.problem.Problem.solve`."""
        return cast(CostlyPersuasionSolution, super().solve(method, **options))

    def cost_of(self, joints: Iterable[Sequence[Fraction]]) -> Interval:
        """The expected cost of an experiment, given by its signals' joint masses with the states.

        Raises
        ------
        Violation
            If it is infinite.

        Examples
        --------
        >>> court = CostlyPersuasion(["1/2", "1/2"], [[0], [0]], [[0], [0]], cost={"quadratic": 1})
        >>> print(court.cost_of([["1/2", 0], [0, "1/2"]]))
        1/2
        """
        signals = [JointSignal(0, tuple(Fraction(mass) for mass in joint)) for joint in joints]
        return information_cost(signals, self.statement)
