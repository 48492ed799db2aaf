"""Iterative refinement: a float solver made to see differences far below its own precision.

The residuals and reduced costs of a float optimum are computed exactly, magnified until the largest error is of
order one, and handed back to the solver as a program for the correction; and so on, each round adding digits to the
optimum and correcting the basis (Gleixner, Steffy and Wolter, INFORMS Journal on Computing 28, 2016).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .highs import FloatOptimum, FloatSolver
from .scaling import Floats, Integers, split
from .tableau import Tableau

_ROUNDS = 20
_BITS = 50
"""Bits kept of a correction."""
_GROWTH = 40
"""Binary orders of magnitude by which the magnification may grow in a round."""


def refined(tableau: Tableau, solver: FloatSolver, rough: FloatOptimum) -> Tableau:
    """Return a tableau that is optimal, or nearer to it, by refining the float optimum it was made from."""
    refinement = None
    for _ in range(_ROUNDS):
        if not tableau.violated() and not tableau.gains():
            break
        refinement = refinement or Refinement(solver, rough)
        found = refinement.improve()
        if not found.optimal:
            break
        if found.basis != tableau.basis:
            tableau = tableau.at(found.basis)
    return tableau


class Refinement:
    """A primal and dual solution in the solver's scaled units, as integers over powers of two that grow."""

    def __init__(self, solver: FloatSolver, rough: FloatOptimum) -> None:
        self._solver = solver
        self._program = solver.program
        self._scaled = solver.scaled
        self._x = [0] * self._program.columns
        self._y = [0] * self._program.rows
        self._x_zoom = self._y_zoom = 0
        self._correct(rough, 0, 0)

    def improve(self) -> FloatOptimum:
        """One round: the correction is found and, if the solver found it optimal, applied."""
        free, equality = self._program.free, self._program.equality
        mantissa, level = self._values()
        wrong = np.where(np.concatenate((free, equality)), np.concatenate((~free, equality)), mantissa < 0)
        x_zoom = _zoom(mantissa, level, wrong, self._x_zoom)
        values = _magnified(mantissa, level + x_zoom)
        mantissa, level = self._gains()
        wrong = np.where(np.concatenate((free, equality)), np.concatenate((free, ~equality)), mantissa > 0)
        y_zoom = _zoom(mantissa, level, wrong, self._y_zoom)
        gains = _magnified(mantissa, level + y_zoom)
        found = self._solver.restate(values, gains)
        if found.optimal:
            self._correct(found, x_zoom, y_zoom)
        return found

    def _correct(self, found: FloatOptimum, x_zoom: int, y_zoom: int) -> None:
        self._x = _corrected(self._x, x_zoom - self._x_zoom, found.x, found.basis.columns)
        self._y = _corrected(self._y, y_zoom - self._y_zoom, found.y, found.basis.rows)
        self._x_zoom, self._y_zoom = x_zoom, y_zoom

    def _values(self) -> tuple[Floats, Integers]:
        """Values of columns and slacks, as mantissas and exponents in scaled units."""
        program, scaled, n = self._program, self._scaled, self._program.columns
        mantissa, exponent = split(self._x)
        z, power = _shifted(self._x, scaled.size[:n] + (scaled.rhs_level - self._x_zoom - _BITS))
        slacks = [side << -power for side in program.rhs]
        for j, value in enumerate(z):
            if value:
                for i, coefficient in program.column(j):
                    slacks[i] -= coefficient * value
        slack_mantissa, slack_exponent = split(slacks)
        return np.concatenate((mantissa, slack_mantissa)), np.concatenate(
            (exponent - self._x_zoom - _BITS, slack_exponent + power - scaled.size[n:] - scaled.rhs_level)
        )

    def _gains(self) -> tuple[Floats, Integers]:
        """Reduced costs of columns and slacks, as mantissas and exponents in scaled units."""
        program, scaled, n = self._program, self._scaled, self._program.columns
        mantissa, exponent = split(self._y)
        w, power = _shifted(self._y, scaled.cost_level - scaled.size[n:] - (self._y_zoom + _BITS))
        gains = [cost << -power for cost in program.cost]
        for i, value in enumerate(w):
            if value:
                for j, coefficient in program.row(i):
                    gains[j] -= coefficient * value
        column_mantissa, column_exponent = split(gains)
        return np.concatenate((column_mantissa, -mantissa)), np.concatenate(
            (column_exponent + power + scaled.size[:n] - scaled.cost_level, exponent - self._y_zoom - _BITS)
        )


def _corrected(numbers: Sequence[int], growth: int, change: Floats, inside: Sequence[int]) -> list[int]:
    """Add a change, given in the new units, to the entries of the basis; the others are zero."""
    result = [0] * len(numbers)
    for k in inside:
        result[k] = (numbers[k] << growth) + round(float(change[k]) * 2.0**_BITS)
    return result


def _shifted(numbers: Sequence[int], exponents: Integers) -> tuple[list[int], int]:
    """The numbers times their powers of two, as integers times one power of two that is at most one."""
    used = [k for k, number in enumerate(numbers) if number]
    power = min(0, int(exponents[used].min())) if used else 0
    result = [0] * len(numbers)
    for k in used:
        result[k] = numbers[k] << (int(exponents[k]) - power)
    return result, power


def _zoom(mantissa: Floats, level: Integers, wrong: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], last: int) -> int:
    """The magnification at which the largest wrong entry is of order one, within the permitted growth."""
    error = level[wrong & (mantissa != 0)]
    if not len(error):
        return last + _GROWTH
    return min(max(last, -int(error.max())), last + _GROWTH)


def _magnified(mantissa: Floats, level: Integers) -> Floats:
    return np.ldexp(mantissa, np.clip(level, -2000, 1000))
