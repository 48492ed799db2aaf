"""The arguments of the command ``suasion``, and what is said of wrong ones."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence

from dual import command as checker
from dual.errors import InputError
from dual.numbers.exact import number

from ._version import __version__
from .completion import SHELLS, subcommands


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = checker.Parser(
        prog="suasion",
        description="Solve information-design and market-design problems, and prove the answers.",
        epilog="Exit status: 0 done; 1 a claim is refused or unproven, or a solver failed; 2 bad input.",
    )
    made.add_argument("--version", action="version", version=f"suasion {__version__}")
    commands = made.add_subparsers(dest="command", metavar="COMMAND", required=False)

    # One paragraph for each command, in the order in which a newcomer meets them.
    one = commands.add_parser("solve", help="solve an instance, or several, and prove the answer")
    one.add_argument(
        "instance", metavar="INSTANCE", nargs="+", help="instance files, folders of them, catalog entries, or - for one"
    )
    one.add_argument(
        "-o", "--output", metavar="SOLUTION", help="write the solution with its certificate here; of several: a folder"
    )
    _solving(one)
    one.add_argument("--jobs", metavar="N", type=int, default=1, help="processes for several instances (1)")
    one.add_argument("--resume", action="store_true", help="of several: leave out what the folder has an answer to")
    one.add_argument("--json", action="store_true", help="print the solution as one JSON object")
    one.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")

    one = commands.add_parser("new", help="print an instance of a kind to write your own over")
    one.add_argument("kind", metavar="KIND", help="a kind, as instance files name it (`suasion methods` lists them)")
    one.add_argument("-o", "--output", metavar="INSTANCE", help="write it to this file")

    one = commands.add_parser("batch", help="solve folders of instances into one file of results; resumes where it was")
    one.add_argument(
        "instances", metavar="FOLDER", nargs="+", help="folders of instances, instance files, catalog entries"
    )
    one.add_argument("-o", "--output", metavar="RESULTS", required=True, help="JSON lines, one a result, appended to")
    _solving(one)
    one.add_argument("--jobs", metavar="N", type=int, default=1, help="processes (1)")
    one.add_argument("--shard", metavar="K/N", help="only the K-th of N parts, for N machines")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")

    one = commands.add_parser(
        "prove", help="prove a guessed value, policy or dual, for every parameter if there is one, or refute it"
    )
    one.add_argument("guess", metavar="FILE", help="a guess, a theorem of the catalog, or - for standard input")
    one.add_argument("-o", "--output", metavar="SOLUTION", help="write the proof to this file")
    one.add_argument("--json", action="store_true", help="print one JSON object")

    one = commands.add_parser("verify", help="check solutions in exact arithmetic", epilog=checker.parser().epilog)
    one.add_argument(
        "solution", metavar="SOLUTION", nargs="+", help="solution files, folders, results (.jsonl), or - for one"
    )
    one.add_argument("--instance", metavar="INSTANCE", help="also prove that the one solution answers this instance")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one.add_argument("--fast", action="store_true", help="take a faster check where the kind has one (labelled)")

    one = commands.add_parser("export", help="write a solution's certificate for other checkers")
    one.add_argument("solution", metavar="SOLUTION", help="a solution file, or - for standard input")
    one.add_argument(
        "--vipr", action="store_true", required=True, help="as VIPR 1.0; for linear certificates and trees"
    )
    one.add_argument("--facet", type=int, metavar="K", help="of a payoff set: which of its facets, from 0 on")
    one.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")

    one = commands.add_parser("plot", help="draw a solution")
    one.add_argument("solution", metavar="SOLUTION", help="a solution file, or - for standard input")
    one.add_argument("-o", "--output", metavar="PICTURE", help="default: the solution's name with .png")
    one.add_argument("--title", metavar="WORDS", help="a title instead of the picture's own; empty for none")
    one.add_argument("--size", metavar="WxH", type=_size, help="width and height in inches, as 6.5x4")
    one.add_argument("--dpi", metavar="N", type=_dpi, default=160, help="dots an inch of a picture made of dots (160)")

    one = commands.add_parser("catalog", help="list the reference instances, or show one")
    one.add_argument("slug", metavar="SLUG", nargs="?", help="the entry to show")
    one.add_argument("--kind", metavar="KIND", help="list entries of this kind only")
    one.add_argument("--find", metavar="WORDS", help="list entries with these words in name, title or source only")
    one.add_argument("-o", "--output", metavar="INSTANCE", help="write the entry's instance to this file")
    one.add_argument("--json", action="store_true", help="print one JSON object")

    one = commands.add_parser("methods", help="how each kind is solved, and the names a solution's method can have")
    one.add_argument("kind", metavar="KIND", nargs="?", help="a kind, as instance files name it; all by default")
    one.add_argument("--json", action="store_true", help="print one JSON object")

    one = commands.add_parser("schema", help="print the JSON Schema of a kind's instances, or of solutions")
    one.add_argument("kind", metavar="KIND", help='a kind, as instance files name it, or "solution"')

    one = commands.add_parser("bench", help="compare methods: seconds and memory to a verified bound")
    one.add_argument("instances", metavar="INSTANCE", nargs="*", help="instance files or catalog entries")
    one.add_argument("--suite", metavar="S", help='"catalog", or a folder of instance files')
    one.add_argument("--methods", metavar="A,B", help="methods to compare; all of each kind by default")
    one.add_argument("--gap", metavar="G", type=_gap, help="the relative gap at which methods may stop")
    one.add_argument("--time-limit", metavar="S", type=_seconds, help="seconds for each solve")
    one.add_argument("--repeat", metavar="N", type=int, default=1, help="solves per method; the fastest counts")
    one.add_argument("--json", action="store_true", help="print one JSON object")

    one = commands.add_parser("completion", help="print what a shell needs to complete the command")
    one.add_argument("shell", metavar="SHELL", choices=SHELLS, help="bash, zsh or fish")

    one = commands.add_parser("versions", help="the versions of everything an answer depends on")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    return made


def _solving(one: argparse.ArgumentParser) -> None:
    """Declare what a solve takes besides the instance."""
    one.add_argument("-m", "--method", metavar="M", help="one of the kind's methods (`suasion methods KIND`)")
    one.add_argument("-t", "--time-limit", metavar="S", type=_seconds, help="seconds for each solve, >= 0")
    one.add_argument("--gap", metavar="G", type=_gap, help="the relative gap at which methods may stop, >= 0")
    one.add_argument("--rounds", metavar="N", type=_rounds, help="the rounds after which methods may stop, >= 1")


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace | None:
    """The arguments; None if there are none. What is wrong with them is said by the command they were given to."""
    made = parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words:
        made.print_help()
        return None
    commands = subcommands(made)
    if not words[0].startswith("-") and words[0] not in commands:
        close = difflib.get_close_matches(words[0], commands, n=1)
        hint = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(commands)}"
        made.error(f"invalid choice: {words[0][:60]!r}; {hint}")
    given, rest = made.parse_known_args(words)
    if rest:
        one = commands.get(given.command, made)
        known = [name for action in one._actions for name in action.option_strings]
        close = difflib.get_close_matches(rest[0].split("=")[0], known, n=1)
        one.error(f"unrecognized arguments: {' '.join(rest)}" + (f"; did you mean {close[0]}?" if close else ""))
    if given.command is None:
        made.print_help()
        return None
    return given


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


def _at_least_zero(text: str, name: str, meaning: str) -> float:
    """A number >= 0; what is wrong says what it means."""
    try:
        found = number(text, name)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if found < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative; {meaning} >= 0")
    return float(found)


def _seconds(text: str) -> float:
    return _at_least_zero(text, "time limit", "a time limit is a number of seconds")


def _gap(text: str) -> float:
    return _at_least_zero(text, "gap", "a relative gap is a number")


def _rounds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1")
    return int(text)
