"""Price rules: one point of the supporting prices, picked by exact linear programs.

The variables are the utilities and prices of those who trade; with trades (i, j, k) they satisfy ``u_i + p_j <= v_ij``,
``z_l - z_k >= c_kij - c_lij`` for every courier l, and ``u_i + p_j + z_k >= v_ij - c_kij`` everywhere (without tips
``u_i + p_j >= v_ij``, with equality on trades). Tips are then ``v_ij - u_i - p_j`` and compensations
``z_k + c_kij`` minus the tip. Rows enter as they are violated. After the rule's own objective the vector of prices,
compensations and tips (of those who trade, in the order of stores, then of buyers) is minimised entry by entry, until
one point is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dual.errors import SolverError
from dual.kinds.delivery.costs import Triple
from dual.numbers.exact import over_common_denominator
from transport.programs.arrays import Numbers

from .arrays import Arrays
from .prices import Prices

if TYPE_CHECKING:
    from transport.programs.program import Basis

Inequality = tuple[tuple[int, ...], Mapping[int, int], int]
"""The name of a row ``<=``, its coefficients by column and its right hand side."""

_PRIME = 2**31 - 1
"""Ranks are computed modulo this: products fit 64 bits, and independent rows are all but never called dependent."""
_BATCH = 200
"""Broken rows that enter at once: more mean fewer linear programs, each larger."""


@dataclass
class Polytope:
    """All supporting prices of one matching, cut down to a face as objectives are maximised in turn.

    Attributes
    ----------
    extra : sequence of inequalities
        Rows that prices have to satisfy besides.
    rows : dict
        The rows that have entered, by name: ``(0, i, j)`` trades, ``(1, i, j, l)`` takeovers by the courier l (-1: by
        the nearest idle one), ``(2, i, j, k)`` deviations, ``(3, column)`` columns at 0, and those of ``extra``.
    """

    arrays: Arrays
    trades: Sequence[Triple]
    tips: bool
    rows: dict[tuple[int, ...], tuple[Mapping[int, int], str, int]] = field(default_factory=dict)
    basis: Basis | None = None
    extra: Sequence[Inequality] = ()

    def __post_init__(self) -> None:
        n = len(self.trades)
        self.tight = Equations(3 * n)
        couriers = self.arrays.shape[2]
        self.slot = [dict[int, int](), dict[int, int](), dict[int, int]()]
        for at, trade in enumerate(self.trades):
            for side, agent in enumerate(trade):
                self.slot[side][agent] = side * n + at
        self.free = [k for k in range(couriers) if k not in self.slot[2]]
        for at, (i, j, k) in enumerate(self.trades):
            worth = int(self.arrays.values[i, j])
            self._add((0, i, j), {at: 1, n + at: 1}, "<=" if self.tips else "=", worth)
            if self.free:
                own = self._cost(k, i, j)
                least = min(self._cost(k, i, j) for k in self.free)
                self._add((1, i, j, -1), {2 * n + at: 1}, "<=", least - own)
            if self.tips:
                self._deviation(i, j, k)
        for name, row, rhs in self.extra:
            self._add(name, row, "<=", rhs)

    def _cost(self, k: int, i: int, j: int) -> int:
        return int(self.arrays.costs(np.array(k), np.array(i), np.array(j)))

    def _add(self, name: tuple[int, ...], row: Mapping[int, int], sense: str, rhs: int) -> None:
        self.rows[name] = (row, sense, rhs)
        if sense == "=":
            self.tight.add(row)

    def _deviation(self, i: int, j: int, k: int) -> None:
        agents = zip(self.slot, (i, j, k) if self.tips else (i, j), strict=False)
        row = {slot[agent]: 1 for slot, agent in agents if agent in slot}
        worth = int(self.arrays.values[i, j]) - (self._cost(k, i, j) if self.tips else 0)
        if row and worth > 0:
            self._add((2, i, j, k), row, ">=", worth)

    def maximise(self, objective: Mapping[int, int]) -> Fraction | None:
        """Maximise over the face, go on with the face of maxima; None if exact arithmetic was out of reach."""
        from transport.programs.linear import LinearProgram, solve

        while True:
            rows = list(self.rows.values())
            program = LinearProgram(
                [objective.get(column, 0) for column in range(3 * len(self.trades))],
                [row for row, _, _ in rows],
                [sense for _, sense, _ in rows],
                [rhs for _, _, rhs in rows],
            )
            found = solve(program, start=self.basis)
            if not found.exact:
                return None
            self.point, self.basis = found.primal, found.basis
            if not self._cut():
                break
        # Complementary slackness: what has a multiplier is tight on the whole face of maxima.
        reduced = {column: Fraction(weight) for column, weight in objective.items()}
        for name, (row, _, rhs), y in zip(list(self.rows), rows, found.dual, strict=False):
            if y:
                self.tight.add(row)
                self.rows[name] = (row, "=", rhs)
                for column, weight in row.items():
                    reduced[column] = reduced.get(column, Fraction(0)) - y * weight
        for column, slope in reduced.items():
            if slope:
                self._add((3, column), {column: 1}, "=", 0)
        return found.value

    def _cut(self) -> bool:
        """Add rows that the point violates; return whether there are any."""
        before = len(self.rows)
        u, p, z, scaled = self._spread()
        needed, who = scaled.values, np.zeros(scaled.values.shape, dtype=np.int64)
        if self.tips:
            least, who = scaled.least(z)
            needed = needed - least
        short = needed - u[:, None] - p
        if not self.tips:
            for i, j, _ in self.trades:
                short[i, j] = 0
        worst = np.argsort(-short, axis=None, kind="stable")[:_BATCH]
        for i, j in zip(*np.unravel_index(worst, short.shape), strict=True):
            if short[i, j] > 0:
                self._deviation(int(i), int(j), int(who[i, j]))
        n = len(self.trades)
        i, j, k = np.array(self.trades, dtype=np.int64).T
        own = scaled.costs(k, i, j)
        over = (z[k] + own)[None, :] - z[k][:, None] - scaled.costs(k[:, None], i[None, :], j[None, :])
        for taker, order in zip(*np.nonzero(over > 0), strict=True):
            ti, tj, tk = self.trades[order]
            other = self.trades[taker][2]
            rhs = self._cost(other, ti, tj) - self._cost(tk, ti, tj)
            self._add((1, ti, tj, other), {2 * n + int(order): 1, 2 * n + int(taker): -1}, "<=", rhs)
        return len(self.rows) > before

    def _spread(self) -> tuple[Numbers, Numbers, Numbers, Arrays]:
        """The point among all agents, as integers, and the arrays over the same denominator."""
        numbers, factor = over_common_denominator(self.point)
        scaled = self.arrays.times(factor)
        if max(map(abs, numbers), default=0) >= 2**60:
            scaled = scaled.boxed()
        spread = []
        for side, count in enumerate(self.arrays.shape):
            entries = np.zeros(count, dtype=scaled.values.dtype)
            for agent, column in self.slot[side].items():
                entries[agent] = numbers[column]
            spread.append(entries)
        return spread[0], spread[1], spread[2], scaled

    def best(self, objective: Mapping[int, int]) -> Prices:
        """The prices at a maximum of an objective.

        Raises
        ------
        Infeasible
            If there are no prices; its multipliers are those of ``rows``.
        SolverError
            If the linear program could not be solved exactly.
        """
        if self.maximise(objective) is None:
            raise SolverError("the linear program needs numbers that are too long")
        return self.prices()

    def prices(self) -> Prices:
        """The point that the last maximisation found."""
        read = []
        for side, count in enumerate(self.arrays.shape):
            entries = [Fraction(0)] * count
            for agent, column in self.slot[side].items():
                entries[agent] = self.point[column] / self.arrays.denominator
            read.append(tuple(entries))
        return Prices(*read)


class Equations:
    """Left hand sides of equations, in echelon form modulo a prime."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows: list[tuple[int, Numbers]] = []

    def rest(self, row: Mapping[int, int]) -> Numbers:
        """What of a row does not follow from the equations; zero if it does."""
        vector = np.zeros(self.columns, dtype=np.int64)
        for column, weight in row.items():
            vector[column] = weight % _PRIME
        for pivot, known in self.rows:
            if vector[pivot]:
                vector = (vector - vector[pivot] * known % _PRIME) % _PRIME
        return vector

    def add(self, row: Mapping[int, int]) -> None:
        """Add an equation."""
        vector = self.rest(row)
        found = np.flatnonzero(vector)
        if len(found):
            pivot = int(found[0])
            self.rows.append((pivot, vector * pow(int(vector[pivot]), -1, _PRIME) % _PRIME))

    def decide(self, row: Mapping[int, int]) -> bool:
        """Whether the equations fix the value of a row."""
        return not self.rest(row).any()


def objectives(rule: str, trades: Sequence[Triple], busy: bool) -> list[dict[int, int]]:
    """What a rule maximises in turn; ``busy`` says that no courier is idle.

    Then nothing bounds compensations from above, and the rule for couriers looks among the least deficits.
    """
    n = len(trades)
    u, p, z = ({side * n + at: 1 for at in range(n)} for side in range(3))
    deficit = dict.fromkeys((*u, *z), -1)
    own = {
        "least-deficit": [deficit],
        "buyers": [u],
        "stores": [p],
        "couriers": [deficit, z] if busy else [z],
        "least-tips": [{**u, **p}],
    }[rule]
    by_store = sorted(range(n), key=lambda at: trades[at][1])
    prices = [{n + at: -1} for at in by_store]
    compensations = [{at: -1, n + at: -1, 2 * n + at: -1} for at in range(n)]
    tips = [{at: 1, n + at: 1} for at in range(n)]
    return [*own, *prices, *compensations, *tips]


def picked(arrays: Arrays, trades: Sequence[Triple], tips: bool, rule: str, extra: Sequence[Inequality] = ()) -> Prices:
    """The supporting prices that a rule picks; there have to be some.

    Raises
    ------
    SolverError
        If the linear programs could not be solved exactly.
    """
    buyers, stores, couriers = arrays.shape
    if not trades:
        return Prices(*(tuple([Fraction(0)] * count) for count in (buyers, stores, couriers)))
    polytope = Polytope(arrays, trades, tips, extra=extra)
    for objective in objectives(rule, trades, busy=not polytope.free):
        if not polytope.tight.decide(objective) and polytope.maximise(objective) is None:
            raise SolverError("the price rule needs numbers that are too long")
    return polytope.prices()
