"""The best menu for finitely many types, by a linear program whose rows enter as they are violated.

A type who mimics another and replies to each signal as she likes makes one row for each map from signals to actions.
There are ``A^A`` of them for each pair, of which few matter; the most violated one is her best reply. So the program
keeps one column for each entry of an experiment and one for each price, and its exact basis is no larger than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np

from dual.errors import SolverError
from dual.kinds.experiments.menus import Prices, worth
from dual.kinds.experiments.statement import ExperimentMenuStatement
from dual.numbers.exact import Matrix
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import Basis, LinearProgram, Optimum
from transport.programs.rounding import round_dyadic
from transport.road.methods import Found, method

from .offers import all_surplus, best_replies, offered, one_price, repaired, revenue

EXACT_ROWS: Final = 1500
"""Largest dense system that is solved exactly, some seconds' work; beyond it floats are rounded and repaired. A hundred
types with three states and actions make a thousand columns, hence no more rows than that in a basis."""
_TOLERANCE: Final = 1e-9
"""Violations of rows, in units of the largest payoff, that count as rounding errors of the float phase."""
_EACH: Final = 8
"""Rows that enter in a round for each type: more of them make fewer but larger programs."""
_BITS: Final = 44
"""Bits kept of experiments and multipliers where the exact optimum is out of reach."""
_CUTS: Final = (Fraction(0), *(Fraction(1, 10**k) for k in range(12, 3, -1)))
"""Relative price cuts to try where prices are rounded floats: a small one makes buyers, who were indifferent up to
rounding, prefer the dearer item again, at the price of itself."""
RULE: Final = "the vertex that the method ended in; a type who is indifferent takes the dearer item"

Row = tuple[int, int, tuple[int, ...]]
"""Type k as type j, and how she then replies to each signal."""


@dataclass(frozen=True)
class Market:
    """Types that matter: those of some weight, equal ones taken together.

    Attributes
    ----------
    statement : ExperimentMenuStatement
    groups : sequence of sequences of int
        For each of them, the types of the statement.
    """

    statement: ExperimentMenuStatement

    @cached_property
    def groups(self) -> Sequence[Sequence[int]]:
        """The statement's types of positive weight, equal ones together."""
        found: dict[Matrix, list[int]] = {}
        for k, (gains, weight) in enumerate(zip(self.statement.gains, self.statement.weights, strict=True)):
            if weight:
                found.setdefault(gains, []).append(k)
        return list(found.values())

    @cached_property
    def gains(self) -> Sequence[Matrix]:
        """``g[k][a][w]``."""
        return [self.statement.gains[group[0]] for group in self.groups]

    @cached_property
    def weights(self) -> Sequence[Fraction]:
        """What each group weighs."""
        return [sum((self.statement.weights[k] for k in group), Fraction(0)) for group in self.groups]

    @cached_property
    def outside(self) -> Sequence[Fraction]:
        """What each group gets without information."""
        return [self.statement.outside[group[0]] for group in self.groups]

    @cached_property
    def table(self) -> Floats:
        """The gains in floats, shape (types, actions, states)."""
        return np.array([[[float(g) for g in row] for row in table] for table in self.gains])

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many groups, actions and states there are."""
        return len(self.gains), len(self.gains[0]), len(self.gains[0][0])


class Master:
    """The program of a market, with the rows of mimicking that have entered.

    Columns are the entries of the experiments, ``E[k][s][w]``, then the prices.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        self.mimicking: list[Row] = []
        n, A, W = market.shape
        self._size = n * A * W
        self._fixed: list[tuple[dict[int, Fraction], str, Fraction]] = []
        one = Fraction(1)
        for k in range(n):
            for w in range(W):
                self._fixed.append(({self._at(k, s, w): one for s in range(A)}, "=", one))
        for k in range(n):
            self._fixed.append(({**self._own(k), self._size + k: -one}, ">=", market.outside[k]))
        self.obedience = [(k, s, a) for k in range(n) for s in range(A) for a in range(A) if a != s]
        for k, s, a in self.obedience:
            recommended, other = market.gains[k][s], market.gains[k][a]
            entries = {self._at(k, s, w): recommended[w] - other[w] for w in range(W)}
            self._fixed.append(({c: v for c, v in entries.items() if v}, ">=", Fraction(0)))

    def _at(self, k: int, s: int, w: int) -> int:
        _, A, W = self.market.shape
        return (k * A + s) * W + w

    def _own(self, k: int) -> dict[int, Fraction]:
        gains = self.market.gains[k]
        return {self._at(k, s, w): g for s, row in enumerate(gains) for w, g in enumerate(row) if g}

    def _mimic(self, row: Row) -> dict[int, Fraction]:
        k, j, replies = row
        entries = {**self._own(k), self._size + k: Fraction(-1), self._size + j: Fraction(1)}
        for s, a in enumerate(replies):
            for w, g in enumerate(self.market.gains[k][a]):
                if g:
                    entries[self._at(j, s, w)] = -g
        return entries

    def program(self) -> LinearProgram:
        """The program as it is now."""
        rows = [*self._fixed, *((self._mimic(row), ">=", Fraction(0)) for row in self.mimicking)]
        n = self.market.shape[0]
        return LinearProgram(
            [0] * self._size + list(self.market.weights),
            [entries for entries, _, _ in rows],
            [sense for _, sense, _ in rows],
            [right for _, _, right in rows],
            range(self._size, self._size + n),
        )

    def violated(self, primal: Sequence[Fraction], tolerance: float) -> list[Row]:
        """For each type the ways to mimic that gain her most, found in floats."""
        n, A, W = self.market.shape
        table = self.market.table
        E = np.array(list(map(float, primal[: self._size]))).reshape(n, A, W)
        prices = np.array(list(map(float, primal[self._size :])))
        own = np.einsum("ksw,ksw->k", table, E)
        # reply[k, j, s, a]: what type k gets from item j's signal s when she takes a.
        reply = np.einsum("kaw,jsw->kjsa", table, E)
        gain = reply.max(axis=3).sum(axis=2) - prices[None, :] - (own - prices)[:, None]
        np.fill_diagonal(gain, -np.inf)
        known = set(self.mimicking)
        found: list[Row] = []
        for k in range(n):
            for j in np.argsort(-gain[k], kind="stable")[:_EACH]:
                if gain[k, j] <= tolerance:
                    break
                row = (k, int(j), tuple(map(int, reply[k, j].argmax(axis=1))))
                if row not in known:
                    found.append(row)
        return found

    def broken(self, primal: Sequence[Fraction]) -> list[Row]:
        """The ways to mimic that gain a type anything, exactly."""
        n = self.market.shape[0]
        experiments = self.experiments(primal)
        prices = primal[self._size :]
        found = []
        for k, gains in enumerate(self.market.gains):
            own = sum(v * primal[c] for c, v in self._own(k).items()) - prices[k]
            found += [
                (k, j, best_replies(gains, experiments[j]))
                for j in range(n)
                if j != k and worth(gains, experiments[j]) - prices[j] > own
            ]
        return found

    def experiments(self, primal: Sequence[Fraction]) -> list[Matrix]:
        """``E[k][s][w]``."""
        n, A, W = self.market.shape
        rows = [tuple(primal[r * W : (r + 1) * W]) for r in range(n * A)]
        return [tuple(rows[k * A : (k + 1) * A]) for k in range(n)]

    def prices(self, primal: Sequence[Fraction]) -> Sequence[Fraction]:
        """What each type pays."""
        return primal[self._size :]

    def multipliers(self, dual: Sequence[Fraction]) -> Prices:
        """Multipliers of the statement's types, with the balance restored and those of equal types shared out.

        What is mimicked determines ``ir``; where rounding makes it negative, all else is scaled down by as little.
        """
        n, _, W = self.market.shape
        start = n * W + n
        obedience = dict(zip(self.obedience, (max(-y, Fraction(0)) for y in dual[start:]), strict=False))
        start += len(self.obedience)
        # Rows that entered after the program was solved have no multiplier yet.
        rows = {row: -y for row, y in zip(self.mimicking, dual[start:], strict=False) if y < 0}
        net = [Fraction(0)] * n
        for (k, j, _), weight in rows.items():
            net[k] += weight
            net[j] -= weight
        weights = self.market.weights
        share = min((f / have for f, have in zip(weights, net, strict=True) if have > f), default=Fraction(1))
        ir = [f - share * have for f, have in zip(weights, net, strict=True)]
        return self._shared(ir, {row: share * weight for row, weight in rows.items()}, obedience)

    def _shared(
        self, ir: Sequence[Fraction], rows: Mapping[Row, Fraction], obedience: Mapping[tuple[int, int, int], Fraction]
    ) -> Prices:
        """Equal types carry multipliers in proportion to their weights."""
        statement = self.market.statement
        parts = [
            [(m, statement.weights[m] / weight) for m in group]
            for group, weight in zip(self.market.groups, self.market.weights, strict=True)
        ]
        full = [Fraction(0)] * len(statement.weights)
        for k, weight in enumerate(ir):
            for m, part in parts[k]:
                full[m] = part * weight
        ic: dict[tuple[int, int], Fraction] = {}
        deviations: dict[tuple[int, int, int, int], Fraction] = {}
        for (k, j, replies), weight in rows.items():
            for m, part in parts[k]:
                for i, other in parts[j]:
                    amount = part * other * weight
                    ic[m, i] = ic.get((m, i), Fraction(0)) + amount
                    for s, a in enumerate(replies):
                        deviations[m, i, s, a] = deviations.get((m, i, s, a), Fraction(0)) + amount
        obeyed = [(m, s, a, part * w) for (k, s, a), w in obedience.items() if w for m, part in parts[k]]
        return Prices(
            tuple(full),
            tuple((*place, w) for place, w in sorted(ic.items())),
            tuple(sorted(obeyed)),
            tuple((*place, w) for place, w in sorted(deviations.items())),
        )


@method("rows", "a linear program whose rows of mimicking enter as they are violated")
def solve_by_rows(statement: ExperimentMenuStatement, effort: Effort) -> Found:
    """The best menu for finitely many types."""
    market = Market(statement)
    effort.offer(lambda: Found(one_price(statement), all_surplus(statement), "rows", rule=RULE))
    master = Master(market)
    scale = float(np.abs(market.table).max()) or 1.0
    basis: Basis | None = None
    optimum: Optimum | None = None
    rounds = 0
    claim: str | None = None
    exact = False
    try:
        while True:
            if effort.exhausted():
                raise SolverError("the time limit was reached")
            limit = None if effort.time_limit is None else effort.remaining()
            optimum = solve(master.program(), start=basis, time_limit=limit, exact_rows=EXACT_ROWS if exact else 0)
            basis, rounds = optimum.basis, rounds + 1
            fresh = master.violated(optimum.primal, _TOLERANCE * scale)
            if not fresh and optimum.exact:
                fresh = master.broken(optimum.primal)
            effort.tell(f"{len(master.mimicking)} rows of mimicking, {len(fresh) or 'none'} to add")
            if not fresh and (exact or optimum.exact):
                break
            exact = exact or not fresh
            master.mimicking += fresh
            if effort.time_limit is not None:
                effort.offer(_witnesses(master, optimum, rounds))
    except SolverError as error:
        claim = str(error)
    if optimum is None:
        return Found(one_price(statement), all_surplus(statement), "rows", claim=claim, rule=RULE)
    return _witnesses(master, optimum, rounds, claim or optimum.reason or None)


def _witnesses(master: Master, optimum: Optimum, rounds: int, claim: str | None = None) -> Found:
    statement = master.market.statement
    exact = optimum.exact
    primal = optimum.primal if exact else round_dyadic(list(map(float, optimum.primal)), _BITS)
    dual = optimum.dual if exact else round_dyadic(list(map(float, optimum.dual)), _BITS)
    experiments, prices = list(map(repaired, master.experiments(primal))), master.prices(primal)
    menu = max(
        (
            offered(statement, experiments, [price * (1 - cut) for price in prices])
            for cut in _CUTS[: 1 if exact else None]
        ),
        key=lambda found: revenue(statement, found),
    )
    return Found(menu, master.multipliers(dual), "rows", rounds, claim=claim, rule=RULE)
