"""Iterative refinement: a float solver made to see differences far below its own precision.

The residuals and reduced costs of a float optimum are computed exactly, magnified until the largest error is of
order one, and handed back to the solver as a program for the correction; and so on, each round adding digits to the
optimum and correcting the basis (Gleixner, Steffy and Wolter, INFORMS Journal on Computing 28, 2016).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transport.programs.arrays import Booleans, Floats, Integers

from .highs import FloatOptimum, FloatSolver
from .scaling import split
from .tableau import Tableau

_ROUNDS = 20
"""Of refinement: each gains some digits, and a basis that needs more is ill-conditioned beyond repair."""
_BITS = 50
"""Bits kept of a correction."""
_GROWTH = 16
"""Binary orders of magnitude by which the magnification may grow in a round."""


def refined(tableau: Tableau, solver: FloatSolver, rough: FloatOptimum) -> Tableau:
    """Return a tableau that is optimal, or nearer to it, by refining the float optimum it was made from."""
    if is_optimal(tableau):
        return tableau
    refinement, basis = Refinement(solver, rough), tableau.basis
    for _ in range(_ROUNDS):
        found = refinement.improve()
        if not found.optimal:
            if refinement.cautious():
                continue
            break
        settled, basis = found.basis == basis, found.basis
        # A basis is worth an exact solution once another round has nothing to add to it.
        if settled and basis != tableau.basis:
            tableau = tableau.at(basis)
            if is_optimal(tableau):
                return tableau
    return tableau if basis == tableau.basis else tableau.at(basis)


def is_optimal(tableau: Tableau) -> bool:
    """Whether a tableau is feasible and nothing would gain by entering."""
    return not tableau.violated() and not tableau.gains()


class Refinement:
    """A primal and dual solution in the solver's scaled units, as integers over powers of two that grow.

    ``error`` is the binary order of magnitude of the largest residual or gain found by the last round, before it
    was corrected; None if there was none.
    """

    def __init__(self, solver: FloatSolver, rough: FloatOptimum) -> None:
        self._solver = solver
        self._program = solver.program
        self._scaled = solver.scaled
        self._x = [0] * self._program.columns
        self._y = [0] * self._program.rows
        self.error: int | None = None
        self._zoom = 0
        self._growth = _GROWTH
        self._correct(rough, 0)

    def improve(self) -> FloatOptimum:
        """One round: the correction is found and, if the solver found it optimal, applied."""
        values, value_levels, wrong_values = self._values()
        gains, gain_levels, wrong_gains = self._gains()
        # One magnification for both: an exchange of the basis for the sake of a gain moves the point far.
        errors = np.concatenate((value_levels[wrong_values], gain_levels[wrong_gains]))
        self.error = int(errors.max()) if len(errors) else None
        zoom = self._zoom + self._growth
        if self.error is not None:
            zoom = min(zoom, -self.error)
        found = self._solver.restate(_magnified(values, value_levels + zoom), _magnified(gains, gain_levels + zoom))
        if found.optimal:
            self._correct(found, zoom)
        return found

    def cautious(self) -> bool:
        """After a failure of the solver: magnify less from now on; false if there is nothing left to give."""
        self._growth //= 2
        return self._growth > 0

    def _correct(self, found: FloatOptimum, zoom: int) -> None:
        self._x = _corrected(self._x, zoom - self._zoom, found.x, found.basis.columns)
        self._y = _corrected(self._y, zoom - self._zoom, found.y, found.basis.rows)
        self._zoom = zoom

    def _values(self) -> tuple[Floats, Integers, Booleans]:
        """Values of columns and slacks, as mantissas and exponents in scaled units, and which of them are wrong."""
        program, scaled, n = self._program, self._scaled, self._program.columns
        z, power = _shifted(self._x, scaled.size[:n] + (scaled.rhs_level - self._zoom - _BITS))
        slacks = [side << -power for side in program.rhs]
        for j, value in enumerate(z):
            if value:
                for i, coefficient in program.column(j):
                    slacks[i] -= coefficient * value
        mantissa, exponent = _joined(split(self._x), split(slacks))
        exponent[:n] -= self._zoom + _BITS
        exponent[n:] += power - scaled.size[n:] - scaled.rhs_level
        wrong = mantissa < 0
        wrong[:n] &= ~program.free
        wrong[n:] |= program.equality & (mantissa[n:] != 0)
        return mantissa, exponent, wrong

    def _gains(self) -> tuple[Floats, Integers, Booleans]:
        """Reduced costs of columns and slacks, likewise."""
        program, scaled, n = self._program, self._scaled, self._program.columns
        w, power = _shifted(self._y, scaled.cost_level - scaled.size[n:] - (self._zoom + _BITS))
        gains = [cost << -power for cost in program.cost]
        for i, value in enumerate(w):
            if value:
                for j, coefficient in program.row(i):
                    gains[j] -= coefficient * value
        mantissa, exponent = _joined(split(gains), split(self._y))
        mantissa[n:] *= -1
        exponent[:n] += power + scaled.size[:n] - scaled.cost_level
        exponent[n:] -= self._zoom + _BITS
        wrong = mantissa > 0
        wrong[:n] |= program.free & (mantissa[:n] != 0)
        wrong[n:] &= ~program.equality
        return mantissa, exponent, wrong


def _joined(first: tuple[Floats, Integers], second: tuple[Floats, Integers]) -> tuple[Floats, Integers]:
    return np.concatenate((first[0], second[0])), np.concatenate((first[1], second[1]))


def _corrected(numbers: Sequence[int], growth: int, change: Floats, inside: Sequence[int]) -> list[int]:
    """Add a change, given in the new units, to the entries of the basis; the others are zero."""
    result = [0] * len(numbers)
    for k in inside:
        grown = numbers[k] << growth if growth >= 0 else numbers[k] >> -growth
        result[k] = grown + round(float(change[k]) * 2.0**_BITS)
    return result


def _shifted(numbers: Sequence[int], exponents: Integers) -> tuple[list[int], int]:
    """The numbers times their powers of two, as integers times one power of two that is at most one."""
    used = [k for k, number in enumerate(numbers) if number]
    power = min(0, int(exponents[used].min())) if used else 0
    result = [0] * len(numbers)
    for k in used:
        result[k] = numbers[k] << (int(exponents[k]) - power)
    return result, power


def _magnified(mantissa: Floats, level: Integers) -> Floats:
    return np.ldexp(mantissa, np.clip(level, -2000, 1000))
