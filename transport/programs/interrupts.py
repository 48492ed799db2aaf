"""Runs of HiGHS that an interrupt from the keyboard, or the end of a solve's time, can stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import highspy


def heedful(solver: highspy.Highs, over: Callable[[], bool] | None = None) -> None:
    """Let an exception that another thread or a signal has set end a run between two of its iterations.

    Python raises such an exception before its next step, and a run has none. So HiGHS calls back once an iteration,
    for a function that does nothing but be a step of Python. An instance whose run ended so must not run again.

    Where ``over`` is given it is asked each time, and once it says so a run ends with the best point it has.
    """
    import highspy

    kind = highspy.cb.HighsCallbackType

    def step(_kind: object, _message: object, _told: object, reply: Any, _user: object) -> None:
        if over is not None and over():
            reply.user_interrupt = True

    solver.setCallback(step, None)
    solver.startCallback(kind.kCallbackSimplexInterrupt)
    solver.startCallback(kind.kCallbackIpmInterrupt)
    solver.startCallback(kind.kCallbackMipInterrupt)
