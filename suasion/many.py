"""Several files at once: solving, checking, and batches that outlive the shell they were started in."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dual.checker import verify
from dual.command import EXIT_PROVEN, EXIT_REFUSED, EXIT_UNREADABLE, say
from dual.errors import InputError, SuasionError
from dual.numbers.decimals import spelled
from dual.verdict import Kind, Verdict
from dual.words import brief
from transport.programs.progress import Progress
from transport.road.table import Table

from . import door
from .batches import BLAS, batch, is_solution, sources_in
from .results import read_results


@contextmanager
def workers(jobs: int) -> Iterator[Executor | None]:
    """So many processes, each with one thread for its linear algebra; none for a single job."""
    if jobs < 1:
        raise InputError("at least one process is needed", "--jobs")
    if jobs == 1:
        yield None
        return
    # Set before the processes begin, so that the libraries read it when they are loaded there.
    for name in BLAS:
        os.environ.setdefault(name, "1")
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def options_of(given: argparse.Namespace) -> dict[str, Any]:
    """What a solve takes besides the instance."""
    return {name: getattr(given, name) for name in ("method", "time_limit", "gap", "rounds")}


def solve_many(given: argparse.Namespace, progress: Progress | None) -> int:
    """Solve several instances; with -o each into its own file of a folder."""
    sources = sources_in(given.instance)
    folder = None if given.output is None else Path(given.output)
    if folder is None and given.resume:
        raise InputError("name the folder of the solutions with -o", "--resume")
    targets = _targets(sources, folder)
    waiting = {name: one for name, one in sources.items() if not (given.resume and _answered(one, targets[name]))}
    rows = {name: [name, None, None, "there already", None] for name in sources if name not in waiting}
    with workers(given.jobs) as pool:
        for row in _each(waiting, targets, options_of(given), pool):
            rows[str(row[0])] = row
            if progress is not None:
                progress(f"{len(rows)} of {len(sources)}: {row[0]}")
    failed = [row for row in rows.values() if row[4] is not None]
    if given.json:
        names = ("instance", "lower", "upper", "grade", "error")
        print(json.dumps([dict(zip(names, rows[name], strict=True)) for name in sources]))
    elif not given.quiet:
        table = Table("solutions", ["instance", "lower", "upper", "grade", "error"], [rows[name] for name in sources])
        print(table.text())
    if failed:
        say(f"suasion solve: {len(failed)} of {len(sources)} instances failed; first {failed[0][0]}", sys.stderr)
    return EXIT_UNREADABLE if failed else EXIT_PROVEN


def _targets(sources: Mapping[str, str], folder: Path | None) -> dict[str, Path | None]:
    if folder is None:
        return dict.fromkeys(sources)
    if folder.exists() and not folder.is_dir():
        raise InputError("several solutions go into a folder; this is a file", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path | None] = {}
    for name, source in sources.items():
        target = folder / f"{Path(source).stem}.json"
        if target in found.values():
            raise InputError(f"two instances would be written to {target.name}; rename one", source)
        if target.exists() and os.path.exists(source) and target.samefile(source):
            raise InputError("the solution would replace the instance; name another folder", source)
        found[name] = target
    return found


def _answered(source: str, target: Path | None) -> bool:
    """Whether a file is there that answers an instance; its proof is not looked at again."""
    if target is None or not is_solution(target):
        return False
    try:
        solution = door.load_solution(target)
        return bool(solution.problem.statement == door.load(source).statement)
    except (SuasionError, AttributeError):
        return False


def _each(
    waiting: Mapping[str, str], targets: Mapping[str, Path | None], options: Mapping[str, Any], pool: Executor | None
) -> Iterator[list[Any]]:
    if pool is None:
        for name, source in waiting.items():
            yield _one(name, source, targets[name], options)
        return
    running: set[Future[list[Any]]] = {
        pool.submit(_one, name, source, targets[name], options) for name, source in waiting.items()
    }
    while running:
        finished, running = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            yield future.result()


def _one(name: str, source: str, target: Path | None, options: Mapping[str, Any]) -> list[Any]:
    """Solve one instance where this runs; a row of the table."""
    try:
        solution = door.load(source).solve(**options)
        if target is not None:
            solution.save(target)
    except SuasionError as error:
        return [name, None, None, None, " ".join(str(error).split())]
    bounds = [None if bound is None else brief(bound) for bound in (solution.lower, solution.upper)]
    return [name, *bounds, solution.grade, None]


def run_batch(given: argparse.Namespace, progress: Progress | None) -> int:
    """Solve folders of instances into one file of results, where it stopped the last time."""
    shard = None if given.shard is None else _shard(given.shard)
    with workers(given.jobs) as pool:
        found = batch(
            sources_in(given.instances),
            given.output,
            executor=pool,
            shard=shard,
            progress=progress,
            **options_of(given),
        )
    failures = found.failures
    if given.json:
        print(json.dumps({"results": len(found), "solved": found.solved, "failures": [one.name for one in failures]}))
    elif not given.quiet:
        there = len(found) - found.solved
        print(
            f"{len(found)} results in {given.output}: {found.solved} solved now, {there} there, {len(failures)} failed"
        )
        for one in failures[:10]:
            say(f"  {one.name}: {one.error}", sys.stdout)
    return EXIT_PROVEN if not failures else EXIT_REFUSED


def _shard(words: str) -> tuple[int, int]:
    parts = words.split("/")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise InputError(f"{words} is no shard; write K/N with 1 <= K <= N", "--shard")
    return int(parts[0]), int(parts[1])


def verify_many(sources: Sequence[str], faster: Mapping[str, Kind] | None, as_json: bool) -> int:
    """Check solutions in files, in folders and in the results of batches, a line each."""
    found: dict[str, Verdict | str] = {}
    for name, source in _solutions(sources):
        try:
            found[name] = source if isinstance(source, str) else verify(source, None, faster)
        except SuasionError as error:
            found[name] = " ".join(str(error).split())
        if not as_json:
            shown = found[name]
            line = str(shown) if isinstance(shown, Verdict) else f"unreadable: {shown.removeprefix(f'{name}: ')}"
            say(f"{name}: {line}", sys.stdout)
    if as_json:
        print(json.dumps({name: _document(verdict) for name, verdict in found.items()}))
    if any(isinstance(verdict, str) for verdict in found.values()):
        return EXIT_UNREADABLE
    proven = all(isinstance(one, Verdict) and one.accepted and one.grade != "unproven" for one in found.values())
    return EXIT_PROVEN if proven else EXIT_REFUSED


def _solutions(sources: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Names and what to verify; a text is why there is nothing."""
    for source in sources:
        path = Path(source)
        if path.is_dir():
            files = [file for file in sorted(path.glob("*.json")) if is_solution(file)]
            if not files:
                raise InputError("the folder holds no solution", source)
            yield from ((str(file), file) for file in files)
        elif path.suffix == ".jsonl":
            for one in read_results(path):
                yield f"{source}: {one.name}", one.document or f"there is no solution: {one.error}"
        else:
            yield source, path


def _document(verdict: Verdict | str) -> dict[str, object]:
    if isinstance(verdict, str):
        return {"accepted": False, "error": verdict}
    return {
        "accepted": verdict.accepted and verdict.grade != "unproven",
        "grade": verdict.grade,
        "lower": spelled(verdict.lower),
        "upper": spelled(verdict.upper),
        "violation": verdict.violation,
    }
