"""Games without an AI, for comparison: pure equilibria by enumeration, equilibria of two players exactly.

Players know their own types and nothing of the state but what these tell. A pure equilibrium is a map from types to
actions for each player, found by trying all. For two players without types, every extreme equilibrium is a pair of
vertices of the two polytopes ``{x >= 0, sum x = 1, x B <= v}`` and ``{y >= 0, sum y = 1, A y <= w}`` in which each
action is unused or a best reply (Mangasarian 1964; Avis, Rosenberg, Savani and von Stengel 2010); all vertices are
found by solving every square system. The set of all equilibria is made of convex hulls of extreme ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod
from typing import TYPE_CHECKING, Final

from dual.errors import InputError
from dual.kinds.games.statement import PlayStatement, Profile
from dual.numbers.exact import Vector
from transport.programs.rational import solved

if TYPE_CHECKING:
    pass

MOST: Final = 100_000
"""Profiles, or square systems, that are tried at most: about as many a minute."""


@dataclass(frozen=True)
class Equilibrium:
    """What players do of their own accord, and what they expect.

    Attributes
    ----------
    strategies : tuple
        ``strategies[i][t][a]``: the probability that player i of type t takes action a.
    payoffs : tuple of Fraction
        What each player expects.
    """

    strategies: tuple[tuple[Vector, ...], ...]
    payoffs: Vector


def mixture(strategies: Sequence[Sequence[Vector]], types: Profile) -> dict[Profile, Fraction]:
    """How likely each profile is when players of given types mix on their own."""
    own = [
        [(a, share) for a, share in enumerate(player[t]) if share] for player, t in zip(strategies, types, strict=True)
    ]
    return {
        tuple(a for a, _ in draws): prod((share for _, share in draws), start=Fraction(1)) for draws in product(*own)
    }


def pure_equilibria(statement: PlayStatement) -> list[Equilibrium]:
    """All equilibria in pure strategies of the agent form, where each type of each player decides alone.

    Raises
    ------
    InputError
        If there are more than 100,000 profiles of strategies.
    """
    agents = [(i, t) for i, (T, _) in enumerate(statement.sizes) for t in range(T)]
    counts = [statement.shape[i] for i, _ in agents]
    if prod(counts) > MOST:
        raise InputError(f"there are more than {MOST:,} profiles of pure strategies", "payoffs")
    games = _by_types(statement)
    steps = _steps(statement.shape)
    found = []
    for choice in product(*map(range, counts)):
        taken = dict(zip(agents, choice, strict=True))
        if all(_content(games, steps, taken, i, t, count) for (i, t), count in zip(agents, counts, strict=True)):
            strategies = tuple(
                tuple(tuple(Fraction(a == taken[i, t]) for a in range(A)) for t in range(T))
                for i, (T, A) in enumerate(statement.sizes)
            )
            found.append(Equilibrium(strategies, _payoffs(games, steps, taken)))
    return found


def _steps(shape: Profile) -> list[int]:
    return [prod(shape[i + 1 :]) for i in range(len(shape))]


def _by_types(statement: PlayStatement) -> dict[Profile, list[list[Fraction]]]:
    """For each combination of types the players' payoffs of all profiles, times the probability of state and types."""
    width = prod(statement.shape)
    flat = [table.reshaped((len(statement.prior), width)) for table in statement.payoffs]
    found: dict[Profile, list[list[Fraction]]] = {}
    for (_, types), states in statement.masses.items():
        own = found.setdefault(types, [[Fraction(0)] * width for _ in flat])
        for s, mass in states:
            for i, table in enumerate(flat):
                line, unit = table.line(s), table.denominator
                own[i] = [have + mass * entry / unit for have, entry in zip(own[i], line, strict=True)]
    return found


def _content(
    games: dict[Profile, list[list[Fraction]]],
    steps: Sequence[int],
    taken: dict[tuple[int, int], int],
    player: int,
    own: int,
    count: int,
) -> bool:
    """Whether no other action is better for one type of a player."""
    worth = [Fraction(0)] * count
    for types, payoffs in games.items():
        if types[player] == own:
            base = sum(steps[j] * taken[j, t] for j, t in enumerate(types) if j != player)
            for a in range(count):
                worth[a] += payoffs[player][base + a * steps[player]]
    return worth[taken[player, own]] == max(worth)


def _payoffs(
    games: dict[Profile, list[list[Fraction]]], steps: Sequence[int], taken: dict[tuple[int, int], int]
) -> Vector:
    totals = [Fraction(0)] * len(steps)
    for types, payoffs in games.items():
        place = sum(steps[j] * taken[j, t] for j, t in enumerate(types))
        totals = [total + own[place] for total, own in zip(totals, payoffs, strict=True)]
    return tuple(totals)


def extreme_equilibria(statement: PlayStatement) -> list[Equilibrium]:
    """All extreme equilibria of two players without types, mixed ones included.

    Raises
    ------
    InputError
        If there are types, or not two players, or too many systems to solve.
    """
    if len(statement.payoffs) != 2 or statement.law is not None:
        raise InputError("equilibria in mixed strategies are found for two players without types", "payoffs")
    m, n = statement.shape
    if comb(m + n, m) > MOST:
        raise InputError(f"more than {MOST:,} systems would have to be solved", "payoffs")
    first, second = _by_types(statement)[0, 0]
    A = [first[a * n : (a + 1) * n] for a in range(m)]
    B = [[second[a * n + b] for a in range(m)] for b in range(n)]
    ys = list(_vertices(A))
    found = []
    for x in _vertices(B):
        replies = _best([sum((p * q for p, q in zip(x, row, strict=True)), Fraction(0)) for row in B])
        for y in ys:
            own = _best([sum((p * q for p, q in zip(y, row, strict=True)), Fraction(0)) for row in A])
            if _support(y) <= replies and _support(x) <= own:
                payoffs = tuple(
                    sum((x[a] * y[b] * table[a * n + b] for a in range(m) for b in range(n)), Fraction(0))
                    for table in (first, second)
                )
                found.append(Equilibrium(((x,), (y,)), payoffs))
    return sorted(found, key=lambda one: one.strategies, reverse=True)


def _vertices(rows: Sequence[Sequence[Fraction]]) -> Iterator[Vector]:
    """Strategies y, each the only one that makes as many rows best, ``rows . y = w``, as there are entries in use."""
    seen: set[Vector] = set()
    actions = len(rows[0])
    for size in range(1, min(len(rows), actions) + 1):
        for support in combinations(range(actions), size):
            for tight in combinations(range(len(rows)), size):
                y = _solved(rows, support, tight, actions)
                if y is None or y in seen or min(y) < 0:
                    continue
                worth = [sum((p * q for p, q in zip(y, row, strict=True)), Fraction(0)) for row in rows]
                if worth[tight[0]] == max(worth):
                    seen.add(y)
                    yield y


def _solved(
    rows: Sequence[Sequence[Fraction]], support: Sequence[int], tight: Sequence[int], actions: int
) -> Vector | None:
    """The strategy on a support that makes the tight rows equal; None if there is not exactly one."""
    square = [[rows[r][b] for b in support] + [Fraction(-1)] for r in tight]
    square.append([Fraction(1)] * len(support) + [Fraction(0)])
    found = solved(square, [Fraction(0)] * len(support) + [Fraction(1)])
    if found is None:
        return None
    y = [Fraction(0)] * actions
    for b, value in zip(support, found, strict=False):
        y[b] = value
    return tuple(y)


def _best(worth: Sequence[Fraction]) -> set[int]:
    return {k for k, value in enumerate(worth) if value == max(worth)}


def _support(strategy: Sequence[Fraction]) -> set[int]:
    return {k for k, value in enumerate(strategy) if value}
