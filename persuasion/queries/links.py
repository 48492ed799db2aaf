"""The best cuts of the order by paths with few links (Aggarwal, Schieber and Tokuyama 1994).

The value of cuts is the length of a path through the nodes of :mod:`dual.kinds.queries.potentials`. With a charge for
each link the longest path takes O(m) steps, as a link's worth is a line in L_j whose slope q_t rises with t. The charge
at which it has as many links as there may be cells is found from chords of the values of paths with fewer and with more
links; where the number jumps over it, two paths are spliced, which loses nothing: the worth of cells is inverse Monge.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import lcm
from typing import Any, Final

from dual.kinds.queries.order import Order
from transport.programs.effort import Effort

EXACT_BITS: Final = 2_000_000
"""Digits, in bits, that all potentials may have in exact arithmetic: some seconds, and a file of a megabyte."""
_NEAR: Final = 1e-13
"""Two paths whose values in floats differ by less, relative to the largest value, count as equally good."""
_ROUNDS: Final = 80
"""Charges that are tried: each halves the room roughly, so that none remains in floats after 60."""

Cuts = tuple[int, ...]


@dataclass(frozen=True)
class Links:
    """The nodes of an order with sums and lines, in fractions or in floats.

    Attributes
    ----------
    order : Order
    exact : bool
    """

    order: Order
    exact: bool

    def _numbers(self, counts: Sequence[int]) -> list[Any]:
        unit = self.order.unit
        return [Fraction(x, unit) for x in counts] if self.exact else [x / unit for x in counts]

    @cached_property
    def H(self) -> list[Any]:
        """Sums of h."""
        return self._numbers(self.order.H)

    @cached_property
    def L(self) -> list[Any]:
        """Sums of l."""
        return self._numbers(self.order.L)

    @cached_property
    def q(self) -> list[Any]:
        """Slopes of the pessimists."""
        pairs = self.order.q[: self.order.pessimists]
        return [Fraction(g, d) for g, d in pairs] if self.exact else [g / d for g, d in pairs]

    @cached_property
    def ends(self) -> list[Any]:
        """B(t)."""
        found = [one / self.order.unit for one in self.order.ends]
        return found if self.exact else [float(one) for one in found]

    @cached_property
    def silent(self) -> Any:
        """W."""
        return self._numbers([self.order.silent])[0]

    def advance(self, charge: Any, before: Sequence[Any] | None = None) -> Forward:
        """The longest paths to all nodes with a charge for each link; with exactly one more link than ``before``."""
        H, L, q, m = self.H, self.L, self.q, self.order.pessimists
        zero = charge * 0
        F, parent = [zero] * (m + 1), [-1] * (m + 1)
        source = F if before is None else before
        lines: deque[tuple[Any, Any, int]] = deque()
        for j in range(1, m + 1):
            slope = q[j - 1]
            height = source[j - 1] - H[j - 1] - slope * L[j - 1] - charge
            while len(lines) > 1:
                (a, u, _), (b, v, _) = lines[-2], lines[-1]
                if (height - u) * (b - a) < (v - u) * (slope - a):
                    break
                lines.pop()
            lines.append((slope, height, j - 1))
            x = L[j]
            while len(lines) > 1 and lines[1][0] * x + lines[1][1] >= lines[0][0] * x + lines[0][1]:
                lines.popleft()
            a, u, at = lines[0]
            best = a * x + u + H[j]
            if best > F[j - 1]:
                F[j], parent[j] = best, at
            else:
                F[j] = F[j - 1]
        # Without believers node m is the end itself: a cell behind it would be empty.
        last_links = [*self.ends, self.silent] if m < len(self.order.q) else self.ends
        last = len(last_links) - 1
        end = source[last] + last_links[last] - charge
        for t, aimed in enumerate(self.ends):
            reach = source[t] + aimed - charge
            if reach > end:
                end, last = reach, t
        return Forward(F, parent, end, last)

    def value(self, cuts: Cuts) -> Any:
        """What cells between cuts are worth."""
        bounds = [0, *cuts, len(self.order.q)]
        return sum((self.cell(i, j) for i, j in pairwise(bounds)), self.silent * 0)

    def cell(self, i: int, j: int) -> Any:
        """V(i, j)."""
        H, L, q, m = self.H, self.L, self.q, self.order.pessimists
        if j > m or j == len(self.order.q):
            return max([self.silent, *self.ends[i:]])
        return max(H[j] - H[t] + q[t] * (L[j] - L[t]) for t in range(i, j))


@dataclass(frozen=True)
class Forward:
    """Longest paths.

    Attributes
    ----------
    reach : list
        To each node.
    parent : list of int
        Where the last link to a node begins; -1 after a free step.
    end : number
    last : int
        Where the last link begins.
    """

    reach: list[Any]
    parent: list[int]
    end: Any
    last: int

    def cuts(self) -> Cuts:
        """The nodes at which links end, but the last."""
        found: list[int] = []
        j = self.last
        while j > 0:
            if self.parent[j] < 0:
                j -= 1
            else:
                found.append(j)
                j = self.parent[j]
        return tuple(reversed(found))


@dataclass(frozen=True)
class Best:
    """Cuts, the charge at which they are best, and the longest paths at that charge."""

    cuts: Cuts
    charge: Fraction
    forward: Forward
    exact: bool
    rounds: int


def best_cuts(order: Order, cells: int, price: Fraction, effort: Effort) -> Best:
    """The best cuts into at most so many cells, where each cut has a price."""
    links = Links(order, is_short(order))
    number: Any = Fraction if links.exact else float
    charge = number(price)
    forward = links.advance(charge)
    many = forward.cuts()
    if len(many) < cells:
        return Best(many, price, forward, links.exact, 1)
    few: Cuts = ()
    near = 0 if links.exact else _NEAR * max(1e-300, float(links.value(many)))
    low, high = links.value(few), links.value(many)
    rounds = 1
    while rounds < _ROUNDS and not effort.exhausted():
        rounds += 1
        charge = (high - low) / (len(many) - len(few))
        forward = links.advance(charge)
        middle = forward.cuts()
        value = links.value(middle)
        if value - charge * len(middle) <= low - charge * len(few) + near or len(middle) in (len(few), len(many)):
            break
        if len(middle) + 1 == cells:
            return Best(middle, Fraction(charge), forward, links.exact, rounds)
        if len(middle) + 1 < cells:
            few, low = middle, value
        else:
            many, high = middle, value
    return Best(spliced(few, many, cells, len(order.q)), Fraction(charge), forward, links.exact, rounds)


def spliced(few: Cuts, many: Cuts, cells: int, n: int) -> Cuts:
    """Cuts into so many cells, made of the first cells of the finer cuts and the last of the coarser ones."""
    if len(few) + 1 == cells:
        return few
    a, b = [0, *few, n], [0, *many, n]
    extra = cells - (len(few) + 1)
    for j in range(len(a) - 1):
        if a[j] <= b[j + extra] and b[j + extra + 1] <= a[j + 1]:
            return (*b[1 : j + extra + 1], *a[j + 1 : -1])
    return few


def is_short(order: Order) -> bool:
    """Whether potentials in exact arithmetic have few enough digits."""
    m = order.pessimists
    unit = order.unit
    for _, d in order.q[:m]:
        unit = lcm(unit, d)
        if unit.bit_length() * m > EXACT_BITS:
            return False
    return True


def values(order: Order, most: int) -> list[Any]:
    """What 0, 1, ..., ``most`` cuts are worth: one layer of links after another."""
    links = Links(order, is_short(order))
    zero = Fraction(0) if links.exact else 0.0
    before: list[Any] = [zero] * (order.pessimists + 1)
    found = []
    for _ in range(most + 1):
        forward = links.advance(zero, before)
        found.append(forward.end)
        before = forward.reach
    return found


def greedy(order: Order, most: int) -> list[tuple[Cuts, Fraction]]:
    """The cuts that greedy search takes one after another, each time the one that adds most."""
    links = Links(order, True)
    n = len(order.q)
    cuts: Cuts = ()
    found = [(cuts, links.value(cuts))]
    places = [*range(1, order.pessimists + (order.pessimists < n))]
    while len(cuts) < most:
        tried = [(links.value(tuple(sorted((*cuts, s)))), -s) for s in places if s not in cuts and s < n]
        if not tried:
            break
        value, s = max(tried)
        cuts = tuple(sorted((*cuts, -s)))
        found.append((cuts, value))
    return found
