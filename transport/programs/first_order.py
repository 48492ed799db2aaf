"""PDLP of OR-Tools: a first-order method for linear programs that are too large to factorise; its answers are rough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from .arrays import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from .effort import Effort

_LEAST_SECONDS: Final = 0.1
_ITERATIONS: Final = 100_000


@dataclass(frozen=True)
class Rough:
    """What the method ends with.

    Attributes
    ----------
    x, y : array
        Columns and multipliers of rows, of minimising.
    iterations : int
    """

    x: Floats
    y: Floats
    iterations: int


def minimise(
    cost: Floats,
    matrix: csr_array,
    low: Floats,
    high: Floats,
    bounds: tuple[Floats, Floats],
    effort: Effort,
    tolerance: float,
) -> Rough:
    """Minimise ``cost . x`` within bounds, subject to ``low <= A x <= high``, to a relative tolerance."""
    from ortools.pdlp import solve_log_pb2, solvers_pb2  # noqa: F401  (registers the messages)
    from ortools.pdlp.python import pdlp

    program = pdlp.QuadraticProgram()
    program.objective_vector = cost
    program.constraint_matrix = matrix.tocsc()
    program.constraint_lower_bounds, program.constraint_upper_bounds = low, high
    program.variable_lower_bounds, program.variable_upper_bounds = bounds
    parameters = solvers_pb2.PrimalDualHybridGradientParams()
    criteria = parameters.termination_criteria
    criteria.simple_optimality_criteria.eps_optimal_absolute = tolerance
    criteria.simple_optimality_criteria.eps_optimal_relative = tolerance
    criteria.iteration_limit = _ITERATIONS
    if np.isfinite(effort.remaining()):
        criteria.time_sec_limit = max(effort.remaining(), _LEAST_SECONDS)
    found = pdlp.primal_dual_hybrid_gradient(program, parameters)
    return Rough(
        np.asarray(found.primal_solution), np.asarray(found.dual_solution), int(found.solve_log.iteration_count)
    )
