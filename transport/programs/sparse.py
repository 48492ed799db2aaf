"""Large sparse linear programs in floats: rows enter in batches, HiGHS solves by simplex or interior points.

Nothing that is returned from here is trusted. Whoever calls rounds the multipliers and repairs what rounding broke.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dual.errors import SolverError

from .arrays import Floats
from .instance import allow, highs

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from .effort import Effort


_TOLERANCE: Final = 1e-9
"""Of rows and reduced costs; what floats leave is for the repair."""
_LEAST_SECONDS: Final = 0.05
"""HiGHS is asked for at least this long a run; a limit of zero means none to it."""


class SparseProgram:
    """Maximise ``cost . x`` within bounds, subject to rows ``low <= A x <= high`` that are added batch by batch.

    Parameters
    ----------
    cost, lower, upper : array, shape (columns,)

    Attributes
    ----------
    x : array
        The last solution.
    y : array, shape (rows,)
        Its multipliers: what a unit more of each row's active side is worth.
    """

    def __init__(self, cost: Floats, lower: Floats, upper: Floats) -> None:

        self._solver: Any = highs(_TOLERANCE, interruptible=True)
        count, none = len(cost), np.zeros(0, dtype=np.int32)
        self._solver.addCols(count, -cost, lower, upper, 0, np.zeros(count, np.int32), none, np.zeros(0))
        self.x, self.y = np.zeros(count), np.zeros(0)

    def add(self, matrix: csr_array, low: Floats, high: Floats) -> None:
        """Add rows."""
        start, places = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
        self._solver.addRows(matrix.shape[0], low, high, matrix.nnz, start, places, matrix.data)

    def solve(self, effort: Effort, method: str = "choose", crossover: bool = True, presolve: str = "choose") -> Floats:
        """Solve; ``method`` is ``"simplex"``, ``"ipm"`` or ``"choose"``, ``presolve`` ``"off"`` or ``"choose"``.

        Raises
        ------
        SolverError
            If no optimum is found, or not in time.
        """
        import highspy

        left = effort.remaining()
        if left <= 0:
            raise SolverError("the time limit was reached")
        allow(self._solver, max(left, _LEAST_SECONDS))
        self._solver.setOptionValue("solver", method)
        self._solver.setOptionValue("presolve", presolve)
        self._solver.setOptionValue("run_crossover", "on" if crossover else "off")
        self._solver.run()
        status, solution = self._solver.getModelStatus(), self._solver.getSolution()
        # Interior points that are not quite optimal by the solver's own measure still prove a bound.
        usable = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnknown)
        if status not in usable or not solution.value_valid or not solution.dual_valid:
            raise SolverError(f"HiGHS reports {self._solver.modelStatusToString(status)!r}")
        self.x, self.y = np.asarray(solution.col_value), -np.asarray(solution.row_dual)
        return self.x
