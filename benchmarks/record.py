"""Cases and records: one piece of work in a process of its own, its time, its memory and what it proved.

A suite is a module with ``cases(quick)``. A case names a function of that module that prepares an instance and returns
the work as a callable; only the work is measured. What the work returns is a mapping with what was proven or claimed:
``lower``, ``upper``, ``grade`` (``"claim"`` for a peer, who proves nothing) and ``note``, all optional.
"""

from __future__ import annotations

import datetime
import importlib
import multiprocessing
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")
Work = Callable[[], Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    """One method on one instance.

    Attributes
    ----------
    family, instance : str
        What kind of instance, and which.
    size : int
        What time grows with: the number of entries of the data, for growth exponents.
    method : str
        ``"suasion"``, a peer, or a method of ours by another name.
    run : str
        A function of the suite's module.
    arguments : tuple
    repeat : int
        How often the work is done; the least time counts.
    """

    family: str
    instance: str
    size: int
    method: str
    run: str
    arguments: tuple[Any, ...] = ()
    repeat: int = 1


@dataclass(frozen=True)
class Record:
    """What became of a case; ``seconds`` are of the processor, ``megabytes`` beyond the prepared instance."""

    suite: str
    family: str
    instance: str
    size: int
    method: str
    seconds: float | None
    wall: float | None
    megabytes: float | None
    lower: float | None = None
    upper: float | None = None
    grade: str = ""
    note: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The record as JSON holds it."""
        return {name: value for name, value in asdict(self).items() if value not in ("", {}, None)}


def measured(suite: str, case: Case) -> Record:
    """Run a case in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(_measured, suite, case).result()
        except BrokenProcessPool:
            return Record(suite, case.family, case.instance, case.size, case.method, None, None, None, note="died")


def _measured(suite: str, case: Case) -> Record:
    work: Work = getattr(importlib.import_module(f"benchmarks.{suite}"), case.run)(*case.arguments)
    before, found = _peak(), {}
    seconds, walls = [], []
    for _ in range(case.repeat):
        cpu, wall = _cpu(), time.perf_counter()
        found = dict(work())
        seconds.append(_cpu() - cpu)
        walls.append(time.perf_counter() - wall)
    bounds = [None if found.get(side) is None else float(found.pop(side)) for side in ("lower", "upper")]
    grade, note = str(found.pop("grade", "")), str(found.pop("note", ""))
    found = {name: value for name, value in found.items() if value is not None}
    return Record(
        suite, case.family, case.instance, case.size, case.method, round(min(seconds), 4), round(min(walls), 4),
        round(_peak() - before, 1), *bounds, grade, note, found,
    )  # fmt: skip


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _peak() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def solved(problem: Any, *method: str, **options: Any) -> Work:
    """Solving a problem of ours: bounds are what was proven."""

    def work() -> Mapping[str, Any]:
        solution = problem.solve(*method, **options)
        return {"lower": solution.lower, "upper": solution.upper, "grade": solution.grade,
                "way": solution.solver["method"]}  # fmt: skip

    return work


def machine() -> dict[str, Any]:
    """What the run was made on, and when."""
    from transport.road.versions import versions

    model = platform.processor()
    if os.path.exists("/proc/cpuinfo"):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "load": round(os.getloadavg()[0], 1),
        "versions": dict(versions()),
    }
