"""Kind ``persuasion``: one receiver, finitely many states and actions.

The value is the obedience program's (Kamenica and Gentzkow 2011; Bergemann and Morris 2016)::

    max  sum x(s,a) sender[s][a]
    s.t. sum_a x(s,a) = prior[s],   sum_s x(s,a) (receiver[s][a] - receiver[s][a']) >= 0,   x >= 0

Primal witness: an obedient experiment. Dual witness: prices P and multipliers L >= 0 with
``P[s] >= sender[s][a] + sum_a' L[a][a'] (receiver[s][a] - receiver[s][a'])``, which prove ``prior . P``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from dual.errors import Violation
from dual.numbers.exact import brief, distribution, index, items, matrix, over_common_denominator, vector
from dual.statement import Statement, fields, instance_fields, labels
from dual.verdict import Kind

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]


@dataclass(frozen=True, kw_only=True)
class PersuasionStatement(Statement):
    """A finite persuasion problem: ``prior[s]``, payoffs ``sender[s][a]`` and ``receiver[s][a]``."""

    kind = "persuasion"
    prior: Vector
    sender: Matrix
    receiver: Matrix
    states: tuple[str, ...] | None = None
    actions: tuple[str, ...] | None = None


def parse(raw: Mapping[str, object]) -> PersuasionStatement:
    """Read a ``persuasion`` instance."""
    found, description = instance_fields(raw, ["prior", "sender", "receiver"], ["states", "actions"])
    prior = distribution(found["prior"], "prior")
    sender = matrix(found["sender"], "sender", rows=len(prior))
    receiver = matrix(found["receiver"], "receiver", rows=len(prior), columns=len(sender[0]))
    return PersuasionStatement(
        prior=prior,
        sender=sender,
        receiver=receiver,
        states=labels(found.get("states"), "states", len(prior)),
        actions=labels(found.get("actions"), "actions", len(sender[0])),
        **description,
    )


@dataclass(frozen=True)
class Signal:
    """One signal of an experiment: the recommended action and the joint mass with every state."""

    action: int
    joint: Vector


def experiment(raw: object, prior: Vector, actions: int) -> tuple[Signal, ...]:
    """Read the signals of an experiment; their joint masses are nonnegative and split the prior."""
    signals = []
    for k, item in enumerate(items(fields(raw, ["signals"], where="primal")["signals"], "primal.signals")):
        where = f"primal.signals[{k}]"
        entry = fields(item, ["action", "joint"], where=where)
        joint = vector(entry["joint"], f"{where}.joint", len(prior))
        signals.append(Signal(index(entry["action"], f"{where}.action", actions), joint))
        for s, mass in enumerate(joint):
            if mass < 0:
                raise Violation(f"{where}.joint[{s}] = {brief(mass)} < 0")
    for s, mass in enumerate(prior):
        total = sum((signal.joint[s] for signal in signals), Fraction(0))
        if total != mass:
            raise Violation(f"the signals' masses in state {s} sum to {brief(total)}, the prior is {brief(mass)}")
    return tuple(signals)


def obedience(signal: Signal, receiver: Matrix, where: str) -> None:
    """Refuse a recommendation that the receiver would rather not follow."""
    joint, _ = over_common_denominator(signal.joint)
    rewards = [sum(map(mul, joint, column)) for column in zip(*receiver, strict=True)]
    for other, reward in enumerate(rewards):
        if reward > rewards[signal.action]:
            raise Violation(
                f"{where}: after recommendation {signal.action} the receiver prefers action {other}"
                f" (expected payoffs, up to scale: {brief(rewards[signal.action])} < {brief(reward)})"
            )


def lower(statement: PersuasionStatement, primal: object) -> Fraction:
    """The sender's payoff from an obedient experiment."""
    value = Fraction(0)
    for k, signal in enumerate(experiment(primal, statement.prior, len(statement.sender[0]))):
        obedience(signal, statement.receiver, f"primal.signals[{k}]")
        value += sum(map(mul, signal.joint, (row[signal.action] for row in statement.sender)), Fraction(0))
    return value


def upper(statement: PersuasionStatement, dual: object) -> Fraction:
    """The bound ``prior . prices``, once the prices majorise every recommendation."""
    found = fields(dual, ["prices", "multipliers"], where="dual")
    prices = vector(found["prices"], "dual.prices", len(statement.prior))
    for a, row in enumerate(obedient_payoffs(statement.sender, statement.receiver, found["multipliers"])):
        for s, payoff in enumerate(row):
            if prices[s] < payoff:
                raise Violation(
                    f"prices[{s}] = {brief(prices[s])} < {brief(payoff)} = sender[{s}][{a}]"
                    f" + sum over a' of multipliers[{a}][a'] (receiver[{s}][{a}] - receiver[{s}][a'])"
                )
    return sum(map(mul, statement.prior, prices), Fraction(0))


def obedient_payoffs(sender: Matrix, receiver: Matrix, raw: object) -> Matrix:
    """The matrix ``[a][s]``: sender's payoff plus the multipliers' weight on the receiver's gains from obeying."""
    states, actions = range(len(sender)), range(len(sender[0]))
    multipliers = matrix(raw, "dual.multipliers", rows=len(actions), columns=len(actions))
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


KIND = Kind("persuasion", parse, lower, upper)
