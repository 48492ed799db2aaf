"""The sender's payoff along a segment of messages, whatever the types reply.

A message is its likelihood vector x >= 0, x(s) = P(message | s). Type t takes an action a that maximises ``g_t(., a) .
x``, of several the one that is best for the sender, so that the sender gets::

    f(x) = sum over t of the largest c_t(., a) . x over the best replies a of t.

On the segment from u to v every payoff is linear, and replies change only where two actions of a type are equally
good. Between such points f is the maximum of linear functions, and at them it is at least its limits from both sides;
so a linear function is above f on the whole segment if it is so at these points. Sorted once, they are passed with
running sums: O(N log N) for N of them. Everything is in integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter, mul

from dual.limits import steps

Table = list[list[list[int]]]
"""Integers by type, action and end of a direction: states, or the two ends of a segment of messages."""
Point = tuple[int, int]
"""A place n/d on the segment, d > 0, 0 <= n <= d."""
Pair = tuple[int, int]
"""What something is worth at the two ends."""
_WORK = 40
"""Steps of one type's one pair of actions, in operations on integers."""


def dot(first: Sequence[int], second: Sequence[int]) -> int:
    """The sum of products."""
    return sum(map(mul, first, second))


def restricted(table: Table, u: Sequence[int], v: Sequence[int]) -> Table:
    """A table of payoffs at the two ends of a segment."""
    return [[[dot(row, u), dot(row, v)] for row in own] for own in table]


def payoff(own: Table, gains: Table, x: Sequence[int]) -> int:
    """``f(x)``: replies of all types to one message, ties for the sender."""
    total = 0
    for mine, hers in zip(own, gains, strict=True):
        total += max([(dot(g, x), dot(c, x)) for g, c in zip(mine, hers, strict=True)])[1]
    return total


def curve(own: Table, gains: Table) -> list[tuple[int, int, int]]:
    """Give f on a segment, at its ends and wherever a reply changes.

    Parameters
    ----------
    own, gains : list, [t][a][end]
        What types and sender get at the two ends.

    Returns
    -------
    list of (n, d, F)
        In increasing order of n/d: at that share of the way ``f = F / d``.

    Examples
    --------
    A buyer who wants state 1, about which she is right with 2/5, and a seller who wants her to buy.

    >>> curve([[[0, 0], [-3, 2]]], [[[0, 0], [3, 2]]])
    [(0, 1, 0), (3, 5, 12), (1, 1, 2)]
    """
    actions = len(own[0])
    longest = max((max(map(abs, row)) for table in (own, gains) for one in table for row in one), default=0)
    steps(_WORK * len(own) * actions * actions, f"the replies of {len(own)} types with {actions} actions", longest)
    changes: list[tuple[Point, Pair, Pair, Pair]] = []
    now, start, end = [0, 0], [0, 0], [0, 0]
    for mine, hers in zip(own, gains, strict=True):
        if actions == 2:
            change, at_start, at_end = _change(mine, hers)
            start[0] += at_start
            end[1] += at_end
            now[0] += change[2][0]
            now[1] += change[2][1]
            if change[0][1]:
                changes.append(change)
            continue
        places = _places(mine, hers)
        between = [_reply(mine, hers, (m + n, k + d)) for (m, k), (n, d) in pairwise(places)]
        at = [_reply(mine, hers, place) for place in places]
        for e in (0, 1):
            start[e] += at[0][e]
            end[e] += at[-1][e]
            now[e] += between[0][e]
        changes += zip(places[1:-1], at[1:-1], between, between[1:], strict=False)
    found = [(0, 1, start[0])]
    for (n, d), together in _grouped(changes):
        f = (d - n) * now[0] + n * now[1]
        for at_it, before, after in together:
            f += (d - n) * (at_it[0] - before[0]) + n * (at_it[1] - before[1])
            now[0] += after[0] - before[0]
            now[1] += after[1] - before[1]
        found.append((n, d, f))
    return [*found, (1, 1, end[1])]


def _change(
    mine: Sequence[Sequence[int]], hers: Sequence[Sequence[int]]
) -> tuple[tuple[Point, Pair, Pair, Pair], int, int]:
    """For two actions, where the reply changes (0/0 if it does not), to what from what, and what it is worth there.

    What :func:`_places` and :func:`_reply` say of more actions, without a search; most instances have two.

    Returns
    -------
    change : (place, worth at the place, before it, after it)
    start, end : int
        What the reply is worth at the two ends of the segment.
    """
    (p, q), (r, s) = mine
    c, d = (hers[0][0], hers[0][1]), (hers[1][0], hers[1][1])
    low, high = r - p, s - q
    start = d[0] if low > 0 or (low == 0 and d[0] > c[0]) else c[0]
    end = d[1] if high > 0 or (high == 0 and d[1] > c[1]) else c[1]
    if low == high == 0:  # she never minds, so it is the sender's payoffs that decide
        low, high = d[0] - c[0], d[1] - c[1]
    if low < 0 < high:
        at, before, after = (-low, high - low), c, d
    elif high < 0 < low:
        at, before, after = (low, low - high), d, c
    else:
        always = d if low > 0 or high > 0 else c
        return ((0, 0), always, always, always), start, end
    n, m = at[0], at[1] - at[0]
    best = after if m * after[0] + n * after[1] > m * before[0] + n * before[1] else before
    return (at, best, before, after), start, end


def _places(mine: Sequence[Sequence[int]], hers: Sequence[Sequence[int]]) -> list[Point]:
    """Where a type's best reply can change, the ends included, in order."""
    inner: list[Point] = []
    for a in range(len(mine)):
        for b in range(a):
            low, high = mine[a][0] - mine[b][0], mine[a][1] - mine[b][1]
            if low == high == 0:  # she never minds, so it is the sender's payoffs that decide
                low, high = hers[a][0] - hers[b][0], hers[a][1] - hers[b][1]
            if low < 0 < high or high < 0 < low:
                inner.append((abs(low), abs(low) + abs(high)))
    if len(inner) > 1:
        inner = [same[0] for _, same in _sorted(inner)]
    return [(0, 1), *inner, (1, 1)]


def _reply(mine: Sequence[Sequence[int]], hers: Sequence[Sequence[int]], place: Point) -> Pair:
    """What the reply is worth to the sender at the two ends."""
    n, m = place[0], place[1] - place[0]
    _, _, a = max(
        (m * g[0] + n * g[1], m * c[0] + n * c[1], -k) for k, (g, c) in enumerate(zip(mine, hers, strict=True))
    )
    return hers[-a][0], hers[-a][1]


def _grouped(
    changes: Sequence[tuple[Point, Pair, Pair, Pair]],
) -> Iterator[tuple[Point, list[tuple[Pair, Pair, Pair]]]]:
    """Changes in order, those at one place together."""
    places = [change[0] for change in changes]
    for numbers, same in _sorted(places):
        yield same[0], [changes[k][1:] for k in numbers]


def _sorted(places: Sequence[Point]) -> Iterator[tuple[list[int], list[Point]]]:
    """Fractions in order, equal ones together, each with its number.

    Different fractions n/d with d < 2^b differ by more than 4^-b, so ``floor(4^b n/d)`` tells them apart; integers
    are compared at once, fractions by multiplying.
    """
    shift = 2 * max((d for _, d in places), default=1).bit_length() + 1
    keys = sorted([((n << shift) // d, k) for k, (n, d) in enumerate(places)], key=itemgetter(0))
    i = 0
    while i < len(keys):
        j = i
        while j < len(keys) and keys[j][0] == keys[i][0]:
            j += 1
        numbers = [k for _, k in keys[i:j]]
        yield numbers, [places[k] for k in numbers]
        i = j
