"""Batches: many instances on any executor, one line of JSON a result, and nothing lost when it is killed.

A result is written, whole, as soon as it is there. A second call with the same file solves what is missing: what is
there is known by the instance's name and by a digest of its content and of the options, so that an instance that was
changed is solved again. A line that was torn by a kill is ignored.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

from dual.errors import InputError, SolverError
from dual.numbers.arrays import Array
from transport.programs.progress import Progress, listening
from transport.road.problem import Problem

from . import door
from .results import Batch, Result, done, whole

WINDOW: Final = 256
"""Instances handed to an executor ahead of their results: enough for a cluster, few enough for the memory."""
SUFFIXES: Final = (".json", ".nfg", ".mps", ".lp")
"""Files of a folder that are taken for instances."""
BLAS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What the libraries below NumPy read when they are loaded; the solvers of the toolkit run on one thread anyway."""

Source = Problem[Any, Any] | str | os.PathLike[str] | Mapping[str, object]


def batch(
    problems: Iterable[Source] | Mapping[str, Source],
    results: str | os.PathLike[str] | None = None,
    *,
    executor: Any = None,
    method: str | None = None,
    time_limit: float | None = None,
    gap: float | None = None,
    rounds: int | None = None,
    threads: int = 1,
    shard: tuple[int, int] | None = None,
    progress: Progress | bool | None = None,
) -> Batch:
    """Solve many instances and prove every answer.

    Parameters
    ----------
    problems : iterable or mapping
        Problems, or whatever :func:`suasion.load` takes: files are opened where they are solved. The keys of a mapping
        are the names.
    results : path, optional
        A file of JSON lines, to which each result is appended when it is there; what it holds already is not solved
        again.
    executor : concurrent.futures.Executor or dask.distributed.Client, optional
        Where it is solved: a process pool, joblib's or loky's, a cluster. By default here, one after the other.
    method, time_limit, gap, rounds
        As in :meth:`~transport.road.problem.Problem.solve`, for each instance.
    threads : int
        For the linear algebra in each worker, >= 1, as far as its libraries can still be told (``threadpoolctl`` tells
        those that are loaded).
    shard : (int, int), optional
        ``(k, n)``: only every n-th instance, beginning with the k-th, 1 <= k <= n. The n shards may run anywhere.
    progress : callable or bool, optional
        Called with a short line of news; True shows it beside a clock.

    Returns
    -------
    Batch
        One result for each instance: a solution, or why there is none. A failure stops nothing.

    Raises
    ------
    InputError
        If an option is wrong.
    FileError
        If the results cannot be read or written.
    SolverError
        If a worker process died; what was done by then is in the results, and a second call goes on from there.

    Examples
    --------
    >>> from persuasion import Persuasion
    >>> court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
    >>> found = batch({"fair": court, "wrong": {"kind": "persuasion", "prior": [2]}})
    >>> [(one.name, one.document and one.document["lower"], one.error) for one in found]
    [('fair', '3/5', None), ('wrong', None, 'InputError: sender: the field is missing')]
    """
    options = {"method": method, "time_limit": time_limit, "gap": gap, "rounds": rounds}
    if threads < 1:
        raise InputError("at least one thread is needed", "threads")
    named = _shard(_named(problems), shard)
    there = {} if results is None else done(Path(results))
    wanted = [(name, source, _digest(source, options)) for name, source in named]
    waiting = [one for one in wanted if (one[0], one[2]) not in there]
    with (
        listening(progress) as listener,
        nullcontext() if results is None else open(results, "ab", buffering=0) as sink,
    ):
        told = _Told(listener, len(wanted), len(wanted) - len(waiting))
        for result in _solved(waiting, options, threads, executor):
            there[result.name, result.digest] = result
            if sink is not None:
                sink.write(result.line())
            told.tell(result)
    return Batch(tuple(there[name, digest] for name, _, digest in wanted), len(waiting))


class _Told:
    """How far a batch is."""

    def __init__(self, progress: Progress | None, total: int, there: int) -> None:
        self._progress, self._total, self._done, self._failed = progress, total, there, 0
        if progress is not None and there:
            progress(f"{there} of {total} are there already")

    def tell(self, result: Result) -> None:
        self._done += 1
        self._failed += result.document is None
        if self._progress is not None:
            failed = f", {self._failed} failed" if self._failed else ""
            self._progress(f"{self._done} of {self._total}{failed}: {result.name}")


def _named(problems: Iterable[Source] | Mapping[str, Source]) -> list[tuple[str, Source]]:
    if isinstance(problems, Mapping):
        return [(str(name), source) for name, source in problems.items()]
    found: dict[str, Source] = {}
    for k, source in enumerate(problems):
        name = os.fspath(source) if isinstance(source, (str, os.PathLike)) else getattr(source, "name", None) or f"#{k}"
        found[f"{name} #{k}" if name in found else name] = source
    return list(found.items())


def _shard(named: list[tuple[str, Source]], shard: tuple[int, int] | None) -> list[tuple[str, Source]]:
    if shard is None:
        return named
    k, n = shard
    if not 1 <= k <= n:
        raise InputError(f"{k}/{n} is no shard; write K/N with 1 <= K <= N", "shard")
    return named[k - 1 :: n]


def _digest(source: Source, options: Mapping[str, object]) -> str:
    """What an instance and the options are, in 16 digits."""
    made = hashlib.sha256(json.dumps(options, sort_keys=True, default=str).encode())
    if isinstance(source, Problem):
        made.update(json.dumps(source.document(), sort_keys=True, default=_fingerprint).encode())
    elif isinstance(source, Mapping):
        made.update(json.dumps(source, sort_keys=True, default=_fingerprint).encode())
    else:
        path = Path(source)
        made.update(path.read_bytes() if path.is_file() else os.fspath(source).encode())
    return made.hexdigest()[:16]


def _fingerprint(value: object) -> object:
    """A large array in short."""
    if isinstance(value, Array):
        return [value.shape, hashlib.sha256(repr(value.data).encode()).hexdigest()]
    return str(value)


def _solved(
    waiting: Sequence[tuple[str, Source, str]], options: Mapping[str, Any], threads: int, executor: Any
) -> Iterator[Result]:
    """The results, in the order in which they come."""
    if executor is None:
        for name, source, digest in waiting:
            yield _solve_one(name, source, digest, options, None)
        return
    pool: Executor = executor.get_executor() if hasattr(executor, "get_executor") else executor
    ahead, running = iter(waiting), dict[Future[Result], tuple[str, Source, str]]()
    try:
        while True:
            while len(running) < WINDOW and (task := next(ahead, None)) is not None:
                running[pool.submit(_solve_one, *task, options, threads)] = task
            if not running:
                return
            lost = []
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                name, _, digest = running.pop(future)
                failure = future.exception()
                if failure is None:
                    yield future.result()
                elif isinstance(failure, BrokenExecutor):
                    lost.append(name)
                else:  # what could not be sent, or was given up by the cluster
                    yield Result(name, digest, None, _said(failure), 0.0)
            if lost:
                named = ", ".join(sorted(lost)[:3]) + ", ..." * (len(lost) > 3)
                raise SolverError(
                    f"a worker died, perhaps for want of memory, while {len(lost)} instances were with the executor "
                    f"({named}); what is done is in the results file: call again with a new executor to go on"
                )
    finally:
        for future in running:
            future.cancel()


def _solve_one(name: str, source: Source, digest: str, options: Mapping[str, Any], threads: int | None) -> Result:
    """Solve one instance, wherever this runs; whatever goes wrong is its result."""
    began = time.perf_counter()
    try:
        with _few_threads(threads):
            solution = door.load(source).solve(**options)
        document, error = json.loads(json.dumps(solution.document(), default=whole)), None
    except Exception as failure:  # noqa: BLE001 (one instance must not end the others)
        document, error = None, _said(failure)
    return Result(name, digest, document, error, round(time.perf_counter() - began, 6))


def _said(failure: BaseException) -> str:
    return " ".join(f"{type(failure).__name__}: {failure}".split())


def _few_threads(threads: int | None) -> Any:
    """Tell the libraries of linear algebra, loaded or not, how many threads they may have."""
    if threads is None:
        return nullcontext()
    for name in BLAS:
        os.environ.setdefault(name, str(threads))
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    return threadpool_limits(threads)


def sources_in(names: Sequence[str]) -> dict[str, str]:
    """Instances by name: files, catalog entries, and the instances in folders, which are called by their path.

    Raises
    ------
    InputError
        If a folder holds none.
    """
    found: dict[str, str] = {}
    for name in names:
        if os.path.isdir(name):
            files = [str(f) for f in sorted(Path(name).iterdir()) if f.suffix in SUFFIXES and not is_solution(f)]
            if not files:
                raise InputError("the folder holds no instance (*.json)", name)
            found |= {file: file for file in files}
        else:
            found[name] = name
    return found


def is_solution(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a solution, which a folder of instances may hold too."""
    try:
        with open(path, "rb") as stream:
            return b'"suasion-solution/' in stream.read(400)
    except OSError:
        return False
