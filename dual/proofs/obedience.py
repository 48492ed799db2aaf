"""Obedience: what a receiver gains by following a recommendation, in integers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from operator import mul

from dual.errors import Violation
from dual.limits import numbers, steps
from dual.numbers.exact import Matrix, over_common_denominator
from dual.words import brief


class Receiver:
    """A receiver's payoffs ``[s][a]``, as integers over one denominator."""

    def __init__(self, payoff: Matrix) -> None:
        self.denominator = lcm(*{entry.denominator for row in payoff for entry in row})
        self.size = len(payoff) * len(payoff[0])
        numbers(self.size * (self.denominator.bit_length() // 256), "payoffs over one long denominator")
        self.rows = [[entry.numerator * (self.denominator // entry.denominator) for entry in row] for row in payoff]

    def require_obedience(self, told: int, masses: Sequence[Fraction], whose: str) -> None:
        """Refuse masses of states after which another action than the one told is better."""
        joint, _ = over_common_denominator([mass for mass in masses if mass])
        rows = [row for mass, row in zip(masses, self.rows, strict=True) if mass]
        rewards = [sum(map(mul, joint, column)) for column in zip(*rows, strict=True)] or [0] * (told + 1)
        if any(reward > rewards[told] for reward in rewards):
            payoffs = " < ".join(brief(Fraction(reward)) for reward in (rewards[told], max(rewards)))
            better = rewards.index(max(rewards))
            raise Violation(f"{whose} told to take action {told} prefers action {better} ({payoffs}, up to scale)")

    def gains(self, multipliers: Sequence[Sequence[Fraction]], where: str) -> list[list[Fraction]]:
        """The matrix ``[a][s]``: the sum over a' of multipliers[a][a'] >= 0 times payoff[s][a] - payoff[s][a']."""
        longest = max((abs(entry) for row in self.rows for entry in row if type(entry) is int), default=1)
        steps(self.size * len(multipliers), "weighing all gains from obedience", longest)
        found = []
        for a, row in enumerate(multipliers):
            weights, denominator = over_common_denominator(row)
            if any(weight < 0 for weight in weights):
                raise Violation(f"{where}[{a}][{weights.index(min(weights))}] = {brief(min(row))} < 0")
            total = sum(weights)
            gains = [rewards[a] * total - sum(map(mul, weights, rewards)) for rewards in self.rows]
            found.append([gain / Fraction(denominator * self.denominator) for gain in gains])
        return found
