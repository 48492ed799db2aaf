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


Choice = tuple[int | None, ...]
"""The seller each buyer buys from."""


def ways_to_trade(buyers: int, sellers: tuple[int, ...]) -> Iterator[Choice]:
    """All matchings of some buyers to some sellers."""
    if not buyers:
        yield ()
        return
    for rest in ways_to_trade(buyers - 1, sellers):
        yield (*rest, None)
    for j in sellers:
        for rest in ways_to_trade(buyers - 1, tuple(k for k in sellers if k != j)):
            yield (*rest, j)


def least_on_the_way(values: list[int], knows: Choice, owner: dict[int, int], buyer: int) -> int:
    """The least value from a buyer to the buyer of whom he knows and so on; 0 if a seller left over is reached."""
    least, seen = values[buyer], set[int]()
    while buyer not in seen:
        seen.add(buyer)
        least = min(least, values[buyer])
        known = knows[buyer]
        if known is None:
            return least
        if known not in owner:
            return 0
        buyer = owner[known]
    return least


def homogeneous_revenue(values: list[int], knows: Choice, sellers: int) -> int:
    """The best revenue if buyers value all sellers alike and know at most one, over all ways to trade.

    Trades are introduced unless known, at the least value on the way; they are an equilibrium if nobody left over would
    pay more for the seller he knows.
    """
    best = 0
    for chosen in ways_to_trade(len(values), tuple(range(sellers))):
        owner = {j: i for i, j in enumerate(chosen) if j is not None}
        paid = {j: least_on_the_way(values, knows, owner, i) for j, i in owner.items()}
        left = [(values[i], paid.get(j, 0)) for i, j in enumerate(knows) if j is not None and chosen[i] is None]
        if all(value <= price for value, price in left):
            best = max(best, sum(price for j, price in paid.items() if knows[owner[j]] != j))
    return best
