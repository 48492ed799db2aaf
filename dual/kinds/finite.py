"""Kind ``persuasion``: one receiver, finitely many states and actions.

The value is the obedience program's (Kamenica and Gentzkow 2011; Bergemann and Morris 2016)::

    max  sum x(s,a) sender[s][a]
    s.t. sum_a x(s,a) = prior[s],   sum_s x(s,a) (receiver[s][a] - receiver[s][a']) >= 0,   x >= 0

A receiver with another prior weighs the states differently, see :attr:`PersuasionStatement.weighed`.

Primal witness: an obedient experiment. Dual witness: prices P and multipliers L >= 0 with
``P[s] >= sender[s][a] + sum_a' L[a][a'] (receiver[s][a] - receiver[s][a'])``, which prove ``prior . P``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul
from typing import Self

from dual.errors import Violation
from dual.limits import steps
from dual.names import labels
from dual.numbers.exact import Matrix, Vector, distribution, index, matrix, over_common_denominator, vector
from dual.proofs.obedience import Receiver
from dual.statement import Record, Statement, Witness, stated
from dual.verdict import Kind
from dual.words import brief, listed_entries


@dataclass(frozen=True, kw_only=True, repr=False)
class PersuasionStatement(Statement):
    """A finite persuasion problem."""

    kind = "persuasion"
    prior: Vector = stated(distribution, "states", "probabilities, summing to one")
    sender: Matrix = stated(matrix, "states actions", "the sender's payoff")
    receiver: Matrix = stated(matrix, "states actions", "the receiver's payoff")
    receiver_prior: Vector | None = stated(
        distribution, "states", "the receiver's prior, if it is another; 0 where the sender's is", default=None
    )
    states: tuple[str, ...] | None = stated(labels, "states", "names of the states", default=None)
    actions: tuple[str, ...] | None = stated(labels, "actions", "names of the actions", default=None)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (a statement is read nowhere else)
        """Refuse a receiver who believes in states that the sender excludes: the masses would not say what she does."""
        _ = self.weighed
        return self

    @cached_property
    def weighed(self) -> Matrix:
        """What the receiver expects, with the sender's masses: her payoff unless her prior is another."""
        if self.receiver_prior is None:
            return self.receiver
        from dual.proofs.priors import weighed

        return weighed(self.receiver, self.receiver_prior, self.prior)


@dataclass(frozen=True, repr=False)
class Signal(Record):
    """One signal of an experiment."""

    action: int = stated(index, "actions", "the recommended action")
    joint: Vector = stated(vector, "states", "its joint mass with every state, >= 0")


@dataclass(frozen=True, repr=False)
class Experiment(Witness):
    """An experiment: the masses of its signals are nonnegative and add up to the prior."""

    signals: tuple[Signal, ...] = stated(Signal, "signals", "one signal for each posterior")


def read_multipliers(value: object, where: str, actions: int, columns: int) -> Matrix:
    """Read a square matrix; or, of more than three actions, a list ``[[a, a', weight], ...]`` of what is not zero."""
    if actions <= 3:
        return matrix(value, where, actions, columns)
    from dual.numbers import sparse

    return sparse.square(value, where, actions)


@dataclass(frozen=True, repr=False)
class Prices(Witness):
    """Prices of the states, which no recommendation's payoff may exceed."""

    prices: Vector = stated(vector, "states", "prices P with prior . P the bound")
    multipliers: Matrix = stated(
        read_multipliers,
        "actions actions",
        "weights >= 0 of the gains from obeying [a] over [a']; of more than three actions also `[a, a', weight], ...`",
    )

    def document(self) -> dict[str, object]:
        """As the file holds it: of many actions, the multipliers that are not zero."""
        return {**super().document(), "multipliers": listed_entries(self.multipliers)}


def split(signals: Sequence[Signal], prior: Vector) -> None:
    """Refuse signals whose masses are negative, or do not add up to the prior."""
    totals = [Fraction(0)] * len(prior)
    for k, signal in enumerate(signals):
        for s, mass in enumerate(signal.joint):
            if mass < 0:
                raise Violation(f"primal.signals[{k}].joint[{s}] = {brief(mass)} < 0")
            if mass:
                totals[s] += mass
    for s, (total, mass) in enumerate(zip(totals, prior, strict=True)):
        if total != mass:
            raise Violation(f"the signals' masses in state {s} sum to {brief(total)}, the prior is {brief(mass)}")


def obedient(signals: Sequence[Signal], statement: PersuasionStatement) -> None:
    """Refuse signals that do not split the prior, or recommend what the receiver would rather not do."""
    split(signals, statement.prior)
    receiver = Receiver(statement.weighed)
    work = sum(mass != 0 for signal in signals for mass in signal.joint) * len(statement.weighed[0])
    steps(work, "looking at every action after every signal", receiver.denominator)
    for k, signal in enumerate(signals):
        receiver.require_obedience(signal.action, signal.joint, f"primal.signals[{k}]: the receiver")


def lower(statement: PersuasionStatement, primal: Experiment) -> Fraction:
    """The sender's payoff from an obedient experiment."""
    obedient(primal.signals, statement)
    value = Fraction(0)
    for signal in primal.signals:
        rows = zip(signal.joint, statement.sender, strict=True)
        value += sum((mass * row[signal.action] for mass, row in rows if mass), Fraction(0))
    return value


def upper(statement: PersuasionStatement, dual: Prices) -> Fraction:
    """The bound ``prior . prices``, once the prices majorise every recommendation."""
    # Integers over common denominators: fractions would cost a greatest common divisor for each action and state.
    prices, own = over_common_denominator(dual.prices)
    flat, unit = over_common_denominator([payoff for row in statement.sender for payoff in row])
    width = len(statement.sender[0])
    for a, (gains, scale) in enumerate(Receiver(statement.weighed).weighed(dual.multipliers, "multipliers")):
        at_price, at_payoff, at_gain = unit * scale, own * scale, own * unit
        for s, (price, gain) in enumerate(zip(prices, gains, strict=True)):
            if price * at_price < flat[s * width + a] * at_payoff + gain * at_gain:
                payoff = statement.sender[s][a] + gain / Fraction(scale)
                worth = f"sender[{s}][{a}] + sum over a' of multipliers[{a}][a'] times the gain from obeying"
                raise Violation(f"prices[{s}] = {brief(dual.prices[s])} < {brief(payoff)} = {worth}")
    return sum(map(mul, statement.prior, dual.prices), Fraction(0))


KIND = Kind(
    "persuasion", PersuasionStatement.read, lower, upper, primal=Experiment.read, dual=Prices.read, lacks=lambda _: ""
)
