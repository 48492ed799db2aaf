"""What every kind of problem owes its readers, checked for each; a forgotten step fails with the kind's name."""

import re
from functools import cache
from pathlib import Path

import pytest

import suasion
from dual.kinds import KINDS
from suasion import catalog, registry

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


def test_both_registries_name_the_same_kinds():
    assert set(registry.CLASSES) == set(KINDS)


@pytest.mark.parametrize("kind", suasion.kinds())
def test_a_kind_is_complete(kind):
    cls = registry.class_of(kind)
    readme, files = (ROOT / "README.md").read_text("utf-8"), (ROOT / "docs" / "files.md").read_text("utf-8")
    assert cls.kind == kind
    assert getattr(suasion, cls.__name__) is cls, "the class is not at the front door"
    assert re.search(rf"^\| `{kind}` \|.*\| `{cls.__name__}` \|$", readme, re.MULTILINE), "README has no row for it"
    assert f"`{kind}`" in files, "docs/files.md does not describe it"
    assert entries(kind), "the catalog has no instance of it"
    for entry in entries(kind):
        assert entry.instance["source"], entry.slug
        assert entry.instance["name"], entry.slug
    for name, method in cls.methods.items():
        assert name == method.name
    assert not set(cls.roads) & set(cls.methods), "a method's own name needs no second sentence"
    for name, sentence in named(kind).items():
        assert sentence.strip(), name
        assert "\n" not in sentence


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
