"""The command ``suasion``."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dual import command as checker
from dual.checker import verify
from dual.errors import InputError, SolverError, SuasionError
from dual.numbers.exact import number
from dual.words import plain
from transport.programs.effort import Progress
from transport.road.files import as_json, dump, write
from transport.road.problem import Problem
from transport.road.table import Table
from transport.road.versions import versions

from . import catalog, door, registry
from ._version import __version__

EXIT_DONE, EXIT_FAILED, EXIT_BAD_INPUT, EXIT_INTERRUPTED = 0, 1, 2, 130


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = checker.Parser(
        prog="suasion",
        description="Solve information-design and market-design problems, and prove the answers.",
        epilog="Exit status: 0 done; 1 a claim is refused or unproven, or a solver failed; 2 bad input.",
    )
    made.add_argument("--version", action="version", version=f"suasion {__version__}")
    commands = made.add_subparsers(dest="command", metavar="COMMAND", required=True)

    one = commands.add_parser("solve", help="solve an instance and prove the answer")
    one.add_argument("instance", metavar="INSTANCE", help="an instance file, a catalog entry, or - for standard input")
    one.add_argument("-o", "--output", metavar="SOLUTION", help="write the solution with its certificate to this file")
    one.add_argument("--method", metavar="M", help="one of the kind's methods (`suasion methods KIND`)")
    one.add_argument("--time-limit", metavar="S", type=_seconds, help="seconds, >= 0")
    one.add_argument("--json", action="store_true", help="print the solution as one JSON object")
    one.add_argument("--quiet", action="store_true", help="print nothing but errors")
    one.set_defaults(run=_solve)

    one = commands.add_parser("prove", help="prove a guessed formula for every parameter, or refute it at one")
    one.add_argument("guess", metavar="FILE", help="a guess, a theorem of the catalog, or - for standard input")
    one.add_argument("-o", "--output", metavar="SOLUTION", help="write the proof to this file")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one.set_defaults(run=_prove)

    one = commands.add_parser("verify", help="check a solution in exact arithmetic", epilog=checker.parser().epilog)
    checker.add_arguments(one)
    one.add_argument("--fast", action="store_true", help="take a faster check where the kind has one (labelled)")
    one.set_defaults(run=_verify)

    one = commands.add_parser("export", help="write a solution's certificate for other checkers")
    one.add_argument("solution", metavar="SOLUTION", help="a solution file, or - for standard input")
    one.add_argument(
        "--vipr", action="store_true", required=True, help="as VIPR 1.0; for linear certificates and trees"
    )
    one.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")
    one.set_defaults(run=_export)

    one = commands.add_parser("plot", help="draw a solution")
    one.add_argument("solution", metavar="SOLUTION", help="a solution file, or - for standard input")
    one.add_argument("-o", "--output", metavar="PICTURE", help="default: the solution's name with .png")
    one.add_argument("--title", metavar="WORDS", help="a title instead of the picture's own; empty for none")
    one.add_argument("--size", metavar="WxH", type=_size, help="width and height in inches, as 6.5x4")
    one.add_argument("--dpi", metavar="N", type=_dpi, default=160, help="dots an inch of a picture made of dots (160)")
    one.set_defaults(run=_plot)

    one = commands.add_parser("catalog", help="list the reference instances, or show one")
    one.add_argument("slug", metavar="SLUG", nargs="?", help="the entry to show")
    one.add_argument("-o", "--output", metavar="INSTANCE", help="write the entry's instance to this file")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one.set_defaults(run=_catalog)

    one = commands.add_parser("methods", help="how each kind is solved, and the names a solution's method can have")
    one.add_argument("kind", metavar="KIND", nargs="?", help="a kind, as instance files name it; all by default")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one.set_defaults(run=_methods)

    one = commands.add_parser("schema", help="print the JSON Schema of a kind's instances, or of solutions")
    one.add_argument("kind", metavar="KIND", help='a kind, as instance files name it, or "solution"')
    one.set_defaults(run=_schema)

    one = commands.add_parser("bench", help="compare methods: seconds and memory to a verified bound")
    one.add_argument("instances", metavar="INSTANCE", nargs="*", help="instance files or catalog entries")
    one.add_argument("--suite", metavar="S", help='"catalog", or a folder of instance files')
    one.add_argument("--methods", metavar="A,B", help="methods to compare; all of each kind by default")
    one.add_argument("--gap", metavar="G", type=_seconds, help="the relative gap at which methods may stop")
    one.add_argument("--time-limit", metavar="S", type=_seconds, help="seconds for each solve")
    one.add_argument("--repeat", metavar="N", type=int, default=1, help="solves per method; the fastest counts")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one.set_defaults(run=_bench)

    one = commands.add_parser("versions", help="the versions of everything an answer depends on")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one.set_defaults(run=_versions)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    given = parser().parse_args(arguments)
    try:
        status: int = given.run(given)
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
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED


def _complain(given: argparse.Namespace, error: SuasionError) -> None:
    file = next(
        (str(getattr(given, name)) for name in ("instance", "solution", "guess") if getattr(given, name, None)), ""
    )
    message = checker.located(error, file) if file and file not in str(error) else " ".join(str(error).split())
    print(f"suasion {given.command}: {message}", file=sys.stderr)


def _solve(given: argparse.Namespace) -> int:
    if given.output is not None:
        _writable(given.output)
    problem: Problem[Any, Any] = door.load(sys.stdin.buffer if given.instance == "-" else given.instance)
    with _progress(given.quiet) as progress:
        solution = problem.solve(given.method, time_limit=given.time_limit, progress=progress)
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


def _prove(given: argparse.Namespace) -> int:
    if given.output is not None:
        _writable(given.output)
    found = door.prove(sys.stdin.buffer if given.guess == "-" else given.guess)
    if given.output is not None and found.solution is not None:
        found.solution.save(given.output)
    print(json.dumps(found.document(), default=as_json) if given.json else str(found))
    return EXIT_DONE if found.proven else EXIT_FAILED


def _verify(given: argparse.Namespace) -> int:
    source = sys.stdin.buffer if given.solution == "-" else given.solution
    instance = None if given.instance is None else door.load(given.instance)
    faster = registry.Faster() if given.fast else None
    return checker.report(verify(source, instance, faster), given.json)


def _export(given: argparse.Namespace) -> int:
    if given.output is not None:
        _writable(given.output)
    solution = door.load_solution(sys.stdin.buffer if given.solution == "-" else given.solution)
    content = solution.linear_program().vipr()
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
    solution = door.load_solution(sys.stdin.buffer if given.solution == "-" else given.solution)
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
        named = catalog.family if given.slug in catalog.families() else catalog.entry
        instance = named(given.slug).instance
        if given.output is not None:
            write(given.output, dump(instance))
        else:
            print(json.dumps(plain(instance)) if given.json else dump(instance), end="\n" if given.json else "")
        return EXIT_DONE
    if given.output is not None:
        raise InputError("name the entry to write", "-o")
    entries = [catalog.entry(slug) for slug in catalog.slugs()]
    families = [catalog.family(slug) for slug in catalog.families()]
    if given.json:
        found = {one.slug: plain(one.row()) for one in entries}
        found |= {one.slug: {"kind": one.instance["kind"], "cases": one.cases} for one in families}
        print(json.dumps(found))
    else:
        rows = [[one.slug, str(one.instance["kind"]), one.known] for one in entries]
        rows += [
            [one.slug, str(one.instance["kind"]), "; ".join(f"{v} on [{a}, {b}]" for a, b, v in one.cases)]
            for one in families
        ]
        print(Table("reference instances", ["entry", "kind", "known value"], rows).text())
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


def _size(text: str) -> tuple[float, float]:
    """Width and height in inches."""
    try:
        width, height = map(float, text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a width and a height; write 6.5x4") from None
    if not (0.5 <= width <= 100 and 0.5 <= height <= 100):
        raise argparse.ArgumentTypeError(f"{text} is outside of 0.5 to 100 inches")
    return width, height


def _dpi(text: str) -> int:
    """Dots an inch."""
    if not text.isdecimal() or not 10 <= int(text) <= 2400:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 10 to 2400")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = number(text, "time limit")
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if seconds < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative; a time limit is a number of seconds >= 0")
    return float(seconds)


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
    from tqdm import tqdm

    with tqdm(bar_format="{elapsed} {desc}", leave=False, file=sys.stderr) as bar:
        yield bar.set_description_str
