"""Three states and more: experiments by what all types reply, replies entering as they are worth it.

A profile says what each type does after a message. Given a set of them, the best experiment that uses one message for
each is a linear program, solved exactly: likelihoods x_m(s) >= 0 with ``sum_m x_m(s) = 1`` under which every type finds
her reply to m best. Its multipliers of the states are the prices. A message that is worth more than it costs names a
profile that is missing (:mod:`persuasion.informed.pricing`); there are finitely many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, product
from typing import Final

import numpy as np

from dual.kinds.informed.segment import dot
from dual.kinds.informed.statement import TypedStatement
from transport.programs.arrays import Floats, Integers
from transport.programs.linear import Basis, LinearProgram, solve

Profile = tuple[int, ...]
EXACT_ROWS: Final = 600
"""Largest dense system that is solved exactly: some tenths of a second."""
TIE: Final = 1e-9
"""Replies this near, relative to a type's largest payoff, count as equally good where floats look for a profile."""


@dataclass(frozen=True)
class Best:
    """The best experiment over some profiles.

    Attributes
    ----------
    messages : list of vectors
        Those of positive length, exact unless ``reason`` says why not.
    prices : tuple of Fraction
    reason : str
    """

    messages: list[tuple[Fraction, ...]]
    prices: tuple[Fraction, ...]
    reason: str = ""


@dataclass
class Profiles:
    """The profiles at hand.

    Parameters
    ----------
    statement : TypedStatement
    """

    statement: TypedStatement
    known: dict[Profile, int] = field(default_factory=dict)
    basis: Basis | None = None

    def add(self, profile: Profile) -> bool:
        """Take a profile in; false if it is there."""
        if profile in self.known:
            return False
        self.known[profile] = len(self.known)
        return True

    def best(self, time_limit: float | None = None) -> Best:
        """The best experiment over them.

        Raises
        ------
        SolverError
            If the time is over.
        """
        (gains, unit), (own, _) = self.statement.gains, self.statement.own
        S = self.statement.state_count
        profiles = list(self.known)
        cost: list[int] = []
        rows: list[dict[int, int]] = [{m * S + s: 1 for m in range(len(profiles))} for s in range(S)]
        for m, profile in enumerate(profiles):
            worth = [sum(column) for column in zip(*(gains[t][a] for t, a in enumerate(profile)), strict=True)]
            cost += worth
            rows += [{m * S + s: x for s, x in enumerate(d) if x} for d in cell_rows(own, profile)]
        senses = ["="] * S + [">="] * (len(rows) - S)
        right = [1] * S + [0] * (len(rows) - S)
        found = solve(
            LinearProgram(cost, rows, senses, right), start=self.basis, time_limit=time_limit, exact_rows=EXACT_ROWS
        )
        self.basis = None if not found.exact else Basis(found.basis.columns, ())
        x = found.primal
        messages = [tuple(x[m * S : (m + 1) * S]) for m in range(len(profiles))]
        prices = tuple(p / unit for p in found.dual[:S])
        return Best([message for message in messages if any(message)], prices, found.reason)


def cell_rows(own: Sequence[Sequence[Sequence[int]]], profile: Profile) -> list[list[int]]:
    """Under which inequalities d . x >= 0 a profile is a best reply; those without content and twins left out."""
    found: dict[tuple[int, ...], None] = {}
    for mine, a in zip(own, profile, strict=True):
        for b, other in enumerate(mine):
            d = tuple(x - y for x, y in zip(mine[a], other, strict=True))
            if b != a and any(k < 0 for k in d):
                found[d] = None
    return [list(d) for d in found]


@dataclass(frozen=True)
class Floating:
    """The tables in floats, each type's payoffs relative to her largest, gains to the largest sum of all.

    Attributes
    ----------
    statement : TypedStatement
    """

    statement: TypedStatement

    @cached_property
    def own(self) -> Floats:
        """``[t][a][s]``."""
        found = [[[k / largest(table) for k in row] for row in table] for table in self.statement.own[0]]
        return np.array(found, dtype=np.float64)

    @cached_property
    def scale(self) -> Fraction:
        """What a gain of one stands for."""
        gains, unit = self.statement.gains
        return Fraction(sum(map(largest, gains)), unit)

    @cached_property
    def gains(self) -> Floats:
        """``[t][a][s]``."""
        gains, unit = self.statement.gains
        most = int(self.scale * unit)
        return np.array([[[k / most for k in row] for row in table] for table in gains], dtype=np.float64)

    def prices(self, prices: Sequence[Fraction]) -> Floats:
        """Prices in these units."""
        return np.array([float(p / self.scale) for p in prices])

    def replies(self, x: Floats) -> Integers:
        """The best replies to messages, shape (messages, states); ties, and near ones, for the sender."""
        own, gains = np.tensordot(x, self.own, (-1, 2)), np.tensordot(x, self.gains, (-1, 2))
        near = own >= own.max(axis=-1, keepdims=True) - TIE * x.sum(axis=-1)[..., None, None]
        found: Integers = np.where(near, gains, -np.inf).argmax(axis=-1)
        return found

    def worth(self, profile: Sequence[int]) -> Floats:
        """What a profile gives the sender by state."""
        found: Floats = self.gains[np.arange(len(profile)), list(profile)].sum(axis=0)
        return found


def largest(table: Sequence[Sequence[int]]) -> int:
    """The largest number of a table, or one where all are zero."""
    return max(abs(k) for row in table for k in row) or 1


def exact_reply(statement: TypedStatement, x: Sequence[int]) -> Profile:
    """The best replies to a message in integers, ties for the sender."""
    gains, own = statement.gains[0], statement.own[0]
    return tuple(
        -max((dot(g, x), dot(c, x), -a) for a, (g, c) in enumerate(zip(mine, hers, strict=True)))[2]
        for mine, hers in zip(own, gains, strict=True)
    )


def all_profiles(statement: TypedStatement) -> list[Profile]:
    """Every profile."""
    return list(product(range(statement.action_count), repeat=statement.type_count))


def ordered_types(statement: TypedStatement) -> list[int] | None:
    """Types from the most reluctant to the readiest, if their acceptance sets are nested; None if that is not seen.

    With two actions and ``d_t(s) = g_t(s, 1) - g_t(s, 0)``, type u accepts whatever t accepts if ``d_u >= k d_t`` in
    all states for some k > 0.
    """
    if statement.action_count != 2:
        return None
    own = statement.own[0]
    d = [[one - zero for zero, one in zip(*table, strict=True)] for table in own]
    order = sorted(range(len(d)), key=lambda t: Fraction(sum(d[t]), sum(map(abs, d[t])) or 1))
    nested = all(readier(d[t], d[u]) for t, u in pairwise(order))
    return order if nested else None


def readier(d: Sequence[int], e: Sequence[int]) -> bool:
    """Whether e >= k d for some k > 0."""
    least = [Fraction(y, x) for x, y in zip(d, e, strict=True) if x < 0]
    most = [Fraction(y, x) for x, y in zip(d, e, strict=True) if x > 0]
    if any(y < 0 for x, y in zip(d, e, strict=True) if x == 0) or (most and min(most) <= 0):
        return False
    return not (least and most) or max(least) <= min(most)


def nested_profiles(order: Sequence[int]) -> list[Profile]:
    """The profiles of nested sets of types that act."""
    found = []
    for count in range(len(order) + 1):
        acting = set(order[len(order) - count :])
        found.append(tuple(int(t in acting) for t in range(len(order))))
    return found
