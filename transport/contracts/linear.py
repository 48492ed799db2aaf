"""Linear contracts: the same share of every reward."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from dual.errors import InputError
from dual.kinds.contracts.stage import Situation, dot


@dataclass(frozen=True)
class Linear:
    """A contract that pays a share of the reward.

    Attributes
    ----------
    alpha : Fraction
        The share.
    action : int
        The agent's best reply.
    principal, agent : Fraction
        What is left to either.
    """

    alpha: Fraction
    action: int
    principal: Fraction
    agent: Fraction


def linear_contract(here: Situation) -> Linear:
    """The best linear contract of a stage: one of the breakpoints of what the agent keeps.

    Raises
    ------
    InputError
        If a reward is negative.
    """
    if min(here.rewards) < 0:
        raise InputError("a linear contract needs rewards >= 0", "rewards")
    lines = [(dot(row, here.rewards), c) for row, c in zip(here.outcomes, here.net_costs, strict=True)]
    alphas = {Fraction(0)}
    for (R, c), (Q, d) in combinations(lines, 2):
        if R != Q and 0 <= (c - d) / (R - Q) <= 1:
            alphas.add((c - d) / (R - Q))
    found = []
    for alpha in alphas:
        kept, R, a = max((alpha * R - c, R, -a) for a, (R, c) in enumerate(lines))
        found.append(Linear(alpha, -a, (1 - alpha) * R, kept))
    return max(found, key=lambda one: (one.principal, -one.alpha))
