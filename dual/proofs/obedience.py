"""Obedience: what a receiver gains by following a recommendation, in integers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

    def require_obedience(self, recommended: int, masses: Sequence[Fraction], whose: str) -> None:
        """Refuse masses of states after which another action than the one recommended is better."""
        joint, _ = over_common_denominator([mass for mass in masses if mass])
        rows = [row for mass, row in zip(masses, self.rows, strict=True) if mass]
        if len(rows) <= 1:  # the scale does not matter, and most signals name a state
            joint = [1] * len(rows)
        rewards = [sum(map(mul, joint, column)) for column in zip(*rows, strict=True)] or [0] * (recommended + 1)
        if any(reward > rewards[recommended] for reward in rewards):
            payoffs = " < ".join(brief(reward / Fraction(1)) for reward in (rewards[recommended], max(rewards)))
            better = rewards.index(max(rewards))
            raise Violation(
                f"{whose} told to take action {recommended} prefers action {better} ({payoffs}, up to scale)"
            )

    def weighed(self, multipliers: Sequence[Sequence[Fraction]], where: str) -> Iterator[tuple[list[int], int]]:
        """For each action a the gains ``[s]`` from obeying, in integers, and what they are divided by.

        A gain is the sum over a' of multipliers[a][a'] >= 0 times payoff[s][a] - payoff[s][a']; the work is that of the
        multipliers that are not zero.
        """
        longest = max((abs(entry) for row in self.rows for entry in row if type(entry) is int), default=1)
        # Places of the weights that are not zero; rows without any are often one and the same.
        places: dict[int, list[int]] = {}
        for row in multipliers:
            if id(row) not in places:
                places[id(row)] = [b for b, weight in enumerate(row) if weight]
        listed = sum(len(places[id(row)]) for row in multipliers)
        steps(len(self.rows) * (listed + len(multipliers)), "weighing all gains from obedience", longest)
        for a, row in enumerate(multipliers):
            used = places[id(row)]
            weights, denominator = over_common_denominator([row[b] for b in used])
            if any(weight < 0 for weight in weights):
                raise Violation(f"{where}[{a}][{used[weights.index(min(weights))]}] = {brief(min(row))} < 0")
            total = sum(weights)
            yield (
                [
                    rewards[a] * total - sum(weight * rewards[b] for b, weight in zip(used, weights, strict=True))
                    for rewards in self.rows
                ],
                denominator * self.denominator,
            )
