"""Comparing methods: seconds and memory to a verified bound, each measured in a process of its own."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from typing import Any

from dual.checker import verify
from dual.errors import InputError, SuasionError
from transport.road.problem import Problem
from transport.road.solution import Solution
from transport.road.table import Table

from . import door
from .registry import Faster


@dataclass(frozen=True)
class Measurement:
    """What one method did on one instance.

    Attributes
    ----------
    instance, method : str
        What was solved, and how.
    road : str
        The way the method really took, in the solution's words.
    seconds : float or None
        To a verified bound: solving, exact witnesses, and the check that the solution's bounds come from. The least
        of the repetitions; None if the method failed.
    verification : float or None
        Seconds of one more, independent check of the finished solution.
    megabytes : float or None
        By which the process grew, at its peak, over what it held with the instance loaded; None if the method failed,
        and on Windows.
    grade : str
        Of the solution; empty if the method failed.
    gap : float or None
        Upper minus lower bound.
    note : str
        Why there is no answer.
    """

    instance: str
    method: str
    road: str
    seconds: float | None
    verification: float | None
    megabytes: float | None
    grade: str
    gap: float | None
    note: str = ""

    def document(self) -> dict[str, object]:
        """The measurement as JSON holds it."""
        return asdict(self)


def measure(
    source: str | Mapping[str, object],
    methods: Sequence[str] | None = None,
    *,
    name: str | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    repeat: int = 1,
) -> list[Measurement]:
    """Solve one instance with each method, each in a fresh process.

    Parameters
    ----------
    source : path, catalog slug or mapping
        The instance.
    methods : sequence of str, optional
        All of the kind's methods by default.
    name : str, optional
        What the instance is called in the result.
    gap, time_limit : float, optional
        Passed to ``solve``.
    repeat : int
        Solves per method; the fastest counts.

    Returns
    -------
    list of Measurement
        One for each method, in order.

    Raises
    ------
    InputError
        If the instance or a method is wrong.
    """
    problem = door.load(source)
    known = list(problem.methods)
    for method in methods or ():
        if method not in known:
            raise InputError(f'"{method}" is unknown for kind {problem.kind}; known: {", ".join(known)}', "methods")
    called = name or (source if isinstance(source, str) else problem.name or problem.kind)
    found = []
    for method in methods or known:
        # A fresh process: nothing is warm, and its peak memory is the method's own.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            try:
                found.append(pool.submit(_run, source, method, called, gap, time_limit, repeat).result())
            except BrokenProcessPool:
                found.append(Measurement(called, method, "", None, None, None, "", None, "the process died"))
    return found


def _run(
    source: str | Mapping[str, object], method: str, name: str, gap: float | None, time_limit: float | None, repeat: int
) -> Measurement:
    problem: Problem[Any, Any] = door.load(source)
    before = _peak()
    times = []
    try:
        solution, seconds = _timed(problem, method, gap, time_limit)
        times.append(seconds)
        times += [_timed(problem, method, gap, time_limit)[1] for _ in range(repeat - 1)]
    except SuasionError as error:
        return Measurement(name, method, "", None, None, None, "", None, " ".join(str(error).split())[:200])
    after = _peak()
    grown = None if before is None or after is None else after - before
    began = time.perf_counter()
    verdict = verify(solution, None, Faster())
    checked = time.perf_counter() - began
    width = None if verdict.lower is None or verdict.upper is None else float(verdict.upper - verdict.lower)
    road = str(solution.solver.get("method"))
    return Measurement(name, method, road, min(times), checked, grown, solution.grade, width, verdict.violation or "")


def _timed(
    problem: Problem[Any, Any], method: str, gap: float | None, time_limit: float | None
) -> tuple[Solution[Any], float]:
    began = time.perf_counter()
    solution = problem.solve(method, gap=gap, time_limit=time_limit)
    return solution, time.perf_counter() - began


def _peak() -> float | None:
    """The most memory this process has held, in megabytes; None where the system (Windows) does not tell."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def table(measurements: Iterable[Measurement]) -> Table:
    """The measurements as a table, with each method's time relative to the fastest on its instance."""
    held = list(measurements)
    fastest: dict[str, float] = {}
    for one in held:
        if one.seconds is not None:
            fastest[one.instance] = min(one.seconds, fastest.get(one.instance, float("inf")))
    rows = [
        [
            one.instance,
            one.method,
            _shown(one.seconds, "{:.3f}"),
            "" if one.seconds is None else f"{one.seconds / fastest[one.instance]:.1f}",
            _shown(one.verification, "{:.3f}"),
            _shown(one.megabytes, "{:.0f}"),
            one.grade or one.note[:40],
            _shown(one.gap, "{:.1e}"),
        ]
        for one in held
    ]
    header = ["instance", "method", "seconds", "ratio", "check", "MB", "grade", "gap"]
    return Table("time and memory to a verified bound", header, rows)


def _shown(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)
