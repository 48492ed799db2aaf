"""The convex program of costly persuasion in floating point: its data in natural units, and its first solution.

Payoffs are measured in a unit of the instance's own and from the middle of each state's range, the receiver's gains in
units of their largest; so neither the scale of an instance nor its offsets touch the precision. States without prior
mass worth mentioning are left out, and states and actions stand in the canonical order.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import sub
from typing import Any

import numpy as np

from dual.kinds.costly.entropy import EntropyCost
from dual.kinds.costly.expressed import ExpressionCost
from dual.kinds.costly.kind import CostlyPersuasionStatement
from dual.kinds.costly.quadratic import QuadraticCost
from dual.numbers.exact import over_common_denominator
from persuasion.finite.canonical import canonical_order
from persuasion.finite.replies import best_reply
from transport.programs.arrays import Floats

from .expression import ExpressionModel
from .model import CostModel, EntropyModel, QuadraticModel
from .silent import silencing, silent_actions


@dataclass(frozen=True)
class Program:
    """The data of one instance with a named cost, ready for floating point.

    Attributes
    ----------
    statement : CostlyPersuasionStatement
    states, actions : list of int
        What stands where: the k-th row here is ``states[k]`` of the statement.
    silent : dict
        Actions that are left out because no belief makes the receiver take them, with weights that show it.
    prior : array, shape (S,)
    payoff : array, shape (A, S)
        The sender's payoffs minus ``offsets``, in units of the cost's weight.
    pairs : list of (int, int)
        The obedience constraints that are not void: action a and deviation a'.
    gains : array, shape (R, S)
        What obeying gains the receiver, a row a pair, divided by ``gain_scales``.
    offsets, gain_scales : list of Fraction
    unit : Fraction
        What payoffs and costs are measured in.
    model : CostModel
        The cost, in this unit.
    """

    statement: CostlyPersuasionStatement
    states: list[int]
    actions: list[int]
    silent: dict[int, list[Fraction]]
    prior: Floats
    payoff: Floats
    pairs: list[tuple[int, int]]
    gains: Floats
    offsets: list[Fraction]
    gain_scales: list[Fraction]
    unit: Fraction
    model: CostModel

    @classmethod
    def of(cls, statement: CostlyPersuasionStatement, negligible: Fraction = Fraction(0)) -> Program:
        """Bring an instance into natural units: the cost's weight, or the sender's range if it is an expression.

        States of at most a negligible prior mass are left out; an answer is off by about their mass times the payoffs'
        range.
        """
        order, actions = canonical_order(statement.prior, statement.sender, statement.weighed)
        states = [s for s in order if statement.prior[s] > negligible]
        silent = silent_actions(statement, states)
        actions = [a for a in actions if a not in silent]
        cost = statement.cost
        if isinstance(cost, ExpressionCost):
            states, unit = sorted(states), spread(statement) or Fraction(1)
        else:
            unit = cost.weight
        prior = np.array([float(statement.prior[s]) for s in states])
        rows = [[statement.sender[s][a] for a in actions] for s in states]
        offsets = [(max(row) + min(row)) / 2 for row in rows]
        payoff = [[float((v - middle) / unit) for v in row] for row, middle in zip(rows, offsets, strict=True)]
        pairs, gains, scales = [], [], []
        received, common = over_common_denominator([statement.weighed[s][a] for a in actions for s in states])
        columns = [received[k : k + len(states)] for k in range(0, len(received), len(states))]
        for a, own in enumerate(columns):
            for b, other in enumerate(columns):
                gain = list(map(sub, own, other))
                scale = max(map(abs, gain))
                if scale:
                    pairs.append((a, b))
                    gains.append([g / scale for g in gain])
                    scales.append(Fraction(scale, common))
        return cls(
            statement=statement,
            states=states,
            actions=actions,
            silent=silent,
            prior=prior,
            payoff=np.array(payoff).T.reshape(len(actions), len(states)),
            pairs=pairs,
            gains=np.array(gains).reshape(len(pairs), len(states)),
            offsets=offsets,
            gain_scales=scales,
            unit=unit,
            model=_model(statement, prior, unit),
        )

    @property
    def size(self) -> float:
        """The larger of one and the largest payoff: what errors are measured in."""
        return max(1.0, float(np.abs(self.payoff).max()))

    def payoffs(self, multipliers: Floats) -> Floats:
        """``B[a][s]``: payoffs plus the multipliers' weight on the receiver's gains from obeying; shape (A, S)."""
        found = self.payoff.copy()
        np.add.at(found, [a for a, _ in self.pairs], multipliers[:, None] * self.gains)
        return found

    def exact_gain(self, index: int) -> list[Fraction]:
        """A row of ``gains``, exactly."""
        a, b = self.pairs[index]
        receiver, scale = self.statement.weighed, self.gain_scales[index]
        return [(receiver[s][self.actions[a]] - receiver[s][self.actions[b]]) / scale for s in self.states]

    def exact_dual(
        self, prices: Sequence[Fraction], multipliers: Sequence[Fraction]
    ) -> tuple[list[list[Fraction]], list[Fraction | None]]:
        """The matrix ``multipliers[a][a']`` of the statement, and its prices, None where a state is left out."""
        count = len(self.statement.sender[0])
        matrix = [[Fraction(0)] * count for _ in range(count)]
        for (a, b), multiplier, scale in zip(self.pairs, multipliers, self.gain_scales, strict=True):
            matrix[self.actions[a]][self.actions[b]] = multiplier * self.unit / scale
        found: list[Fraction | None] = [None] * len(self.statement.prior)
        for s, price, offset in zip(self.states, prices, self.offsets, strict=True):
            found[s] = price * self.unit + offset
        below = {s: price - self.unit for s, price in enumerate(found) if price is not None}
        for a, weights in self.silent.items():
            matrix[a] = silencing(self.statement, a, weights, below)
        return matrix, found

    def exact_joints(self, joints: Sequence[Sequence[Fraction]]) -> list[tuple[int, list[Fraction]]]:
        """The signals of the statement: actions with their masses over all its states.

        The mass of states that were left out goes to the receiver's best replies there, which keeps signals obedient.
        """
        statement, place = self.statement, {s: k for k, s in enumerate(self.states)}
        full = range(len(statement.prior))
        found = {
            self.actions[a]: [joint[place[s]] if s in place else Fraction(0) for s in full]
            for a, joint in enumerate(joints)
            if any(joint)
        }
        for s in full:
            if s not in place and statement.prior[s]:
                alone = [Fraction(k == s) for k in full]
                a = best_reply(statement.sender, statement.weighed, alone)
                found.setdefault(a, [Fraction(0)] * len(full))[s] += statement.prior[s]
        return sorted(found.items())


def spread(statement: CostlyPersuasionStatement) -> Fraction:
    """The sender's largest range of payoffs in a state."""
    return max(max(row) - min(row) for row in statement.sender)


def _model(statement: CostlyPersuasionStatement, prior: Floats, unit: Fraction) -> CostModel:
    cost = statement.cost
    if isinstance(cost, EntropyCost):
        return EntropyModel(prior)
    if isinstance(cost, QuadraticCost):
        return QuadraticModel(prior)
    return ExpressionModel(statement, cost.expression, unit)


@dataclass(frozen=True)
class Rough:
    """A solution in floating point: joint masses, shape (A, S), and multipliers >= 0, shape (R,)."""

    joints: Floats
    multipliers: Floats
    status: str
    iterations: int


def solve_rough(program: Program, tolerance: float, time_limit: float) -> Rough | None:
    """Solve ``max <x, payoff> - cost(x)`` over obedient experiments by Clarabel's interior-point method.

    ``None`` if it has nothing to offer. It may miss the tolerance; the certificate shows by how much.
    """
    import cvxpy as cp

    actions, states = program.payoff.shape
    size = program.size
    x = cp.Variable((actions, states))
    uninformed = cp.reshape(cp.sum(x, axis=1), (actions, 1), order="C") @ program.prior.reshape(1, states)
    if isinstance(program.statement.cost, EntropyCost):
        cost: Any = cp.sum(cp.rel_entr(x, uninformed))
    else:
        cost = sum(cp.quad_over_lin(x[a] - uninformed[a], cp.sum(x[a])) for a in range(actions))
    net = cp.sum(cp.multiply(x, program.payoff / size)) - cost / size
    rules = [cp.sum(x, axis=0) == program.prior, x >= 0]
    obeyed = (
        cp.sum(cp.multiply(program.gains, x[[a for a, _ in program.pairs]]), axis=1) >= 0 if program.pairs else None
    )
    task = cp.Problem(cp.Maximize(net), rules if obeyed is None else [*rules, obeyed])
    options = {"tol_gap_abs": tolerance, "tol_gap_rel": tolerance, "tol_feas": tolerance}
    if math.isfinite(time_limit):
        options["time_limit"] = max(time_limit, 0.01)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "may be inaccurate": the certificate says how accurate it is
            task.solve(solver=cp.CLARABEL, **options)
    except cp.SolverError:  # Clarabel has broken off without a point
        return None
    if x.value is None or not np.isfinite(x.value).all():
        return None
    multipliers = np.zeros(0) if obeyed is None else np.abs(np.asarray(obeyed.dual_value, dtype=np.float64)) * size
    return Rough(np.maximum(x.value, 0), multipliers, str(task.status), int(task.solver_stats.num_iters or 0))
