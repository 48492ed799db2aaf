"""The steps of docs/how-to/a-new-kind.md, and which of them are missing for a kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import suasion
from dual.kinds import KINDS
from suasion import catalog, registry
from suasion import schemas as suasion_schemas

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class House:
    """Where a kind has to be: registries, names at the front door, catalog, schemas, pages, tests."""

    checkers: Mapping[str, object]
    classes: Mapping[str, str]
    door: frozenset[str]
    instances: tuple[Mapping[str, object], ...]
    values: Mapping[str, object]
    schemas: frozenset[str]
    readme: str
    files: str
    theory: str
    tests: str


@cache
def house():
    kinds = suasion.kinds()
    found = [(slug, catalog.entry(slug)) for slug in catalog.slugs()]
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path.name != "test_every_kind.py"]
    return House(
        checkers=dict.fromkeys(KINDS),
        classes=dict(registry.CLASSES),
        door=frozenset(dir(suasion)),
        instances=tuple({"slug": slug, **entry.instance} for slug, entry in found),
        values={slug: (entry.lower, entry.upper) for slug, entry in found},
        schemas=frozenset(kind for kind in kinds if suasion_schemas.schema(kind)["properties"]),
        readme=(ROOT / "README.md").read_text("utf-8"),
        files=(ROOT / "docs" / "files.md").read_text("utf-8"),
        theory="".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("theory*.md"))),
        tests="".join(path.read_text("utf-8") for path in tests),
    )


def forgotten(kind, found):
    """The steps of docs/how-to/a-new-kind.md that are missing for a kind."""
    name = found.classes.get(kind, ":").split(":")[1]
    own = [instance for instance in found.instances if instance["kind"] == kind]
    steps = {
        "a line in dual/kinds/__init__.py": kind in found.checkers,
        "a line in suasion/registry.py": kind in found.classes,
        "a name at the front door": kind not in found.classes or name in found.door,
        "a row in README.md": re.search(rf"^\| `{kind}` \|.*\| `{name or '.*'}` \|$", found.readme, re.MULTILINE),
        "its fields in docs/files.md": f"`{kind}`" in found.files,
        "a formula in docs/theory*.md": re.search(rf"^\|.*\$.*\$.*\b{name}\b", found.theory, re.MULTILINE),
        "an instance in suasion/instances": own,
        "a source in each instance": all(instance.get("source") and instance.get("name") for instance in own),
        "a value in values.json": all(instance["slug"] in found.values for instance in own),
        "what its readers take, in suasion/schemas.py": kind in found.schemas,
        "tests": re.search(rf"\b{name}\(", found.tests),
    }
    return [step for step, taken in steps.items() if not taken]


def without(text, pattern):
    """A text without the lines that match."""
    return "\n".join(line for line in text.splitlines() if not re.search(pattern, line))
