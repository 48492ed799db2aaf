"""Rational inattention: tracking a number, Blahut and Arimoto's iteration to 1e-7 beside it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from persuasion import CostlyPersuasion

from .record import Case, solved


def tracking(states, actions, weight="1/20"):
    """Guess a number from [-1, 1] with a squared loss; the prior falls off like a bell."""
    x, a = np.linspace(-1, 1, states), np.linspace(-1, 1, actions)
    shares = np.rint(10**6 * np.exp(-2 * x * x)).astype(int)
    prior = [Fraction(int(s), int(shares.sum())) for s in shares]
    payoff = -np.round((x[:, None] - a) ** 2, 6)
    return CostlyPersuasion(prior, payoff, payoff, {"entropy": weight})


def ours(*size):
    return solved(tracking(*size))


def blahut_arimoto(*size):
    """Until the bound that its probabilities prove in floats is 1e-7 above what they earn, at most 10^6 rounds."""
    problem = tracking(*size)
    prior = np.array(problem.prior, dtype=float)
    payoff = np.array(problem.sender, dtype=float)
    k = float(problem.statement.cost.weight)
    tops = payoff.max(axis=1)
    likes = np.exp((payoff - tops[:, None]) / k)

    def work():
        p = np.full(payoff.shape[1], 1 / payoff.shape[1])
        for _ in range(10**6):
            level = likes @ p
            ratio = (prior / level) @ likes
            gap = k * np.log(ratio.max())
            if gap < 1e-7:
                break
            p = p * ratio
        value = float(prior @ (k * np.log(level) + tops))
        return {"lower": value, "upper": value + gap, "grade": "claim"}

    return work


def cases(quick):
    for size in ((11, 11),) if quick else ((21, 21), (41, 41), (101, 21), (21, 101)):
        for method, run in (("suasion", "ours"), ("Blahut-Arimoto", "blahut_arimoto")):
            yield Case("tracking", f"{size[0]} x {size[1]}", size[0] * size[1], method, run, size)
