"""Linear programs in floating point, for those who prove something else from the answer.

HiGHS by way of SciPy, in one place: the sign of multipliers, the tolerance, the time limit, and what counts as no
answer. Programs that need an exact optimum go to :mod:`transport.programs.linear`, those that grow or start from a
basis to :func:`transport.programs.instance.highs`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dual.errors import SolverError

from .arrays import Floats

TIGHT = 1e-10
"""The least tolerance that HiGHS takes: less to round and repair than with its 1e-7, for some more pivots."""

Bounds = tuple[float | None, float | None]
Rows = tuple[Any, Any]
"""A matrix, dense or sparse, and the right hand side."""


@dataclass(frozen=True)
class Maximum:
    """What the solver found.

    Attributes
    ----------
    x : array, shape (columns,)
    value : float
    limits, equations : array
        Multipliers of the two sorts of rows; those of ``limits`` are at least zero, up to the tolerance.
    iterations : int
    word : str
        The solver's message.
    """

    x: Floats
    value: float
    limits: Floats
    equations: Floats
    iterations: int
    word: str


def maximise(
    gain: Any,
    *,
    limits: Rows | None = None,
    equations: Rows | None = None,
    bounds: Bounds | Sequence[Bounds] = (0, None),
    method: Literal["highs", "highs-ds"] = "highs",
    tolerance: float | None = None,
    seconds: float = math.inf,
    guess: bool = False,
) -> Maximum | None:
    """Maximise ``gain . x`` subject to ``limits`` (A x <= b), ``equations`` (A x = b) and bounds.

    Parameters
    ----------
    gain : array, shape (columns,)
    limits, equations : (matrix, right hand side), optional
    bounds : pair or sequence of pairs
        Of all columns, or of each.
    method : {"highs", "highs-ds"}
        HiGHS's choice, or its dual simplex method, whose answers are vertices.
    tolerance : float, optional
        Of rows and reduced costs, instead of HiGHS's 1e-7.
    seconds : float
        The time there is.
    guess : bool
        Whether a failure is no answer, as an empty program is, and no error: the caller has another way.

    Returns
    -------
    Maximum or None
        None if nothing satisfies the rows.

    Raises
    ------
    SolverError
        If HiGHS has no answer for another reason.

    Examples
    --------
    >>> found = maximise([1.0, 1.0], limits=([[1.0, 2.0]], [2.0]))
    >>> found.x.tolist(), found.limits.tolist()
    ([2.0, 0.0], [1.0])
    >>> maximise([1.0], equations=([[1.0]], [-1.0])) is None
    True
    """
    from scipy.optimize import linprog

    options: dict[str, float] = {}
    if tolerance is not None:
        options |= {"primal_feasibility_tolerance": tolerance, "dual_feasibility_tolerance": tolerance}
    if seconds < math.inf:
        options["time_limit"] = max(seconds, 0.0)
    rows: dict[str, Any] = {}
    if limits is not None:
        rows |= {"A_ub": limits[0], "b_ub": limits[1]}
    if equations is not None:
        rows |= {"A_eq": equations[0], "b_eq": equations[1]}
    solver: Any = linprog  # its stubs do not know sparse matrices
    found = solver(-np.asarray(gain), **rows, bounds=bounds, method=method, options=options)
    if found.x is None:
        if guess or found.status == _EMPTY:
            return None
        raise SolverError(f"HiGHS through SciPy: {found.message}")
    return Maximum(
        found.x, -float(found.fun), -found.ineqlin.marginals, -found.eqlin.marginals, int(found.nit), str(found.message)
    )


_EMPTY = 2
"""SciPy's status for a program that nothing satisfies."""
