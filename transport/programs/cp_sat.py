"""CP-SAT, so that Ctrl-C works during and after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from .effort import Effort, Stopped

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

_TICK = 0.05
"""Seconds between looks at whether the search is over. Waiting without a limit would not let Ctrl-C through on every
system; the search itself is not slowed down."""


def run(solver: cp_model.CpSolver, model: cp_model.CpModel, effort: Effort | None = None) -> Any:
    """Solve a model; Ctrl-C stops the search and is passed on.

    Left alone, CP-SAT takes the process's handler of Ctrl-C away for good and swallows it during the search. Here the
    search runs in a thread of its own without a handler, while this one listens.

    Parameters
    ----------
    solver : CpSolver
        With its parameters.
    model : CpModel
    effort : Effort, optional
        The search stops when it is exhausted, as after an interrupt, with the best solution it has.

    Returns
    -------
    CpSolverStatus

    Raises
    ------
    KeyboardInterrupt, Stopped
        After the search has stopped; the solver then holds the best solution it has found, if any.

    Examples
    --------
    >>> from ortools.sat.python import cp_model
    >>> model, solver = cp_model.CpModel(), cp_model.CpSolver()
    >>> x = model.new_int_var(0, 7, "x")
    >>> model.maximize(x)
    >>> run(solver, model) == cp_model.OPTIMAL, solver.value(x)
    (True, 7)
    """
    solver.parameters.catch_sigint_signal = False
    with ThreadPoolExecutor(1, thread_name_prefix="CP-SAT") as pool:
        search = pool.submit(solver.solve, model)
        try:
            while not search.done():
                wait([search], timeout=_TICK)
                if effort is not None and effort.exhausted():
                    solver.stop_search()
        except (KeyboardInterrupt, Stopped):
            while not search.done():  # a stop before the search has begun is not heard
                solver.stop_search()
                wait([search], timeout=_TICK)
            raise
    return search.result()
