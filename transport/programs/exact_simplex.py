"""The simplex method in exact arithmetic, for the few pivots a float basis may be away from an optimal one.

From an infeasible basis the dual simplex method finds a feasible one or a Farkas vector; from there the primal
simplex method finds an optimum or a ray. Everything returned has been checked against all rows and columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from .integral import IntegerProgram
from .program import Infeasible, Unbounded
from .tableau import Tableau, insist

if TYPE_CHECKING:
    from flint import fmpq

_PATIENCE = 10
"""Pivots without progress before Bland's rule, which cannot cycle, takes over until there is some."""


class ExactSimplex:
    """Exact pivots on a tableau.

    Variables of the tableau must be nonnegative, except that free columns may be anything and slacks of equations
    are zero: those leave the basis when they would move, and never come back.
    """

    def __init__(self, tableau: Tableau) -> None:
        self.tableau = tableau
        self.program: IntegerProgram = tableau.program
        self._stalled = 0

    def solve(self) -> tuple[dict[int, Fraction], dict[int, Fraction]]:
        """Return an optimal ``z`` and optimal row multipliers, both sparse and proven.

        Raises
        ------
        Infeasible, Unbounded
            With certificates that were checked.
        GaveUp
            If the tableau meets one of its limits.
        """
        if self.tableau.violated():
            self.seek_feasibility()
        self.seek_optimality()
        return self._optimum()

    def _exchange(self, entering: int, leaving: int, progress: bool) -> None:
        self.tableau.exchange(entering, leaving)
        self._stalled = 0 if progress else self._stalled + 1

    def _choose(self, candidates: Mapping[int, int]) -> int:
        """The candidate of the largest size, or by Bland's rule the lowest numbered."""
        if self._stalled > _PATIENCE:
            return min(candidates)
        return max(candidates, key=lambda variable: (abs(candidates[variable]), -variable))

    # Dual simplex

    def seek_feasibility(self) -> None:
        """Pivot to a feasible basis; from a dual feasible one, to an optimal basis.

        Raises
        ------
        Infeasible
            With a checked Farkas vector.
        """
        costs = self._altered_costs()
        self._stalled = 0
        while violated := self.tableau.violated():
            values = self.tableau.point()[0]
            leaving = self._choose({variable: values[variable] for variable in violated})
            row, scale = self.tableau.row(leaving)
            if values[leaving] > 0:
                row = {i: -weight for i, weight in row.items()}
            alpha = self.tableau.coefficients(row)
            entering = self._cheapest(alpha, costs)
            if entering is None:
                self._refute(row)
            else:
                step = costs.pop(entering) / alpha[entering]
                for variable in costs.keys() & alpha.keys():
                    costs[variable] -= step * alpha[variable]
                if not self.tableau.is_fixed(leaving):
                    costs[leaving] = -step * scale
                self._exchange(entering, leaving, step != 0)

    def _altered_costs(self) -> dict[int, fmpq]:
        """Reduced costs of the variables that may enter, those of the wrong sign replaced by zero.

        This alters the costs until the basis is dual feasible. Feasibility does not depend on costs, and keeping as
        many as possible makes the feasible basis that is found a nearly optimal one.
        """
        from flint import fmpq

        gains, common = self.tableau.reduced_costs()
        return {
            variable: fmpq(0 if self.tableau.is_free(variable) else min(gain, 0), common)
            for variable, gain in gains.items()
            if not self.tableau.is_fixed(variable)
        }

    def _cheapest(self, alpha: Mapping[int, int], costs: Mapping[int, fmpq]) -> int | None:
        """Among the variables that repair the row, the one that costs least; the lowest numbered among equals."""
        best: tuple[fmpq, int] | None = None
        for variable, value in alpha.items():
            if variable in costs and (value < 0 or self.tableau.is_free(variable)):
                ratio = (abs(costs[variable] / value), variable)
                if best is None or ratio < best:
                    best = ratio
        return None if best is None else best[1]

    def _refute(self, row: Mapping[int, int]) -> None:
        contribution = self.tableau.combination(row)
        insist(
            all(value == 0 if free else value >= 0 for value, free in zip(contribution, self.program.free, strict=True))
        )
        insist(all(weight >= 0 or self.program.equality[i] for i, weight in row.items()))
        insist(sum(weight * self.program.rhs[i] for i, weight in row.items()) < 0)
        farkas = {i: Fraction(weight) for i, weight in row.items() if weight}
        raise Infeasible(self.program.stated_dual(farkas, homogeneous=True))

    # Primal simplex

    def seek_optimality(self) -> None:
        """Pivot from a feasible basis to an optimal one.

        Raises
        ------
        Unbounded
            With a checked point and ray.
        """
        self._stalled = 0
        while gains := self.tableau.gains():
            entering = self._choose(gains)
            change, scale = self.tableau.direction(entering)
            if gains[entering] < 0:
                change, scale = {variable: -slope for variable, slope in change.items()}, -scale
            leaving = self._blocking(change)
            if leaving is None:
                self._escape(change | {entering: scale})
            else:
                self._exchange(entering, leaving, self.tableau.point()[0][leaving] != 0)

    def _blocking(self, change: Mapping[int, int]) -> int | None:
        """The basic variable that stops the movement first; the lowest numbered among equals."""
        values = self.tableau.point()[0]
        best: tuple[int, int, int] | None = None
        for variable, slope in change.items():
            if not slope or self.tableau.is_free(variable) or (slope > 0 and not self.tableau.is_fixed(variable)):
                continue
            value, speed = values[variable], abs(slope)
            order = -1 if best is None else value * best[1] - best[0] * speed
            if order < 0 or (order == 0 and best is not None and variable < best[2]):
                best = value, speed, variable
        return None if best is None else best[2]

    def _escape(self, change: Mapping[int, int]) -> None:
        ray = {j: value for j, value in change.items() if j < self.program.columns and value}
        fall = self.tableau.fall(ray)
        insist(
            all(value == 0 if equal else value >= 0 for value, equal in zip(fall, self.program.equality, strict=True))
        )
        insist(all(value >= 0 or self.program.free[j] for j, value in ray.items()))
        insist(sum(self.program.cost[j] * value for j, value in ray.items()) > 0)
        raise Unbounded(
            self.program.stated_primal(self._z()),
            self.program.stated_primal({j: Fraction(value) for j, value in ray.items()}, homogeneous=True),
        )

    def _z(self) -> dict[int, Fraction]:
        insist(not self.tableau.violated())
        values, common = self.tableau.point()
        return {j: Fraction(value, common) for j, value in values.items() if j < self.program.columns and value}

    def _optimum(self) -> tuple[dict[int, Fraction], dict[int, Fraction]]:
        z = self._z()
        values, unit = self.tableau.point()
        weights, common = self.tableau.multipliers()
        reached = sum(self.program.cost[j] * value for j, value in values.items() if j < self.program.columns)
        insist(reached * common == sum(self.program.rhs[i] * weight for i, weight in weights.items()) * unit)
        return z, {i: Fraction(weight, common) for i, weight in weights.items() if weight}
