"""The command ``suasion``."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dual import command as checker
from dual.checker import verify
from dual.errors import InputError, SolverError, SuasionError
from dual.words import plain
from transport.programs.progress import Progress, clock
from transport.road.files import as_json, dump, write
from transport.road.problem import Problem
from transport.road.table import Table
from transport.road.versions import versions

from . import catalog, door, registry
from .arguments import parsed, parser
from .completion import script

EXIT_DONE, EXIT_FAILED, EXIT_BAD_INPUT, EXIT_INTERRUPTED = 0, 1, 2, 130
"""Any true answer; a claim refused or an instance of many failed; bad input; an interrupt, as shells number it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    try:
        return _main(arguments)
    except BrokenPipeError:
        # Whoever read it had enough: nothing failed, and no claim is refused.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE


def _main(arguments: Sequence[str] | None) -> int:
    try:
        given = parsed(arguments)
    finally:
        sys.stdout.flush()  # --help and --version leave from here, and their reader may be gone, too
    if given is None:
        return EXIT_DONE
    with warnings.catch_warnings():
        # One line for a person at a terminal, who has no code that it could point to.
        warnings.simplefilter("always", FutureWarning)
        warnings.showwarning = lambda message, *_, **__: checker.say(f"suasion {given.command}: {message}", sys.stderr)
        return _run(given)


def _run(given: argparse.Namespace) -> int:
    try:
        status: int = RUN[given.command](given)
        sys.stdout.flush()
        return status
    except SolverError as error:
        _complain(given, error)
        return EXIT_FAILED
    except SuasionError as error:
        _complain(given, error)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        print(f"suasion {given.command}: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED


def _complain(given: argparse.Namespace, error: SuasionError) -> None:
    named = next((getattr(given, name) for name in ("instance", "solution", "guess") if getattr(given, name, None)), "")
    file = named if isinstance(named, str) else named[0] if len(named) == 1 else ""
    message = checker.located(error, file) if file and file not in str(error) else " ".join(str(error).split())
    print(f"suasion {given.command}: {message}", file=sys.stderr)


def _solve(given: argparse.Namespace) -> int:
    if len(given.instance) > 1 or os.path.isdir(given.instance[0]):
        from .many import solve_many

        with _progress(given.quiet) as progress:
            return solve_many(given, progress)
    instance = given.instance[0]
    if given.resume or given.jobs != 1:
        raise InputError("only several instances are solved side by side or resumed", "--jobs")
    if given.output is not None:
        _writable(given.output)
    problem: Problem[Any, Any] = door.load(sys.stdin.buffer if instance == "-" else instance)
    with _progress(given.quiet) as progress:
        solution = problem.solve(
            given.method, time_limit=given.time_limit, progress=progress, gap=given.gap, rounds=given.rounds
        )
    if solution.solver.get("stopped") == "interrupted":
        kept = "" if given.output is None else f", and written to {given.output}"
        print(f"suasion solve: interrupted; what was proven by then is kept{kept}", file=sys.stderr)
    if given.output is not None:
        solution.save(given.output)
    if given.json:
        print(json.dumps(solution.document(), default=as_json))
    elif not given.quiet:
        print(solution.summary())
    return EXIT_DONE


def _new(given: argparse.Namespace) -> int:
    content = dump(catalog.template(given.kind))
    if given.output is None:
        print(content, end="")
    else:
        write(given.output, content)
    return EXIT_DONE


def _batch(given: argparse.Namespace) -> int:
    from .many import run_batch

    _writable(given.output)
    with _progress(given.quiet) as progress:
        return run_batch(given, progress)


def _completion(given: argparse.Namespace) -> int:
    entries, kinds = catalog.slugs(), registry.kinds()
    names = {"solve": entries, "catalog": entries, "bench": entries, "new": kinds, "methods": kinds, "schema": kinds}
    names["prove"] = catalog.theorems()
    print(script(given.shell, parser(), names), end="")
    return EXIT_DONE


def _prove(given: argparse.Namespace) -> int:
    if given.output is not None:
        _writable(given.output)
    found = door.prove(sys.stdin.buffer if given.guess == "-" else given.guess)
    if given.output is not None and found.solution is not None:
        found.solution.save(given.output)
    print(json.dumps(found.document(), default=as_json) if given.json else str(found))
    return EXIT_DONE if found.proven else EXIT_FAILED


def _verify(given: argparse.Namespace) -> int:
    faster = registry.Faster() if given.fast else None
    several = len(given.solution) > 1 or os.path.isdir(given.solution[0]) or given.solution[0].endswith(".jsonl")
    if several:
        from .many import verify_many

        if given.instance is not None:
            raise InputError("one solution answers one instance; verify it alone", "--instance")
        return verify_many([_solved(one) for one in given.solution], faster, given.json)
    name = _solved(given.solution[0])
    instance = None if given.instance is None else door.load(given.instance)
    return checker.report(verify(sys.stdin.buffer if name == "-" else name, instance, faster), given.json)


def _solved(name: str) -> str:
    """The name of a solution; refuse what has to be solved first."""
    if not os.path.exists(name) and name in catalog.slugs():
        raise InputError(f"a catalog entry is no solution; solve it first: suasion solve {name} -o {name}.json", name)
    return name


def _export(given: argparse.Namespace) -> int:
    from persuasion.games.payoff_set import PayoffSetSolution

    if given.output is not None:
        _writable(given.output)
    solution = door.load_solution(sys.stdin.buffer if given.solution == "-" else _solved(given.solution))
    if given.facet is None:
        program = solution.linear_program()
    elif isinstance(solution, PayoffSetSolution):
        program = solution.facet_program(given.facet)
    else:
        raise InputError("only a payoff set has facets", "--facet")
    content = program.vipr()
    if given.output is None:
        print(content, end="")
    else:
        write(given.output, content)
    return EXIT_DONE


def _plot(given: argparse.Namespace) -> int:
    if given.output is None and given.solution == "-":
        raise InputError("name the picture with -o when the solution comes from standard input", "-")
    target = Path(given.output) if given.output is not None else Path(given.solution).with_suffix(".png")
    _writable(target)
    solution = door.load_solution(sys.stdin.buffer if given.solution == "-" else _solved(given.solution))
    ax = solution.plot()
    figure: Any = ax.figure
    if given.title is not None:
        ax.set_title(given.title) if figure.get_suptitle() == "" else figure.suptitle(given.title)
    if given.size is not None:
        figure.set_size_inches(*given.size)
    known = figure.canvas.get_supported_filetypes()
    suffix = target.suffix.lower().removeprefix(".")
    if suffix not in known:
        raise InputError(f'the picture format "{suffix}" is unknown; known are {", ".join(sorted(known))}', str(target))
    picture = io.BytesIO()
    figure.savefig(picture, format=suffix, dpi=given.dpi)
    write(target, picture.getvalue())
    print(f"wrote {target}")
    return EXIT_DONE


def _catalog(given: argparse.Namespace) -> int:
    if given.slug is not None:
        family = given.slug in catalog.families()
        instance = (catalog.family if family else catalog.entry)(given.slug).instance
        if not family and sys.stderr.isatty():
            print(f"known value: {catalog.entry(given.slug).known or 'none'}", file=sys.stderr)
        if given.output is not None:
            write(given.output, dump(instance))
        else:
            print(json.dumps(plain(instance)) if given.json else dump(instance), end="\n" if given.json else "")
        return EXIT_DONE
    if given.output is not None:
        raise InputError("name the entry to write", "-o")
    listed = catalog.table(given.kind, given.find)
    if not listed.rows:
        raise InputError("nothing in the catalog has these words; `suasion catalog` lists it", "--find")
    if given.json:
        found: dict[str, object] = {}
        for slug in (str(row[0]) for row in listed.rows):
            if slug in catalog.families():
                one = catalog.family(slug)
                found[slug] = {"kind": one.instance["kind"], "cases": one.cases}
            else:
                found[slug] = plain(catalog.entry(slug).row())
        print(json.dumps(found))
    else:
        print(listed.text())
    return EXIT_DONE


def _methods(given: argparse.Namespace) -> int:
    kinds = registry.kinds() if given.kind is None else [given.kind]
    if given.json:
        found = {kind: {"methods": registry.methods(kind), "names": registry.roads(kind)} for kind in kinds}
        print(json.dumps(found))
    else:
        print(registry.methods_table(kinds).text())
    return EXIT_DONE


def _schema(given: argparse.Namespace) -> int:
    from .schemas import schema

    print(json.dumps(schema(given.kind), indent=1))
    return EXIT_DONE


def _bench(given: argparse.Namespace) -> int:
    from . import bench

    sources = [*given.instances, *_suite(given.suite)]
    if not sources:
        raise InputError("name an instance or a suite", "INSTANCE")
    if given.repeat < 1:
        raise InputError("at least one repetition is needed", "--repeat")
    methods = None if given.methods is None else given.methods.split(",")
    found = []
    with _progress(given.json) as progress:
        for source in sources:
            if progress is not None:
                progress(source)
            found += bench.measure(source, methods, gap=given.gap, time_limit=given.time_limit, repeat=given.repeat)
    if given.json:
        print(json.dumps({"versions": versions(), "measurements": [one.document() for one in found]}))
    else:
        print(bench.table(found).text())
    return EXIT_DONE


def _suite(name: str | None) -> list[str]:
    if name is None:
        return []
    if name == "catalog":
        return catalog.slugs()
    folder = Path(name)
    if not folder.is_dir():
        raise InputError('no such folder of instances; the built-in suite is "catalog"', name)
    return sorted(str(file) for file in folder.glob("*.json"))


def _versions(given: argparse.Namespace) -> int:
    found = versions()
    if given.json:
        print(json.dumps(found))
    else:
        print(Table("versions", ["package", "version"], list(found.items())).text())
    return EXIT_DONE


def _writable(target: str | os.PathLike[str]) -> None:
    """Refuse early what could not be written in the end."""
    folder = Path(target).parent
    if Path(target).is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InputError("cannot be written there; name a file in an existing folder", str(target))


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress | None]:
    """News on standard error while a person watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with clock() as tell:
        yield tell


RUN: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "solve": _solve,
    "new": _new,
    "batch": _batch,
    "prove": _prove,
    "verify": _verify,
    "export": _export,
    "plot": _plot,
    "catalog": _catalog,
    "methods": _methods,
    "schema": _schema,
    "bench": _bench,
    "completion": _completion,
    "versions": _versions,
}
"""What each command does; its exit status comes back."""
