"""The two-receiver problem as nested optimal transport.

Given both receivers' marginals, each state is an ordinary transport problem. Its value T is concave in the marginals,
and transport potentials are supergradients. So the outer problem, over admissible weights t1 and t2 of the posteriors,
is solved by cutting planes: ``eta_s <= sum_i w_s(x_i) t1_i f_i + sum_j w_s(y_j) t2_j g_j`` for every pair of potentials
found, where w_l(x) = 1-x and w_h(x) = x turn weights into masses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dual.errors import SolverError
from dual.kinds.two_receivers.statement import TwoReceiverStatement
from persuasion.two_receivers.pairs import Pairs
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.instance import highs
from transport.programs.network_simplex import network_simplex
from transport.road.methods import Found, method

from .methods import GAP, Rough, finished, no_information, scaled_client
from .prices import client_of

_ROUNDS = 3000
"""Of cutting planes, unless asked otherwise: bounds are proven after any number."""


@dataclass(frozen=True)
class Transport:
    """One state's transport problem, solved: value, plan, and potentials with ``f_i + g_j >= u_ij`` everywhere."""

    value: float
    plan: Floats
    f: Floats
    g: Floats


def transport(utility: Floats, source: Floats, target: Floats) -> Transport:
    """Solve one state's transport problem with POT; potentials are extended to posteriors without mass."""
    rows, columns = np.flatnonzero(source > 1e-15), np.flatnonzero(target > 1e-15)
    plan = np.zeros(utility.shape)
    f, g = np.zeros(len(source)), np.zeros(len(target))
    if len(rows) and len(columns):
        a, b = source[rows], target[columns]
        total = a.sum()
        part = np.ascontiguousarray(-utility[np.ix_(rows, columns)])
        found, log = network_simplex()(a / total, b / b.sum(), part, numItermax=1_000_000, log=True)
        if log["warning"] is not None:
            raise SolverError(f"POT: {log['warning']}")
        plan[np.ix_(rows, columns)] = found * total
        g[columns] = -log["v"]
    f[:] = (utility[:, columns] - g[columns]).max(axis=1) if len(columns) else utility.max(axis=1)
    g[:] = (utility - f[:, None]).max(axis=0)
    f[:] = (utility - g).max(axis=1)
    return Transport(float((plan * utility).sum()), plan, f, g)


@method("nested", "a transport problem for each state inside a cutting-plane search over marginals")
def solve_by_nested_transport(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """Cutting planes over the marginals, each cut from two transport problems."""
    client = client_of(statement)
    effort.offer(lambda: no_information(statement, client))
    scaled, unit = scaled_client(client)
    outer = _Outer(scaled)
    gap = min(effort.gap, GAP) if effort.gap else GAP
    best, kept, bound = -np.inf, None, np.inf
    centre = home = outer.no_information()
    for rounds in range(1, (effort.rounds or _ROUNDS) + 1):
        inner = outer.transports(centre)
        value = sum(one.value for one in inner)
        if value > best:
            best, kept, home = value, inner, centre
        outer.cut(inner)
        weights, bound = outer.solve()
        effort.tell(f"round {rounds}: value {best:.9g}, bound {bound:.9g}")
        if bound - best <= gap * max(1.0, abs(bound)) or effort.exhausted():
            break
        # Between the best marginals and the master's: far enough to cut, near enough not to oscillate.
        centre = weights if rounds % 4 == 0 else 0.5 * weights + 0.5 * home
    if kept is None:
        raise SolverError("no transport problem could be solved")
    cells = np.concatenate([
        state * client.cells + np.flatnonzero(one.plan.ravel() > 0) for state, one in enumerate(kept)
    ])  # fmt: skip
    masses = np.concatenate([one.plan.ravel()[one.plan.ravel() > 0] for one in kept])
    duals = outer.potentials()
    rough = Rough(cells, masses, duals * unit, rounds)
    return finished(statement, client, rough, effort, "nested")


class _Outer:
    """The outer program: weights of both receivers' posteriors, one estimate per state, and the cuts so far."""

    def __init__(self, client: Pairs) -> None:
        import highspy

        self.client = client
        everywhere = slice(None)
        self.utility = [client.worth(state, everywhere, everywhere) for state in (0, 1)]
        self.n, self.m = client.shape
        self.shares = [(1 - client.x, 1 - client.y), (client.x, client.y)]
        self.cuts: list[tuple[Transport, Transport]] = []
        self.solver: Any = highs(1e-10, interruptible=True, presolve="off")
        infinity = highspy.kHighsInf
        count = self.n + self.m + 2
        cost = np.concatenate([np.zeros(count - 2), [-1.0, -1.0]])
        lower = np.concatenate([np.zeros(count - 2), [-infinity, -infinity]])
        none = np.zeros(0, dtype=np.int32)
        self.solver.addCols(
            count, cost, lower, np.full(count, infinity), 0, np.zeros(count, np.int32), none, np.zeros(0)
        )
        first, second = np.arange(self.n), np.arange(self.n, self.n + self.m)
        for places, values, right in (
            (first, np.ones(self.n), 1.0),
            (first, client.x, client.prior),
            (second, np.ones(self.m), 1.0),
            (second, client.y, client.prior),
        ):
            self.solver.addRow(right, right, len(places), places.astype(np.int32), np.asarray(values, dtype=float))
        self.infinity = infinity

    def no_information(self) -> Floats:
        """The weights that leave both receivers as near to the prior as the grid allows."""
        weights = []
        for axis in (self.client.x, self.client.y):
            k = min(int(np.searchsorted(axis, self.client.prior)), len(axis) - 1)
            t = np.zeros(len(axis))
            if axis[k] <= self.client.prior:
                t[k] = 1.0
            else:
                t[k] = (self.client.prior - axis[k - 1]) / (axis[k] - axis[k - 1])
                t[k - 1] = 1 - t[k]
            weights.append(t)
        return np.concatenate(weights)

    def transports(self, weights: Floats) -> tuple[Transport, Transport]:
        """Both states' transport problems at the marginals that the weights mean."""
        t1, t2 = np.maximum(weights[: self.n], 0), np.maximum(weights[self.n :], 0)
        low, high = (
            transport(utility, t1 * a, t2 * b) for utility, (a, b) in zip(self.utility, self.shares, strict=True)
        )
        return low, high

    def cut(self, inner: tuple[Transport, Transport]) -> None:
        """Bound both estimates by the potentials found."""
        self.cuts.append(inner)
        places = np.arange(self.n + self.m)
        for state, (one, (a, b)) in enumerate(zip(inner, self.shares, strict=True)):
            where = np.append(places, self.n + self.m + state).astype(np.int32)
            values = np.concatenate([-a * one.f, -b * one.g, [1.0]])
            self.solver.addRow(-self.infinity, 0.0, len(where), where, values)

    def solve(self) -> tuple[Floats, float]:
        """The best weights and the bound, as far as the cuts know."""
        import highspy

        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SolverError(
                f"HiGHS: {self.solver.modelStatusToString(self.solver.getModelStatus())} on the outer program"
            )
        x = np.asarray(self.solver.getSolution().col_value)
        return x[: self.n + self.m], float(x[-2] + x[-1])

    def potentials(self) -> Floats:
        """alpha1 and alpha2 out of the averaged transport potentials and the outer program's multipliers."""
        rows = -np.asarray(self.solver.getSolution().row_dual)
        lines, weights = rows[:4], np.maximum(rows[4:].reshape(-1, 2), 0)
        weights /= weights.sum(axis=0)
        f, g = (
            [sum(w * getattr(cut[state], name) for w, cut in zip(weights[:, state], self.cuts, strict=True) if w)
             for state in (0, 1)]
            for name in ("f", "g")
        )  # fmt: skip
        return np.concatenate([
            _alpha(self.client.x, f[0], f[1], lines[0], lines[0] + lines[1]),
            _alpha(self.client.y, g[0], g[1], lines[2], lines[2] + lines[3]),
        ])  # fmt: skip


def _alpha(axis: Floats, low: Any, high: Any, V_low: float, V_high: float) -> Floats:
    """A potential with ``low <= V_low + x alpha`` and ``high <= V_high - (1-x) alpha``, from the better scaled side."""
    from_low = (low - V_low) / np.where(axis > 0, axis, 1.0)
    from_high = (V_high - high) / np.where(axis < 1, 1 - axis, 1.0)
    return np.asarray(np.where(axis >= 0.5, from_low, from_high))
