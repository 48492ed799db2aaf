"""Linear programs, solved to exact optima.

A float solver finds a basis that is optimal or nearly so; the basis is solved in exact arithmetic, checked against
every row and column, and mended where it is off: by looking again, magnified, and at last by exact pivots.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from fractions import Fraction

from dual.errors import SolverError
from dual.limits import DIGITS

from .exact_simplex import ExactSimplex
from .highs import FloatOptimum, FloatSolver
from .integral import IntegerProgram
from .program import Basis, Infeasible, LinearProgram, Optimum, Unbounded
from .refinement import is_optimal, refined
from .tableau import GaveUp, Tableau, foreseen

__all__ = ["Basis", "Infeasible", "LinearProgram", "Optimum", "Unbounded", "solve"]

_MAX_BITS = int(3.3219 * DIGITS)
"""Longest exact answer: a longer one cannot be written to a file."""
_QUICK = 0.1
"""An exact phase foreseen to take at most this share of the time left begins at once, without the optimum in floats to
fall back on: making an answer of that takes time, too."""
_PATIENCE = 30.0
"""Seconds that count as the time left where there is no limit: an interrupt may come."""


def solve(
    program: LinearProgram | IntegerProgram,
    *,
    start: Basis | None = None,
    time_limit: float | None = None,
    exact_rows: int = 1000,
    rough: Callable[[Optimum], None] | None = None,
    solver: FloatSolver | None = None,
) -> Optimum:
    """Maximise a linear program exactly.

    Parameters
    ----------
    program : LinearProgram or IntegerProgram
        Read once, a program is solved for one objective after another (:meth:`IntegerProgram.aimed`).
    start : Basis, optional
        Where to start, for instance the ``basis`` of a program with fewer columns or rows; any set of columns
        and rows will do.
    time_limit : float, optional
        Seconds, for both phases together.
    exact_rows : int
        The largest dense system solved exactly. Rows and columns that solve by substitution do not count.
    rough : callable, optional
        Told the optimum in floats before an exact phase that may take long, or longer than there is time.
    solver : FloatSolver, optional
        Has solved a program with the same rows, and goes on from its last basis; ``start`` is not looked at then.

    Returns
    -------
    Optimum
        Exact, unless the exact system is larger than ``exact_rows``, the time runs out in the exact phase, or
        numbers outgrow the 4,000 digits a file holds; then the solver's floats, with ``exact=False`` and the
        reason.

    Raises
    ------
    Infeasible
        With an exact Farkas vector.
    Unbounded
        With an exact feasible point and ray.
    SolverError
        If the float solver reaches the time limit, or finds no optimum where exact arithmetic was out of reach.
    InputError
        If the data are not exact numbers or columns do not exist.

    Examples
    --------
    >>> best = solve(LinearProgram([1, 1], [{0: 1, 1: 2}, {0: 3, 1: 1}], ["<=", "<="], [4, 6]))
    >>> best.value, best.primal, best.dual
    (Fraction(14, 5), (Fraction(8, 5), Fraction(6, 5)), (Fraction(2, 5), Fraction(1, 5)))
    >>> try:
    ...     solve(LinearProgram([0], [{0: 1}, {0: 1}], ["<=", ">="], [1, 2]))
    ... except Infeasible as proof:
    ...     print(*proof.farkas)
    1 -1
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    integral = program if isinstance(program, IntegerProgram) else IntegerProgram(program)
    if solver is not None:
        solver.aim(integral, deadline)
    else:
        solver = float_solver(integral, start, deadline)
    found = solver.solve()
    left = _PATIENCE if deadline is None else deadline - time.monotonic()
    quick = foreseen(integral, found.basis) < _QUICK * left
    if rough is not None and found.optimal and not quick:
        rough(_float_optimum(solver, found, ""))
    try:
        tableau = Tableau(integral, found.basis, exact_rows, deadline)
        if found.optimal and not is_optimal(tableau):
            if rough is not None and quick and deadline is not None:
                rough(_float_optimum(solver, found, ""))
            tableau = refined(tableau, solver, found)
        z, y = ExactSimplex(tableau).solve()
    except GaveUp as limit:
        return _float_optimum(solver, found, str(limit))
    primal, dual, value = integral.stated_primal(z), integral.stated_dual(y), integral.stated_value(z)
    if _too_long(primal) or _too_long(dual) or _too_long([value]):
        return _float_optimum(solver, found, f"the exact optimum has numbers of more than {DIGITS} digits")
    return Optimum(primal, dual, value, True, tableau.basis, solver.iterations, tableau.pivots)


def float_solver(program: IntegerProgram, start: Basis | None, deadline: float | None = None) -> FloatSolver:
    """A float solver that starts from what a basis has in common with the program."""
    if start is not None:
        columns = tuple(j for j in start.columns if 0 <= j < program.columns)
        start = Basis(columns, tuple(i for i in start.rows if 0 <= i < program.rows))
    return FloatSolver(program, start, deadline)


def _float_optimum(solver: FloatSolver, rough: FloatOptimum, reason: str) -> Optimum:
    if not rough.optimal:
        raise SolverError(f"HiGHS reports {rough.status!r}, which could not be checked: {reason}")
    program, z = solver.program, solver.scaled.exact_values(rough.x)
    primal, dual = program.stated_primal(z), program.stated_dual(solver.scaled.exact_multipliers(rough.y))
    return Optimum(primal, dual, program.stated_value(z), False, rough.basis, solver.iterations, 0, reason)


def _too_long(values: Iterable[Fraction]) -> bool:
    return any(max(v.numerator.bit_length(), v.denominator.bit_length()) > _MAX_BITS for v in values)
