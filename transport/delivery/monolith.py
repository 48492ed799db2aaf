"""The monolithic formulation: matching and prices in one mixed-integer program, as a second opinion.

With x binary, ``y_ij = sum_k x_ijk`` and ``C_ij = max_k c_kij``: ``t_ij <= v_ij (1 - y_ij)``, ``r_ij <= C_ij y_ij``,
``u_i + p_j + t_ij >= v_ij``, ``z_k >= t_ij + r_ij - c_kij``, ``sum u + sum p <= sum v y`` and
``sum z <= sum r - sum c x``. Matchings that employ every courier need no prices with tips; they are a second program,
and the better of the two answers counts. Its word is no bound: the upper bound is the relaxation's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dual.errors import InputError, SolverError
from dual.kinds.delivery.costs import Triple
from dual.kinds.delivery.statement import DeliveryStatement
from transport.programs.arrays import Numbers
from transport.programs.effort import Effort

from .answer import Answer, offering
from .arrays import Arrays
from .heaviest import Ties, fewest
from .relaxation import relax
from .search import Search
from .witness import lp_bound

MAX_TRIPLES = 30_000
"""One column and about one row for each triple: a peer to compare with, not a method for large markets."""


def monolithic(statement: DeliveryStatement, arrays: Arrays, effort: Effort) -> Answer:
    """The best matching by mixed-integer programs, and the relaxation's bound."""
    if np.prod(arrays.shape) > MAX_TRIPLES:
        raise InputError(f"the monolithic formulation is for at most {MAX_TRIPLES} triples", "method")
    found = Search(statement, arrays, effort, offering(statement, arrays, effort))
    found.begin(fewest(arrays))
    programs = [_Program(arrays, found.ties)]
    if found.priced and statement.tips:
        programs = [_Program(arrays, None, priced=True)]
        if arrays.shape[2] <= min(arrays.shape[:2]):
            programs.append(_Program(arrays, None, everyone=True))
    for program in programs:
        trades = program.solve(effort)
        if trades is not None:
            found.accept(trades)
    bound = relax(arrays, found.trades, found.ties, effort)
    witness = lp_bound(bound.prices)
    if found.ties is not None:
        witness |= {"weight": bound.weight, "heaviest": [list(pair) for pair in found.heaviest]}
    return Answer(found.trades, witness, "monolithic")


class _Program:
    """Rows over x (triples), then u, p, z, t, r if prices are part of it."""

    def __init__(self, arrays: Arrays, ties: Ties | None, priced: bool = False, everyone: bool = False) -> None:
        self.arrays = arrays
        self.unit = 2.0 ** max(0, int(arrays.largest).bit_length() - 10)
        buyers, stores, couriers = arrays.shape
        self.values: Numbers = np.asarray(arrays.values, dtype=float) / self.unit
        self.gains: Numbers = np.asarray(arrays.gains, dtype=float) / self.unit
        self.costs: Numbers = self.values[:, :, None] - self.gains
        self.x = np.arange(buyers * stores * couriers).reshape(buyers, stores, couriers)
        self.size = self.x.size
        self.rows: list[tuple[Numbers, Numbers, float, float]] = []
        tight = np.ones((buyers, stores), dtype=bool) if ties is None else ties.tight
        self.possible = np.repeat(tight.astype(float).ravel(), couriers)
        matched = iter(np.zeros(sum(arrays.shape)) if ties is None else ties.matched(couriers))
        for side, count in enumerate(arrays.shape):
            for agent in range(count):
                self._row(np.take(self.x, agent, axis=side), 1.0, 1.0 if next(matched) else -np.inf, 1.0)
        if everyone:
            self._row(self.x, 1.0, couriers, couriers)
        if priced:
            self._prices()

    def _row(self, columns: Any, weights: Any, low: float, high: float) -> None:
        columns = np.asarray(columns).ravel()
        weights = np.broadcast_to(weights, np.shape(weights) or columns.shape).ravel()
        self.rows.append((columns, weights, low, high))

    def _new(self, *shape: int) -> Numbers:
        made = self.size + np.arange(int(np.prod(shape))).reshape(shape)
        self.size += made.size
        return made

    def _prices(self) -> None:
        buyers, stores, couriers = self.arrays.shape
        u, p, z = self._new(buyers), self._new(stores), self._new(couriers)
        t, r = self._new(buyers, stores), self._new(buyers, stores)
        ones = np.ones(couriers)
        for i in range(buyers):
            for j in range(stores):
                v, most = self.values[i, j], self.costs[i, j].max()
                self._row([t[i, j], *self.x[i, j]], [1.0, *(v * ones)], -np.inf, v)
                self._row([r[i, j], *self.x[i, j]], [1.0, *(-most * ones)], -np.inf, 0.0)
                self._row([u[i], p[j], t[i, j]], [1.0, 1.0, 1.0], v, np.inf)
                for k in range(couriers):
                    self._row([z[k], t[i, j], r[i, j]], [1.0, -1.0, -1.0], -self.costs[i, j, k], np.inf)
        weights = np.broadcast_to(self.values[:, :, None], self.x.shape)
        self._row([*u, *p, *self.x.ravel()], [*np.ones(buyers + stores), *-weights.ravel()], -np.inf, 0.0)
        self._row([*z, *r.ravel(), *self.x.ravel()],
                  [*np.ones(couriers), *-np.ones(r.size), *self.costs.ravel()], -np.inf, 0.0)  # fmt: skip

    def solve(self, effort: Effort) -> list[Triple] | None:
        """The trades of the best solution found; None if there is none."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        counts = [len(columns) for columns, _, _, _ in self.rows]
        matrix = csr_array(
            (
                np.concatenate([weights for _, weights, _, _ in self.rows]),
                np.concatenate([columns for columns, _, _, _ in self.rows]),
                np.concatenate([[0], np.cumsum(counts)]),
            ),
            shape=(len(self.rows), self.size),
        )
        objective = np.zeros(self.size)
        objective[: self.x.size] = -self.gains.ravel()
        binary = np.arange(self.size) < self.x.size
        options: Any = {"mip_rel_gap": 0.0}
        if effort.time_limit is not None:
            options["time_limit"] = max(effort.remaining(), 0.0)
        found = milp(
            objective,
            constraints=LinearConstraint(matrix, [row[2] for row in self.rows], [row[3] for row in self.rows]),
            integrality=binary.astype(int),
            bounds=Bounds(0, np.concatenate([self.possible, np.full(self.size - self.x.size, np.inf)])),
            options=options,
        )
        if found.x is None:
            if found.status not in (1, 2):
                raise SolverError(f"HiGHS reports: {found.message}")
            return None
        chosen = np.argwhere(found.x[: self.x.size].reshape(self.x.shape) > 0.5)
        return [(int(i), int(j), int(k)) for i, j, k in chosen]
