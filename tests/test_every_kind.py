"""What every kind of problem owes its readers, checked for each; a forgotten step fails with the kind's name.

Each catalog entry is solved once for all that is asked of its solution.
"""

import copy
import json
import pickle
import runpy
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fractions import Fraction as F
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import dual
import suasion
from dual.kinds import KINDS
from dual.names import labels
from dual.numbers.files import parse
from dual.statement import stated_fields
from suasion import catalog, registry
from suasion.command import main
from suasion.schemas import schema
from tests.steps import forgotten, house, without
from tests.tampering import ANYTHING, accepted, with_another_digit, with_junk
from transport.road.files import dump

ROOT = Path(__file__).resolve().parents[1]


@cache
def entry_of(slug):
    return catalog.entry(slug)


@cache
def entries(kind):
    return [entry for entry in map(entry_of, catalog.slugs()) if entry.instance["kind"] == kind]


@cache
def solved(slug):
    return suasion.load(slug).solve()


FIRST = {entries(kind)[0].slug for kind in suasion.kinds()}
SLUGS = [pytest.param(slug, marks=() if slug in FIRST else pytest.mark.slow) for slug in catalog.slugs()]


def named(kind):
    return {**registry.methods(kind), **registry.roads(kind)}


def every_method():
    for kind in suasion.kinds():
        for k, entry in enumerate(entries(kind)):
            for name in registry.methods(kind):
                marks = () if k == 0 else pytest.mark.slow
                yield pytest.param(entry.slug, name, marks=marks, id=f"{entry.slug}-{name}")


# Steps


@pytest.mark.parametrize("kind", sorted({*KINDS, *registry.CLASSES}))
def test_no_step_is_forgotten(kind):
    assert forgotten(kind, house()) == []


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


# Schemas: they say what the parser says, as far as a schema can


def valid(document, kind):
    """Whether a document, taken through JSON text, satisfies a schema."""
    return Draft202012Validator(schema(kind)).is_valid(json.loads(json.dumps(document)))


def read(document):
    try:
        dual.parse(document)
    except dual.InputError:
        return False
    return True


@pytest.mark.parametrize("kind", [*suasion.kinds(), "solution"])
def test_every_kind_has_a_schema_that_is_one(kind, capsys):
    made = schema(kind)
    Draft202012Validator.check_schema(made)
    described = [field.get("description") for name, field in made["properties"].items() if name != "kind"]
    assert kind == "solution" or all(described)
    assert main(["schema", kind]) == 0
    assert json.loads(capsys.readouterr().out) == made


@pytest.mark.parametrize("kind", suasion.kinds())
def test_whatever_breaks_a_schema_is_refused_by_the_parser(kind):
    """Every entry of the kind, broken field by field, is refused by both."""
    for entry in entries(kind):
        document = json.loads(json.dumps(dual.parse(entry.instance).document()))
        assert valid(document, kind)
        assert valid(suasion.load(entry.slug).document(), kind)
        assert read(document)
        for field in document:
            for wrong in (True, [], {}, "", -1, [[]], {"odd": 1}, None):
                broken = {**document, field: wrong}
                if not valid(broken, kind) and not (wrong is None or (field in ("name", "source", "notes"))):
                    assert not read(broken), (field, wrong)
        assert not valid({**document, "extra": 1}, kind)
        assert not read({**document, "extra": 1})


# Names, methods, labels


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


# The catalog


def test_the_list_of_values_names_exactly_the_files():
    names = {path.name for path in (files("suasion") / "instances").iterdir()}
    assert names == {f"{slug}.json" for slug in catalog.slugs()} | {"values.json"}


def widest(entry, solution):
    """How far apart the bounds of an entry may be that is not solved exactly."""
    if entry.instance.get("domain") == "square":  # a smooth utility, proven at every posterior
        return F(1, 10**5)
    if "laws" in entry.instance:  # values of goods: an interval, on the grids of the first seconds
        return (F(7, 100) if entry.instance.get("bidders") else F(12, 1000)) * solution.upper
    if "joint" in entry.instance:  # likewise, on meshes
        return F(2, 1000) * solution.upper
    if "bidder_laws" in entry.instance:  # rankings of some hundred steps
        return F(1, 10**5) * solution.upper
    if "scale" in entry.instance:  # likewise, of experiments
        return F(1, 1000) * solution.upper
    return F(1, 10**6) * max(abs(solution.upper), F(1, 10**6))


@pytest.mark.parametrize("slug", catalog.slugs())
def test_every_entry_comes_out_as_known(slug):
    entry, solution = entry_of(slug), solved(slug)
    assert solution.verify().accepted
    if entry.lower is None or entry.upper is None:
        assert solution.grade == "infeasible"
        return
    if solution.grade == "exact":
        assert entry.lower <= solution.lower <= entry.upper
        return
    assert solution.grade == "bounded"
    assert entry.instance["kind"] != "persuasion"  # finite and rational
    assert solution.lower <= entry.upper
    assert entry.lower <= solution.upper
    if "commitment" in entry.instance:  # bounded by welfare, which leaves out what incentives cost
        assert (solution.lower, solution.upper) == (entry.lower, entry.upper)
    else:
        assert solution.upper - solution.lower <= widest(entry, solution)


# Values: equal after a file, copied, hashed, sent elsewhere, short where they are shown


@pytest.mark.parametrize("slug", SLUGS)
def test_a_solution_is_the_same_after_a_file(slug, tmp_path):
    solution = solved(slug)
    solution.save(tmp_path / "solution.json")
    again = suasion.load_solution(tmp_path / "solution.json")
    assert again == solution
    assert hash(again) == hash(solution)
    again.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "solution.json").read_bytes()
    document = solution.document()
    assert valid(document, "solution")
    assert not valid({**document, "grade": "certain"}, "solution")


@pytest.mark.parametrize("slug", SLUGS)
def test_an_instance_is_saved_as_it_is(slug, tmp_path):
    problem = suasion.load(slug)
    problem.save(tmp_path / "instance.json")
    again = suasion.load(tmp_path / "instance.json")
    assert (type(again), again, again.name) == (type(problem), problem, problem.name)
    assert again.document() == problem.document()
    assert suasion.load(again) is again


def pickled(value):
    return pickle.loads(pickle.dumps(value))  # noqa: S301 (what was made here)


@pytest.mark.parametrize("slug", SLUGS)
def test_problems_and_solutions_are_copied_and_pickled(slug):
    solution = solved(slug)
    for copied in (copy.deepcopy(solution), copy.copy(solution), pickled(solution)):
        assert copied == solution
        assert hash(copied) == hash(solution)
        assert copied.problem == solution.problem
        assert copied.document() == solution.document()
    for copied in (copy.deepcopy(solution.problem), pickled(solution.problem)):
        assert copied == solution.problem
        assert hash(copied) == hash(solution.problem)


def test_every_kind_is_solved_by_other_processes():
    slugs = sorted(FIRST)
    with ProcessPoolExecutor(2) as executor:
        found = list(executor.map(suasion.solve, map(suasion.load, slugs)))
    for slug, solution in zip(slugs, found, strict=True):
        assert (solution.problem, solution.grade) == (suasion.load(slug), solved(slug).grade)
        assert (solution.primal, solution.dual) == (solved(slug).primal, solved(slug).dual)


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_shown_is_short(slug):
    solution = solved(slug)
    for value in (solution, solution.problem, solution.primal, solution.dual, *solution.tables()):
        assert len(repr(value)) < 200
        assert "\n" not in repr(value)
    assert repr(solution).startswith(f"{type(solution).__name__}(value=")
    assert repr(solution.problem).startswith(f"{type(solution.problem).__name__}(")
    page = solution._repr_html_()
    for table in solution.tables():
        assert not table.rows or table._repr_html_() in page
    assert solution.problem.kind in solution.problem._repr_html_()


# Tampering: a changed file is refused or still true, and nothing crashes


@pytest.mark.parametrize("slug", sorted(FIRST))
def test_a_changed_digit_is_refused_or_leaves_a_true_statement(slug):
    entry, document = entry_of(slug), {**solved(slug).document(), "solver": {}}
    assert accepted(parse(dump(document)), entry.lower, entry.upper)
    kept = [accepted(one, entry.lower, entry.upper) for one in with_another_digit(document, slug) if one]
    assert not all(kept)


@pytest.mark.parametrize("slug", sorted(FIRST))
def test_junk_anywhere_is_refused_in_one_line(slug):
    entry, document = entry_of(slug), {**solved(slug).document(), "solver": {}}
    for broken, elsewhere in with_junk(document, slug):
        accepted(broken, *((-ANYTHING, ANYTHING) if elsewhere else (entry.lower, entry.upper)))


# Checks and methods


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
    entry, problem = entry_of(slug), suasion.load(slug)
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
    with pytest.raises(suasion.InputError, match='kind: "persuation" is not a kind; did you mean "persuasion"'):
        schema("persuation")
    with pytest.raises(suasion.InputError, match="known: obedience"):
        suasion.load("kamenica-gentzkow-2011-prosecutor").solve("simplex")


def test_pages_say_what_statements_declare_and_methods_say():
    """`python docs/fields.py` writes them."""
    found = runpy.run_path(str(ROOT / "docs" / "fields.py"))
    fields, command = (found[name].read_text("utf-8") for name in ("PAGE", "COMMAND"))
    assert not found["missing"](fields)
    assert found["written"](fields) == fields
    assert "| `sender` | `[states][actions]` | the sender's payoff |" in fields
    assert found["with_methods"](command) == command
    assert "| `obedience` |" in command
