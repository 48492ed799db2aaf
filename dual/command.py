"""The checker's command line; ``suasion verify`` is the same command."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import NoReturn

from .checker import verify
from .errors import SuasionError
from .numbers.files import plain
from .verdict import Verdict

EXIT_PROVEN, EXIT_REFUSED, EXIT_UNREADABLE = 0, 1, 2


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
        print(f"python -m dual: {located(error, given.solution)}", file=sys.stderr)
        return EXIT_UNREADABLE
    return report(verdict, given.json)


def located(error: SuasionError, file: str) -> str:
    """An error in one line that names the file it is about."""
    message = " ".join(str(error).split())
    return message if message.startswith(f"{file}:") else f"{file}: {message}"


def report(verdict: Verdict, as_json: bool) -> int:
    """Print a verdict; return the exit status it means."""
    if as_json:
        print(json.dumps({
            "accepted": verdict.accepted and verdict.grade != "unproven",
            "grade": verdict.grade,
            "lower": plain(verdict.lower),
            "upper": plain(verdict.upper),
            "violation": verdict.violation,
            "accelerated": verdict.accelerated,
        }))  # fmt: skip
    else:
        print(verdict)
    return EXIT_PROVEN if verdict.accepted and verdict.grade != "unproven" else EXIT_REFUSED
