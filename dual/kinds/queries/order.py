"""Types in order, and what the best experiment for some of them is worth.

With ``q = 1/kappa``, a type of q acts on a message (q', 1) iff q >= q'; h and l are what the sender gains if she acts
in state 1 and in state 0. *Pessimists* have q < 1 and need convincing, *believers* act on no information. What all do
after (q', 1) is worth ``X(q') = sum over q >= q' of h + q' l``, and the best experiment for a set of types is worth

* W, what believers give who are told nothing, or
* the best chord over the middle, from a pessimist's q_t to some Q > 1 of a believer, or to infinity:

      ``B(t) = X(q_t) + (1 - q_t) max(l of those who always act, max over Q of (X(Q) - X(q_t)) / (Q - q_t))``.

The second maximum is a tangent from a point on the left to the upper hull of the points (Q, X(Q)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

Ratio = tuple[int, int]
"""A nonnegative fraction, numerator and denominator; a denominator of zero is infinity."""
Spot = tuple[int, int, int]
"""The point (x/d, y/d)."""


@dataclass(frozen=True)
class Order:
    """Types from the most reluctant to the readiest.

    Attributes
    ----------
    q : list of pairs of int
        Increasing.
    h, l : list of int
        What the sender gains in the two states, in ``1/unit``.
    unit : int
    members : list of lists of int
        The numbers of the types that are one in this order.
    """

    q: list[Ratio]
    h: list[int]
    l: list[int]  # noqa: E741 (the sources' letter)
    unit: int
    members: list[list[int]]

    @cached_property
    def pessimists(self) -> int:
        """How many have q < 1."""
        return next((k for k, (g, d) in enumerate(self.q) if g >= d), len(self.q))

    @cached_property
    def longest(self) -> int:
        """An integer as long as any that is worked with: three of them are multiplied at most."""
        return max(self.unit, *map(abs, self.h), *map(abs, self.l)) * max(map(max, self.q)) ** 2

    @cached_property
    def H(self) -> list[int]:
        """Sums of h over the first so many."""
        return list(accumulate(self.h, initial=0))

    @cached_property
    def L(self) -> list[int]:
        """Sums of l over the first so many."""
        return list(accumulate(self.l, initial=0))

    @property
    def silent(self) -> int:
        """W: what believers give who are told nothing, in ``1/unit``."""
        m = self.pessimists
        return self.H[-1] - self.H[m] + self.L[-1] - self.L[m]

    def part(self, chosen: Sequence[int] | slice) -> Order:
        """Some of the types, in order."""
        if isinstance(chosen, slice):
            return Order(self.q[chosen], self.h[chosen], self.l[chosen], self.unit, self.members[chosen])
        return self.weighed(chosen, [1] * len(chosen), 1)

    def weighed(self, chosen: Sequence[int], shares: Sequence[int], unit: int) -> Order:
        """Some of the types, with shares of their masses in ``1/unit``."""
        return Order(
            [self.q[k] for k in chosen],
            [self.h[k] * share for k, share in zip(chosen, shares, strict=True)],
            [self.l[k] * share for k, share in zip(chosen, shares, strict=True)],
            self.unit * unit,
            [self.members[k] for k in chosen],
        )

    def spot(self, t: int) -> Spot:
        """The point (q_t, X(q_t)), in ``1/unit``."""
        g, d = self.q[t]
        return g, d * (self.H[-1] - self.H[t]) + g * (self.L[-1] - self.L[t]), d

    @cached_property
    def hull(self) -> list[tuple[int, Spot]]:
        """The corners of the upper hull of the believers' points with 1 < Q < infinity, with their numbers."""
        found: list[tuple[int, Spot]] = []
        for u in range(self.pessimists, len(self.q)):
            g, d = self.q[u]
            if g > d > 0:
                spot = self.spot(u)
                while len(found) > 1 and turn(found[-2][1], found[-1][1], spot) >= 0:
                    found.pop()
                found.append((u, spot))
        return found

    @cached_property
    def always(self) -> int:
        """The l of those who act on any message."""
        return sum(low for (_, d), low in zip(self.q, self.l, strict=True) if d == 0)

    def tangent(self, t: int) -> int | None:
        """The believer whose Q is best for target t; None for infinity."""
        spot, hull = self.spot(t), self.hull
        low, high = 0, len(hull) - 1
        while low < high:  # the slope from the left rises along the hull, and then falls
            middle = (low + high) // 2
            if turn(spot, hull[middle][1], hull[middle + 1][1]) > 0:
                low = middle + 1
            else:
                high = middle
        if not hull:
            return None
        u, (x, y, d) = hull[low]
        rise, run = y * spot[2] - spot[1] * d, x * spot[2] - spot[0] * d
        return u if rise > self.always * run else None

    def aimed(self, t: int, u: int | None) -> Fraction:
        """B(t) with a given Q, in ``1/unit``."""
        g, y, d = self.spot(t)
        if u is None:
            return Fraction(y + (d - g) * self.always, d)
        G, Y, D = self.spot(u)
        return Fraction((G - D) * y + (d - g) * Y, G * d - g * D)

    @cached_property
    def ends(self) -> list[Fraction]:
        """B(t) of all pessimists, in ``1/unit``."""
        return [self.aimed(t, self.tangent(t)) for t in range(self.pessimists)]

    def best(self) -> tuple[Fraction, list[tuple[Fraction, Fraction]]]:
        """What the best experiment is worth, in ``1/unit``, and its messages."""
        ends = self.ends
        if not ends or max(ends) < self.silent:
            return Fraction(self.silent), [(Fraction(1), Fraction(1))]
        t = ends.index(max(ends))
        u = self.tangent(t)
        q = Fraction(*self.q[t])
        share = Fraction(1)
        if u is not None:
            Q = Fraction(*self.q[u])
            share = (Q - 1) / (Q - q)
        return max(ends), [(q * share, share), (1 - q * share, 1 - share)]

    def worth(self, message: tuple[Fraction, Fraction]) -> Fraction:
        """What one message gives, in ``1/unit``: everybody who acts."""
        x0, x1 = message
        n0, n1 = x0.numerator * x1.denominator, x1.numerator * x0.denominator
        found = [0, 0]
        for (g, d), high, low in zip(self.q, self.h, self.l, strict=True):
            if n1 * g >= n0 * d:
                found[0] += low
                found[1] += high
        return x0 * found[0] + x1 * found[1]


def turn(a: Spot, b: Spot, c: Spot) -> int:
    """Positive if the way from a over b to c turns left, for points with positive denominators."""
    (p, q, d), (r, s, e), (x, y, f) = a, b, c
    return d * (r * y - s * x) - e * (p * y - q * x) + f * (p * s - q * r)


def ordered(likes: Sequence[Ratio], high: Sequence[int], low: Sequence[int], unit: int) -> Order:
    """Sort types by what they gain over what they lose; equal ones become one.

    Fractions with denominators below 2^b that differ do so by more than 4^-b: ``floor(4^b g/d)`` tells them apart.
    """
    shift = 2 * max((d for _, d in likes), default=1).bit_length() + 1
    finite = [((g << shift) // d, t) for t, (g, d) in enumerate(likes) if d]
    groups: dict[int, list[int]] = {}
    for key, t in sorted(finite):
        groups.setdefault(key, []).append(t)
    members = list(groups.values())
    always = [t for t, (_, d) in enumerate(likes) if not d]
    if always:
        members.append(always)
    return Order(
        [likes[own[0]] if likes[own[0]][1] else (1, 0) for own in members],
        [sum(high[t] for t in own) for own in members],
        [sum(low[t] for t in own) for own in members],
        unit,
        members,
    )
