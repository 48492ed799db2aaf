"""Mutation of the checker: which changed comparison, sign, sum or check would no test see?

``python tests/campaign/mutation.py run`` in the root of the repository changes ``dual`` with mutmut (the extra
``mutation``), one change at a time, and runs for each the tests that reach it; ``... run 'dual.kinds.finite.*'`` a
part, ``... sample 3`` every third change that was not tried yet. ``... report`` writes ``docs/mutation.md`` from the
results and from the reasons in ``tests/campaign/survivors.toml``; ``... survivors`` prints what is not explained yet.
A run takes a while and is no part of the tests.

The changes are mutmut's for operators, comparisons and numbers, and more that matter to a checker: a condition that is
forgotten, ``min`` for ``max`` and the like, the other end of an interval. Properties, which mutmut leaves alone, are
changed too. What a refusal says is not: messages prove nothing.
"""

import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from mutmut.mutation import file_mutation, mutators

ROOT = Path(__file__).resolve().parents[2]
REASONS = ROOT / "tests" / "campaign" / "survivors.toml"
REPORT = ROOT / "docs" / "mutation.md"
FURTHER = "## A further sample"
"""From here on the page is written by hand, and kept."""
PROPERTIES = ("property", "cached_property")
OTHER_NAME = {"min": "max", "max": "min", "any": "all", "all": "any", "add": "sub", "sub": "add", "floor": "ceil"}
OTHER_END = {"lower": "upper", "upper": "lower"}
KILLED = {1, 3, 24, -24, 152, 255, 36, -9, -11, 37}
"""Exit codes of a run that saw the change: a test failed, or it did not come back."""


def forget(node: cst.If) -> Iterable[cst.If]:
    """A condition that leads to a refusal, never met."""
    body = node.body.body
    if body and isinstance(body[-1], cst.SimpleStatementLine) and isinstance(body[-1].body[-1], cst.Raise):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        never = cst.BooleanOperation(left=cst.Name("False"), operator=cst.And(), right=test)
        yield node.with_changes(test=never)


def other_name(node: cst.Name) -> Iterable[cst.Name]:
    """``min`` for ``max``, ``any`` for ``all``, ``add`` for ``sub``."""
    if node.value in OTHER_NAME:
        yield node.with_changes(value=OTHER_NAME[node.value])


def other_end(node: cst.Attribute) -> Iterable[cst.Attribute]:
    """The upper end of an interval for the lower one."""
    if node.attr.value in OTHER_END:
        yield node.with_changes(attr=cst.Name(OTHER_END[node.attr.value]))


OPERATORS = [
    (cst.BaseNumber, mutators.operator_number),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, mutators.operator_swap_op),
    (cst.IfExp, mutators.operator_if_exp),
    (cst.If, forget),
    (cst.Name, other_name),
    (cst.Attribute, other_end),
]


def is_property(function: cst.FunctionDef) -> bool:
    return len(function.decorators) == 1 and m.matches(
        function.decorators[0].decorator, m.OneOf(*(m.Name(name) for name in PROPERTIES))
    )


class Visitor(file_mutation.MutationVisitor):
    """Also properties; not what is raised, nor text."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Raise, cst.FormattedString)):
            return True
        if isinstance(node, cst.FunctionDef) and is_property(node):
            return False
        return super()._skip_node_and_children(node)


_arranged = file_mutation.function_trampoline_arrangement


def arranged(function: cst.FunctionDef, mutants: Iterable, class_name: str | None) -> tuple:
    """The copies of a property are plain functions; the property calls the one that is chosen."""
    if not is_property(function):
        return _arranged(function, mutants, class_name)
    declared, methods, assigned, names = _arranged(function.with_changes(decorators=[]), mutants, class_name)
    chosen = methods[0].with_changes(decorators=[*function.decorators, *methods[0].decorators])
    return declared, [chosen, *methods[1:]], assigned, names


def run(patterns: tuple[str, ...], children: int) -> None:
    """Let mutmut run with these changes."""
    from mutmut.__main__ import _run

    file_mutation.mutation_operators = OPERATORS
    file_mutation.MutationVisitor = Visitor
    file_mutation.function_trampoline_arrangement = arranged
    _run(patterns, children)


def results() -> dict[str, int | None]:
    """The exit code of each change, by its name; None where it was not tried."""
    found: dict[str, int | None] = {}
    for path in sorted((ROOT / "mutants" / "dual").rglob("*.meta")):
        found |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return found


def module_of(name: str) -> str:
    return name.rpartition(".")[0]


def difference(name: str) -> list[str]:
    """The lines that a change takes away and puts in their place."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    diff = str(get_diff_for_mutant(name)).splitlines()
    return [line for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def survivors() -> list[str]:
    return [name for name, code in results().items() if code is not None and code not in KILLED]


def function_of(name: str) -> str:
    """``module.function`` or ``module.Class.method`` of a change."""
    module, _, mangled = name.rpartition(".")
    plain = mangled.rpartition("__mutmut_")[0]
    return f"{module}.{plain.removeprefix('x').removeprefix('_').strip('ǁ').replace('ǁ', '.')}"


def reason(where: str, change: str) -> str | None:
    """Why a survivor changes no verdict: by function and new line, or by a word of lines of one sort."""
    listed = tomllib.loads(REASONS.read_text("utf-8"))
    for entry in listed["survivor"]:
        if (entry["in"], entry["change"]) == (where, change):
            return str(entry["why"])
    return next((str(entry["why"]) for entry in listed["sort"] if any(w in change for w in entry["contains"])), None)


def key(name: str) -> tuple[str, str]:
    added = [line[1:].strip() for line in difference(name) if line.startswith("+")]
    return function_of(name), " ".join(added)


def report() -> str:
    """The page, from the results."""
    codes = results()
    tried = {name: code for name, code in codes.items() if code is not None}
    total = Counter(map(module_of, tried))
    killed = Counter(module_of(name) for name, code in tried.items() if code in KILLED)
    head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    share = f"{sum(killed.values())} of {len(tried)} changes were killed: {sum(killed.values()) / len(tried):.1%}"
    left = len(tried) - sum(killed.values())
    harmless = sum(reason(*key(name)) is not None for name in survivors())
    rest = "" if len(tried) == len(codes) else f" Tried were {len(tried)} of {len(codes)} possible changes."
    verdicts = f"{sum(killed.values()) / (len(tried) - harmless):.1%}"
    lines = [
        "# Mutation of the checker",
        "",
        "Written by `tests/campaign/mutation.py` from a run of [mutmut](https://mutmut.readthedocs.io) on `dual`",
        f"(commit {head.stdout.strip()}). A change is one other comparison, operator or number, a condition negated or",
        "forgotten, `min` for `max` and the like, or the other end of an interval. It is *killed* if a test that",
        "`pyproject.toml` lists for mutmut fails, or does not come back. What a refusal says is not changed.",
        "",
        f"**{share}.** Of the {left} survivors {harmless} change no verdict, for the reasons below; of all others",
        f"{verdicts} were killed.{rest}",
        "",
        "| module | changes | killed | |",
        "|---|---:|---:|---:|",
        *(f"| `{n}` | {total[n]} | {killed[n]} | {killed[n] / total[n]:.1%} |" for n in sorted(total)),
        "",
        "## Survivors",
        "",
        "*Open* is a change that alters a verdict or a refusal and that no test sees yet.",
        "",
        "| where | line as changed | why it stays |",
        "|---|---|---|",
    ]
    for name in survivors():
        where, change = key(name)
        why = reason(where, change) or "open"
        lines.append(f"| `{where.removeprefix('dual.')}` | `{change.replace('|', '&#124;')[:150]}` | {why} |")
    _, heading, further = REPORT.read_text("utf-8").partition("\n" + FURTHER)
    return "\n".join(lines) + "\n" + heading + further


def main(arguments: list[str]) -> int:
    match arguments:
        case ["run", *rest]:
            children = 2
            if rest and rest[0].isdigit():
                children, rest = int(rest[0]), rest[1:]
            run(tuple(rest), children)
        case ["sample", step]:
            untried = [name for name, code in results().items() if code is None]
            run(tuple(untried[:: int(step)]), 2)
        case ["report"]:
            REPORT.write_text(report(), "utf-8")
        case ["survivors", *rest]:
            for name in survivors():
                if reason(*key(name)) is None and (not rest or any(part in name for part in rest)):
                    print(name, *difference(name), sep="\n    ")
            codes = results()
            tried = [code for code in codes.values() if code is not None]
            print(f"{sum(code in KILLED for code in tried)} of {len(tried)} killed, {len(codes)} in all")
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
