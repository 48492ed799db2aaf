"""The plays of a large game, priced in one vectorised pass: floats with a bound on their error, and integers in doubt.

At multipliers V, m, n a play (k, t, a) gains ``w(a) + sum_i (K_i u_i)(a) - V(k, t)``, where K_i acts along player i's
axis: ``K = diag(sum_b m[a][b] + sum_b n[b]) - m - (1 for each a) n``, less the fees.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np

from dual.errors import InputError
from dual.kinds.games.kind import KIND, Obedience, Plan, infeasible, lower, upper, values_of
from dual.kinds.games.program import Combination, GameProgram
from dual.kinds.games.statement import GameStatement
from dual.numbers.arrays import Array
from dual.proofs.linear import Name
from transport.coupling.majorants import as_floats
from transport.programs.arrays import Floats

_Result = TypeVar("_Result")

_ROUND: Final = 2.0**-52
"""Twice the relative error of one operation in doubles; the second half covers products of errors."""
_AT_ONCE: Final = 256
"""Plays that enter in a round: more make larger programs, fewer make more rounds."""


class Plays:
    """The plays of a game as columns that are found, not listed (:class:`~transport.road.linear_kind.Pricing`)."""

    def __init__(self, game: GameProgram, objective: Combination, floats: bool = True) -> None:
        self.game = game
        self.goal = game.goal(objective)
        self.rows = list(game.rows())
        self.place: dict[Name, int] = {row.name: r for r, row in enumerate(self.rows)}
        if not floats:
            return
        self.w = sum(
            (
                factor * table.denominator / (self.goal.unit / game.unit) * self._tables(table)
                for factor, table in self.goal.parts
            ),
            np.zeros((len(game.cells), game.width)),
        )
        self.u = [self._tables(table) for table in game.flat]
        if not all(np.isfinite(table).all() for table in (self.w, *self.u)):
            raise InputError("an entry is beyond the range of doubles, in which solvers work; scale it", "payoffs")

    def _tables(self, table: Array) -> Floats:
        """A table summed over the states behind each (k, t), shape (cells, profiles)."""
        floats = as_floats(table)
        found = np.zeros((len(self.game.cells), self.game.width))
        for c, cell in enumerate(self.game.cells):
            for s, weight in self.game.weights.get(cell, ()):
                found[c] += weight / self.game.unit * floats[s]
        return found

    @cached_property
    def _terms(self) -> int:
        """Operations that an entry goes through at most."""
        return (
            8
            + len(self.game.statement.prior)
            + 3 * len(self.goal.parts)
            + sum(4 * A for _, A in self.game.statement.sizes)
        )

    def start(self) -> Sequence[int]:
        """The best play of each (k, t)."""
        return [c * self.game.width + int(self.w[c].argmax()) for c in range(len(self.game.cells))]

    def column(self, k: int) -> Mapping[int, int]:
        """The coefficients of a play, by number of the row."""
        game = self.game
        c, place = divmod(k, game.width)
        cell, profile = game.cells[c], game.profile(place)
        found = {self.place[game.total(cell)]: 1}
        for i, (a, (_, A)) in enumerate(zip(profile, game.statement.sizes, strict=True)):
            own, t = game.worth(i, cell, place), cell[1][i]
            step = math.prod(game.statement.shape[i + 1 :])
            for b in range(A):
                gain = own - game.worth(i, cell, place + (b - a) * step)
                if gain:
                    found[self.place[game.obey(i, t, a, b)]] = gain
                    if game.statement.costs is not None:
                        found[self.place[game.consult(i, t, b)]] = gain
        return found

    def gains(self, multipliers: Sequence[Fraction], homogeneous: bool) -> tuple[Floats, float]:
        """What each play gains, and by how much that may be off."""
        game = self.game
        V = np.array([float(multipliers[self.place[game.total(cell)]]) for cell in game.cells])
        found = -np.repeat(V[:, None], game.width, axis=1) if homogeneous else self.w - V[:, None]
        size = float(np.abs(V).max()) + (0.0 if homogeneous else float(np.abs(self.w).max()))
        for i, (T, A) in enumerate(game.statement.sizes):
            step = math.prod(game.statement.shape[i + 1 :])
            worth = self.u[i].reshape(len(game.cells), -1, A, step)
            largest = float(np.abs(self.u[i]).max())
            view = found.reshape(worth.shape)
            for t in range(T):
                own = [c for c, (_, types) in enumerate(game.cells) if types[i] == t]
                here = slice(None) if len(own) == len(game.cells) else own
                kernel = self._kernel(multipliers, i, t)
                size += largest * float(np.abs(kernel).sum(axis=1).max())
                for a, b in zip(*np.nonzero(kernel), strict=True):
                    view[here, :, a, :] += kernel[a, b] * worth[here, :, b, :]
        return found, _ROUND * self._terms * size + 1e-300

    def _kernel(self, multipliers: Sequence[Fraction], i: int, t: int) -> Floats:
        game, A = self.game, self.game.statement.sizes[i][1]
        kernel = np.zeros((A, A))
        for a in range(A):
            for b in range(A):
                weight = 0.0
                if a != b:
                    weight -= float(multipliers[self.place[game.obey(i, t, a, b)]])
                if game.statement.costs is not None:
                    weight -= float(multipliers[self.place[game.consult(i, t, b)]])
                kernel[a, a] += weight
                kernel[a, b] -= weight
        return kernel

    def gain(self, k: int, multipliers: Sequence[Fraction], homogeneous: bool) -> Fraction:
        """What one play gains, exactly."""
        entries = self.column(k).items()
        contribution = sum((multipliers[r] * entry / self.rows[r].unit for r, entry in entries), Fraction(0))
        return (Fraction(0) if homogeneous else Fraction(self.goal[k], self.goal.unit)) - contribution

    def best(self, multipliers: Sequence[Fraction], homogeneous: bool) -> Sequence[int]:
        """Plays that gain: those that gain most in each (k, t), or by exact sums where floats cannot tell."""
        gains, error = self.gains(multipliers, homogeneous)
        most = max(1, _AT_ONCE // len(self.game.cells))
        found: list[int] = []
        for c, own in enumerate(gains):
            sure = np.flatnonzero(own > error)
            if len(sure) > most:
                sure = sure[np.argpartition(own[sure], -most)[-most:]]
            found += [c * self.game.width + place for place in sure.tolist()]
        if found:
            return found
        near = np.flatnonzero(gains.ravel() >= -error).tolist()
        return [k for k in near if self.gain(k, multipliers, homogeneous) > 0]

    def proves(self, dual: Obedience, homogeneous: bool) -> tuple[Fraction, bool]:
        """The bound that multipliers name, and whether any play gains at them, so that they prove none."""
        weights = dual.weights(self.game)
        multipliers = [weights.get(row.name, Fraction(0)) for row in self.rows]
        bound = sum((weight * row.right for weight, row in zip(multipliers, self.rows, strict=True)), Fraction(0))
        gains, error = self.gains(multipliers, homogeneous)
        if (gains > error).any():
            return bound, True
        near = np.flatnonzero(gains.ravel() >= -error).tolist()
        return bound, any(self.gain(k, multipliers, homogeneous) > 0 for k in near)

    def raised(self, multipliers: Sequence[Fraction]) -> Sequence[Fraction]:
        """V raised by what the best play gains, rounded up."""
        gains, error = self.gains(multipliers, homogeneous=False)
        found = list(multipliers)
        for cell, most in zip(self.game.cells, gains.max(axis=1).tolist(), strict=True):
            if most > -error:
                found[self.place[self.game.total(cell)]] += Fraction(most + 2 * error)
        return found


def fast_lower(statement: GameStatement, primal: Plan) -> Fraction:
    """The plain check's value and refusals, for plans of few plays: only their columns are looked at."""
    game = GameProgram(statement)
    values = values_of(game, primal)
    plays = Plays(game, statement.sought, floats=False)
    sums = [Fraction(0)] * len(plays.rows)
    for k, value in values.items():
        if value < 0:
            return lower(statement, primal)
        for r, entry in plays.column(k).items():
            sums[r] += value * entry
    for total, row in zip(sums, plays.rows, strict=True):
        if total != row.right if row.sense == "=" else total < row.right * row.unit:
            return lower(statement, primal)
    return sum((plays.goal[k] * value for k, value in values.items()), Fraction(0)) / plays.goal.unit


def fast_upper(statement: GameStatement, dual: Obedience) -> Fraction:
    """The plain check's bound and refusals; a float filter decides most plays, exact sums the rest."""
    plays = Plays(GameProgram(statement), statement.sought)
    bound, gains = plays.proves(dual, homogeneous=False)
    return upper(statement, dual) if gains else bound


def fast_infeasible(statement: GameStatement, dual: Obedience) -> None:
    """The plain check's refusals, likewise."""
    plays = Plays(GameProgram(statement), statement.sought)
    bound, gains = plays.proves(dual, homogeneous=True)
    if bound >= 0 or gains:
        infeasible(statement, dual)


def _fast(check: Callable[[Any, Any], _Result], plain: Callable[[Any, Any], _Result]) -> Callable[[Any, Any], _Result]:
    """Games whose types are reported have no faster check."""
    return lambda statement, witness: (plain if statement.elicited else check)(statement, witness)


FASTER: Final = replace(
    KIND,
    lower=_fast(fast_lower, lower),
    upper=_fast(fast_upper, upper),
    infeasible=_fast(fast_infeasible, infeasible),
)
