"""Entropy costs and nobody to obey: a concave program over how often each action is taken, by an interior point.

A sender who could choose the actions herself would choose the experiment of rational inattention (Matejka and McKay
2015): with ``E[s][a] = exp(sender[s][a] / k)`` and probabilities p of the actions that maximise

    sum_s prior[s] k log Z[s],   Z[s] = sum_a p[a] E[s][a],

action a is taken in state s with the chance ``p[a] E[s][a] / Z[s]``. For any p the prices ``k log Z[s] + k log c``,
with c the largest of ``c[a] = sum_s prior[s] E[s][a] / Z[s]``, majorise payoff minus cost, and
``k log c`` is the gap. Where the receiver obeys that experiment, as she does if she shares the sender's payoffs, it is
optimal.

Blahut and Arimoto's iteration ``p[a] -> p[a] c[a]`` takes the longer the nearer actions are to each other; Newton's
method on the optimality conditions ``p >= 0, c <= 1, p (1 - c) = 0`` takes some twenty steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from dual.kinds.costly.entropy import EntropyCost
from dual.kinds.costly.kind import CostlyPersuasionStatement
from dual.numbers.exact import over_common_denominator
from persuasion.finite.canonical import canonical_order
from persuasion.finite.replies import best_reply, in_integers
from transport.programs.arrays import Floats
from transport.programs.rounding import round_dyadic

_STEPS: Final = 200
_INSIDE: Final = 0.995
"""How far a step goes of what would bring a probability or a slack to zero."""
_DONE: Final = 1e-14
"""The gap, in units of the cost's weight, at which Newton's method stops; rounding ends it at about as much."""
_SLOW: Final = 5
"""Steps in a row without a better gap, after which rounding is what is left."""
_RARE: Final = 1e-9
"""Actions that are taken more rarely are left out: probability times slack is a gap far below rounding by then."""
_OBEYED: Final = 1e-9
"""What the receiver may gain by another action, relative to her payoffs: an exact look comes after."""
_MARGIN: Final = 2e-14
"""By how much prices are raised beyond what floats say, relative to the largest term: the checker then accepts them."""
_BITS: Final = 60
"""Chances are rounded to multiples of 2^-60: the value is flat at the optimum, so that costs nothing that shows."""


@dataclass(frozen=True)
class Attention:
    """What an interior point ended in, over the states with mass in the canonical order.

    Attributes
    ----------
    states, actions : list of int
        What stands where in the statement.
    chances : array, shape (A, S)
        How likely each action is in each state.
    prices : array, shape (S,)
        In units of the cost's weight, from each state's largest payoff.
    steps : int
    """

    states: list[int]
    actions: list[int]
    chances: Floats
    prices: Floats
    steps: int


def attention(statement: CostlyPersuasionStatement) -> Attention | None:
    """The experiment of a sender who chooses the actions, and its prices; None where the receiver would not obey.

    None, too, unless information costs entropy.
    """
    cost = statement.cost
    if not isinstance(cost, EntropyCost) or not cost.weight:
        return None
    order, actions = canonical_order(statement.prior, statement.sender, statement.weighed)
    states = [s for s in order if statement.prior[s]]
    prior = np.array([float(statement.prior[s]) for s in states])
    tops = [max(statement.sender[s]) for s in states]
    weights = np.exp(
        [
            [float((statement.sender[s][a] - top) / cost.weight) for s, top in zip(states, tops, strict=True)]
            for a in actions
        ]
    )  # shape (A, S), at most one
    with np.errstate(all="ignore"):
        p, steps = _probabilities(prior, weights)
        level = p @ weights
        worth = (weights * (prior / level)).sum(axis=1).max()
    if not (np.isfinite(worth) and np.isfinite(level).all() and level.min() > 0):
        return None
    raised = np.log(level) + np.log(worth)
    p = np.where(p > _RARE, p, 0.0)
    chances = p[:, None] * weights / (p @ weights)
    if not _obeyed(statement, states, actions, chances * prior):
        return None
    return Attention(states, actions, chances, raised + _MARGIN * (1 + float(np.abs(raised).max())), steps)


def _obeyed(statement: CostlyPersuasionStatement, states: list[int], actions: list[int], joints: Floats) -> bool:
    """Whether the receiver takes every action that is told, as far as floats tell."""
    if statement.weighed == statement.sender:
        return True  # at an optimum nothing is better for the sender, either
    payoffs = np.array([[float(statement.weighed[s][a]) for a in actions] for s in states])
    rewards = joints @ payoffs
    return bool((rewards.max(axis=1) - np.diagonal(rewards) <= _OBEYED * (joints @ np.abs(payoffs)).max(axis=1)).all())


def _probabilities(prior: Floats, weights: Floats) -> tuple[Floats, int]:
    """The probabilities with the least gap on the way of a primal-dual interior point, and the steps taken."""
    actions = len(weights)
    p = np.full(actions, 1.0 / actions)
    slack = np.full(actions, 1.0)
    best, least, slow = p, np.inf, 0
    steps = 0
    while steps < _STEPS:
        steps += 1
        level = p @ weights
        share = prior / level
        worth = weights @ share
        gap = float(np.log(worth.max()) + np.log(p.sum()))  # of p divided by its sum
        if not np.isfinite(gap):
            break
        slow = 0 if gap < least / 2 else slow + 1
        if gap < least:
            best, least = p, gap
        if least < _DONE or slow > _SLOW:
            break
        target = 0.1 * float(p @ slack) / actions
        bent = (weights * (share / level)) @ weights.T
        short = 1.0 - worth - slack  # zero once the slack is what it says
        for _ in range(2):
            # p dslack + slack dp = target - p slack, and dslack = bent dp + short
            matrix = bent + np.diag(slack / p)
            dp = np.linalg.solve(matrix, target / p - slack - short)
            dslack = bent @ dp + short
            size = min(_longest(p, dp), _longest(slack, dslack))
            if size > 0.5:
                break
            target *= 5
        p, slack = p + size * dp, slack + size * dslack
    return best / best.sum(), steps


def _longest(values: Floats, step: Floats) -> float:
    """The part of a step that leaves values positive, at most one."""
    falling = step < 0
    return min(1.0, _INSIDE * float((values[falling] / -step[falling]).min())) if falling.any() else 1.0


def exact_experiment(statement: CostlyPersuasionStatement, found: Attention) -> list[tuple[int, list[Fraction]]]:
    """Joint masses that split the prior exactly, chances on one grid; signals that name what the receiver then does."""
    taken = [a for a, row in enumerate(found.chances) if row.any()]
    rows = [round_dyadic(found.chances[a], _BITS, 1.0) for a in taken]
    signals: dict[int, list[Fraction]] = {}
    joints = [[Fraction(0)] * len(statement.prior) for _ in rows]
    for k, s in enumerate(found.states):
        column = [row[k] for row in rows]
        likeliest = max(range(len(column)), key=column.__getitem__)
        column[likeliest] += 1 - sum(column)
        for joint, chance in zip(joints, column, strict=True):
            joint[s] = chance * statement.prior[s]
    sender, receiver = in_integers(statement.sender), in_integers(statement.weighed)
    for a, joint in zip(taken, joints, strict=True):
        told = best_reply(sender, receiver, over_common_denominator(joint)[0], found.actions[a])
        before = signals.get(told)
        signals[told] = joint if before is None else [x + y for x, y in zip(before, joint, strict=True)]
    return sorted(signals.items())


def exact_prices(statement: CostlyPersuasionStatement, found: Attention) -> list[Fraction]:
    """Prices of all states; what a state without mass is paid does not matter."""
    prices = [max(row) for row in statement.sender]
    for s, price in zip(found.states, round_dyadic(found.prices, _BITS), strict=True):
        prices[s] += statement.cost.weight * price  # type: ignore[union-attr]
    return prices
