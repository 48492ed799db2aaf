"""Write what pages say of every kind: ``python docs/fields.py``.

The tables of fields in files.md come from what the statements declare, the methods in command.md from what they say.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, Field
from pathlib import Path
from typing import Any

import suasion
from dual.kinds import KINDS
from dual.names import DESCRIPTION, labels
from dual.statement import stated_fields
from suasion import registry
from suasion.schemas import statement_of

PAGE = Path(__file__).parent / "files.md"
COMMAND = Path(__file__).parent / "command.md"
METHODS = re.compile(r"<!-- methods: written by docs/fields.py -->\n.*?<!-- end -->", re.DOTALL)
TABLE = re.compile(r"<!-- fields of ([\w-]+) -->\n.*?<!-- end of fields -->", re.DOTALL)


def table(kind: str) -> str:
    """The fields of a kind, a row each."""
    rows = ["| field | indices | meaning |", "|---|---|---|"]
    for entry in stated_fields(statement_of(kind)):
        if entry.name not in DESCRIPTION or entry.default is MISSING:
            axes = indices(entry)
            rows.append(f"| `{entry.name}` | {f'`{axes}`' if axes else ''} | {meaning(entry)} |")
    return "\n".join(rows)


def indices(entry: Field[Any]) -> str:
    """What each index of a field counts."""
    return "".join(f"[{axis.lstrip('*')}]" for axis in entry.metadata["axes"])


def meaning(entry: Field[Any]) -> str:
    """The sentence of a field, with the words it may be, and whether it may be left out."""
    sentence = entry.metadata["sentence"].replace("|", "\\|")
    if entry.metadata["reader"] is labels or (entry.default is None or entry.default == ()):
        sentence += " (optional)"
    if isinstance(entry.metadata["reader"], type):
        parts = [f"`{part.name}{indices(part)}`, {meaning(part)}" for part in stated_fields(entry.metadata["reader"])]
        sentence += f"; an object with {'; '.join(parts)}"
    known = getattr(entry.metadata["reader"], "keywords", {}).get("known")
    if known:
        words = [f"`{word}`" + " (default)" * (word == entry.default) for word in known]
        sentence = f"{' or '.join([', '.join(words[:-1]), words[-1]])}: {sentence}"
    elif isinstance(entry.default, bool):
        sentence += f" (default `{str(entry.default).lower()}`)"
    return sentence


def written(page: str) -> str:
    """A page with its tables as they should be."""
    return TABLE.sub(lambda m: f"<!-- fields of {m[1]} -->\n\n{table(m[1])}\n\n<!-- end of fields -->", page)


def missing(page: str) -> set[str]:
    """The kinds that have no table on a page."""
    return set(KINDS) - {found[1] for found in TABLE.finditer(page)}


def methods(kind: str) -> str:
    """How a kind is solved, and the further names that a solution's method can have, a row each."""
    rows = [f"### {kind}\n", "| name | what it does |", "|---|---|"]
    rows += [f"| `{name}` | {sentence} |" for name, sentence in registry.methods(kind).items()]
    rows += [f"| {name} (in solutions) | {sentence} |" for name, sentence in registry.roads(kind).items()]
    return "\n".join(rows)


def with_methods(page: str) -> str:
    """The page of the command with the methods as they should be."""
    sections = "\n\n".join(map(methods, suasion.kinds()))
    return METHODS.sub(lambda _: f"<!-- methods: written by docs/fields.py -->\n{sections}\n<!-- end -->", page)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
    COMMAND.write_text(with_methods(COMMAND.read_text("utf-8")), "utf-8")
