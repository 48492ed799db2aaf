"""The checker's command line; ``suasion verify`` is the same command."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn, TextIO

from .checker import verify
from .errors import SuasionError, printable
from .verdict import Verdict

EXIT_PROVEN, EXIT_REFUSED, EXIT_UNREADABLE = 0, 1, 2
"""What scripts test: every claim is proven; a claim is refused, or the file says itself that it is unproven;
unreadable."""


class Parser(argparse.ArgumentParser):
    """An argument parser that reports a wrong call in one line."""

    def error(self, message: str) -> NoReturn:
        """Print one line and leave with exit status 2."""
        self.exit(EXIT_UNREADABLE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    """The arguments of ``python -m dual``."""
    made = Parser(
        prog="python -m dual",
        description="Check a solution file in exact arithmetic, with Python's standard library alone.",
        epilog="Exit status: 0 every claim is proven; 1 a claim is refused or the file says unproven; 2 unreadable.",
    )
    add_arguments(made)
    made.add_argument(
        "--trusts",
        action="store_true",
        help="also print the checker's modules that took part, with their lines of code",
    )
    return made


def add_arguments(target: argparse.ArgumentParser) -> None:
    """Declare the arguments that every form of the check understands."""
    target.add_argument("solution", metavar="SOLUTION", help="a solution file, or - for standard input")
    target.add_argument("--instance", metavar="INSTANCE", help="also prove that the solution answers this instance")
    target.add_argument("--json", action="store_true", help="print one JSON object")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checker; return its exit status."""
    given = parser().parse_args(arguments)
    try:
        verdict = verify(sys.stdin.buffer if given.solution == "-" else given.solution, given.instance)
    except SuasionError as error:
        say(f"python -m dual: {located(error, given.solution)}", sys.stderr)
        return EXIT_UNREADABLE
    trusted: Sequence[Mapping[str, int]] = ()
    if given.trusts:
        from .trusts import modules

        trusted = modules()
    return report(verdict, given.json, trusted)


def located(error: SuasionError, file: str) -> str:
    """An error in one line that names the file it is about."""
    return str(error) if str(error).startswith(f"{printable(file)}:") else f"{printable(file)}: {error}"


def say(message: str, stream: TextIO) -> None:
    """Print a line; what the stream's encoding lacks is escaped."""
    encoding = stream.encoding or "ascii"
    print(message.encode(encoding, "backslashreplace").decode(encoding), file=stream)


def report(verdict: Verdict, as_json: bool, trusted: Sequence[Mapping[str, int]] = ()) -> int:
    """Print a verdict; return the exit status it means."""
    accepted = verdict.accepted and verdict.grade != "unproven"
    if as_json:
        from .numbers.decimals import spelled

        document: dict[str, object] = {
            "accepted": accepted,
            "grade": verdict.grade,
            "lower": spelled(verdict.lower),
            "upper": spelled(verdict.upper),
            "violation": verdict.violation,
            "accelerated": verdict.accelerated,
            "derived": verdict.derived,
        }
        document |= zip(("trusts", "front"), trusted, strict=False)
        print(json.dumps(document, ensure_ascii=True))
    else:
        lines = [str(verdict)]
        for title, counts in zip(("the verdict rests on", "and not on the front"), trusted, strict=False):
            lines += [f"{sum(counts.values()):6}  {title}:", *(f"{count:14}  {name}" for name, count in counts.items())]
        say("\n".join(lines), sys.stdout)
    return EXIT_PROVEN if accepted else EXIT_REFUSED
