"""Markets solved by enumeration: every matching, every set of introductions. Slow, obvious, independent.

:class:`Everything` does the same for all sets of introductions at once; it is tested against the slow functions.
"""

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

Pair = tuple[int, int]


def matchings(pairs: list[Pair]) -> Iterator[tuple[Pair, ...]]:
    """All matchings on some pairs."""
    if not pairs:
        yield ()
        return
    (i, j), rest = pairs[0], pairs[1:]
    yield from matchings(rest)
    for matching in matchings([pair for pair in rest if pair[0] != i and pair[1] != j]):
        yield ((i, j), *matching)


def welfare(net: dict[Pair, Fraction]) -> Fraction:
    return max(sum((net[pair] for pair in m), Fraction(0)) for m in matchings(list(net)))


def prices(net: dict[Pair, Fraction], sellers: int, rule: str) -> list[Fraction]:
    """Extreme competitive prices as differences of welfare (net of cost)."""
    best = welfare(net)
    found = []
    for j in range(sellers):
        if rule == "largest":
            found.append(best - welfare({p: w for p, w in net.items() if p[1] != j}))
        else:
            found.append(welfare(net | {(i, sellers): w for (i, k), w in net.items() if k == j}) - best)
    return found


def revenues(
    net: dict[Pair, Fraction], costs: list[Fraction], introduced: set[Pair], rule: str
) -> tuple[Fraction, Fraction]:
    """The most and the least the platform can earn, over all efficient matchings."""
    best = welfare(net)
    paid = [p + c for p, c in zip(prices(net, len(costs), rule), costs, strict=True)]
    earned = [
        sum((paid[j] for i, j in m if (i, j) in introduced), Fraction(0))
        for m in matchings(list(net))
        if sum((net[pair] for pair in m), Fraction(0)) == best
    ]
    return max(earned), min(earned)


def best_revenues(
    net: dict[Pair, Fraction], costs: list[Fraction], known: set[Pair], rule: str
) -> tuple[Fraction, Fraction]:
    """The best revenue over all sets of introductions, with ties for and against the platform."""
    unknown = [pair for pair in net if pair not in known]
    found = []
    for k in range(len(unknown) + 1):
        for introduced in itertools.combinations(unknown, k):
            part = {p: w for p, w in net.items() if p in known or p in introduced}
            found.append(revenues(part, costs, set(introduced), rule))
    return max(f[0] for f in found), max(f[1] for f in found)


class Everything:
    """The most and the least that each of many sets of introductions earns, in tables (set x matching) of integers.

    Parameters
    ----------
    net : mapping from pair to an integral net value
    costs : list
        Of the sellers.
    known : set of pairs
    rule : {"largest", "smallest"}
    matched : bool
        Whether only those introductions are tried that make up a part of a matching, rather than all sets.
    """

    def __init__(
        self,
        net: dict[Pair, Fraction],
        costs: list[Fraction],
        known: set[Pair],
        rule: str,
        matched: bool = False,
    ) -> None:
        twin = len(costs)
        unknown = [pair for pair in net if pair not in known]
        if matched:
            self.sets: list[tuple[Pair, ...]] = list(matchings(unknown))
        else:
            sizes = range(len(unknown) + 1)
            self.sets = [tuple(s) for size in sizes for s in itertools.combinations(unknown, size)]
        pairs = list(net)
        present = np.array([[pair in known or pair in s for pair in pairs] for s in map(set, self.sets)], bool)
        introduced = np.array([[pair in s for pair in pairs] for s in map(set, self.sets)], bool)
        all_matchings = list(matchings(pairs))
        self.uses = np.array([[pair in m for pair in pairs] for m in all_matchings], bool).reshape(-1, len(pairs))
        numbers = [int(net[pair]) for pair in pairs]
        kind = np.int64 if max(map(abs, numbers), default=0) < 2**40 else object
        worth = np.array(numbers, kind)
        total = self.uses @ worth
        allowed = ~(~present @ self.uses.T)
        self.welfare = self._best(allowed, total)
        prices = np.zeros((len(self.sets), twin), kind)
        for j in range(twin):
            sells = self.uses[:, [k for k, pair in enumerate(pairs) if pair[1] == j]].any(axis=1)
            if rule == "largest":
                prices[:, j] = self.welfare - self._best(allowed & ~sells, total)
                continue
            columns = [k for k, pair in enumerate(pairs) if pair[1] == j]
            wider = [*pairs, *((pairs[k][0], twin) for k in columns)]
            both = np.array([[pair in m for pair in wider] for m in matchings(wider)], bool).reshape(-1, len(wider))
            there = ~(~np.hstack([present, present[:, columns]]) @ both.T)
            prices[:, j] = self._best(there, both @ np.concatenate([worth, worth[columns]])) - self.welfare
        self.prices = prices
        paid = prices + np.array([int(cost) for cost in costs], kind)
        earned = (introduced * paid[:, [pair[1] for pair in pairs]]) @ self.uses.T
        efficient = allowed & (total == self.welfare[:, None])
        self.most = np.where(efficient, earned, -1).max(axis=1)
        self.least = np.where(efficient, earned, earned.max() + 1).min(axis=1)

    @staticmethod
    def _best(allowed: np.ndarray, total: np.ndarray) -> np.ndarray:
        return np.where(allowed, total, -1).max(axis=1)
