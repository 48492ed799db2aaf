"""What every kind of problem owes its readers, checked for each; a forgotten step fails with the kind's name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction as F
from functools import cache
from pathlib import Path

import pytest

import dual
import suasion
from dual.kinds import KINDS
from dual.names import labels
from dual.statement import stated_fields
from suasion import catalog, registry
from suasion import schemas as suasion_schemas

ROOT = Path(__file__).resolve().parents[1]
MARKS = ("<!-- methods: written by tests/test_every_kind.py -->\n", "<!-- end -->")


@cache
def entries(kind):
    found = [catalog.entry(slug) for slug in catalog.slugs()]
    return [entry for entry in found if entry.instance["kind"] == kind]


def named(kind):
    return {**registry.methods(kind), **registry.roads(kind)}


def every_method():
    for kind in suasion.kinds():
        for k, entry in enumerate(entries(kind)):
            for name in registry.methods(kind):
                marks = () if k == 0 else pytest.mark.slow
                yield pytest.param(entry.slug, name, marks=marks, id=f"{entry.slug}-{name}")


def methods_section():
    lines = []
    for kind in suasion.kinds():
        lines += [f"### {kind}\n", "| name | what it does |", "|---|---|"]
        lines += [f"| `{name}` | {sentence} |" for name, sentence in registry.methods(kind).items()]
        lines += [f"| {name} (in solutions) | {sentence} |" for name, sentence in registry.roads(kind).items()]
        lines.append("")
    return "\n".join(lines)


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
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path.name != Path(__file__).name]
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


@pytest.mark.parametrize("kind", sorted({*KINDS, *registry.CLASSES}))
def test_no_step_is_forgotten(kind):
    assert forgotten(kind, house()) == []


def without(text, pattern):
    return "\n".join(line for line in text.splitlines() if not re.search(pattern, line))


@pytest.mark.parametrize("kind", ["game", "persuasion"])
def test_a_step_that_is_forgotten_is_named(kind):
    """Each step of the how-to page left out in turn: it is named, and nothing else is."""
    whole, name = house(), registry.CLASSES[kind].split(":")[1]
    bare = tuple({**one, "source": None} if one["kind"] == kind else one for one in whole.instances)
    mine = {one["slug"] for one in whole.instances if one["kind"] == kind}
    left_out = {
        "a line in dual/kinds/__init__.py": {"checkers": {k: v for k, v in whole.checkers.items() if k != kind}},
        "a line in suasion/registry.py": {"classes": {k: v for k, v in whole.classes.items() if k != kind}},
        "a name at the front door": {"door": whole.door - {name}},
        "a row in README.md": {"readme": without(whole.readme, rf"^\| `{kind}` \|")},
        "its fields in docs/files.md": {"files": without(whole.files, f"`{kind}`")},
        "a formula in docs/theory*.md": {"theory": without(whole.theory, rf"\b{name}\b")},
        "an instance in suasion/instances": {"instances": tuple(o for o in whole.instances if o["kind"] != kind)},
        "a source in each instance": {"instances": bare},
        "a value in values.json": {"values": {k: v for k, v in whole.values.items() if k not in mine}},
        "what its readers take, in suasion/schemas.py": {"schemas": whole.schemas - {kind}},
        "tests": {"tests": without(whole.tests, rf"\b{name}\(")},
    }
    for step, change in left_out.items():
        assert forgotten(kind, replace(whole, **change)) == [step]


@pytest.mark.parametrize("kind", suasion.kinds())
def test_a_kind_is_named_once_and_its_methods_are_explained(kind):
    cls = registry.class_of(kind)
    assert cls.kind == kind
    assert getattr(suasion, cls.__name__) is cls
    for name, method in cls.methods.items():
        assert name == method.name
    assert not set(cls.roads) & set(cls.methods), "a method's own name needs no second sentence"
    for name, sentence in named(kind).items():
        assert sentence.strip(), name
        assert "\n" not in sentence


@pytest.mark.parametrize("kind", suasion.kinds())
def test_labels_are_names_and_no_more(kind):
    """Labels in another order change no number of the answer."""
    problem = suasion.load(entries(kind)[0].slug)
    lists = [field.name for field in stated_fields(type(problem.statement)) if field.metadata["reader"] is labels]
    given = {name: getattr(problem.statement, name) for name in lists}
    lengths = problem.statement.lengths()
    axes = {field.name: field.metadata["axes"] for field in stated_fields(type(problem.statement))}
    new = {}
    for name, old in given.items():
        count = len(old) if old else lengths.get(axes[name][0]) if axes[name] else None
        if count:
            new[name] = list(reversed(old or [f"number {k}" for k in range(count)]))
    before, after = problem.solve(time_limit=5), problem.replace(**new).solve(time_limit=5)
    if before.grade in ("exact", "infeasible"):
        assert (after.lower, after.upper, after.grade) == (before.lower, before.upper, before.grade)
        assert after.dual == before.dual
    for name, names in new.items():
        assert getattr(after.problem.statement, name) == tuple(names)


@pytest.mark.parametrize("kind", suasion.kinds())
def test_the_accelerated_check_says_what_the_plain_one_says(kind):
    quick = registry.class_of(kind).accelerated
    if quick is None:
        return
    for entry in entries(kind)[:3]:
        document = suasion.load(entry.slug).solve(time_limit=5).document()
        plain, fast = dual.verify(document), dual.verify(document, faster={kind: quick})
        assert fast.accelerated
        assert not plain.accelerated
        assert (plain.lower, plain.upper, plain.grade, plain.violation) == (
            fast.lower,
            fast.upper,
            fast.grade,
            fast.violation,
        )
        lie = {**document, "upper": str(F(document["lower"]) - 1), "lower": str(F(document["lower"]) - 1)}
        assert dual.verify(lie).violation is not None
        assert dual.verify(lie, faster={kind: quick}).violation is not None


@pytest.mark.parametrize(("slug", "method"), list(every_method()))
def test_every_method_tells_the_truth_about_every_entry(slug, method):
    entry = catalog.entry(slug)
    problem = suasion.load(slug)
    try:
        solution = problem.solve(method, time_limit=5)
    except suasion.InputError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:  # a method may refuse a problem that is not of its sort, but not the default
        assert "\n" not in refusal
        assert method != next(iter(problem.methods))
        return
    assert solution.verify().accepted or solution.grade == "unproven"
    assert solution.solver["method"] in named(problem.kind), "the name is not explained in `roads`"
    if entry.lower is None or entry.upper is None:
        assert solution.grade in ("infeasible", "unproven")
        return
    assert solution.lower is None or solution.lower <= entry.upper
    assert solution.upper is None or solution.upper >= entry.lower
    assert type(problem.replace(name="another")) is type(problem)
    assert "\n" not in repr(solution)


@pytest.mark.parametrize("kind", suasion.kinds())
def test_no_time_at_all_gives_a_true_answer(kind):
    entry = entries(kind)[0]
    solution = suasion.load(entry.slug).solve(time_limit=0)
    assert solution.solver["method"] in named(kind)
    assert solution.lower is None or entry.upper is None or solution.lower <= entry.upper
    assert solution.upper is None or entry.lower is None or solution.upper >= entry.lower


@pytest.mark.parametrize("kind", suasion.kinds())
def test_a_picture_or_a_reason(kind):
    solution = suasion.load(entries(kind)[0].slug).solve(time_limit=5)
    try:
        drawn = solution.plot()
    except suasion.SuasionError as error:
        drawn, reason = None, str(error)
    else:
        reason = ""
    assert drawn is not None or reason
    assert "\n" not in reason


def test_a_wrong_kind_or_method_is_named():
    with pytest.raises(suasion.InputError, match='did you mean "persuasion"'):
        suasion.methods("persuasian")
    with pytest.raises(suasion.InputError, match="known: obedience"):
        suasion.load("kamenica-gentzkow-2011-prosecutor").solve("simplex")


def test_the_page_of_methods_is_what_the_methods_say():
    page = (ROOT / "docs" / "command.md").read_text("utf-8")
    begin, end = page.index(MARKS[0]) + len(MARKS[0]), page.index(MARKS[1])
    assert page[begin:end] == methods_section()
