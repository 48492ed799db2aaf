"""A receiver who only has to do as well as without information: a bound at once, and experiments that come with it.

Whatever experiment is used, the receiver expects at least what her best action ``a0`` gives her without information.
With a weight ``t >= 0`` on that one inequality the states come apart, and

    g(t) = sum_s prior[s] max_a (sender[s][a] + t receiver[s][a]) - t sum_s prior[s] receiver[s][a0]

is an upper bound for every t: multipliers ``[a][a0] = t`` prove it. It is convex and linear between breakpoints. The
choices that it makes in the states are experiments, too: states that choose alike share a signal.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from typing import Any, Final

import numpy as np

from dual.kinds.finite import PersuasionStatement, Prices
from dual.numbers.exact import over_common_denominator
from transport.programs.arrays import Floats, Integers
from transport.programs.rounding import simple

_STEPS: Final = 60
"""Cuts of a convex function of one variable; they end by themselves when the two lines meet on it, mostly before 20."""
_WEIGHTS: Final = 12
"""Weights on either side of the best one whose choices are tried as experiments, each half of the last."""
_SHORT: Final = 10**6
"""A weight is replaced by the simplest fraction within its inverse, relative to it, if it proves no less."""


def in_floats(statement: PersuasionStatement) -> tuple[Floats, Floats, Floats]:
    """Prior, the sender's and the receiver's payoffs as arrays; infinite where they are beyond floats."""

    def near(x: Fraction) -> float:
        try:
            return float(x)
        except OverflowError:
            return float("inf")

    prior, sender, receiver = (
        np.array([[near(x) for x in row] for row in table])
        for table in ((statement.prior,), statement.sender, statement.weighed)
    )
    return prior[0], sender, receiver


def weight_on_receiver(prior: Floats, sender: Floats, receiver: Floats) -> tuple[float, Integers, Integers] | None:
    """The t that minimises g in floats, with the states' choices just before and after it.

    Parameters
    ----------
    prior : array, shape (S,)
    sender, receiver : arrays, shape (S, A)

    Returns
    -------
    (t, before, after) or None
        Choices are arrays of actions, shape (S,); None where floats are not enough.

    Examples
    --------
    >>> prior, sender = np.array([0.7, 0.3]), np.array([[0.0, 1.0], [0.0, 1.0]])
    >>> t, before, after = weight_on_receiver(prior, sender, np.eye(2))
    >>> round(t, 9), before.tolist(), after.tolist()
    (1.0, [1, 1], [0, 1])
    """
    if not (np.isfinite(sender).all() and np.isfinite(receiver).all()):
        return None
    ordinary = float((prior @ receiver).max())
    rows = np.arange(len(prior))

    def line(t: float) -> tuple[Integers, float, float]:
        choice = (sender + t * receiver).argmax(axis=1)
        return choice, float(prior @ sender[rows, choice]), float(prior @ receiver[rows, choice]) - ordinary

    before, start, slope = line(0.0)
    # The last line: everybody does what the receiver likes best, and among that what the sender does.
    best = np.where(receiver == receiver.max(axis=1, keepdims=True), sender, -np.inf).argmax(axis=1)
    after, end, rise = best, float(prior @ sender[rows, best]), float(prior @ receiver[rows, best]) - ordinary
    if slope >= 0 or rise <= slope:
        return 0.0, before, before
    t = 0.0
    for _ in range(_STEPS):
        t = (start - end) / (rise - slope)
        choice, here, steep = line(t)
        # No line lies above the two that meet, but for rounding of its two terms.
        if here + t * steep <= (end + t * rise) + 1e-13 * (abs(here) + abs(t * steep)):
            break
        if steep < 0:
            before, start, slope = choice, here, steep
        else:
            after, end, rise = choice, here, steep
            if not steep:
                break
    return (max(t, 0.0), before, after) if np.isfinite(t) else None


def prices_at(statement: PersuasionStatement, t: Fraction) -> Prices:
    """The prices that a weight t proves."""
    prior, sender, receiver = statement.prior, statement.sender, statement.weighed
    actions = range(len(sender[0]))
    ordinary = [sum(map(mul, prior, column), Fraction(0)) for column in zip(*receiver, strict=True)]
    a0 = max(actions, key=ordinary.__getitem__)
    multipliers = tuple(tuple(t if b == a0 and a != a0 else Fraction(0) for b in actions) for a in actions)
    # In integers over one denominator, as fractions would cost a greatest common divisor a step.
    worths, unit = over_common_denominator([x for row in sender for x in row])
    payoffs, scale = over_common_denominator([x for row in receiver for x in row])
    own, weight, width = t.denominator * scale, t.numerator * unit, len(actions)
    prices = []
    for k in range(0, len(worths), width):
        here = payoffs[k : k + width]
        best = max(own * worth + weight * payoff for worth, payoff in zip(worths[k : k + width], here, strict=True))
        prices.append(Fraction(best - weight * here[a0], own * unit))
    return Prices(tuple(prices), multipliers)


def exact_weight(statement: PersuasionStatement, found: tuple[float, Integers, Integers]) -> Fraction:
    """The weight at which the lines of the two choices meet, exactly, or a simpler one as near as floats tell."""
    t, before, after = found
    near = simple(t, _SHORT)
    if not t or (near and abs(near - Fraction(t)) <= Fraction(t) / 10**12):
        return near
    prior, sender, receiver = statement.prior, statement.sender, statement.weighed

    def total(table: Sequence[Sequence[Fraction]], choice: Any) -> Fraction:
        return sum((mass * row[a] for mass, row, a in zip(prior, table, choice.tolist(), strict=True)), Fraction(0))

    rise = total(receiver, after) - total(receiver, before)
    if rise <= 0:
        return near
    return max((total(sender, before) - total(sender, after)) / rise, Fraction(0))


def choices(prior: Floats, sender: Floats, receiver: Floats, found: tuple[float, Integers, Integers]) -> Integers:
    """The signals of the states, shape (S,): of the experiments along all weights the best one in floats.

    A signal is named by the action that its states choose; what the receiver does after it is up to her.
    """
    t, before, after = found
    rows = np.arange(len(prior))
    joined, ordinary = sender * prior[:, None], receiver * prior[:, None]

    def worth(choice: Integers) -> float:
        told = np.zeros((sender.shape[1], len(prior)))
        told[choice, rows] = 1.0
        rewards, payoffs = told @ ordinary, told @ joined
        used = np.unique(choice)
        best = rewards[used].max(axis=1, keepdims=True)
        # A tie in floats that is none in fractions costs what the exact evaluation then shows, no truth.
        return float(np.where(rewards[used] == best, payoffs[used], -np.inf).max(axis=1).sum())

    scale = t or 1.0
    tried = [before, after]
    for k in range(-_WEIGHTS, _WEIGHTS + 1):
        tried += [(sender + scale * (2.0**k if k else 1 + side) * receiver).argmax(axis=1) for side in (-1e-3, 1e-3)]
    return max(tried, key=worth)
