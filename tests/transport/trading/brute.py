"""Markets solved by enumeration: every matching, every set of introductions. Slow, obvious, independent."""

import itertools
from collections.abc import Iterator
from fractions import Fraction

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
