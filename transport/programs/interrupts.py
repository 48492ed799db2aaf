"""Runs of HiGHS that an interrupt from the keyboard, or the end of a solve's time, can stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import highspy


def heedful(solver: highspy.Highs) -> None:
    """Let an exception that another thread or a signal has set end a run between two of its iterations.

    Python raises such an exception before its next step, and a run has none. So HiGHS calls back once an iteration,
    for a function that does nothing but be a step of Python. An instance whose run ended so must not run again.
    """
    import highspy

    kind = highspy.cb.HighsCallbackType
    solver.setCallback(_step, None)
    solver.startCallback(kind.kCallbackSimplexInterrupt)
    solver.startCallback(kind.kCallbackIpmInterrupt)
    solver.startCallback(kind.kCallbackMipInterrupt)


def _step(*_told: object) -> None:
    pass
