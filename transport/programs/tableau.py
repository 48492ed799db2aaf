"""The simplex tableau of one basis, in exact arithmetic.

Variables are numbered: columns 0..n-1, then one slack per row, n..n+m-1 (``A z + slack = rhs``). Every variable
outside the basis is zero. A basis is kept as the columns inside it and the *active* rows, whose slacks are outside;
everything follows from the square system of active rows and inside columns.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from copy import copy

from dual.errors import SolverError, SuasionError

from .exact_basis import ExactBasis, Singular, independent
from .integral import IntegerProgram
from .program import Basis

Numerators = dict[int, int]
"""Numerators by variable or row, over a positive denominator that goes with them."""


class GaveUp(SuasionError):
    """The exact phase met the limit that its message names."""


class Tableau:
    """The tableau at a basis; a start that is singular or incomplete is cut down to a regular part first.

    Parameters
    ----------
    program : IntegerProgram
    start : Basis
    largest_core : int
        The largest dense system that is solved.
    deadline : float, optional
        On the clock of ``time.monotonic``.

    Raises
    ------
    GaveUp
        Here and in ``exchange``, if the dense core grows too large or time runs out.
    """

    def __init__(self, program: IntegerProgram, start: Basis, largest_core: int, deadline: float | None) -> None:
        self.program = program
        self.pivots = 0
        self._free: list[bool] = program.free.tolist()
        self._equality: list[bool] = program.equality.tolist()
        self._point: tuple[Numerators, int] | None = None
        self._multipliers: tuple[Numerators, int] | None = None
        self._reduced_costs: tuple[Numerators, int] | None = None
        self._largest_core = largest_core
        self._deadline = deadline
        self._inside = list(dict.fromkeys(start.columns))
        self._active = list(dict.fromkeys(start.rows))
        if not self._is_regular():
            if min(len(self._inside), len(self._active)) > largest_core:
                raise GaveUp(f"the basis is singular and has more than {largest_core} rows")
            rows, columns = independent(square(program, self._inside, self._active), len(self._inside))
            self._active = [self._active[i] for i in rows]
            self._inside = [self._inside[j] for j in columns]
            self._factorise()

    def at(self, basis: Basis) -> Tableau:
        """The tableau of another basis, with the same limits."""
        return Tableau(self.program, basis, self._largest_core, self._deadline)

    def turned(self, programs: Sequence[IntegerProgram]) -> list[Tableau]:
        """The tableaux of the same basis with other objectives, whose multipliers are solved together."""
        sides = self._basis.solve_left_all([[program.cost[j] for j in self._inside] for program in programs])
        tableaux = []
        for program, (found, common) in zip(programs, sides, strict=True):
            one = copy(self)
            one.program, one._reduced_costs = program, None
            one._multipliers = dict(zip(self._active, found, strict=True)), common
            tableaux.append(one)
        return tableaux

    @property
    def basis(self) -> Basis:
        """The basis, in increasing order."""
        return Basis(tuple(sorted(self._inside)), tuple(sorted(self._active)))

    def is_free(self, variable: int) -> bool:
        """Whether the variable may be negative."""
        return variable < self.program.columns and self._free[variable]

    def is_fixed(self, variable: int) -> bool:
        """Whether the variable is the slack of an equation, hence zero."""
        return variable >= self.program.columns and self._equality[variable - self.program.columns]

    def exchange(self, entering: int, leaving: int) -> None:
        """Move one variable into the basis and one out of it."""
        n = self.program.columns
        if entering < n:
            self._inside.append(entering)
        else:
            self._active.remove(entering - n)
        if leaving < n:
            self._inside.remove(leaving)
        else:
            self._active.append(leaving - n)
        self.pivots += 1
        self._factorise()

    def point(self) -> tuple[Numerators, int]:
        """The values of all variables inside the basis."""
        if self._point is None:
            found, common = self._basis.solve([self.program.rhs[i] for i in self._active])
            values = dict(zip(self._inside, found, strict=True))
            slacks = self._less(values, [side * common for side in self.program.rhs])
            insist(all(slacks[i] == 0 for i in self._active))
            self._point = values | self._inactive(slacks), common
        return self._point

    def violated(self) -> list[int]:
        """The variables whose values have the wrong sign."""
        return [
            variable
            for variable, value in self.point()[0].items()
            if (value < 0 and not self.is_free(variable)) or (value > 0 and self.is_fixed(variable))
        ]

    def gains(self) -> Numerators:
        """The reduced costs of the variables that would gain by entering (or, if free, by falling)."""
        return {
            variable: gain
            for variable, gain in self.reduced_costs()[0].items()
            if (gain > 0 and not self.is_fixed(variable)) or (gain < 0 and self.is_free(variable))
        }

    def multipliers(self) -> tuple[Numerators, int]:
        """The row multipliers ``y`` at which every inside column breaks even."""
        if self._multipliers is None:
            found, common = self._basis.solve_left([self.program.cost[j] for j in self._inside])
            self._multipliers = dict(zip(self._active, found, strict=True)), common
        return self._multipliers

    def reduced_costs(self) -> tuple[Numerators, int]:
        """The gain per unit of every variable outside the basis: ``cost - y A`` for columns, ``-y`` for slacks."""
        if self._reduced_costs is None:
            n = self.program.columns
            weights, common = self.multipliers()
            contribution = self.combination(weights)
            gains = {j: cost * common - contribution[j] for j, cost in enumerate(self.program.cost)}
            insist(all(gains.pop(j) == 0 for j in self._inside))
            gains.update((n + i, -weight) for i, weight in weights.items())
            self._reduced_costs = gains, common
        return self._reduced_costs

    def row(self, variable: int) -> tuple[Numerators, int]:
        """Row multipliers ``w`` that isolate a basic variable.

        ``scale * variable + (the rest of w A) z + w . slacks = w . rhs``, where only variables outside the basis
        have coefficients in the rest; ``scale``, positive, is returned with ``w``.
        """
        n = self.program.columns
        if variable < n:
            found, scale = self._basis.solve_left([int(j == variable) for j in self._inside])
            return dict(zip(self._active, found, strict=True)), scale
        own = dict(self.program.row(variable - n))
        found, scale = self._basis.solve_left([own.get(j, 0) for j in self._inside])
        weights = {i: -value for i, value in zip(self._active, found, strict=True)}
        weights[variable - n] = scale
        return weights, scale

    def coefficients(self, weights: Mapping[int, int]) -> Numerators:
        """The nonzero coefficients of columns and slacks in the combination of rows."""
        n = self.program.columns
        nonzero = {j: value for j, value in enumerate(self.combination(weights)) if value}
        nonzero.update((n + i, weight) for i, weight in weights.items() if weight)
        return nonzero

    def direction(self, entering: int) -> tuple[Numerators, int]:
        """How the basic variables change when a variable outside the basis grows by the scale returned."""
        n = self.program.columns
        own = dict(self.program.column(entering)) if entering < n else {entering - n: 1}
        found, scale = self._basis.solve([own.get(i, 0) for i in self._active])
        change = {j: -value for j, value in zip(self._inside, found, strict=True)}
        slacks = self._less(change, [-own.get(i, 0) * scale for i in range(self.program.rows)])
        return change | self._inactive(slacks), scale

    def combination(self, weights: Mapping[int, int]) -> list[int]:
        """``weights A``, for all columns."""
        total = [0] * self.program.columns
        for i, weight in weights.items():
            if weight:
                for j, coefficient in self.program.row(i):
                    total[j] += coefficient * weight
        return total

    def fall(self, values: Mapping[int, int]) -> list[int]:
        """``-A values``, for all rows."""
        return self._less(values, [0] * self.program.rows)

    def _less(self, values: Mapping[int, int], start: list[int]) -> list[int]:
        for j, value in values.items():
            if value:
                for i, coefficient in self.program.column(j):
                    start[i] -= coefficient * value
        return start

    def _inactive(self, slacks: list[int]) -> Numerators:
        n, active = self.program.columns, set(self._active)
        return {n + i: slack for i, slack in enumerate(slacks) if i not in active}

    def _is_regular(self) -> bool:
        if len(self._inside) != len(self._active):
            return False
        try:
            self._factorise()
            self.point()
        except Singular:
            return False
        return True

    def _factorise(self) -> None:
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise GaveUp("the time limit was reached in the exact phase")
        self._basis = ExactBasis(square(self.program, self._inside, self._active))
        if self._basis.core > self._largest_core:
            raise GaveUp(f"the exact system has {self._basis.core} rows, more than {self._largest_core}")
        if self._deadline is not None and time.monotonic() + self._basis.seconds > self._deadline:
            raise GaveUp("the exact solution would take longer than the time that is left")
        self._point = self._multipliers = self._reduced_costs = None


def foreseen(program: IntegerProgram, basis: Basis) -> float:
    """About how many seconds it takes to solve a basis exactly, from both sides; infinite if it is no basis."""
    if len(basis.columns) != len(basis.rows):
        return math.inf
    try:
        return 3 * ExactBasis(square(program, basis.columns, basis.rows)).seconds
    except Singular:
        return math.inf


def square(program: IntegerProgram, inside: Sequence[int], active: Sequence[int]) -> list[dict[int, int]]:
    """The active rows' coefficients in the inside columns."""
    place = {i: k for k, i in enumerate(active)}
    rows: list[dict[int, int]] = [{} for _ in active]
    for k, j in enumerate(inside):
        for i, value in program.column(j):
            if value and i in place:
                rows[place[i]][k] = value
    return rows


def insist(holds: bool) -> None:
    """Stop if an exact identity fails: exact results are checked, not trusted."""
    if not holds:
        raise SolverError("an exact computation failed its own check; the exact backend is broken")
