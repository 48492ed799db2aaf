"""An instance of HiGHS, made in one way for everybody: silent, on one thread, with one seed."""

from __future__ import annotations

import math
from typing import Any

from .interrupts import heedful


def highs(tolerance: float | None = None, *, interruptible: bool = False, **options: object) -> Any:
    """Make an instance of HiGHS.

    Parameters
    ----------
    tolerance : float, optional
        How far rows and reduced costs may be off, instead of HiGHS's 1e-7. A smaller one leaves less to round and
        repair, and takes more pivots.
    interruptible : bool
        Whether an exception from a signal or another thread ends a run (:func:`~transport.programs.interrupts.heedful`)
        at the price of a step of Python in every iteration.
    **options
        Further options of HiGHS. The number of threads is set before anything runs, since HiGHS returns zeros if it
        changes between models.

    Examples
    --------
    >>> highs(1e-9, solver="simplex").getOptionValue("primal_feasibility_tolerance")[1]
    1e-09
    """
    import highspy

    solver = highspy.Highs()
    chosen: dict[str, object] = {"output_flag": False, "threads": 1, "random_seed": 0, **options}
    if tolerance is not None:
        chosen |= {"primal_feasibility_tolerance": tolerance, "dual_feasibility_tolerance": tolerance}
    for option, value in chosen.items():
        solver.setOptionValue(option, value)
    if interruptible:
        heedful(solver)
    return solver


def allow(solver: Any, seconds: float) -> None:
    """Let the next run take so many seconds: HiGHS counts those of earlier runs, too."""
    spent = solver.getRunTime()
    solver.setOptionValue("time_limit", spent + max(seconds, 0.0) if math.isfinite(seconds) else math.inf)
