"""Kind ``persuasion``: one receiver, finitely many states and actions.

The value is the obedience program's (Kamenica and Gentzkow 2011; Bergemann and Morris 2016)::

    max  sum x(s,a) sender[s][a]
    s.t. sum_a x(s,a) = prior[s],   sum_s x(s,a) (receiver[s][a] - receiver[s][a']) >= 0,   x >= 0

Primal witness: an obedient experiment. Dual witness: prices P and multipliers L >= 0 with
``P[s] >= sender[s][a] + sum_a' L[a][a'] (receiver[s][a] - receiver[s][a'])``, which prove ``prior . P``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from dual.errors import Violation
from dual.numbers.exact import Matrix, Vector, brief, distribution, index, matrix, over_common_denominator, vector
from dual.statement import Record, Statement, Witness, labels, stated
from dual.verdict import Kind


@dataclass(frozen=True, kw_only=True, repr=False)
class PersuasionStatement(Statement):
    """A finite persuasion problem."""

    kind = "persuasion"
    prior: Vector = stated(distribution, "states", "probabilities, summing to one")
    sender: Matrix = stated(matrix, "states actions", "the sender's payoff")
    receiver: Matrix = stated(matrix, "states actions", "the receiver's payoff")
    states: tuple[str, ...] | None = stated(labels, "states", "names of the states", default=None)
    actions: tuple[str, ...] | None = stated(labels, "actions", "names of the actions", default=None)


@dataclass(frozen=True, repr=False)
class Signal(Record):
    """One signal of an experiment."""

    action: int = stated(index, "actions", "the recommended action")
    joint: Vector = stated(vector, "states", "its joint mass with every state, >= 0")


@dataclass(frozen=True, repr=False)
class Experiment(Witness):
    """An experiment: the masses of its signals are nonnegative and add up to the prior."""

    signals: tuple[Signal, ...] = stated(Signal, "signals", "one signal for each posterior")


@dataclass(frozen=True, repr=False)
class Prices(Witness):
    """Prices of the states, which no recommendation's payoff may exceed."""

    prices: Vector = stated(vector, "states", "prices P with prior . P the bound")
    multipliers: Matrix = stated(
        matrix, "actions actions", "weights >= 0 of the gains from obeying [a] over taking [a']"
    )


def split(signals: Sequence[Signal], prior: Vector) -> None:
    """Refuse signals whose masses are negative, or do not add up to the prior."""
    for k, signal in enumerate(signals):
        for s, mass in enumerate(signal.joint):
            if mass < 0:
                raise Violation(f"primal.signals[{k}].joint[{s}] = {brief(mass)} < 0")
    for s, mass in enumerate(prior):
        total = sum((signal.joint[s] for signal in signals), Fraction(0))
        if total != mass:
            raise Violation(f"the signals' masses in state {s} sum to {brief(total)}, the prior is {brief(mass)}")


def obedience(signal: Signal, receiver: Matrix, where: str) -> None:
    """Refuse a recommendation that the receiver would rather not follow."""
    joint, _ = over_common_denominator([mass for mass in signal.joint if mass])
    rows = [row for mass, row in zip(signal.joint, receiver, strict=True) if mass]
    payoffs, _ = over_common_denominator([payoff for row in rows for payoff in row])
    actions = len(receiver[0])
    rewards = [sum(map(mul, joint, payoffs[a::actions])) for a in range(actions)]
    for other, reward in enumerate(rewards):
        if reward > rewards[signal.action]:
            raise Violation(
                f"{where}: after recommendation {signal.action} the receiver prefers action {other}"
                f" (expected payoffs, up to scale: {brief(rewards[signal.action])} < {brief(reward)})"
            )


def lower(statement: PersuasionStatement, primal: Experiment) -> Fraction:
    """The sender's payoff from an obedient experiment."""
    split(primal.signals, statement.prior)
    value = Fraction(0)
    for k, signal in enumerate(primal.signals):
        obedience(signal, statement.receiver, f"primal.signals[{k}]")
        value += sum(map(mul, signal.joint, (row[signal.action] for row in statement.sender)), Fraction(0))
    return value


def upper(statement: PersuasionStatement, dual: Prices) -> Fraction:
    """The bound ``prior . prices``, once the prices majorise every recommendation."""
    for a, row in enumerate(obedient_payoffs(statement.sender, statement.receiver, dual.multipliers)):
        for s, payoff in enumerate(row):
            if dual.prices[s] < payoff:
                raise Violation(
                    f"prices[{s}] = {brief(dual.prices[s])} < {brief(payoff)} = sender[{s}][{a}]"
                    f" + sum over a' of multipliers[{a}][a'] (receiver[{s}][{a}] - receiver[{s}][a'])"
                )
    return sum(map(mul, statement.prior, dual.prices), Fraction(0))


def obedient_payoffs(sender: Matrix, receiver: Matrix, multipliers: Sequence[Sequence[Fraction]]) -> Matrix:
    """The matrix ``[a][s]``: sender's payoff plus the multipliers' weight on the receiver's gains from obeying."""
    states, actions = range(len(sender)), range(len(sender[0]))
    rewards = [over_common_denominator(row) for row in receiver]
    payoffs = []
    for a in actions:
        weights, denominator = over_common_denominator(multipliers[a])
        for other, weight in enumerate(weights):
            if weight < 0:
                raise Violation(f"multipliers[{a}][{other}] = {brief(multipliers[a][other])} < 0")
        total = sum(weights)
        payoffs.append(
            tuple(
                sender[s][a]
                + Fraction(
                    rewards[s][0][a] * total - sum(map(mul, weights, rewards[s][0])), denominator * rewards[s][1]
                )
                for s in states
            )
        )
    return tuple(payoffs)


KIND = Kind("persuasion", PersuasionStatement.read, lower, upper, primal=Experiment.read, dual=Prices.read)
