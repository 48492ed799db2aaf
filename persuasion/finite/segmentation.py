"""A seller with posted prices as the receiver: markets are segmented so that she gains nothing (in floats, nothing).

The limits of price discrimination (Bergemann, Brooks and Morris 2015): states are buyers' values, actions are prices,
and the seller earns the margin ``m[a]`` from those who buy at the price, who at a higher one are fewer. Take away from
the market as much as there is of the equal-revenue segment on the values that are left: the seller is indifferent
between all prices in it. At least one value is then used up, so there are at most as many segments as values, and a
uniform monopoly price is among the best in each: together she earns what she earns without information. In each segment
the sender chooses among the prices at which the seller is indifferent.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from dual.kinds.finite import Experiment, PersuasionStatement, Signal
from dual.numbers.exact import Matrix, over_common_denominator

from .replies import in_integers


def posted_prices(receiver: Matrix) -> list[tuple[int, frozenset[int]]] | None:
    """Prices worth posting and who buys at them, from the lowest to the highest; None if that is not what payoffs say.

    Every action has to earn one margin from those who buy and nothing from the others, and buyers at one price have to
    be among the buyers at any other or the other way round.

    Examples
    --------
    >>> [(a, sorted(buyers)) for a, buyers in posted_prices(((1, 0, 0), (1, 2, 0), (1, 2, 3)))]
    [(0, [0, 1, 2]), (1, [1, 2]), (2, [2])]
    >>> posted_prices(((1, 0), (0, 1))) is None
    True
    """
    offers = []
    for a, column in enumerate(zip(*receiver, strict=True)):
        buyers = frozenset(s for s, payoff in enumerate(column) if payoff)
        margins = {column[s] for s in buyers}
        if len(margins) > 1:
            return None
        if margins and (margin := margins.pop()) > 0:
            offers.append((len(buyers), margin, a, buyers))
    # From the fewest buyers to the most: a price is worth posting if it earns less from each of more.
    offers.sort(key=lambda offer: (-offer[0], offer[1], -offer[2]))
    kept: list[tuple[Fraction, int, frozenset[int]]] = []
    for _, margin, a, buyers in offers:
        if kept and not buyers <= kept[-1][2]:
            return None
        if kept and buyers == kept[-1][2]:
            kept.pop()
        if not kept or margin > kept[-1][0]:
            kept.append((margin, a, buyers))
    return [(a, buyers) for _, a, buyers in kept] or None


def equal_revenue(statement: PersuasionStatement) -> Experiment | None:
    """The segmentation into equal-revenue segments with the sender's favourite prices; None without posted prices."""
    prices = posted_prices(statement.weighed)
    if prices is None:
        return None
    prior, sender, receiver = statement.prior, statement.sender, statement.weighed
    actions = [a for a, _ in prices]
    margins = [receiver[min(buyers)][a] for a, buyers in prices]
    above = [*(buyers for _, buyers in prices[1:]), frozenset[int]()]
    classes = [sorted(buyers - higher) for (_, buyers), higher in zip(prices, above, strict=True)]
    masses = [sum((prior[s] for s in members), Fraction(0)) for members in classes]
    shares = [
        [prior[s] / mass if mass else Fraction(0) for s in members]
        for members, mass in zip(classes, masses, strict=True)
    ]
    payoffs = in_integers(sender)
    left = list(masses)
    signals: dict[int, list[Fraction]] = {}

    def told(action: int, s: int, mass: Fraction) -> None:
        signals.setdefault(action, [Fraction(0)] * len(prior))[s] += mass

    while support := [k for k, mass in enumerate(left) if mass]:
        segment = _segment([margins[k] for k in support])
        size = min(left[k] / part for k, part in zip(support, segment, strict=True))
        joint = [
            (s, size * part * share)
            for k, part in zip(support, segment, strict=True)
            for s, share in zip(classes[k], shares[k], strict=True)
        ]
        # In integers over common denominators: the masses' scale does not matter for what is liked best.
        weights, _ = over_common_denominator([mass for _, mass in joint])
        rows = [payoffs[s] for s, _ in joint]
        favourite = max((actions[k] for k in support), key=lambda a: sum(w * row[a] for w, row in zip(weights, rows)))  # noqa: B905
        for s, mass in joint:
            told(favourite, s, mass)
        for k, part in zip(support, segment, strict=True):
            left[k] -= size * part
    # Nobody earns anything from the rest: each of them is told the sender's favourite of what the seller does then.
    for s in set(range(len(prior))) - prices[0][1]:
        told(max(range(len(sender[s])), key=lambda a, s=s: (receiver[s][a], sender[s][a])), s, prior[s])  # type: ignore[misc]
    return Experiment(tuple(Signal(a, tuple(joint)) for a, joint in sorted(signals.items()) if any(joint)))


def _segment(margins: Sequence[Fraction]) -> list[Fraction]:
    """Masses of the classes, adding up to one, at which all prices earn the same: tails inverse to margins."""
    tails = [*(margins[0] / margin for margin in margins), Fraction(0)]
    return [tail - after for tail, after in pairwise(tails)]
